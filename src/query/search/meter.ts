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
  /** What was read, round by round, for who asks: see shown/. */
  log?: LoggedRound[];
}

/** A round of reads. */
export interface LoggedRound {
  /** Rounds of one number did not wait for one another. One that needed no read has the number of the one before. */
  readonly round: number;
  readonly reads: readonly LoggedRead[];
  /** Of a search: what all of its rounds so far prove. */
  proof?: LoggedProof;
}

/** A range read. */
export interface LoggedRead {
  readonly object: string;
  readonly start: number;
  readonly bytes: number;
  readonly pages: readonly { readonly space: string; readonly page: number; readonly bytes: number }[];
}

/** What is known of the k best of some windows. */
export interface LoggedProof {
  readonly k: number;
  /** The spaces whose terms were searched. */
  readonly spaces: readonly string[];
  /** Half-open. */
  readonly windows: { readonly from: number; readonly to: number };
  /** What the k-th result reaches; 0 where fewer are known. */
  readonly threshold: number;
  /** What a document that is not among the results could score at most; 0 when they are proved. */
  readonly bound: number;
}

/** A cost of nothing. */
export function noCost(isLogged = false): Cost {
  return {
    ...(isLogged && { log: [] }),
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
export function addCost(cost: Cost, { log, ...more }: Cost): void {
  addLog(cost, log);
  for (const part of Object.keys(more) as (keyof typeof more)[]) cost[part] += more[part];
}

/** Adds rounds that came after all others, or beside those that are added with them. */
function addLog(cost: Cost, log: readonly LoggedRound[] = []): void {
  for (const each of log) cost.log?.push({ ...each, round: cost.rounds + each.round });
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

/** What one of several that work side by side may spend of what is left. */
export function shareOf({ maxReads, maxBytes, deadline }: Budget, spent: Cost, sharers: number): Budget {
  const share = (most: number | undefined, used: number) =>
    most === undefined ? undefined : Math.max(0, Math.floor((most - used) / sharers));
  return {
    maxReads: share(maxReads, spent.postingReads + spent.documentReads),
    maxBytes: share(maxBytes, spent.bytes),
    deadline,
  };
}

/** Adds what work side by side cost: everything sums but rounds, of which the longest counts. */
export function addParallel(cost: Cost, parallel: readonly { readonly cost: Cost }[]): void {
  for (const each of parallel) {
    addLog(cost, each.cost.log);
    cost.postingReads += each.cost.postingReads;
    cost.documentReads += each.cost.documentReads;
    cost.bytes += each.cost.bytes;
    cost.postings += each.cost.postings;
    cost.cachedPages += each.cost.cachedPages;
    cost.retries += each.cost.retries;
    cost.hedges += each.cost.hedges;
  }
  cost.rounds += Math.max(0, ...parallel.map((each) => each.cost.rounds));
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
