import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileWith, read, readBad } from './input-files.ts';

test('an MS MARCO line is an id, a tab and a passage in which quotes mean nothing', async () => {
  const { documents } = await read(fileWith('collection.tsv', '0\tThe "first\n1\t\n'));
  expect(documents).toEqual([
    { id: '0', text: 'The "first' },
    { id: '1', text: '' },
  ]);
});

test.each([
  ['no tab', 'no tab', 1],
  ['a second tab', '1\tx\ty', 3],
])('an MS MARCO line with %s is malformed', async (_, line, found) => {
  const input = fileWith('collection.tsv', `0\tx\n${line}\n2\ty\n`);
  const { ids, report } = await readBad(input);
  expect(ids).toEqual(['0', '2']);
  expect(report.reasons).toEqual([`${input}:2: expected 2 columns, found ${found}`]);
});

test('CSV columns become the parts of a document, quotes and line breaks included', async () => {
  const csv = 'id,title,text,lang\r\n1,"A, ""B""","one\r\n\r\ntwo",en\r\n\r\n2,,5" pipe,\r\n';
  const { documents } = await read(fileWith('d.csv', csv));
  expect(documents).toEqual([
    { id: '1', title: 'A, "B"', text: 'one\n\ntwo', fields: { lang: 'en' } },
    { id: '2', text: '5" pipe' },
  ]);
});

test.each([
  ['tabs', 'd.tsv', 'id\ttext\ttopic\na\tx, y; z\tt'],
  ['semicolons', 'd.csv', 'id;text;topic\na;x, y; z\n'.replace('x, y; z', '"x, y; z";t')],
])('%s delimit when the header has them', async (_, name, csv) => {
  const { documents } = await read(fileWith(name, csv));
  expect(documents).toEqual([{ id: 'a', text: 'x, y; z', fields: { topic: 't' } }]);
});

test('rows of delimiters alone are no rows, as spreadsheets write those in which nothing stands', async () => {
  for (const [name, csv] of [
    ['d.csv', 'id,text,,\r\n1,x,,\r\n,,,\r\n" ", ,,\r\n2,y,,\r\n,,,\r\n'],
    ['d.tsv', 'id\ttext\n1\tx\n\t\n2\ty\n'],
    ['e.csv', 'id;text\n1;x\n;\n2;y\n'],
  ]) {
    const { documents } = await read(fileWith(name, csv));
    expect(documents).toEqual([
      { id: '1', text: 'x' },
      { id: '2', text: 'y' },
    ]);
  }
});

test('a mapping names CSV columns', async () => {
  const { documents } = await read(fileWith('d.csv', 'k,a,b\n1,x,y\n'), {
    fields: { id: 'k', text: ['b', 'a'] },
  });
  expect(documents).toEqual([{ id: '1', text: 'y\nx' }]);
});

test.each([
  ['too few columns', '2,x', 'expected 3 columns, found 2'],
  ['too many columns', '2,x,y,z', 'expected 3 columns, found 4'],
  ['text after a closing quote', '2,"x" y,z', 'text after a closing quote'],
  ['no id', ',x,y', 'no id'],
])('a CSV row with %s is malformed', async (_, row, reason) => {
  const input = fileWith('d.csv', `id,title,text\n1,"a\nb",c\n${row}\n3,x,y\n`);
  const { stopped, ids, report } = await readBad(input);
  expect(stopped).toMatchObject({ code: 'bad-input', details: { file: input, line: 4, reason } });
  expect(ids).toEqual(['1', '3']);
  expect(report.skipped).toBe(1);
});

test('a CSV row with bad bytes on one of its lines is malformed, and the next row is read', async () => {
  const bytes = Buffer.concat([
    Buffer.from('id,text\n1,"a\n'),
    Buffer.from([0xff]),
    Buffer.from('b"\n2,x\n'),
  ]);
  const input = fileWith('d.csv', bytes);
  const { ids, report } = await readBad(input);
  expect(ids).toEqual(['2']);
  expect(report.reasons).toEqual([`${input}:2: not valid UTF-8`]);
});

test('a quote that is never closed is malformed at the line where its row starts', async () => {
  const input = fileWith('d.csv', 'id,text\n1,x\n2,"y\n3,z\n');
  const { ids, report } = await readBad(input);
  expect(ids).toEqual(['1']);
  expect(report.reasons).toEqual([`${input}:3: a quoted field is never closed`]);
});

test('a CSV row above the limit ends there, and rows are read again after it', async () => {
  const input = fileWith('d.csv', `id,text\n1,"${`${'x'.repeat(1023)}\n`.repeat(16 * 1024)}2,x\n3,y\n`);
  const { ids, report } = await readBad(input);
  expect(report.reasons).toEqual([`${input}:2: larger than 16 MiB`]);
  expect(ids).toContain('3');
});

test.each([
  [
    'without an id',
    'name,text\n',
    'no column for the id (id, _id, doc_id, docid, docno, pid, objectID); it has name, text',
  ],
  [
    'without text and title',
    'id,topic\n',
    'no column for the text (text, contents, body, content, passage, segment, abstract); it has id, topic',
  ],
  ['with a name twice', 'id,text,text\n', 'header: two columns are named text'],
])('a CSV header %s stops the reading even when bad records are skipped', async (_, csv, reason) => {
  await expect(read(fileWith('d.csv', csv), { skipBad: true })).rejects.toThrow(reason);
});

test('a mapped column that is missing stops the reading', async () => {
  const input = fileWith('d.csv', 'id,text\n');
  await expect(read(input, { fields: { text: ['text', 'more'] } })).rejects.toThrow(
    'no column more; it has id, text',
  );
});

test('well-formed CSV reads as csv-parse reads it', async () => {
  const field = fc.string({ unit: fc.constantFrom('a', 'ö', ' ', ',', '"', '\n', ';', '\t') });
  const quoted = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 5 }), async (rows) => {
      const csv = `id,title,text\n${rows.map((row, i) => [`${i}`, ...row].map(quoted).join(',')).join('\n')}\n`;
      const { documents } = await read(fileWith('d.csv', csv));
      const expected = parse<Record<string, string>>(csv, { columns: true }).map(({ id, title, text }) => {
        return title === '' ? { id, text } : { id, title, text };
      });
      expect(documents).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});

test('a row of more fields than a call has arguments is malformed, be its quotes text', async () => {
  const input = fileWith('d.tsv', `id\ttext\n1\t"x${'\tz'.repeat(300_000)}\n2\ty\n`);
  const { ids, report } = await readBad(input);
  expect(ids).toEqual(['2']);
  expect(report.reasons).toEqual([`${input}:2: expected 2 columns, found 300002`]);
});

test('a column called __proto__ is refused, and one called constructor is a field', async () => {
  const input = fileWith('d.csv', 'id,text,__proto__\n1,x,y\n');
  const reason = `${input}:1: a column is called __proto__: expected another name`;
  await expect(read(input, { skipBad: true })).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining(reason),
  });
  const { documents } = await read(fileWith('d.csv', 'id,text,constructor\n1,x,y\n'));
  expect(documents).toEqual([{ id: '1', text: 'x', fields: { constructor: 'y' } }]);
});
