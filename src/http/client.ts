// The package's first entry: a client of the Worker's API, for browsers, Node and other Workers. It imports nothing at
// run time. What it sends and gets is what api.ts defines.

import type * as z from 'zod';
import type { Facet } from '../query/filter/facets.ts';
import type { Filter } from '../query/filter/filter.ts';
import type { DocumentAnswer, IndexAnswer, SearchAnswer, SearchInput, SuggestAnswer } from './api.ts';
import type { clickBody } from './schemas/body-rules.ts';
import type { IndexesAnswer } from './schemas/index-schema.ts';

export type { Facet } from '../query/filter/facets.ts';
export type { Filter } from '../query/filter/filter.ts';
export type { DocumentAnswer, IndexAnswer, SearchAnswer, SuggestAnswer } from './api.ts';

/** How to search, beside the question; the API has the defaults. */
export interface SearchOptions
  extends Partial<Omit<SearchInput, 'question' | 'spaces' | 'filter' | 'facets' | 'sort'>> {
  /** The id of a document that others are to be like, without a question. */
  readonly like?: string | undefined;
  /** Which documents may be results: `lang:en AND version>=4`, or a tree. */
  readonly filter?: string | Filter | undefined;
  /** What is counted of all documents that match: fields, or which of their values and ranges. */
  readonly facets?: readonly (string | Facet)[] | undefined;
  /** By which field hits are ordered: `date`, or `date:desc`. */
  readonly sort?: string | undefined;
  /** Spaces and what each counts: their weights are added up. */
  readonly spaces?: Readonly<Record<string, number>> | undefined;
  /** Ends the request, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Which of several indexes is asked. */
type Where = Pick<SearchOptions, 'index' | 'lang' | 'signal'>;

/** Asks a Worker. Every method throws a SearchProblem where the Worker answers with one. */
export interface SearchClient {
  /** Without a question, `like`, a filter, facets or an order say what is wanted. */
  search(question: string | undefined, options?: SearchOptions): Promise<SearchAnswer>;
  /** What somebody who is typing may mean: `k` suggestions, 5 unless given. */
  suggest(text: string, options?: Where & Pick<SearchOptions, 'k'>): Promise<SuggestAnswer>;
  /** The document of an id; a SearchProblem with the code `not-found` where there is none. */
  document(id: string, options?: Where): Promise<DocumentAnswer>;
  /** The names of the indexes, the default first; none of a deployment of one, which has no name. */
  indexes(options?: Pick<SearchOptions, 'signal'>): Promise<string[]>;
  /** What is being searched. */
  index(options?: Where): Promise<IndexAnswer>;
  /**
   * Notes that a reader opened a hit, even while the page is left; a SearchProblem with the code `not-found` where the
   * owner keeps no log.
   */
  clicked(click: Click): Promise<void>;
}

/** A hit that was opened: what was asked, the hit's id and its place among the hits, from 1. */
type Click = z.input<typeof clickBody>;

/** What a Worker said instead of an answer: a problem of RFC 9457, or whatever stands before it answered. */
export class SearchProblem extends Error {
  readonly status: number;
  /** A stable name of the kind of problem; `unreadable` where the answer was none of the API's. */
  readonly code: string;
  /** After how many seconds to try again, if that is known. */
  readonly retryAfter: number | undefined;

  constructor(status: number, code: string, detail: string, retryAfter?: number) {
    super(detail);
    this.name = 'SearchProblem';
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** Longer URLs are refused by some of what lies between. */
const MOST_URL_CHARACTERS = 8000;

/**
 * A client of the Worker at an endpoint.
 *
 * @param endpoint where the Worker is, without `/v1`
 * @param ask what fetches, if not `fetch`: a service binding's, for instance
 * @param key a key or a token, where the Worker needs one
 */
export function connect(endpoint: string | URL, ask: typeof fetch = fetch, key?: string): SearchClient {
  const base = String(endpoint).endsWith('/') ? String(endpoint) : `${endpoint}/`;
  const authorized = key === undefined ? {} : { Authorization: `Bearer ${key}` };
  const get = async <T>(path: string, signal: AbortSignal | undefined) =>
    answerOf<T>(await ask(new URL(path, base), { headers: authorized, ...(signal && { signal }) }), signal);
  return {
    async search(question, { signal, ...options } = {}) {
      const path = `v1/search?${parametersOf(question, options)}`;
      // Answers to GET are kept where they are asked for; those to POST are not.
      if (isSayable(options) && path.length <= MOST_URL_CHARACTERS) return get(path, signal);
      const { rerank, ...others } = options;
      const body = { ...others, query: question, ...(rerank !== undefined && { rerank: { n: rerank } }) };
      return answerOf(
        await ask(new URL('v1/search', base), {
          method: 'POST',
          headers: { ...authorized, 'Content-Type': 'application/json' },
          body: JSON.stringify(body),
          ...(signal && { signal }),
        }),
        signal,
      );
    },
    suggest: (text, { signal, ...options } = {}) => get(`v1/suggest?${parametersOf(text, options)}`, signal),
    document: (id, { signal, ...where } = {}) =>
      get(`v1/documents/${encodeURIComponent(id)}${queryOf(where)}`, signal),
    index: ({ signal, ...where } = {}) => get(`v1/index${queryOf(where)}`, signal),
    async clicked(click) {
      await answerOf(
        await ask(new URL('v1/clicks', base), {
          method: 'POST',
          headers: { ...authorized, 'Content-Type': 'application/json' },
          body: JSON.stringify(click),
          // Only browsers know it, and only they leave pages.
          ...({ keepalive: true } as object),
        }),
      );
    },
    indexes: async ({ signal } = {}) => (await get<IndexesAnswer>('v1/indexes', signal)).indexes,
  };
}

function queryOf(where: Omit<SearchOptions, 'signal'>): string {
  const query = String(parametersOf(undefined, where));
  return query === '' ? '' : `?${query}`;
}

function parametersOf(question: string | undefined, options: Omit<SearchOptions, 'signal'>): URLSearchParams {
  const parameters = new URLSearchParams(question === undefined ? {} : { q: question });
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    parameters.set(name, textOf(name, value));
  }
  return parameters;
}

/** A value as a URL has it. */
function textOf(name: string, value: string | number | boolean | object): string {
  if (typeof value !== 'object') return String(value);
  if (name === 'facets') return (value as readonly Facet[]).map(facetText).join();
  return name === 'filter' ? JSON.stringify(value) : listed(value as Parameters<typeof listed>[0]);
}

/** Whether a URL can say it: names with commas or in quotes, exponents, and counts of chosen values are for a body. */
function isSayable({ facets = [], fields = [], spaces = {} }: Omit<SearchOptions, 'signal'>): boolean {
  const isName = (name: string | undefined) => name !== undefined && !/,|^[\s"]|\s$/.test(name);
  return [...facets.map(facetText), ...fields].every(isName) && !/e/.test(Object.values(spaces).join());
}

/** A facet as a URL has it; nothing where it says what only a body can. */
function facetText(facet: string | Facet): string | undefined {
  if (typeof facet === 'string') return /:(?!\d+$|.*\.\.)/.test(facet) ? undefined : facet;
  const { field, top, values, ranges } = facet;
  if (values || ranges || field.includes(':')) return undefined;
  return top === undefined ? field : `${field}:${top}`;
}

/** `title,url`, or `bm25=1,splade=0.7`. */
function listed(value: readonly string[] | Readonly<Record<string, number>>): string {
  const items = Array.isArray(value)
    ? value
    : Object.entries(value).map(([name, weight]) => `${name}=${weight}`);
  return items.join(',');
}

async function answerOf<T>(response: Response, signal?: AbortSignal): Promise<T> {
  const { status, statusText, headers } = response;
  if (status === 204) return undefined as T;
  let body: unknown;
  try {
    body = await response.json();
  } catch {
    if (signal?.aborted) throw signal.reason;
    throw new SearchProblem(status, 'unreadable', `the answer is no JSON (${status} ${statusText})`);
  }
  if (response.ok) return body as T;
  // What stands before a Worker may say anything, as `null`.
  const { code = 'unreadable', detail = statusText } = (body ?? {}) as { code?: string; detail?: string };
  const retryAfter = Number(headers.get('retry-after') ?? Number.NaN);
  throw new SearchProblem(status, code, detail, Number.isNaN(retryAfter) ? undefined : retryAfter);
}
