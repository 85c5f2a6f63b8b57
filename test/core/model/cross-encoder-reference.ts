// Holds a cross-encoder to what PyTorch computes: pairs, and scores within 1e-4. In Node and in workerd.

import { expect } from 'vitest';
import { encodePair } from '../../../src/core/model/cross-encoder.ts';
import type { WordPieces } from '../../../src/core/tokens/wordpiece.ts';
import type { Judgement } from '../../../src/query/rerank/rerank.ts';

/** A pair, and what PyTorch makes of it. */
export interface ReferencePair {
  readonly question: string;
  readonly document: string;
  readonly ids: readonly number[];
  readonly types: readonly number[];
  readonly score: number;
}

const TOLERANCE = 1e-4;
const MAX_LENGTH = 64;

/** The contract of cross-encoder.onnx, with the files as they are described. */
export function referenceContract(files: { readonly tokenizer: object; readonly network: object }): object {
  return {
    format: 1,
    kind: 'cross-encoder',
    id: 'random-cross-encoder',
    tokenizer: { kind: 'wordpiece', maxLength: MAX_LENGTH },
    files,
    licence: 'Apache-2.0',
    trainedOn: 'nothing',
    source: 'models/train/reference',
  };
}

/** The pairs of cross-encoder.jsonl. */
export function referencePairs(lines: string): ReferencePair[] {
  const pairs = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ReferencePair);
  expect(pairs).toHaveLength(100);
  // Some fill the network, so that documents are cut off.
  expect(pairs.filter(({ ids }) => ids.length === MAX_LENGTH).length).toBeGreaterThan(10);
  return pairs;
}

/** Compares the pairs themselves. */
export function expectReferenceIds(pairs: readonly ReferencePair[], pieces: WordPieces): void {
  for (const { question, document, ids, types } of pairs) {
    const [first, second] = [question, document].map((text) => pieces.tokenize(text).ids);
    expect(encodePair(first!, second!, pieces, MAX_LENGTH), question).toEqual({ ids, types });
  }
}

/** Compares scores, each document's beside those of the same question. */
export async function expectReferenceScores(
  pairs: readonly ReferencePair[],
  score: (question: string, texts: readonly string[]) => Promise<Judgement>,
): Promise<void> {
  const questions = [...new Set(pairs.map(({ question }) => question))];
  for (const question of questions) {
    const asked = pairs.filter((pair) => pair.question === question);
    const { scores, tokens } = await score(
      question,
      asked.map(({ document }) => document),
    );
    expect(tokens).toBe(asked.reduce((sum, { ids }) => sum + ids.length, 0));
    for (const [i, pair] of asked.entries()) {
      expect(Math.abs(scores[i] - pair.score), question).toBeLessThanOrEqual(TOLERANCE);
    }
  }
}
