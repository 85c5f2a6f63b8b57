// The questions and judgments that an evaluation goes by.

import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { SparsedgeError } from '../../src/core/errors.ts';
import { type Qrels, readQrels } from './qrels.ts';
import { readTopics, type Topic } from './topics.ts';

/** Where they are: a BEIR folder, or two files. */
export interface JudgedFiles {
  readonly beir?: string | undefined;
  /** Which judgments of the BEIR folder. */
  readonly split: string;
  readonly queries?: string | undefined;
  readonly qrels?: string | undefined;
  /** Whether a document with the id of its query is left out: by default where they are of a BEIR folder. */
  readonly own?: 'keep' | 'leave-out' | undefined;
}

/** Questions that are judged. */
export interface JudgedQuestions {
  readonly topics: readonly Topic[];
  readonly qrels: Qrels;
  /** Judged questions whose text is not in the file of questions. */
  readonly unasked: number;
}

/**
 * Reads the questions that are judged, and the judgments of those.
 *
 * @throws SparsedgeError `bad-input` when a file is missing or malformed, or the two have no question in common
 */
export async function judgedQuestions(options: JudgedFiles): Promise<JudgedQuestions> {
  const { queries, qrels: judgments } = filesOf(options);
  const all = await readQrels(judgments);
  const topics = named(await readTopics(queries), all).filter(({ id }) => all.has(id));
  if (topics.length === 0) {
    throw new SparsedgeError(
      'bad-input',
      `no question of ${queries} is judged in ${judgments}: they have no id in common`,
    );
  }
  const asked = new Set(topics.map(({ id }) => id));
  const qrels = new Map([...all].filter(([id]) => asked.has(id)));
  return { topics, qrels, unasked: all.size - qrels.size };
}

/** Topics as the judgments name them: early tracks write `051` in the one and `51` in the other. */
function named(topics: readonly Topic[], qrels: Qrels): readonly Topic[] {
  if (topics.some(({ id }) => qrels.has(id))) return topics;
  const bare = (id: string) => (/^\d+$/.test(id) ? String(Number(id)) : id);
  const byBare = new Map([...qrels.keys()].map((id) => [bare(id), id]));
  return topics.map((topic) => ({ ...topic, id: byBare.get(bare(topic.id)) ?? topic.id }));
}

/** Who names another split is told which there are. */
function aboutMissing(beir: string, missing: string): string {
  const folder = join(beir, 'qrels');
  const files = existsSync(join(beir, 'queries.jsonl')) && existsSync(folder) ? readdirSync(folder) : [];
  const splits = files.filter((name) => name.endsWith('.tsv')).map((name) => basename(name, '.tsv'));
  return splits.length === 0
    ? `${beir} is not a BEIR folder: it has no file ${missing}`
    : `${beir} has no file ${missing}: its splits are ${splits.sort().join(', ')}`;
}

function filesOf({ beir, split, queries, qrels }: JudgedFiles): { queries: string; qrels: string } {
  if (beir !== undefined) {
    const files = { queries: join(beir, 'queries.jsonl'), qrels: join(beir, 'qrels', `${split}.tsv`) };
    const missing = Object.values(files).find((file) => !existsSync(file));
    if (missing !== undefined) throw new SparsedgeError('bad-input', aboutMissing(beir, missing));
    return files;
  }
  if (queries === undefined || qrels === undefined) {
    throw new SparsedgeError(
      'bad-input',
      'an evaluation needs judged questions: give --beir <folder>, or both --queries <file> and --qrels <file>',
    );
  }
  return { queries, qrels };
}
