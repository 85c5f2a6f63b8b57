// A facet under way: how many of some documents have each value of a field, or one of a range, told by the lists of the
// values or by the documents themselves.

import type { Document } from '../../../core/document.ts';
import { badQuery } from '../../../core/errors.ts';
import { type Fields, ownField } from '../../../core/fields.ts';
import { fromUtf8, utf8 } from '../../../core/format/bytes.ts';
import { type KeyRange, keysOfValues, termsOfValue } from '../../../core/format/keys/field-keys.ts';
import type { IndexedField } from '../../../core/format/manifest.ts';
import type { DocumentSet } from '../../filter/document-set.ts';
import { type Facet, MAX_COUNTED } from '../../filter/facets.ts';
import { fieldOfValues, keysOfGiven, keysOfGivenRange } from '../../filter/resolve.ts';
import { type OpenPage, pageKey, type WantedPage } from '../fetch.ts';
import { type FieldLists, isInKeys } from '../lists/field-lists.ts';
import type { OpenIndex } from '../open.ts';
import { type FacetTally, mostFrequent, topOf } from './facet-tally.ts';

/** Counts of one facet. */
export class FacetCount {
  /** All pages of lists that it takes to count. */
  readonly pages: readonly WantedPage[];
  readonly #field: IndexedField;
  readonly #facet: Facet;
  readonly #lists: FieldLists;
  /** Of each named value and each named range: their lists. */
  readonly #values: readonly (readonly KeyRange[])[];
  readonly #ranges: readonly (readonly KeyRange[])[];
  #tally: FacetTally | undefined;

  /** @throws SparsedgeError `bad-query` for what the index cannot count */
  constructor({ manifest }: OpenIndex, facet: Facet, lists: FieldLists) {
    const { field, values = [], ranges = [] } = facet;
    this.#facet = facet;
    this.#lists = lists;
    this.#field = fieldOfValues(field, manifest);
    const top = topOf(facet);
    for (const [what, count] of [
      ['top', top],
      ['values', values.length],
      ['ranges', ranges.length],
    ] as const)
      if (!Number.isInteger(count) || count < 0 || count > MAX_COUNTED)
        throw badQuery(`the facet "${field}" has ${what} ${count}: expected 0 to ${MAX_COUNTED}`, { field });
    this.#values = values.map((value) => keysOfGiven(this.#field, value));
    this.#ranges = ranges.map((range) => keysOfGivenRange(this.#field, range));
    const named = [...this.#values, ...this.#ranges].flat();
    const keys = top > 0 ? [...named, keysOfValues(this.#field)] : named;
    const pages = keys.flatMap((each) => lists.pagesOf(each));
    this.pages = [...new Map(pages.map((page) => [pageKey(page), page])).values()];
  }

  get isDone(): boolean {
    return this.#tally !== undefined;
  }

  /** What was counted; nothing so far, where it is not done. */
  get tally(): FacetTally {
    const none = (keys: readonly unknown[]) => keys.map(() => 0);
    const nothing = { values: none(this.#values), ranges: none(this.#ranges), exact: false };
    return this.#tally ?? { listed: [], least: 0, ...nothing };
  }

  /** Counts documents by lists, all of whose pages are there. */
  countInLists(documents: DocumentSet, pages: ReadonlyMap<string, OpenPage>): void {
    const countOf = (keys: readonly KeyRange[]) => {
      let count = 0;
      for (const range of keys)
        for (const { visit } of this.#lists.listsOf(range, pages))
          visit((window, document) => {
            if (documents.has(window, document)) count++;
          });
      return count;
    };
    const listed: [string, number][] = [];
    if (topOf(this.#facet) > 0) {
      for (const { key, visit } of this.#lists.listsOf(keysOfValues(this.#field), pages)) {
        let count = 0;
        visit((window, document) => {
          if (documents.has(window, document)) count++;
        });
        if (count > 0) listed.push([this.#textOf(key), count]);
      }
    }
    this.#finish(listed, this.#values.map(countOf), this.#ranges.map(countOf));
  }

  /** Counts documents by what they say. */
  countDocuments(documents: Iterable<Document>): void {
    const { values = [], ranges = [] } = this.#facet;
    const valueKeys = values.map((value) => keysOfGiven(this.#field, value, []));
    const rangeKeys = ranges.map((range) => keysOfGivenRange(this.#field, range, []));
    const listed = new Map<string, number>();
    const [inValues, inRanges] = [valueKeys.map(() => 0), rangeKeys.map(() => 0)];
    for (const { fields } of documents) {
      const keys = keysOfDocument(this.#field, fields);
      const isIn = (ranges: readonly KeyRange[]) =>
        ranges.some((range) => keys.some((key) => isInKeys(key, range)));
      for (const key of topOf(this.#facet) > 0 ? keys : []) {
        const text = this.#textOf(key);
        listed.set(text, (listed.get(text) ?? 0) + 1);
      }
      for (const [i, each] of valueKeys.entries()) if (isIn(each)) inValues[i]++;
      for (const [i, each] of rangeKeys.entries()) if (isIn(each)) inRanges[i]++;
    }
    this.#finish([...listed], inValues, inRanges);
  }

  #finish(
    listed: readonly (readonly [string, number])[],
    values: readonly number[],
    ranges: readonly number[],
  ): void {
    this.#tally = { ...mostFrequent(listed), values, ranges, exact: true };
  }

  #textOf(key: Uint8Array): string {
    return textOfKey(this.#field, key);
  }
}

/** The keys of a document's values of a field. */
export function keysOfDocument(field: IndexedField, fields: Fields | undefined): Uint8Array[] {
  const value = ownField(fields, field.name);
  return value === undefined ? [] : termsOfValue(field, value, []).slice(1).map(utf8);
}

/** What stands in the key of a value, behind the field's name. */
export function textOfKey({ name }: IndexedField, key: Uint8Array): string {
  return fromUtf8(key.subarray(utf8(name).length + 1), `field ${name}`);
}
