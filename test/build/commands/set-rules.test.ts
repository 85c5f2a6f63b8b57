import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sparsedge, temporaryFolder } from './command-line.ts';

const PAGES = [
  { id: 'install', title: 'Install', text: 'Install the cluster with kubernetes.', url: '/docs/install/' },
  {
    id: 'blog',
    title: 'A blog',
    text: 'kubernetes kubernetes kubernetes news',
    url: '/blog/news/',
    date: '2020-01-01',
  },
  {
    id: 'guide',
    title: 'Guide',
    text: 'A guide to the cluster.',
    url: '/docs/guide/',
    date: '2024-01-01',
    boost: 2,
  },
  {
    id: 'old',
    title: 'Old',
    text: 'The cluster of old days, a cluster.',
    url: '/docs/old/',
    date: '2000-01-01',
  },
];

async function indexed(): Promise<string> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'pages.jsonl'), PAGES.map((page) => JSON.stringify(page)).join('\n'));
  const { code, err } = await sparsedge(folder, [
    'build',
    'pages.jsonl',
    '-o',
    'shards/pages',
    '--encoder',
    'bm25',
  ]);
  if (code !== 0) throw new Error(err);
  return folder;
}

async function search(folder: string, question: string, ...more: string[]) {
  const { code, out, err } = await sparsedge(folder, ['search', 'shards/pages', question, '--json', ...more]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const answer = JSON.parse(out);
  expect(answer.exact).toBe(true);
  return { ...answer, ids: answer.hits.map(({ id }: { id: string }) => id) };
}

const set = (folder: string, rules: object) => {
  writeFileSync(join(folder, 'rules.yaml'), JSON.stringify(rules));
  return sparsedge(folder, ['rules', 'shards/pages', 'rules.yaml', '--json']);
};

test('rules steer answers, stay over builds and rollbacks, and are taken away', {
  timeout: 600_000,
}, async () => {
  const folder = await indexed();
  const plain = await search(folder, 'cluster');
  expect((await search(folder, 'k8s')).ids).toEqual([]);
  const rules = {
    synonyms: [['k8s', 'kubernetes'], { from: 'machines in a row', to: ['cluster'], weight: 0.5 }],
    queries: [{ is: 'Cluster', pin: ['/docs/guide/'], hide: ['old'] }],
    boosts: [{ path: '/blog/*', factor: 0.25 }],
    recency: { field: 'date', halfLifeDays: 365 },
    boostField: 'boost',
  };
  const { code, out, err } = await set(folder, rules);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(JSON.parse(out)).toMatchObject({ rules: { synonyms: 2, queries: 1, boosts: 1 }, missing: [] });

  const steered = await search(folder, 'cluster?');
  expect(steered.ids).toEqual(['guide', 'install']);
  expect(steered.hits[0]).toMatchObject({ pinned: true, score: 0 });
  expect(steered.steering).toEqual({ synonyms: [], pinned: 1, hidden: 1 });
  // Scores are in parts of one again: the unit says so.
  const install = (answer: typeof plain) =>
    answer.hits.find(({ id }: { id: string }) => id === 'install').score;
  expect(install(steered) * steered.unit).toBeCloseTo(install(plain) * plain.unit, 6);
  expect(install(steered)).toBe(install(plain) * 64);

  expect((await search(folder, 'k8s')).ids).toEqual(['install', 'blog']);
  expect((await search(folder, 'machines in a row')).ids.sort()).toEqual(['guide', 'install', 'old']);
  expect((await search(folder, 'cluster', '--no-rules')).hits).toEqual(plain.hits);

  // Another generation has other numbers, and the same rules.
  writeFileSync(
    join(folder, 'pages.jsonl'),
    [{ id: 'new', text: 'A new page.' }, ...PAGES].map((page) => JSON.stringify(page)).join('\n'),
  );
  const built = await sparsedge(folder, ['build', 'pages.jsonl', '-o', 'shards/pages', '--encoder', 'bm25']);
  expect(built.code).toBe(0);
  expect((await search(folder, 'cluster')).ids).toEqual(['guide', 'install']);
  expect((await sparsedge(folder, ['verify', 'shards/pages'])).code).toBe(0);
  expect((await sparsedge(folder, ['rollback', 'shards/pages'])).code).toBe(0);
  expect((await search(folder, 'cluster')).ids).toEqual(['guide', 'install']);
  const shown = await sparsedge(folder, ['rules', 'shards/pages', '--show']);
  expect(JSON.parse(shown.out)).toEqual(rules);
  // The current generation's, and those of the one before.
  expect(readdirSync(join(folder, 'shards/pages/rules'))).toHaveLength(2);

  expect((await sparsedge(folder, ['rules', 'shards/pages', '--remove'])).code).toBe(0);
  expect((await search(folder, 'cluster')).hits).toEqual(plain.hits);
});

/** Rules, and what is said of them. */
const WRONG: readonly (readonly [object, RegExp])[] = [
  [{ synonyms: [['alone']] }, /synonyms\.0.*two or more/],
  [{ boosts: [{ path: '/x', factor: -1 }] }, /boosts\.0\.factor: expected a factor from 0/],
  [{ boosts: [{ factor: 2 }] }, /boosts\.0: expected id, path, title or field/],
  [{ queries: [{ is: 'x' }] }, /queries\.0: expected pin or hide/],
  [{ synonym: [] }, /synonym/],
  [{ recency: { field: 'title', halfLifeDays: 0 } }, /recency\.halfLifeDays/],
  [{ boostField: 'date' }, /field "date" of the document .*: expected a factor/],
];

test('rules that cannot be followed change nothing', { timeout: 600_000 }, async () => {
  const folder = await indexed();
  const before = readFileSync(join(folder, 'shards/pages/current'));
  for (const [rules, why] of WRONG) {
    const { code, err } = await set(folder, rules);
    expect(code).toBe(2);
    expect(err).toMatch(why);
    expect(readFileSync(join(folder, 'shards/pages/current'))).toEqual(before);
    expect(existsSync(join(folder, 'shards/pages/rules'))).toBe(false);
  }
});

test('rules say what the index does not have', async () => {
  const folder = await indexed();
  const { out } = await set(folder, { queries: [{ matches: 'clu*', pin: ['nowhere', 'old'] }] });
  expect(JSON.parse(out).missing).toEqual(['nowhere']);
  expect((await search(folder, 'clusters')).ids[0]).toBe('old');
  const broken = await sparsedge(folder, ['rules', 'shards/pages']);
  expect(broken.code).toBe(2);
  expect(broken.err).toMatch(/a file of rules, --show or --remove/);
});
