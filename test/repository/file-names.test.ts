// A file's name says what it is wherever it is met: in a list of failures, in an editor's tabs, in talk.

import { readdirSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/** The reason for which files may share a name, with the names. */
const SHARED: Readonly<Record<string, readonly string[]>> = {
  "A command's file, and its test, are called as the command, which is named for what it does.": [
    'add.ts',
    'build.ts',
    'clusters.ts',
    'export.ts',
    'filter.ts',
    'import.ts',
    'publish.ts',
    'search.test.ts',
    'search.ts',
    'verify.ts',
    'words.test.ts',
    'words.ts',
  ],
};

const modules = ['src', 'access', 'agents', 'browser', 'build', 'plugins', 'docs', 'test', 'models']
  .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && /\.(ts|py)$/.test(entry.name))
  .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));

/** Name → the modules that have it. */
const byName = new Map<string, string[]>();
for (const path of modules) byName.set(basename(path), [...(byName.get(basename(path)) ?? []), path]);
const shared = new Map([...byName].filter(([, paths]) => paths.length > 1));

test('no two modules have one name, but for those that are listed', () => {
  const listed = new Set(Object.values(SHARED).flat());
  expect([...shared].filter(([name]) => !listed.has(name)).map(([, paths]) => paths)).toEqual([]);
  // The scan must see modules at all.
  expect(modules.length).toBeGreaterThan(300);
});

test('no name is listed that only one module has', () => {
  expect(
    Object.values(SHARED)
      .flat()
      .filter((name) => !shared.has(name)),
  ).toEqual([]);
});
