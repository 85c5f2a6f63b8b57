// Folders as Windows names them: paths are made by its rules, with backslashes, and the files are where they are here.
// What is built must have the ids, the links and the bytes of a build with this system's paths.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test, vi } from 'vitest';
import { parseConfig } from '../../../build/index/config.ts';
import { linkFiles } from '../../../build/local/deployment.ts';
import { silent } from '../../../build/terminal/progress.ts';

vi.mock('node:path', async (original) => {
  const { win32, posix } = await original<typeof import('node:path')>();
  return { ...win32, posix, win32, default: win32 };
});
vi.mock('node:fs', async (original) => onWindows(await original<typeof import('node:fs')>()));
vi.mock('node:fs/promises', async (original) =>
  onWindows(await original<typeof import('node:fs/promises')>()),
);

/** Calls whose second argument is a path, too. */
const OF_TWO_PATHS = /^(rename|link|symlink|copyFile|cp)/;

/** A file system that takes backslashes between names, as that of Windows does. */
function onWindows<Module extends object>(files: Module): Module & { default: Module } {
  const here = (path: unknown) => (typeof path === 'string' ? path.replaceAll('\\', '/') : path);
  const calls = Object.entries(files).map(([name, call]) => {
    if (typeof call !== 'function' || !/^[a-z]/.test(name)) return [name, call];
    const taken = (first: unknown, second: unknown, ...rest: unknown[]) => [
      here(first),
      OF_TWO_PATHS.test(name) ? here(second) : second,
      ...rest,
    ];
    return [
      name,
      (...args: unknown[]) => call(...taken(args[0], args[1], ...args.slice(2)).slice(0, args.length)),
    ];
  });
  const module = Object.fromEntries(calls) as Module;
  return { ...module, default: module };
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-windows-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const FILES = {
  'index.md': '# Home\n\nStart with [the keys](guide/keys.md#rotate).\n',
  'guide/keys.md': '# Keys\n\n## Rotate\n\nMake a new one and revoke [the old one](../index.md).\n',
  'guide/der Anfang/größe.html': '<title>Größe</title><h1 id="size">Größe</h1><p>Zwei Meter.</p>',
  '.sparsedgeignore': 'drafts\n',
  'drafts/no.md': '# No\n\nNobody reads this.\n',
};

test('a folder with backslashes in its path gives the index that it gives here', async () => {
  expect(sep).toBe('\\');
  const folder = temporaryFolder();
  const docs = join(folder, 'the docs');
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(join(docs, name, '..'), { recursive: true });
    writeFileSync(join(docs, name), text);
  }
  const { buildFolder } = await import('../../../build/index/build-folder.ts');
  const { files } = await buildFolder({
    reading: { input: docs },
    config: parseConfig({ spaces: [{ encoder: 'bm25' }] }, true),
    folder: join(folder, 'there'),
    startProgress: silent,
  });
  expect(docs).toContain('\\the docs');
  const cli = fileURLToPath(new URL('../../../build/cli.ts', import.meta.url));
  const command = [cli, 'build', 'the docs', '-o', 'here', '--encoder', 'bm25'];
  execFileSync(process.execPath, command, { cwd: folder.replaceAll('\\', '/'), stdio: 'pipe' });
  expect(files.current).toBeGreaterThan(2);
  const current = (place: string) => readFileSync(join(folder, place, 'current')).toString('latin1');
  expect(current('there')).toEqual(current('here'));
});

test('links to the files of indexes have the names of objects', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'page'), 'a page');
  const linked = join(folder, 'linked');
  linkFiles(new Map([['one/pages/a', join(folder, 'page')]]), linked);
  linkFiles(
    new Map([
      ['one/pages/a', join(folder, 'page')],
      ['two/pages/b', join(folder, 'page')],
    ]),
    linked,
  );
  expect(readFileSync(`${linked}/one/pages/a`, 'utf8')).toBe('a page');
  expect(readFileSync(`${linked}/two/pages/b`, 'utf8')).toBe('a page');
});
