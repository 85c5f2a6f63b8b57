// Whether a document was found by its own words, or by those that an expansion lent it: indexes store documents without
// their expansions, so what the text does not have came from one.

import { documentTerms } from '../../src/core/analyzer/analysis.ts';
import { analysisNamed } from '../../src/core/analyzer/analyzer.ts';
import { questionStems } from '../../src/core/analyzer/stemming/stemmed-languages.ts';
import type { Document } from '../../src/core/document.ts';
import { searchableText } from '../../src/core/document.ts';
import type { Space } from '../../src/core/format/manifest.ts';
import { furtherTerms, titleTerms } from '../stages/encode/beside.ts';

/**
 * The terms that a document's text has; nothing in a space whose terms are a model's pieces and not an analyzer's
 * words.
 */
export function ownTerms(
  document: Document,
  { analyzer, query, languages = [] }: Space,
): ReadonlySet<string> | undefined {
  if (query !== 'count' && query !== 'binary') return undefined;
  const text = searchableText(document);
  const terms = documentTerms(analysisNamed(analyzer)(text));
  const besides = [...titleTerms(document), ...furtherTerms(document)];
  return new Set([...terms, ...besides, ...questionStems(text, languages).keys()]);
}
