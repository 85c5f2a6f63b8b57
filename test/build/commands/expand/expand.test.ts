import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sparsedge, temporaryFolder, writeDocuments } from '../command-line.ts';
import { hostileServer, type Server } from './start-server.ts';

/** What is expanded is for every encoder; BM25 is the fastest. */
const BM25 = ['--encoder', 'bm25'];

/** A server without whims; documents below 100 fare well there. */
const friendly = () => hostileServer('--failures', '0', '--delay', '2', '--capacity', '1000');

function folderWith(documents: number): string {
  const folder = temporaryFolder();
  const lines = Array.from({ length: documents }, (_, i) =>
    JSON.stringify({ id: `d${i}`, text: `document ${i}` }),
  );
  writeFileSync(join(folder, 'corpus.jsonl'), lines.join('\n'));
  return folder;
}

function expand(folder: string, { url }: Server, out: string, ...more: readonly string[]) {
  const args = ['expand', 'corpus.jsonl', '--server', url, '--model', 'm', '-o', out, '--json'];
  return sparsedge(folder, [...args, ...more]);
}

const contents = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');

test('a budget stops the job cleanly, and a larger one goes on without asking twice', async () => {
  const folder = folderWith(100);
  const server = await friendly();
  // 100 tokens in and 20 out a document: 0.00012 each.
  const prices = ['--price-in', '1', '--price-out', '1', '--concurrency', '4'];
  const stopped = await expand(folder, server, 'out.jsonl', ...prices, '--budget', '0.006');
  expect({ code: stopped.code, err: stopped.err }).toEqual({ code: 1, err: '' });
  const { documents, cost } = JSON.parse(stopped.out);
  expect(cost).toBeLessThanOrEqual(0.006);
  expect(documents).toBe(50);
  expect(existsSync(join(folder, 'out.jsonl'))).toBe(false);

  expect(JSON.parse(stopped.out)).toMatchObject({ left: 50 });

  const finished = await expand(folder, server, 'out.jsonl', ...prices, '--budget', '1');
  expect(finished.code).toBe(0);
  expect(JSON.parse(finished.out)).toMatchObject({ documents: 100, inputTokens: 10_000, outputTokens: 2000 });
  expect(JSON.parse(finished.out).cost).toBeCloseTo(0.012);
  expect((await server.counts()).calls).toBe(100);
});

test('a dry run prices the job by a sample, which is not asked about again', async () => {
  const folder = folderWith(100);
  const server = await friendly();
  const prices = ['--price-in', '1', '--price-out', '1'];
  const dry = await expand(folder, server, 'out.jsonl', ...prices, '--dry-run', '10');
  expect(dry.code).toBe(0);
  expect(JSON.parse(dry.out).estimate).toMatchObject({
    documents: 100,
    sample: 10,
    inputTokens: 10_000,
    outputTokens: 2000,
  });
  // All documents cost the same.
  expect(JSON.parse(dry.out).estimate.costMargin).toBeCloseTo(0);
  expect((await server.counts()).calls).toBe(10);
  // Asked in another way: what the first sample was asked says nothing of that.
  const other = await expand(folder, server, 'out.jsonl', ...prices, '--queries', '3', '--dry-run', '5');
  expect(JSON.parse(other.out)).toMatchObject({ estimate: { sample: 5 }, documents: 5, queries: 15 });
  expect((await server.counts()).calls).toBe(15);
  // The sample is spread over all documents, and is counted where the money ends long before its last one.
  const args = ['expand', 'corpus.jsonl', '--server', server.url, '--model', 'm', '-o', 'out.jsonl'];
  const stopped = await sparsedge(folder, [...args, ...prices, '--budget', '0.001']);
  expect(stopped.code).toBe(1);
  expect(stopped.out).toMatch(
    /^The budget ended the run after 5 of 100 documents\. .*\n5 documents of 5 expanded/,
  );
  expect(stopped.out).toMatch(/, 0\.0018 at these prices\.\n$/);
  expect((await expand(folder, server, 'out.jsonl')).code).toBe(0);
  expect((await server.counts()).calls).toBe(110);
});

test('other options or another text are asked about anew', async () => {
  const folder = folderWith(3);
  const server = await friendly();
  await expand(folder, server, 'out.jsonl');
  await expand(folder, server, 'out.jsonl', '--queries', '3');
  expect((await server.counts()).calls).toBe(6);
  for (const line of contents(folder, 'out.jsonl').trim().split('\n'))
    expect(JSON.parse(line).queries).toHaveLength(3);
  writeFileSync(
    join(folder, 'corpus.jsonl'),
    contents(folder, 'corpus.jsonl').replace('document 1', 'document 7'),
  );
  await expand(folder, server, 'out.jsonl', '--queries', '3');
  expect((await server.counts()).calls).toBe(7);
  expect(contents(folder, 'out.jsonl')).toContain('page 7');
});

test('three parts are the file of one run, and a missing one is missed', async () => {
  const folder = folderWith(20);
  const server = await friendly();
  await expand(folder, server, 'whole.jsonl');
  const take = () => sparsedge(folder, ['expand', 'import', 'corpus.jsonl', 'parts', '-o', 'joined.jsonl']);
  await expand(folder, server, 'parts', '--part', '1/3');
  await expand(folder, server, 'parts', '--part', '3/3');
  const early = await take();
  expect({ code: early.code, err: early.err }).toMatchObject({
    code: 2,
    err: expect.stringContaining('parts: expected 3 finished parts, found 2; not there: 2'),
  });
  expect((await expand(folder, server, 'parts', '--part', '2/3')).code).toBe(0);
  expect((await take()).out).toBe('Wrote joined.jsonl: 120 queries for 20 of 20 documents.\n');
  expect(contents(folder, 'joined.jsonl')).toBe(contents(folder, 'whole.jsonl'));
  const build = (expansions: string, out: string) =>
    sparsedge(folder, ['build', 'corpus.jsonl', ...BM25, '--expansions', expansions, '-o', out]);
  expect((await build('parts', 'a')).err).toBe('');
  expect((await build('whole.jsonl', 'b')).err).toBe('');
  expect(contents(folder, 'a/current')).toBe(contents(folder, 'b/current'));

  rmSync(join(folder, 'parts/part-2-of-3.json'));
  await expand(folder, server, 'parts', '--part', '2/3', '--queries', '3');
  expect((await take()).err).toMatch(
    /parts 1 and 2 were predicted by different models, or asked in different ways/,
  );
});

test('a server that is not there ends the job, and lists no document as failed', async () => {
  const folder = folderWith(30);
  const args = ['expand', 'corpus.jsonl', '-o', 'out.jsonl', '--model', 'm', '--attempts', '1', '--json'];
  const { code, out } = await sparsedge(folder, [...args, '--server', 'http://127.0.0.1:9/v1']);
  expect(code).toBe(1);
  expect(JSON.parse(out).error).toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(
      /^the server failed for the last 20 documents in a row and answered nothing in between: no connection to http/,
    ),
  });
  writeFileSync(
    join(folder, 'few.jsonl'),
    contents(folder, 'corpus.jsonl').split('\n').slice(0, 3).join('\n'),
  );
  const few = await sparsedge(folder, [
    'expand',
    'few.jsonl',
    ...args.slice(2),
    '--server',
    'http://127.0.0.1:9/v1',
  ]);
  expect(JSON.parse(few.out).error.message).toMatch(
    /^the server .* 3 documents .*: no connection to http:\/\/127/,
  );
  expect(existsSync(join(folder, 'out.jsonl'))).toBe(false);
  const server = await friendly();
  expect((await expand(folder, server, 'out.jsonl')).code).toBe(0);
  expect((await server.counts()).calls).toBe(30);
  expect(contents(folder, 'out.jsonl')).not.toContain('failed');
});

test('documents that failed stay listed, until they are asked about again', async () => {
  const folder = folderWith(60);
  const moody = await hostileServer('--failures', '0.4', '--delay', '2');
  expect((await expand(folder, moody, 'out.jsonl', '--attempts', '1')).code).toBe(0);
  const failed = contents(folder, 'out.jsonl').match(/"failed"/g)!.length;
  expect(failed).toBeGreaterThan(0);
  const server = await friendly();
  await expand(folder, server, 'out.jsonl');
  expect((await server.counts()).calls).toBe(0);
  await expand(folder, server, 'out.jsonl', '--retry-failed');
  expect((await server.counts()).calls).toBe(failed);
  expect(contents(folder, 'out.jsonl')).not.toContain('failed');
});

test.each([
  [['expand', 'corpus.jsonl', '-o', 'x'], 'no model is named: give --model'],
  [['expand', '-', '-o', 'x', '--model', 'm'], 'which standard input does not allow'],
  [
    ['expand', 'corpus.jsonl', '-o', 'x', '--model', 'm', '--server', 'localhost:8000'],
    '--server must be a URL such as http://127.0.0.1:8000/v1; it is "localhost:8000"',
  ],
  [['expand', 'corpus.jsonl', '-o', 'x', '--model', 'm', '--budget', '3'], '--budget needs a price'],
  [['expand', 'corpus.jsonl', '-o', 'x', '--model', 'm', '--part', '4/3'], 'It must be i/n'],
  [['expand', 'corpus.jsonl', '-o', 'x', '--model', 'm', '--part', '9/9'], '9/9 of 2 documents is nothing'],
  [['expand', 'corpus.jsonl', '-o', '.', '--model', 'm'], '. is a folder: expected a file to write'],
  [
    ['expand', 'corpus.jsonl', '-o', 'corpus.jsonl/x', '--model', 'm'],
    'corpus.jsonl/x cannot be written: corpus.jsonl is no folder',
  ],
  [['expand', 'import', 'corpus.jsonl', 'nothing', '-o', 'x'], 'nothing: there is no such file'],
  [['expand', 'nowhere', '-o', 'x', '--model', 'm'], 'nowhere: there is no such file or folder'],
  [['build', 'corpus.jsonl', '--merge', 'distinct'], 'merge and maxQueries are about predicted queries'],
  [['build', 'corpus.jsonl', '--expansions', 'nowhere'], 'there is no file or folder nowhere'],
  [
    ['build', 'corpus.jsonl', '--encoder', 'vectors', '--expansions', 'corpus.jsonl'],
    'vectors made elsewhere are finished',
  ],
])('%s is refused with the reason: %s', async (args, message) => {
  const { code, out, err } = await sparsedge(folderWith(2), args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
});

describe('an index of documents with expansions', () => {
  const EXPANSIONS = [
    { doc_id: 'a', queries: ['why is there ebb and flow', 'why is there ebb and flood', 'moon gravity'] },
    { doc_id: 'b', queries: ['albedo of the moon'] },
    { doc_id: 'c', queries: [], failed: 'the document has no words' },
    { doc_id: 'd', queries: ['sodium chloride'] },
  ];
  const write = (folder: string, lines: readonly object[]) =>
    writeFileSync(join(folder, 'e.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'));

  test('finds a document by what was predicted, shows it without, and inspect says so', async () => {
    const folder = temporaryFolder();
    writeDocuments(folder);
    write(folder, EXPANSIONS);
    const built = await sparsedge(folder, [
      'build',
      'pages.jsonl',
      ...BM25,
      '--expansions',
      'e.jsonl',
      '-o',
      'i',
    ]);
    expect({ code: built.code, err: built.err }).toEqual({ code: 0, err: '' });
    const found = await sparsedge(folder, ['search', 'i', 'ebb', '--json']);
    expect(JSON.parse(found.out).hits).toMatchObject([{ id: 'a', title: 'Tides' }]);
    expect(found.out).not.toMatch(/flow|flood|gravity/);
    const shown = await sparsedge(folder, ['search', 'i', 'ebb']);
    expect(shown.out).toContain('\n     matched through expansion\n');
    expect((await sparsedge(folder, ['search', 'i', 'moon'])).out).not.toContain('expansion');
    const inspected = await sparsedge(folder, ['inspect', 'i', '--document', 'a']);
    expect(inspected.out).toMatch(/from the text:\n.* moon \d+/);
    expect(inspected.out).toMatch(/from what was added: by an expansion.*\n.* ebb \d+/);
    const plain = await sparsedge(folder, ['inspect', 'i', '--document', 'c']);
    expect(plain.out).not.toContain('what was added');
  });

  test('counts words as often as they were predicted, or takes each new one once, of so many queries', async () => {
    const folder = temporaryFolder();
    writeDocuments(folder);
    write(folder, EXPANSIONS);
    const vectors = async (...options: readonly string[]) => {
      const out = ['-o', 'i', '--vectors-out', 'v.jsonl'];
      const { err } = await sparsedge(folder, [
        'build',
        'pages.jsonl',
        ...BM25,
        '--expansions',
        'e.jsonl',
        ...out,
        ...options,
      ]);
      expect(err).toBe('');
      return JSON.parse(contents(folder, 'v.jsonl').split('\n')[0]).vector as Record<string, number>;
    };
    const counted = await vectors();
    expect(counted.ebb).toBeGreaterThan(counted.flood!);
    const distinct = await vectors('--merge', 'distinct');
    expect(distinct.ebb).toBe(distinct.flood);
    const first = await vectors('--max-queries', '1');
    expect(Object.keys(first)).toContain('ebb');
    expect(Object.keys(first)).not.toContain('flood');
  });

  test('is another one when expansions, their merging or their number are others', async () => {
    const folder = temporaryFolder();
    writeDocuments(folder);
    write(folder, EXPANSIONS);
    const builds: string[] = [];
    const build = async (...options: readonly string[]) => {
      const { out } = await sparsedge(folder, [
        'build',
        'pages.jsonl',
        ...BM25,
        '-o',
        'i',
        '--json',
        ...options,
      ]);
      builds.push(JSON.parse(out).build);
    };
    await build();
    await build('--expansions', 'e.jsonl');
    await build('--expansions', 'e.jsonl', '--merge', 'distinct');
    await build('--expansions', 'e.jsonl', '--max-queries', '1');
    write(
      folder,
      EXPANSIONS.map(({ doc_id }) => ({ doc_id, queries: ['other'] })),
    );
    await build('--expansions', 'e.jsonl');
    expect(new Set(builds).size).toBe(5);
  });

  test.each([
    ['another order', [1, 0, 2, 3], 'expected the expansion of "a", found that of "b"'],
    ['one too few', [0, 1, 2], 'expected the expansion of "d", found no more expansions'],
    ['one too many', [0, 1, 2, 3, 0], 'expected the end, found an expansion of "a"'],
  ])('is refused when they have %s', async (_, order, message) => {
    const folder = temporaryFolder();
    writeDocuments(folder);
    write(
      folder,
      order.map((i) => EXPANSIONS[i]),
    );
    const { code, err } = await sparsedge(folder, [
      'build',
      'pages.jsonl',
      ...BM25,
      '--expansions',
      'e.jsonl',
      '-o',
      'i',
    ]);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});
