// Pages of an index, read directly and not by searching.

import { DOCUMENTS } from '../../src/core/format/page.ts';
import { pageCount } from '../../src/core/format/page-table.ts';
import {
  executeReads,
  type OpenPage,
  pageKey,
  planReads,
  type WantedPage,
} from '../../src/query/search/fetch.ts';
import type { OpenIndex } from '../../src/query/search/open.ts';

/** Pages read at once: about a megabyte. */
const TOGETHER = 64;

/** An opened page with its number. */
export interface NumberedPage extends OpenPage {
  readonly page: number;
}

/** Reads one page of a space. */
export async function readPage(index: OpenIndex, space: string, page: number): Promise<NumberedPage> {
  return (await readPages(index, space, [page]).next()).value as NumberedPage;
}

/**
 * Reads pages of a run, checked.
 *
 * @param name of a space, or DOCUMENTS
 * @param pages their numbers, in the order in which they are to come; all pages unless given
 */
export async function* readPages(
  { source, manifest: { build }, table }: OpenIndex,
  name: string,
  pages?: readonly number[],
): AsyncGenerator<NumberedPage> {
  const run = name === DOCUMENTS ? table.documents : table.spaces.get(name)!;
  const numbers = pages ?? Array.from({ length: pageCount(run) }, (_, page) => page);
  for (let from = 0; from < numbers.length; from += TOGETHER) {
    const wanted = numbers
      .slice(from, from + TOGETHER)
      .map((page): WantedPage => ({ place: { build, space: name, page }, run }));
    const read = await executeReads(source, planReads(wanted).reads);
    for (const page of wanted) yield { page: page.place.page, ...read.get(pageKey(page))! };
  }
}
