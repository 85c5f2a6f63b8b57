// The tables of real learned vectors, of indexes that are not built, and of what a million queries cost.

import { IMAGINED, PROFILES, SCALES } from '../data/profiles.ts';
import { type Distribution, keptNames, keptResult } from '../figures.ts';
import type { LearnedFigures } from '../suites/cost/bench-learned.ts';
import type { QueryFigures } from '../suites/cost/bench-query.ts';
import type { ImaginedFigures, SyntheticFigures } from '../suites/cost/bench-synthetic.ts';
import { kilobytes, number, spreadOf, type Table } from './cells.ts';
import { priceOfMillion } from './goals.ts';

export function learnedTable(): Table {
  const rows = keptNames('learned').flatMap((name) => {
    const { build, sets } = keptResult<LearnedFigures>(name)!.figures;
    return Object.entries(sets).map(([set, { terms, withDocuments: cost, wholeLists, cpuMilliseconds }]) => [
      `${number(build.documents)}${name.endsWith('-vectors') ? ', vectors' : ''}`,
      set.replace('-', ', '),
      number(terms.mean),
      spreadOf(cost.postingReads),
      spreadOf(cost.documentReads),
      spreadOf(cost.bytes, kilobytes),
      kilobytes(wholeLists.bytes.median),
      `${number(cost.provedWithinTwoRounds * 100)} %`,
      number(cost.postingsDecoded.median),
      cpuMilliseconds ? number(cpuMilliseconds.median) : '',
    ]);
  });
  return [
    [
      'documents',
      'questions',
      'terms',
      'posting reads',
      'document reads',
      'KB',
      'KB of whole lists',
      'proved in 2 rounds',
      'postings decoded',
      'CPU ms',
    ],
    ...rows,
  ];
}

export function imaginedTable(): Table {
  const rows = imagined().map(([name, figures]) => [
    name,
    number(figures.questions),
    tenths(figures.postingReads),
    tenths(figures.documentReads),
    tenths(figures.bytes, kilobytes),
    tenths(figures.postingsDecoded, (value) => number(Math.round(value / 1000))),
    `${number(figures.provedWithinTwoRounds * 100)} %`,
    tenths(figures.cpuMilliseconds),
  ]);
  return [
    [
      '',
      'queries',
      'posting reads',
      'document reads',
      'KB',
      'thousand postings',
      'proved in 2 rounds',
      'CPU ms',
    ],
    ...rows,
  ];
}

/** What a million queries cost, nothing cached: with everything in R2, documents alone free, and all objects free. */
export function pricesTable(): Table {
  const rows: string[][] = [];
  const add = (
    name: string,
    cost: Record<'postingReads' | 'documentReads', Distribution>,
    cpu?: Distribution,
  ) => {
    if (!cpu) return;
    const [postings, documents] = [cost.postingReads.mean, cost.documentReads.mean];
    rows.push([
      name,
      number(postings),
      number(documents),
      number(cpu.mean),
      ...[postings + documents, postings, 0].map((reads) => `$${priceOfMillion(reads, cpu.mean).toFixed(2)}`),
    ]);
  };
  for (const size of ['227k', '1m']) {
    const set = keptResult<QueryFigures>(`query-${size}`)?.figures.sets.squad;
    if (set) add(`BM25 ${size}`, set.withDocuments, set.cpuMilliseconds?.workerd);
  }
  for (const name of keptNames('learned')) {
    const { build, sets } = keptResult<LearnedFigures>(name)!.figures;
    const set = sets['squad-neural'];
    if (set) add(`SPLADE ${number(build.documents)}`, set.withDocuments, set.cpuMilliseconds);
  }
  const built = builtStatistics();
  for (const [name, figures] of built) add(name, figures.withDocuments, figures.workerdMilliseconds);
  for (const [name, figures] of imagined())
    if (!built.has(name)) add(`${name}, imagined`, figures, figures.cpuMilliseconds);
  return [
    ['', 'posting reads', 'document reads', 'CPU ms', 'all in R2', 'documents in assets', 'all in assets'],
    ...rows,
  ];
}

/** Synthetic collections whose queries were timed in workerd. */
function builtStatistics(): Map<string, SyntheticFigures> {
  const kept = Object.keys(PROFILES).flatMap((profile) =>
    Object.keys(SCALES).flatMap((size): [string, SyntheticFigures][] => {
      const figures = keptResult<SyntheticFigures>(`synthetic-${profile}-${size}`)?.figures;
      return figures?.workerdMilliseconds ? [[`${profile} ${size}`, figures]] : [];
    }),
  );
  return new Map(kept);
}

function imagined(): [name: string, figures: ImaginedFigures][] {
  return Object.keys(PROFILES).flatMap((profile) =>
    Object.keys(IMAGINED).flatMap((size): [string, ImaginedFigures][] => {
      const kept = keptResult<ImaginedFigures>(`imagined-${profile}-${size}`);
      return kept ? [[`${profile} ${size}`, kept.figures]] : [];
    }),
  );
}

/** Median, and in brackets what nine in ten do not exceed. */
function tenths({ median, p90 }: Distribution, show: (value: number) => string = number): string {
  return `${show(median)} [${show(p90)}]`;
}
