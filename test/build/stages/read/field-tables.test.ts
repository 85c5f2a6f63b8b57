// Tables and JSON as people have them.

import { expect, test } from 'vitest';
import { fileWith, read, readBad } from './input-files.ts';

const textsOf = async (name: string, table: string) =>
  (await read(fileWith(name, table))).documents.map(({ text }) => text);

test('in a table of tabs, quotes that do not enclose a field are text, which is said', async () => {
  const input = fileWith(
    'quotes.tsv',
    'id\ttitle\ttext\n1\tA\t"Hello" she said\n2\tB\t5" disk\n3\tC\t"open quote only\n4\tD\tlast\n',
  );
  const { documents, report } = await read(input);
  expect(documents.map(({ text }) => text)).toEqual([
    '"Hello" she said',
    '5" disk',
    '"open quote only',
    'last',
  ]);
  expect(report.notes).toEqual([
    `${input}:2: a quote that does not enclose a field; such quotes are read as text`,
  ]);
});

test.each([
  ['enclosing a field', '1\t"a ""b"" c"\n', ['a "b" c']],
  ['enclosing a tab', '1\t"a\tb"\n', ['a\tb']],
  ['enclosing line breaks', '1\t"a\nb\n\nc"\n2\tx\n', ['a\nb\n\nc', 'x']],
  ['open on two lines', '1\t"a\n2\t"b\n3\tc\n', ['"a', '"b', 'c']],
  ['open on the last line', '1\ta\n2\t"b', ['a', '"b']],
  ['open, with a whole quoted field below', '1\t"a\n2\t"b"\n', ['"a', 'b']],
  ['at the end of a word below', '1\t"a\n2\t5"\n3\tc\n', ['"a', '5"', 'c']],
  ['empty', '1\t""\n2\tb\n', ['', 'b']],
])('quotes in a table of tabs, %s', async (_, rows, texts) => {
  expect(await textsOf('d.tsv', `id\ttext\n${rows}`)).toEqual(texts);
});

test.each([
  ['a header in capitals', 'd.csv', 'ID,Title,Text\n1,A,hello\n'],
  ['a header in mixed case, quoted and spaced', 'd.csv', '"Doc_Id", TITLE ,"Body"\n1,A,hello\n'],
  ['the first line sep=;', 'd.csv', 'sep=;\r\nid;title;text\r\n1;A;hello\r\n'],
  ['the first line sep=| and commas in the header', 'd.csv', 'sep=|\nid|title|text|a,b,c,d,e\n1|A|hello|\n'],
  ['the first line sep=, with delimiters behind it', 'd.csv', 'sep=,,,\nid,title,text\n1,A,hello\n'],
  ['cells behind which nothing stands', 'd.csv', 'id;title;text\r\n1;A;hello; \r\n'],
  ['vertical bars', 'd.csv', 'id|title|text\n1|A|hello\n'],
  ['semicolons, with commas in a quoted name', 'd.csv', 'id;"title";text;"a,b,c,d,e"\n1;A;hello;\n'],
  ['tabs, whatever the name says', 'd.csv', 'id\ttitle\ttext\n1\tA\thello\n'],
  ['vertical bars, in a file without an end', 'table', 'Id|Title|Text\n1|A|hello\n'],
])('a table with %s is read', async (_, name, table) => {
  expect((await read(fileWith(name, table))).documents).toEqual([{ id: '1', title: 'A', text: 'hello' }]);
});

test('a mapping finds columns in another case', async () => {
  const input = fileWith('d.csv', 'PMID,Abstract\n1,hello\n');
  const { documents } = await read(input, { fields: { id: 'pmid', text: 'abstract' } });
  expect(documents).toEqual([{ id: '1', text: 'hello' }]);
});

test('a name as it is counts before the same name in another case', async () => {
  expect((await read(fileWith('d.csv', 'ID,id,text\n1,2,x\n'))).documents).toEqual([
    { id: '2', text: 'x', fields: { ID: '1' } },
  ]);
});

test.each([
  ['carets', 'id^title^text\n1^A^x\n'],
  ['tildes', 'id~text\n1~x\n'],
  ['nothing', 'text\nx\n'],
])('a header with %s between its names is refused with the delimiters that are known', async (_, table) => {
  const input = fileWith('d.csv', table);
  await expect(read(input)).rejects.toThrow(
    `${input}:1: the header has one column, ${table.split('\n')[0]}: expected several, between commas, tabs, ` +
      'semicolons or |',
  );
});

test('a header is told with its line', async () => {
  const input = fileWith('d.csv', '\nsep=;\nname;age\n');
  await expect(read(input)).rejects.toThrow(`${input}:3: no column for the id`);
});

test("MS MARCO's form is said where it was detected", async () => {
  const input = fileWith('collection.tsv', '0\t"The first" passage\n');
  expect((await read(input)).report.notes).toEqual([
    `${input}: read as MS MARCO's form, an id, a tab and a text, where quotes are text`,
  ]);
  expect((await read(input, { format: 'msmarco' })).report.notes).toEqual([]);
});

test.each([
  ['a list over lines', '[\n {"id":"a","text":"one"},\n {"id":"b","text":"two"}\n]\n'],
  ['a list on one line', '[{"id":"a","text":"one"},{"id":"b","text":"two"}]'],
  ['objects over lines', '{\n  "id": "a",\n  "text": "one"\n}\n{\n  "id": "b",\n  "text": "two"\n}\n'],
  ['objects over lines, as some indent them', '{"id": "a",\n "text": "one"}\n{"id": "b",\n "text": "two"}'],
  [
    'a list with brackets and quotes in its texts',
    '[{"id":"a","text":"one"},\n{"id":"b","text":"two","x":"]}\\"{["}]',
  ],
])('JSON is read as %s', async (_, json) => {
  const { documents } = await read(fileWith('d.json', json));
  expect(documents.map(({ id, text }) => [id, text])).toEqual([
    ['a', 'one'],
    ['b', 'two'],
  ]);
});

test('a list that looks like BEIR has metadata', async () => {
  const input = fileWith('d.json', '[{"_id":"a","text":"one","metadata":{"year":1984}}]');
  expect((await read(input)).documents).toEqual([{ id: 'a', text: 'one', fields: { year: 1984 } }]);
});

test('a list of nothing has no documents', async () => {
  expect((await read(fileWith('d.json', '[]'))).documents).toEqual([]);
});

test('a malformed item of a list is told with the line on which it begins', async () => {
  const input = fileWith(
    'd.json',
    '[\n{"id":"a","text":"x"},\n{\n"text":"no id"},\n7,\n{"id":"b" "x"},\n{"id":"c"}\n]',
  );
  const { stopped, ids, report } = await readBad(input);
  expect(stopped).toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining(`${input}:3: no id under `),
  });
  expect(ids).toEqual(['a', 'c']);
  expect(report.reasons.slice(0, 2)).toEqual([
    expect.stringContaining(`${input}:3: no id under `),
    `${input}:5: not a JSON object`,
  ]);
  expect(report.reasons[2]).toMatch(/:6: not JSON/);
});

test('a list that is cut short stops the reading even when bad records are skipped', async () => {
  for (const json of ['[\n{"id":"a","text":"x"},\n{"id":"b"', '[\n{"id":"a","text":"x"}\n']) {
    const input = fileWith('d.json', json);
    await expect(read(input, { skipBad: true })).rejects.toThrow(
      /d\.json:3: the JSON is cut short: a list or an object is never closed/,
    );
  }
});

test('a list of more than a chunk is read whole', async () => {
  const items = Array.from({ length: 20_000 }, (_, i) => ({ id: i, text: `ö"${'x'.repeat(i % 90)}` }));
  const { documents } = await read(fileWith('d.json', JSON.stringify(items, null, 1)));
  expect(documents.map(({ text }) => text)).toEqual(items.map(({ text }) => text));
});

test.each([
  ['null', '{"id":"a","text":null,"contents":"real"}'],
  ['empty', '{"id":"a","text":"","contents":"real"}'],
  ['null twice', '{"id":"a","text":null,"contents":null,"body":"real"}'],
  ['the id', '{"id":null,"_id":"a","text":"real"}'],
  ['in another case', '{"ID":"a","Text":"real"}'],
])('a part of a document is under the first key that has a value: %s', async (_, json) => {
  expect((await read(fileWith('d.jsonl', `${json}\n`), { format: 'jsonl' })).documents).toEqual([
    { id: 'a', text: 'real' },
  ]);
});

test('a cell without text is none', async () => {
  expect(await textsOf('d.csv', 'id,text,contents\n1,,real\n2,x,y\n3,,\n')).toEqual(['real', 'x', '']);
});
