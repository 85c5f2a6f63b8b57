import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseQrels, readQrels } from '../../../build/evaluate/qrels.ts';
import { linesOf } from '../../../build/evaluate/text-lines.ts';
import { parseTopics } from '../../../build/evaluate/topics.ts';
import {
  parseRun,
  type Run,
  RunNames,
  readRun,
  trecEvalOrder,
  writeRun,
} from '../../../build/evaluate/trec-run.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evaluate-'));
});
afterAll(() => rm(folder, { recursive: true }));

const collect = async (lines: AsyncIterable<string>) => {
  const all: string[] = [];
  for await (const line of lines) all.push(line);
  return all;
};

describe('lines', () => {
  test('a file gives its lines without line ends, carriage returns and byte-order mark', async () => {
    const path = join(folder, 'lines');
    await writeFile(path, '\uFEFFone\r\ntwo\n\nfour');
    expect(await collect(linesOf(path))).toEqual(['one', 'two', '', 'four']);
  });

  test('a line separator inside a JSON string does not end a line', async () => {
    const path = join(folder, 'separators');
    await writeFile(path, 'a\u2028b\nc');
    expect(await collect(linesOf(path))).toEqual(['a\u2028b', 'c']);
  });

  test('characters that span two reads of the file stay whole', async () => {
    const path = join(folder, 'long');
    const text = `x${'é'.repeat(100_000)}`;
    await writeFile(path, text);
    expect(await collect(linesOf(path))).toEqual([text]);
  });

  test('a file that is absent or not UTF-8 is bad input', async () => {
    const path = join(folder, 'latin1');
    await writeFile(path, Buffer.from([0x61, 0xe9, 0x0a]));
    for (const bad of [path, join(folder, 'absent')]) {
      await expect(collect(linesOf(bad))).rejects.toMatchObject({
        code: 'bad-input',
        details: { file: bad },
      });
    }
  });
});

describe('judgments', () => {
  const expected = new Map([['q 1', new Map([['d 1', 2]])]]);

  test('BEIR files are read, ids with spaces included', async () => {
    expect(await parseQrels(['query-id\tcorpus-id\tscore', 'q 1\td 1\t2', ''], 'f')).toEqual(expected);
  });

  test('TREC files are read, with tabs or spaces', async () => {
    const qrels = await parseQrels(['1 0 a 1', '2\t0\ta\t0', '1  0  b  -1'], 'f');
    expect(qrels.get('1')).toEqual(
      new Map([
        ['a', 1],
        ['b', -1],
      ]),
    );
    expect(qrels.get('2')).toEqual(new Map([['a', 0]]));
  });

  test.each([
    ['a missing column', ['1 0 a 1', '1 0 b'], 2, 'expected qid, iteration, docid and relevance'],
    [
      'a column too many',
      ['query-id\tcorpus-id\tscore', 'q\td\t1\t1'],
      2,
      'expected query-id, corpus-id and score',
    ],
    ['a relevance in words', ['1 0 a yes'], 1, 'relevance yes is not a whole number'],
    ['a fraction', ['1 0 a 0.5'], 1, 'relevance 0.5 is not a whole number'],
    ['a second judgment', ['', '1 0 a 1', '1 0 a 0'], 3, 'query 1 judges document a twice'],
  ])('%s is refused with file, line and reason', async (_, lines, line, reason) => {
    await expect(parseQrels(lines, 'qrels.txt')).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(`qrels.txt:${line}: ${reason}`),
      details: { file: 'qrels.txt', line, reason: expect.stringContaining(reason) },
    });
  });

  test('errors in a file name the file', async () => {
    const path = join(folder, 'qrels');
    await writeFile(path, '1 0\n');
    await expect(readQrels(path)).rejects.toThrow(`${path}:1: expected qid`);
  });
});

describe('questions', () => {
  const expected = [
    { id: '301', text: 'International Organized Crime' },
    { id: '302', text: 'poliomyelitis' },
  ];

  test('BEIR files are read', async () => {
    expect(
      await parseTopics(
        expected.map(({ id, text }) => JSON.stringify({ _id: id, text, metadata: {} })),
        'f',
      ),
    ).toEqual(expected);
  });

  test('files of ids and texts between tabs are read', async () => {
    expect(await parseTopics(['301\tInternational Organized Crime', '302\tpoliomyelitis'], 'f')).toEqual(
      expected,
    );
  });

  test('TREC topics are read by number and title, closed or not, on one line or two', async () => {
    const lines = [
      '<top>',
      '',
      '<num> Number: 301 ',
      '<title> International',
      'Organized Crime',
      '<desc> Description:',
      'Identify organizations.',
      '</top>',
      '',
      '<top>',
      '<num>302</num>',
      '<title>Topic: poliomyelitis</title>',
      '</top>',
    ];
    expect(await parseTopics(lines, 'f')).toEqual(expected);
  });

  test.each([
    ['a line that is not JSON', ['{"_id":"1","text":"a"}', '{"_id"'], 2, 'not a JSON object'],
    ['a fraction as id', ['{"_id":1.5,"text":"a"}'], 1, 'expected an id, a string or a whole number'],
    ['a missing text', ['{"_id":"1"}', '{"_id":"2","vector":{}}'], 1, 'expected a text under text, query'],
    ['a text that is a list', ['{"_id":"1","text":["a"]}'], 1, 'the text must be a string'],
    ['a negative weight', ['{"id":"1","vector":{"a":-1}}'], 1, 'the weight of "a" is -1'],
    ['a missing tab', ['1\twhat', '2 what'], 2, 'expected an id, a tab and a text'],
    ['a line of one word', ['what'], 1, 'expected an id, a tab and a text'],
    ['a list that is cut short', ['[{"_id":"1","text":"a"}'], 1, 'the JSON is cut short'],
    ['a header without a text', ['qid,length', '1,2'], 1, 'expected a column for the text'],
    ['a repeated id', ['1\ta', '1\tb'], 2, 'query 1 appears twice'],
    ['a topic without number', ['<top>', '<title> a', '</top>'], 1, 'this topic has no <num>'],
    ['a topic that never ends', ['<top>', '<num> 1', '<top>'], 3, 'the topic of line 1 has no </top>'],
  ])('%s is refused with file, line and reason', async (_, lines, line, reason) => {
    await expect(parseTopics(lines, 'topics')).rejects.toMatchObject({
      code: 'bad-input',
      details: { file: 'topics', line, reason: expect.stringContaining(reason) },
    });
  });
});

describe('runs', () => {
  const ids = (run: Run, query: string) => run.get(query)?.map(({ id }) => id);

  test('a run is read in the order of its ranks, wherever its lines stand', async () => {
    const run = await parseRun(['1 Q0 b 2 7 t', '2 Q0 a 1 0.5 t', '1 Q0 a 1 7 t', '1 Q0 c 3 -1e-3 t'], 'f');
    expect(run.get('1')).toEqual([
      { id: 'a', score: 7 },
      { id: 'b', score: 7 },
      { id: 'c', score: -0.001 },
    ]);
    expect(ids(run, '2')).toEqual(['a']);
  });

  test('lines of the same rank keep the order of the file', async () => {
    expect(ids(await parseRun(['1 Q0 b 0 7 t', '1 Q0 a 0 7 t'], 'f'), '1')).toEqual(['b', 'a']);
  });

  test('as trec_eval reads it, score decides, then the larger id, and the rank is ignored', async () => {
    const lines = ['1 Q0 a 1 7 t', '1 Q0 a10 2 7 t', '1 Q0 a9 3 7 t', '1 Q0 z 4 8 t'];
    expect(ids(await parseRun(lines, 'f', { ties: 'trec_eval' }), '1')).toEqual(['z', 'a9', 'a10', 'a']);
  });

  test('trec_eval compares ids as bytes', () => {
    const tied = [...'\uFF5E\u{1F600}'].map((id) => ({ id, score: 1 }));
    expect(trecEvalOrder(tied).map(({ id }) => id)).toEqual(['\u{1F600}', '\uFF5E']);
  });

  test('what is written is read back exactly', async () => {
    const path = join(folder, 'run');
    const run: Run = new Map([
      ['q1', [0.1 + 0.2, 0.25, 1e-9].map((score, i) => ({ id: `d${i}`, score }))],
      ['q2', []],
      ['q3', [{ id: 'd', score: 1_000 }]],
    ]);
    await writeRun(path, run, 'tag');
    expect((await readFile(path, 'utf8')).split('\n').at(-2)).toBe('q3 Q0 d 1 1000 tag');
    // A query without answers leaves no line, so it does not come back; evaluation counts it 0 either way.
    expect(await readRun(path)).toEqual(new Map([...run].filter(([query]) => query !== 'q2')));
  });

  test('an id with white space is written in another form, and no two in one', async () => {
    const run: Run = new Map([
      ['q 1', ['a b', 'a%20b', 'a\u00A0b', 'c'].map((id, i) => ({ id, score: 9 - i }))],
    ]);
    const names = { queries: new RunNames(), documents: new RunNames() };
    const path = join(folder, 'spaced');
    await writeRun(path, run, 't', names);
    expect((await readFile(path, 'utf8')).trim().split('\n')).toEqual([
      'q%201 Q0 a%20b 1 9 t',
      'q%201 Q0 a%20b% 2 8 t',
      'q%201 Q0 a%C2%A0b 3 7 t',
      'q%201 Q0 c 4 6 t',
    ]);
    expect(names.documents.changed).toEqual([
      ['a b', 'a%20b'],
      ['a%20b', 'a%20b%'],
      ['a\u00A0b', 'a%C2%A0b'],
    ]);
  });

  test('ids are found again by their names, in whatever order they come', () => {
    const piece = fc.constantFrom('a', ' ', '\u00A0', '%', '%20', '%25', 'é', '\u{1F600}');
    const id = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(fc.uniqueArray(id, { minLength: 1 }), (ids) => {
        const names = new RunNames(ids);
        const named = ids.map((each) => names.of(each));
        expect(new Set(named).size).toBe(ids.length);
        for (const name of named) expect(name).toMatch(/^\S+$/u);
        const others = new RunNames(ids.toReversed());
        expect(ids.toReversed().map((each) => others.of(each))).toEqual(named.toReversed());
        expect(named.map((name) => new RunNames(ids).idOf(name))).toEqual(ids);
      }),
    );
  });

  test('trec_eval takes scores for equal that 32-bit floats do not tell apart', () => {
    const order = (scores: Record<string, number>) =>
      trecEvalOrder(Object.entries(scores).map(([id, score]) => ({ id, score }))).map(({ id }) => id);
    expect(order({ a: 16777217, b: 16777216 })).toEqual(['b', 'a']);
    expect(order({ a: 0.1 + 1e-10, b: 0.1 })).toEqual(['b', 'a']);
    expect(order({ a: 0.1 + 1e-7, b: 0.1 })).toEqual(['a', 'b']);
  });

  test.each([
    ['a missing tag', ['1 Q0 a 1 7'], 1, 'expected qid, Q0, docid, rank, score and tag'],
    ['a score in words', ['1 Q0 a 1 high t'], 1, 'score high is not a number'],
    ['an infinite score', ['1 Q0 a 1 Infinity t'], 1, 'score Infinity is not a number'],
    ['a fraction as rank', ['1 Q0 a 1.5 7 t'], 1, 'rank 1.5 is not a whole number'],
    [
      'a repeated document',
      ['1 Q0 a 1 7 t', '2 Q0 a 1 7 t', '1 Q0 a 2 6 t'],
      3,
      'query 1 answers document a twice',
    ],
    ['a score that rises', ['1 Q0 a 1 7 t', '1 Q0 b 2 8 t'], 2, 'rank 2 scores 8, more than 7 at rank 1'],
  ])('%s is refused with file, line and reason', async (_, lines, line, reason) => {
    await expect(parseRun(lines, 'run.txt')).rejects.toMatchObject({
      code: 'bad-input',
      details: { file: 'run.txt', line, reason },
    });
  });
});

test.each([
  ['judgments', (text: string) => parseQrels([text], 'f'), '{"q1": {"a": 1, "b": 0, "a": 2}}', 'a'],
  ['judgments', (text: string) => parseQrels([text], 'f'), '{"q1": {"a": 1}, "q1" : {"b": 1}}', 'q1'],
  [
    'judgments',
    (text: string) => parseQrels([text], 'f'),
    '[{"qid": "1", "docid": "a", "rel": 1, "rel": 2}]',
    'rel',
  ],
  ['questions', (text: string) => parseTopics([text], 'f'), '{"1": "moon", "2": "tide", "1": "salt"}', '1'],
  ['questions', (text: string) => parseTopics([text], 'f'), '{"id": "1", "vector": {"a": 1, "a": 2}}', 'a'],
])('of %s in JSON none counts twice', async (_, parse, text, key) => {
  await expect(parse(text)).rejects.toMatchObject({
    code: 'bad-input',
    message: `f:1: the key "${key}" is there twice`,
  });
});

test('ids of judgments and questions in JSON are exact, however large', async () => {
  const judged = await parseQrels(
    ['[{"qid": 9007199254740993, "docid": 12345678901234567890, "rel": 1}]'],
    'f',
  );
  expect(judged).toEqual(new Map([['9007199254740993', new Map([['12345678901234567890', 1]])]]));
  expect(await parseTopics(['{"id": 9007199254740993, "text": "moon"}'], 'f')).toMatchObject([
    { id: '9007199254740993', text: 'moon' },
  ]);
});
