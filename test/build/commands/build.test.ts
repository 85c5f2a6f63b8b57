import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DOCUMENTS, sparsedge, temporaryFolder, writeDocuments } from './command-line.ts';

/** What is true of every build is seen in the fastest; the default's own tests are in default-model.test.ts. */
const BM25 = ['--encoder', 'bm25'];

test('build puts an index below shards and says what it holds', async () => {
  const folder = temporaryFolder();
  writeDocuments(folder);
  const { code, out, err } = await sparsedge(folder, ['build', 'pages.jsonl', ...BM25]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^Built shards\/pages in .*: 4 documents/);
  expect(out).toMatch(/space bm25: bm25 k1 0\.9 b 0\.4 titleWeight 2, analyzer english/);
  expect(out).toMatch(/sparsedge serve shards\/pages/);
  expect(existsSync(join(folder, 'shards/pages/current'))).toBe(true);
  expect(existsSync(join(folder, 'shards/pages/.work'))).toBe(false);
});

test('build prints one JSON document when asked to', async () => {
  const folder = temporaryFolder();
  writeDocuments(folder);
  const { code, out } = await sparsedge(folder, ['build', 'pages.jsonl', ...BM25, '-o', 'here', '--json']);
  expect(code).toBe(0);
  const report = JSON.parse(out);
  expect(report).toMatchObject({
    folder: 'here',
    documents: 4,
    windows: 1,
    spaces: [{ name: 'bm25', quantization: { clipped: 0 } }],
    read: { read: 4, skipped: 0, empty: 0, resumed: false },
    verified: { documents: 4 },
  });
  expect(report.bytes.total).toBeGreaterThan(report.bytes.documents);
  expect(Object.keys(report.seconds)).toEqual(expect.arrayContaining(['encode', 'shard', 'verify', 'total']));
});

test('build counts every byte that it wrote', async () => {
  const folder = temporaryFolder();
  writeDocuments(folder);
  const report = JSON.parse((await sparsedge(folder, ['build', 'pages.jsonl', ...BM25, '--json'])).out);
  const names = ['current', `manifests/${report.build}`];
  const inspected = JSON.parse((await sparsedge(folder, ['inspect', 'shards/pages', '--json'])).out);
  expect(inspected.bytes).toEqual(report.bytes);
  for (const name of readdirSync(join(folder, 'shards/pages/objects'))) names.push(`objects/${name}`);
  const total = names.reduce((sum, name) => sum + statSync(join(folder, 'shards/pages', name)).size, 0);
  expect(report.bytes).toMatchObject({ total, objects: names.length });
});

test('build counts the files that a store has, and those of the generation before', async () => {
  const folder = temporaryFolder();
  const files = () =>
    readdirSync(join(folder, 'shards/pages'), { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    ).length;
  writeDocuments(folder);
  const run = async (...more: string[]) =>
    JSON.parse((await sparsedge(folder, ['build', 'pages.jsonl', ...BM25, ...more, '--json'])).out);
  for (const [store, other] of [
    ['r2', 0],
    ['both', 1],
    ['assets', 2],
  ] as const) {
    const report = await run('--store', store);
    expect(report.files.current + report.files.before).toBe(files());
    expect(report.files.before > 0).toBe(other > 0);
  }
  const { out } = await sparsedge(folder, ['build', 'pages.jsonl', ...BM25, '--store', 'assets']);
  expect(out).toMatch(
    /files +\d+ +and \d+ of the generation before, which `sparsedge prune shards\/pages` removes/,
  );
});

test('build on a base says how much of the index is new, and refuses a folder without an index', async () => {
  const folder = temporaryFolder();
  const run = (...more: string[]) =>
    sparsedge(folder, ['build', 'pages.jsonl', ...BM25, '--store', 'assets', ...more]);
  const many = Array.from({ length: 30 }, (_, i) => ({ id: `p${i}`, text: `page ${i} of salt` }));
  writeDocuments(folder, many);
  const missing = await run('--base', 'shards/pages');
  expect(missing).toMatchObject({ code: 2, out: '' });
  expect(missing.err).toMatch(/shards\/pages cannot be the base of this build: there is no object current/);
  expect((await run()).code).toBe(0);
  writeDocuments(folder, [...many, { id: 'p30', text: 'page 30 of pepper' }]);
  const { code, out } = await run('--base', 'shards/pages');
  expect(code).toBe(0);
  expect(out).toMatch(/Built on shards\/pages, build [0-9a-f]{16}: \d+ of \d+ objects are new, .* of .*\./);
  writeDocuments(folder, many.slice(0, 20));
  expect((await run('--base', 'shards/pages')).out).toMatch(
    /Nothing was kept of shards\/pages, since the number of documents of the space bm25 is 20, and its terms are/,
  );
  expect((await sparsedge(folder, ['verify', 'shards/pages'])).code).toBe(0);
});

test('build reads standard input into the folder that -o names', async () => {
  const folder = temporaryFolder();
  const lines = DOCUMENTS.map((document) => JSON.stringify(document)).join('\n');
  const piped = await sparsedge(folder, ['build', '-', ...BM25, '-o', 'piped', '--json'], lines);
  expect(JSON.parse(piped.out)).toMatchObject({ documents: 4 });
  const unnamed = await sparsedge(folder, ['build', '-'], lines);
  expect(unnamed).toMatchObject({ code: 2, err: expect.stringContaining('name the folder with -o') });
});

test('build goes on after the last finished stage and reports the same', async () => {
  const folder = temporaryFolder();
  writeDocuments(folder, [...DOCUMENTS, { title: 'without an id' }]);
  const args = ['build', 'pages.jsonl', ...BM25, '--skip-bad', '--json'];
  // Where the manifest belongs is a folder: documents can be read and encoded, and the generation is never whole.
  const { build } = JSON.parse((await sparsedge(folder, [...args, '-o', 'elsewhere'])).out);
  mkdirSync(join(folder, 'shards/pages/manifests', build), { recursive: true });
  expect(await sparsedge(folder, args)).toMatchObject({
    code: 1,
    err: expect.stringContaining('it is a folder'),
  });
  rmSync(join(folder, 'shards/pages/manifests', build), { recursive: true });
  const resumed = JSON.parse((await sparsedge(folder, args)).out);
  expect(resumed.read).toMatchObject({ resumed: true, read: 4, skipped: 1 });

  const fresh = JSON.parse((await sparsedge(folder, [...args, '-o', 'fresh'])).out);
  expect(fresh.read.resumed).toBe(false);
  expect(fresh.build).toBe(resumed.build);
  expect(readFileSync(join(folder, 'fresh/current'))).toEqual(
    readFileSync(join(folder, 'shards/pages/current')),
  );
});

test('build does not go on with the files of another build', async () => {
  const folder = temporaryFolder();
  writeDocuments(folder);
  const args = ['build', 'pages.jsonl', ...BM25, '--json'];
  const { build } = JSON.parse((await sparsedge(folder, [...args, '-o', 'elsewhere'])).out);
  mkdirSync(join(folder, 'shards/pages/manifests', build), { recursive: true });
  expect(await sparsedge(folder, args)).toMatchObject({ code: 1 });
  rmSync(join(folder, 'shards/pages/manifests', build), { recursive: true });
  const other = await sparsedge(folder, ['build', 'pages.jsonl', '--k1', '1.2', '--json']);
  expect(JSON.parse(other.out)).toMatchObject({ read: { resumed: false } });
});

test('build takes columns by name, and joins several for the text', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'papers.csv'), 'pmid,abstract,notes\n7,Zebras graze,Lions wait\n');
  const fields = ['--field', 'id=pmid', '--field', 'text=abstract', '--field', 'text=notes'];
  expect(await sparsedge(folder, ['build', 'papers.csv', ...BM25, ...fields])).toMatchObject({ code: 0 });
  const found = await sparsedge(folder, ['search', 'shards/papers', 'lion zebra', '--json']);
  expect(JSON.parse(found.out).hits).toMatchObject([{ id: '7', text: 'Zebras graze\nLions wait' }]);
});

test('build makes several spaces from a configuration file', async () => {
  const folder = temporaryFolder();
  writeDocuments(folder);
  writeFileSync(join(folder, 'two.json'), '{"spaces": [{"encoder": "bm25"}, {"encoder": "tfidf"}]}');
  const { out } = await sparsedge(folder, ['build', 'pages.jsonl', '--config', 'two.json', '--json']);
  expect(JSON.parse(out).spaces).toMatchObject([{ name: 'bm25' }, { name: 'tfidf' }]);
  const both = await sparsedge(folder, ['build', 'pages.jsonl', '--config', 'two.json', '--k1', '1']);
  expect(both).toMatchObject({ code: 2, err: expect.stringContaining('cannot be used with') });
});

test('vectors that a build wrote build the same index', async () => {
  const folder = temporaryFolder();
  writeDocuments(folder);
  expect(
    await sparsedge(folder, ['build', 'pages.jsonl', ...BM25, '--vectors-out', 'weights.jsonl']),
  ).toMatchObject({
    code: 0,
  });
  const again = ['build', 'weights.jsonl', '--encoder', 'vectors', '--json'];
  expect(JSON.parse((await sparsedge(folder, again)).out)).toMatchObject({
    documents: 4,
    spaces: [{ name: 'vectors' }],
  });
  const query = async (index: string) => {
    const { out } = await sparsedge(folder, ['search', `shards/${index}`, 'salt of the sea', '--json']);
    return JSON.parse(out).hits.map(({ id, score }: { id: string; score: number }) => [id, score]);
  };
  expect(await query('weights')).toEqual(await query('pages'));
});

test.each([
  ['an input that is not there', ['build', 'nothing.jsonl'], 'there is no file or folder nothing.jsonl'],
  ['a malformed record', ['build', 'bad.jsonl'], 'bad.jsonl:2: '],
  [
    'what could be left out',
    ['build', 'bad.jsonl'],
    '\nWith --skip-bad, what cannot be read is left out, counted and named.\n',
  ],
  [
    'an input in which every record is malformed',
    ['build', 'worse.jsonl', '--skip-bad'],
    'worse.jsonl has no documents',
  ],
  [
    'an id that occurs twice',
    ['build', 'twice.jsonl'],
    '2 documents have the id "a": twice.jsonl:1 and twice.jsonl:2',
  ],
  [
    'a configuration that is no JSON',
    ['build', 'bad.jsonl', '--config', 'bad.jsonl'],
    'the configuration bad.jsonl is not JSON',
  ],
  ['a parameter out of range', ['build', 'bad.jsonl', '--b', '2'], '--b 2: '],
  [
    'a parameter of another encoder',
    ['build', 'bad.jsonl', '--encoder', 'tfidf', '--b', '1'],
    '--k1 and --b are parameters of BM25',
  ],
  [
    'a field that documents do not have',
    ['build', 'bad.jsonl', '--field', 'body=text'],
    '--field must be field=column',
  ],
  ['a number that is none', ['build', 'bad.jsonl', '--k1', 'much'], 'It must be a number.'],
])('build refuses %s in a sentence, with exit code 2', async (_, args, message) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'bad.jsonl'), '{"id": "a", "text": "one"}\n{"id": \n');
  writeFileSync(join(folder, 'worse.jsonl'), '{"text": "one"}\n{"text": "two"}\n');
  writeFileSync(join(folder, 'twice.jsonl'), '{"id": "a", "text": "one"}\n{"id": "a", "text": "two"}\n');
  const { code, out, err } = await sparsedge(folder, args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(`sparsedge: `);
  expect(err).toContain(message);
  expect(err).not.toMatch(/^\s+at /m);
});
