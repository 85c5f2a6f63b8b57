// Questions and judgments in the forms in which tracks and tools have them.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { parseQrels, readQrels } from '../../../build/evaluate/qrels.ts';
import { parseTopics, readTopics } from '../../../build/evaluate/topics.ts';

const TOPICS = [
  { id: '1', text: 'raspberry pi' },
  { id: '2', text: 'ankle brace' },
];

test.each([
  [
    "the Web track's",
    '<webtrack2013>\n<topic number="1" type="faceted">\n<query>raspberry pi</query>\n<description>\nWhat is it?\n' +
      '</description>\n<subtopic number="1" type="inf">Buy one</subtopic>\n</topic>\n' +
      '<topic number="2" type="single">\n<query>ankle brace</query>\n</topic>\n</webtrack2013>',
  ],
  [
    'XML',
    '<?xml version="1.0" encoding="UTF-8"?>\n<!-- two\n topics -->\n<topics>\n<topic>\n<number>1</number>\n' +
      '<query>raspberry pi</query>\n</topic>\n<topic><number>2</number><query>ankle brace</query></topic>\n</topics>',
  ],
  [
    "the Clinical Trials track's, whose text is in no field",
    '<topics task="2021">\n<topic number="1">\nraspberry\npi\n</topic>\n<topic number="2">ankle brace</topic>\n</topics>',
  ],
  [
    "TREC-COVID's",
    '<topics task="COVIDSearch">\n<topic number="1">\n<query>raspberry pi</query>\n<question>what is it</question>\n' +
      '<narrative>more</narrative>\n</topic>\n<topic number="2"><query>ankle brace</query></topic></topics>',
  ],
  [
    "Precision Medicine's, of facets",
    '<topics>\n<topic number="1"><disease>raspberry</disease><gene>pi</gene></topic>\n' +
      '<topic number="2">\n<disease>ankle</disease>\n<other>brace</other>\n</topic>\n</topics>',
  ],
  [
    'several fields on a line',
    '<top><num>1</num><title>raspberry pi</title></top>\n<top><num>2</num><title>ankle brace</title></top>',
  ],
  [
    'several fields on one of the lines',
    '<top>\n<num>1</num><title>raspberry pi</title>\n</top>\n<top>\n<num> Number: 2 <title> ankle brace\n' +
      '<desc> Description:\nother words\n</top>',
  ],
  [
    "CLEF's",
    '<top>\n<num> Number: 1\n<EN-title> raspberry pi </EN-title>\n<EN-desc> more </EN-desc>\n</top>\n' +
      '<top lang="en">\n<num>2</num>\n<title lang="en">ankle brace</title>\n</top>',
  ],
  [
    "CLEF's with identifiers",
    '<topics>\n<topic lang="en">\n<identifier>1</identifier>\n<title>raspberry pi</title>\n</topic>\n' +
      '<topic lang="en"><identifier>2</identifier><title>ankle <b>brace</b></title></topic>\n</topics>',
  ],
  [
    "NTCIR's",
    '<TOPIC><NUM>1</NUM><TITLE>raspberry pi</TITLE></TOPIC>\n<TOPIC><NUM>2</NUM><TITLE>ankle brace</TITLE></TOPIC>',
  ],
  ['a table with an index', ',qid,query\n0,1,raspberry pi\n1,2,ankle brace'],
  ['a table of topics', 'topic,title\n1,raspberry pi\n2,ankle brace'],
  ["Galago's", '{"queries":[{"number":"1","text":"raspberry pi"},\n{"number":"2","text":"ankle brace"}]}'],
  ['an array', '[{"_id":"1","text":"raspberry pi"},\n {"_id":"2","text":"ankle brace"}]'],
  [
    'objects over lines',
    '{\n "qid": 1,\n "query": "raspberry pi"\n}\n{\n "qid": 2,\n "query": "ankle brace"\n}',
  ],
  ['one object of ids', '{"1": "raspberry pi",\n "2": "ankle brace"}'],
  ['lines with a colon', '1:raspberry pi\n2: ankle brace'],
  [
    "CLEF eHealth's",
    '<queries>\n<query>\n<id> 1 </id>\n<title>raspberry pi</title>\n</query>\n' +
      '<query><id>2</id><title>ankle brace</title></query>\n</queries>',
  ],
  [
    "NTCIR's and Indri's",
    '<queries>\n<query>\n<qid>1</qid>\n<content>raspberry pi</content>\n<description>more</description>\n</query>\n' +
      '<query><number>2</number><text>ankle brace</text></query>\n</queries>',
  ],
  [
    "INEX's",
    '<inex_topic topic_id="1" query_type="CO">\n<title>raspberry pi</title>\n</inex_topic>\n' +
      '<inex_topic topic_id="2"><title>ankle brace</title></inex_topic>',
  ],
  [
    "question answering's",
    '<target id="1" text="x">\n<qa>\n<q id="1" type="LIST">raspberry pi</q>\n<q id="2">ankle brace</q>\n</qa>\n</target>',
  ],
  [
    "the Clinical Trials track's of 2023",
    '<topics>\n<topic number="1" template="x">\n<field name="a">raspberry</field>\n<field name="b">pi</field>\n</topic>\n' +
      '<topic number="2"><field name="a">ankle brace</field></topic>\n</topics>',
  ],
  ["Pyserini's JSON", '{"1":{"title":"raspberry pi"},"2":{"title":"ankle brace","narrative":"x"}}'],
  ["BioASQ's", '{"questions":[{"id":"1","body":"raspberry pi"},{"id":"2","body":"ankle brace"}]}'],
  ["the Million Query track's, with priorities", '1:1:raspberry pi\n2:4: ankle brace'],
  ['lines with a space', '1 raspberry pi\n2 ankle brace'],
  ['lines with a tab', '1\traspberry pi\n2\tankle brace'],
  ['quoted lines with a tab', '"1"\t"raspberry pi"\n"2"\t"ankle brace"'],
  ['JSON of id and query', '{"id":"1","query":"raspberry pi"}\n{"id":"2","query":"ankle brace"}'],
  ['JSON of query_id', '{"query_id":"1","text":"raspberry pi"}\n{"query_id":"2","text":"ankle brace"}'],
  ['JSON of numbers', '{"_id":1,"text":"raspberry pi"}\n{"_id":2,"text":"ankle brace"}'],
  [
    'JSON with null fields',
    '{"_id":"1","text":null,"title":"raspberry pi"}\n{"_id":"2","title":"ankle brace"}',
  ],
  ['a table with a header', 'qid,query\n1,raspberry pi\n2,"ankle brace"'],
  ['a table of tabs with a header', 'query-id\ttext\n1\traspberry pi\n2\tankle brace'],
  [
    'a table of other columns, too',
    'n;Query_ID;text\nx;1;raspberry pi\nx;2;ankle brace'.replace(/^n;|^x;/gm, ''),
  ],
])('topics are read: %s', async (_, text) => {
  expect(await parseTopics(text.split('\n'), 'f')).toEqual(TOPICS);
});

test('a question in quotes may have several lines', async () => {
  const table = 'question_id,question\n1,"raspberry\npi"\n2,an "open quote';
  expect(await parseTopics(table.split('\n'), 'f')).toEqual([
    { id: '1', text: 'raspberry\npi' },
    { id: '2', text: 'an "open quote' },
  ]);
});

test("a conversation's turns are questions", async () => {
  const turns =
    '[{"number":31,"title":"t","turn":[{"number":1,"raw_utterance":"a"},{"number":2,"raw_utterance":"b"}]}]';
  expect(await parseTopics([turns], 'f')).toEqual([
    { id: '31_1', text: 'a' },
    { id: '31_2', text: 'b' },
  ]);
});

test.each([
  ['a time on one line', '1:3:10 to yuma', [['1', '3:10 to yuma']]],
  [
    'a time among others',
    '1:3:10 to yuma\n2:ankle brace',
    [
      ['1', '3:10 to yuma'],
      ['2', 'ankle brace'],
    ],
  ],
  [
    'a year',
    '1:1984: the book\n2:2001: the film',
    [
      ['1', '1984: the book'],
      ['2', '2001: the film'],
    ],
  ],
  [
    'a colon behind a space',
    '1 salt: what is it\n2 moon: why',
    [
      ['1', 'salt: what is it'],
      ['2', 'moon: why'],
    ],
  ],
] as const)('a number or a colon of the text stays there: %s', async (_, text, expected) => {
  expect((await parseTopics(text.split('\n'), 'f')).map((topic) => [topic.id, topic.text])).toEqual(expected);
});

test.each([
  ['a colon', ['1:a b', '2:c', '3 d'], 3, 'expected an id, a colon and a text, as in other lines'],
  ['a colon and priorities', ['1:1:a b', '2:3:c', '3 d'], 3, 'expected an id, a colon and a text'],
  ['a space', ['1 a b', '2', '3 d'], 2, 'expected an id, a space and a text, as in other lines'],
  ['no ids', ['what is salt', 'why is the sea salt'], 1, 'expected an id, a tab and a text'],
] as const)('of lines with %s, the error is of the one that is otherwise', async (_, lines, line, reason) => {
  await expect(parseTopics([...lines], 'f')).rejects.toThrow(`f:${line}: ${reason}`);
});

test('characters of XML are what they stand for, and an ampersand of SGML is one', async () => {
  const text = '<top><num>1</num><title>AT&amp;T &#39;s R&D &lt;b&gt; &#x263A;</title></top>';
  expect(await parseTopics([text], 'f')).toEqual([{ id: '1', text: "AT&T 's R&D <b> ☺" }]);
});

test('queries that were encoded elsewhere come with their terms', async () => {
  const lines = ['{"id":1,"vector":{"moon":148,"sea":2.5}}', '{"id":"2","contents":"x","vector":{}}'];
  expect(await parseTopics(lines, 'f')).toEqual([
    {
      id: '1',
      text: '',
      vector: new Map([
        ['moon', 148],
        ['sea', 2.5],
      ]),
    },
    { id: '2', text: 'x', vector: new Map() },
  ]);
});

const QRELS = new Map([
  ['1', new Map([['d1', 1]])],
  ['2', new Map([['d3', 2]])],
]);

test.each([
  ['a header of another name', 'query_id\tcorpus_id\tscore\n1\td1\t1\n2\td3\t2'],
  ['a header that is quoted', '"query-id"\t"corpus-id"\t"score"\n"1"\t"d1"\t1\n2\t"d3"\t"2"'],
  ['no header', '1\td1\t1\n2\td3\t2'],
  ['commas', 'query-id,corpus-id,score\n1,d1,1\n2,d3,2'],
  ['commas and no header', '1,d1,1\n2,d3,2'],
  ['columns in another order', 'corpus-id\tquery-id\trelevance\nd1\t1\t1\nd3\t2\t2'],
  ['spaces and three columns', '1 d1 1\n2 d3 2'],
  ['whole numbers as floats', '1 0 d1 1.0\n2 0 d3 2.00'],
  ['exponents', '1 0 d1 1e0\n2 0 d3 2.0E0'],
  [
    "MTEB's records",
    '{"query-id":"1","corpus-id":"d1","score":1}\n{"query-id":2,"corpus-id":"d3","score":2.0}',
  ],
  ['records in a list', '[{"qid":"1","docid":"d1","rel":1},\n {"qid":"2","docid":"d3","rel":"2"}]'],
  ["pytrec_eval's JSON", '{"1":{"d1":1},\n"2":{"d3":2}}'],
  ['levels', '1 d1 L1\n2 d3 L2'],
  ['a header of four columns', 'qid iter docno rel\n1 0 d1 1\n2 0 d3 2'],
])('judgments are read with %s', async (_, text) => {
  expect(await parseQrels(text.split('\n'), 'f')).toEqual(QRELS);
});

test('negative judgments are kept, as floats too', async () => {
  expect(await parseQrels(['1 0 a -1', '1 0 b -2.0'], 'f')).toEqual(
    new Map([
      [
        '1',
        new Map([
          ['a', -1],
          ['b', -2],
        ]),
      ],
    ]),
  );
});

test.each([
  ['no line', '', 'f has no judgments'],
  ['a header alone', 'query-id\tcorpus-id\tscore', 'f has no judgments'],
  ['a fraction', '1\td1\t0.5', 'f:1: relevance 0.5 is not a whole number'],
  [
    'a record without a score',
    '\n{"query-id":"1","corpus-id":"d1"}',
    'f:2: expected query-id, corpus-id and score',
  ],
  ['a record without a document', '{"qid":"1","docid":null,"rel":1}', 'f:1: expected a query and a document'],
  ['two columns', '1 d1', 'f:1: expected qid, iteration, docid and relevance'],
])('judgments with %s are refused', async (_, text, message) => {
  await expect(parseQrels(text.split('\n'), 'f')).rejects.toMatchObject({
    code: 'bad-input',
    message: expect.stringContaining(message),
  });
});

test('a list of documents names those that are relevant', async () => {
  expect(await parseQrels(['{"1":["d1","d2"]}'], 'f')).toEqual(
    new Map([
      [
        '1',
        new Map([
          ['d1', 1],
          ['d2', 1],
        ]),
      ],
    ]),
  );
});

test('topics are read in the encoding that their XML names', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-judged-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const xml =
    '<?xml version="1.0" encoding="ISO-8859-1"?>\n<topic number="1"><title>caf\xe9</title></topic>\n';
  writeFileSync(join(folder, 'topics'), Buffer.from(xml, 'latin1'));
  expect(await readTopics(join(folder, 'topics'))).toEqual([{ id: '1', text: 'café' }]);
});

test.each([
  ['packed', (text: string) => gzipSync(text)],
  ['in UTF-16', (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
  [
    'with a byte-order mark and carriage returns',
    (text: string) => Buffer.from(`\uFEFF${text.replaceAll('\n', '\r\n')}`),
  ],
])('files %s are read', async (_, stored) => {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-judged-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [topics, qrels] = ['topics', 'qrels'].map((name) => join(folder, name));
  writeFileSync(topics, stored('1\traspberry pi\n2\tankle brace\n'));
  writeFileSync(qrels, stored('1 0 d1 1\n2 0 d3 2\n'));
  expect(await readTopics(topics)).toEqual(TOPICS);
  expect(await readQrels(qrels)).toEqual(QRELS);
});

test.each([
  ['1e400', '"1e400"'],
  ['-2', '-2'],
  ['"x"', '"x"'],
  ['null', 'null'],
])('the weight %s of a question is refused as it is', async (weight, found) => {
  await expect(parseTopics(['', `{"id":"1","vector":{"a":${weight}}}`], 'f')).rejects.toThrow(
    `f:2: the weight of "a" is ${found}; weights are numbers from 0`,
  );
});
