// Pages from storage: spans are joined into few range reads, and every page is checked before anyone sees it.

import { SparsedgeError } from '../../core/errors.ts';
import { openPage, type PagePlace } from '../../core/format/page.ts';
import { locatePage, type PageLocation, type PageRun, pageIdentity } from '../../core/format/page-table.ts';
import { type ByteRange, type PageSpan, readAs, type Source } from '../../core/source.ts';
import type { Cost, LoggedRead, LoggedRound } from './meter.ts';

/** A checked page: its bytes, padding included, and the length of its body. */
export interface OpenPage {
  readonly bytes: Uint8Array;
  readonly length: number;
}

/** A page that is wanted: where it belongs, and in which run of pages it lies. */
export interface WantedPage {
  readonly place: PagePlace;
  readonly run: PageRun;
}

/** Pages kept from earlier queries. */
export interface PageCache {
  get(key: string): OpenPage | undefined;
  set(key: string, page: OpenPage): void;
  /** Lists that were put in blocks, by a key of the same kind; without this, none are. */
  readonly lists?: ListCache | undefined;
}

/** Pages that one question read, at hand for whatever it asks next. */
export class PagesAtHand {
  readonly #pages = new Map<string, OpenPage>();

  /** These pages before a cache, which gets what they get. */
  before(cache?: PageCache): PageCache {
    const pages = this.#pages;
    return {
      get: (key) => pages.get(key) ?? cache?.get(key),
      set: (key, page) => {
        pages.set(key, page);
        cache?.set(key, page);
      },
      lists: cache?.lists,
    };
  }
}

/** Lists kept in blocks: see sums/blocks.ts. */
export interface ListCache {
  /** Whoever asks uses the list, whether it is there or not. */
  get(key: string): Uint8Array | undefined;
  /** Whether a list of so many bytes would be kept: making one costs more than using it once saves. */
  admits(key: string, bytes: number): boolean;
  set(key: string, bytes: Uint8Array): void;
}

/** One range read and the pages it brings. */
export interface PlannedRead extends ByteRange {
  readonly object: string;
  end: number;
  readonly pages: (PageSpan & { readonly key: string })[];
}

/**
 * Two pages of an object closer than this are read as one: a read costs a place among six and $0.36 per million, and
 * this many bytes more cost neither.
 */
export const JOIN_GAP = 32 * 1024;

/** A page's key in caches and maps. */
export function pageKey({ run, place }: WantedPage): string {
  return pageIdentity(run, place);
}

/** What some pages take where they are stored. */
export function bytesOfPages(pages: Iterable<WantedPage>): number {
  const sizes = new Map<string, number>();
  for (const page of pages) {
    const { pageStart } = page.run;
    sizes.set(pageKey(page), pageStart[page.place.page + 1] - pageStart[page.place.page]);
  }
  return [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** What to read, and what the cache has. */
export interface ReadPlan {
  readonly reads: readonly PlannedRead[];
  readonly cached: ReadonlyMap<string, OpenPage>;
}

/** The reads that bring all wanted pages which the cache does not hold. Pure. */
export function planReads(wanted: Iterable<WantedPage>, cache?: PageCache): ReadPlan {
  const cached = new Map<string, OpenPage>();
  const located = new Map<string, { key: string; wanted: WantedPage; location: PageLocation }>();
  for (const page of wanted) {
    const key = pageKey(page);
    if (cached.has(key) || located.has(key)) continue;
    const kept = cache?.get(key);
    if (kept) cached.set(key, kept);
    else located.set(key, { key, wanted: page, location: locatePage(page.run, page.place.page) });
  }
  const inOrder = [...located.values()].sort(
    (a, b) =>
      (a.location.object < b.location.object ? -1 : a.location.object > b.location.object ? 1 : 0) ||
      a.location.range.start - b.location.range.start,
  );
  const reads: PlannedRead[] = [];
  for (const { key, wanted: page, location } of inOrder) {
    const { object, range } = location;
    let read = reads.at(-1);
    if (!read || read.object !== object || range.start - read.end > JOIN_GAP) {
      read = { object, start: range.start, end: range.end, pages: [] };
      reads.push(read);
    }
    read.end = range.end;
    const { place } = page;
    read.pages.push({ key, place, start: range.start - read.start, end: range.end - read.start });
  }
  return { reads, cached };
}

/**
 * The length of a page's body.
 *
 * @throws SparsedgeError `corrupt` that names the page and the object that it lies in
 */
function checkedLength(page: Uint8Array, identity: string, object: string): number {
  try {
    return openPage(page, identity);
  } catch (cause) {
    if (!(cause instanceof SparsedgeError)) throw cause;
    const details = { ...cause.details, object };
    throw new SparsedgeError(cause.code, `${object}: ${cause.message}`, details, { cause });
  }
}

/** What one round reads of postings and of documents. */
export interface RoundPlan {
  readonly postings?: ReadPlan;
  readonly documents?: ReadPlan;
}

/**
 * Adds a round to what a query costs.
 *
 * @returns the round as it is logged, where that is
 */
export function charge(cost: Cost, { postings, documents }: RoundPlan): LoggedRound | undefined {
  const plans = [postings, documents].filter((plan) => plan !== undefined);
  const reads = plans.flatMap((plan) => plan.reads);
  cost.postingReads += postings?.reads.length ?? 0;
  cost.documentReads += documents?.reads.length ?? 0;
  for (const { cached } of plans) cost.cachedPages += cached.size;
  for (const { start, end } of reads) cost.bytes += end - start;
  if (reads.length > 0) cost.rounds++;
  if (!cost.log) return undefined;
  const logged = { round: cost.rounds, reads: reads.map(logRead) };
  cost.log.push(logged);
  return logged;
}

function logRead({ object, start, end, pages }: PlannedRead): LoggedRead {
  return {
    object,
    start,
    bytes: end - start,
    pages: pages.map(({ place: { space, page }, ...at }) => ({ space, page, bytes: at.end - at.start })),
  };
}

/**
 * Carries out planned reads, all at once; the platform decides how many wait together.
 *
 * @param into gets each page as it comes, so that whoever stops waiting has what came until then
 */
export async function executeReads(
  source: Source,
  reads: readonly PlannedRead[],
  cache?: PageCache,
  into = new Map<string, OpenPage>(),
): Promise<Map<string, OpenPage>> {
  await Promise.all(
    reads.map(async (read) => {
      const { object, start, end, pages } = read;
      // Pages that are kept are copied out of a read with gaps, so that a cache does not hold what it does not count.
      // Those that fill their read share its memory: they come and go together, and copies would double what is in
      // flight.
      const filled = pages.reduce((sum, page) => sum + page.end - page.start, 0);
      const alone = cache !== undefined && filled < end - start;
      // Nothing is kept before all of it is checked: what is damaged may be read again.
      const opened = await readAs(source, object, read, (bytes) =>
        pages.map(({ key, start: from, end: to }) => {
          const page = alone ? bytes.slice(from, to) : bytes.subarray(from, to);
          return [key, { bytes: page, length: checkedLength(page, key, object) }] as const;
        }),
      );
      for (const [key, open] of opened) {
        cache?.set(key, open);
        into.set(key, open);
      }
    }),
  );
  return into;
}
