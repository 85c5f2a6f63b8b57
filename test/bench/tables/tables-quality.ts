// The tables of how good answers are: collections searched alone unless it says "pool", nDCG@10 in hundredths.

import { JUDGED, POOL } from '../data/judged-collections.ts';
import { keptResult } from '../figures.ts';
import type {
  Difference,
  Effectiveness,
  QualityFigures,
  SystemFigures,
} from '../suites/quality/bench-quality.ts';
import { BASELINES } from '../systems/systems.ts';
import { kilobytes, number, type Table } from './cells.ts';

/** The folder of a model before it was quantized is named so, and is no system of its own. */
const IN_FLOATS = '-float32';

/** All systems, and the collection that judges them. */
interface Row {
  readonly collection: string;
  readonly systems: readonly SystemFigures[];
}

/** Systems × collections. */
export function qualityTable(): Table {
  return bySystem(searchedAlone());
}

/** The same with all documents in one index. */
export function qualityPoolTable(): Table {
  const systems = keptResult<QualityFigures>(`quality-${POOL}`)?.figures.systems ?? [];
  const collections = Object.keys(systems[0]?.effectiveness ?? {});
  return bySystem(collections.map((collection) => ({ collection, systems })));
}

function bySystem(rows: readonly Row[]): Table {
  return [
    ['nDCG@10', ...rows.map(({ collection }) => collection), 'mean'],
    ...systemsIn(rows).map((system) => {
      const values = rows.map(
        ({ collection, systems }) => named(systems, system)?.effectiveness[collection]?.['nDCG@10'],
      );
      return [system, ...withMean(values).map((value) => value?.toFixed(1) ?? '')];
    }),
  ];
}

/** Every measure, and the differences that matter. */
export function qualityMeasuresTable(): Table {
  return [
    ['', 'queries', 'nDCG@10', 'MRR@10', 'R@100', ...BASELINES.map((baseline) => `over ${baseline}`)],
    ...eachSystem((name, { queries, over, ...measures }) => [
      name,
      number(queries),
      ...(['nDCG@10', 'MRR@10', 'Recall@100'] as const).map((measure) => measures[measure].toFixed(1)),
      ...BASELINES.map((baseline) => differenceCell(over[baseline])),
    ]),
  ];
}

/** What an index is made of, and what its queries read. */
export function qualityCostsTable(): Table {
  return [
    [
      '',
      'postings',
      'terms a document',
      'postings KB',
      'tables KB',
      'documents encoded/s',
      'query terms',
      'posting reads',
      'all reads',
      'CPU ms',
    ],
    ...[...searchedAlone(), ...pooledRow()].flatMap(({ collection, systems }) =>
      systems
        .filter(isShown)
        .map(({ system, index, query }) => [
          `${collection}, ${system}`,
          ...[index.postings, index.termsPerDocument].map(number),
          ...[index.bytes.postings, index.bytes.tables].map(kilobytes),
          index.documentsEncodedPerSecond === undefined ? '' : number(index.documentsEncodedPerSecond),
          ...[query.terms, query.postingReads, query.reads, query.cpuMilliseconds].map(number),
        ]),
    ),
  ];
}

/** What quantizing costs: impacts of every system, and networks where the one in floats was measured, too. */
export function qualityEightBitsTable(): Table {
  const rows = searchedAlone();
  const systems = systemsIn(rows);
  const networks = systems.filter((name) => rows.some(({ systems: all }) => named(all, name + IN_FLOATS)));
  const cells = rows.map(({ collection, systems: all }) => {
    const shown = (system: string) => named(all, system)?.effectiveness[collection];
    return [
      ...systems.map((system) => less(shown(system)?.['nDCG@10'], shown(system)?.floats)),
      ...networks.map((system) => less(shown(system)?.['nDCG@10'], shown(system + IN_FLOATS)?.['nDCG@10'])),
    ];
  });
  const means = cells[0]?.map((_, i) => withMean(cells.map((row) => row[i])).at(-1)) ?? [];
  return [
    [
      '',
      ...systems.map((system) => `impacts of ${system}`),
      ...networks.map((system) => `network of ${system}`),
    ],
    ...[...rows.map(({ collection }, i) => [collection, cells[i]] as const), ['mean', means] as const].map(
      ([name, values]) => [name, ...values.map((value) => (value === undefined ? '' : signed(value, 2)))],
    ),
  ];
}

/** One model beside BM25, collection by collection. */
export function modelTable(model: string): Table {
  const systems = [...BASELINES, model];
  const rows = searchedAlone().flatMap(({ collection, systems: all }) => {
    const figures = systems.map((system) => named(all, system)?.effectiveness[collection]);
    return figures.every((each) => each !== undefined) ? [{ collection, figures }] : [];
  });
  const means = systems.map((_, i) => withMean(rows.map(({ figures }) => figures[i]['nDCG@10'])).at(-1));
  return [
    ['nDCG@10', 'queries', ...systems, ...BASELINES.map((baseline) => `over ${baseline}`)],
    ...rows.map(({ collection, figures }) => [
      collection,
      number(figures[0].queries),
      ...figures.map((each) => each['nDCG@10'].toFixed(1)),
      ...BASELINES.map((baseline) => differenceCell(figures.at(-1)!.over[baseline])),
    ]),
    [
      'mean',
      '',
      ...means.map((mean) => mean?.toFixed(1) ?? ''),
      ...BASELINES.map((_, i) => differenceOf(means.at(-1), means[i])),
    ],
  ];
}

function eachSystem(cells: (name: string, effectiveness: Effectiveness) => string[]): string[][] {
  return searchedAlone().flatMap(({ collection, systems }) =>
    systems
      .filter(isShown)
      .map(({ system, effectiveness }) => cells(`${collection}, ${system}`, effectiveness[collection])),
  );
}

function searchedAlone(): Row[] {
  return Object.keys(JUDGED).flatMap((collection) => {
    const figures = keptResult<QualityFigures>(`quality-${collection}`)?.figures;
    return figures ? [{ collection, systems: figures.systems }] : [];
  });
}

function pooledRow(): Row[] {
  const figures = keptResult<QualityFigures>(`quality-${POOL}`)?.figures;
  return figures ? [{ collection: POOL, systems: figures.systems }] : [];
}

/** Names of all systems, in order. */
function systemsIn(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap(({ systems }) => systems.filter(isShown).map(({ system }) => system)))];
}

function isShown({ system }: SystemFigures): boolean {
  return !system.endsWith(IN_FLOATS);
}

function named(systems: readonly SystemFigures[], name: string): SystemFigures | undefined {
  return systems.find(({ system }) => system === name);
}

/** Values, and their mean if none is missing. */
function withMean(values: readonly (number | undefined)[]): (number | undefined)[] {
  const known = values.filter((value) => value !== undefined);
  const isWhole = known.length === values.length && known.length > 0;
  return [...values, isWhole ? known.reduce((sum, value) => sum + value, 0) / known.length : undefined];
}

function less(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a - b;
}

function differenceOf(a: number | undefined, b: number | undefined): string {
  const difference = less(a, b);
  return difference === undefined ? '' : signed(difference);
}

/** A difference with its interval; nothing for none. */
export function differenceCell(over: Difference | undefined): string {
  if (!over) return '';
  const { low, high } = over.interval;
  return `${signed(over.difference)} [${signed(low)}, ${signed(high)}]`;
}

function signed(value: number, digits = 1): string {
  const shown = value.toFixed(digits);
  return Number(shown) > 0 ? `+${shown}` : shown.replace(/^-(0(\.0+)?)$/, '$1').replace('-', '−');
}
