// The questions of a test collection. Three formats are read and told apart by the first line: BEIR's
// queries.jsonl, `id<TAB>text`, and TREC topics, of which the title is the query.

import { badLine, type Lines, linesOf, numbered } from './text-lines.ts';

/** A question with its id in the collection. */
export interface Topic {
  readonly id: string;
  readonly text: string;
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
  const all: [line: number, text: string][] = [];
  for await (const entry of numbered(lines)) all.push(entry);
  const first = all[0]?.[1].trimStart() ?? '';
  const read = first.startsWith('{') ? beirTopics : /^<top>/i.test(first) ? trecTopics : tsvTopics;
  const seen = new Set<string>();
  const topics: Topic[] = [];
  for (const { line, id, text } of read(all, file)) {
    if (seen.has(id)) throw badLine(file, line, `query ${id} appears twice`);
    seen.add(id);
    topics.push({ id, text });
  }
  return topics;
}

type Numbered = readonly [line: number, text: string];
interface Located extends Topic {
  readonly line: number;
}

function* beirTopics(lines: readonly Numbered[], file: string): Generator<Located> {
  for (const [line, json] of lines) {
    let record: unknown;
    try {
      record = JSON.parse(json);
    } catch {
      throw badLine(file, line, 'not a JSON object');
    }
    const { _id: id, text } = (record ?? {}) as Record<string, unknown>;
    if (typeof id !== 'string' || id === '') throw badLine(file, line, '_id must be a string, not empty');
    if (typeof text !== 'string') throw badLine(file, line, 'text must be a string');
    yield { line, id, text };
  }
}

function* tsvTopics(lines: readonly Numbered[], file: string): Generator<Located> {
  for (const [line, row] of lines) {
    const tab = row.indexOf('\t');
    if (tab < 1) throw badLine(file, line, 'expected an id, a tab and a text');
    yield { line, id: row.slice(0, tab).trim(), text: row.slice(tab + 1).trim() };
  }
}

// TREC topics look like SGML and are not: closing tags are optional, and older collections write "Number: 301"
// and "Topic: ..." inside the fields. A field therefore runs to the next tag at the start of a line, or to its
// own closing tag.
function* trecTopics(lines: readonly Numbered[], file: string): Generator<Located> {
  let start = 0;
  let field = '';
  const fields = new Map<string, string>();
  for (const [line, row] of lines) {
    if (/^\s*<\/top>/i.test(row)) {
      yield trecTopic(fields, file, start);
      start = 0;
      continue;
    }
    const [, tag, rest] = /^\s*<(\w+)>(.*)$/.exec(row) ?? [];
    if (tag?.toLowerCase() === 'top') {
      if (start !== 0) throw badLine(file, line, `the topic of line ${start} has no </top>`);
      start = line;
      field = '';
      fields.clear();
      continue;
    }
    if (start === 0) throw badLine(file, line, 'expected <top>');
    if (tag !== undefined) field = tag.toLowerCase();
    const text = (tag === undefined ? row : rest!).replace(/<\/\w+>.*$/, '').trim();
    fields.set(field, `${fields.get(field) ?? ''} ${text}`.trim());
  }
  if (start !== 0) throw badLine(file, start, 'this topic has no </top>');
}

function trecTopic(fields: ReadonlyMap<string, string>, file: string, line: number): Located {
  const id = fields.get('num')?.replace(/^Number:\s*/i, '');
  const text = fields.get('title')?.replace(/^Topic:\s*/i, '');
  if (!id) throw badLine(file, line, 'this topic has no <num>');
  if (!text) throw badLine(file, line, 'this topic has no <title>');
  return { line, id, text };
}
