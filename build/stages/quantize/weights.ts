// Raw values → weights, term by term, over the merged spills of a space. Whoever needs the largest weight before
// anything is written, as a quantizer does, has the spills merged twice: weights are computed sooner than they are
// stored and read.

import { join } from 'node:path';
import { compareBytes } from '../../../src/core/format/bytes.ts';
import type { SpaceStatistics } from '../../work/input-record.ts';
import { lengthsOf, type Slice, spillsOf, titleSpillsOf } from '../invert/slices.ts';
import { mergeSpills, roomFor, type SpillPart, type TermValues } from '../invert/spills.ts';
import type { Spool } from '../invert/spool.ts';
import { TermCounts } from '../invert/term-counts.ts';
import { given, type TermStatistics, type Weighting } from '../weighting/weighting.ts';

/** Some documents of a space, and everything that weighing their terms needs. */
export interface Weigher {
  readonly spills: readonly SpillPart[];
  /** Which terms are of the titles of documents' pages. */
  readonly titleSpills: readonly SpillPart[];
  readonly weighting: Weighting;
  readonly lengths: Float32Array;
  readonly collection: CollectionFacts;
}

/** What weighing asks of a space of the whole collection. */
interface CollectionFacts extends SpaceStatistics {
  /** Files of the counts of its terms, where its weighting asks for them. */
  readonly termCounts: readonly string[];
}

/** A term with its weights, parallel to its documents: 32-bit floats, so that written vectors read back the same. */
export interface WeighedTerm extends TermValues {
  readonly weights: Float32Array;
}

/**
 * Prepares to weigh documents.
 *
 * @param space its number
 * @param spools of the whole collection
 * @param kept what to weigh with in place of what these say of documents and lengths
 */
export function openWeigher(
  slices: readonly Slice[],
  space: number,
  weighting: Weighting,
  spools: readonly Spool[],
  kept?: SpaceStatistics,
): Weigher {
  const lengths = weighting === given ? new Float32Array(0) : lengthsOf(slices, space);
  if (weighting.roundLength)
    for (const [i, length] of lengths.entries()) lengths[i] = weighting.roundLength(length);
  const statistics = kept ?? statisticsOf(spools, space);
  const collection = { ...statistics, termCounts: termCountsOf(spools, space) };
  const titleSpills = titleSpillsOf(slices, space);
  return { spills: spillsOf(slices, space), titleSpills, weighting, lengths, collection };
}

/** What a collection says of its documents and their lengths in a space. */
export function statisticsOf(spools: readonly Spool[], space: number): SpaceStatistics {
  const spaces = spools.map((spool) => spool.spaces[space]);
  const documents = spaces.reduce((sum, { lengths }) => sum + lengths.holders, 0);
  const total = spaces.reduce((sum, { lengths }) => sum + lengths.total, 0);
  const mean = documents === 0 ? 0 : total / documents;
  return { documents, meanLength: spaces[0]?.lengths.mean ?? mean };
}

function termCountsOf(spools: readonly Spool[], space: number): string[] {
  return spools.flatMap(({ folder, spaces }) => {
    const { termCounts } = spaces[space];
    return termCounts ? [join(folder, termCounts)] : [];
  });
}

/** The terms of a space in ascending order, weighed; arrays are reused from term to term. */
export function* weighTerms(weigher: Weigher): Generator<WeighedTerm> {
  const { spills, titleSpills, weighting, lengths, collection } = weigher;
  if (weighting === given) {
    for (const term of mergeSpills(spills)) yield { ...term, weights: term.values };
    return;
  }
  const { documents, meanLength } = collection;
  const counts = new TermCounts(collection.termCounts);
  const titles = new TitleTerms(titleSpills);
  let weights = new Float32Array(1024);
  for (const term of mergeSpills(spills)) {
    const { key } = term;
    const { count: documentFrequency, sum } = counts.of(key);
    // Nothing is known of a term that was added to all that have it.
    const meanValue = () => (documentFrequency === 0 ? 1 : sum / documentFrequency);
    const statistics: TermStatistics = { key, documents, documentFrequency, meanLength, meanValue };
    const weigh = weighting.forTerm(statistics);
    if (weights.length < term.count) weights = new Float32Array(roomFor(term.count));
    for (let i = 0; i < term.count; i++)
      weights[i] = weigh(Math.abs(term.values[i]), lengths[term.documents[i]]);
    const weighed = { ...term, weights };
    if (weighting.pageTitle) titles.addTo(weighed, weighting.pageTitle * weigh(1, meanLength));
    yield weighed;
  }
  counts.close();
}

/** Adds to the weights of terms of titles, in ascending order of key. */
class TitleTerms {
  readonly #terms: Iterator<TermValues>;
  #next: TermValues | undefined;

  constructor(spills: readonly SpillPart[]) {
    this.#terms = mergeSpills(spills);
    this.#advance();
  }

  /** @param more what the term weighs more in documents whose page's title it is of: all of them have it */
  addTo({ key, documents, weights }: WeighedTerm, more: number): void {
    if (this.#next === undefined || compareBytes(this.#next.key, key) !== 0) return;
    let at = 0;
    for (let i = 0; i < this.#next.count; i++) {
      while (documents[at] !== this.#next.documents[i]) at++;
      weights[at] += more;
    }
    this.#advance();
  }

  #advance(): void {
    const { done, value } = this.#terms.next();
    this.#next = done ? undefined : value;
  }
}

/** The largest weight of documents; 0 where they have none. */
export function largestWeight(weigher: Weigher): number {
  let largest = 0;
  for (const { weights, count } of weighTerms(weigher)) {
    for (let i = 0; i < count; i++) if (weights[i] > largest) largest = weights[i];
  }
  return largest;
}
