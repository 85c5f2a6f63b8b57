// Pages of an index, read directly and not by searching.

import type { PageRun } from '../../src/core/format/page-table.ts';
import {
  executeReads,
  type OpenPage,
  pageKey,
  planReads,
  type WantedPage,
} from '../../src/query/search/fetch.ts';
import type { OpenIndex, OpenSegment } from '../../src/query/search/open.ts';

/** Pages of a space in a segment by their numbers, checked, in the order asked for. */
export function readPages(
  index: OpenIndex,
  segment: OpenSegment,
  space: string,
  pages: readonly number[],
): Promise<OpenPage[]> {
  return readRun(index, segment, space, segment.table.spaces.get(space)!, pages);
}

/** Pages of any run of a segment; `name` is what its pages are identified by. */
export async function readRun(
  { source, manifest: { build } }: OpenIndex,
  { number }: OpenSegment,
  name: string,
  run: PageRun,
  pages: readonly number[],
): Promise<OpenPage[]> {
  const wanted = pages.map(
    (page): WantedPage => ({ identity: { build, segment: number, space: name, page }, run }),
  );
  const read = await executeReads(source, planReads(wanted).reads);
  return wanted.map(({ identity }) => read.get(pageKey(identity))!);
}
