// Every head in Node, against PyTorch on the same weights.

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { given } from '../../../build/encode.ts';
import { modelEncoder } from '../../../build/model/encoder.ts';
import { openModelFolder, readVocabulary } from '../../../build/model/folder.ts';
import type { Head } from '../../../src/core/model.ts';
import type { SparseVector } from '../../../src/core/sparse.ts';
import { cutWindows, tokenize } from '../../../src/core/wordpiece.ts';
import { sharedData } from '../../shared-data.ts';
import { FIXTURES, modelFolder, type ReferenceVector, references } from './reference-model.ts';

const vocabulary = sharedData('oracles/bert-base-uncased-vocab.txt');
const TOLERANCE = 1e-4;

interface Case {
  readonly name: string;
  readonly head: Head;
  readonly graph: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly more?: Readonly<Record<string, unknown>>;
  /** DeepCT's references are not rounded yet. */
  readonly rounded?: boolean;
}

const gate = (mode: string): Case => ({
  name: `sparterm-${mode}`,
  head: 'sparterm',
  graph: 'sparterm',
  more: { gate: { mode }, outputs: { values: 'importance', gate: 'gate' } },
});

const cases: readonly Case[] = [
  { name: 'splade-sum', head: 'splade-sum', graph: 'logits', more: { output: 'logits' } },
  { name: 'splade-max', head: 'splade-max', graph: 'logits' },
  { name: 'splade-max-pooled', head: 'splade-doc', graph: 'splade-max', more: { output: 'pooled' } },
  { name: 'lens', head: 'lens', graph: 'logits', files: { clusters: join(FIXTURES, 'clusters.json') } },
  { name: 'deepimpact', head: 'deepimpact', graph: 'scalars', more: { outputs: { values: 'impacts' } } },
  {
    name: 'deepct',
    head: 'deepct',
    graph: 'scalars',
    more: { outputs: { values: 'frequencies' } },
    rounded: true,
  },
  { name: 'residual', head: 'residual', graph: 'scalars', more: { outputs: { values: 'gates' } } },
  gate('literal-only'),
  gate('expansion-only'),
  gate('expansion-enhanced'),
];

describe.skipIf(vocabulary === undefined)('against PyTorch (needs the vocabulary of the shared data)', () => {
  const texts = vocabulary === undefined ? [] : references();

  test('token ids are equal', async () => {
    const folder = openModelFolder(modelFolder('splade-max', { tokenizer: vocabulary! }));
    const { pieces } = await readVocabulary(folder);
    for (const { text, ids } of texts) {
      expect(cutWindows(tokenize(text, pieces), pieces, 64, 'truncate')[0]!.ids).toEqual(ids);
    }
    expect(texts.length).toBe(200);
  });

  test.each(cases)(
    '$name gives the same vectors',
    async ({ name, head, graph, files, more, rounded = false }) => {
      const document = join(FIXTURES, `${graph}.onnx`);
      const folder = openModelFolder(modelFolder(head, { tokenizer: vocabulary!, document, ...files }, more));
      const { pieces } = await readVocabulary(folder);
      const idOf = (term: string) => (head === 'lens' ? Number(term) : pieces.ids.get(term)!);
      const documents = texts.map(({ text }, i) => ({ document: { id: String(i), text } }));
      const vectors = await modelEncoder(folder, given).encode(documents);
      for (const [i, { text, vectors: expected }] of texts.entries()) {
        const difference = compare(vectors[i]!, expected[name]!, idOf, rounded);
        expect(difference, `text ${i}, ${JSON.stringify(text.slice(0, 60))}`).toBeLessThanOrEqual(TOLERANCE);
      }
    },
  );
});

/** The largest difference; sums of many weights may differ by as many times more, relatively. */
function compare(
  found: SparseVector,
  { all, top, sums, undecided = [] }: ReferenceVector,
  idOf: (term: string) => number,
  rounded: boolean,
): number {
  let largest = 0;
  const note = (difference: number) => {
    largest = Math.max(largest, difference);
  };
  for (const [term, weight] of Object.entries(all ?? top!)) {
    const value = found.get(term) ?? 0;
    if (!rounded) note(Math.abs(value - weight));
    else if (weight < 1 - TOLERANCE) note(value);
    // As near to a half as the tolerance, either neighbour is right.
    else if (weight > 1 + TOLERANCE) note(Math.max(0, Math.abs(value - weight) - 0.5));
  }
  if (all) {
    for (const [term, weight] of found) if (all[term] === undefined) note(weight);
    return largest;
  }
  if (rounded) return largest;
  const totals = sums!.map(() => 0);
  for (const [term, weight] of found) {
    if (!undecided.includes(term)) totals[idOf(term) % totals.length]! += weight;
  }
  for (const [i, total] of totals.entries()) note(Math.abs(total - sums![i]!) / Math.max(1, sums![i]!));
  return largest;
}
