// Ranges of a dictionary: whatever begins with some bytes, read by pages.

import { utf8 } from '../../../core/format/bytes.ts';
import { type DictionaryHit, decodeDictionary } from '../../../core/format/page.ts';
import { readPages } from '../../search/documents.ts';
import { type OpenPage, type PageCache, pageKey, type WantedPage } from '../../search/fetch.ts';
import type { Cost } from '../../search/meter.ts';
import type { OpenIndex } from '../../search/open.ts';

/** The terms of a space that begin with a text, and the dictionary pages that may have some. */
export interface KeyRange {
  readonly space: string;
  readonly begin: Uint8Array;
  /** Whether they are not to go on. */
  readonly exact?: true;
  /** Of dictionary pages: half-open. */
  readonly from: number;
  readonly to: number;
  /** Of those pages, as they are stored. */
  readonly bytes: number;
}

/** In no UTF-8. */
const AFTER_ALL = 0xff;

/** The terms of a space that begin with a text; nothing is read. */
export function rangeOf({ table }: OpenIndex, space: string, beginning: string): KeyRange {
  const terms = table.spaces.get(space)!;
  const begin = utf8(beginning);
  const from = Math.max(0, terms.dictionaryKeys.lastAtMost(begin));
  const to = terms.dictionaryKeys.lastAtMost(Uint8Array.of(...begin, AFTER_ALL)) + 1;
  let bytes = 0;
  for (const page of terms.dictionaryPage.subarray(from, to))
    bytes += terms.pageStart[page + 1] - terms.pageStart[page];
  return { space, begin, from, to, bytes };
}

/** The one term of a space that is a text, if there is such a one; nothing is read. */
export function exactRange(index: OpenIndex, space: string, text: string): KeyRange {
  const range = rangeOf(index, space, text);
  return { ...range, exact: true, to: Math.min(range.to, range.from + 1) };
}

/** A term that a range has, with the page that it is in. */
export interface RangeHit extends DictionaryHit {
  readonly page: OpenPage;
}

/** Reads the terms of ranges, all in one round; charges it. Each page is read once, whichever ranges want it. */
export async function readRanges(
  index: OpenIndex,
  ranges: readonly KeyRange[],
  cost: Cost,
  cache: PageCache | undefined,
): Promise<RangeHit[][]> {
  const wanted = ranges.map((range) => pagesOf(index, range));
  const pages = await readPages(index, wanted.flat(), 'postingReads', cost, cache);
  return ranges.map(({ begin, exact }, i) =>
    wanted[i].flatMap((each) => {
      const where = pageKey(each);
      const page = pages.get(where)!;
      const hits = decodeDictionary(page.bytes, page.length, where);
      const isWanted = (key: Uint8Array) => startsWith(key, begin) && (!exact || key.length === begin.length);
      return hits.filter(({ key }) => isWanted(key)).map((hit) => ({ ...hit, page }));
    }),
  );
}

function pagesOf({ manifest: { build }, table }: OpenIndex, { space, from, to }: KeyRange): WantedPage[] {
  const run = table.spaces.get(space)!;
  return Array.from(run.dictionaryPage.subarray(from, to), (page) => ({
    place: { build, space, page },
    run,
  }));
}

function startsWith(key: Uint8Array, begin: Uint8Array): boolean {
  if (key.length < begin.length) return false;
  for (let i = 0; i < begin.length; i++) if (key[i] !== begin[i]) return false;
  return true;
}
