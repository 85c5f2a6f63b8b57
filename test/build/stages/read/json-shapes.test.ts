// JSON as search engines and databases write it: lists inside of objects, bulk requests, types of their own.

import { expect, test } from 'vitest';
import { fileWith, folderWith, read, readBad } from './input-files.ts';

const one = { id: '1', title: 'One', text: 'alpha' };
const two = { id: '2', title: 'Two', text: 'beta' };
const withoutId = ({ id: _, ...rest }: typeof one) => rest;

test.each([
  ['docs', { docs: [one, two] }],
  ['data.items', { meta: { pages: [1, 2], none: [] }, data: { items: [one, two] } }],
  [
    'hits.hits',
    { took: 3, hits: { hits: [one, two].map((each) => ({ _id: each.id, _source: withoutId(each) })) } },
  ],
  ['response.docs', { responseHeader: { status: 0 }, response: { numFound: 2, docs: [one, two] } }],
  [
    'rows',
    {
      rows: [one, two].map((each) => ({ id: each.id, value: {}, doc: { _id: each.id, ...withoutId(each) } })),
    },
  ],
  ['hits', { hits: [one, two].map((each) => ({ objectID: each.id, ...withoutId(each) })), nbHits: 2 }],
  ['docs', { facets: [{ name: 'x "[{' }], docs: [one, two], more: [{ id: 3 }] }],
  ['schlüssel', { schlüssel: [one, two] }],
])('documents are read from a list inside of an object, and that is said: %s', async (path, value) => {
  for (const json of [JSON.stringify(value), JSON.stringify(value, undefined, 2)]) {
    const input = fileWith('d.json', json);
    const { documents, report } = await read(input);
    expect(documents).toMatchObject([one, two]);
    expect(report.notes).toEqual([
      `${input}: its documents are read from the list ${path}, which is inside of an object`,
    ]);
  }
});

test('such a list may be larger than what is looked at, and faults in it have their lines', async () => {
  const many = Array.from({ length: 5000 }, (_, i) => ({ id: `${i}`, text: 'word '.repeat(20) }));
  const lines = ['{', '"docs": [', ...many.map((each) => `${JSON.stringify(each)},`), '{"text": "x"}', ']}'];
  const input = fileWith('d.json', lines.join('\n'));
  const { ids, report } = await readBad(input);
  expect(ids).toHaveLength(5000);
  expect(report.reasons).toEqual([
    `${input}:5003: no id under id, _id, doc_id, docid, docno, pid, objectID; the record has text`,
  ]);
});

test.each([
  ['an id before it', { ...one, items: [two] }],
  ['an id behind it', { items: [two], ...one }],
])('an object with %s is a document and not around some', async (_, value) => {
  const { ids } = await read(fileWith('d.json', JSON.stringify(value))).then(({ documents }) => ({
    ids: documents.map(({ id }) => id),
  }));
  expect(ids).toEqual(['1']);
});

test.each([
  [
    'a second object',
    `${JSON.stringify({ docs: [one] })}\n${JSON.stringify({ docs: [two] })}`,
    /another value follows/,
  ],
  ['an end within the list', '{"docs":[{"id":1,"text":"a"},{"id":2', /cut short/],
  ['an end behind the list', '{"docs":[{"id":1,"text":"a"}]', /cut short/],
])('an object around a list with %s is refused', async (_, json, message) => {
  await expect(read(fileWith('d.json', json))).rejects.toThrow(message);
});

test('in a folder, such a file is not taken for documents, and what to do is said', async () => {
  const folder = folderWith({ 'a.md': '# A\n\ntext', 'nav.json': JSON.stringify({ items: [one] }) });
  const { documents, report } = await read(folder);
  expect(documents).toHaveLength(1);
  expect(report.files.skipped).toEqual([
    { file: 'nav.json', reason: 'it is an object around the list items: name the file itself to read that' },
  ]);
});

const bulk = (...lines: unknown[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

test.each([
  [
    'ids in the lines before documents',
    bulk({ index: { _index: 'x', _id: '1' } }, withoutId(one), { create: { _id: '2' } }, withoutId(two)),
  ],
  ['ids in the documents', bulk({ index: {} }, one, { index: {} }, two)],
])('a bulk request with %s is read', async (_, text) => {
  expect((await read(fileWith('d.ndjson', text))).documents).toEqual([one, two]);
});

test('what a bulk request changes is refused, and documents behind it are read', async () => {
  const text = bulk(
    { index: { _id: '1' } },
    withoutId(one),
    { delete: { _id: '9' } },
    { update: { _id: '1' } },
    {
      doc: { title: 'Other' },
    },
    { index: { _id: '3' } },
  );
  const input = fileWith('d.ndjson', `${text}{"broken\n${bulk({ index: { _id: '2' } }, withoutId(two))}`);
  const { ids, report } = await readBad(input);
  expect(ids).toEqual(['1', '2']);
  expect(report.reasons).toEqual([
    `${input}:3: the action "delete" changes what an index has: expected "index" or "create"`,
    `${input}:4: the action "update" changes what an index has: expected "index" or "create"`,
    expect.stringContaining(`${input}:7: not JSON`),
  ]);
});

test('types of MongoDB are those of JSON', async () => {
  const json =
    '{"_id":{"$oid":"507f1f77bcf86cd799439011"},"text":"x","n":{"$numberLong":"12"},"big":{"$numberLong":"9007199254740993"},' +
    '"at":{"$date":"2020-01-01T00:00:00Z"},"old":{"$date":{"$numberLong":"-1000"}},"in":{"of":{"$numberDouble":"1.5"}}}';
  expect((await read(fileWith('d.jsonl', json))).documents).toEqual([
    {
      id: '507f1f77bcf86cd799439011',
      text: 'x',
      fields: {
        n: 12,
        big: '9007199254740993',
        at: '2020-01-01T00:00:00Z',
        old: '1969-12-31T23:59:59.000Z',
        'in.of': 1.5,
      },
    },
  ]);
});

test('numbers beyond all stay as they are written, and those that are none are left out', async () => {
  const json = '{"id":1,"text":"NaN","a":1e999,"b":-1E+400,"c":NaN,"d":-Infinity,"e":1e300,"f":"Infinity"}';
  expect((await read(fileWith('d.jsonl', json))).documents).toEqual([
    { id: '1', text: 'NaN', fields: { a: '1e999', b: '-1E+400', e: 1e300, f: 'Infinity' } },
  ]);
});

test('a record with one object alone is that object', async () => {
  const text = [one, two].map((doc) => JSON.stringify({ doc })).join('\n');
  expect((await read(fileWith('d.jsonl', text))).documents).toEqual([one, two]);
});

test.each(['<?xml version="1.0"?><add><doc/></add>', '<add>\n<doc></doc></add>'])(
  'XML is refused by its name: %s',
  async (xml) => {
    await expect(read(fileWith('d.xml', xml))).rejects.toThrow('it is XML or HTML: ');
  },
);

test('what networks make of texts are no fields, and that is said once; other lists of numbers are', async () => {
  const emb = Array.from({ length: 32 }, (_, i) => i / 7);
  const record = { text: 'x', emb, of: { emb }, whole: emb.map(Math.round), few: emb.slice(0, 31) };
  for (const key of ['id', '_id']) {
    const lines = [1, 2].map((id) => JSON.stringify({ [key]: `${id}`, ...record }));
    const input = fileWith('d.jsonl', lines.join('\n'));
    const { documents, report } = await read(input);
    expect(documents.map(({ fields }) => Object.keys(fields ?? {}))).toEqual([
      ['whole', 'few'],
      ['whole', 'few'],
    ]);
    expect(report.notes).toEqual([
      `${input}: the lists of numbers under emb are vectors, and no fields`,
      `${input}: the lists of numbers under of.emb are vectors, and no fields`,
    ]);
  }
});
