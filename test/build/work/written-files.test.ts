// Files that a command writes where somebody says: nothing is half written, and nothing but a file is replaced.

import { execFileSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { checkWritable, writeNamed } from '../../../build/work/files.ts';
import { temporaryFolder } from '../commands/command-line.ts';

const NEW = ['a line\n', 'another\n'];

test.for(['new', 'above/it/new', 'there', 'link'])('%s is written whole', async (name) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'there'), 'old\n');
  symlinkSync('there', join(folder, 'link'));
  const path = join(folder, name);
  checkWritable(path);
  await writeNamed(path, NEW);
  expect(readFileSync(path, 'utf8')).toBe(NEW.join(''));
  expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
  expect(readdirSync(folder).filter((each) => each.startsWith('.'))).toEqual([]);
});

test('what fails on the way leaves what was there', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'there'), 'old\n');
  const failing = function* () {
    yield 'a line\n';
    throw new Error('out of lines');
  };
  await expect(writeNamed(join(folder, 'there'), failing())).rejects.toThrow('out of lines');
  expect(readdirSync(folder)).toEqual(['there']);
  expect(readFileSync(join(folder, 'there'), 'utf8')).toBe('old\n');
});

test.skipIf(process.platform === 'win32')('what is no file is written to, and stays what it is', async () => {
  const pipe = join(temporaryFolder(), 'pipe');
  execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
  const link = `${pipe}-link`;
  symlinkSync(pipe, link);
  checkWritable(link);
  const [text] = await Promise.all([readFile(pipe, 'utf8'), writeNamed(link, NEW)]);
  expect(text).toBe(NEW.join(''));
  expect(lstatSync(pipe).isFIFO()).toBe(true);
});

test.for([
  ['', /expected the name of a file to write, found ""/],
  ['-', /expected the name of a file to write, found "-"/],
  ['file/x/y', /file\/x\/y cannot be written: a part of its path is no folder/],
  ['folder', /is a folder: expected a file to write/],
  ['file/x', /file\/x cannot be written: \S+file is no folder/],
] as const)('no file can be written at %j', ([name, said]) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'folder'));
  writeFileSync(join(folder, 'file'), '');
  const path = name.length > 1 ? join(folder, name) : name;
  expect(() => checkWritable(path)).toThrow(
    expect.objectContaining({ code: 'bad-input', message: expect.stringMatching(said) }),
  );
});

// Where even root may write nothing.
test.skipIf(process.platform !== 'linux')(
  'a path that is right, where the system refuses, is no wrong option',
  () => {
    expect(() => checkWritable('/proc/self/none')).toThrow(
      expect.objectContaining({
        code: 'unavailable',
        message: expect.stringMatching(/^\/proc\/self\/none cannot be written: /),
      }),
    );
  },
);
