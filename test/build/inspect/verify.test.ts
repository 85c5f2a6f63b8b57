// What verifying finds in an index whose every checksum is right: it was written wrongly, or forged.

import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { verifyIndex } from '../../../build/inspect/verify.ts';
import { silent } from '../../../build/terminal/progress.ts';
import { objectName } from '../../../build/work/files.ts';
import { KeySetBuilder } from '../../../src/core/format/keys/key-set.ts';
import { type LongTerm, LongTerms } from '../../../src/core/format/keys/long-terms.ts';
import { CURRENT, decodeManifest, encodeManifest, type Manifest } from '../../../src/core/format/manifest.ts';
import {
  decodeTable,
  encodeTable,
  type PageTable,
  tableChecksum,
} from '../../../src/core/format/page-table.ts';
import { buildInMemory, FINE, type ImpactVector, type Objects } from '../../fakes/memory-index.ts';
import { memorySource } from '../../fakes/memory-source.ts';

const vectors = Array.from(
  { length: 90 },
  (_, i): ImpactVector => new Map([['t', 1 + ((i * 37) % 120)], ...(i < 80 ? [['u', 3] as const] : [])]),
);

/** An index whose objects have the names of their content, and whose table and manifest are changed. */
function written(
  change: (table: PageTable) => PageTable = (table) => table,
  changeManifest: (manifest: Manifest) => Partial<Manifest> = () => ({}),
  inVectors = false,
  of: readonly ImpactVector[] = vectors,
): Objects {
  const objects = buildInMemory(of, { ...FINE, windows: 3, vectors: inVectors });
  const manifest = decodeManifest(objects.get(CURRENT)!, CURRENT);
  const { name, crc32 } = manifest.table;
  const renamed = new Map<string, string>();
  for (const [shard, bytes] of [...objects].filter(([each]) => each.startsWith('shards/'))) {
    renamed.set(shard, objectName(createHash('sha256').update(bytes).digest('hex')));
    objects.set(renamed.get(shard)!, bytes);
  }
  const named = <Run extends PageTable['documents'] | LongTermTable>(run: Run): Run => ({
    ...run,
    shards: run.shards.map((shard) => ({ ...shard, name: renamed.get(shard.name)! })),
  });
  const table = decodeTable(objects.get(name)!, manifest.build, crc32, name);
  const spaces = new Map(Array.from(table.spaces, ([space, terms]) => [space, named(terms)]));
  const bytes = encodeTable(change({ spaces, documents: named(table.documents) }), manifest.build);
  objects.set(name, bytes);
  const entry = { name, bytes: bytes.length, crc32: tableChecksum(bytes, name) };
  objects.set(CURRENT, encodeManifest({ ...manifest, table: entry, ...changeManifest(manifest) }));
  return objects;
}

type LongTermTable = PageTable['spaces'] extends ReadonlyMap<string, infer Terms> ? Terms : never;

/** Changes what the table says of the term "t". */
function withTerm(change: (term: LongTerm) => Partial<LongTerm>): (table: PageTable) => PageTable {
  return ({ spaces, documents }) => {
    const terms = spaces.get('test')!;
    const [t, ...others] = terms.longTerms;
    const longTerms = LongTerms.of([{ ...t, ...change(t) }, ...others]);
    return { documents, spaces: new Map([...spaces, ['test', { ...terms, longTerms }]]) };
  };
}

const verified = (objects: Objects) => verifyIndex(memorySource(objects), silent);

describe('verifying', () => {
  test('passes what was written rightly', async () => {
    expect(await verified(written())).toMatchObject({ documents: 90, postings: 170, againstInput: false });
  });

  test.each([
    [
      'a tier that begins no lower than the one before',
      withTerm(({ tierImpact: [first, , ...rest] }) => ({ tierImpact: [first, first, ...rest] })),
      /a first impact from 1 to \d+, found/,
    ],
    [
      'a tier without postings',
      withTerm(({ tierCount }) => ({ tierCount: tierCount.with(-1, 0) })),
      /expected postings, found none/,
    ],
    [
      'a tier with impacts that are above its range',
      withTerm(({ tierImpact }) => ({ tierImpact: tierImpact.with(-1, tierImpact.at(-1)! - 1) })),
      /a first impact of \d+, found|impacts from \d+ down to/,
    ],
    [
      'a tier with impacts that are below its range',
      withTerm(({ tierImpact }) => ({ tierImpact: tierImpact.with(1, tierImpact[1] + 1) })),
      /a first impact of \d+, found|impacts from \d+ down to/,
    ],
    [
      'another number of postings in a divided tier',
      withTerm(({ tierCount }) => ({ tierCount: tierCount.with(-1, tierCount.at(-1)! + 1) })),
      /expected \d+ postings, found/,
    ],
    [
      'another k-th impact',
      withTerm(({ kthImpact }) => ({ kthImpact: kthImpact.with(0, kthImpact[0] - 1) })),
      /as impact 10, found/,
    ],
  ])('finds %s', async (_, change, message) => {
    await expect(verified(written(change))).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(message),
    });
  });

  test.each([
    ['fewer windows', [45, 45]],
    ['windows cut elsewhere', [20, 40, 30]],
  ])('finds %s than the tiers were divided by', async (_, windows) => {
    await expect(verified(written(undefined, () => ({ windows })))).rejects.toMatchObject({
      code: 'corrupt',
    });
  });

  test.each(['terms', 'postings'] as const)('finds another number of %s', async (what) => {
    const objects = written(undefined, ({ spaces: [space] }) => ({
      spaces: [{ ...space, [what]: space[what] + 1 }],
    }));
    await expect(verified(objects)).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('passes vectors that have what the long lists have', async () => {
    expect(await verified(written(undefined, undefined, true))).toMatchObject({ documents: 90 });
  });

  test('finds vectors that have not', async () => {
    const claimed = (table: PageTable): PageTable => {
      const terms = table.spaces.get('test')!;
      return { ...table, spaces: new Map([...table.spaces, ['test', { ...terms, inVectors: true }]]) };
    };
    await expect(verified(written(claimed))).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(
        /vectors of space test: expected the \d+ postings of long lists, found 0/,
      ),
    });
  });

  test('finds titles that the page table does not have', async () => {
    const forgetful = (table: PageTable): PageTable => {
      const terms = { ...table.spaces.get('test')!, titles: new KeySetBuilder().finish() };
      return { ...table, spaces: new Map([...table.spaces, ['test', terms]]) };
    };
    const titled = vectors.map((vector, i) => new Map([...vector, [`=page=${i}`, 9]]));
    expect(await verified(written(undefined, undefined, false, titled))).toMatchObject({ documents: 90 });
    await expect(verified(written(forgetful, undefined, false, titled))).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(/expected a title that the page table has, found another/),
    });
  });
});
