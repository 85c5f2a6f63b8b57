// Settings in configurations of sites. Those of code are found by their names and never run: what is computed says
// nothing. Those of data are read; a configuration that cannot be read says nothing.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';

/** A setting at the beginning of a line or behind another. */
export function setting(name: string, value: string): RegExp {
  return new RegExp(`(?:^|[{,])\\s*${name}\\s*:\\s*${value}`, 'm');
}

/** The text that a setting has, where it is written out. */
export function textSetting(code: string, name: string): string | undefined {
  return setting(name, '(["\'`])([^"\'`\\n]*)\\1').exec(code)?.[2];
}

/** The texts of a list that is written out; a list in which something else stands has none. */
export function listSetting(code: string, name: string): readonly string[] | undefined {
  const [, listed] = setting(name, '\\[([^\\][{}]*)\\]').exec(code) ?? [];
  return listed === undefined
    ? undefined
    : Array.from(listed.matchAll(/["'`]([^"'`\n]+)["'`]/g), ([, text]) => text);
}

/** The keys of an object that a setting has, each with the code of its value. */
export function objectSetting(code: string, name: string): ReadonlyMap<string, string> {
  return keysAfter(code, new RegExp(`\\b${name}\\s*[:=]\\s*\\{`, 'g'))[0] ?? new Map();
}

/** The keys of all objects that stand behind what a pattern finds, whose braces end that. */
export function keysAfter(code: string, pattern: RegExp): ReadonlyMap<string, string>[] {
  return Array.from(code.matchAll(pattern), ({ 0: text, index }) => keysFrom(code, index + text.length));
}

/** The text that a value is, where it is written out. */
export function textOf(value = ''): string | undefined {
  return /^\s*(["'`])([^"'`\n]*)\1\s*$/.exec(value)?.[2];
}

/** A string, a comment, or a sign that opens, closes or parts something. */
const PIECE = /(["'`])(?:\\[\s\S]|(?!\1)[^\\])*\1|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[{}[\](),]/g;

/** @param start behind the brace that opens the object */
function keysFrom(code: string, start: number): ReadonlyMap<string, string> {
  const parts: string[] = [];
  let depth = 0;
  let begun = start;
  PIECE.lastIndex = start;
  for (let piece = PIECE.exec(code); piece !== null && depth >= 0; piece = PIECE.exec(code)) {
    const [sign] = piece;
    if ('{[('.includes(sign)) depth++;
    if ('}])'.includes(sign)) depth--;
    if (depth < 0 || (depth === 0 && sign === ',')) {
      parts.push(code.slice(begun, piece.index));
      begun = piece.index + 1;
    }
  }
  return new Map(
    parts.flatMap((part) => {
      const key = /^(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*(?:(["'`])(.*?)\1|([\w$-]+))\s*:/.exec(part);
      return key === null ? [] : [[key[2] ?? key[3], part.slice(key[0].length)] as const];
    }),
  );
}

/** `./a/b` as `a/b/`. */
export function asFolder(path: string): string {
  const plain = path.replace(/^(?:\.?\/)+|\/+$/g, '').replace(/^\.$/, '');
  return plain === '' ? '' : `${plain}/`;
}

/** The names of the files of a folder; none where there is no such folder. */
export function filesIn(folder: string, below: string): string[] {
  const path = join(folder, below);
  return existsSync(path) ? readdirSync(path) : [];
}

/**
 * The language that a site says is that of its pages, if somebody chose it: configurations are begun with English, and
 * not all who write in another language change that.
 */
export function chosenLanguage(tag: string | undefined): string | undefined {
  return tag === undefined || /^en\b/i.test(tag) ? undefined : tag;
}

/** A file of settings, as data; undefined where there is none. */
export function readSettings(folder: string, name: string): unknown {
  const file = join(folder, name);
  return existsSync(file) ? parsed(name, readFileSync(file, 'utf8')) : undefined;
}

/** A configuration of data; one that cannot be read says nothing. */
export function parsed(name: string, text: string): unknown {
  try {
    // Configurations have tags of their programs, such as !ENV, of which nothing is asked here.
    return name.endsWith('.toml') ? parseToml(text) : parseYaml(text, { logLevel: 'error' });
  } catch {
    return undefined;
  }
}

export function lowerKeys(value: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(recordOf(value)).map(([key, each]) => [key.toLowerCase(), each]));
}

export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
