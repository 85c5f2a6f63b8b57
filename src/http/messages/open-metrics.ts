// What this isolate has answered since it began, for whoever scrapes it: the text of OpenMetrics 1.0, which Prometheus
// reads. No library: prom-client needs Node's own modules, and the format is lines of text.
//
// A Worker runs in many isolates, which come and go, and a request reaches one of them. So every sample names its
// isolate: series of different ones are added up by whoever reads them, and those that no scrape reaches are missing.
// What the platform answers from its cache reaches no isolate at all. On one machine there is one isolate.

/** The type of the text. */
export const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

/** Seconds that searches take, as upper bounds of what is counted together. */
const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What is counted of searches, with what it is said to be, and its unit where it has one. */
const COUNTED = {
  searches: 'Searches that were answered.',
  unproved_searches: 'Of these, the ones that a budget cut short: a document may be missing from their hits.',
  empty_searches: 'Of these, the ones without a hit.',
  search_reads:
    'Reads of storage by searches, those that opened an index and those that were repeated among them.',
  search_repeated_reads: 'Of these, the ones that were made again after a failure, or beside a slow one.',
  search_read_bytes: 'Bytes that searches read.',
  search_cost_microdollars: 'What searches cost at the list prices of the platform.',
} as const;
type Counted = keyof typeof COUNTED;
const UNITS: Partial<Record<Counted, string>> = {
  search_read_bytes: 'bytes',
  search_cost_microdollars: 'microdollars',
};

/** What a search says of itself: of an answer of the API. */
interface Searched {
  readonly exact: boolean;
  readonly hits: readonly unknown[];
  readonly cost: Readonly<
    Record<'reads' | 'openReads' | 'retries' | 'hedges' | 'bytes' | 'milliseconds' | 'microdollars', number>
  >;
}

/** Counts what is answered. */
export class Metrics {
  #isolate = '';
  #began = 0;
  /** By route and status. */
  readonly #requests = new Map<string, number>();
  readonly #counts = new Map<Counted, number>();
  readonly #seconds = new Array<number>(SECONDS.length + 1).fill(0);
  #allSeconds = 0;

  /** Counts a request, by the pattern of its route: paths are as many as somebody makes up. */
  answered(route: string, status: number): void {
    this.#begin();
    const labels = `route="${route}",status="${status}"`;
    this.#requests.set(labels, (this.#requests.get(labels) ?? 0) + 1);
  }

  /** Counts a search, by what its answer says of itself. */
  searched({ exact, hits, cost }: Searched): void {
    const { reads, openReads, retries, hedges, bytes, microdollars } = cost;
    this.#add('searches', 1);
    this.#add('unproved_searches', Number(!exact));
    this.#add('empty_searches', Number(hits.length === 0));
    this.#add('search_reads', reads + openReads + retries + hedges);
    this.#add('search_repeated_reads', retries + hedges);
    this.#add('search_read_bytes', bytes);
    this.#add('search_cost_microdollars', microdollars);
    const seconds = cost.milliseconds / 1000;
    const bucket = SECONDS.findIndex((bound) => seconds <= bound);
    this.#seconds[bucket < 0 ? SECONDS.length : bucket]++;
    this.#allSeconds += seconds;
  }

  /** All that was counted. */
  text(): string {
    this.#begin();
    const isolate = `isolate="${this.#isolate}"`;
    const lines: string[] = [];
    const family = (name: string, type: string, help: string, unit?: string) => {
      lines.push(`# TYPE ${name} ${type}`);
      if (unit) lines.push(`# UNIT ${name} ${unit}`);
      lines.push(`# HELP ${name} ${help}`);
    };
    family('sparsedge_isolate_start_time_seconds', 'gauge', 'When this isolate began to answer.', 'seconds');
    lines.push(`sparsedge_isolate_start_time_seconds{${isolate}} ${this.#began / 1000}`);
    family('sparsedge_requests', 'counter', 'Requests that were answered, by route and status.');
    for (const [labels, count] of this.#requests)
      lines.push(`sparsedge_requests_total{${isolate},${labels}} ${count}`);
    for (const [name, help] of Object.entries(COUNTED) as [Counted, string][]) {
      family(`sparsedge_${name}`, 'counter', help, UNITS[name]);
      lines.push(`sparsedge_${name}_total{${isolate}} ${this.#counts.get(name) ?? 0}`);
    }
    const waited = 'sparsedge_search_seconds';
    family(waited, 'histogram', 'Time that searches took, as a Worker sees it: waiting.', 'seconds');
    let upTo = 0;
    for (const [i, count] of this.#seconds.entries()) {
      upTo += count;
      lines.push(`${waited}_bucket{${isolate},le="${SECONDS[i]?.toFixed(3) ?? '+Inf'}"} ${upTo}`);
    }
    lines.push(`${waited}_count{${isolate}} ${upTo}`, `${waited}_sum{${isolate}} ${this.#allSeconds}`);
    return `${lines.join('\n')}\n# EOF\n`;
  }

  /** Nothing random and no time is to be had before a request. */
  #begin(): void {
    if (this.#isolate !== '') return;
    this.#isolate = crypto.randomUUID();
    this.#began = Date.now();
  }

  #add(name: Counted, more: number): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + more);
  }
}
