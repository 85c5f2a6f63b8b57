import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exportCiff } from '../../../build/ciff/export.ts';
import { openInputs } from '../../../build/stages/encode/inputs.ts';
import { newReport } from '../../../build/stages/read/lines/report.ts';
import { silent } from '../../../build/terminal/progress.ts';
import { analyzerNamed } from '../../../src/core/analyzer/analyzer.ts';
import { type OpenIndex, spaceNamed } from '../../../src/query/search/open.ts';
import { ask, buildFrom, importCiff, temporary } from './ciff-indexes.ts';

const SAMPLE = join(import.meta.dirname, '../../fixtures/sample');

async function exported(index: OpenIndex, name = 'index.ciff', space?: string): Promise<string> {
  const path = join(temporary(), name);
  await exportCiff(index, spaceNamed(index, space), path, silent);
  return path;
}

describe('a round trip through CIFF changes no score', () => {
  const weights = fc.dictionary(
    fc.oneof(
      fc.constantFrom('a', 'b', 'é', 'zz', '￿', '\u{1F600}'),
      fc.string({ minLength: 1, unit: 'grapheme' }),
    ),
    fc.integer({ min: 1, max: 255 }),
    { maxKeys: 12, noNullPrototype: true },
  );

  test('of random vectors, however they are cut into windows', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(weights, { maxLength: 40 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        async (vectors, windowBefore, windowAfter) => {
          const inputs = vectors.map((vector, i) => ({
            document: { id: `document ${i}`, text: 'text' },
            vector: new Map(Object.entries(vector)),
          }));
          const spaces = [{ encoder: 'vectors' as const, quantizer: { maximum: 255 } }];
          const before = await buildFrom(inputs, { spaces, windowDocuments: windowBefore });
          const { index: after } = await importCiff(await exported(before), {
            spaces: [{ encoder: 'vectors' }],
            windowDocuments: windowAfter,
          });
          for (const vector of [...vectors.slice(0, 3), { a: 1, zz: 2, '\u{1F600}': 3, '￿': 1 }]) {
            const query = new Map(Object.entries(vector));
            expect(await ask(after, query, 20)).toEqual(await ask(before, query, 20));
          }
          // The numbers of documents are kept too, so exporting again gives the same lists and records.
          const again = readFileSync(await exported(after));
          const once = readFileSync(await exported(before));
          expect(withoutHeader(again)).toEqual(withoutHeader(once));
        },
      ),
      { numRuns: 25 },
    );
  });

  test.each(['bm25', 'tfidf'] as const)('of the sample collection, weighed by %s', async (encoder) => {
    const documents = openInputs({ input: SAMPLE, report: newReport() });
    const before = await buildFrom(documents, { spaces: [{ encoder }], windowDocuments: 90 });
    expect(before.manifest.windows.length).toBe(4);
    const { index: after, report } = await importCiff(await exported(before, 'sample.ciff.gz'));
    expect(after.manifest.windows.length).toBe(1);
    expect(report).toMatchObject({ documents: 300, otherLengths: 0 });
    expect(report.description).toContain(`space ${encoder}: ${encoder}`);
    expect(after.manifest.spaces[0]).toMatchObject({
      terms: before.manifest.spaces[0].terms,
      postings: before.manifest.spaces[0].postings,
      quantizer: { maximum: 255 },
    });
    const analyze = analyzerNamed('english');
    const queries = readFileSync(join(SAMPLE, 'queries.jsonl'), 'utf8').trim().split('\n');
    expect(queries.length).toBe(200);
    let hits = 0;
    for (const line of queries) {
      const query = new Map<string, number>();
      for (const term of analyze((JSON.parse(line) as { text: string }).text))
        query.set(term, (query.get(term) ?? 0) + 1);
      const answer = await ask(after, query);
      expect(answer).toEqual(await ask(before, query));
      hits += answer.length;
    }
    expect(hits).toBeGreaterThan(1900);
  });

  test('of lists long enough for pages of their own, in several windows', async () => {
    const words = (i: number) =>
      new Map([
        ['every', 1 + (i % 250)],
        [`half${i % 2}`, 1 + ((i * 7) % 255)],
        [`rare${i % 500}`, 3],
        ...(i % 40 === 0 ? ([['fortieth', 9]] as const) : []),
      ]);
    const inputs = Array.from({ length: 20_000 }, (_, i) => ({
      document: { id: `${i}`, text: '' },
      vector: words(i),
    }));
    const spaces = [{ encoder: 'vectors' as const, quantizer: { maximum: 255 } }];
    const before = await buildFrom(inputs, { spaces, windowDocuments: 7000 });
    expect(before.table.spaces.get('vectors')!.longTerms.length).toBeGreaterThan(2);
    const { index: after } = await importCiff(await exported(before));
    const query = new Map([
      ['every', 1],
      ['half1', 2],
      ['rare77', 30],
      ['fortieth', 5],
    ]);
    expect(await ask(after, query, 1000)).toEqual(await ask(before, query, 1000));
  });
});

test('an export of a named space has that space', async () => {
  const inputs = [{ document: { id: 'x', text: 'one two two' } }];
  const index = await buildFrom(inputs, {
    spaces: [{ encoder: 'bm25' }, { name: 'other', encoder: 'bm25', k1: 0 }],
  });
  const { index: after } = await importCiff(await exported(index, 'other.ciff', 'other'));
  const query = new Map([['two', 1]]);
  // With k1 = 0 every term weighs the same, so each has the largest impact.
  expect(await ask(after, query)).toEqual([{ id: 'x', score: 255 }]);
});

test('an export that fails leaves no file', async () => {
  const index = await buildFrom([{ document: { id: 'x', text: 'one' } }], {});
  const space = { ...spaceNamed(index), terms: 2 };
  const path = join(temporary(), 'index.ciff');
  await expect(exportCiff(index, space, path, silent)).rejects.toMatchObject({ code: 'corrupt' });
  expect(() => readFileSync(path)).toThrow(/ENOENT/);
  expect(() => readFileSync(`${path}.partial`)).toThrow(/ENOENT/);
});

/** The header names the build and the quantizer, which differ. */
function withoutHeader(file: Buffer): Buffer {
  const length = file[0] < 128 ? file[0] : (file[0] & 127) + file[1] * 128;
  return file.subarray(length + (file[0] < 128 ? 1 : 2));
}
