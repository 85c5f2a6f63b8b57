// One record becomes one document here, whatever the format it came in, so that every format keeps the same rules.
// What leaves this file keeps the promises of Document, except uniqueness: that needs the whole collection.

import type { Document } from '../../../../src/core/document.ts';
import { SparsedgeError } from '../../../../src/core/errors.ts';
import { type Fields, type FieldValue, fieldText } from '../../../../src/core/fields.ts';
import { withPaths } from './nested-values.ts';
import { type Gate, malformed, note, type Place, placeName } from './report.ts';

/**
 * The largest record that is read: a line, a table row, a page. A record is held whole in memory, more than once while
 * it is decoded; and a quote that is never closed, or a file that is not text, should fail early and not fill memory.
 * The whole of War and Peace is 3 MiB.
 */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024;

/** What is said of a record above the limit. */
export const TOO_LARGE = `larger than ${MAX_RECORD_BYTES / 1024 / 1024} MiB`;

const MAX_ID_BYTES = 512;
const CONTROL = /\p{Cc}/u;
/** A surrogate that is not half of a pair: JSON and YAML escapes can make one, UTF-8 cannot hold it. */
const UNPAIRED = /\p{Cs}/u;

/** Which keys or columns of a record make the document. A part left out is looked for under its usual names. */
export interface FieldMapping {
  readonly id?: string | undefined;
  readonly title?: string | undefined;
  /** Several are joined, in this order, by line breaks. */
  readonly text?: string | readonly string[] | undefined;
  readonly url?: string | undefined;
}

/**
 * For each part of a document the names to look under: the first that has a value counts; of `text`, all when joined.
 */
export interface Columns {
  readonly id: readonly string[];
  readonly title: readonly string[];
  readonly text: readonly string[];
  readonly joinText: boolean;
  readonly url: readonly string[];
}

/** The usual names: those of BEIR, Anserini, ir_datasets, TREC and MS MARCO first, and that of Algolia. */
const IDS = ['id', '_id', 'doc_id', 'docid', 'docno', 'pid', 'objectID'];
const TEXTS = ['text', 'contents', 'body', 'content', 'passage', 'segment', 'abstract'];

/** Fills a mapping up with the usual names. */
export function columnsOf(mapping: FieldMapping = {}): Columns {
  const { id, title, text, url } = mapping;
  return {
    id: id === undefined ? IDS : [id],
    title: [title ?? 'title'],
    text: text === undefined ? TEXTS : typeof text === 'string' ? [text] : text,
    joinText: text !== undefined,
    url: [url ?? 'url'],
  };
}

/**
 * For tables, whose columns are known before the first row: a missing one is an error of the whole table. Names are
 * found in any case, if not as they are.
 *
 * @returns the columns by the names that the table has
 * @throws SparsedgeError `bad-input` for NO_NAME, and when there is no id, neither text nor title, or a mapped column
 *   is missing
 */
export function requireColumns(
  place: Place,
  present: readonly string[],
  mapping: FieldMapping = {},
): Columns {
  const columns = columnsOf(mapping);
  const mapped = [mapping.id, mapping.title, ...(columns.joinText ? columns.text : []), mapping.url];
  const has = (names: readonly string[]) => names.some((name) => presentAs(name, present) !== undefined);
  const missing = mapped.find((name) => name !== undefined && !has([name]));
  const lacks = present.includes(NO_NAME)
    ? `a column is called ${NO_NAME}: expected another name`
    : missing !== undefined
      ? `no column ${missing}`
      : !has(columns.id)
        ? `no column for the id (${columns.id.join(', ')})`
        : !has(columns.text) && !has(columns.title)
          ? `no column for the text (${columns.text.join(', ')})`
          : undefined;
  if (lacks !== undefined) {
    const message = `${placeName(place)}: ${lacks}; it has ${present.join(', ')}`;
    throw new SparsedgeError('bad-input', message, { ...place, reason: lacks });
  }
  const named = (names: readonly string[]) =>
    names.map((name) => presentAs(name, present)).filter((name) => name !== undefined);
  const { id, title, text, joinText, url } = columns;
  return { id: named(id), title: named(title), text: named(text), joinText, url: named(url) };
}

/** The name as it is present: as it is, else in another case. */
function presentAs(name: string, present: readonly string[]): string | undefined {
  if (present.includes(name)) return name;
  return present.find((other) => isSameName(name, other));
}

function isSameName(name: string, other: string): boolean {
  return other.length === name.length && other.toLowerCase() === name.toLowerCase();
}

/**
 * A document from a record with named parts. Other strings, numbers, booleans and dates become `fields`, and so do
 * lists of them, as keywords; what is empty does not, nor do vectors. What objects hold goes by its path: see
 * withPaths.
 *
 * @param leftOut is told of each vector
 * @throws SparsedgeError `bad-input` when the record breaks a rule
 */
export function toDocument(
  written: Readonly<Record<string, unknown>>,
  columns: Columns,
  leftOut: (name: string) => void = () => {},
): Document {
  const record = withPaths(written);
  const id = nameIn(record, columns.id);
  if (id === undefined) throw malformed(withoutId(written, columns));
  const title = nameIn(record, columns.title);
  const url = nameIn(record, columns.url);
  const text = columns.joinText ? undefined : textIn(record, columns.text);
  let fields: Record<string, FieldValue> | undefined;
  for (const name of Object.keys(record)) {
    if (name === id || name === title || name === text || name === url) continue;
    if (columns.joinText && columns.text.includes(name)) continue;
    if (isVector(record[name])) {
      leftOut(name);
      continue;
    }
    const value = fieldValue(record[name]);
    if (value === undefined) continue;
    fields ??= {};
    setField(fields, name, value);
  }
  return checked({
    id: record[id],
    title: prose(record, title),
    text: columns.joinText ? joined(record, columns.text) : (prose(record, text) ?? ''),
    url: prose(record, url),
    fields,
  });
}

/** So many fractions in a list are what a network makes of a text; other lists of them are shorter. */
const SHORTEST_VECTOR = 32;

function isVector(value: unknown): boolean {
  if (!Array.isArray(value) || value.length < SHORTEST_VECTOR) return false;
  return value.every((each) => typeof each === 'number') && !value.every(Number.isInteger);
}

/** Says once of an input that what is under a name is left out. */
export function noteVectors(gate: Gate, file: string): (name: string) => void {
  return (name) => note(gate, `${file}: the lists of numbers under ${name} are vectors, and no fields`);
}

/** What to say of a record without an id. */
function withoutId(record: Readonly<Record<string, unknown>>, { id }: Columns): string {
  const keys = Object.keys(record);
  const shown = keys.slice(0, KEYS_SHOWN).map((key) => (key.length > 40 ? `${key.slice(0, 40)}…` : key));
  if (keys.length > KEYS_SHOWN) shown.push('…');
  return `no id under ${id.join(', ')}; the record has ${shown.length > 0 ? shown.join(', ') : 'no keys'}`;
}

const KEYS_SHOWN = 12;

/** The parts of a document before anything is known about them but their types. */
export interface Parts {
  readonly id: unknown;
  readonly title?: string | undefined;
  readonly text: string;
  readonly url?: string | undefined;
  readonly fields?: Fields | undefined;
}

/**
 * A document whose parts keep the rules. Empty titles and URLs are left out.
 *
 * @throws SparsedgeError `bad-input` when the id or a string breaks a rule
 */
export function checked({ id, title, text, url, fields }: Parts): Document {
  const document: { -readonly [K in keyof Document]: Document[K] } = {
    id: idText(id),
    text: paired('text', text),
  };
  if (title !== undefined && title !== '') document.title = paired('title', title);
  if (url !== undefined && url !== '') document.url = paired('url', url);
  if (fields !== undefined) {
    const names = Object.keys(fields);
    for (const name of names) paired(paired('field name', name), fieldText(fields[name]));
    if (names.length > 0) document.fields = fields;
  }
  return document;
}

function idText(id: unknown): string {
  if (id === undefined || id === null || id === '') throw malformed('no id');
  const text = typeof id === 'number' ? decimal(id) : typeof id === 'bigint' ? String(id) : id;
  if (typeof text !== 'string') throw malformed(`the id is ${kind(id)}`);
  if (CONTROL.test(text)) throw malformed('the id has a control character');
  // UTF-8 needs at most three bytes for each UTF-16 unit: nearly every id is cleared without being measured.
  if (text.length * 3 > MAX_ID_BYTES && Buffer.byteLength(text) > MAX_ID_BYTES) {
    throw malformed(`the id is longer than ${MAX_ID_BYTES} bytes`);
  }
  return paired('id', text);
}

/** Two different ids past 2^53 can read as one number, so those are refused and not rounded. */
function decimal(id: number): string {
  const text = String(id);
  if (!/^-?\d+(\.\d+)?$/.test(text) || Math.abs(id) > Number.MAX_SAFE_INTEGER) {
    throw malformed(`the id ${text} is a number that cannot be kept exactly; write it as a string`);
  }
  return text;
}

function paired(what: string, text: string): string {
  if (UNPAIRED.test(text)) throw malformed(`the ${what} has an unpaired surrogate`);
  return text;
}

/** The first of the names that has a value; in another case only where none is there as it is. */
function nameIn(record: Readonly<Record<string, unknown>>, names: readonly string[]): string | undefined {
  let empty: string | undefined;
  for (const name of names) {
    const value = Object.hasOwn(record, name) ? record[name] : undefined;
    if (value === undefined) continue;
    if (value !== null && value !== '') return name;
    empty ??= name;
  }
  if (empty !== undefined) return empty;
  for (const key in record) for (const name of names) if (isSameName(name, key)) return key;
  return undefined;
}

/** The name of the text. What others mean by a name of text may be anything: an object there is none. */
function textIn(record: Readonly<Record<string, unknown>>, names: readonly string[]): string | undefined {
  const name = nameIn(record, names);
  const value = name === undefined ? undefined : record[name];
  const isText =
    typeof value !== 'object' || value === null || value instanceof Date || lines(value) !== undefined;
  return isText || names.indexOf(name ?? '') < 3 ? name : undefined;
}

function joined(record: Readonly<Record<string, unknown>>, names: readonly string[]): string {
  return names
    .map((name) => prose(record, name) ?? '')
    .filter((part) => part !== '')
    .join('\n');
}

function prose(record: Readonly<Record<string, unknown>>, name: string | undefined): string | undefined {
  const value = name === undefined || !Object.hasOwn(record, name) ? undefined : record[name];
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return undefined;
  const text = scalar(value) ?? lines(value);
  if (text === undefined) throw malformed(`${name} is ${kind(value)}`);
  return text;
}

/** A list of texts, such as paragraphs. */
function lines(value: unknown): string | undefined {
  if (!Array.isArray(value)) return undefined;
  const texts = value.filter((item) => item !== null && item !== undefined).map(scalar);
  return texts.includes(undefined) ? undefined : texts.join('\n');
}

function scalar(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
  return undefined;
}

/** The one name that objects take for something else. */
const NO_NAME = '__proto__';

/**
 * Sets a field.
 *
 * @throws SparsedgeError `bad-input` for NO_NAME
 */
export function setField(fields: Record<string, FieldValue>, name: string, value: FieldValue): void {
  if (name === NO_NAME) throw malformed(`a field is called ${NO_NAME}: expected another name`);
  fields[name] = value;
}

/**
 * What a field is for a value, if one at all. A number that is none stands for a missing one in columns of floats, and
 * integers that a number does not hold exactly are kept as they are written.
 */
export function fieldValue(value: unknown): FieldValue | undefined {
  if (Array.isArray(value)) {
    const texts = value.filter((item) => item !== null && item !== undefined).map(scalar);
    const keywords = texts.filter((text) => text !== undefined && text !== '') as string[];
    return texts.includes(undefined) || keywords.length === 0 ? undefined : keywords;
  }
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value === 'bigint' && Number.isSafeInteger(Number(value))) return Number(value);
  return Number.isNaN(value) ? undefined : scalar(value) || undefined;
}

function kind(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
