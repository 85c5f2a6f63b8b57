import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { newReport } from '../../../../build/stages/read/lines/report.ts';
import { readDocuments } from '../../../../build/stages/read/read.ts';
import { fileWith, folderWith, read } from './input-files.ts';

const contents = {
  beir: '{"_id":"a","title":"","text":"x"}\n',
  jsonl: '{"id":"a","text":"x"}\n',
  msmarco: 'a\tx\n',
  csv: 'id,text\na,x\n',
};

/** Reads `-` in a process of its own, as the command line does. */
function readInput(bytes: string | Uint8Array, options = {}) {
  const modules = ['read.ts', 'lines/report.ts'].map(
    (name) => pathToFileURL(join('build/stages/read', name)).href,
  );
  const script = `
    const { readDocuments } = await import('${modules[0]}');
    const { newReport } = await import('${modules[1]}');
    const options = { input: '-', report: newReport(), ...${JSON.stringify(options)} };
    for await (const document of readDocuments(options)) console.log(JSON.stringify(document));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    input: bytes,
  });
  return { documents: stdout.toString().trim().split('\n'), stderr: stderr.toString() };
}

for (const [format, text] of Object.entries(contents)) {
  test(`${format} is recognised by its contents, plain, gzipped and on standard input`, async () => {
    const expected = [{ id: 'a', text: 'x' }];
    expect((await read(fileWith('some.file', text))).documents).toEqual(expected);
    expect((await read(fileWith('some.gz', gzipSync(text)))).documents).toEqual(expected);
    expect((await read(fileWith('misnamed', gzipSync(text)))).documents).toEqual(expected);
    expect(readInput(text).documents).toEqual(expected.map((document) => JSON.stringify(document)));
    expect(readInput(gzipSync(text)).documents).toEqual(expected.map((document) => JSON.stringify(document)));
  });
}

test('a BEIR folder may hold its corpus gzipped', async () => {
  const folder = folderWith({ 'corpus.jsonl.gz': gzipSync(contents.beir) });
  expect((await read(folder)).documents).toEqual([{ id: 'a', text: 'x' }]);
});

test('gzip in several members is read whole', async () => {
  const members = Buffer.concat([gzipSync(contents.jsonl), gzipSync('{"id":"b","text":"y"}\n')]);
  expect((await read(fileWith('d.jsonl.gz', members))).documents.map(({ id }) => id)).toEqual(['a', 'b']);
});

test('gzip that is cut short stops the reading even when bad records are skipped', async () => {
  const whole = gzipSync(contents.jsonl.repeat(1000));
  const input = fileWith('d.jsonl.gz', whole.subarray(0, whole.length - 20));
  await expect(read(input, { skipBad: true })).rejects.toMatchObject({
    code: 'bad-input',
    message: `${input}: the gzip data is damaged or cut short`,
  });
});

test('files without a record give no documents', async () => {
  for (const name of ['d.jsonl', 'd.csv', 'd.tsv', 'd.jsonl.gz']) {
    expect((await read(fileWith(name, ''))).documents).toEqual([]);
  }
});

test('a format that is given is not guessed at', async () => {
  const { documents } = await read(fileWith('d.csv', 'id\ttext\n'), { format: 'msmarco' });
  expect(documents).toEqual([{ id: 'id', text: 'text' }]);
});

test('a mapping makes JSON lines of what looks like BEIR', async () => {
  const input = fileWith('d.jsonl', '{"_id":"a","text":"x","more":"y"}\n');
  expect((await read(input, { fields: { text: 'more' } })).documents).toEqual([
    { id: 'a', text: 'y', fields: { text: 'x' } },
  ]);
});

test('long lines and many chunks are read whole', async () => {
  const lines = Array.from({ length: 5000 }, (_, i) => JSON.stringify({ id: i, text: 'ö'.repeat(i % 700) }));
  const { documents } = await read(fileWith('d.jsonl', lines.join('\n')));
  expect(documents.map(({ text }) => text.length)).toEqual(lines.map((_, i) => i % 700));
});

test('reading can be stopped early', async () => {
  const report = newReport();
  const input = fileWith('d.jsonl.gz', gzipSync(contents.jsonl.repeat(100_000)));
  for await (const _ of readDocuments({ input, report })) if (report.read === 3) break;
  expect(report.read).toBe(3);
});

test('what fits no format is an error that says what was tried', async () => {
  await expect(read(fileWith('notes.txt', 'Dear diary\n'))).rejects.toThrow(
    /notes\.txt: unknown format: .*jsonl, beir.*csv.*msmarco/,
  );
  await expect(read(folderWith({ 'notes.txt': '' }))).rejects.toThrow(
    /unknown format: .*beir.*markdown.*html/,
  );
});

test('inputs and options that do not go together are errors', async () => {
  const folder = folderWith({ 'a.md': 'x' });
  await expect(read(join(folder, 'none'))).rejects.toMatchObject({ code: 'bad-input' });
  await expect(read(folder, { format: 'csv' })).rejects.toThrow(
    'it has no file whose name is that of csv; there are 1 .md',
  );
  await expect(read(folder, { format: 'beir' })).rejects.toThrow('no corpus.jsonl');
  await expect(read(folder, { fields: { id: 'x' } })).rejects.toThrow('fields cannot be mapped for markdown');
  await expect(read('-', { format: 'html' })).rejects.toThrow('html is read from files');
  await expect(read('-', { format: 'parquet' })).rejects.toThrow('parquet is read from a file');
});

test('faults on standard input are told by that name', () => {
  expect(readInput('{}\n', { format: 'jsonl' }).stderr).toContain('standard input:1: no id');
});
