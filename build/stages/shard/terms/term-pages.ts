// Coded terms → pages: short lists share dictionary pages, tiers of long ones are pages of their own.

import { isTitle } from '../../../../src/core/analyzer/titles.ts';
import { KeyList } from '../../../../src/core/format/keys/key-list.ts';
import { KeySetBuilder } from '../../../../src/core/format/keys/key-set.ts';
import { type LongTerm, LongTerms } from '../../../../src/core/format/keys/long-terms.ts';
import { type DictionaryEntry, encodeDictionary } from '../../../../src/core/format/page.ts';
import type { TermTable } from '../../../../src/core/format/page-table.ts';
import type { PageSink } from '../page-sink.ts';
import { LAYOUT, type Layout, MOST_GROWTH } from '../page-sizes.ts';
import { KeptTerms } from './kept-terms.ts';
import type { CodedTerm } from './term-coder.ts';

/** Writes the terms of one space, in ascending order of key. */
export class TermPageWriter {
  readonly #sink: PageSink;
  readonly #dictionaryBytes: number;
  readonly #kept: KeptTerms | undefined;
  #pending: DictionaryEntry[] = [];
  #pendingBytes = 0;
  /** Of the other index, whose page it is. */
  #pendingPage = 0;
  readonly #dictionaryKey: Uint8Array[] = [];
  readonly #dictionaryPage: number[] = [];
  readonly #titles = new KeySetBuilder();
  readonly #longTerms: LongTerm[] = [];

  /** @param base the terms of another index: they keep their pages while sizes allow it */
  constructor(
    sink: PageSink,
    { dictionaryBytes }: Pick<Layout, 'dictionaryBytes'> = LAYOUT,
    base?: TermTable,
  ) {
    this.#sink = sink;
    this.#dictionaryBytes = dictionaryBytes;
    this.#kept = base && new KeptTerms(base);
  }

  /** Adds a term. */
  add(term: CodedTerm): void {
    const { key, count } = term;
    if (term.kind === 'long') {
      const { tiers, kthImpact } = term;
      const firstPage = this.#sink.nextPage;
      for (const { body } of tiers) this.#sink.write(body);
      const tierImpact = tiers.map(({ highest }) => highest);
      const tierCount = tiers.map((tier) => tier.count);
      this.#longTerms.push({ key, count, firstPage, tierImpact, tierCount, kthImpact });
      return;
    }
    const page = this.#kept?.at(key).page ?? 0;
    if (page !== this.#pendingPage && this.#pending.length > 0) this.#flush();
    this.#pendingPage = page;
    const { firstImpact, list } = term;
    this.#pending.push({ key, count, firstImpact, list });
    if (isTitle(key)) this.#titles.add(key);
    this.#pendingBytes += list.length + key.length;
    if (this.#pendingBytes >= this.#dictionaryBytes * (this.#kept ? MOST_GROWTH : 1)) this.#flush();
  }

  /**
   * The space's part of the page table.
   *
   * @param inVectors whether document pages have the long terms
   */
  finish(inVectors = false): TermTable {
    if (this.#pending.length > 0) this.#flush();
    return {
      ...this.#sink.finish(),
      dictionaryKeys: KeyList.of(this.#dictionaryKey),
      dictionaryPage: Uint32Array.from(this.#dictionaryPage),
      titles: this.#titles.finish(),
      longTerms: LongTerms.of(this.#longTerms),
      inVectors,
    };
  }

  #flush(): void {
    this.#dictionaryKey.push(this.#pending[0].key);
    this.#dictionaryPage.push(this.#sink.write(encodeDictionary(this.#pending)));
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}
