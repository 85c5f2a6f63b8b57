// A list of records inside of one object, as answers of search engines and databases have it: `{"docs": [...]}`,
// `{"hits": {"hits": [...]}}`. The object is looked at by its first bytes; the list may be larger than memory.

import type { Source } from './input-source.ts';
import { CUT_SHORT, ValueSplitter } from './json-values.ts';
import { malformed, placedAt } from './report.ts';

const [QUOTE, BACKSLASH] = Buffer.from('"\\');
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('[]{}');
const WHITE = new Set(Buffer.from(' \t\r\n'));

/** Where in an input such a list is. */
export interface WrappedList {
  /** The names that lead to it, with full stops between them. */
  readonly path: string;
  /** The byte of its opening bracket. */
  readonly at: number;
  /** The line of that. */
  readonly line: number;
}

type Values = Readonly<Record<string, unknown>>;

/** Texts whole, brackets, colons, and what stands between. */
const PIECE = /"(?:[^"\\]|\\[\s\S])*(?:"|$)|\[\s*\{?|[{}\]:]|[^\s"{}[\]:,]+/g;

/**
 * The first list that is only inside of objects and whose first item is a record; none where the object around it is a
 * record, or where that item is not whole within the first bytes.
 *
 * @param isRecord whether an object has what makes a record of it
 */
export function wrappedListIn(head: Buffer, isRecord: (value: Values) => boolean): WrappedList | undefined {
  // One character for each byte, so that places in the text are places in the input.
  const text = head.toString('latin1');
  const open: ('object' | 'list')[] = [];
  const names: string[] = [];
  let piece = '';
  let key = '';
  for (const found of text.matchAll(PIECE)) {
    const before = piece;
    [piece] = found;
    if (piece === ':') key = before.slice(1, -1);
    else if (piece === '}' || piece === ']') {
      if (open.pop() === 'object') names.pop();
      if (open.length === 0) return undefined;
    } else if (piece === '{') {
      if (open.push('object') > 1) names.push(key);
      else names.push('');
    } else if (piece.startsWith('[')) {
      const ofObjects = piece.endsWith('{') && open.length > 0 && !open.includes('list');
      if (ofObjects && startsWithRecord(head.subarray(found.index), isRecord)) {
        const path = Buffer.from([...names.slice(1), key].join('.'), 'latin1').toString('utf8');
        return { path, at: found.index, line: text.slice(0, found.index).split('\n').length };
      }
      open.push('list');
      if (piece.endsWith('{')) {
        open.push('object');
        names.push('');
      }
    } else if (open.length === 0) return undefined;
    else if (before === ':' && open.length === 1 && piece !== 'null' && isRecord({ [key]: piece }))
      return undefined;
  }
  return undefined;
}

function startsWithRecord(list: Buffer, isRecord: (value: Values) => boolean): boolean {
  // Its first item is small, most often: to look through all of the list for each bracket would take long.
  for (const bytes of [list.subarray(0, 4096), list]) {
    const item = new ValueSplitter().push(bytes)[0]?.text;
    if (item === undefined) continue;
    if (!item.startsWith('{')) return false;
    try {
      return isRecord(JSON.parse(item) as Values);
    } catch {
      return false;
    }
  }
  return false;
}

/**
 * The list alone. What stands around it is passed over, but must be one object to the end.
 *
 * @throws SparsedgeError `bad-input` when a list or an object is never closed, or another value follows
 */
export async function* bytesOfList(
  chunks: Source['chunks'],
  file: string,
  { at }: WrappedList,
): Source['chunks'] {
  let skip = at;
  const rest = new ObjectEnd();
  const refused = (reason: string) => placedAt({ file }, malformed(reason));
  for await (const chunk of chunks) {
    const from = Math.min(skip, chunk.length);
    skip -= from;
    rest.before(chunk.subarray(0, from));
    const end = rest.list(chunk, from);
    if (rest.isFollowed) throw refused(ANOTHER);
    if (end > from) yield chunk.subarray(from, end);
  }
  if (!rest.isOver) throw refused(CUT_SHORT);
}

/** Follows brackets from the beginning of an object to its end. */
class ObjectEnd {
  #depth = 0;
  /** The depth around the list, from when that begins. */
  #around = -1;
  #isBehind = false;
  #inString = false;
  #escaped = false;
  /** Whether another value begins behind the object. */
  isFollowed = false;

  get isOver(): boolean {
    return this.#depth === 0 && !this.#inString;
  }

  before(bytes: Buffer): void {
    for (const byte of bytes) this.#step(byte);
  }

  /** Where the list ends in a chunk of which it is a part from a place on. */
  list(chunk: Buffer, from: number): number {
    if (from < chunk.length && this.#around === -1) this.#around = this.#depth;
    let end = this.#isBehind ? from : chunk.length;
    for (let at = from; at < chunk.length; at++) {
      this.isFollowed ||= this.#isBehind && this.isOver && !WHITE.has(chunk[at]);
      this.#step(chunk[at]);
      if (this.#isBehind || this.#depth !== this.#around || this.#inString) continue;
      this.#isBehind = true;
      end = at + 1;
    }
    return end;
  }

  #step(byte: number): void {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) this.#inString = false;
    } else if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) this.#depth++;
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) this.#depth--;
  }
}

const ANOTHER =
  'another value follows the object whose list was read: expected one object, or records, one on each line';
