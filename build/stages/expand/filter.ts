// doc2query-- (Gospodinov, MacAvaney and Macdonald, 2023): of all predicted queries, those are kept that a relevance
// model finds to be about their document, by one threshold for the collection. Two passes: every query is scored, and
// scores are laid aside in a file; then the threshold is known and the file of expansions is written.

import { SparsedgeError } from '../../../src/core/errors.ts';
import type { Progress } from '../../terminal/progress.ts';
import type { EncoderInput } from '../encode/encoder.ts';
import { aligned, readExpansions, writeExpansions } from './expansion-file.ts';
import type { Expansion } from './import-formats.ts';
import { readScores, ScoreWriter, scoreAt } from './scores.ts';

/** How much queries are about a document: numbers that compare over all documents. */
export type Relevance = (input: EncoderInput, queries: readonly string[]) => Promise<readonly number[]>;

/** What to filter. */
export interface FilterJob {
  /** In the order of the expansions. */
  readonly inputs: AsyncIterable<EncoderInput>;
  /** A file of expansions, or a folder of its parts. */
  readonly expansions: string;
  readonly relevance: Relevance;
  /** The share of all queries that is kept, above 0 and at most 1. */
  readonly keep: number;
  readonly out: string;
  /** Where scores are laid aside. */
  readonly scoresPath: string;
  readonly progress: Progress;
}

/** What came of it. */
export interface FilterReport {
  readonly documents: number;
  readonly queries: number;
  /** At most the share: what scores the same as the best one that falls, falls too. */
  readonly kept: number;
  /** The score of the best one that falls; below all scores where none does. */
  readonly threshold: number;
  /** Documents all of whose queries fell. */
  readonly emptied: number;
}

/** How many of all queries a share is. */
export function mostKept(keep: number, queries: number): number {
  return Math.round(keep * queries);
}

/** @throws SparsedgeError `bad-input` for expansions of other documents, or without any query */
export async function filterExpansions(job: FilterJob): Promise<FilterReport> {
  const { inputs, expansions, relevance, keep, out, scoresPath, progress } = job;
  const writer = new ScoreWriter(scoresPath);
  let [documents, queries] = [0, 0];
  for await (const [input, expansion] of aligned(inputs, ({ document }) => document.id, expansions)) {
    const scores = await relevance(input, expansion.queries);
    for (const [i, score] of scores.entries()) {
      if (Number.isNaN(score)) throw noNumber(input.document.id, expansion.queries[i]);
      writer.write(score);
    }
    queries += scores.length;
    progress.at(++documents);
  }
  writer.close();
  progress.end();
  if (queries === 0) throw new SparsedgeError('bad-input', `${expansions} has no query to filter`);
  const most = mostKept(keep, queries);
  const threshold = most === queries ? Number.NEGATIVE_INFINITY : scoreAt(scoresPath, most + 1);
  const keeps = (score: number) => most === queries || score > threshold;
  const scores = readScores(scoresPath);
  let [kept, emptied] = [0, 0];
  const filtered = async function* (): AsyncGenerator<Expansion> {
    for await (const expansion of readExpansions(expansions)) {
      const left = expansion.queries.filter(() => keeps(scores.next().value!));
      kept += left.length;
      if (left.length === 0 && expansion.queries.length > 0) emptied++;
      yield { ...expansion, queries: left };
    }
  };
  await writeExpansions(out, filtered());
  return { documents, queries, kept, threshold, emptied };
}

function noNumber(id: string, query: string): SparsedgeError {
  return new SparsedgeError(
    'bad-input',
    `document ${JSON.stringify(id)}: the score of ${JSON.stringify(query)} is no number`,
    { document: id, query },
  );
}
