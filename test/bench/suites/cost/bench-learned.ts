// `learned`: what queries cost on real learned vectors, those of a public SPLADE. data/splade_vectors.py makes them, of
// the passages and of the windows, and of the questions in two ways.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type QueryTerm, weighTerms } from '../../../../src/query/search/terms.ts';
import type { BenchOptions, Results } from '../../benchmark.ts';
import { cacheFolder } from '../../data/folders.ts';
import { collectionOf } from '../../data/passages.ts';
import { QUESTION_SETS, type QuestionSet } from '../../data/questions.ts';
import type { Distribution } from '../../figures.ts';
import type { BuildFigures } from '../../indexes/build-child.ts';
import { measuredIndex } from '../../indexes/indexes.ts';
import {
  measureCpu,
  measureOpening,
  measureQueries,
  type OpeningFigures,
  type SetFigures,
} from '../../indexes/query-cost.ts';
import { loadObjects } from '../../machine/metered-storage.ts';

/** Collections that have vectors. */
const COLLECTIONS = ['227k', '1m'] as const;
/** How a question is read: by the network, or as its word pieces times idf. */
const SIDES = ['neural', 'lexical'] as const;
const SETS = ['squad', 'headings', 'medquad'] as const satisfies QuestionSet[];
/** Integers of a query's weight of 1. */
const SCALE = 100;
/** Every so many queries, the time of one is taken. */
const TIMED = 5;

/** What queries of one index cost, by set of questions and by how those are read. */
export interface LearnedFigures {
  readonly build: BuildFigures;
  readonly opening: OpeningFigures;
  readonly sets: Readonly<Record<string, SetFigures & { readonly cpuMilliseconds?: Distribution }>>;
}

/** Of each question, its terms' weights. */
type Questions = Readonly<Record<string, readonly Readonly<Record<(typeof SIDES)[number], Weights>>[]>>;
type Weights = Readonly<Record<string, number>>;

export async function* bench({ sizes, sets, freshness, vectors, cpu }: BenchOptions): Results {
  await writeTexts();
  for (const size of COLLECTIONS.filter((each) => sizes.includes(each))) {
    const name = `splade-${size}${vectors ? '-vectors' : ''}`;
    const what = { input: made(`${size}-splade.jsonl`), space: SPACE, vectors };
    const { folder, build } = await measuredIndex(name, what, freshness);
    const objects = loadObjects(folder);
    const questions = JSON.parse(readFileSync(made('questions-splade.json'), 'utf8')) as Questions;
    const measured: Record<string, SetFigures & { cpuMilliseconds?: Distribution }> = {};
    for (const set of SETS.filter((each) => sets.includes(each))) {
      for (const side of SIDES) {
        const asked = questions[set].map((question) => question[side]);
        const timed = asked.filter((_, i) => i % TIMED === 0);
        measured[`${set}-${side}`] = {
          ...(await measureQueries(objects, (space) => asked.map((each) => termsOf(each, space.name)))),
          ...(cpu && {
            cpuMilliseconds: await measureCpu(objects, timed, (each, space) => termsOf(each, space.name)),
          }),
        };
      }
    }
    const figures: LearnedFigures = { build, opening: await measureOpening(objects), sets: measured };
    yield [`learned-${name}`, figures];
  }
}

const SPACE = { encoder: 'vectors', query: 'count' } as const;

function termsOf(weights: Weights, space: string): QueryTerm[] {
  const scaled = Object.entries(weights).map(([term, weight]): [string, number] => [
    term,
    Math.round(weight * SCALE),
  ]);
  return weighTerms(new Map(scaled), space);
}

/** Writes what data/splade_vectors.py reads. */
async function writeTexts(): Promise<void> {
  for (const size of COLLECTIONS) await collectionOf(size);
  const questions: Record<string, string[]> = {};
  for (const set of SETS) questions[set] = await QUESTION_SETS[set]();
  writeFileSync(join(cacheFolder(), 'questions.json'), JSON.stringify(questions));
}

/** The path of what data/splade_vectors.py wrote. */
function made(name: string): string {
  const path = join(cacheFolder(), name);
  if (existsSync(path)) return path;
  throw new Error(
    `no ${path}: write it with python test/bench/data/splade_vectors.py ${cacheFolder()}, which takes an hour of two ` +
      'processors the first time',
  );
}
