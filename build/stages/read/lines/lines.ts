// Cuts bytes into lines. A line is found in the bytes and decoded once it is whole, so a character that two chunks
// share is never torn, and no line is held beyond the size of a record.

import { isUtf8 } from 'node:buffer';
import type { Source } from './input-source.ts';
import { notUtf8 } from './not-utf8.ts';
import { MAX_RECORD_BYTES, TOO_LARGE } from './record.ts';
import { type Batches, type Gate, malformed, refuse } from './report.ts';

/** A line without its line feed and the carriage return before it. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /** With U+FFFD for bytes that are not UTF-8; empty when the line is too large. */
  readonly text: string;
  /** Why the line cannot be used, if it cannot. */
  readonly problem: string | undefined;
}

const LF = 10;
const CR = 13;
/** A pipe may deliver a few bytes at a time, each in a buffer of its own: this many are joined into one. */
const MAX_HELD_BUFFERS = 256;

/** Takes chunks and gives the lines that each one ends. */
export class LineSplitter {
  /** The start of a line whose end has not come yet. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  /** The line at hand went past the limit: it has been reported and its bytes are let go. */
  #overflowed = false;
  #number = 0;

  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    const first = chunk.indexOf(LF);
    if (first === -1) {
      this.#hold(chunk, lines);
      return lines;
    }
    let start = 0;
    if (this.#heldBytes > 0 || this.#overflowed) {
      this.#hold(chunk.subarray(0, first), lines);
      this.#finish(lines);
      start = first + 1;
    }
    const end = chunk.lastIndexOf(LF) + 1;
    if (start < end) this.#split(chunk.subarray(start, end), lines);
    this.#hold(chunk.subarray(end), lines);
    return lines;
  }

  /** The last line, when no line feed ended it. */
  end(): Line[] {
    const lines: Line[] = [];
    if (this.#heldBytes > 0) this.#finish(lines);
    return lines;
  }

  #hold(bytes: Buffer, lines: Line[]): void {
    if (this.#overflowed || bytes.length === 0) return;
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > MAX_RECORD_BYTES) {
      // Reported before its end has come: whoever stops at the first fault need not read on.
      lines.push({ number: this.#number + 1, text: '', problem: TOO_LARGE });
      this.#overflowed = true;
      this.#held = [];
      this.#heldBytes = 0;
      return;
    }
    this.#held.push(bytes);
    if (this.#held.length === MAX_HELD_BUFFERS) this.#held = [Buffer.concat(this.#held)];
  }

  #finish(lines: Line[]): void {
    this.#number++;
    const bytes = Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    if (!this.#overflowed)
      lines.push(lineOf(bytes, { start: 0, end: bytes.length }, this.#number, isUtf8(bytes)));
    this.#overflowed = false;
  }

  /** Whole lines only. Their bytes are checked at once: per line that costs more than the check. */
  #split(bytes: Buffer, lines: Line[]): void {
    const valid = isUtf8(bytes);
    let start = 0;
    while (start < bytes.length) {
      const end = bytes.indexOf(LF, start);
      this.#number++;
      lines.push(lineOf(bytes, { start, end }, this.#number, valid || isUtf8(bytes.subarray(start, end))));
      start = end + 1;
    }
  }
}

function lineOf(bytes: Buffer, range: { start: number; end: number }, number: number, valid: boolean): Line {
  const { start } = range;
  const end = range.end > start && bytes[range.end - 1] === CR ? range.end - 1 : range.end;
  const problem = valid ? undefined : notUtf8(bytes.subarray(start, end));
  return { number, text: bytes.toString('utf8', start, end), problem };
}

/** The lines of a source, those of one chunk at a time. */
export async function* readLines(source: Source): AsyncGenerator<Line[]> {
  const splitter = new LineSplitter();
  for await (const chunk of source.chunks) yield splitter.push(chunk);
  yield splitter.end();
}

/** For formats where a line that is not blank is a record. `parse` throws `bad-input` for a malformed one. */
export async function* recordsByLine<Read>(
  source: Source,
  gate: Gate,
  parse: (text: string) => Read,
): Batches<Read> {
  for await (const lines of readLines(source)) yield recordsFrom(lines, source.name, gate, parse);
}

/** What lines give, each by itself; blank ones give nothing. */
export function* recordsFrom<Read>(
  lines: Line[],
  file: string,
  gate: Gate,
  parse: (text: string) => Read,
): Generator<Read> {
  for (const { number, text, problem } of lines) {
    if (problem === undefined && isBlank(text)) continue;
    const place = { file, line: number };
    let record: Read;
    try {
      if (problem !== undefined) throw malformed(problem);
      record = parse(text);
    } catch (error) {
      refuse(gate, place, error);
      continue;
    }
    gate.at = place;
    yield record;
  }
}

/** Whether there is nothing but white space. */
export function isBlank(text: string): boolean {
  return !/\S/.test(text);
}
