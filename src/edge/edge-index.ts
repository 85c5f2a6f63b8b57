// The Index of one request: over the segments that this isolate holds open, or over groups of segments that other
// invocations search.

import { divide, GroupedIndex } from '../query/grouped-index.ts';
import { type Encode, type Index, localIndex } from '../query/local-index.ts';
import type { PageCache } from '../query/search/fetch.ts';
import type { Clock, Timer } from '../query/search/meter.ts';
import type { OpenIndex } from '../query/search/open.ts';
import { type EdgeTally, type Entrypoint, edgeSource } from './platform-cache.ts';
import { remoteGroup } from './segment-groups.ts';

/** What an isolate searches with. */
export interface EdgeOptions {
  readonly clock: Clock;
  readonly timer?: Timer | undefined;
  readonly cache?: PageCache | undefined;
  /** Where pages are read through the platform's cache; straight from storage without it. */
  readonly pages?: Entrypoint | undefined;
  /** Where segments are searched that are not open here. */
  readonly segments: Entrypoint;
  readonly encode: Encode;
}

/**
 * An open index as one request searches it.
 *
 * @param tally counts what goes through the platform's cache
 * @param searches that the request makes: the more there are, the fewer groups can each be asked
 */
export function edgeIndex(open: OpenIndex, options: EdgeOptions, tally: EdgeTally, searches: number): Index {
  const { clock, timer, cache, pages, segments, encode } = options;
  const { manifest } = open;
  if (open.segments.length === manifest.segments.length) {
    const source = pages ? edgeSource(pages, open.source, tally) : open.source;
    return localIndex({ index: { ...open, source }, clock, timer, cache }, encode);
  }
  const groups = divide(manifest, searches).map((group) =>
    remoteGroup(segments, manifest.build, group, clock),
  );
  return new GroupedIndex(manifest, groups, clock, encode);
}
