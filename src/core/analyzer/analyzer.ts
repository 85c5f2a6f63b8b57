// Text → terms. One implementation serves documents and queries, so they cannot disagree. No term is empty, longer than
// 255 UTF-16 units, or holds white space, a control character or an unpaired surrogate: phrase terms are joined by a
// space.

import { SparsedgeError } from '../errors.ts';
import { bertWords } from './bert-words.ts';
import { english } from './english.ts';
import { stems } from './stems.ts';
import { unicode } from './unicode.ts';

/** Turns text into terms, in order, repeats included. Pure: the same text gives the same terms everywhere. */
export type Analyzer = (text: string) => string[];

/** The analyzers an index can name. */
export const ANALYZERS = ['english', 'stems', 'bert-words', 'unicode'] as const;
export type AnalyzerName = (typeof ANALYZERS)[number];

const BY_NAME: ReadonlyMap<string, Analyzer> = new Map<AnalyzerName, Analyzer>([
  ['english', english],
  ['stems', stems],
  ['bert-words', bertWords],
  ['unicode', unicode],
]);

/**
 * The analyzer of that name.
 *
 * @throws SparsedgeError `bad-input` for a name that the types do not allow, as one read from a manifest may be
 */
export function analyzerNamed(name: AnalyzerName): Analyzer {
  const analyzer = BY_NAME.get(name);
  if (analyzer === undefined) {
    throw new SparsedgeError('bad-input', `no analyzer is named ${name}; there are ${ANALYZERS.join(', ')}`);
  }
  return analyzer;
}
