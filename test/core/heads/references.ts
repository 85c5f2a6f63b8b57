// What PyTorch computes for 200 texts, and how near to it every head must come, whatever runs the network:
// test/fixtures/models/README.md has the form.

import { expect } from 'vitest';
import type { Head } from '../../../src/core/model/contract.ts';
import type { SparseVector } from '../../../src/core/sparse.ts';
import { cutWindows, type Tokenizer } from '../../../src/core/tokens/tokens.ts';

const TEXTS = 200;
const TOLERANCE = 1e-4;
/** Tokens to which the texts were cut. */
export const MAX_LENGTH = 64;

/** A text, and what PyTorch makes of it. */
export interface Reference {
  readonly text: string;
  readonly ids: readonly number[];
  readonly vectors: Readonly<Record<string, ReferenceVector>>;
}

interface ReferenceVector {
  readonly all?: Readonly<Record<string, number>>;
  readonly top?: Readonly<Record<string, number>>;
  readonly sums?: readonly number[];
  readonly undecided?: readonly string[];
}

/** A head over one of the networks. */
export interface HeadCase {
  /** Of its vectors among the references. */
  readonly name: string;
  readonly head: Head;
  /** Of the network's file. */
  readonly graph: string;
  /** More of the model's contract. */
  readonly more?: Readonly<Record<string, unknown>>;
}

const gate = (mode: string): HeadCase => ({
  name: `sparterm-${mode}`,
  head: 'sparterm',
  graph: 'sparterm',
  more: { gate: { mode }, outputs: { values: 'importance', gate: 'gate' } },
});
const scalars = (head: Head, values: string): HeadCase => ({
  name: head,
  head,
  graph: 'scalars',
  more: { outputs: { values } },
});

export const HEAD_CASES: readonly HeadCase[] = [
  { name: 'splade-sum', head: 'splade-sum', graph: 'logits', more: { output: 'logits' } },
  { name: 'splade-max', head: 'splade-max', graph: 'logits' },
  { name: 'splade-max-pooled', head: 'splade-doc', graph: 'splade-max', more: { output: 'pooled' } },
  { name: 'lens', head: 'lens', graph: 'logits' },
  scalars('deepimpact', 'impacts'),
  scalars('deepct', 'frequencies'),
  scalars('residual', 'gates'),
  gate('literal-only'),
  gate('expansion-only'),
  gate('expansion-enhanced'),
];

/** The terms of a head, as a contract says it. */
export function vocabularyOf(head: Head): string {
  if (head === 'lens') return 'cluster';
  return head === 'deepimpact' || head === 'deepct' || head === 'residual' ? 'whole-word' : 'word-piece';
}

/** Reads the references from their lines. */
export function parseReferences(lines: string): Reference[] {
  const references = lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Reference);
  expect(references).toHaveLength(TEXTS);
  return references;
}

/** Every text becomes the tokens that it had in PyTorch. */
export function expectTokens(references: readonly Reference[], pieces: Tokenizer): void {
  for (const [i, { text, ids }] of references.entries()) {
    const [window] = cutWindows(pieces.tokenize(text), pieces, MAX_LENGTH, 'truncate');
    expect(window!.ids, `text ${i}`).toEqual(ids);
  }
}

/** Every text's vector is the one of PyTorch. */
export function expectVectors(
  found: readonly SparseVector[],
  references: readonly Reference[],
  { name, head }: HeadCase,
  pieces: Tokenizer,
): void {
  expect(found).toHaveLength(references.length);
  const idOf = (term: string) => (head === 'lens' ? Number(term) : pieces.ids.get(term)!);
  for (const [i, { text, vectors }] of references.entries()) {
    // DeepCT's references are not rounded yet.
    const difference = differenceOf(found[i], vectors[name], idOf, head === 'deepct');
    expect(difference, `text ${i}, ${JSON.stringify(text.slice(0, 60))}`).toBeLessThanOrEqual(TOLERANCE);
  }
}

/** The largest difference; sums of many weights may differ by as many times more, relatively. */
function differenceOf(
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
  const decided = [...found].filter(([term]) => !undecided.includes(term));
  if (all) {
    for (const [term, weight] of decided) if (all[term] === undefined) note(weight);
    return largest;
  }
  const totals = sums!.map(() => 0);
  for (const [term, weight] of decided) totals[idOf(term) % totals.length] += weight;
  for (const [i, total] of totals.entries()) note(Math.abs(total - sums![i]) / Math.max(1, sums![i]));
  return largest;
}
