// What a system answered: a ranking for each query, kept in TREC run files (`qid Q0 docid rank score tag`).
//
// trec_eval ignores the rank column: it reads scores as 32-bit floats, and puts equal ones (frequent with 8-bit
// weights) in the order of their ids, larger first. What is measured here is measured in that order, so that the
// figures are trec_eval's for the run file that is written. A file can also be read in the order of its ranks.

import { writeNamed } from '../work/files.ts';
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
 * The ranking trec_eval would see: by score as a 32-bit float, equal scores by id, larger first (comp_sim_docno in its
 * form_res_rels.c).
 *
 * @param nameOf the name that an id has in the run file
 */
export function trecEvalOrder(ranking: readonly Ranked[], nameOf = (id: string) => id): Ranked[] {
  return ranking
    .map((ranked) => ({ ranked, id: nameOf(ranked.id), score: ranked.score }))
    .sort(byScore)
    .map(({ ranked }) => ranked);
}

/**
 * Names for a run file, which white space parts: an id that has some is written in percent, as URLs have it, and all
 * other ids as they are. No two ids get one name, and whoever knows all ids finds them by their names again.
 */
export class RunNames {
  readonly #names = new Map<string, string>();
  readonly #taken = new Set<string>();

  /** @param known ids that may come: what another is called does not depend on which of them come first */
  constructor(known: Iterable<string> = []) {
    for (const id of known) if (id.includes('%') && !/\s/u.test(id)) this.of(id);
  }

  /** The ids that are written otherwise than they are, with their names. */
  get changed(): readonly (readonly [id: string, name: string])[] {
    return [...this.#names].filter(([id, name]) => id !== name);
  }

  of(id: string): string {
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    let name = id === '' ? '%' : /\s/u.test(id) ? id.replace(/[\s%]/gu, encodeURIComponent) : id;
    while (this.#taken.has(name)) name += '%';
    this.#names.set(id, name);
    this.#taken.add(name);
    return name;
  }

  /** The id of a name; the name itself where it is the id, or that of no id that would be written so. */
  idOf(name: string): string {
    if (!name.includes('%') || this.#names.get(name) === name) return name;
    let id: string;
    try {
      id = decodeURIComponent(name.replace(/%+$/, ''));
    } catch {
      return name;
    }
    return (id === '' || /\s/u.test(id)) && this.of(id) === name ? id : name;
  }
}

/**
 * Writes a run file, whole or not at all. Numbers are written so that reading them gives the same numbers.
 *
 * @param names of queries and documents, if they are not their ids
 */
export async function writeRun(
  path: string,
  run: Run,
  tag: string,
  names: { readonly queries: RunNames; readonly documents: RunNames } = {
    queries: new RunNames(),
    documents: new RunNames(),
  },
): Promise<void> {
  await writeNamed(path, runText(run, tag, names));
}

// A query at a time: a run of millions of lines would not fit in one string.
function* runText(
  run: Run,
  tag: string,
  { queries, documents }: { readonly queries: RunNames; readonly documents: RunNames },
): Generator<string> {
  for (const [query, ranking] of run) {
    let text = '';
    for (const [i, { id, score }] of ranking.entries())
      text += `${queries.of(query)} Q0 ${documents.of(id)} ${i + 1} ${score} ${tag}\n`;
    yield text;
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
  const difference = Math.fround(b.score) - Math.fround(a.score);
  return difference || (a.id === b.id ? 0 : Buffer.compare(Buffer.from(b.id), Buffer.from(a.id)));
}
