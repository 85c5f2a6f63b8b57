// What a system answered: a ranking for each query, kept in TREC run files (`qid Q0 docid rank score tag`).
//
// The order of a ranking is the order in which the system ranks, ties included: equal scores (frequent with 8-bit
// weights) were decided by the searcher, and measuring another order would measure another system. trec_eval
// ignores the rank column and breaks ties by document id, so figures published with it need `ties: 'trec_eval'`.

import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { SparsedgeError } from '../../src/core/errors.ts';
import { systemError } from '../work/system-error.ts';
import { badLine, type Lines, linesOf, numbered } from './text-lines.ts';

/** One answer: a document and what it scored. */
export interface Ranked {
  readonly id: string;
  readonly score: number;
}

/** Query id → answers, best first, no document twice. */
export type Run = ReadonlyMap<string, readonly Ranked[]>;

/** How equal scores are ordered: by the file's rank column, or as trec_eval does, larger id first. */
export type Ties = 'as-ranked' | 'trec_eval';

/** Reads a run file. */
export function readRun(path: string, options: { readonly ties?: Ties } = {}): Promise<Run> {
  return parseRun(linesOf(path), path, options);
}

/**
 * A run from lines; `file` names them in errors.
 *
 * @throws SparsedgeError `bad-input` at a malformed line, at a document that a query has already answered, and,
 *   unless `ties` is `trec_eval`, where scores rise down the ranks: such a file says two things about its order
 */
export async function parseRun(
  lines: Lines,
  file: string,
  options: { readonly ties?: Ties } = {},
): Promise<Run> {
  const read = new Map<string, Map<string, Line>>();
  for await (const [line, text] of numbered(lines)) {
    const [query, , id, rank, score, tag] = text.trim().split(/\s+/);
    if (!query || !id || !rank || !score || !tag) {
      throw badLine(file, line, 'expected qid, Q0, docid, rank, score and tag');
    }
    if (!/^\d+$/.test(rank)) throw badLine(file, line, `rank ${rank} is not a whole number`);
    if (!Number.isFinite(Number(score))) throw badLine(file, line, `score ${score} is not a number`);
    const answers = read.get(query) ?? new Map<string, Line>();
    if (answers.has(id)) throw badLine(file, line, `query ${query} answers document ${id} twice`);
    answers.set(id, { id, rank: Number(rank), score: Number(score), line });
    read.set(query, answers);
  }
  const run = new Map<string, Ranked[]>();
  for (const [query, answers] of read) {
    const lines = [...answers.values()];
    if (options.ties === 'trec_eval') lines.sort(byScore);
    else inRankOrder(lines, file);
    run.set(
      query,
      lines.map(({ id, score }) => ({ id, score })),
    );
  }
  return run;
}

/**
 * The ranking trec_eval would see: by score, equal scores by id, larger first (comp_sim_docno in its
 * form_res_rels.c).
 */
export function trecEvalOrder(ranking: readonly Ranked[]): Ranked[] {
  return [...ranking].sort(byScore);
}

/** Writes a run file. Numbers are written so that reading them gives the same numbers. */
export async function writeRun(path: string, run: Run, tag: string): Promise<void> {
  try {
    await pipeline(runText(run, tag), createWriteStream(path));
  } catch (cause) {
    throw systemError(path, 'written', cause);
  }
}

// A query at a time: a run of millions of lines would not fit in one string.
function* runText(run: Run, tag: string): Generator<string> {
  for (const [query, ranking] of run) {
    let text = '';
    for (const line of runLines(query, ranking, tag)) text += `${line}\n`;
    yield text;
  }
}

/** The lines of one query in a run file. */
function* runLines(query: string, ranking: readonly Ranked[], tag: string): Generator<string> {
  for (const [i, { id, score }] of ranking.entries()) {
    for (const field of [query, id, tag]) {
      if (field === '' || /\s/.test(field)) {
        throw new SparsedgeError(
          'bad-input',
          `"${field}" has white space or is empty: no run file can hold it`,
          {
            query,
            document: id,
            tag,
          },
        );
      }
    }
    yield `${query} Q0 ${id} ${i + 1} ${score} ${tag}`;
  }
}

interface Line extends Ranked {
  readonly rank: number;
  readonly line: number;
}

// Some systems write the same rank on every line; the sort is stable, so the file's order then stands.
function inRankOrder(lines: Line[], file: string): void {
  lines.sort((a, b) => a.rank - b.rank);
  for (let i = 1; i < lines.length; i++) {
    const [above, here] = [lines[i - 1], lines[i]];
    if (here.score > above.score) {
      throw badLine(
        file,
        here.line,
        `rank ${here.rank} scores ${here.score}, more than ${above.score} at rank ${above.rank}`,
      );
    }
  }
}

// strcmp compares bytes; JavaScript's < compares UTF-16 units, which order characters beyond U+FFFF differently.
function byScore(a: Ranked, b: Ranked): number {
  return b.score - a.score || Buffer.compare(Buffer.from(b.id), Buffer.from(a.id));
}
