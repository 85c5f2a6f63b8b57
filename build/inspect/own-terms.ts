// Whether a document was found by its own words, or by those that an expansion or a model's neighbours lent it: indexes
// store documents without these, so what the text does not have came from one.

import { documentTerms } from '../../src/core/analyzer/analysis.ts';
import { analysisNamed } from '../../src/core/analyzer/analyzer.ts';
import { questionStems } from '../../src/core/analyzer/stemming/stemmed-languages.ts';
import type { Document } from '../../src/core/document.ts';
import { searchableText } from '../../src/core/document.ts';
import type { Space } from '../../src/core/format/manifest.ts';
import { wordsOf } from '../../src/core/tokens/phrases.ts';
import { furtherTerms, titleTerms } from '../stages/encode/beside.ts';

/**
 * Whether a document has a term itself; nothing in a space whose terms are a model's pieces and not an analyzer's
 * words. It has a phrase if it has both of its words.
 */
export function ownTerms(
  document: Document,
  { analyzer, query, languages = [] }: Space,
): ((term: string) => boolean) | undefined {
  if (query !== 'count' && query !== 'binary' && analyzer !== 'stems') return undefined;
  const text = searchableText(document);
  const terms = documentTerms(analysisNamed(analyzer)(text));
  const besides = [...titleTerms(document), ...furtherTerms(document)];
  const own = new Set([...terms, ...besides, ...questionStems(text, languages).keys()]);
  return (term) => wordsOf(term).every((word) => own.has(word));
}
