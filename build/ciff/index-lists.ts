// An index's posting lists as CIFF has them: terms in order, each with its documents in order. The index has them in
// order of impact, and a term has either pages of its own or a place in a dictionary page; both are in the order of
// terms, so they are merged. One list is in memory at a time, and the pages next to be read.

import { compareBytes } from '../../src/core/format/bytes.ts';
import type { Postings } from '../../src/core/format/postings.ts';
import type { OpenIndex } from '../../src/query/search/open.ts';
import { listsOf, type StoredList } from '../inspect/lists.ts';
import { type CiffList, emptyList, reserve } from './posting-list.ts';

/** All lists of a space. The list is filled anew each time. */
export async function* indexLists(index: OpenIndex, space: string): AsyncGenerator<CiffList> {
  const cursors = await openCursors(index, space);
  const order = new DocumentOrder(index.manifest.documents);
  const list = emptyList();
  for (;;) {
    let least: Uint8Array | undefined;
    for (const { next } of cursors)
      if (next && (!least || compareBytes(next.key, least) < 0)) least = next.key;
    if (!least) return;
    list.term = least;
    list.count = 0;
    for (const cursor of cursors) {
      while (cursor.next && compareBytes(cursor.next.key, least) === 0) {
        order.add(cursor.next.postings);
        cursor.next = (await cursor.lists.next()).value;
      }
    }
    order.moveTo(list);
    yield list;
  }
}

/** Lists in the order of terms, the parts of a long one in a row. */
interface ListCursor {
  readonly lists: AsyncGenerator<StoredList>;
  next: StoredList | undefined;
}

async function openCursors(index: OpenIndex, space: string): Promise<ListCursor[]> {
  const { dictionaryPage, longTerms } = index.table.spaces.get(space)!;
  const longPages = [...longTerms].flatMap(({ firstPage, tierCount }) =>
    Array.from(tierCount, (_, tier) => firstPage + tier),
  );
  const cursors: ListCursor[] = [];
  for (const pages of [[...dictionaryPage], longPages]) {
    const lists = listsOf(index, space, pages);
    cursors.push({ lists, next: (await lists.next()).value });
  }
  return cursors;
}

/** Above this many documents to a posting, sorting the postings is faster than looking at every document. */
const SPARSE = 32;
const IMPACTS = 256;

/** Brings the postings of one list into the order of documents. */
class DocumentOrder {
  /** By document; all zero between lists. */
  readonly #impact: Uint8Array;
  /** Document and impact in one number, so that plain numbers are sorted. */
  #packed = new Float64Array(1024);
  #count = 0;

  /** @param documents of the index */
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
  moveTo(list: CiffList): void {
    if (this.#count === 0) return;
    reserve(list, list.count + this.#count);
    const packed = this.#packed.subarray(0, this.#count);
    if (this.#count * SPARSE < this.#impact.length) {
      packed.sort();
      for (const posting of packed) append(list, Math.floor(posting / IMPACTS), posting % IMPACTS);
    } else {
      for (const posting of packed) this.#impact[Math.floor(posting / IMPACTS)] = posting % IMPACTS;
      for (let document = 0; document < this.#impact.length; document++) {
        const impact = this.#impact[document];
        if (impact === 0) continue;
        this.#impact[document] = 0;
        append(list, document, impact);
      }
    }
    this.#count = 0;
  }
}

function append(list: CiffList, document: number, impact: number): void {
  list.documents[list.count] = document;
  list.values[list.count++] = impact;
}
