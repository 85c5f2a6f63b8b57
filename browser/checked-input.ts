// What a page asks → checked input, as the API has it of a request. By hand: the API's schemas are larger than the
// engine.

import { SparsedgeError } from '../src/core/errors.ts';
import type { SearchInput } from '../src/http/api.ts';
import type { SearchOptions } from '../src/http/client.ts';
import { checkedTogether, questionOf, wellFormed } from '../src/http/request.ts';
import { MAX_QUERY_BYTES } from '../src/http/schemas/answer-limits.ts';
import { readSort } from '../src/query/filter/read-facets.ts';

/** Documents and page objects lie in the page's memory while an answer is made. */
export const MAX_K = 1000;

type Options = Omit<SearchOptions, 'signal'>;
/** What a value is, or which one it is. */
type Kind = 'boolean' | 'string' | 'object' | 'array' | 'integer' | '"rrf"' | '"rm3"';

/** Every option, what it is, and of integers the smallest. */
const KINDS: Readonly<Record<keyof Options, readonly [kinds: readonly Kind[], least?: number]>> = {
  k: [['integer'], 1],
  offset: [['integer'], 0],
  rrfK: [['integer'], 0],
  rrfDepth: [['integer'], 1],
  rerank: [['integer'], 1],
  maxReads: [['integer'], 1],
  maxBytes: [['integer'], 1],
  deadlineMs: [['integer'], 1],
  documents: [['boolean']],
  snippet: [['boolean']],
  highlight: [['boolean']],
  explain: [['boolean']],
  operators: [['boolean']],
  group: [['boolean']],
  prefix: [['boolean']],
  exactWords: [['boolean']],
  rules: [['boolean']],
  space: [['string']],
  fusion: [['"rrf"']],
  feedback: [['"rm3"']],
  sort: [['string']],
  like: [['string']],
  cursor: [['string']],
  index: [['string']],
  lang: [['string']],
  filter: [['string', 'object']],
  spaces: [['object']],
  facets: [['array']],
  fields: [['array']],
};

/**
 * A search as it is answered.
 *
 * @throws SparsedgeError `bad-query` that names what is wrong
 */
export function checkedInput(question: string | undefined, options: Options): SearchInput {
  for (const [name, value] of Object.entries(options)) check(name, value);
  checkUnnamed(options);
  const { like, spaces, facets, sort, filter, k = 10, offset = 0, ...others } = options;
  if ((question ?? like ?? filter ?? facets ?? sort) === undefined) {
    throw wrong('expected a question, or like, a filter, facets or an order');
  }
  if (question !== undefined) checkText(question);
  return checkedTogether(
    {
      operators: true,
      rules: true,
      documents: true,
      snippet: false,
      highlight: false,
      explain: false,
      prefix: false,
      exactWords: false,
      ...others,
      question: questionOf(like, question === undefined ? undefined : { text: wellFormed(question) }),
      k,
      offset,
      filter,
      spaces: spaces && new Map(Object.entries(spaces)),
      facets: facets?.map((facet) => (typeof facet === 'string' ? { field: facet } : facet)),
      sort: sort === undefined ? undefined : readSort(sort),
    },
    MAX_K,
  );
}

/**
 * What is opened is one index, which has no name.
 *
 * @throws SparsedgeError `not-found` where one is asked for
 */
export function checkUnnamed({ index }: Pick<Options, 'index'>): void {
  if (index !== undefined)
    throw new SparsedgeError('not-found', `there is no index "${index}" here`, { index });
}

function check(name: string, value: unknown): void {
  if (value === undefined) return;
  if (!Object.hasOwn(KINDS, name)) throw wrong(`unknown option "${name}"`);
  const [kinds, least = 0] = KINDS[name as keyof Options];
  const isKind = (kind: Kind) =>
    kind === 'integer'
      ? Number.isSafeInteger(value) && (value as number) >= least
      : kind === 'array'
        ? Array.isArray(value) && value.every((each) => each && /string|object/.test(typeof each))
        : value !== null && (typeof value === kind || JSON.stringify(value) === kind);
  if (!kinds.some(isKind)) throw wrong(`${name} must be ${kinds.join(' or ')}, from ${least} if a number`);
}

function checkText(text: unknown): void {
  if (typeof text !== 'string' || text === '') throw wrong('the question must be a text, and not empty');
  if (text.length * 3 > MAX_QUERY_BYTES && new TextEncoder().encode(text).length > MAX_QUERY_BYTES)
    throw wrong(`the question must be at most ${MAX_QUERY_BYTES} bytes of UTF-8`);
}

function wrong(message: string): SparsedgeError {
  return new SparsedgeError('bad-query', message);
}
