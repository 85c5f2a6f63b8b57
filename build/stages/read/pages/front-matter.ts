// Front matter: what a page says of itself above its text, as YAML between `---`, as TOML between `+++`, or as JSON.

import { parse as parseToml, TomlDate, TomlError } from 'smol-toml';
import { isScalar, parseDocument, visit, type YAMLParseError } from 'yaml';
import { SparsedgeError } from '../../../../src/core/errors.ts';
import { exactJson, repeatedKey } from '../lines/exact-json.ts';
import { malformed } from '../lines/report.ts';

/** No page says so much of itself, and YAML may take a kilobyte of memory for each of a few characters. */
const LONGEST = 1 << 20;

/** What a page says of itself, and the page without it. */
export interface Matter {
  readonly matter: Readonly<Record<string, unknown>>;
  readonly rest: string;
}

/**
 * Front matter is what stands between a first line `---` and the next such line, if it is a YAML mapping: a page may
 * also begin with a thematic break. Scalars of YAML are kept as they are written (its failsafe schema), but for null:
 * `version: 1.10` is not 1.1.
 *
 * @throws SparsedgeError `bad-input` when it is not what its fence says, with the line
 */
export function frontMatter(markdown: string): Matter {
  const [empty = ''] = /^(?:[ \t]*\r?\n)+/.exec(markdown) ?? [];
  if (empty === '') return matterAtTop(markdown);
  // Zola, Hugo and Astro pass over empty lines. Others show a break there, so that what cannot be read is text.
  try {
    return matterAtTop(markdown.slice(empty.length));
  } catch (error) {
    if (!(error instanceof SparsedgeError)) throw error;
    return { matter: {}, rest: markdown };
  }
}

function matterAtTop(markdown: string): Matter {
  const nothing = { matter: {}, rest: markdown };
  const [, fence, language = ''] = /^(---|\+\+\+|;;;)(yaml|toml|json)?[ \t]*\r?\n/.exec(markdown) ?? [];
  if (fence === undefined) return jsonAlone(markdown) ?? nothing;
  const found = fenced(markdown, fence);
  if (found === undefined) return nothing;
  if (found.inside.length > LONGEST) {
    throw malformed(
      `front matter is ${found.inside.length} characters long: expected at most ${LONGEST}, or a line ${fence} that ends it earlier`,
      { line: 1 },
    );
  }
  const syntax = language || { '---': 'yaml', '+++': 'toml', ';;;': 'json' }[fence];
  const value =
    syntax === 'toml'
      ? parsedToml(found.inside)
      : syntax === 'json'
        ? parsedJson(found.inside)
        : mapping(found.inside);
  if (typeof value === 'string' || Array.isArray(value)) return nothing;
  return { matter: (value ?? {}) as Matter['matter'], rest: found.rest };
}

function fenced(markdown: string, fence: string): { inside: string; rest: string } | undefined {
  const start = markdown.indexOf('\n') + 1;
  const end =
    fence === '---'
      ? /^(?:---|\.\.\.)[ \t]*\r?$/gm
      : fence === '+++'
        ? /^\+\+\+[ \t]*\r?$/gm
        : /^;;;[ \t]*\r?$/gm;
  end.lastIndex = start;
  const close = end.exec(markdown);
  if (close === null) return undefined;
  const inside = markdown.slice(start, close.index);
  return { inside, rest: markdown.slice(close.index + close[0].length).replace(/^\n/, '') };
}

/** JSON without a fence, as Hugo reads it: an object that begins the page and ends at the end of a line. */
function jsonAlone(markdown: string): Matter | undefined {
  if (!/^\{\s*["}]/.test(markdown)) return undefined;
  let depth = 0;
  let inString = false;
  const sign = /["{}\n]|\\[\s\S]/g;
  for (let found = sign.exec(markdown); found !== null; found = sign.exec(markdown)) {
    if (found[0] === '"') inString = !inString;
    else if (found[0] === '\n' && inString) return undefined;
    if (inString || (found[0] !== '{' && found[0] !== '}')) continue;
    depth += found[0] === '{' ? 1 : -1;
    if (depth > 0) continue;
    const end = found.index + 1;
    const json = markdown.slice(0, end);
    try {
      JSON.parse(json);
    } catch {
      return undefined;
    }
    return { matter: parsedJson(json) as Matter['matter'], rest: markdown.slice(end) };
  }
  return undefined;
}

/** The library takes a kilobyte of memory for each level, and none is meant: no page nests so deeply. */
const DEEPEST = 1000;

/** The line on which YAML is nested more deeply than any page's, by brackets or by signs in a row; 0 if none is. */
function tooDeep(yaml: string): number {
  const sign = /[[{\]}]|(?:[-?][ \t]+){1000}/g;
  let depth = 0;
  for (let found = sign.exec(yaml); found !== null; found = sign.exec(yaml)) {
    const [open] = found;
    depth = open === '[' || open === '{' ? depth + 1 : Math.max(0, depth - 1);
    if (depth > DEEPEST || open.length > 1) return yaml.slice(0, found.index).split('\n').length;
  }
  return 0;
}

function mapping(yaml: string): unknown {
  const deep = tooDeep(yaml);
  if (deep > 0) throw malformed('front matter is not YAML: it is nested too deeply', { line: deep + 1 });
  // The library compares each key with all before it, and looks for the line of each of its errors from the beginning.
  const document = parseDocument(yaml, {
    schema: 'failsafe',
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  const [error] = document.errors;
  if (error !== undefined) {
    const line = yaml.slice(0, error.pos[0]).split('\n').length + 1;
    throw malformed(`front matter is not YAML: ${reasonOf(error, yaml)}`, { line });
  }
  visit(document, {
    Scalar(key, scalar) {
      if (
        key !== 'key' &&
        scalar.type === 'PLAIN' &&
        scalar.tag === undefined &&
        NULL.test(String(scalar.value))
      )
        scalar.value = null;
    },
  });
  const repeated = repeatedInYaml(document);
  if (repeated !== undefined) {
    const line = yaml.slice(0, repeated.at).split('\n').length + 1;
    throw malformed(`front matter is not YAML: the key ${repeated.key} is there twice`, { line });
  }
  try {
    return document.toJS();
  } catch (error) {
    // What aliases of aliases would become is larger than any page.
    throw malformed(`front matter cannot be read: ${error instanceof Error ? error.message : error}`, {
      line: 2,
    });
  }
}

/** What stands for nothing in YAML, unless it is in quotes. */
const NULL = /^(?:~|null|Null|NULL)$/;

/** What is usually meant where YAML has another meaning, by the library's codes. */
const ADVICE: Readonly<Record<string, string>> = {
  BAD_SCALAR_START: 'put such a value in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'put a value that has ": " in it in quotes, and begin each key where the others begin',
  MISSING_CHAR: 'close what is opened, or put the value in quotes',
  TAB_AS_INDENT: 'indent with spaces',
};
const MOST_SHOWN = 60;

/** Why YAML cannot be read, where, and what to write instead. */
function reasonOf({ code, message, pos: [at] }: YAMLParseError, yaml: string): string {
  if (/call stack/.test(message)) return 'it is nested too deeply';
  const start = yaml.lastIndexOf('\n', at - 1) + 1;
  const [text] = yaml.slice(start, start + 1000).split(/\r?\n/);
  const advice = ADVICE[code] === undefined ? '' : `; ${ADVICE[code]}`;
  const shown = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
  return `${message} (column ${at - start + 1} of ${JSON.stringify(shown)})${advice}`;
}

function repeatedInYaml(document: ReturnType<typeof parseDocument>): { key: string; at: number } | undefined {
  let repeated: { key: string; at: number } | undefined;
  visit(document, {
    Map(_, { items }) {
      const keys = new Set<unknown>();
      for (const { key } of items) {
        if (!isScalar(key)) continue;
        if (keys.has(key.value)) repeated ??= { key: String(key.value), at: key.range?.[0] ?? 0 };
        keys.add(key.value);
      }
      return repeated === undefined ? undefined : visit.BREAK;
    },
  });
  return repeated;
}

function parsedToml(toml: string): unknown {
  try {
    return parseToml(toml, { integersAsBigInt: 'asNeeded' });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split('\n')[0].replace(/^Invalid TOML document: /, '');
    throw malformed(`front matter is not TOML: ${reason}`, { line: error.line + 1 });
  }
}

function parsedJson(json: string): unknown {
  let value: unknown;
  try {
    value = exactJson(json);
  } catch (error) {
    throw malformed(`front matter is not JSON: ${error instanceof Error ? error.message : error}`, {
      line: 2,
    });
  }
  const repeated = repeatedKey(json, value);
  if (repeated === undefined) return value;
  throw malformed(`front matter is not JSON: the key ${repeated} is there twice`, { line: 2 });
}

/** A single value as text, or nothing for lists, mappings and what is empty. */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (value instanceof TomlDate) return value.toISOString();
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint'
    ? String(value)
    : undefined;
}

/** Keys whose values are words for a reader, wherever they stand. */
const SAID = new Set(
  'description summary excerpt abstract subtitle tagline lead keywords tags categories topics'.split(' '),
);
/** Keys whose values are words for a reader inside a mapping: `hero.text`, `features[0].title`. */
const SAID_INSIDE = new Set([...SAID, ...'title text name details content heading label'.split(' ')]);

/** What the front matter says to readers besides the title, each a line. */
export function saidIn(matter: Readonly<Record<string, unknown>>): string[] {
  const lines: string[] = [];
  const collect = (value: unknown, isSaid: boolean, depth: number): void => {
    if (depth > 8 || value === null || value === undefined) return;
    if (Array.isArray(value)) {
      const words = isSaid ? value.map(scalarText).filter((word) => word !== undefined) : [];
      if (words.length > 0) lines.push(words.join(', '));
      for (const entry of value) if (typeof entry === 'object') collect(entry, false, depth + 1);
    } else if (typeof value === 'object' && !(value instanceof Date)) {
      for (const [key, entry] of Object.entries(value)) collect(entry, SAID_INSIDE.has(key), depth + 1);
    } else if (isSaid) {
      const text = scalarText(value);
      if (text !== undefined) lines.push(text);
    }
  };
  for (const [key, value] of Object.entries(matter)) {
    const isNested = typeof value === 'object' && !Array.isArray(value);
    if (SAID.has(key) || isNested || key === 'features') collect(value, SAID.has(key), 0);
  }
  return lines;
}
