import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderSource } from '../../../build/work/files.ts';
import { openSearcher } from '../../../src/edge/open-searcher.ts';
import { sparsedge, temporaryFolder } from './command-line.ts';

const RECORDS = [
  { id: 'a', text: 'tides of the sea', version: '4', tags: ['api', 'cli'], seen: '2024-05-01' },
  { id: 'b', text: 'tides of the moon', version: '3', tags: ['api'], seen: '2025-01-01' },
  { id: 'c', text: 'tides of a lake', draft: true },
];

async function built(): Promise<string> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'docs'));
  writeFileSync(
    join(folder, 'docs/a.jsonl'),
    RECORDS.map((record) => `${JSON.stringify(record)}\n`).join(''),
  );
  expect((await sparsedge(folder, ['build', 'docs', '-o', 'index', '--encoder', 'bm25'])).code).toBe(0);
  return folder;
}

test('search keeps to a filter, and says so where nothing is found', async () => {
  const folder = await built();
  const search = (...more: string[]) => sparsedge(folder, ['search', 'index', 'tides', ...more]);
  const { hits, exact } = JSON.parse((await search('--filter', 'tags:api AND version>3', '--json')).out);
  expect(exact).toBe(true);
  expect(hits).toMatchObject([{ id: 'a', fields: { version: 4, tags: ['api', 'cli'], seen: '2024-05-01' } }]);
  const nothing = await search('--filter', 'seen>2025');
  expect(nothing.code).toBe(0);
  expect(nothing.out).toContain('No document that seen>2025 keeps has any of the terms tide.');
  const wrong = await search('--filter', 'vresion>3');
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain(
    'the filter, character 1: there is no field "vresion"; the nearest is "version"',
  );
});

test('search counts, sorts and browses', async () => {
  const folder = await built();
  const search = (...more: string[]) => sparsedge(folder, ['search', 'index', ...more]);
  const { out } = await search('tides', '--facet', 'tags', '--facet', 'version:..3', '--sort', 'seen:desc');
  expect(out).toContain('3 documents match.\n  tags: api 2, cli 1\n  version: ..3 1\n');
  expect(out).toMatch(/1\. b [\s\S]*2\. a [\s\S]*3\. c /);
  const browsed = JSON.parse((await search('--filter', 'tags:api', '--sort', 'version', '--json')).out);
  expect(browsed.hits.map(({ id }: { id: string }) => id)).toEqual(['b', 'a']);
  expect(browsed.matches).toEqual({ count: 2, exact: true });
  expect((await search()).code).toBe(2);
});

test('inspect lists the fields', async () => {
  const folder = await built();
  const { out } = await sparsedge(folder, ['inspect', 'index']);
  expect(out).toMatch(/draft +boolean +1 document +1 value\n/);
  expect(out).toMatch(/seen +date +2 documents +2 values +from 2024-05-01 to 2025-01-01\n/);
  expect(out).toMatch(/tags +list of keywords +2 documents +2 values\n/);
  expect(out).toMatch(/version +number +2 documents +2 values +from 3 to 4\n/);
  const { fields } = JSON.parse((await sparsedge(folder, ['inspect', 'index', '--json'])).out);
  expect(fields.map(({ name }: { name: string }) => name)).toEqual(['draft', 'seen', 'tags', 'version']);
});

test('a program that opens the index filters as well', async () => {
  const searcher = await openSearcher(folderSource(join(await built(), 'index')));
  const { hits } = await searcher.search('tides', { filter: { not: { field: 'draft', is: true } } });
  expect(hits.map(({ shown }) => shown?.id).sort()).toEqual(['a', 'b']);
  await expect(searcher.search('tides', { filter: 'draft:' })).rejects.toMatchObject({ code: 'bad-query' });
});

test('search holds hits to a word of any field', async () => {
  const folder = await built();
  const ids = async (question: string) =>
    JSON.parse((await sparsedge(folder, ['search', 'index', question, '--json'])).out).hits.map(
      ({ id }: { id: string }) => id,
    );
  expect(await ids('tides tags:cli')).toEqual(['a']);
  expect((await ids('tides -tags:cli')).toSorted()).toEqual(['b', 'c']);
  expect(await ids('tides version:3')).toEqual(['b']);
  expect((await ids('tides std::cli')).length).toBe(3);
});
