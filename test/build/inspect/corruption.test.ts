// Damage of every kind that storage, uploads and people can do: each search of a damaged index gives the right answer
// or a typed error, never a wrong answer, another kind of error, or no end.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listsOf } from '../../../build/inspect/lists.ts';
import { readPage } from '../../../build/inspect/pages.ts';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { CURRENT } from '../../../src/core/format/manifest.ts';
import { findDocument } from '../../../src/query/search/documents.ts';
import { noCost } from '../../../src/query/search/meter.ts';
import { openIndex } from '../../../src/query/search/open.ts';
import { search } from '../../../src/query/search/search.ts';
import { weighTerms } from '../../../src/query/search/terms.ts';
import { buildInMemory, FINE, type ImpactVector, type Objects } from '../../fakes/memory-index.ts';
import { memorySource } from '../../fakes/memory-source.ts';
import { SLOW } from '../../fixtures/slow.ts';
import { searchExhaustively } from '../../query/search/exhaustive.ts';

const CASES = SLOW ? 100_000 : 20_000;

/** A collection whose impacts depend on `salt`, so that two of them answer differently. */
function collection(salt: number): ImpactVector[] {
  return Array.from({ length: 60 }, (_, i) => {
    const terms = [i % 3, 3 + (i % 5), 8 + (i % 11)];
    return new Map(
      terms.map((term, j): [string, number] => [`t${term}`, 1 + ((i * 31 + j * 17 + salt * 101) % 255)]),
    );
  });
}

const weights = new Map([
  ['t0', 3],
  ['t4', 1],
  ['t9', 2],
]);
const vectors = collection(0);
const objects = buildInMemory(vectors, { ...FINE, windows: 2 });
/** The same with vectors in its document pages, by which scores are settled. */
const lookedUp = buildInMemory(vectors, { ...FINE, windows: 2, vectors: true });
const names = [...objects.keys()];
/** Other builds: what a botched upload mixes in. Their ids differ, since an id is a digest of what went in. */
const others = [
  buildInMemory(collection(1), { ...FINE, windows: 2 }, '00000000000000ff'),
  buildInMemory(collection(2), { ...FINE, windows: 2 }, 'fedcba9876543210'),
  buildInMemory(collection(0).slice(0, 40), { ...FINE, windows: 1 }, '1123456789abcdef'),
];
const right = searchExhaustively(vectors, weights, 10);

type Damage = (objects: Objects) => void;

const name = fc.constantFrom(...names);
const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const flips = fc.tuple(name, fc.array(fc.tuple(fraction, fc.nat(7)), { minLength: 1, maxLength: 4 })).map(
  ([object, bits]): Damage =>
    (target) => {
      const bytes = target.get(object)!.slice();
      for (const [at, bit] of bits) bytes[Math.floor(at * bytes.length)] ^= 1 << bit;
      target.set(object, bytes);
    },
);
const truncation = fc.tuple(name, fraction).map(
  ([object, at]): Damage =>
    (target) =>
      void target.set(object, target.get(object)!.slice(0, Math.floor(at * target.get(object)!.length))),
);
const growth = fc.tuple(name, fc.uint8Array({ minLength: 1, maxLength: 40 })).map(
  ([object, more]): Damage =>
    (target) =>
      void target.set(object, Uint8Array.from([...target.get(object)!, ...more])),
);
const overwriting = fc.tuple(name, fraction, fc.uint8Array({ minLength: 1, maxLength: 64 })).map(
  ([object, at, noise]): Damage =>
    (target) => {
      const bytes = target.get(object)!.slice();
      bytes.set(
        noise.subarray(0, bytes.length - Math.floor(at * bytes.length)),
        Math.floor(at * bytes.length),
      );
      target.set(object, bytes);
    },
);
const movement = fc.tuple(name, fraction, fraction, fc.integer({ min: 1, max: 80 })).map(
  ([object, from, to, length]): Damage =>
    (target) => {
      const bytes = target.get(object)!.slice();
      const start = Math.floor(from * bytes.length);
      bytes.copyWithin(Math.floor(to * bytes.length), start, start + length);
      target.set(object, bytes);
    },
);
const swap = fc.tuple(name, name).map(
  ([a, b]): Damage =>
    (target) => {
      const kept = target.get(a)!;
      target.set(a, target.get(b)!);
      target.set(b, kept);
    },
);
const loss = name.map(
  (object): Damage =>
    (target) =>
      void target.delete(object),
);
/** The object that another build has in the same place, or in any. */
const mixture = fc.tuple(name, fc.constantFrom(...others), fc.option(fc.nat(50))).map(
  ([object, other, place]): Damage =>
    (target) => {
      const candidates = [...other.values()];
      target.set(object, candidates[(place ?? names.indexOf(object)) % candidates.length]);
    },
);
const foreignManifest = fc.constantFrom(...others).map(
  (other): Damage =>
    (target) =>
      void target.set(CURRENT, other.get(CURRENT)!),
);

const damage = fc.oneof(
  { weight: 6, arbitrary: flips },
  { weight: 2, arbitrary: truncation },
  growth,
  { weight: 2, arbitrary: overwriting },
  { weight: 2, arbitrary: movement },
  swap,
  loss,
  mixture,
  foreignManifest,
);

test('what is damaged has dictionary pages, and tiers with and without pieces', async () => {
  const index = await openIndex(memorySource(objects));
  const found = new Set<string>();
  for await (const { page, tier } of listsOf(index, 'test')) {
    if (!tier) found.add('dictionary');
    else found.add((await readPage(index, 'test', page)).bytes[0] === 0 ? 'whole' : 'divided');
  }
  expect([...found].sort()).toEqual(['dictionary', 'divided', 'whole']);
});

test(`${CASES.toLocaleString('en')} damaged indexes answer rightly or with a typed error`, async () => {
  let errors = 0;
  await fc.assert(
    fc.asyncProperty(damage, fc.constantFrom(objects, lookedUp), async (harm, whole) => {
      const damaged: Objects = new Map(whole);
      harm(damaged);
      try {
        const index = await openIndex(memorySource(damaged));
        const terms = weighTerms(weights, 'test');
        const result = await search(
          { terms, k: 10, documents: true },
          { index, clock: () => 0, firstRoundBytes: 40 },
        );
        expect(result.hits.map(({ document, score }) => ({ document, score }))).toEqual(right);
        expect(result.hits.map(({ shown }) => shown?.id)).toEqual(
          right.map(({ document }) => `d${document}`),
        );
        const cost = noCost();
        expect(await findDocument(index, 'd17', cost)).toEqual({ id: 'd17', text: 'text 17' });
      } catch (error) {
        if (!(error instanceof SparsedgeError)) throw error;
        errors++;
      }
    }),
    { numRuns: CASES },
  );
  // Damage that nobody notices would prove nothing.
  expect(errors).toBeGreaterThan(CASES / 3);
});
