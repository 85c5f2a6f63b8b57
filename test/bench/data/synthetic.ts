// Vectors that have an encoder's statistics and no text behind them.
//
// A document has a topic. Half of its terms are drawn from all, the others by topic: of every 16 terms of like
// frequency, a topic has one. So frequencies over the whole collection stay Zipf's, while the terms of a topic occur
// together sixteen times as often as chance has it. Those weigh more, and so do rare terms, as encoders find.

import type { EncoderInput } from '../../../build/stages/encode/encoder.ts';
import { randomFrom } from '../../fakes/random.ts';
import { type Profile, vocabularyOf } from './profiles.ts';

const TOPICS = 2000;
const TOPICAL = 0.5;
/** Terms of neighbouring ranks among which a topic chooses one. */
const ALIKE = 16;
/** Of the logarithm of a document's number of terms. */
const LENGTH_SIGMA = 0.35;

/** The same documents whenever they are asked for. */
export async function* syntheticDocuments(profile: Profile, documents: number): AsyncGenerator<EncoderInput> {
  const draw = rankSampler(profile, vocabularyOf(profile, documents));
  const scale = impactScale(profile, draw);
  const random = randomFrom(1);
  for (let i = 0; i < documents; i++) {
    const vector = documentVector(profile, draw, scale, random);
    // What is shown takes about as many bytes as a passage does.
    const text = [...vector.keys()].slice(0, 50).join(' ');
    yield { document: { id: String(i), text }, vector };
  }
}

type Random = () => number;
type RankSampler = (random: Random) => number;

/** The impacts that make their mean the profile's: found on a few documents, since impacts are cut at 255. */
function impactScale(profile: Profile, draw: RankSampler): number {
  let scale = profile.meanImpact;
  for (let pass = 0; pass < 3; pass++) {
    const random = randomFrom(2);
    let [sum, count] = [0, 0];
    for (let i = 0; i < 500; i++) {
      for (const impact of documentVector(profile, draw, scale, random).values()) {
        sum += impact;
        count++;
      }
    }
    scale *= (profile.meanImpact * count) / sum;
  }
  return scale;
}

function documentVector(
  profile: Profile,
  draw: RankSampler,
  scale: number,
  random: Random,
): Map<string, number> {
  const topic = Math.floor(random() * TOPICS);
  const length = Math.exp(LENGTH_SIGMA * normal(random) - LENGTH_SIGMA ** 2 / 2) * profile.termsPerDocument;
  const count = Math.max(3, Math.round(length));
  const vector = new Map<string, number>();
  while (vector.size < count) {
    const topical = random() < TOPICAL;
    const rank = topical ? inTopic(draw(random), topic) : draw(random);
    const term = termOfRank(rank);
    if (vector.has(term)) continue;
    // The sum of two exponential draws: few impacts are tiny, few are several times the mean.
    const skew = -Math.log((1 - random()) * (1 - random())) / 2;
    const weight = skew * (topical ? 1.3 : 0.7) * (0.6 + 0.05 * Math.log1p(rank));
    vector.set(term, Math.min(255, Math.max(1, Math.round(weight * scale))));
  }
  return vector;
}

/** The term of like rank that belongs to the topic. The few most frequent terms belong to all. */
function inTopic(rank: number, topic: number): number {
  const group = Math.floor(rank / ALIKE);
  if (group === 0) return rank;
  const mixed = Math.imul(Math.imul(topic + 1, 0x9e3779b1) ^ Math.imul(group, 0x85ebca6b), 0xc2b2ae35);
  return group * ALIKE + ((mixed >>> 16) % ALIKE);
}

/** Terms in the order of the dictionary are in no order of frequency. */
function termOfRank(rank: number): string {
  const term = () => (Math.imul(rank + 1, 0x9e3779b1) >>> 0).toString(36);
  if (rank >= KEPT_TERMS) return term();
  frequentTerms[rank] ??= term();
  return frequentTerms[rank];
}

/** Terms that are made once: all of millions would be most of the memory that a build is measured to take. */
const KEPT_TERMS = 100_000;
const frequentTerms: string[] = [];

/** Draws ranks in proportion to their share of postings: Walker's alias method, one table look-up a draw. */
function rankSampler({ exponent, offset }: Profile, vocabulary: number): RankSampler {
  const share = Float64Array.from({ length: vocabulary }, (_, rank) => (rank + 1 + offset) ** -exponent);
  const total = share.reduce((sum, value) => sum + value, 0);
  const alias = new Uint32Array(vocabulary);
  const [small, large]: [number[], number[]] = [[], []];
  for (let rank = 0; rank < vocabulary; rank++) {
    share[rank] = (share[rank] / total) * vocabulary;
    (share[rank] < 1 ? small : large).push(rank);
  }
  while (small.length > 0 && large.length > 0) {
    const [less, more] = [small.pop()!, large.at(-1)!];
    alias[less] = more;
    share[more] -= 1 - share[less];
    if (share[more] < 1) small.push(large.pop()!);
  }
  // What rounding has left over is as good as 1.
  for (const rank of [...small, ...large]) share[rank] = 1;
  return (random) => {
    const at = random() * vocabulary;
    const rank = Math.floor(at);
    return at - rank < share[rank] ? rank : alias[rank];
  };
}

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Of a query's terms, those that belong to its topic. */
const TOPICAL_QUERY = 0.7;

/** The term that is of a rank among documents, mostly of the query's topic; never one that is in `taken`. */
export function queryTerm(
  rank: number,
  query: number,
  random: Random,
  taken: ReadonlyMap<string, number>,
): string {
  let at = random() < TOPICAL_QUERY ? inTopic(rank, query % TOPICS) : rank;
  while (taken.has(termOfRank(at))) at++;
  return termOfRank(at);
}
