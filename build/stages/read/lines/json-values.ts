// Cuts bytes into the JSON values that stand in them one after another, on one line or on many; of a list at the top,
// its items. A value is only cut out here: whether it is JSON is for JSON.parse to say.

import { isUtf8 } from 'node:buffer';
import type { Source } from './input-source.ts';
import { type Line, recordsByLine, recordsFrom } from './lines.ts';
import { notUtf8 } from './not-utf8.ts';
import { MAX_RECORD_BYTES, TOO_LARGE } from './record.ts';
import { type Batches, type Gate, malformed, placedAt } from './report.ts';

const [LF, QUOTE, COMMA, BACKSLASH] = Buffer.from('\n",\\');
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = Buffer.from('[]{}');
const WHITE = new Set(Buffer.from(' \t\r\n'));

/** What is not closed when the input ends. */
export const CUT_SHORT = 'the JSON is cut short: a list or an object is never closed';

/** Takes chunks and gives the values that each one ends, with the line on which each begins. */
export class ValueSplitter {
  #held: Buffer[] = [];
  #heldBytes = 0;
  #line: number;
  /** The line of the value at hand; none is at hand at 0. */
  #start = 0;
  #depth = 0;
  #inList = false;
  #inString = false;
  #escaped = false;
  #overflowed = false;

  /** @param line the line on which the first chunk begins */
  constructor(line = 1) {
    this.#line = line;
  }

  /** Values as lines: `number` is where each begins. */
  push(chunk: Buffer): Line[] {
    const values: Line[] = [];
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === LF) this.#line++;
      if (this.#start === 0) {
        if (this.#isBetween(byte)) continue;
        this.#start = this.#line;
        from = at;
      }
      const ends = this.#step(byte);
      if (ends === 'before') {
        this.#finish(chunk.subarray(from, at), values);
        this.#isBetween(byte);
      } else if (ends === 'after') {
        this.#finish(chunk.subarray(from, at + 1), values);
      }
    }
    if (this.#start !== 0) this.#hold(chunk.subarray(from), values);
    return values;
  }

  /** What no separator ended; a value that is cut short is marked. */
  end(): Line[] {
    const values: Line[] = [];
    const whole = this.#depth === 0 && !this.#inString;
    if (this.#start !== 0 && whole) this.#finish(Buffer.alloc(0), values);
    if (!whole || this.#inList) values.push({ number: this.#line, text: '', problem: CUT_SHORT });
    return values;
  }

  /** Whether a byte stands between values; the brackets of the list at the top do. */
  #isBetween(byte: number): boolean {
    if (WHITE.has(byte)) return true;
    if (this.#inList ? byte === CLOSE_LIST : byte === OPEN_LIST) {
      this.#inList = !this.#inList;
      return true;
    }
    return this.#inList && byte === COMMA;
  }

  /** Moves over one byte of a value: whether the value ends with it, or ended before it. */
  #step(byte: number): 'before' | 'after' | undefined {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (byte === BACKSLASH) this.#escaped = true;
      else if (byte === QUOTE) {
        this.#inString = false;
        if (this.#depth === 0) return 'after';
      }
      return undefined;
    }
    if (byte === QUOTE) {
      this.#inString = true;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      this.#depth++;
    } else if (this.#depth > 0) {
      if (byte !== CLOSE_OBJECT && byte !== CLOSE_LIST) return undefined;
      this.#depth--;
      if (this.#depth === 0) return 'after';
    } else if (WHITE.has(byte) || byte === COMMA || byte === CLOSE_LIST) {
      // A number or a word has no end of its own.
      return 'before';
    }
    return undefined;
  }

  #hold(bytes: Buffer, values: Line[]): void {
    if (this.#overflowed) return;
    this.#held.push(Buffer.from(bytes));
    this.#heldBytes += bytes.length;
    if (this.#heldBytes <= MAX_RECORD_BYTES) return;
    values.push({ number: this.#start, text: '', problem: TOO_LARGE });
    this.#overflowed = true;
    this.#held = [];
  }

  #finish(last: Buffer, values: Line[]): void {
    this.#hold(last, values);
    const bytes = this.#held.length === 1 ? this.#held[0] : Buffer.concat(this.#held);
    if (!this.#overflowed) {
      const problem = isUtf8(bytes) ? undefined : notUtf8(bytes);
      values.push({ number: this.#start, text: bytes.toString('utf8'), problem });
    }
    this.#held = [];
    this.#heldBytes = 0;
    this.#start = 0;
    this.#overflowed = false;
  }
}

/** Whether text holds values that are not one on each line: a list, an object over several lines, several on a line. */
export function isOneOnManyLines(head: Buffer): boolean {
  const text = head.toString('utf8').trimStart();
  const [first = '', second] = text.split('\n', 2);
  if (text.startsWith('[')) return !/^\[.*\]\s*$/.test(first) || second === undefined || second.trim() === '';
  if (/^\{.*\}\s*\{/.test(first) && new ValueSplitter().push(Buffer.from(first)).length > 1) return true;
  return /^\{\s*$/.test(first) || (/^\{/.test(first) && /[,:{[]\s*$/.test(first) && second !== undefined);
}

/**
 * For JSON: a record is a line, or, where the input begins as a list or as an object over several lines, an item of the
 * list or one of the objects. `parse` throws `bad-input` for a malformed one.
 *
 * @throws SparsedgeError `bad-input` when a list or an object is never closed: what is lost then is not known
 */
export async function* recordsOfJson<Read>(
  source: Source,
  gate: Gate,
  parse: (text: string) => Read,
): Batches<Read> {
  if (isOneOnManyLines(source.head)) yield* recordsOfValues(source, gate, parse);
  else yield* recordsByLine(source, gate, parse);
}

/**
 * Records of JSON that is a list, or objects of several lines.
 *
 * @param line the line on which it begins
 * @throws SparsedgeError as recordsOfJson
 */
export async function* recordsOfValues<Read>(
  { name, chunks }: Source,
  gate: Gate,
  parse: (text: string) => Read,
  line = 1,
): Batches<Read> {
  const splitter = new ValueSplitter(line);
  for await (const chunk of chunks) yield recordsFrom(splitter.push(chunk), name, gate, parse);
  const last = splitter.end();
  yield recordsFrom(
    last.filter(({ problem }) => problem !== CUT_SHORT),
    name,
    gate,
    parse,
  );
  const cut = last.find(({ problem }) => problem === CUT_SHORT);
  if (cut) throw placedAt({ file: name, line: cut.number }, malformed(CUT_SHORT));
}
