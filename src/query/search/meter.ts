// What a query costs, counted where it is spent.

/** Reads are range reads of storage, bytes are what they carried; rounds are reads that had to wait for others. */
export interface Cost {
  /** Reads of posting pages and of document pages. */
  postingReads: number;
  documentReads: number;
  bytes: number;
  /** Dependent rounds of reads. */
  rounds: number;
  /** Postings decoded and added up. */
  postings: number;
  /** Pages that did not have to be read, because they were at hand. */
  cachedPages: number;
  /** Reads made again since they had failed, and beside slow ones, where others searched: beyond the reads above. */
  retries: number;
  hedges: number;
}

/** A cost of nothing. */
export function noCost(): Cost {
  return {
    postingReads: 0,
    documentReads: 0,
    bytes: 0,
    rounds: 0,
    postings: 0,
    cachedPages: 0,
    retries: 0,
    hedges: 0,
  };
}

/** Adds what was spent one after the other. */
export function addCost(cost: Cost, more: Cost): void {
  for (const part of Object.keys(more) as (keyof Cost)[]) cost[part] += more[part];
}

/** What a caller is ready to spend; a search that would spend more ends and says what it could not rule out. */
export interface Budget {
  readonly maxReads?: number | undefined;
  readonly maxBytes?: number | undefined;
  /** On the clock that `Clock` tells. */
  readonly deadline?: number | undefined;
}

/** What a budget leaves once some of it is spent. */
export function leftOf({ maxReads, maxBytes, deadline }: Budget, spent: Cost): Budget {
  const left = (most: number | undefined, used: number) =>
    most === undefined ? undefined : Math.max(0, most - used);
  const reads = spent.postingReads + spent.documentReads;
  return { maxReads: left(maxReads, reads), maxBytes: left(maxBytes, spent.bytes), deadline };
}

/** Memory for what searches hold while they wait for storage. */
export interface Room {
  /**
   * Waits until there is room.
   *
   * @returns what is to be called when the search is over; undefined where the deadline came first
   */
  enter(bytes: number, deadline?: number): Promise<(() => void) | undefined>;
}

/** Milliseconds from some fixed moment. */
export type Clock = () => number;

/** Rings once that many milliseconds have passed, unless what it returns is called before. */
export type Alarm = (milliseconds: number, ring: () => void) => () => void;

/** Resolves once that many milliseconds have passed. */
export type Timer = (milliseconds: number) => Promise<void>;
