// What was counted of facets, in the form in which counts of different windows are added up.

import { compareBytes, utf8 } from '../../../core/format/bytes.ts';
import { valueOfKey } from '../../../core/format/keys/field-keys.ts';
import type { Manifest } from '../../../core/format/manifest.ts';
import { DEFAULT_TOP, type Facet, type FacetCounts } from '../../filter/facets.ts';
import { fieldOfValues } from '../../filter/resolve.ts';

/** A value by what stands in its key, with its count. */
type Counted = readonly [text: string, count: number];

/** Counts of a facet over some windows. */
export interface FacetTally {
  /** The most frequent values, if such are wanted: no more than MOST_TALLIED. */
  readonly listed: readonly Counted[];
  /** No value that is not listed has more. */
  readonly least: number;
  /** Of the values and ranges that were named. */
  readonly values: readonly number[];
  readonly ranges: readonly number[];
  /** Whether everything was counted. */
  readonly exact: boolean;
}

/** Values that a tally lists: as many travel from each of several groups of windows, in 30 bytes each. */
const MOST_TALLIED = 10_000;

/** How many of the most frequent values a facet wants. */
export function topOf({ top, values, ranges }: Facet): number {
  return top ?? (values || ranges ? 0 : DEFAULT_TOP);
}

/** The most frequent of some values, and the highest count of the others. */
export function mostFrequent(
  counted: readonly Counted[],
  most = MOST_TALLIED,
): Pick<FacetTally, 'listed' | 'least'> {
  const inOrder = counted.filter(([, count]) => count > 0).sort(byCount);
  return { listed: inOrder.slice(0, most), least: inOrder[most]?.[1] ?? 0 };
}

function byCount([textA, countA]: Counted, [textB, countB]: Counted): number {
  return countB - countA || compareBytes(utf8(textA), utf8(textB));
}

/**
 * Adds up what was counted over different windows.
 *
 * @param top how many of the most frequent values are to be right
 */
export function addTallies(tallies: readonly FacetTally[], top: number): FacetTally {
  const sums = new Map<string, { count: number; least: number }>();
  const least = tallies.reduce((sum, tally) => sum + tally.least, 0);
  for (const tally of tallies) {
    for (const [text, count] of tally.listed) {
      const sum = sums.get(text) ?? { count: 0, least };
      sum.count += count;
      sum.least -= tally.least;
      sums.set(text, sum);
    }
  }
  const listed = Array.from(sums, ([text, { count }]): Counted => [text, count]).sort(byCount);
  const last = listed[top - 1]?.[1] ?? 0;
  const isRight = listed.every(([text, count], i) => {
    const might = sums.get(text)!.least;
    return might === 0 || (i >= top && count + might < last);
  });
  const added = (of: (tally: FacetTally) => readonly number[]) =>
    of(tallies[0]).map((_, i) => tallies.reduce((sum, tally) => sum + of(tally)[i], 0));
  return {
    listed,
    least,
    values: added(({ values }) => values),
    ranges: added(({ ranges }) => ranges),
    exact: tallies.every(({ exact }) => exact) && (top === 0 || (isRight && (least === 0 || least < last))),
  };
}

/** What is answered of a facet. */
export function countsOf(facet: Facet, tally: FacetTally, manifest: Manifest): FacetCounts {
  const field = fieldOfValues(facet.field, manifest);
  const { values = [], ranges = [] } = facet;
  const valueIn = (text: string) => valueOfKey(field, utf8(`${field.name}\0${text}`), `field ${field.name}`);
  const named = values.map((value, i) => ({ value, count: tally.values[i] }));
  const listed = tally.listed.slice(0, topOf(facet));
  return {
    field: field.name,
    values: [...named, ...listed.map(([text, count]) => ({ value: valueIn(text), count }))],
    ranges: ranges.map((range, i) => ({ ...range, count: tally.ranges[i] })),
    exact: tally.exact,
  };
}
