import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { inputKeyOf } from '../../../../build/index/input-key.ts';
import { newReport } from '../../../../build/stages/read/lines/report.ts';
import { placesOf, readDocuments } from '../../../../build/stages/read/read.ts';
import { folderWith, read } from './input-files.ts';

const record = (id: string, text = 'x') => `${JSON.stringify({ id, text })}\n`;
const idsOf = async (folder: string, options = {}) =>
  (await read(folder, options)).documents.map(({ id }) => id);

test('a folder of shards is read in the order of the names, marks, line ends and blank lines aside', async () => {
  const folder = folderWith({
    'part-0.jsonl': `\uFEFF${record('1').trim()}\r\n${record('2').trim()}\r\n\r\n${record('3').trim()}`,
    'part-1.jsonl': record('9'),
  });
  expect(await idsOf(folder)).toEqual(['1', '2', '3', '9']);
});

test('Parquet parts in a folder are one collection', async () => {
  expect(await idsOf('test/fixtures/field/documents/p_folder')).toEqual(['a', 'b', 'c']);
});

test('a folder mixes pages, records of any format, compressed or not, and folders', async () => {
  const folder = folderWith({
    '2026/a.csv': 'ID;Text\n1;one\n',
    '2026/b.jsonl.gz': gzipSync(record('2')),
    'c.json': `[\n${record('3').trim()},\n${record('4')}]`,
    'd.md': 'four',
    'e.html': '<p>five',
    'f.tsv': 'id\ttext\n6\tsix\n',
    'part-00000': record('7'),
    'style.css': 'p {}',
    LICENSE: 'MIT',
    'package.json': '{"name": "x"}',
  });
  const { documents, report } = await read(folder);
  expect(documents.map(({ id }) => id)).toEqual(['1', '2', '3', '4', 'd', 'e', '6', '7']);
  expect(report.files).toEqual({
    read: 7,
    skipped: [],
    others: { '.css': 1, LICENSE: 1, '.json': 1 },
  });
});

test('a file that cannot be read is named with its reason', async () => {
  const folder = folderWith({
    'a.md': 'x',
    'b.md': 'y',
    'c.md': 'z',
    'notes.rst': 'Notes\n=====\n',
    'table.csv': 'name,age\nAnn,7\n',
    'settings.json': '{\n  "theme": "dark"\n}\n',
  });
  const { report } = await read(folder);
  expect(report.files.read).toBe(3);
  expect(report.files.skipped).toEqual([
    { file: 'notes.rst', reason: expect.stringContaining('its format is not read') },
    { file: 'settings.json', reason: expect.stringContaining('JSON without an id') },
    { file: 'table.csv', reason: expect.stringContaining('no column for the id') },
  ]);
});

test.each([
  ['documents of word processors', { 'a.md': 'x', 'b.docx': 'PK\u0003\u0004', 'c.pdf': '%PDF-1.7' }],
  ['plain text', { 'a.md': 'x', 'b.txt': 'one', 'c.txt': 'two' }],
  ['tables without ids', { 'a.md': 'x', 'b.csv': 'a,b\n', 'c.tsv': 'a\tb\tc\n' }],
])('a folder of which most would be skipped is refused: %s', async (_, files) => {
  const folder = folderWith(files);
  await expect(read(folder)).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(
      /most files would be skipped, 2, and only 1 read.*\n {2}b\..*: .*\n {2}c\./s,
    ),
  });
  expect(await idsOf(folder, { format: 'markdown' })).toEqual(['a']);
});

test('a format that is given chooses among the files of a folder', async () => {
  const folder = folderWith({ 'a.jsonl': record('a'), 'b.csv': 'id,text\nb,x\n', 'c.md': 'x' });
  expect(await idsOf(folder, { format: 'csv' })).toEqual(['b']);
  expect(await idsOf(folder, { format: 'jsonl' })).toEqual(['a']);
  expect(await idsOf(folder, { format: 'markdown' })).toEqual(['c']);
});

test('a malformed record of a shard is told with its file and line', async () => {
  const folder = folderWith({ 'a.jsonl': record('a'), 'b.jsonl': `${record('b')}{"id":\n` });
  await expect(read(folder)).rejects.toThrow(
    `${join(folder, 'b.jsonl')}:2: not JSON: Unexpected end of JSON input`,
  );
});

test('links are followed, and each file is read once, under its own name', async () => {
  const outside = folderWith({ 'linked.md': 'x', 'more/deep.md': 'z' });
  const folder = folderWith({ 'own.md': 'y' });
  symlinkSync(join(outside, 'linked.md'), join(folder, 'linked.md'));
  symlinkSync(outside, join(folder, 'sub'));
  symlinkSync(join(folder, 'own.md'), join(folder, 'again.md'));
  const { documents, report } = await read(folder);
  expect(documents.map(({ id }) => id)).toEqual(['linked', 'own', 'sub/more/deep']);
  expect(report.files.skipped).toEqual([
    { file: 'again.md', reason: 'the same file as own.md, which is read' },
    { file: 'sub/linked.md', reason: 'the same file as linked.md, which is read' },
  ]);
});

test('links that lead in a circle, to what is read, or nowhere are named', async () => {
  const folder = folderWith({ 'a.md': 'x', 'deep/b.md': 'y' });
  symlinkSync('..', join(folder, 'deep/up'));
  symlinkSync('.', join(folder, 'self'));
  symlinkSync('deep', join(folder, 'shallow'));
  symlinkSync('none.md', join(folder, 'lost.md'));
  symlinkSync('ring', join(folder, 'ring'));
  const { documents, report } = await read(folder);
  expect(documents.map(({ id }) => id)).toEqual(['a', 'deep/b']);
  expect(report.files.skipped.map(({ file, reason }) => `${file}: ${reason}`)).toEqual([
    'deep/up: a link to a folder that is read already',
    'lost.md: a link that leads nowhere',
    'ring: a link that leads nowhere',
    'self: a link to a folder that is read already',
    'shallow: a link to a folder that is read already',
  ]);
});

test('a link to a folder outside that leads back comes to an end', async () => {
  const outside = folderWith({ 'a.md': 'x' });
  const folder = folderWith({ 'b.md': 'y' });
  symlinkSync(outside, join(folder, 'out'));
  symlinkSync(folder, join(outside, 'back'));
  expect(await idsOf(folder)).toEqual(['b', 'out/a']);
});

test('an index that was built into the folder is no document of it', async () => {
  const folder = folderWith({ 'a.md': 'x', 'index/current': '', 'index/models/notes.md': 'y', current: '' });
  mkdirSync(join(folder, 'index/objects'));
  mkdirSync(join(folder, 'stopped/.work'), { recursive: true });
  mkdirSync(join(folder, 'stopped/objects'));
  mkdirSync(join(folder, 'objects'));
  const { documents, report } = await read(folder);
  expect(documents.map(({ id }) => id)).toEqual(['a']);
  expect(report.files.skipped).toEqual([
    { file: 'index', reason: 'it is an index, and no documents' },
    { file: 'stopped', reason: 'it is an index, and no documents' },
  ]);
});

test('where documents with one id stand is found in files, lines and rows', async () => {
  const folder = folderWith({
    'a.jsonl': record('b') + record('a'),
    'b.csv': 'id,text\n\na,"x\ny"\na,z\n',
    'c.json': `[${record('c')},\n\n${record('a')}]`,
    'a.md': 'x',
  });
  expect(await placesOf({ input: folder }, 'a')).toEqual(
    ['a.jsonl:2', 'a.md', 'b.csv:3', 'b.csv:5', 'c.json:4'].map((place) => join(folder, place)),
  );
});

test('plain text is read where a pattern asks for it, and is named with the reason where none does', async () => {
  const files = {
    'a.md': 'x',
    'notes/b.txt': 'Moving house\n============\n\nPack   the books.\n',
    'c.txt': 'No title, since the text\ngoes on.\n',
    'd.md': 'y',
    'd/f.md': 'z',
    'e.rst': 'Title\n=====\n',
    'robots.txt': 'User-agent: *\n',
  };
  const without = await read(folderWith(files));
  expect(without.documents.map(({ id }) => id)).toEqual(['a', 'd/f', 'd']);
  expect(without.report.files.skipped.map(({ file, reason }) => `${file}: ${reason}`)).toEqual([
    'c.txt: plain text is read where --include asks for it: --include "*.txt"',
    'e.rst: its format is not read: make the HTML of the site, and index that',
    'notes/b.txt: plain text is read where --include asks for it: --include "*.txt"',
  ]);
  const { documents, report } = await read(folderWith(files), { pages: { include: ['*.{md,txt}'] } });
  expect(documents.map(({ id, title, text, url }) => [id, title, text, url])).toEqual([
    ['a', undefined, 'x', 'a.md'],
    ['c.txt', undefined, 'No title, since the text\ngoes on.', 'c.txt'],
    ['d/f', undefined, 'z', 'd/f.md'],
    ['d', undefined, 'y', 'd.md'],
    ['notes/b.txt', 'Moving house', 'Moving house\nPack   the books.', 'notes/b.txt'],
  ]);
  expect(report.files.skipped.map(({ file }) => file)).toEqual(['e.rst']);
});

test('files that are called as what every object has are counted as any others', async () => {
  const folder = folderWith({
    'a.md': '# A',
    constructor: '',
    ['__proto__']: '',
    toString: '',
    'b.__proto__': '',
  });
  const { report } = await read(folder, { format: 'markdown' });
  expect(Object.entries(report.files.others).sort()).toEqual([
    ['.__proto__', 1],
    ['__proto__', 1],
    ['constructor', 1],
    ['toString', 1],
  ]);
});

test('a file that is gone when it is to be read is named, whatever its format', async () => {
  for (const name of ['b.parquet', 'b.md', 'b.jsonl', 'b.csv']) {
    const folder = folderWith({
      'a.jsonl': '{"id":"a","text":"x"}\n',
      [name]: 'id,text\n{"id":"b","text":"x"}\n',
    });
    const file = join(folder, name);
    const format = name.endsWith('.jsonl') ? 'jsonl' : 'auto';
    const reading = async () => {
      for await (const _ of readDocuments({ input: folder, format, report: newReport() }))
        rmSync(file, { force: true });
    };
    await expect(reading(), name).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(new RegExp(`^${file}: (?:cannot be read|there is no such file)`)),
    });
  }
});

test.runIf(process.platform === 'linux')(
  'names that are not UTF-8 are said, and what else there is is read',
  async () => {
    const folder = folderWith({ 'a.md': '# A', 'b\uFFFD.md': '# B' });
    const named = (name: string) => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, 'latin1')]);
    writeFileSync(named('caf\xe9.md'), '# C');
    mkdirSync(named('d\xe9'));
    symlinkSync('a.md', named('l\xe9.md'));
    const { documents, report } = await read(folder);
    expect(documents.map(({ id }) => id)).toEqual(['a', 'b\uFFFD']);
    const reason = 'its name is not UTF-8: give it another one';
    expect(report.files.skipped).toEqual(
      ['caf\uFFFD.md', 'd\uFFFD', 'l\uFFFD.md'].map((file) => ({ file, reason })),
    );
    await expect(inputKeyOf({ input: folder })).resolves.toMatch(/^[0-9a-f]{64}$/);
  },
);

/** Files of other formats, whose first line has by chance what would make a table of them. */
test.each([
  [Buffer.from([0x30, 0x82, 0x05, 0x49, 0x09, 0xa0, 0x03])],
  [Buffer.from('id,\0\0text')],
  [Buffer.from('id\tname\xff', 'latin1')],
])('bytes that are no text are no records', async (bytes) => {
  const folder = folderWith({ 'a.md': 'x', 'b.md': 'y', 'root.der': bytes });
  const { documents, report } = await read(folder);
  expect(documents.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(report.files.skipped).toMatchObject([
    { file: 'root.der', reason: 'it is neither text nor Parquet' },
  ]);
});
