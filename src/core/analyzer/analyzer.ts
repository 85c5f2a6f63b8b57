// Text → terms. One implementation serves documents and queries, so they cannot disagree. No term is empty, longer than
// 255 UTF-16 units, or holds white space, a control character or an unpaired surrogate: phrase terms are joined by a
// space.

import { SparsedgeError } from '../errors.ts';
import { ANALYZERS, type Analysis, type AnalyzerName, contentWords } from './analysis.ts';
import { bertWords } from './bert-words.ts';
import { englishAnalysis } from './english.ts';
import { stemsAnalysis } from './stems.ts';
import { unicodeAnalysis } from './unicode.ts';

/** Turns text into terms, in order, repeats included. Pure: the same text gives the same terms everywhere. */
export type Analyzer = (text: string) => string[];

/** Takes a text apart. Pure, as an analyzer is. */
export type Analyze = (text: string) => Analysis;

const BY_NAME: ReadonlyMap<string, Analyze> = new Map<AnalyzerName, Analyze>([
  ['english', englishAnalysis],
  ['stems', stemsAnalysis],
  ['bert-words', (text) => ({ inOrder: bertWords(text), names: [] })],
  ['unicode', unicodeAnalysis],
]);

/** The analyzer of that name: the words that a text is about, without functional ones and names. */
export function analyzerNamed(name: AnalyzerName): Analyzer {
  const analyze = analysisNamed(name);
  return (text) => contentWords(analyze(text));
}

/**
 * All that the analyzer of that name finds in a text.
 *
 * @throws SparsedgeError `bad-input` for a name that the types do not allow, as one read from a manifest may be
 */
export function analysisNamed(name: AnalyzerName): Analyze {
  const analyzer = BY_NAME.get(name);
  if (analyzer === undefined) {
    throw new SparsedgeError('bad-input', `no analyzer is named ${name}; there are ${ANALYZERS.join(', ')}`);
  }
  return analyzer;
}
