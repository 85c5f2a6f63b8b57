// Values of options: text from the command line → checked values.

import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { knownCode } from '../../stages/read/language/codes.ts';
import { instantOf } from '../../stages/read/lines/instant.ts';
import type { Part } from '../../work/parts.ts';
import { systemError } from '../../work/system-error.ts';

/** Reads a whole number from `minimum` to `maximum`. */
export function whole(minimum: number, maximum = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
    const range =
      maximum === Number.MAX_SAFE_INTEGER ? `of at least ${minimum}` : `from ${minimum} to ${maximum}`;
    throw new InvalidArgumentError(`It must be a whole number ${range}.`);
  };
}

/** Reads a number. Whether it is in range is for the configuration to say. */
export function decimal(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It must be a number.');
}

/** Reads an amount of money. */
export function amount(text: string): number {
  const value = decimal(text);
  if (value >= 0) return value;
  throw new InvalidArgumentError('It must not be negative.');
}

/** Reads a share of a whole. */
export function share(text: string): number {
  const value = decimal(text);
  if (value > 0 && value <= 1) return value;
  throw new InvalidArgumentError('It must be above 0 and at most 1.');
}

/** Reads whole numbers, `0,5,10`, each of which counts once. */
export function wholeNumbers(text: string): readonly number[] {
  const parts = text.split(',').map((part) => part.trim());
  if (!parts.every((part) => /^\d{1,6}$/.test(part)))
    throw new InvalidArgumentError('It must be whole numbers from 0, with commas between them.');
  return [...new Set(parts.map(Number))];
}

/** Reads which part of how many: `i/n`. */
export function parsePart(text: string): Part {
  const [, part, of] = /^(\d{1,6})\/(\d{1,6})$/.exec(text)?.map(Number) ?? [];
  if (part !== undefined && of !== undefined && part >= 1 && part <= of) return { part, of };
  throw new InvalidArgumentError('It must be i/n, from 1/n to n/n.');
}

/** A date, perhaps with a time, as milliseconds since 1970. */
export function instant(text: string): number {
  const parsed = instantOf(text);
  if (parsed !== undefined) return parsed;
  throw new InvalidArgumentError('It must be a date, such as 2026-11-28 or 2026-11-28T09:30:00Z.');
}

/** Reads the code of a language: `de`, `pt-BR`. */
export function language(text: string): string {
  const code = knownCode(text);
  if (code !== undefined) return code;
  throw new InvalidArgumentError('It must be the code of a language, such as de or pt-BR.');
}

/** Collects the values of an option that can be repeated. */
export function repeated(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/**
 * What a file of JSON says.
 *
 * @param what the file is, for the message
 * @throws SparsedgeError `bad-input`
 */
export function jsonFile(path: string, what: string): unknown {
  const text = givenText(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = `is not JSON: ${(cause as SyntaxError).message}`;
    throw new SparsedgeError('bad-input', `${what} ${path} ${reason}`, { file: path }, { cause });
  }
}

/**
 * The text of a file that an option or an argument names.
 *
 * @throws SparsedgeError `bad-input` where there is none that can be read
 */
export function givenText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { message } = systemError(path, 'read', cause) as Error;
    throw new SparsedgeError('bad-input', message, { file: path }, { cause });
  }
}
