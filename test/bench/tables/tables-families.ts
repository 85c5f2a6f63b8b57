// The tables of every family of models: nDCG@10 in hundredths on each collection, searched alone, and what it costs.

import { keptResult } from '../figures.ts';
import type { FamiliesFigures, FamilyFigures, Over } from '../suites/quality/bench-families.ts';
import { kilobytes, number, type Table } from './cells.ts';
import { differenceCell } from './tables-quality.ts';

/** Where all systems started from nothing. */
const FROM_NOTHING = 'families-small';

type Collection = FamilyFigures['collections'][string];

/** Systems × collections, with means over all of them; where they started from something, beside those from nothing. */
export function familiesTable(kept = FROM_NOTHING): Table {
  const systems = systemsOf(kept);
  const names = Object.keys(systems[0]?.[1].collections ?? {});
  const before = kept === FROM_NOTHING ? undefined : new Map(systemsOf(FROM_NOTHING));
  return [
    [
      ...['nDCG@10', ...names.map(shortly), 'mean'],
      ...(before ? ['mean from nothing'] : []),
      ...['terms a document', 'reads a query', 'minutes'],
    ],
    ...systems.map(([name, { collections, trainingMinutes }]) => [
      name,
      ...names
        .map((collection) => collections[collection]?.measures['nDCG@10'])
        .map((value) => (value === undefined ? '' : hundredths(value))),
      ...[
        meanOf(names, collections, ({ measures }) => measures['nDCG@10'], hundredths),
        ...(before ? [meanBefore(name)] : []),
        meanOf(names, collections, ({ termsPerDocument }) => termsPerDocument, number),
        meanOf(names, collections, ({ reads }) => reads.mean, number),
      ],
      trainingMinutes === 0 ? '' : number(trainingMinutes),
    ]),
  ];

  /** Empty for baselines, which are not trained here, and for systems that were not trained from nothing. */
  function meanBefore(name: string): string {
    const found = before!.get(name);
    if (!found || found.trainingMinutes === 0) return '';
    return meanOf(names, found.collections, ({ measures }) => measures['nDCG@10'], hundredths);
  }
}

/** Every measure on every collection. */
export function familiesMeasuresTable(): Table {
  const systems = systemsOf(FROM_NOTHING);
  return [
    [
      '',
      'queries',
      'nDCG@10',
      'over bm25',
      'MRR@10',
      'R@100',
      'terms a document',
      'postings and tables KB',
      'reads',
      'ms',
    ],
    ...Object.keys(systems[0]?.[1].collections ?? {}).flatMap((collection) =>
      systems.flatMap(([name, { collections }]) => {
        const found = collections[collection];
        if (!found) return [];
        const { queries, measures, over, termsPerDocument, bytes, reads, milliseconds } = found;
        return [
          [
            `${shortly(collection)}, ${name}`,
            number(queries),
            hundredths(measures['nDCG@10']),
            over ? difference(over['nDCG@10']) : '',
            hundredths(measures['MRR@10']),
            hundredths(measures['Recall@100']),
            number(termsPerDocument),
            kilobytes(Object.values(bytes.postings).reduce((sum, each) => sum + each, bytes.tables)),
            number(reads.mean),
            number(milliseconds.median),
          ],
        ];
      }),
    ),
  ];
}

function systemsOf(kept: string) {
  return Object.entries(keptResult<FamiliesFigures>(kept)?.figures.systems ?? {});
}

/** Empty where a system was not measured on all. */
function meanOf(
  names: readonly string[],
  collections: FamilyFigures['collections'],
  figureOf: (collection: Collection) => number,
  show: (value: number) => string,
): string {
  const values = names.flatMap((name) => (collections[name] ? [figureOf(collections[name])] : []));
  if (values.length < names.length) return '';
  return show(values.reduce((sum, value) => sum + value, 0) / values.length);
}

function difference({ difference: mean, interval, p }: Over): string {
  const [low, high] = interval.map((value) => 100 * value);
  return differenceCell({ difference: 100 * mean, interval: { low: low!, high: high! }, p });
}

function hundredths(value: number): string {
  return (100 * value).toFixed(1);
}

function shortly(collection: string): string {
  return collection.replace(/^squadshifts_(\w+)_apart$/, '$1');
}
