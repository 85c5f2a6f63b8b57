// Text → terms. One implementation serves documents and queries, so they cannot disagree.

import { SparsedgeError } from './errors.ts';

/** Turns text into terms, in order, repeats included. Pure: the same text gives the same terms everywhere. */
export type Analyzer = (text: string) => string[];

/** The analyzers an index can name. */
export const ANALYZERS = ['english', 'bert-words', 'unicode'] as const;
export type AnalyzerName = (typeof ANALYZERS)[number];

/** The analyzer of that name. */
export function analyzerNamed(name: AnalyzerName): Analyzer {
  throw new SparsedgeError('bad-input', `no analyzer is named ${name}`);
}
