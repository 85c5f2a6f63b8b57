// What queries cost at Cloudflare: the one table of prices, and the one way to add them up. Prices in dollars per
// million are micro-dollars for one.

/** As developers.cloudflare.com had them in the month of `asOf`. */
export const PRICES = {
  asOf: '2026-11',
  /** Micro-dollars, beyond what a plan includes: a request of a Worker, a millisecond of its processor. */
  request: 0.3,
  cpuMillisecond: 0.02,
  /** R2: micro-dollars for a read (class B) and for a write (class A), dollars for a gigabyte and month. */
  r2Read: 0.36,
  r2Write: 4.5,
  r2GigabyteMonth: 0.015,
  /** Static assets: their requests and their storage cost nothing. */
  assetRead: 0,
  /** A Durable Object: micro-dollars for a call and for a row written, and for a gigabyte of its memory and second. */
  objectCall: 0.15,
  rowWritten: 1,
  gigabyteSecond: 12.5,
  /** Dollars a month. */
  paidPlan: 5,
} as const;

/** What plans include, and what they refuse beyond. */
export const PLANS = {
  free: { requestsADay: 100_000, cpuMilliseconds: 10, subrequests: 50, assetFiles: 20_000 },
  paid: { requestsAMonth: 10e6, cpuMillisecondsAMonth: 30e6, subrequests: 10_000, assetFiles: 100_000 },
  /** R2 of either plan, a month. */
  r2: { readsAMonth: 10e6, writesAMonth: 1e6, gigabytes: 10 },
} as const;

/** A report of what was spent (src/edge/spending.ts): a call, a row, and 128 MB for some five milliseconds. */
export const REPORT_MICRODOLLARS =
  PRICES.objectCall + PRICES.rowWritten + PRICES.gigabyteSecond * 0.128 * 0.005;

/** Where an index is served from. */
export type PricedStore = 'r2' | 'both' | 'assets';

/** What a query did, as far as it is paid for. */
export interface PricedWork {
  /** Reads of storage that no cache answered. */
  readonly postingReads: number;
  readonly documentReads: number;
  /** Of the manifest and the page table, where the query had to open the index. */
  readonly openReads?: number | undefined;
  /** Reads that were made once more, because the first failed or was slow. */
  readonly repeatedReads?: number | undefined;
  /** Reads that the platform's cache answered. */
  readonly edgeHits?: number | undefined;
  readonly postings: number;
}

/**
 * Milliseconds of the processor, fitted to what workerd took for a thousand questions over each of four collections of
 * 10,000 to a million passages (test/bench/results/query-*.json); it is within 20 % of the mean of each. A Worker
 * cannot measure its own.
 */
const CPU = { request: 1.1, read: 0.085, posting: 8.2e-6 };

/** About how many milliseconds of the processor a query takes. */
export function cpuMillisecondsOf({
  postingReads,
  documentReads,
  openReads = 0,
  postings,
}: PricedWork): number {
  return CPU.request + CPU.read * (postingReads + documentReads + openReads) + CPU.posting * postings;
}

/** Micro-dollars of a query beyond what a plan includes. What Workers AI takes is not among them. */
export function microdollarsOf(work: PricedWork, store: PricedStore): number {
  return (
    PRICES.request +
    PRICES.cpuMillisecond * cpuMillisecondsOf(work) +
    PRICES.r2Read * billedReads(work, store)
  );
}

/** The reads of a query that R2 bills: those of what does not lie among assets, and that no cache answered. */
export function billedReads(
  { postingReads, documentReads, openReads = 0, repeatedReads = 0, edgeHits = 0 }: PricedWork,
  store: PricedStore,
): number {
  if (store === 'assets') return 0;
  const reads = postingReads + openReads + repeatedReads + (store === 'both' ? 0 : documentReads);
  return Math.max(0, reads - edgeHits);
}

/** The most reads that a query may do for so many micro-dollars; as many as it likes where reads are free. */
export function readsFor(microdollars: number, store: PricedStore): number | undefined {
  if (store === 'assets') return undefined;
  const each = PRICES.r2Read + PRICES.cpuMillisecond * CPU.read;
  return Math.floor((microdollars - PRICES.request - PRICES.cpuMillisecond * CPU.request) / each);
}
