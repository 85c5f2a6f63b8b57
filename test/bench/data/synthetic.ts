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

/**
 * Some terms of documents of the same statistics, each document drawn from a seed of its own and of a given topic, with
 * ranks for terms: what indexes that nobody builds are made of. Draws of other terms are only counted, so a document
 * takes a hundredth of the time; how many draws a document takes is found on a few that are drawn in full.
 */
export class AskedSampler {
  /** Of the document that was drawn last: how many of the asked terms it has, which those are, and their impacts. */
  count = 0;
  readonly terms = new Uint16Array(MOST_ASKED);
  readonly impacts = new Uint8Array(MOST_ASKED);
  readonly #profile: Profile;
  readonly #scale: number;
  /** Draws for a term that a document has. */
  readonly #draws: number;
  readonly #asked: readonly number[];
  readonly #share: (rank: number) => number;
  /** Of the topic: the share of draws that give an asked term, and which of the asked they give, topical or not. */
  #topic = -1;
  #hit = 0;
  #column: AliasTable = aliasTable([]);

  /** @param asked ranks */
  constructor(profile: Profile, documents: number, asked: readonly number[]) {
    const vocabulary = vocabularyOf(profile, documents);
    const draw = rankSampler(profile, vocabulary);
    this.#profile = profile;
    this.#scale = impactScale(profile, draw);
    this.#draws = drawsForTerm(profile, draw);
    this.#asked = asked;
    let total = 0;
    for (let rank = 0; rank < vocabulary; rank++) total += shareOf(profile, rank);
    this.#share = (rank) => (rank < vocabulary ? shareOf(profile, rank) / total : 0);
  }

  /**
   * Draws a document.
   *
   * @param place of its topic among all, from 0 to below 1
   */
  draw(document: number, place: number): void {
    const random = randomFrom(document);
    this.#enter(Math.floor(place * TOPICS));
    const draws = Math.round(lengthOf(this.#profile, random) * this.#draws);
    const none = Math.log(1 - this.#hit);
    this.count = 0;
    for (let at = 0; ; ) {
      at += 1 + Math.floor(Math.log(1 - random()) / none);
      if (at > draws || this.count === MOST_ASKED) return;
      const entry = drawFrom(this.#column, random);
      const term = entry >>> 1;
      const weight = impactWeight(this.#asked[term], (entry & 1) === 1, random);
      if (this.#has(term)) continue;
      this.terms[this.count] = term;
      this.impacts[this.count++] = quantized(weight * this.#scale);
    }
  }

  #has(term: number): boolean {
    for (let i = 0; i < this.count; i++) if (this.terms[i] === term) return true;
    return false;
  }

  #enter(topic: number): void {
    if (topic === this.#topic) return;
    this.#topic = topic;
    // Two of each term: not topical, and topical.
    const shares: number[] = [];
    for (const rank of this.#asked) {
      shares.push((1 - TOPICAL) * this.#share(rank), TOPICAL * this.#topicalShare(rank, topic));
    }
    this.#hit = shares.reduce((sum, share) => sum + share, 0);
    this.#column = aliasTable(shares);
  }

  /** How often a topical draw gives a rank: as often as any of its like, if the topic chose this one of them. */
  #topicalShare(rank: number, topic: number): number {
    if (rank < ALIKE) return this.#share(rank);
    if (inTopic(rank, topic) !== rank) return 0;
    const first = rank - (rank % ALIKE);
    return Array.from({ length: ALIKE }, (_, i) => this.#share(first + i)).reduce(
      (sum, each) => sum + each,
      0,
    );
  }
}

const MOST_ASKED = 256;

/** How many draws it takes to find a document's terms, for each of them. */
function drawsForTerm(profile: Profile, draw: RankSampler): number {
  const random = randomFrom(3);
  let [draws, terms] = [0, 0];
  const counting: RankSampler = (chance) => {
    draws++;
    return draw(chance);
  };
  for (let i = 0; i < 1000; i++) terms += documentVector(profile, counting, 1, random).size;
  return draws / terms;
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
  const count = lengthOf(profile, random);
  const vector = new Map<string, number>();
  while (vector.size < count) {
    const topical = random() < TOPICAL;
    const rank = topical ? inTopic(draw(random), topic) : draw(random);
    const term = termOfRank(rank);
    if (vector.has(term)) continue;
    vector.set(term, quantized(impactWeight(rank, topical, random) * scale));
  }
  return vector;
}

/** How many terms a document has. */
function lengthOf({ termsPerDocument }: Profile, random: Random): number {
  const length = Math.exp(LENGTH_SIGMA * normal(random) - LENGTH_SIGMA ** 2 / 2) * termsPerDocument;
  return Math.max(3, Math.round(length));
}

/** The sum of two exponential draws: few impacts are tiny, few are several times the mean. */
function impactWeight(rank: number, topical: boolean, random: Random): number {
  const skew = -Math.log((1 - random()) * (1 - random())) / 2;
  return skew * (topical ? 1.3 : 0.7) * (0.6 + 0.05 * Math.log1p(rank));
}

function quantized(impact: number): number {
  return Math.min(255, Math.max(1, Math.round(impact)));
}

/** The term of like rank that belongs to the topic. The few most frequent terms belong to all. */
function inTopic(rank: number, topic: number): number {
  const group = Math.floor(rank / ALIKE);
  if (group === 0) return rank;
  const mixed = Math.imul(Math.imul(topic + 1, 0x9e3779b1) ^ Math.imul(group, 0x85ebca6b), 0xc2b2ae35);
  return group * ALIKE + ((mixed >>> 16) % ALIKE);
}

const GOLDEN = 0x9e3779b1;
/** Its inverse, modulo 2^32. */
const GOLDEN_INVERSE = 0x0e8b2f51;

/** The rank of a term; see termOfRank. */
export function rankOfTerm(term: string): number {
  return (Math.imul(Number.parseInt(term, 36), GOLDEN_INVERSE) >>> 0) - 1;
}

/** Terms in the order of the dictionary are in no order of frequency. */
function termOfRank(rank: number): string {
  const term = () => (Math.imul(rank + 1, GOLDEN) >>> 0).toString(36);
  if (rank >= KEPT_TERMS) return term();
  frequentTerms[rank] ??= term();
  return frequentTerms[rank];
}

/** Terms that are made once: all of millions would be most of the memory that a build is measured to take. */
const KEPT_TERMS = 100_000;
const frequentTerms: string[] = [];

/** Draws ranks in proportion to their share of postings. */
function rankSampler(profile: Profile, vocabulary: number): RankSampler {
  const table = aliasTable(Float64Array.from({ length: vocabulary }, (_, rank) => shareOf(profile, rank)));
  return (random) => drawFrom(table, random);
}

function shareOf({ exponent, offset }: Profile, rank: number): number {
  return (rank + 1 + offset) ** -exponent;
}

/** Walker's alias method: numbers are drawn in proportion to shares with one look-up. */
interface AliasTable {
  readonly share: Float64Array;
  readonly alias: Uint32Array;
}

function drawFrom({ share, alias }: AliasTable, random: Random): number {
  const at = random() * share.length;
  const column = Math.floor(at);
  return at - column < share[column] ? column : alias[column];
}

function aliasTable(shares: ArrayLike<number>): AliasTable {
  const share = Float64Array.from(shares);
  const total = share.reduce((sum, value) => sum + value, 0);
  const alias = new Uint32Array(share.length);
  const [small, large]: [number[], number[]] = [[], []];
  for (let column = 0; column < share.length; column++) {
    share[column] = (share[column] / total) * share.length;
    (share[column] < 1 ? small : large).push(column);
  }
  while (small.length > 0 && large.length > 0) {
    const [less, more] = [small.pop()!, large.at(-1)!];
    alias[less] = more;
    share[more] -= 1 - share[less];
    if (share[more] < 1) small.push(large.pop()!);
  }
  // What rounding has left over is as good as 1.
  for (const column of [...small, ...large]) share[column] = 1;
  return { share, alias };
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
