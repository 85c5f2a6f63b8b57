import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildIndex } from '../../../../build/index/build.ts';
import { type BuildConfigInput, parseConfig } from '../../../../build/index/config.ts';
import { allIds } from '../../../../build/inspect/lists.ts';
import { verifyIndex } from '../../../../build/inspect/verify.ts';
import { tallied } from '../../../../build/stages/encode/inputs.ts';
import { newReport } from '../../../../build/stages/read/lines/report.ts';
import { silent } from '../../../../build/terminal/progress.ts';
import { folderSource } from '../../../../build/work/files.ts';
import type { Document } from '../../../../src/core/document.ts';
import type { FieldSchema, Fields } from '../../../../src/core/fields.ts';
import type { Filter } from '../../../../src/query/filter/filter.ts';
import { openIndex } from '../../../../src/query/search/open.ts';
import { search } from '../../../../src/query/search/search.ts';
import { weighTerms } from '../../../../src/query/search/terms.ts';
import { isKept } from '../../../query/search/exhaustive.ts';

const FIELDS: FieldSchema[] = [
  { name: 'kind', type: 'keyword', list: false },
  { name: 'seen', type: 'date', list: false },
  { name: 'size', type: 'number', list: false },
  { name: 'tags', type: 'keyword', list: true },
];
const DAY_MS = 86_400_000;

function fieldsOf(i: number): Fields {
  return {
    ...(i % 10 > 0 && { size: (i * 7919) % 3000 }),
    kind: `kind ${i % 3}`,
    tags: [`t${i % 5}`, `t${i % 7}`],
    ...(i % 4 > 0 && { seen: new Date(1.7e12 + i * DAY_MS).toISOString() }),
  };
}

const documents = (count: number, but = -1): Document[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `d${i}`,
    text: `word w${i % 11} w${i % 13}`,
    fields: fieldsOf(i),
  })).filter((_, i) => i !== but);

async function build(all: readonly Document[], more: BuildConfigInput, base?: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-fields-'));
  async function* each() {
    for (const document of all) yield { document };
  }
  const config = parseConfig({ spaces: [{ encoder: 'bm25', analyzer: 'unicode' }], ...more });
  const read = newReport();
  const inputs = () => tallied(each(), { schema: config.schema, report: read });
  const workFolder = join(folder, '.work');
  await buildIndex({ inputs, read, inputKey: 'x', config, base, folder, workFolder, startProgress: silent });
  return folder;
}

async function idsOf(folder: string, filter: Filter): Promise<string[]> {
  const index = await openIndex(folderSource(folder));
  const terms = weighTerms(new Map([['word', 1]]), 'bm25');
  const { hits, exact } = await search(
    { terms, k: 1000, documents: false, filter },
    { index, clock: () => 0 },
  );
  expect(exact).toBe(true);
  const ids = await allIds(index);
  return hits.map(({ document }) => ids[document]!).sort();
}

const FILTERS: Filter[] = [
  { field: 'size', from: 500, below: 2000 },
  { and: [{ field: 'kind', is: 'kind 1' }, { not: { field: 'tags', is: 't3' } }] },
  { or: [{ field: 'seen', from: '2024', to: '2025' }, { not: { field: 'size', exists: true } }] },
  { not: { field: 'seen', exists: true } },
];

test.each<[string, BuildConfigInput]>([
  ['one window', {}],
  ['windows', { windowDocuments: 300, vectors: 'always' }],
  ['windows of pages that are objects', { windowDocuments: 400, store: 'assets' }],
])('fields that were built in %s filter', async (_, config) => {
  const all = documents(1000);
  const folder = await build(all, config);
  const { manifest } = await openIndex(folderSource(folder));
  expect(manifest.fields).toEqual([
    { ...FIELDS[0], documents: 1000, values: 3, levels: [] },
    {
      ...FIELDS[1],
      documents: 750,
      values: 750,
      minimum: 1.7e12 + DAY_MS,
      maximum: 1.7e12 + 999 * DAY_MS,
      levels: [3],
    },
    { ...FIELDS[2], documents: 900, values: 900, minimum: 2, maximum: 2997, levels: [] },
    { ...FIELDS[3], documents: 1000, values: 7, levels: [] },
  ]);
  for (const filter of FILTERS) {
    const right = all.filter(({ fields }) => isKept(spelled(filter), fields!)).map(({ id }) => id);
    expect(right.length).toBeGreaterThan(50);
    expect(await idsOf(folder, filter)).toEqual(right.sort());
  }
});

/** A filter with the times that its years are. */
function spelled(filter: Filter): Filter {
  if ('or' in filter) return { or: filter.or.map(spelled) };
  return 'to' in filter && filter.to === '2025'
    ? { field: 'seen', from: '2024-01-01T00:00Z', below: '2026-01-01T00:00Z' }
    : filter;
}

test('an index on a base has the fields of its documents, and no hole has any', async () => {
  const base = await build(documents(400), { store: 'both' });
  const folder = await build(documents(401, 200), { store: 'both' }, base);
  const { manifest } = await openIndex(folderSource(folder));
  expect(manifest).toMatchObject({ documents: 400 });
  expect((await verifyIndex(folderSource(folder), silent)).documents).toBe(400);
  const filter: Filter = { not: { field: 'size', exists: true } };
  const right = documents(401, 200).filter(({ fields }) => isKept(filter, fields!));
  expect(await idsOf(folder, filter)).toEqual(right.map(({ id }) => id).sort());
  const fewer = await build(documents(390), { store: 'both' }, base);
  expect((await openIndex(folderSource(fewer))).manifest).toMatchObject({ documents: 400, holes: 10 });
});

test('a value that is not of its type ends the build, with the document that has it', async () => {
  const wrong = [{ id: 'a', text: '', fields: { size: 'large' } }];
  await expect(build(wrong, { schema: { fields: { size: 'number' } } })).rejects.toMatchObject({
    code: 'bad-input',
    message: 'document "a": the field size is "large", which is no number',
  });
});
