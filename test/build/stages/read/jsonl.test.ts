import { describe, expect, test } from 'vitest';
import { newReport } from '../../../../build/stages/read/lines/report.ts';
import { readDocuments } from '../../../../build/stages/read/read.ts';
import { SparsedgeError } from '../../../../src/core/errors.ts';
import { fileWith, folderWith, read, readBad } from './input-files.ts';

const good = (id: string) => `${JSON.stringify({ id, text: 'x' })}\n`;

test('keys become the parts of a document and the others its fields', async () => {
  const line = {
    docid: 'a',
    title: 'T',
    contents: 'words',
    url: 'u',
    year: 1984,
    draft: false,
    tags: ['x'],
    note: null,
    blank: '',
  };
  const { documents } = await read(fileWith('d.jsonl', JSON.stringify(line)));
  expect(documents).toEqual([
    { id: 'a', title: 'T', text: 'words', url: 'u', fields: { year: 1984, draft: false, tags: ['x'] } },
  ]);
});

test('lists of strings, numbers and booleans become lists of keywords', async () => {
  const record = {
    id: 'a',
    text: 'x',
    tags: ['b', 'c', null, ''],
    years: [1984, true],
    none: [],
    pairs: [['a', 'b']],
  };
  const { documents } = await read(fileWith('d.jsonl', JSON.stringify(record)));
  expect(documents[0].fields).toEqual({ tags: ['b', 'c'], years: ['1984', 'true'] });
});

test('what objects hold becomes fields by its path, and of lists of objects a list', async () => {
  const record = {
    id: 'a',
    text: 'x',
    author: {
      name: 'Ada',
      born: 1815,
      address: { city: 'London', street: null },
      tags: ['x', 'y'],
      none: {},
    },
    authors: [{ name: 'Ada', of: { city: 'London' } }, { name: null }, { name: ['Grace', 'Hopper'] }, 7],
    chapters: [{ parts: [{ page: 1 }, { page: 2 }] }, { parts: [{ page: 9 }] }],
    pairs: [[{ a: 1 }]],
  };
  const { documents } = await read(fileWith('d.jsonl', JSON.stringify(record)));
  expect(documents[0].fields).toEqual({
    'author.name': 'Ada',
    'author.born': 1815,
    'author.address.city': 'London',
    'author.tags': ['x', 'y'],
    'authors.name': ['Ada', 'Grace', 'Hopper'],
    'authors.of.city': ['London'],
    'chapters.parts.page': ['1', '2', '9'],
  });
});

test('a mapping may name what objects hold', async () => {
  const input = fileWith('d.jsonl', '{"id":7,"title":{"rendered":"T"},"content":{"rendered":"words"}}');
  const { documents } = await read(input, {
    fields: { title: 'title.rendered', text: 'content.rendered' },
  });
  expect(documents).toEqual([{ id: '7', title: 'T', text: 'words' }]);
});

test.each([
  ['{"id":"a","text":"x","a.b":1,"a":{"b":2}}', /"a\.b" is there twice/],
  ['{"id":"a","text":"x","a":{"b.c":1,"b":{"c":2}}}', /"a\.b\.c" is there twice/],
  [`{"id":"a","text":"x","a":${'{"b":'.repeat(100_000)}1${'}'.repeat(100_000)}}`, /a path of more than 512/],
  [`{"id":"a","text":"x","a":${'[{"":'.repeat(100_000)}1${'}]'.repeat(100_000)}}`, /a path of more than 512/],
])(
  'paths that are there twice, or without an end, are refused with the place: %.40s',
  async (line, found) => {
    const { stopped } = await readBad(fileWith('d.jsonl', line));
    expect(stopped).toMatchObject({ code: 'bad-input', message: expect.stringMatching(found) });
    expect((stopped as { message: string }).message).toMatch(/d\.jsonl:1: /);
  },
);

test('a field that objects take for something else is refused by its name', async () => {
  const { stopped } = await readBad(fileWith('d.jsonl', '{"id":"a","text":"x","__proto__":["y"]}'));
  expect(stopped).toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining('a field is called __proto__'),
  });
});

test('a mapping names the keys, and several texts are joined by line breaks', async () => {
  const input = fileWith('d.jsonl', '{"pid":7,"head":"H","lead":"one","rest":"two","id":"other"}');
  const { documents } = await read(input, {
    fields: { id: 'pid', title: 'head', text: ['lead', 'none', 'rest'] },
  });
  expect(documents).toEqual([{ id: '7', title: 'H', text: 'one\ntwo', fields: { id: 'other' } }]);
});

test.each([
  ['content', '{"id":1,"title":"t","content":"x"}', 'x'],
  ['a passage of MS MARCO', '{"pid":1,"passage":"x"}', 'x'],
  ['a segment of MS MARCO', '{"docid":1,"title":"t","segment":"x"}', 'x'],
  ['an abstract', '{"docno":1,"title":"t","abstract":"x"}', 'x'],
  ['the first of several', '{"id":1,"abstract":"no","content":"no","text":"x"}', 'x'],
  ['that of a record with _id', '{"_id":1,"title":"t","body":"x"}', 'x'],
  ['in a hit of Elasticsearch', '{"_index":"i","_id":"1","_source":{"id":7,"text":"x"},"sort":[1]}', 'x'],
  ['paragraphs', '{"id":1,"text":["x","y"]}', 'x\ny'],
  ['no object', '{"id":1,"title":"t","content":{"html":"no"}}', ''],
])('text may be %s', async (_, line, text) => {
  expect((await read(fileWith('d.jsonl', line))).documents).toMatchObject([{ id: '1', text }]);
});

test.each([
  ['without anything between', '{"id":1,"text":"}{"}{"id":2,"text":"b"}'],
  ['with spaces between', '{"id":1,"text":"a"} {"id":2,\n"text":"b"}'],
])('objects on one line are read %s', async (_, text) => {
  expect((await read(fileWith('d.json', text))).documents.map(({ id }) => id)).toEqual(['1', '2']);
});

test('a number as id becomes its decimal text', async () => {
  const { documents } = await read(fileWith('d.jsonl', '{"id":7,"text":""}\n{"id":-1.5,"text":"x"}\n'));
  expect(documents.map(({ id }) => id)).toEqual(['7', '-1.5']);
});

test('a byte-order mark, carriage returns and blank lines mean nothing', async () => {
  const { documents } = await read(
    fileWith('d.jsonl', `\uFEFF{"id":"a","text":"x"}\r\n\r\n  \n{"id":"b","text":"y"}`),
  );
  expect(documents).toEqual([
    { id: 'a', text: 'x' },
    { id: 'b', text: 'y' },
  ]);
});

test('line separators inside a string do not end a line', async () => {
  const { documents } = await read(fileWith('d.jsonl', '{"id":"a","text":"x\u2028y"}\n'));
  expect(documents[0].text).toBe('x\u2028y');
});

test('documents without text and title are kept and counted', async () => {
  const { documents, report } = await read(
    fileWith('d.jsonl', '{"id":"a"}\n{"id":"b","text":" "}\n{"id":"c","title":"T"}\n'),
  );
  expect(documents.length).toBe(3);
  expect(report).toMatchObject({ read: 3, empty: 2, skipped: 0, reasons: [] });
});

test('equal ids are left for a later stage to find', async () => {
  const { documents } = await read(fileWith('d.jsonl', good('a') + good('a')));
  expect(documents.length).toBe(2);
});

test('BEIR metadata becomes fields and gives way to the record itself', async () => {
  const line = {
    _id: '1',
    title: '',
    text: 'x',
    metadata: { url: 'u', year: 2020, title: 'other', cites: {} },
  };
  const folder = folderWith({ 'corpus.jsonl': JSON.stringify(line), 'queries.jsonl': '' });
  const { documents } = await read(folder);
  expect(documents).toEqual([{ id: '1', text: 'x', url: 'u', fields: { year: 2020 } }]);
});

describe('a malformed line stops the reading with its file, line and reason, or is counted', () => {
  const cases: Record<string, [line: string | Buffer, reason: string]> = {
    'that is not JSON': ['{"id":', 'not JSON: Unexpected end of JSON input'],
    'that is no object': ['["a"]', 'not a JSON object'],
    'without an id': [
      '{"text":"x"}',
      'no id under id, _id, doc_id, docid, docno, pid, objectID; the record has text',
    ],
    'with an empty id': ['{"id":"","text":"x"}', 'no id'],
    'with an id of null': ['{"id":null,"text":"x"}', 'no id'],
    'with an id that is no text': ['{"id":{},"text":"x"}', 'the id is an object'],
    'with an id past 2^53': [
      '{"id":12345678901234567890.5,"text":"x"}',
      'the id 12345678901234567000 is a number that cannot be kept exactly; write it as a string',
    ],
    'with a control character in the id': ['{"id":"a\\u0007","text":"x"}', 'the id has a control character'],
    'with a line break in the id': ['{"id":"a\\nb","text":"x"}', 'the id has a control character'],
    'with an id of 513 bytes': [`{"id":"${'ä'.repeat(256)}a","text":"x"}`, 'the id is longer than 512 bytes'],
    'with half a surrogate pair in the id': [
      '{"id":"\\ud800","text":"x"}',
      'the id has an unpaired surrogate',
    ],
    'with half a surrogate pair in the text': [
      '{"id":"b","text":"\\udc00 x"}',
      'the text has an unpaired surrogate',
    ],
    'with half a surrogate pair in the title': [
      '{"id":"b","title":"\\ud83d"}',
      'the title has an unpaired surrogate',
    ],
    'with half a surrogate pair in a field': [
      '{"id":"b","text":"","f":"\\ud83d"}',
      'the f has an unpaired surrogate',
    ],
    'with a list of objects for a text': ['{"id":"b","text":[{"x":1}]}', 'text is a list'],
    'that is not UTF-8': [Buffer.from([0x7b, 0xff, 0x7d]), 'not valid UTF-8'],
    'larger than 16 MiB': [`{"id":"b","text":"${'x'.repeat(16 * 1024 * 1024)}"}`, 'larger than 16 MiB'],
  };
  test.each(Object.entries(cases))('%s', async (_, [line, reason]) => {
    const input = fileWith(
      'd.jsonl',
      Buffer.concat([good('a'), line, '\n', good('z')].map((part) => Buffer.from(part))),
    );
    const { stopped, ids, report } = await readBad(input);
    expect(stopped).toBeInstanceOf(SparsedgeError);
    expect(stopped).toMatchObject({
      code: 'bad-input',
      message: `${input}:2: ${reason}`,
      details: { file: input, line: 2, reason },
    });
    expect(ids).toEqual(['a', 'z']);
    expect(report).toMatchObject({ read: 2, empty: 0, skipped: 1, reasons: [`${input}:2: ${reason}`] });
  });
});

test('an id of 512 bytes, a whole surrogate pair and an escaped backslash are well formed', async () => {
  const id = 'ä'.repeat(256);
  const { documents } = await read(fileWith('d.jsonl', `{"id":"${id}","text":"\\ud83d\\ude00 \\\\ud800"}`));
  expect(documents).toEqual([{ id, text: '😀 \\ud800' }]);
});

test('what stands before a malformed line is handed out before the error', async () => {
  const report = newReport();
  const ids: string[] = [];
  const input = fileWith('d.jsonl', `${good('a')}${good('b')}nonsense\n${good('c')}`);
  const reading = async () => {
    for await (const { id } of readDocuments({ input, report })) ids.push(id);
  };
  await expect(reading()).rejects.toMatchObject({ details: { line: 3 } });
  expect(ids).toEqual(['a', 'b']);
  expect(report.read).toBe(2);
});

test('ten reasons are kept however many lines are malformed', async () => {
  const { report } = await read(fileWith('d.jsonl', '{}\n'.repeat(25)), { skipBad: true });
  expect(report.skipped).toBe(25);
  expect(report.reasons.length).toBe(10);
});

test.each([
  ['next to each other', '{"id":"b","text":"x","text":"y"}', 'text'],
  ['apart, with white space', '{ "id" : "b" , "n":1,  "text" : "x", "id":"c" }', 'id'],
  ['in another spelling', '{"id":"b","te\\u0078t":"x","text":"y"}', 'text'],
  [
    'beside lists, objects and quotes',
    '{"id":"b","x":[{"id":"]\\"}"}],"text":"a\\\\","m":{"text":1},"x":2}',
    'x',
  ],
  ['with one value', '{"id":"b","text":"x","text":"x"}', 'text'],
])('a record that has a key twice is malformed: %s', async (_, line, key) => {
  const reason = `the key "${key}" is there twice`;
  for (const [name, text] of [
    ['d.jsonl', `${good('a')}${line}\n${good('z')}`],
    ['d.json', `[\n${good('a').trim()},\n${line},\n${good('z')}]`],
  ]) {
    const input = fileWith(name, text);
    const { stopped, ids, report } = await readBad(input);
    expect(stopped).toMatchObject({ code: 'bad-input', details: { reason } });
    expect(ids).toEqual(['a', 'z']);
    expect(report.reasons).toEqual([`${input}:${name === 'd.json' ? 3 : 2}: ${reason}`]);
  }
});

test.each([
  '{"id":"a","text":"say \\":\\" and \\"id\\":"}',
  '{"id":"a","text":"x","m":{"id":1,"text":2},"l":[{"id":1},{"id":2}]}',
  '{ "id" :\t"a",\r "text" : "ends with \\\\" , "id2":"id"}',
  '{"id":"a","text":"","":"x"}',
])('keys in texts, lists and objects are no keys of the record: %s', async (line) => {
  expect((await read(fileWith('d.jsonl', line))).documents.map(({ id }) => id)).toEqual(['a']);
});

test('lists of objects may hold more values than a call has arguments', async () => {
  const many = { n: Array.from({ length: 300_000 }, (_, i) => i) };
  const { documents } = await read(
    fileWith('d.jsonl', JSON.stringify({ id: '1', text: 'x', by: [many, many] })),
  );
  expect(documents[0].fields?.['by.n']).toHaveLength(600_000);
});
