import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { sparsedge, temporaryFolder } from './command-line.ts';

const RECORDS = [
  { _id: 'a', title: 'The Moon', text: 'pulls at the seas' },
  { _id: 'b', text: 'Tides, twice a day.' },
];
const LINES = RECORDS.map((record) => `${JSON.stringify(record)}\n`).join('');

function folderWith(name: string, content: string | Buffer): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, name), content);
  return folder;
}

test.for([
  ['a BEIR folder', 'corpus.jsonl', LINES, '.'],
  ['gzipped JSON lines', 'texts.jsonl.gz', gzipSync(LINES), 'texts.jsonl.gz'],
] as const)('the words of %s are those of title and text', async ([, name, content, input]) => {
  const folder = folderWith(name, content);
  const ended = await sparsedge(folder, ['words', input, '-o', 'words.out']);
  expect(ended).toMatchObject({ code: 0, err: '', out: 'Wrote the words of 2 texts to words.out.\n' });
  const lines = readFileSync(join(folder, 'words.out'), 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { _id: 'a', words: '_the moon pull _at _the sea' },
    { _id: 'b', words: 'tide twice _a dai' },
  ]);
});

test('columns are mapped as in a build', async () => {
  const folder = folderWith('q.csv', 'id,question\n1,Why is the sky blue?\n');
  const { code } = await sparsedge(folder, ['words', 'q.csv', '--field', 'text=question', '-o', 'w']);
  expect(code).toBe(0);
  expect(readFileSync(join(folder, 'w'), 'utf8')).toBe('{"_id":"1","words":"_why _is _the sky blue"}\n');
});

test('a malformed line ends it, and says where', async () => {
  const folder = folderWith('q.jsonl', '{"_id":"1","text":"a"}\n{"text":"b"}\n');
  const { code, err } = await sparsedge(folder, ['words', 'q.jsonl', '-o', 'w']);
  expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('q.jsonl:2: no id') });
});
