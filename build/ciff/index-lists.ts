// An index's posting lists as CIFF has them: terms in order, each with its documents of all segments in order. The index
// has them in order of impact, its long lists in pages of their own, and each segment apart; one list is in memory at
// a time, and the pages next to be read.

import { compareBytes } from '../../src/core/format/bytes.ts';
import { decodeDictionary } from '../../src/core/format/page.ts';
import type { LongTerm } from '../../src/core/format/page-table.ts';
import { decodePostings, emptyPostings, type Postings } from '../../src/core/format/postings.ts';
import type { OpenIndex, OpenSegment } from '../../src/query/search/open.ts';
import { readPages } from '../inspect/pages.ts';
import { type CiffList, emptyList, reserve } from './posting-list.ts';

/** Dictionary pages read at once: half a megabyte. */
const TOGETHER = 64;

/** A list of one segment, or the part of a long one that a page holds. */
export interface ListPart {
  readonly key: Uint8Array;
  /** Filled anew for each part. */
  readonly postings: Postings;
}

/** The lists of a segment in the order of terms, the parts of a long one in a row. */
export async function* segmentLists(
  index: OpenIndex,
  segment: OpenSegment,
  space: string,
): AsyncGenerator<ListPart> {
  const { dictionaryPage, longTerms } = segment.table.spaces.get(space)!;
  const postings = emptyPostings();
  const decode = (bytes: Uint8Array, start: number, end: number, count: number, impact: number) =>
    decodePostings(bytes, start, end, count, impact, segment.documents, postings);

  async function* longList({ key, firstPage, pageCount, pageImpact }: LongTerm): AsyncGenerator<ListPart> {
    const pages = await readPages(
      index,
      segment,
      space,
      Array.from(pageCount, (_, part) => firstPage + part),
    );
    for (const [part, { bytes, length }] of pages.entries())
      yield { key, postings: decode(bytes, 0, length, pageCount[part], pageImpact[part]) };
  }

  let long = 0;
  for (let from = 0; from < dictionaryPage.length; from += TOGETHER) {
    const numbers = dictionaryPage.slice(from, from + TOGETHER);
    const pages = await readPages(index, segment, space, numbers);
    for (const [i, { bytes, length }] of pages.entries()) {
      const where = `segment ${segment.number}, ${space}, page ${numbers[i]}`;
      for (const { key, start, end, count, firstImpact } of decodeDictionary(bytes, length, where)) {
        while (long < longTerms.length && compareBytes(longTerms[long].key, key) < 0)
          yield* longList(longTerms[long++]);
        yield { key, postings: decode(bytes, start, end, count, firstImpact) };
      }
    }
  }
  while (long < longTerms.length) yield* longList(longTerms[long++]);
}

/** All lists of a space, with the index's document numbers. The list is filled anew each time. */
export async function* indexLists(index: OpenIndex, space: string): AsyncGenerator<CiffList> {
  const cursors: { segment: OpenSegment; parts: AsyncGenerator<ListPart>; part: ListPart | undefined }[] = [];
  for (const segment of index.segments) {
    const parts = segmentLists(index, segment, space);
    cursors.push({ segment, parts, part: (await parts.next()).value });
  }
  const order = new DocumentOrder(Math.max(0, ...index.segments.map(({ documents }) => documents)));
  const list = emptyList();
  for (;;) {
    let least: Uint8Array | undefined;
    for (const { part } of cursors)
      if (part && (!least || compareBytes(part.key, least) < 0)) least = part.key;
    if (!least) return;
    list.term = least;
    list.count = 0;
    for (const cursor of cursors) {
      while (cursor.part && compareBytes(cursor.part.key, least) === 0) {
        order.add(cursor.part.postings);
        cursor.part = (await cursor.parts.next()).value;
      }
      order.moveTo(list, cursor.segment.firstDocument);
    }
    yield list;
  }
}

/** Above this many documents to a posting, sorting the postings is faster than looking at every document. */
const SPARSE = 32;
const IMPACTS = 256;

/** Brings the postings of one list of a segment into the order of documents. */
class DocumentOrder {
  /** By document; all zero between lists. */
  readonly #impact: Uint8Array;
  /** Document and impact in one number, so that plain numbers are sorted. */
  #packed = new Float64Array(1024);
  #count = 0;

  /** @param documents of the largest segment */
  constructor(documents: number) {
    this.#impact = new Uint8Array(documents);
  }

  add({ documents, count, runs, runEnd, runImpact }: Postings): void {
    const needed = this.#count + count;
    if (needed > this.#packed.length) {
      const grown = new Float64Array(needed * 2);
      grown.set(this.#packed);
      this.#packed = grown;
    }
    for (let run = 0, i = 0; run < runs; run++) {
      for (; i < runEnd[run]; i++) this.#packed[this.#count++] = documents[i] * IMPACTS + runImpact[run];
    }
  }

  /** Appends everything to a list, and is empty. */
  moveTo(list: CiffList, firstDocument: number): void {
    if (this.#count === 0) return;
    reserve(list, list.count + this.#count);
    const packed = this.#packed.subarray(0, this.#count);
    if (this.#count * SPARSE < this.#impact.length) {
      packed.sort();
      for (const posting of packed)
        append(list, firstDocument + Math.floor(posting / IMPACTS), posting % IMPACTS);
    } else {
      for (const posting of packed) this.#impact[Math.floor(posting / IMPACTS)] = posting % IMPACTS;
      for (let document = 0; document < this.#impact.length; document++) {
        const impact = this.#impact[document];
        if (impact === 0) continue;
        this.#impact[document] = 0;
        append(list, firstDocument + document, impact);
      }
    }
    this.#count = 0;
  }
}

function append(list: CiffList, document: number, impact: number): void {
  list.documents[list.count] = document;
  list.values[list.count++] = impact;
}
