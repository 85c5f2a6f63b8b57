import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderWithIndex, sparsedge, temporaryFolder, writeDocuments } from './command-line.ts';

test('search shows titles, ids, scores, the matching passage and the cost', async () => {
  const folder = await folderWithIndex();
  const { code, out, err } = await sparsedge(folder, ['search', 'shards/pages', 'the', 'moon', 'and', 'sea']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^ {2}1\. Tides {2}\(a\) {2}score \d+\n {5}The moon pulls the sea/);
  expect(out).toContain('https://example.com/a');
  expect(out).toMatch(/\d+ reads?, .*, \d rounds?, .*Proved: no other document scores more\.\n$/);
});

test('search prints one JSON document when asked to', async () => {
  const folder = await folderWithIndex();
  const { out } = await sparsedge(folder, ['search', 'shards/pages', 'moons', '-k', '1', '--json']);
  const answer = JSON.parse(out);
  expect(answer).toMatchObject({
    query: 'moons',
    space: 'bm25',
    terms: [
      { term: 'moon', weight: 1 },
      { term: '=moons', weight: 1 },
    ],
    index: { folder: 'shards/pages', build: expect.stringMatching(/^[0-9a-f]{16}$/) },
    exact: true,
    bound: 0,
    hits: [{ rank: 1, document: expect.any(Number), score: expect.any(Number), title: expect.any(String) }],
  });
  expect(answer.cost.reads).toBe(answer.cost.postingReads + answer.cost.documentReads);
});

test('search finds documents like one, and not itself', async () => {
  const folder = await folderWithIndex();
  const { code, out } = await sparsedge(folder, ['search', 'shards/pages', '--like', 'a']);
  expect(code).toBe(0);
  expect(out).not.toMatch(/\(a\) {2}score/);
  const { like, hits } = JSON.parse(
    (await sparsedge(folder, ['search', 'shards/pages', '--like', 'a', '--json'])).out,
  );
  expect(like.id).toBe('a');
  expect(hits.length).toBeGreaterThan(0);
  const unknown = await sparsedge(folder, ['search', 'shards/pages', '--like', 'nobody']);
  expect(unknown.code).toBe(1);
  expect(unknown.err).toContain('there is no document with the id "nobody"');
  const both = await sparsedge(folder, ['search', 'shards/pages', 'moon', '--like', 'a']);
  expect([both.code, both.err]).toEqual([2, expect.stringContaining('in the place of a question')]);
});

test('search explains scores, where lists lie, and what each round read', async () => {
  const folder = await folderWithIndex();
  const asked = ['search', 'shards/pages', 'moons', 'and', 'zebras', '-k', '1', '--exact-words', '--explain'];
  const { out } = await sparsedge(folder, asked);
  expect(out).toMatch(/^ {5}\d+ is moon 1 × \d+ \((title|text|title, text)\)$/m);
  expect(out).toMatch(/^ {2}moon +bm25 +1 +2 {2}in dictionary page 0 +the question$/m);
  expect(out).toMatch(/^ {2}zebra +bm25 +1 +0 {2}not in dictionary page 0 +the question$/m);
  expect(out).toMatch(/^Round 1 takes 1 read, .*\.\n {2}bm25: page 0$/m);
  expect(out).toMatch(
    /^ {2}Then nothing is open: hit 1 scores at least \d+, and unread postings can change nothing\.$/m,
  );
  expect(out).toMatch(/^Explaining the hits took no further read\.$/m);
  const { explain, cost, hits } = JSON.parse((await sparsedge(folder, [...asked, '--json'])).out);
  expect(explain).toMatchObject({
    terms: [
      { term: 'moon', weight: 1, documents: 2, list: { kind: 'dictionary' }, from: [{ kind: 'question' }] },
      { term: 'zebra', documents: 0 },
      { term: '=moons=and=zebras', documents: 0 },
    ],
    rounds: [{ reads: [{ pages: [{ space: 'bm25', page: 0 }] }], proof: { bound: 0 } }, { round: 2 }],
    cost: { reads: 0 },
  });
  expect(cost.reads).toBe(2);
  expect(hits[0].explain).toMatchObject({ score: hits[0].score, parts: [{ sum: hits[0].score }] });
  const plain = await sparsedge(folder, ['search', 'shards/pages', 'moons', '--json']);
  expect(JSON.parse(plain.out)).not.toHaveProperty('explain');
  expect(JSON.parse(plain.out).hits[0]).not.toHaveProperty('explain');
});

test('search holds hits to phrases, exclusions and titles', async () => {
  const folder = await folderWithIndex();
  const ask = async (question: string, ...more: string[]) =>
    JSON.parse((await sparsedge(folder, ['search', 'shards/pages', question, '--json', ...more])).out);
  const all = await ask('moon');
  const held = await ask('"moon pulls" moon');
  expect(held).toMatchObject({ exact: true, operators: [{ text: 'moon pulls' }], hits: [{ id: 'a' }] });
  expect(held.hits).toHaveLength(1);
  expect((await ask('moon -pulls')).hits).toHaveLength(all.hits.length - 1);
  expect((await ask('title:tides moon')).hits).toMatchObject([{ id: 'a' }]);
  expect((await ask('moon -pulls', '--no-operators')).hits[0]).toMatchObject({ id: 'a' });
  const nothing = await sparsedge(folder, ['search', 'shards/pages', '"sea pulls the moon"']);
  expect(nothing.out).toContain('No document that was looked at says what the question quotes');
});

test('search says why it found nothing, and that is no error', async () => {
  const folder = await folderWithIndex();
  const unknown = await sparsedge(folder, ['search', 'shards/pages', 'zebras']);
  expect(unknown).toMatchObject({
    code: 0,
    out: expect.stringContaining('No document has any of the terms zebra.'),
  });
  const functional = await sparsedge(folder, ['search', 'shards/pages', 'of', 'the']);
  expect(functional).toMatchObject({ code: 0, out: expect.stringContaining('1. Salt  (d)') });
  const stopped = await sparsedge(folder, ['search', 'shards/pages', '?', '!']);
  expect(stopped).toMatchObject({ code: 0, out: expect.stringContaining('no words to search for') });
});

test.each([
  ['a folder without an index', ['search', '.', 'moon'], '. holds no finished index'],
  ['a folder that is not there', ['search', 'nowhere', 'moon'], 'there is no folder nowhere'],
  [
    'a space that the index lacks',
    ['search', 'shards/pages', 'moon', '--space', 'neural'],
    'no space "neural"; it has bm25',
  ],
  [
    'a k out of range',
    ['search', 'shards/pages', 'moon', '-k', '5000'],
    'It must be a whole number from 1 to 1000.',
  ],
  [
    'no query',
    ['search', 'shards/pages'],
    'there is no question, and no --like, --filter, --facet or --sort',
  ],
])('search refuses %s with exit code 2', async (_, args, message) => {
  const folder = await folderWithIndex();
  const { code, out, err } = await sparsedge(folder, args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
});

test('with --json a failure is one JSON document too', async () => {
  const folder = temporaryFolder();
  const missing = await sparsedge(folder, ['search', 'nowhere', 'moon', '--json']);
  expect(missing.code).toBe(2);
  expect(JSON.parse(missing.out)).toMatchObject({
    error: { code: 'bad-input', message: expect.stringContaining('nowhere'), details: { folder: 'nowhere' } },
  });
  const usage = await sparsedge(folder, ['search', '--json']);
  expect(JSON.parse(usage.out)).toMatchObject({ error: { code: 'bad-input' } });
});

test('a damaged index is named as such, with exit code 1', async () => {
  const folder = await folderWithIndex();
  const whole = await sparsedge(folder, ['verify', 'shards/pages']);
  expect(whole).toMatchObject({ code: 0, out: expect.stringContaining('shards/pages is whole') });

  const objects = join(folder, 'shards/pages/objects');
  for (const name of readdirSync(objects)) {
    const bytes = readFileSync(join(objects, name));
    bytes[bytes.length - 10] ^= 1;
    writeFileSync(join(objects, name), bytes);
  }
  for (const args of [
    ['search', 'shards/pages', 'moon'],
    ['verify', 'shards/pages'],
  ]) {
    const { code, out, err } = await sparsedge(folder, args);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^sparsedge: .*expected .*, found .*\nThe index is damaged/);
  }
});

test('verify reports what it read as JSON', async () => {
  const folder = await folderWithIndex();
  const { out } = await sparsedge(folder, ['verify', 'shards/pages', '--json']);
  expect(JSON.parse(out)).toMatchObject({
    folder: 'shards/pages',
    documents: 4,
    objects: expect.any(Number),
  });
});

/** A folder with an index of two spaces in shards/pages. */
async function folderWithTwoSpaces(): Promise<string> {
  const folder = temporaryFolder();
  writeDocuments(folder);
  const spaces = [{ encoder: 'bm25' }, { name: 'words', encoder: 'tfidf', analyzer: 'bert-words' }];
  writeFileSync(join(folder, 'spaces.json'), JSON.stringify({ spaces }));
  const { code, err } = await sparsedge(folder, ['build', 'pages.jsonl', '--config', 'spaces.json']);
  expect({ code, err }).toMatchObject({ code: 0 });
  return folder;
}

test('search adds up several spaces, or fuses their ranks', async () => {
  const folder = await folderWithTwoSpaces();
  const ask = async (...options: string[]) => {
    const { out } = await sparsedge(folder, [
      'search',
      'shards/pages',
      'salt',
      'of',
      'the',
      'sea',
      '-k',
      '1',
      ...options,
      '--json',
    ]);
    return JSON.parse(out);
  };
  const first = await ask();
  expect(first).toMatchObject({ space: 'bm25', exact: true, hits: [{ id: 'd' }] });
  const summed = await ask('--spaces', 'bm25=1,words=.7');
  expect(summed).toMatchObject({ space: 'bm25 + words', exact: true, hits: [{ id: 'd' }] });
  expect(new Set(summed.terms.map(({ space }: { space: string }) => space))).toEqual(
    new Set(['bm25', 'words']),
  );
  // The best score in the weights of BM25 and of tf-idf: more than BM25's alone.
  expect(summed.hits[0].score * summed.unit).toBeGreaterThan(first.hits[0].score * first.unit);
  const fused = await ask('--fusion', 'rrf', '--rrf-k', '10');
  expect(fused.fusion).toMatchObject({ k: 10, lists: [{ space: 'bm25' }, { space: 'words' }] });
  expect(fused.hits[0]).toMatchObject({ id: 'd', score: 2 / 11, ranks: { bm25: 1, words: 1 } });
  const { out } = await sparsedge(folder, ['search', 'shards/pages', 'salt', '--fusion', 'rrf']);
  expect(out).toMatch(/score 0\.0\d{4}\n/);
  expect(out).toContain("Proved: the ranks fused are those of each space's best.");
});

test.each([
  ['a space twice', ['--spaces', 'bm25,bm25'], 'names "bm25" twice'],
  ['one space and several', ['--space', 'bm25', '--spaces', 'bm25'], 'cannot be used with'],
  ['the depth of no fusion', ['--rrf-depth', '5'], '--rrf-k and --rrf-depth need --fusion rrf'],
  ['reranking by nothing', ['--rerank', '5'], '--rerank and --reranker need each other'],
  [
    'a folder that is no reranker',
    ['--rerank', '5', '--reranker', '.'],
    '. is no reranker: there is no file',
  ],
])('search refuses %s with exit code 2', async (_, args, message) => {
  const folder = await folderWithIndex();
  const { code, out, err } = await sparsedge(folder, ['search', 'shards/pages', 'moon', ...args]);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
});
