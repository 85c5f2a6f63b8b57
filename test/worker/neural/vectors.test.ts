import { expect, it } from 'vitest';
import { batchVectors, padWindows } from '../../../src/core/heads/batch.ts';
import type { Space } from '../../../src/core/manifest.ts';
import type { SparseVector } from '../../../src/core/sparse.ts';
import { cutWindows, tokenize } from '../../../src/core/wordpiece.ts';
import { openOnnxGraph } from '../../../src/encode/onnx.ts';
import { ResidentModel } from '../../../src/encode/resident-model.ts';
import type { QueryModel } from '../../../src/query/query-model.ts';
import { bertVocabulary, file, modelObjects } from './model.ts';

/** What PyTorch gives; test/fixtures/models/README.md has the form. */
interface Reference {
  readonly text: string;
  readonly ids: readonly number[];
  readonly vectors: Readonly<Record<string, ReferenceVector>>;
}

interface ReferenceVector {
  readonly all?: Readonly<Record<string, number>>;
  readonly top?: Readonly<Record<string, number>>;
  readonly sums?: readonly number[];
}

const TOLERANCE = 1e-4;

it.for([
  ['the maximum in the graph', 'splade-max.onnx', 'splade-max-pooled', 'splade-max'],
  ['raw logits', 'logits.onnx', 'splade-max', 'splade-max'],
  ['raw logits, summed', 'logits.onnx', 'splade-sum', 'splade-sum'],
] as const)('gives the vectors that PyTorch gives: %s', async ([, onnx, vector, head], { skip }) => {
  const vocabulary = await bertVocabulary();
  if (!vocabulary) return skip('the vocabulary of BERT is not in the repository');
  const graph = (await file(`models/${onnx}`))!;
  const { space, objects } = await modelObjects({ id: vector, onnx, graph, vocabulary, more: { head } });
  const references = await readReferences();
  expect(references).toHaveLength(200);
  await withModel(space, objects, async ({ contract, vocabulary: { pieces, terms }, run }) => {
    for (const { text, ids, vectors } of references) {
      const name = JSON.stringify(text.slice(0, 60));
      const windows = cutWindows(tokenize(text, pieces), pieces, 64, 'truncate');
      expect(windows[0]!.ids, name).toEqual(ids);
      const batch = padWindows(windows, ids.length, pieces);
      const [found] = batchVectors(contract, batch, await run!(batch), { pieces, terms });
      compare(found!, vectors[vector]!, pieces.ids, name);
    }
  });
});

async function withModel(
  space: Space,
  objects: ReadonlyMap<string, Uint8Array>,
  work: (model: QueryModel) => Promise<void>,
): Promise<void> {
  const timer = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
  const source = { read: async (name: string) => objects.get(name)! };
  await new ResidentModel({ source, clock: Date.now, timer, openGraph: openOnnxGraph }).use(space, work);
}

function compare(
  found: SparseVector,
  { all, top, sums }: ReferenceVector,
  ids: ReadonlyMap<string, number>,
  name: string,
): void {
  const off = Object.entries((all ?? top)!).filter(
    ([term, weight]) => !(Math.abs((found.get(term) ?? 0) - weight) <= TOLERANCE),
  );
  expect(off, name).toEqual([]);
  const total = new Array<number>(16).fill(0);
  for (const [term, weight] of found) total[ids.get(term)! % 16]! += weight;
  const expected = sums ?? sumsOf(all!, ids);
  for (const [i, sum] of expected.entries()) {
    expect(Math.abs(total[i]! - sum), `${name}, sum ${i}`).toBeLessThanOrEqual(TOLERANCE * Math.max(1, sum));
  }
}

function sumsOf(weights: Readonly<Record<string, number>>, ids: ReadonlyMap<string, number>): number[] {
  const sums = new Array<number>(16).fill(0);
  for (const [term, weight] of Object.entries(weights)) sums[ids.get(term)! % 16]! += weight;
  return sums;
}

async function readReferences(): Promise<Reference[]> {
  const gzipped = (await file('models/reference.jsonl.gz'))!;
  const lines = await new Response(
    new Response(gzipped).body!.pipeThrough(new DecompressionStream('gzip')),
  ).text();
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}
