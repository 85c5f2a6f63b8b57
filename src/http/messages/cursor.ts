// Cursors: where the next page of results begins, in which generation, and a checksum over both and over what was
// asked. Whoever makes one up gets no further than with `offset`, which is bounded alike: it needs no secret, and is
// opaque so that nobody builds on what it says.

import { SparsedgeError } from '../../core/errors.ts';
import { utf8 } from '../../core/format/bytes.ts';
import { crc32 } from '../../core/format/checksum.ts';

/** What a page is asked by: a search, whatever else it says. */
interface Asked {
  readonly k: number;
  readonly offset: number;
  readonly cursor?: string | undefined;
}

/** Where a page of results begins, and in which generations: of each index that is searched, in their order. */
export interface Page<Input extends Asked> {
  readonly input: Input;
  /** Nothing where no cursor says it. */
  readonly generations?: readonly string[] | undefined;
}

/** What answers say of an index. */
interface State {
  readonly build: string;
  readonly rules?: string | undefined;
}

/** What an answer says. */
interface Answered {
  readonly hits: readonly object[];
  readonly exact: boolean;
  readonly index: State;
  readonly merged?: { readonly indexes: readonly State[] } | undefined;
}

/** What is asked, from where its cursor says: no more than is left of what can be. */
export function pageOf<Input extends Asked>(input: Input, maxK: number): Page<Input> {
  if (input.cursor === undefined) return { input };
  const said = partsOf(input.cursor);
  if (!said || said.checksum !== checksumOf(input, said.offset, said.generations))
    throw new SparsedgeError(
      'bad-query',
      'the cursor is none of this search: it goes with what was asked when an answer gave it as "next"',
    );
  const { offset, generations } = said;
  return { input: { ...input, offset, k: Math.min(input.k, maxK - offset) }, generations };
}

/**
 * The cursor behind the hits of an answer; none behind the last one, nor beyond the depth that can be asked for, nor
 * where a budget ended the search, since what comes next is not known.
 *
 * @throws SparsedgeError `cursor-expired` where others answered than the page was to be of
 */
export function cursorAfter(
  { input, generations: wanted }: Page<Asked>,
  answer: Answered,
  maxK: number,
): string | undefined {
  const generations = (answer.merged?.indexes ?? [answer.index]).map(generationOf);
  if (wanted && wanted.join() !== generations.join()) throw expired();
  const offset = input.offset + answer.hits.length;
  if (!answer.exact || answer.hits.length < input.k || offset >= maxK) return undefined;
  const said = [offset, checksumOf(input, offset, generations), ...generations].join('.');
  return btoa(said).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** A generation with its rules, which may be set anew. */
export function generationOf({ build, rules = '' }: State): string {
  return rules === '' ? build : `${build}+${rules}`;
}

/** The generation of a cursor is not searched any more. */
export function expired(): SparsedgeError {
  return new SparsedgeError(
    'cursor-expired',
    'the cursor is of a generation or of rules that are not searched any more: start again without it',
  );
}

function partsOf(cursor: string) {
  let said: string;
  try {
    said = atob(cursor.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return undefined;
  }
  const [offset, checksum, ...generations] = said.split('.');
  if (!/^[1-9]\d{0,8}$/.test(offset) || generations.length === 0) return undefined;
  return { offset: Number(offset), checksum, generations };
}

/** What decides neither which hits come nor in which order. */
const FREE = new Set([
  ...['cursor', 'offset', 'k', 'facets', 'maxReads', 'maxBytes', 'deadlineMs'],
  ...['documents', 'fields', 'snippet', 'highlight', 'explain'],
]);

/** A filter that is a tree, as a body has it, where a URL has its JSON: clients send what is too long for a URL so. */
function treeOf(filter: unknown): unknown {
  if (typeof filter !== 'string' || !/^\s*\{/.test(filter)) return filter;
  try {
    return JSON.parse(filter);
  } catch {
    return filter;
  }
}

/** A checksum of where a page begins and of what is asked, in whatever order that was said. */
function checksumOf(input: Asked, offset: number, generations: readonly string[]): string {
  const asked = Object.entries(input)
    .filter(([name]) => !FREE.has(name))
    .map(([name, value]) => [name, name === 'filter' ? treeOf(value) : value] as const);
  asked.sort(([a], [b]) => (a < b ? -1 : 1));
  const plain = (_: string, value: unknown) => (value instanceof Map ? [...value] : value);
  const said = [offset, ...generations, ...asked.filter(([, value]) => value !== undefined)];
  return crc32(utf8(JSON.stringify(said, plain))).toString(16);
}
