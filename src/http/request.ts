// HTTP requests → checked input. Everything that callers send passes here, and whatever is wrong with it is named.

import type * as z from 'zod';
import { SparsedgeError } from '../core/errors.ts';
import { readSpaceWeights } from '../query/encode/space-weights.ts';
import { readFacets, readSort } from '../query/filter/read-facets.ts';
import type { SearchInput, searchSchemas } from './api.ts';
import { clickBody } from './schemas/body-rules.ts';
import { namedIndex, noParameters, suggesting } from './schemas/index-schema.ts';

type Schemas = ReturnType<typeof searchSchemas>;

/** Parameters whose values are JSON numbers or booleans in a body; in a URL they are text. */
const NUMBERS = new Set(['k', 'offset', 'maxReads', 'maxBytes', 'deadlineMs', 'rrfK', 'rrfDepth', 'rerank']);

const BOOLEANS = new Set([
  'documents',
  'snippet',
  'highlight',
  'explain',
  'operators',
  'group',
  'prefix',
  'exactWords',
  'rules',
]);

/**
 * A search asked by URL.
 *
 * @throws SparsedgeError `bad-query` that names what is wrong
 */
export function searchByUrl(url: URL, schemas: Schemas): SearchInput {
  const { q, like, spaces, fields, facets, sort, ...options } = checkedParameters(url, schemas.byUrl);
  const weights = spaces === undefined ? undefined : readSpaceWeights(spaces);
  const input = {
    question: questionOf(like, q === undefined ? undefined : { text: wellFormed(q) }),
    ...options,
    facets: facets === undefined ? undefined : readFacets(facets),
    sort: sort === undefined ? undefined : readSort(sort),
    spaces: weights,
    fields: fields === undefined ? undefined : fieldNames(fields),
  };
  return checkedTogether(input, schemas.maxK);
}

/**
 * The parameters of a URL, by a schema that has all that may be given, each of them once. What is not understood is
 * refused wherever there are parameters, since an answer to something else looks right.
 */
function checkedParameters<S extends z.ZodType>({ searchParams }: URL, schema: S): z.output<S> {
  const entries = [...searchParams];
  const parameters = new Map(entries.map(([name, value]) => [name, typed(name, value)]));
  if (parameters.size < entries.length) {
    const names = entries.map(([name]) => name);
    const repeated = new Set(names.filter((name, at) => names.indexOf(name) < at));
    throw new SparsedgeError(
      'bad-query',
      `given more than once: parameter ${[...repeated].map(quoted).join(', ')}`,
    );
  }
  return checked(Object.fromEntries(parameters), schema, 'parameter');
}

/**
 * Holds a URL to have no parameters, as of what is asked by a path or a body alone.
 *
 * @throws SparsedgeError `bad-query` that names them
 */
export function withoutParameters(url: URL): void {
  checkedParameters(url, noParameters);
}

/**
 * A search asked by JSON.
 *
 * @throws SparsedgeError `bad-query` that names what is wrong
 */
export function searchByBody(body: string, schemas: Schemas): SearchInput {
  const value = jsonOf(body);
  const { query, terms, like, rerank, facets, sort, ...options } = checked(value, schemas.byBody, 'member');
  // From the value as it came: the schema's copy leaves out what is named "__proto__".
  const { terms: weights = {}, spaces } = value as { terms?: typeof terms; spaces?: Record<string, number> };
  const input = {
    ...options,
    question: questionOf(
      like,
      query !== undefined
        ? { text: wellFormed(query) }
        : terms && { terms: new Map(Object.entries(weights)) },
    ),
    facets: facets?.map((facet) => (typeof facet === 'string' ? { field: facet } : facet)),
    sort: typeof sort === 'string' ? readSort(sort) : sort,
    spaces: spaces && new Map(Object.entries(spaces)),
    rerank: rerank?.n,
  };
  return checkedTogether(input, schemas.maxK);
}

/**
 * What is asked: what is said, a document, or neither.
 *
 * @throws SparsedgeError `bad-query` for both
 */
export function questionOf(
  like: string | undefined,
  said: SearchInput['question'] | undefined,
): SearchInput['question'] {
  if (like === undefined) return said ?? { browse: true };
  if (said === undefined) return { like: wellFormed(like) };
  throw new SparsedgeError('bad-query', '"like" asks for documents like one, in the place of a query');
}

function fieldNames(list: string): string[] {
  const names = list.split(',').map((name) => name.trim());
  if (names.includes('')) {
    throw new SparsedgeError('bad-query', 'fields has an empty name; write them as title,url');
  }
  return names;
}

/**
 * The index that a URL without a question names.
 *
 * @throws SparsedgeError `bad-query`
 */
export function indexByUrl(url: URL): z.output<typeof namedIndex> {
  return checkedIndex(checkedParameters(url, namedIndex));
}

/**
 * The index that a monitor asks for. What else is in the URL is passed over: monitors, and networks before a host, put
 * something there that no cache has an answer to.
 *
 * @throws SparsedgeError `bad-query`
 */
export function monitoredIndex(url: URL): z.output<typeof namedIndex> {
  const asked = new URL(url);
  for (const name of new Set(url.searchParams.keys()))
    if (!Object.hasOwn(namedIndex.shape, name)) asked.searchParams.delete(name);
  return indexByUrl(asked);
}

/**
 * What is asked for suggestions by URL.
 *
 * @throws SparsedgeError `bad-query`
 */
export function suggestByUrl(url: URL): z.output<typeof suggesting> {
  const { q, ...others } = checkedIndex(checkedParameters(url, suggesting));
  return { q: wellFormed(q), ...others };
}

/** An index is named, or chosen by a language. */
function checkedIndex<T extends { readonly index?: string | undefined; readonly lang?: string | undefined }>(
  input: T,
): T {
  if (input.index === undefined || input.lang === undefined) return input;
  throw new SparsedgeError('bad-query', '"index" names what "lang" would choose: give one of them');
}

/** A hit that was opened. */
export function clickByBody(body: string): z.output<typeof clickBody> {
  return checked(jsonOf(body), clickBody, 'member');
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new SparsedgeError('bad-query', 'the body is not JSON');
  }
}

/** Options that exclude or need one another: BODY_RULES of api.ts says the same of bodies. */
export function checkedTogether(input: SearchInput, maxK: number): SearchInput {
  const { question, k, offset, space, spaces, fusion, rrfK, rrfDepth, rerank } = input;
  const { documents, fields, group, feedback, cursor } = input;
  const unfinished = input.prefix || undefined;
  const wrong =
    'terms' in question && (spaces ?? fusion ?? rerank ?? feedback ?? unfinished) !== undefined
      ? 'terms are of one space and have no text: "spaces", "fusion", "rerank", "feedback" and "prefix" need a query'
      : 'like' in question && (rerank ?? feedback ?? unfinished) !== undefined
        ? '"like" has no text: "rerank", "feedback" and "prefix" need a query'
        : space !== undefined && (spaces ?? fusion) !== undefined
          ? '"space" names one space: name several in "spaces"'
          : fusion === undefined && (rrfK ?? rrfDepth) !== undefined
            ? '"rrfK" and "rrfDepth" are of a fusion: ask for one with "fusion"'
            : fusion !== undefined && feedback !== undefined
              ? '"feedback" and "fusion" exclude each other: name several spaces in "spaces" instead'
              : fusion !== undefined && group
                ? '"group" and "fusion" exclude each other: ranks are fused of documents'
                : fields !== undefined && !documents
                  ? '"fields" chooses what hits carry of their documents, and "documents" is false'
                  : cursor !== undefined && offset > 0
                    ? '"cursor" says where results go on: leave out "offset"'
                    : k + offset > maxK
                      ? `"k" and "offset" together are ${k + offset}; they must be at most ${maxK}`
                      : undefined;
  if (wrong !== undefined) throw new SparsedgeError('bad-query', wrong);
  return checkedIndex(input);
}

/**
 * The id that the path names after its prefix: percent-encoded, slashes encoded or not.
 *
 * @throws SparsedgeError `bad-query`
 */
export function idInPath(url: URL, prefix: string): string {
  let id: string;
  try {
    id = decodeURIComponent(url.pathname.slice(prefix.length));
  } catch {
    throw new SparsedgeError('bad-query', 'the document id is not percent-encoded UTF-8');
  }
  if (id === '') throw new SparsedgeError('bad-query', 'the path names no document id');
  return id;
}

/** A parameter's text as the value it stands for; what stands for none stays text, and the schema rejects it. */
function typed(name: string, value: string): unknown {
  if (NUMBERS.has(name) && /^-?\d{1,15}$/.test(value)) return Number(value);
  if (BOOLEANS.has(name) && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}

function checked<S extends z.ZodType>(value: unknown, schema: S, noun: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  const shown = issues.slice(0, 5).map((issue) => describe(issue, noun));
  if (issues.length > shown.length) shown.push(`and ${issues.length - shown.length} more`);
  throw new SparsedgeError('bad-query', shown.join('; '));
}

function describe(issue: z.core.$ZodIssue, noun: string): string {
  if (issue.code === 'unrecognized_keys') return `unknown ${noun} ${issue.keys.map(quoted).join(', ')}`;
  const path = issue.path.map((key) => String(key));
  return `${path.length === 0 ? 'the request' : clipped(path.join('.'))} ${issue.message}`;
}

function quoted(text: string): string {
  return JSON.stringify(clipped(text));
}

function clipped(text: string): string {
  return text.length > 64 ? `${text.slice(0, 64)}…` : text;
}

/** Unpaired surrogates become U+FFFD, which is what they are in UTF-8. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
