// Relevance judgments: which documents answer which query, and how well. BEIR's have three columns and nearly always a
// header, whatever it says; TREC's have four (`qid 0 docid relevance`) and none. The first line tells which, and what
// parts the columns. Others are JSON: a record of each judgment, as of the MTEB, or {query: {document: relevance}}, as
// of pytrec_eval.

import { SparsedgeError } from '../../src/core/errors.ts';
import { addLine, literalFields, newRow } from '../stages/read/tables/row.ts';
import { badLine, jsonIn, type Lines, linesOf, type Numbered, numbered } from './text-lines.ts';

/**
 * Query id → document id → relevance. 1 and more is relevant; 0 is judged and not relevant; a negative number,
 * as in trec_eval, means pooled and not judged, which every measure here treats as not relevant.
 */
export type Qrels = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Reads a file of judgments. */
export function readQrels(path: string): Promise<Qrels> {
  return parseQrels(linesOf(path), path);
}

/**
 * Judgments from lines; `file` names them in errors.
 *
 * @throws SparsedgeError `bad-input` at a malformed line, for a file without judgments, and at a second judgment of the
 *   same pair: trec_eval refuses those too, since the order of the lines would decide the result
 */
export async function parseQrels(lines: Lines, file: string): Promise<Qrels> {
  const qrels = new Map<string, Map<string, number>>();
  for await (const { line, query, document, relevance: written } of judgmentsIn(lines, file)) {
    const relevance = written.replace(LEVEL, '');
    if (!isWhole(relevance)) throw badLine(file, line, `relevance ${relevance} is not a whole number`);
    const judged = qrels.get(query) ?? new Map<string, number>();
    if (judged.has(document)) throw badLine(file, line, `query ${query} judges document ${document} twice`);
    judged.set(document, Number(relevance));
    qrels.set(query, judged);
  }
  if (qrels.size > 0) return qrels;
  throw new SparsedgeError('bad-input', `${file} has no judgments`, { file });
}

/** How NTCIR begins its levels of relevance: L0 to L3. */
const LEVEL = /^L(?=\d$)/;

interface Judgment {
  readonly line: number;
  readonly query: string;
  readonly document: string;
  readonly relevance: string;
}

async function* judgmentsIn(lines: Lines, file: string): AsyncGenerator<Judgment> {
  let form: Form | undefined;
  let json: Numbered[] | undefined;
  for await (const entry of numbered(lines)) {
    const [line, text] = entry;
    if (form === undefined && json === undefined && /^\s*[{[]/.test(text)) json = [];
    json?.push(entry);
    if (json !== undefined) continue;
    if (form === undefined) {
      form = formOf(text);
      if (form.isHeader) continue;
    }
    const judgment = judgmentIn(text, form);
    if (judgment === undefined) throw badLine(file, line, `expected ${form.expected}`);
    const [query, document, relevance] = judgment;
    yield { line, query, document, relevance };
  }
  for (const { number, value, problem } of jsonIn(json ?? [])) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw badLine(file, number, problem ?? 'not a JSON object');
    yield* recordJudgments(value as Record<string, unknown>, file, number);
  }
}

function* recordJudgments(
  record: Readonly<Record<string, unknown>>,
  file: string,
  line: number,
): Generator<Judgment> {
  const keys = Object.keys(record);
  const places = placesNamed(keys);
  if (places !== undefined) {
    const [query, document, relevance] = places.map((place) => String(record[keys[place] ?? ''] ?? ''));
    if (query === '' || document === '')
      throw badLine(file, line, 'expected a query and a document, found none');
    yield { line, query, document, relevance };
    return;
  }
  for (const [query, judged] of Object.entries(record)) {
    if (typeof judged !== 'object' || judged === null)
      throw badLine(file, line, 'expected query-id, corpus-id and score, or {query: {document: relevance}}');
    const isListed = Array.isArray(judged) && judged.every((each) => typeof each === 'string');
    // A list names what is relevant.
    const pairs = isListed
      ? judged.map((document): [string, unknown] => [document, 1])
      : Object.entries(judged);
    for (const [document, relevance] of pairs) yield { line, query, document, relevance: String(relevance) };
  }
}

/** How the lines of a file are read. */
interface Form {
  /** Undefined for white space of any kind. */
  readonly delimiter: string | undefined;
  readonly columns: 3 | 4;
  /** Where query, document and relevance stand. */
  readonly places: readonly [number, number, number];
  readonly isHeader: boolean;
  readonly expected: string;
}

/** BEIR's ids may hold spaces, so that there only tabs or commas separate. */
function formOf(first: string): Form {
  const [tabs, commas, words] = ['\t', ',', undefined].map((delimiter) => fieldsOf(first, delimiter));
  const delimiter = tabs.length > 1 ? '\t' : words.length < 3 && commas.length > 2 ? ',' : undefined;
  const fields = delimiter === undefined ? words : delimiter === ',' ? commas : tabs;
  const between = delimiter === undefined ? '' : delimiter === ',' ? ' between commas' : ' between tabs';
  const columns = fields.length === 3 ? 3 : 4;
  const isHeader = isHeaderOf(fields, columns);
  const named = isHeader ? placesNamed(fields) : undefined;
  return {
    delimiter,
    columns,
    places: named ?? (columns === 3 ? [0, 1, 2] : [0, 2, 3]),
    isHeader,
    expected:
      columns === 3
        ? `query-id, corpus-id and score${between}`
        : `qid, iteration, docid and relevance${between}; or query-id, corpus-id and score between tabs or commas`,
  };
}

/** Of three columns the first line is a header where it has no number; of four it must look like one. */
function isHeaderOf(fields: readonly string[], columns: 3 | 4): boolean {
  const [first = '', last = ''] = [fields[0], fields.at(-1)];
  return (
    !isNumber(last.replace(LEVEL, '')) &&
    fields.length === columns &&
    (columns === 3 || /^(q|query|topic)[-_ ]?(id)?$/i.test(first))
  );
}

/** Where a header says that the columns are; undefined where it does not name all three. */
function placesNamed(fields: readonly string[]): [number, number, number] | undefined {
  const query = fields.findIndex((name) => /^(q|query|topic)/i.test(name));
  const document = fields.findIndex((name) => /^(corpus|doc|passage|p[-_]?id|item)/i.test(name));
  const relevance = fields.findIndex((name) => /^(score|rel|label|judg|grade)/i.test(name));
  return query >= 0 && document >= 0 && relevance >= 0 ? [query, document, relevance] : undefined;
}

function judgmentIn(text: string, { delimiter, columns, places }: Form): string[] | undefined {
  const fields = fieldsOf(text, delimiter);
  const [query, document, relevance] = places.map((place) => fields[place] ?? '');
  const isWhole = query !== '' && document !== '' && relevance !== '' && fields.length === columns;
  return isWhole ? [query, document, relevance] : undefined;
}

function fieldsOf(text: string, delimiter: string | undefined): string[] {
  if (delimiter === undefined) return text.trim().split(/\s+/);
  const row = newRow(1);
  addLine(row, { number: 1, text, problem: undefined }, delimiter);
  const isQuoted = row.problem === undefined && row.open === undefined;
  return (isQuoted ? row.fields : literalFields(text, delimiter)).map((field, i, all) =>
    i === all.length - 1 ? field.trim() : field,
  );
}

function isNumber(text: string): boolean {
  return text !== '' && Number.isFinite(Number(text));
}

/** Whether it is a whole number, however it is written: `1`, `-1`, `2.0`. */
function isWhole(text: string): boolean {
  return /^[+-]?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(text) && Number.isSafeInteger(Number(text));
}
