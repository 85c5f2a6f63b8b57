// The tables of fields: what they add to an index, and what is asked of them costs.

import { keptResult } from '../figures.ts';
import type { FieldFigures } from '../suites/cost/bench-fields.ts';
import { kilobytes, number, type Table } from './cells.ts';

function kept(): FieldFigures | undefined {
  return keptResult<FieldFigures>('fields-227k')?.figures;
}

/** What each field adds. */
export function fieldsAddedTable(): Table {
  const rows = Object.entries(kept()?.added ?? {}).map(([field, { lists, documents, share }]) => [
    field,
    kilobytes(lists),
    kilobytes(documents),
    `${number(100 * share)} %`,
  ]);
  return [['field, by its values', 'KB of lists', 'KB of stored values', 'of the index'], ...rows];
}

/** What questions cost with each thing that is asked beside them. */
export function fieldsTable(): Table {
  const rows = Object.entries(kept()?.asked ?? {}).map(([asked, { kept, reads, rounds, bytes, proved }]) => [
    asked,
    number(kept),
    `${number(reads.median)} / ${number(reads.p99)}`,
    number(rounds.mean),
    `${kilobytes(bytes.median)} / ${kilobytes(bytes.p99)}`,
    `${number(100 * proved)} %`,
  ]);
  return [['asked beside a question', 'documents', 'reads', 'rounds', 'KB', 'proved'], ...rows];
}
