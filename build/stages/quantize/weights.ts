// Raw values → weights, term by term, over the merged spills of a space. Whoever needs the largest weight before
// anything is written, as a quantizer does, has the spills merged twice: weights are computed sooner than they are
// stored and read.

import { RecordReader } from '../../work/records.ts';
import { mergeSpills, roomFor, type TermValues } from '../invert/spills.ts';
import type { SpooledSpace } from '../invert/spool.ts';
import type { TermStatistics, Weighting } from '../weighting/weighting.ts';

/** Everything that weighing a space's terms needs. */
export interface Weigher {
  readonly space: SpooledSpace;
  readonly weighting: Weighting;
  readonly lengths: Float32Array;
  /** Documents with at least one term. */
  readonly documents: number;
  readonly meanLength: number;
}

/** A term with its weights, parallel to its documents: 32-bit floats, so that written vectors read back the same. */
export interface WeighedTerm extends TermValues {
  readonly weights: Float32Array;
}

/** Prepares to weigh a space. */
export function openWeigher(space: SpooledSpace, weighting: Weighting): Weigher {
  const reader = new RecordReader(space.lengthsPath);
  const bytes = reader.next() ?? new Uint8Array();
  const lengths = new Float32Array(bytes.slice().buffer);
  reader.close();
  let documents = 0;
  let total = 0;
  for (const length of lengths) {
    if (length > 0) documents++;
    total += length;
  }
  if (weighting.roundLength)
    for (const [i, length] of lengths.entries()) lengths[i] = weighting.roundLength(length);
  const { meanLength = documents === 0 ? 0 : total / documents } = space;
  return { space, weighting, lengths, documents, meanLength };
}

/** The terms of a space in ascending order, weighed; arrays are reused from term to term. */
export function* weighTerms({
  space,
  weighting,
  lengths,
  documents,
  meanLength,
}: Weigher): Generator<WeighedTerm> {
  let weights = new Float32Array(1024);
  for (const term of mergeSpills(space.spills)) {
    const { key, count: documentFrequency } = term;
    const meanValue = () => meanOf(term);
    const statistics: TermStatistics = { key, documents, documentFrequency, meanLength, meanValue };
    const weigh = weighting.forTerm(statistics);
    if (weights.length < term.count) weights = new Float32Array(roomFor(term.count));
    for (let i = 0; i < term.count; i++) weights[i] = weigh(term.values[i], lengths[term.documents[i]]);
    yield { ...term, weights };
  }
}

function meanOf({ values, count }: TermValues): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i];
  return sum / count;
}

/** The largest weight of a space; 1 where it has none, so that a quantizer always exists. */
export function largestWeight(weigher: Weigher): number {
  let largest = 0;
  for (const { weights, count } of weighTerms(weigher)) {
    for (let i = 0; i < count; i++) if (weights[i] > largest) largest = weights[i];
  }
  return largest > 0 ? largest : 1;
}
