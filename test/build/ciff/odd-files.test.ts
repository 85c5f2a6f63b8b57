// Files that say what others say and in other bytes, as exporters may write them: each gives the same index.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ask, importCiff, temporary } from './ciff-indexes.ts';
import { ciffBytes, type WireFile, type WireList, writeCiff } from './wire.ts';

const TERMS = ['a', 'b b', 'é', '￿', '\u{1F600}', ' ', 'x'.repeat(3000)];

/** Lists over so many documents, of which some are in no list. */
const files = fc.integer({ min: 1, max: 300 }).chain((documents) =>
  fc.record({
    documents: fc.constant(documents),
    lists: fc.uniqueArray(
      fc.record({
        term: fc.constantFrom(...TERMS),
        postings: fc.dictionary(fc.nat(documents - 1).map(String), fc.integer({ min: 1, max: 255 }), {
          minKeys: 1,
          maxKeys: 20,
          noNullPrototype: true,
        }),
      }),
      { selector: ({ term }) => term },
    ),
  }),
);

test('what is left out, zero, out of order, unknown or in several members of gzip changes no answer', async () => {
  const oddities = fc.record({
    counted: fc.boolean(),
    zeros: fc.boolean(),
    turned: fc.boolean(),
    totals: fc.constantFrom(undefined, 0, 1e6),
    cut: fc.double({ min: 0, max: 1, noNaN: true }),
    name: fc.constantFrom('odd.ciff', 'odd.ciff.gz'),
  });
  await fc.assert(
    fc.asyncProperty(files, oddities, async (file, odd) => {
      const lists: WireList[] = file.lists
        .map(({ term, postings }) => ({
          term,
          postings: Object.entries(postings)
            .map(([document, tf]) => [Number(document), tf] as const)
            .sort(([a], [b]) => a - b),
        }))
        .sort((a, b) => Buffer.compare(Buffer.from(a.term), Buffer.from(b.term)));
      const documents = Array.from({ length: file.documents }, (_, i) => ({ id: `d${i}`, length: i % 3 }));
      const plain = await importCiff(writeCiff({ lists, documents }));
      const written: WireFile = {
        lists: (odd.turned ? lists.toReversed() : lists).map((list) => ({
          ...list,
          ...(odd.counted ? {} : { df: 0, cf: 0 }),
        })),
        documents,
        zeros: odd.zeros,
        description: '',
        ...(odd.totals !== undefined && {
          totalDocuments: odd.totals,
          totalTerms: odd.totals,
          averageLength: 0,
        }),
      };
      const bytes = ciffBytes(written);
      const at = Math.floor(odd.cut * bytes.length);
      const path = join(temporary(), odd.name);
      const members = [bytes.subarray(0, at), bytes.subarray(at)].map((part) => gzipSync(part));
      writeFileSync(path, odd.name.endsWith('.gz') ? Buffer.concat(members) : bytes);
      const { index, report } = await importCiff(path);
      expect(report).toEqual({ ...plain.report, description: '' });
      for (const { term } of lists) {
        const query = new Map([[term as string, 1]]);
        expect(await ask(index, query, 300)).toEqual(await ask(plain.index, query, 300));
      }
    }),
    { numRuns: 20 },
  );
});
