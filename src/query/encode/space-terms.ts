// The terms that a text of a document itself gives it in a space: by the analyzer, by the stemmers of the index's
// languages, by a model's pieces. What an expansion or a network adds to them is in no text.

import { documentTerms } from '../../core/analyzer/analysis.ts';
import { analysisNamed } from '../../core/analyzer/analyzer.ts';
import { questionStems } from '../../core/analyzer/stemming/stemmed-languages.ts';
import type { Space } from '../../core/format/manifest.ts';
import type { Pieces } from './query-model.ts';

/** What of a space says what its terms are. */
export type SpaceTerms = Pick<Space, 'analyzer' | 'languages'>;

/** A text → the terms that it gives a document, repeats included. */
export function termsOfTexts(
  { analyzer, languages = [] }: SpaceTerms,
  pieces?: Pieces,
): (text: string) => readonly string[] {
  const analysis = analysisNamed(analyzer);
  return (text) => [
    ...documentTerms(analysis(text)),
    ...questionStems(text, languages).keys(),
    ...(pieces?.(text) ?? []),
  ];
}

/** Whether it is known what a text gives a document: not where terms are the pieces of a model that is not here. */
export function areTermsKnown({ analyzer, query }: Space, pieces: Pieces | undefined): boolean {
  return query === 'count' || query === 'binary' || analyzer === 'stems' || pieces !== undefined;
}
