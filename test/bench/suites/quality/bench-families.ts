// `families`: what `models/train/families` measured of every family of models, kept as a result among others. Training
// them takes hours, so it is not done here.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Comparison } from '../../../../build/evaluate/bootstrap.ts';
import type { BenchOptions, Results } from '../../benchmark.ts';

/** What `models/train/families/measuring/results.py` writes. */
export interface FamiliesFigures {
  readonly configuration: string;
  /** Of steps that several systems share, by name. */
  readonly minutes: Readonly<Record<string, number>>;
  readonly systems: Readonly<Record<string, FamilyFigures>>;
}

/** A system, or a baseline that was not trained. */
export interface FamilyFigures {
  readonly family: string;
  readonly trainingMinutes: number;
  readonly collections: Readonly<Record<string, CollectionFigures>>;
}

/** How much better a system is, as `sparsedge eval --compare` says it. */
export type Over = Pick<Comparison, 'difference' | 'interval' | 'p'>;

interface CollectionFigures {
  readonly queries: number;
  readonly measures: Readonly<Record<'nDCG@10' | 'MRR@10' | 'Recall@100', number>>;
  /** Against BM25. */
  readonly over?: Readonly<Record<string, Over>>;
  readonly termsPerDocument: number;
  /** Of postings and page tables, and others that are not shown. */
  readonly bytes: { readonly postings: Readonly<Record<string, number>>; readonly tables: number };
  readonly reads: { readonly mean: number };
  readonly milliseconds: { readonly median: number };
}

export async function* bench({ work }: BenchOptions): Results {
  if (work === undefined)
    throw new Error('families: --work names the folder that models/train/families wrote');
  const figures = JSON.parse(readFileSync(join(work, 'results.json'), 'utf8')) as FamiliesFigures;
  yield [`families-${figures.configuration}`, figures];
}
