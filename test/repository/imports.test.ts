// Two rules that the compiler does not check: no import cycles, and no grab-bag files.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

const files = ['src', 'build', 'test', 'models']
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name));

/** File → the files it imports, types included. */
const imports = new Map(
  files.map((file) => {
    const specifiers = readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b[^'"]*?from '(\.[^']+)'/gms);
    return [file, Array.from(specifiers, ([, specifier]) => resolve(dirname(file), specifier!))];
  }),
);

/** The first cycle that is reached from a file, if any. */
function cycleFrom(file: string, path: readonly string[], done: Set<string>): string[] | undefined {
  if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
  if (done.has(file)) return undefined;
  for (const next of imports.get(file) ?? []) {
    const cycle = cycleFrom(next, [...path, file], done);
    if (cycle) return cycle;
  }
  done.add(file);
  return undefined;
}

test('no file imports itself, however far around', () => {
  const done = new Set<string>();
  for (const file of files) {
    const cycle = cycleFrom(file, [], done);
    expect(
      cycle?.map((part) => relative(root, part)),
      'an import cycle',
    ).toBeUndefined();
  }
  // The scan must see imports at all.
  expect([...imports.values()].flat().length).toBeGreaterThan(100);
});

test('every file has a domain name', () => {
  const bags = files.filter((file) => /\b(utils?|helpers?|common|misc|shared)\.ts$/.test(file));
  expect(bags.map((file) => relative(root, file))).toEqual([]);
});

test('no file passes 400 lines', () => {
  const long = files.filter((file) => readFileSync(file, 'utf8').split('\n').length > 400);
  expect(long.map((file) => relative(root, file))).toEqual([]);
});
