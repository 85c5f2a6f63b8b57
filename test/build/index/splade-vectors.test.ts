// SPLADE vectors that others published (Seismic's example: 20 documents, 5 queries), indexed and searched. Two things
// are quantized: documents to 8 bits, each weight by at most half a step of maximum / 255; queries to integers, each
// weight by at most half of 1 / SCALE. So a score may differ from the dot product of the published numbers by no more
// than those halves sum to, and two documents may change places only if their dot products are closer than both bounds
// together.

import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildIndex } from '../../../build/index/build.ts';
import { parseConfig } from '../../../build/index/config.ts';
import type { EncoderInput } from '../../../build/stages/encode/encoder.ts';
import { silent } from '../../../build/terminal/progress.ts';
import { folderSource } from '../../../build/work/files.ts';
import { dequantize, quantize } from '../../../src/core/model/quantizer.ts';
import { openIndex, spaceNamed } from '../../../src/query/search/open.ts';
import { search } from '../../../src/query/search/search.ts';
import { weighTerms } from '../../../src/query/search/terms.ts';
import { sharedData } from '../../fixtures/shared-data.ts';

const data = sharedData('oracles/seismic-toy');
const SCALE = 100;

interface Published {
  readonly id: number;
  readonly content: string;
  readonly vector: Readonly<Record<string, number>>;
}

function published(name: string): Published[] {
  const lines = readFileSync(join(data!, name), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Published);
}

function dot(
  query: Published['vector'],
  document: Published['vector'],
  weigh = (a: number, b: number) => a * b,
): number {
  return Object.entries(query).reduce(
    (sum, [term, weight]) => (document[term] === undefined ? sum : sum + weigh(weight, document[term])),
    0,
  );
}

test.skipIf(data === undefined)(
  'published SPLADE vectors come in the order of their dot products (needs the shared data)',
  async () => {
    const [documents, queries] = [published('documents.jsonl'), published('queries.jsonl')];
    expect([documents.length, queries.length]).toEqual([20, 5]);
    const folder = mkdtempSync(join(tmpdir(), 'sparsedge-splade-'));
    await buildIndex({
      inputs: async function* (): AsyncGenerator<EncoderInput> {
        for (const { id, content, vector } of documents) {
          yield { document: { id: String(id), text: content }, vector: new Map(Object.entries(vector)) };
        }
      },
      inputKey: 'splade',
      config: parseConfig({ spaces: [{ encoder: 'vectors' }] }),
      folder,
      workFolder: mkdtempSync(join(tmpdir(), 'sparsedge-splade-work-')),
      startProgress: silent,
    });
    const index = await openIndex(folderSource(folder));
    const { name, quantizer } = spaceNamed(index);
    const step = dequantize(1, quantizer);

    for (const query of queries) {
      const weights = new Map(Object.entries(query.vector).map(([term, w]) => [term, Math.round(w * SCALE)]));
      const terms = weighTerms(weights, name);
      const { hits, exact } = await search({ terms, k: 20, documents: true }, { index, clock: () => 0 });
      expect(exact).toBe(true);

      const facts = hits.map(({ score, shown }) => {
        const { vector } = documents.find(({ id }) => String(id) === shown!.id)!;
        // What the index must answer to the last bit.
        const impacts = dot(query.vector, vector, (q, d) => Math.round(q * SCALE) * quantize(d, quantizer));
        expect(score).toBe(impacts);
        const bound = dot(query.vector, vector, (q, d) => (q * step + d / SCALE) / 2 + step / SCALE / 4);
        const product = dot(query.vector, vector);
        expect(Math.abs((score * step) / SCALE - product)).toBeLessThanOrEqual(bound);
        return { product, bound };
      });
      for (const [i, better] of facts.entries()) {
        for (const worse of facts.slice(i + 1)) {
          expect(better.product).toBeGreaterThan(worse.product - better.bound - worse.bound);
        }
      }
      // Documents that are not among the hits share no term with the query, or next to none.
      const found = new Set(hits.map(({ shown }) => shown!.id));
      for (const { id, vector } of documents) {
        if (!found.has(String(id))) expect(dot(query.vector, vector)).toBeLessThan(0.1);
      }
      // And the bounds are no excuse: the best is the best, and nearly every pair is in order.
      const pairs = facts.flatMap((a, i) => facts.slice(i + 1).map((b) => a.product > b.product));
      expect(facts[0].product).toBe(Math.max(...documents.map(({ vector }) => dot(query.vector, vector))));
      expect(pairs.filter(Boolean).length / pairs.length).toBeGreaterThan(0.98);
    }
  },
);
