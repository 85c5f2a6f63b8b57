// Text files, line by line, and the one error that a malformed line becomes. Runs can hold millions of lines, so
// nothing here holds a whole file, but for JSON, of which one value may be all of it.

import { isUtf8 } from 'node:buffer';
import { TextDecoder } from 'node:util';
import { SparsedgeError } from '../../src/core/errors.ts';
import { openText } from '../stages/read/lines/encodings.ts';
import { exactJson, repeatedKey } from '../stages/read/lines/exact-json.ts';
import { isOneOnManyLines, ValueSplitter } from '../stages/read/lines/json-values.ts';

/** Lines of a file or of memory, without their line ends. */
export type Lines = Iterable<string> | AsyncIterable<string>;

/**
 * The lines of a file of text, packed or not, without line ends, carriage returns and byte-order mark. Node's readline
 * is not used: it also ends lines at U+2028 and U+2029, which JSON allows inside a string.
 *
 * @throws SparsedgeError `bad-input` when the file cannot be read or unpacked, or is neither UTF-8 nor UTF-16
 */
export async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = '';
  try {
    const { head, chunks } = await openText(path);
    const decoder = decoderOf(head);
    for await (const chunk of chunks) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) yield withoutReturn(part);
    }
    rest += decoder.decode();
  } catch (cause) {
    if (cause instanceof SparsedgeError) throw cause;
    throw new SparsedgeError('bad-input', `${path}: cannot be read as UTF-8 text`, { file: path }, { cause });
  }
  if (rest !== '') yield withoutReturn(rest);
}

/** For UTF-8, or for the encoding that XML names where it is another. */
function decoderOf(head: Buffer): TextDecoder {
  const [, named = 'utf-8'] =
    /^<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w-]+)["']/.exec(head.toString('latin1')) ?? [];
  const { encoding } = new TextDecoder(named);
  return new TextDecoder(isUtf8(head) || encoding.startsWith('utf-16') ? 'utf-8' : encoding, { fatal: true });
}

/** A line with its number in the file, from 1. */
export type Numbered = readonly [line: number, text: string];

/** The lines that are not blank, each with its number in the file, from 1. */
export async function* numbered(lines: Lines): AsyncGenerator<Numbered> {
  let line = 0;
  for await (const text of lines) {
    line++;
    if (text.trim() !== '') yield [line, text];
  }
}

/** A value of JSON, or why it is none, with the line on which it begins. */
export interface NumberedJson {
  readonly number: number;
  readonly value: unknown;
  readonly problem: string | undefined;
}

/** The values of JSON, one a line, over several lines or in a list; each with its line in the file. */
export function jsonIn(lines: readonly Numbered[]): NumberedJson[] {
  const bytes = Buffer.from(lines.map(([, text]) => text).join('\n'));
  if (!isOneOnManyLines(bytes)) return lines.map(([number, text]) => ({ number, ...parsed(text) }));
  const splitter = new ValueSplitter();
  const values = splitter.push(bytes);
  return [...values, ...splitter.end()].map(({ number, text, problem }) => ({
    number: lines[number - 1]?.[0] ?? number,
    ...(problem === undefined ? parsed(text) : { value: undefined, problem }),
  }));
}

function parsed(text: string): Pick<NumberedJson, 'value' | 'problem'> {
  let value: unknown;
  try {
    value = exactJson(text);
  } catch {
    return { value: undefined, problem: undefined };
  }
  const repeated = repeatedKey(text, value);
  if (repeated === undefined) return { value, problem: undefined };
  return { value: undefined, problem: `the key ${JSON.stringify(repeated)} is there twice` };
}

/** A line that does not say what it must say. */
export function badLine(file: string, line: number, reason: string): SparsedgeError {
  return new SparsedgeError('bad-input', `${file}:${line}: ${reason}`, { file, line, reason });
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
