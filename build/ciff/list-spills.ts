// Posting lists as they come → spills that are merged by term. Exporters write terms in the order of their bytes, and
// then there is one spill and nothing to sort. Java's order of strings differs from it past U+FFFF, and nothing forbids
// an exporter any other: from the first term out of order on, lists go through the sort that documents go through.
//
// Invariant: no term comes twice. In order, equal neighbours show it; out of order, a second sort, of the terms alone.

import { join } from 'node:path';
import { compareBytes } from '../../src/core/format/bytes.ts';
import { Inverter, SortBuffer } from '../stages/invert/inverter.ts';
import { mergeSpills, SpillWriter } from '../stages/invert/spills.ts';
import { malformed, type Place } from './delimited.ts';
import { type CiffList, termOf } from './posting-list.ts';

/** Lists out of order: postings and terms, each to be sorted. */
interface Disorder {
  readonly postings: Inverter;
  /** Each term's list numbers, counted from 0. */
  readonly terms: Inverter;
}

/** Takes all lists of a file, one by one. */
export class ListSpills {
  readonly #folder: string;
  readonly #path: string;
  readonly #ordered: SpillWriter;
  #before: Uint8Array = new Uint8Array();
  #disorder: Disorder | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    this.#path = join(folder, '_ciff.ordered');
    this.#ordered = new SpillWriter(this.#path);
  }

  /** @throws SparsedgeError `bad-input` when the list before is of the same term */
  add(list: CiffList, place: Place): void {
    const { term, documents, values, count } = list;
    if (!this.#disorder) {
      const order = compareBytes(term, this.#before);
      if (order > 0) {
        this.#ordered.write(term, documents, values, 0, count);
        this.#before = term.slice();
        return;
      }
      if (order === 0) throw twice(place, place.number - 1, term);
      this.#disorder = this.#beginDisorder();
    }
    const text = termOf(list)!;
    for (let i = 0; i < count; i++) this.#disorder.postings.add(text, documents[i], values[i]);
    this.#disorder.terms.add(text, place.number - 1, 1);
  }

  /**
   * The paths of all spills.
   *
   * @throws SparsedgeError `bad-input` when two lists are of one term
   */
  finish(place: Place): string[] {
    if (!this.#disorder) {
      this.#ordered.close();
      return [this.#path];
    }
    const { postings, terms } = this.#disorder;
    for (const { key, documents: lists, count } of mergeSpills(terms.finish())) {
      if (count > 1) throw twice({ ...place, number: lists[1] + 1 }, lists[0] + 1, key);
    }
    return [this.#path, ...postings.finish()];
  }

  #beginDisorder(): Disorder {
    this.#ordered.close();
    const sorted = new SortBuffer();
    const terms = new Inverter(this.#folder, '_ciff.terms', sorted);
    let list = 0;
    for (const { key } of mergeSpills([this.#path])) terms.add(Buffer.from(key).toString(), list++, 1);
    return { postings: new Inverter(this.#folder, '_ciff.sorted', sorted), terms };
  }
}

function twice(place: Place, before: number, term: Uint8Array) {
  const text = Buffer.from(term).toString();
  return malformed(place, 'each term once', `the term of posting list ${before} again`, text);
}
