import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listsOf } from '../../../build/inspect/lists.ts';
import { readPage } from '../../../build/inspect/pages.ts';
import { verifyIndex } from '../../../build/inspect/verify.ts';
import { silent } from '../../../build/terminal/progress.ts';
import { folderSource } from '../../../build/work/files.ts';
import { decodeManifest } from '../../../src/core/format/manifest.ts';
import { encodeQuery } from '../../../src/query/encode/encode-query.ts';
import { findDocument } from '../../../src/query/search/documents.ts';
import { noCost } from '../../../src/query/search/meter.ts';
import { openIndex, spaceNamed } from '../../../src/query/search/open.ts';
import { search } from '../../../src/query/search/search.ts';
import { buildGolden } from '../../golden/build-golden.ts';

const golden = join(import.meta.dirname, '../../golden/v6');
const folder = join(golden, 'index');

/** Path → digest, of all files below a folder. */
function contents(of: string): Map<string, string> {
  const files = readdirSync(of, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files
      .map((file) => join(file.parentPath, file.name))
      .sort()
      .map((path) => [path.slice(of.length), createHash('sha256').update(readFileSync(path)).digest('hex')]),
  );
}

describe('the golden index of format 6', () => {
  test('is what a build writes today, byte for byte', async () => {
    const built = mkdtempSync(join(tmpdir(), 'sparsedge-golden-'));
    await buildGolden(built);
    expect(contents(built)).toEqual(contents(folder));
  });

  test('verifies', async () => {
    expect(await verifyIndex(folderSource(folder), silent)).toMatchObject({ documents: 9 });
    expect((await openIndex(folderSource(folder))).manifest).toMatchObject({ documents: 10, holes: 1 });
  });

  test.each([
    ['bm25', 'a boat by moonlight', ['boats', 'harbour']],
    ['bm25', 'the tides of the moon', ['tides', 'harbour']],
    ['words', '満月', ['月']],
    ['words', 'Mond', ['bäckerei']],
    ['bm25', 'the', ['sand', 'fog', 'harbour', 'tides']],
    ['bm25', 'zebra', []],
  ])('answers %s "%s" with %j', async (space, text, ids) => {
    const index = await openIndex(folderSource(folder));
    const terms = encodeQuery(text, spaceNamed(index, space));
    const result = await search({ terms, k: 10, documents: true }, { index, clock: () => 0 });
    expect(result.exact).toBe(true);
    expect(result.hits.map(({ shown }) => shown!.id)).toEqual(ids);
  });

  test('has dictionary pages, and tiers with and without pieces', async () => {
    const index = await openIndex(folderSource(folder));
    const found = new Set<string>();
    for (const { name } of index.manifest.spaces) {
      for await (const { page, tier } of listsOf(index, name)) {
        const { bytes } = await readPage(index, name, page);
        if (!tier) found.add('dictionary');
        else found.add(bytes[0] === 0 ? 'undivided' : `${bytes[0]} pieces`);
      }
    }
    expect([...found].sort()).toEqual(['1 pieces', '2 pieces', 'dictionary', 'undivided']);
  });

  test('finds each document by its id', async () => {
    const index = await openIndex(folderSource(folder));
    for (const id of ['harbour', '月', 'bäckerei', 'empty']) {
      expect((await findDocument(index, id, noCost())).id).toBe(id);
    }
    await expect(findDocument(index, 'mooring', noCost())).rejects.toMatchObject({ code: 'not-found' });
  });
});

test('a manifest of a later format is refused by version, before anything else is looked at', () => {
  const bytes = readFileSync(join(golden, 'future-manifest'));
  expect(() => decodeManifest(bytes, 'current')).toThrow(/format 7.*newer release/);
});

test('a file that is no manifest is refused by its first line', () => {
  const bytes = readFileSync(join(golden, 'wrong-magic-manifest'));
  expect(() => decodeManifest(bytes, 'current')).toThrow(/expected a line "sparsedge/);
});

test('a table of a later format is refused by version', async () => {
  const { decodeTable } = await import('../../../src/core/format/page-table.ts');
  const manifest = decodeManifest(readFileSync(join(folder, 'current')), 'current');
  const table = Uint8Array.from(readFileSync(join(folder, manifest.table.name)));
  table[4] = 7;
  expect(() => decodeTable(table, manifest.build, 0, 'a table')).toThrow(/format 7/);
});
