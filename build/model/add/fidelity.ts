// How near a model in eight bits comes to the one it was made from: both weigh the same texts, and what a search would
// see of the difference is measured. Ranks count for more than weights, which are rounded to eight bits of impact
// anyway.

import { SparsedgeError } from '../../../src/core/errors.ts';
import type { SparseVector } from '../../../src/core/sparse.ts';
import { given } from '../../stages/weighting/weighting.ts';
import { modelEncoder } from '../encoding/model-encoder.ts';
import type { ModelFolder } from '../model-folder.ts';

/** Over all texts. */
export interface Fidelity {
  readonly texts: number;
  /** The share of each text's ten heaviest terms that stayed among the ten heaviest: mean, and the worst text's. */
  readonly overlap: Summary;
  /** Spearman's correlation of the weights of all terms that either has: mean, and the worst text's. */
  readonly correlation: Summary;
  /** The largest difference of a weight, and the largest weight. */
  readonly difference: number;
  readonly largest: number;
}

interface Summary {
  readonly mean: number;
  readonly least: number;
}

/** What a model must reach on the mean. */
const LEAST = { overlap: 0.9, correlation: 0.9 };
const TOP = 10;

/**
 * Compares what a model makes of texts, as weighTexts has it, with what the same one in eight bits does.
 *
 * @param encoderOf the values that are compared: those of terms, unless given
 */
export async function compareModels(
  before: readonly SparseVector[],
  quantized: ModelFolder,
  texts: readonly string[],
  encoderOf = (folder: ModelFolder) => modelEncoder(folder, given),
): Promise<Fidelity> {
  return compareVectors(before, await encoderOf(quantized).encode(documentsOf(texts)));
}

/**
 * What a model makes of texts.
 *
 * @throws SparsedgeError `bad-input` if it finds no term in any of them, or weights that are no finite numbers
 */
export async function weighTexts(
  model: ModelFolder,
  texts: readonly string[],
  encoderOf = (folder: ModelFolder) => modelEncoder(folder, given),
): Promise<readonly SparseVector[]> {
  const { id, head } = model.contract;
  const vectors = await encoderOf(model).encode(documentsOf(texts));
  if (vectors.every(({ size }) => size === 0)) {
    throw new SparsedgeError(
      'bad-input',
      `${id}: expected terms, found none in ${texts.length} texts: is the head ${head} right? Texts in its language are given with --samples`,
      { head, texts: texts.length },
    );
  }
  for (const [i, vector] of vectors.entries()) {
    const strange = [...vector].find(([, weight]) => !Number.isFinite(weight));
    if (strange === undefined) continue;
    const found = `${strange[1]} of ${JSON.stringify(strange[0])} in ${JSON.stringify(texts[i])}`;
    throw new SparsedgeError('bad-input', `${id}: expected finite weights, found ${found}`, { head, found });
  }
  return vectors;
}

function documentsOf(texts: readonly string[]) {
  return texts.map((text, i) => ({ document: { id: String(i), text } }));
}

/** Compares vectors of the same texts; a text that neither has terms for says nothing, and does not count. */
export function compareVectors(before: readonly SparseVector[], after: readonly SparseVector[]): Fidelity {
  const overlaps: number[] = [];
  const correlations: number[] = [];
  let difference = 0;
  let largest = 0;
  for (const [i, one] of before.entries()) {
    const other = after[i];
    const terms = [...new Set([...one.keys(), ...other.keys()])];
    if (terms.length === 0) continue;
    const [left, right] = [one, other].map((vector) => terms.map((term) => vector.get(term) ?? 0)) as [
      number[],
      number[],
    ];
    overlaps.push(topOverlap(one, other));
    correlations.push(spearman(left, right));
    for (const [at, weight] of left.entries()) {
      difference = Math.max(difference, Math.abs(weight - right[at]));
      largest = Math.max(largest, weight);
    }
  }
  return {
    texts: overlaps.length,
    overlap: summary(overlaps),
    correlation: summary(correlations),
    difference,
    largest,
  };
}

/** @throws SparsedgeError `bad-input` for a model that came too far from its original */
export function mustBeFaithful(fidelity: Fidelity, network: string): void {
  for (const measure of ['overlap', 'correlation'] as const) {
    const { mean } = fidelity[measure];
    // What is not a number must not pass.
    if (mean >= LEAST[measure]) continue;
    throw new SparsedgeError(
      'bad-input',
      `${network} in eight bits: expected a mean ${measure} of at least ${LEAST[measure]} with the original, found ` +
        `${mean.toFixed(3)}: leave it in float32, or take it with --accept-loss`,
      { network, expected: LEAST[measure], found: mean },
    );
  }
}

function topOverlap(one: SparseVector, other: SparseVector): number {
  const [first, second] = [one, other].map(
    (vector) =>
      new Set(
        [...vector]
          .sort((a, b) => b[1] - a[1])
          .slice(0, TOP)
          .map(([term]) => term),
      ),
  ) as [Set<string>, Set<string>];
  return [...first].filter((term) => second.has(term)).length / Math.max(first.size, second.size);
}

/**
 * Pearson's correlation of ranks, equal values sharing the mean of theirs; of values that are all equal, whether both
 * are.
 */
export function spearman(left: readonly number[], right: readonly number[]): number {
  const [a, b] = [ranks(left), ranks(right)];
  const mean = (left.length - 1) / 2;
  let [product, ofA, ofB] = [0, 0, 0];
  for (const [i, rank] of a.entries()) {
    product += (rank - mean) * (b[i] - mean);
    ofA += (rank - mean) ** 2;
    ofB += (b[i] - mean) ** 2;
  }
  if (ofA === 0 || ofB === 0) return ofA === ofB ? 1 : 0;
  return product / Math.sqrt(ofA * ofB);
}

function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
  const ranked = new Array<number>(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let at = from; at < to; at++) ranked[order[at]] = (from + to - 1) / 2;
    from = to;
  }
  return ranked;
}

function summary(values: readonly number[]): Summary {
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    least: values.reduce((least, value) => Math.min(least, value), 1),
  };
}
