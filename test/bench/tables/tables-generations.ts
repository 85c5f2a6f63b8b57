// The tables of generations that are built on one another.

import { JUDGED } from '../data/judged-collections.ts';
import { keptNames, keptResult } from '../figures.ts';
import type { GenerationFigures } from '../suites/cost/bench-generations.ts';
import type { KeptFigures } from '../suites/quality/bench-kept-statistics.ts';
import { megabytes, number, type Table } from './cells.ts';

/** How much of an index is new after edits. */
export function generationsTable(): Table {
  const rows = keptNames('generations').map((name) => {
    const generation = keptResult<GenerationFigures>(name)!.figures;
    const { all, kinds } = generation;
    return [
      `${name.split('-')[1]}, ${aboutEdits(generation)}`,
      `${number(all.newObjects)} of ${number(all.objects)}`,
      `${megabytes(all.newBytes)} of ${megabytes(all.bytes)}`,
      `${number((100 * all.newBytes) / all.bytes)} %`,
      ...['dictionary', 'tiers', 'documents'].map((kind) => {
        const { newObjects, objects } = kinds[kind];
        return `${number(newObjects)} of ${number(objects)}`;
      }),
    ];
  });
  return [['', 'new objects', 'new MB', 'share', 'dictionary pages', 'tiers', 'document pages'], ...rows];
}

function aboutEdits({ changed, added, removed, onBase }: GenerationFigures): string {
  const edits = [
    ...(changed > 0 ? [`${number(changed)} changed`] : []),
    ...(added > 0 ? [`${number(added)} added`] : []),
    ...(removed > 0 ? [`${number(removed)} removed`] : []),
  ];
  return `${edits.join(', ')}${onBase ? '' : ', without a base'}`;
}

/** What statistics that are kept of a base do to answers. */
export function keptStatisticsTable(): Table {
  const rows = Object.keys(JUDGED).flatMap((name) => {
    const kept = keptResult<KeptFigures>(`kept-statistics-${name}`);
    if (!kept) return [];
    const { documents, base, questions, alone, onBase } = kept.figures;
    return [[name, ...[documents, base, questions].map(number), alone.toFixed(4), onBase.toFixed(4)]];
  });
  return [['', 'documents', 'in the base', 'questions', 'without a base', 'on the base'], ...rows];
}
