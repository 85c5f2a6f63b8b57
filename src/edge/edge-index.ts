// The Index of one request: over the windows that this isolate searches, or over groups of them that other invocations
// search.

import { divide, GroupedIndex } from '../query/grouped-index.ts';
import { type Encode, type Index, localIndex } from '../query/local-index.ts';
import { type PageCache, PagesAtHand } from '../query/search/fetch.ts';
import type { Clock, Room, Timer } from '../query/search/meter.ts';
import type { RequestReads, StorageLimits } from '../store/request-reads.ts';
import { type EdgeTally, type Entrypoint, edgeSource } from './platform-cache.ts';
import type { Generation } from './resident-index.ts';
import { restrictedIndex } from './restricted-index.ts';
import { remoteGroup } from './window-groups.ts';

/** What an isolate searches with. */
export interface EdgeOptions {
  readonly clock: Clock;
  readonly timer?: Timer | undefined;
  readonly cache?: PageCache | undefined;
  readonly room?: Room | undefined;
  /** How storage is read that fails; without them, a failed read fails the request, and a slow one is waited for. */
  readonly storage?: StorageLimits | undefined;
  /** Where pages are read through the platform's cache; straight from storage without it. */
  readonly pages?: Entrypoint | undefined;
  /** Where the windows of an index are searched that is not open here. */
  readonly windows: Entrypoint;
  /** Where those two find the index, from where the Worker has its own; empty, or ending in a slash. */
  readonly folder?: string | undefined;
  /** How many indexes a request searches: they share the invocations that it may cause. */
  readonly among?: number | undefined;
  readonly encode: Encode;
  /** What holds of every document that whoever asks may see: of all, where nothing is said. */
  readonly forced?: readonly (string | object)[] | undefined;
}

/** What a request asks of an index. */
interface Asked {
  readonly searches: number;
  /** Whether words may be looked up. */
  readonly typed: boolean;
  /** Whether the answer is explained, for which what was read is kept at hand. */
  readonly isExplained?: boolean | undefined;
}

/** Of a request that looks for no words. */
export const ASKED_ONCE: Asked = { searches: 1, typed: false };

/**
 * A generation as one request searches it, and as far as whoever asks may see it.
 *
 * @param tally counts what goes through the platform's cache
 * @param asked how many searches the request makes, and whether it may look words up: the more, the fewer groups can
 *   each be asked
 * @param reads the request's, by which storage is read
 * @throws SparsedgeError `forbidden` where what is forced does not fit the index
 */
export function edgeIndex(
  generation: Generation,
  options: EdgeOptions,
  tally: EdgeTally,
  asked: Asked,
  reads?: RequestReads,
): Index {
  const index = wholeIndex(generation, options, tally, asked, reads);
  const { forced = [] } = options;
  return forced.length === 0 ? index : restrictedIndex(index, forced);
}

function wholeIndex(
  { source, manifest, index, rules }: Generation,
  options: EdgeOptions,
  tally: EdgeTally,
  asked: Asked,
  reads?: RequestReads,
): Index {
  const { clock, timer, room, pages, windows, folder, among = 1, encode } = options;
  const { searches, isExplained } = asked;
  if (index) {
    const cached = pages ? edgeSource(pages, source, tally, folder, among) : source;
    const read = reads ? reads.source(cached, source) : cached;
    const cache = isExplained ? new PagesAtHand().before(options.cache) : options.cache;
    return localIndex({ index: { ...index, source: read }, clock, timer, cache, room }, encode, rules);
  }
  const typed = asked.typed && manifest.words !== undefined;
  const calls = { clock, deadline: reads?.deadline, isLogged: isExplained };
  const groups = divide(manifest, { searches, typed, among, isExplained }).map((group) =>
    remoteGroup(windows, { ...manifest, folder }, group, calls),
  );
  return new GroupedIndex(manifest, groups, clock, encode, rules);
}
