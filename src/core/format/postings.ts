// The posting list codec: FORMAT.md, "Posting lists".
//
// A list is stored in order of impact: one run per distinct impact, highest first, the documents of a run ascending.
// So any prefix of a list is "its highest impacts", what is not read is bounded by the impact where reading stopped,
// and an impact costs no bits of its own (the order pays for it). Within a run, gaps between documents are Rice coded.
//
// Invariant: documents ascend strictly within a run and impacts descend strictly from run to run.
//
// Rejected, measured on 227,190 passages (bytes a posting, everything in the list counted): document order with gaps
// and impacts packed in blocks of 128, 1.74; this, 1.31.

import { corrupt, SparsedgeError } from '../errors.ts';
import { BitReader, BitWriter } from './bits.ts';

/** The largest impact; the smallest is 1, since an impact of 0 would be no posting. */
export const MAX_IMPACT = 255;

/**
 * Runs at least this long say their Rice parameter, once per RICE_CHUNK gaps; in shorter ones it follows from the
 * count.
 */
const EXPLICIT_FROM = 64;
const RICE_CHUNK = 256;
const PARAMETER_BITS = 5;
const MAX_PARAMETER = 24;

/** Where a list lies in a page, and what its bytes do not say of it. */
export interface ListPlace {
  /** In bytes from the beginning of the page, half-open. */
  readonly start: number;
  readonly end: number;
  /** How many postings the list has. */
  readonly count: number;
  /** The highest impact of the list. */
  readonly firstImpact: number;
}

/** Postings in order of impact: what a list holds, decoded. A run r covers documents[runEnd[r − 1] .. runEnd[r]). */
export interface Postings {
  /** Document numbers of a window or of the index; only the first `count` are meaningful. */
  documents: Uint32Array;
  count: number;
  /** The impact of each run, strictly descending; only the first `runs` are meaningful. */
  readonly runImpact: Uint8Array;
  readonly runEnd: Uint32Array;
  runs: number;
}

/** Room for postings, which `decodePostings` fills again and again. */
export function emptyPostings(capacity = 1024): Postings {
  return {
    documents: new Uint32Array(capacity),
    count: 0,
    runImpact: new Uint8Array(MAX_IMPACT),
    runEnd: new Uint32Array(MAX_IMPACT),
    runs: 0,
  };
}

function reserve(postings: Postings, capacity: number): void {
  if (postings.documents.length < capacity) postings.documents = new Uint32Array(capacity * 2);
}

/** The impact of the posting at an index, in order of impact; 0 beyond the list. */
export function impactAt({ runs, runEnd, runImpact }: Postings, index: number): number {
  for (let run = 0; run < runs; run++) if (index < runEnd[run]) return runImpact[run];
  return 0;
}

/** The Rice parameter of a run that does not say its own: near the best for `count` documents spread over all. */
function impliedParameter(documentCount: number, count: number): number {
  const scaled = Math.floor((documentCount * 11) / (16 * count));
  return scaled < 1 ? 0 : Math.min(MAX_PARAMETER, 31 - Math.clz32(scaled));
}

/** The Rice parameter that codes these gaps in the fewest bits, the smallest of equals. */
function bestParameter(gaps: Uint32Array, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += gaps[i];
  const mean = Math.floor(sum / (end - start));
  const guess = mean < 1 ? 0 : 31 - Math.clz32(mean);
  let best = 0;
  let bestBits = Number.POSITIVE_INFINITY;
  for (let parameter = Math.max(0, guess - 2); parameter <= Math.min(MAX_PARAMETER, guess + 1); parameter++) {
    const bits = riceBits(gaps, start, end, parameter);
    if (bits < bestBits) {
      best = parameter;
      bestBits = bits;
    }
  }
  return best;
}

function riceBits(gaps: Uint32Array, start: number, end: number, parameter: number): number {
  let bits = (end - start) * (1 + parameter);
  for (let i = start; i < end; i++) bits += gaps[i] >>> parameter;
  return bits;
}

/** Encodes one list after the other. It holds the memory for that, so that a writer makes one for all of its lists. */
export class PostingsEncoder {
  readonly #postings = emptyPostings();
  readonly #histogram = new Uint32Array(MAX_IMPACT + 1);
  readonly #bits = new BitWriter();
  #gaps = new Uint32Array(1024);

  /**
   * Takes a list in place of the one before.
   *
   * @param documents strictly ascending
   * @param impacts 1 to 255, parallel to `documents`
   * @param firstDocument of the window whose postings these are: it is subtracted, since a window counts from 0
   * @returns the list in order of impact, valid until the next one
   */
  order(documents: Uint32Array, impacts: Uint8Array, firstDocument = 0): Postings {
    const postings = this.#postings;
    const histogram = this.#histogram.fill(0);
    reserve(postings, documents.length);
    for (let i = 0; i < impacts.length; i++) histogram[impacts[i]]++;
    if (histogram[0] > 0) throw new SparsedgeError('bad-input', 'an impact of zero is no posting');
    postings.count = documents.length;
    postings.runs = 0;
    let start = 0;
    for (let impact = MAX_IMPACT; impact > 0; impact--) {
      const length = histogram[impact];
      if (length === 0) continue;
      histogram[impact] = start;
      start += length;
      postings.runImpact[postings.runs] = impact;
      postings.runEnd[postings.runs++] = start;
    }
    for (let i = 0; i < documents.length; i++)
      postings.documents[histogram[impacts[i]]++] = documents[i] - firstDocument;
    return postings;
  }

  /**
   * Encodes the ordered postings from index `start` to `end` (half-open) as one list of its own.
   * Its count and first impact are not in the bytes: whoever points at the list keeps them.
   *
   * @param documentCount of the window, or the index, whose numbers the postings have: all are below it
   */
  encode(start: number, end: number, documentCount: number): Uint8Array<ArrayBuffer> {
    const { documents, runs, runEnd, runImpact } = this.#postings;
    if (this.#gaps.length < end - start) this.#gaps = new Uint32Array((end - start) * 2);
    let before = -1;
    for (let run = 0, runStart = 0; run < runs; runStart = runEnd[run++]) {
      const from = Math.max(start, runStart);
      const to = Math.min(end, runEnd[run]);
      if (from >= to) continue;
      const impact = runImpact[run];
      this.#bits.gamma(before < 0 ? 1 : before - impact);
      before = impact;
      this.#encodeRun(documents, from, to, documentCount);
    }
    return this.#bits.take();
  }

  #encodeRun(documents: Uint32Array, from: number, to: number, documentCount: number): void {
    const bits = this.#bits;
    const gaps = this.#gaps;
    const count = to - from;
    bits.gamma(count);
    let next = 0;
    for (let i = 0; i < count; i++) {
      const document = documents[from + i];
      gaps[i] = document - next;
      next = document + 1;
    }
    for (let chunk = 0; chunk < count; chunk += RICE_CHUNK) {
      const chunkEnd = Math.min(chunk + RICE_CHUNK, count);
      let parameter: number;
      if (count < EXPLICIT_FROM) {
        parameter = impliedParameter(documentCount, count);
      } else {
        parameter = bestParameter(gaps, chunk, chunkEnd);
        bits.bits(parameter, PARAMETER_BITS);
      }
      bits.rice(gaps, chunk, chunkEnd, parameter);
    }
  }
}

/**
 * Measures a list that is too long for memory: how many bytes it takes whole, as a PostingsEncoder would write it, and
 * its runs. Its postings come in order of document.
 */
export class ListMeter {
  readonly #counts = new Uint32Array(MAX_IMPACT + 1);
  /** Of each run, the document behind its last one, and the gaps of the chunk that is not full. */
  readonly #next = new Uint32Array(MAX_IMPACT + 1);
  readonly #gaps = new Uint32Array((MAX_IMPACT + 1) * RICE_CHUNK);
  #bits = 0;

  /**
   * Adds postings behind all others.
   *
   * @param documents strictly ascending
   * @param impacts 1 to 255, parallel to `documents`
   */
  add(documents: Uint32Array, impacts: Uint8Array): void {
    for (let i = 0; i < documents.length; i++) {
      const impact = impacts[i];
      const held = this.#counts[impact]++ % RICE_CHUNK;
      this.#gaps[impact * RICE_CHUNK + held] = documents[i] - this.#next[impact];
      this.#next[impact] = documents[i] + 1;
      if (held === RICE_CHUNK - 1) this.#measureChunk(impact, RICE_CHUNK);
    }
  }

  /**
   * The bytes that the list takes, and its runs without its documents; nothing can be added any more.
   *
   * @param documentCount of the index, whose numbers the postings have
   */
  finish(documentCount: number): { bytes: number; runs: Postings } {
    const runs = emptyPostings(0);
    let before = -1;
    for (let impact = MAX_IMPACT; impact > 0; impact--) {
      const count = this.#counts[impact];
      if (count === 0) continue;
      runs.count += count;
      runs.runImpact[runs.runs] = impact;
      runs.runEnd[runs.runs++] = runs.count;
      this.#bits += gammaBits(before < 0 ? 1 : before - impact) + gammaBits(count);
      before = impact;
      const start = impact * RICE_CHUNK;
      if (count < EXPLICIT_FROM)
        this.#bits += riceBits(this.#gaps, start, start + count, impliedParameter(documentCount, count));
      else if (count % RICE_CHUNK > 0) this.#measureChunk(impact, count % RICE_CHUNK);
    }
    return { bytes: Math.ceil(this.#bits / 8), runs };
  }

  #measureChunk(impact: number, count: number): void {
    const start = impact * RICE_CHUNK;
    const parameter = bestParameter(this.#gaps, start, start + count);
    this.#bits += PARAMETER_BITS + riceBits(this.#gaps, start, start + count, parameter);
  }
}

function gammaBits(value: number): number {
  return 2 * (31 - Math.clz32(value)) + 1;
}

/**
 * Decodes a list into `into`, replacing what it held.
 *
 * @param bytes hold the list at its place, with BIT_PADDING more bytes behind it
 * @param documentCount of the window, or the index, whose numbers the list has: all are below it
 * @throws SparsedgeError `corrupt` when the bytes are no such list
 */
export function decodePostings(
  bytes: Uint8Array,
  place: ListPlace,
  documentCount: number,
  into: Postings,
): Postings {
  reserve(into, place.count);
  into.count = 0;
  into.runs = 0;
  const chunks = new Chunks(bytes, place, documentCount);
  while (chunks.next()) {
    const { reader, impact, parameter, before } = chunks;
    if (chunks.beginsRun) {
      into.runImpact[into.runs] = impact;
      into.runEnd[into.runs++] = into.count + chunks.run;
    }
    const from = into.count;
    into.count += chunks.length;
    chunks.end(reader.riceGaps(parameter, into.documents, from, into.count, before));
  }
  return into;
}

/**
 * Adds impact × scale + offset to the sum of each document of a list, which is not kept.
 *
 * @param bytes as for decodePostings
 * @param into of all documents of the window, or the index, whose numbers the list has
 * @throws SparsedgeError `corrupt` when the bytes are no such list; then sums are of no use
 */
export function addEncoded(
  bytes: Uint8Array,
  place: ListPlace,
  into: Int32Array,
  scale: number,
  offset: number,
): void {
  const chunks = new Chunks(bytes, place, into.length);
  while (chunks.next()) {
    const { reader, impact, parameter, length, before } = chunks;
    chunks.end(reader.addRiceGaps(parameter, into, impact * scale + offset, length, before));
  }
}

/** Reads a list chunk by chunk. Loops call it, and not it them: V8 compiles them better so. */
class Chunks {
  readonly reader: BitReader;
  readonly #documentCount: number;
  readonly #bytes: number;
  /** Postings behind this chunk: of the list, and of its run. */
  #left: number;
  #leftOfRun = 0;
  impact: number;
  /** Postings of the chunk's run. */
  run = 0;
  /** Whether the chunk is the first of its run. */
  beginsRun = false;
  parameter = 0;
  /** Postings of the chunk. */
  length = 0;
  /** The document before the chunk's first, of the same run; −1 where there is none. */
  before = -1;

  constructor(bytes: Uint8Array, { start, end, count, firstImpact }: ListPlace, documentCount: number) {
    // A posting takes a bit at least, so a count beyond that is damage and must not become an allocation.
    const most = (end - start) * 8;
    if (count > most) throw corrupt('posting list', `at most ${most} postings`, count);
    this.reader = new BitReader(bytes, start, end);
    this.#documentCount = documentCount;
    this.#bytes = end - start;
    this.#left = count;
    // The first run is said to drop by 1, since a gamma code says no 0.
    this.impact = firstImpact + 1;
  }

  /** Goes on to the next chunk, whose gaps are to be read; false behind the last. */
  next(): boolean {
    this.beginsRun = this.#leftOfRun === 0;
    if (this.beginsRun) {
      if (this.#left === 0) return this.#finish();
      this.#beginRun();
    }
    if (this.run >= EXPLICIT_FROM) this.parameter = this.reader.bits(PARAMETER_BITS);
    this.length = Math.min(RICE_CHUNK, this.#leftOfRun);
    this.#leftOfRun -= this.length;
    this.#left -= this.length;
    return true;
  }

  /** @param last the chunk's last document */
  end(last: number): void {
    if (last >= this.#documentCount)
      throw corrupt('posting list', `documents below ${this.#documentCount}`, last);
    this.before = last;
  }

  #beginRun(): void {
    const drop = this.reader.gamma();
    const run = this.reader.gamma();
    this.impact -= drop;
    if (drop === 0 || this.impact < 1 || this.impact > MAX_IMPACT || run === 0 || run > this.#left)
      throw corrupt(
        'posting list',
        `${this.#left} more postings`,
        `a run of ${run} at impact ${this.impact}`,
      );
    this.run = run;
    this.#leftOfRun = run;
    this.before = -1;
    if (run < EXPLICIT_FROM) this.parameter = impliedParameter(this.#documentCount, run);
  }

  #finish(): false {
    if (this.reader.overran) throw corrupt('posting list', `${this.#bytes} bytes`, 'more');
    return false;
  }
}
