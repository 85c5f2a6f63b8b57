// Titles that begin as a question does: a whole title is a term, so those stand beside one another in a space.

import { titleTerm } from '../../../core/analyzer/titles.ts';
import { compareBytes, fromUtf8 } from '../../../core/format/bytes.ts';
import type { OpenIndex } from '../../search/open.ts';
import { type KeyRange, type RangeHit, rangeOf } from './key-ranges.ts';

/** Titles on more pages are those of a beginning that says little. */
const FEW_PAGES = 4;

/** What is to be read for the titles that begin as a text does; nothing where those are too many. */
export function titleRange(index: OpenIndex, space: string, text: string): KeyRange | undefined {
  const beginning = titleTerm(text);
  if (beginning === undefined) return undefined;
  const range = rangeOf(index, space, beginning);
  return range.to - range.from > FEW_PAGES ? undefined : range;
}

/** The terms of titles, those of more documents first, and then the shorter ones; but for the text as a whole. */
export function titlesOf(text: string, hits: readonly RangeHit[], most: number): RangeHit[] {
  const whole = titleTerm(text) ?? '';
  return hits
    .filter(({ key }) => fromUtf8(key, 'a title') !== whole)
    .sort((a, b) => b.count - a.count || a.key.length - b.key.length || compareBytes(a.key, b.key))
    .slice(0, most);
}
