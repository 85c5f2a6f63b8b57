// Folders that cannot be made are refused at once, by their names: /proc says of folders in it that /proc is missing.

import { existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeFolder } from '../../../build/work/files.ts';
import { sparsedge, temporaryFolder, writeDocuments } from '../commands/command-line.ts';

describe('a folder', () => {
  test('is made with those above it, and what was made first is said', () => {
    const cwd = temporaryFolder();
    expect(makeFolder(join(cwd, 'a/b/../c/d'))).toBe(join(cwd, 'a'));
    expect(statSync(join(cwd, 'a/c/d')).isDirectory()).toBe(true);
    expect(existsSync(join(cwd, 'a/b'))).toBe(false);
    expect(makeFolder(join(cwd, 'a/c/d'))).toBeUndefined();
    mkdirSync(join(cwd, 'real'));
    symlinkSync(join(cwd, 'real'), join(cwd, 'link'));
    makeFolder(join(cwd, 'link/in'));
    expect(existsSync(join(cwd, 'real/in'))).toBe(true);
  });

  test('that is a file, in a file, or where a link leads nowhere is refused by its name', () => {
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'file'), '');
    symlinkSync(join(cwd, 'nowhere'), join(cwd, 'link'));
    for (const name of [
      'file',
      'file/in',
      'file/in/it',
      'link',
      'link/in',
      'x'.repeat(300),
      `${'y'.repeat(300)}/z`,
    ]) {
      const path = join(cwd, name);
      expect(() => makeFolder(path), name).toThrow(`${path} cannot be written: `);
    }
  });

  test.runIf(existsSync('/proc/self'))('that the system never makes is refused', () => {
    for (const path of ['/proc/x', '/proc/x/y/z', '/proc/self/x', '/sys/x/y', '/dev/null/x'])
      expect(() => makeFolder(path), path).toThrow(`${path} cannot be written: `);
  });
});

test.runIf(existsSync('/proc/self')).each([
  ['build', 'pages.jsonl', '--encoder', 'bm25', '-o', '/proc/x/y'],
  ['words', 'pages.jsonl', '-o', '/proc/x/words.txt'],
  ['encode', 'pages.jsonl', '--part', '1/1', '-o', '/proc/x'],
  ['expand', 'pages.jsonl', '-o', '/proc/x/e.jsonl', '--model', 'm', '--server', 'http://127.0.0.1:1/v1'],
])('%s ends at once where nothing can be written', async (...args) => {
  const cwd = temporaryFolder();
  writeDocuments(cwd);
  const { code, err } = await sparsedge(cwd, args);
  expect([code === 0, err]).toEqual([false, expect.stringMatching(/\/proc\/x\S* cannot be written: /)]);
});
