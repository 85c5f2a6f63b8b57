// The questions of a test collection, in the forms in which collections and tools have them. The first line tells them
// apart: JSON by its bracket, topics of the tracks by their markup (trec-topics.ts), tables by a header that names the
// id, and else lines of an id and a text with a tab, a colon or a space between them, or with a priority, too.

import { type SparseVector, wrongWeight } from '../../src/core/sparse.ts';
import { addLine, delimiterOf, newRow } from '../stages/read/tables/row.ts';
import { badLine, jsonIn, type Lines, linesOf, type Numbered, numbered } from './text-lines.ts';
import { trecTopics } from './trec-topics.ts';

/** A question with its id in the collection. */
export interface Topic {
  readonly id: string;
  readonly text: string;
  /** Its terms with their weights, if it was encoded elsewhere. */
  readonly vector?: SparseVector | undefined;
}

/** A question and where it stands. */
interface LocatedTopic extends Topic {
  readonly line: number;
}

/** Reads a file of questions, in the file's order. */
export function readTopics(path: string): Promise<Topic[]> {
  return parseTopics(linesOf(path), path);
}

/**
 * Questions from lines; `file` names them in errors.
 *
 * @throws SparsedgeError `bad-input` at a malformed line and at an id that was seen before
 */
export async function parseTopics(lines: Lines, file: string): Promise<Topic[]> {
  const all: Numbered[] = [];
  for await (const entry of numbered(lines)) all.push(entry);
  const seen = new Set<string>();
  const topics: Topic[] = [];
  for (const { line, id, text, vector } of readerOf(all)(all, file)) {
    if (seen.has(id)) throw badLine(file, line, `query ${id} appears twice`);
    seen.add(id);
    topics.push({ id, text, ...(vector && { vector }) });
  }
  return topics;
}

type Reader = (lines: readonly Numbered[], file: string) => Iterable<LocatedTopic>;

function readerOf(lines: readonly Numbered[]): Reader {
  const first = lines[0]?.[1].trimStart() ?? '';
  if (/^[{[]/.test(first)) return jsonTopics;
  if (first.startsWith('<')) return trecTopics;
  const names = first.split(delimiterOf(first)).map((name) => unquoted(name.trim()));
  const hasBoth = indexIn(IDS, names) !== -1 && indexIn(TEXTS, names) !== -1;
  if (names.length > 1 && (hasBoth || isIdName(names[0] ?? ''))) return tableTopics;
  if (first.includes('\t')) return separated('\t', 'a tab');
  const count = (form: RegExp) => lines.filter(([, text]) => form.test(text)).length;
  // One line could as well be a text that begins with a number, such as a time.
  if (lines.length > 1 && count(/^\s*[\w.-]+:\d{1,2}:\s*\S/) === lines.length) return prioritized;
  // What most lines are: the error is then of the others, and says what they lack.
  if (2 * count(/^\s*[\w.-]+:\s*\S/) > lines.length) return separated(':', 'a colon');
  // Without a digit it is the first word of a question that has no id.
  if (2 * count(/^\s*(?=\S*\d)[\w.-]+ +\S/) > lines.length) return separated(' ', 'a space');
  return separated('\t', 'a tab');
}

/** Under which names the parts of a question stand. */
const IDS = ['_id', 'id', 'query_id', 'qid', 'topic_id', 'question_id', 'topic', 'number', 'num'];
const TEXTS = [
  'text',
  'query',
  'title',
  'question',
  'contents',
  'utterance',
  'query_text',
  'raw_utterance',
  'body',
];

/** Names are told apart by their letters alone: `query-id`, `QueryID` and `query_id` are one. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z]/g, '');
}

function isIdName(name: string): boolean {
  return IDS.some((known) => plain(known) === plain(name));
}

function indexIn(names: readonly string[], present: readonly string[]): number {
  for (const name of names) {
    const at = present.findIndex((other) => plain(other) === plain(name));
    if (at !== -1) return at;
  }
  return -1;
}

/** Records of JSON, one a line, over several lines or in a list; or one object of ids and texts. */
function* jsonTopics(lines: readonly Numbered[], file: string): Generator<LocatedTopic> {
  for (const { number, value: record, problem } of jsonIn(lines)) {
    if (typeof record !== 'object' || record === null || Array.isArray(record))
      throw badLine(file, number, problem ?? 'not a JSON object');
    yield* recordTopics(record as Record<string, unknown>, file, number);
  }
}

function* recordTopics(
  record: Readonly<Record<string, unknown>>,
  file: string,
  line: number,
): Generator<LocatedTopic> {
  const keys = Object.keys(record).filter((key) => record[key] !== null);
  const under = (names: readonly string[]) => record[keys[indexIn(names, keys)] ?? ''];
  const [id, text] = [under(IDS), under(TEXTS)];
  const { vector } = record;
  const list = record.queries ?? record.topics ?? record.questions;
  if (id === undefined && Array.isArray(list)) {
    for (const each of list as unknown[])
      yield* recordTopics(Object(each) as Record<string, unknown>, file, line);
    return;
  }
  if (id === undefined && keys.length > 0 && keys.every((key) => typeof record[key] === 'string')) {
    for (const key of keys) yield { line, id: key, text: String(record[key]) };
    return;
  }
  const isOfTopics = id === undefined && keys.length > 0 && keys.every((key) => isRecord(record[key]));
  if (isOfTopics) {
    for (const key of keys) yield* recordTopics({ ...(record[key] as object), _id: key }, file, line);
    return;
  }
  const name = typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : id;
  if (typeof name !== 'string' || name === '') {
    throw badLine(file, line, `expected an id, a string or a whole number, under ${IDS.join(', ')}`);
  }
  const turns = record.turn ?? record.turns;
  if (Array.isArray(turns)) return yield* turnTopics(name, turns, file, line);
  if (text !== undefined && typeof text !== 'string') throw badLine(file, line, 'the text must be a string');
  if (vector !== undefined) {
    yield { line, id: name, text: text ?? '', vector: vectorOf(vector, file, line) };
    return;
  }
  if (text === undefined) {
    throw badLine(file, line, `expected a text under ${TEXTS.join(', ')}, or a vector of terms`);
  }
  yield { line, id: name, text };
}

function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * What is said in a conversation, as the tracks of conversational search have it: its turns have numbers of their own.
 */
function* turnTopics(
  id: string,
  turns: readonly unknown[],
  file: string,
  line: number,
): Generator<LocatedTopic> {
  for (const turn of turns) {
    const fields = Object(turn) as Record<string, unknown>;
    yield* recordTopics({ ...fields, _id: `${id}_${String(fields.number ?? fields.turn_id)}` }, file, line);
  }
}

function vectorOf(value: unknown, file: string, line: number): SparseVector {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badLine(file, line, 'expected "vector": {term: weight}');
  const entries = Object.entries(value);
  for (const [term, weight] of entries) {
    const wrong = wrongWeight(term, weight);
    if (wrong !== undefined) throw badLine(file, line, wrong);
  }
  return new Map(entries as [string, number][]);
}

/** A table whose header names the id and the text. */
function* tableTopics([header, ...rows]: readonly Numbered[], file: string): Generator<LocatedTopic> {
  const [line, names] = header;
  const delimiter = delimiterOf(names);
  const present = fieldsOf(names, delimiter).map((name) => name.trim());
  const [id, text] = [indexIn(IDS, present), indexIn(TEXTS, present)];
  if (text === -1) {
    throw badLine(
      file,
      line,
      `expected a column for the text (${TEXTS.join(', ')}); it has ${present.join(', ')}`,
    );
  }
  for (const [number, row] of delimiter === '\t' ? rows : wholeRows(rows, delimiter)) {
    const fields = fieldsOf(row, delimiter);
    if (fields.length !== present.length || fields[id].trim() === '')
      throw badLine(
        file,
        number,
        `expected ${present.length} columns, the id among them, found ${fields.length}`,
      );
    yield { line: number, id: fields[id].trim(), text: fields[text].trim() };
  }
}

/** Rows of a table with the lines that quotes hold together. A quote that is never closed holds nothing together. */
function* wholeRows(lines: readonly Numbered[], delimiter: string): Generator<Numbered> {
  let held: Numbered[] = [];
  let row = newRow(1);
  for (const line of lines) {
    held.push(line);
    if (!addLine(row, { number: 1, text: line[1], problem: undefined }, delimiter)) continue;
    yield [held[0]?.[0] ?? 1, held.map(([, text]) => text).join('\n')];
    held = [];
    row = newRow(1);
  }
  yield* held;
}

function fieldsOf(text: string, delimiter: string): readonly string[] {
  const row = newRow(1);
  for (const line of text.split('\n')) addLine(row, { number: 1, text: line, problem: undefined }, delimiter);
  return row.problem === undefined && row.open === undefined ? row.fields : text.split(delimiter);
}

/** Lines of an id and a text. */
function separated(separator: string, name: string): Reader {
  return function* lines(all, file) {
    for (const [line, row] of all) {
      const text = separator === ' ' ? row.trimStart() : row;
      const at = text.indexOf(separator);
      if (at < 1) {
        throw badLine(
          file,
          line,
          `expected an id, ${name} and a text, as in other lines; or JSON, a table with a header, or TREC topics`,
        );
      }
      const id = text.slice(0, at).trim();
      const said = text.slice(at + 1).trim();
      yield { line, id: unquoted(id), text: id === unquoted(id) ? said : unquoted(said) };
    }
  };
}

/** Lines of an id, a priority and a text, as the Million Query track of 2009 has them. */
function* prioritized(all: readonly Numbered[], file: string): Generator<LocatedTopic> {
  for (const topic of separated(':', 'a colon')(all, file))
    yield { ...topic, text: topic.text.replace(/^\d+:\s*/, '') };
}

/** Without the quotation marks around the whole of it. */
function unquoted(text: string): string {
  const [, inner] = /^"((?:[^"]|"")*)"$/.exec(text) ?? [];
  return inner === undefined ? text : inner.replaceAll('""', '"');
}
