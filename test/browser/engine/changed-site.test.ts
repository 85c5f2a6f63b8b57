// A site is published anew while a page of it is open: what the page has open names objects that are gone, which hosts
// say in several ways.

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { open } from '../../../browser/open-search.ts';
import { sparsedge } from '../../build/commands/command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'sparsedge-'));

beforeAll(async () => {
  for (const name of ['before', 'after']) {
    writeFileSync(join(folder, `${name}.jsonl`), JSON.stringify({ id: name, text: `the moon ${name}` }));
    const done = await sparsedge(folder, ['build', `${name}.jsonl`, '--into', name, '--encoder', 'bm25']);
    expect(done, done.err).toMatchObject({ code: 0 });
  }
  return () => rmSync(folder, { recursive: true });
});

/** A host of an index, which answers so for what it does not have. */
function hostOf(status: number, body: string) {
  const host = { has: 'before', isClosed: false };
  const fetch = (async (url: URL) => {
    const file = join(folder, host.has, url.pathname);
    const isThere = !host.isClosed && existsSync(file) && statSync(file).isFile();
    return isThere ? new Response(readFileSync(file)) : new Response(body, { status });
  }) as typeof globalThis.fetch;
  return { host, fetch };
}

test.each([
  [404, ''],
  [410, ''],
  // Buckets that nobody may list.
  [403, '<Error><Code>AccessDenied</Code></Error>'],
  // A page for all that is not there, as applications have it.
  [200, '<!doctype html><title>Not found</title>'],
])('objects that are gone with status %i are those of the site as it is now', async (status, body) => {
  const { host, fetch } = hostOf(status, body);
  const search = await open({ index: 'https://site.example/' }, { fetch });
  expect((await search.search('moon')).hits).toMatchObject([{ id: 'before' }]);
  host.has = 'after';
  expect((await search.search('after')).hits).toMatchObject([{ id: 'after' }]);
});

test('a host that is closed to everybody is not taken for one without an index', async () => {
  const { host, fetch } = hostOf(403, '');
  host.isClosed = true;
  await expect(open({ index: 'https://site.example/' }, { fetch })).rejects.toMatchObject({
    code: 'unavailable',
    message: 'https://site.example/ answered 403 for current',
  });
});
