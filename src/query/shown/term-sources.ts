// Where a document has its terms from: its title, its text, a name that others give it, or an expansion, a network or
// neighbours that were lent to it. Indexes do not say it, and store documents without what was added to them: so a term
// is of the title or the text if the analyzer finds it there, and else was added.

import { furtherTerms, isTitle, titleTerms } from '../../core/analyzer/titles.ts';
import { type Document, searchableText } from '../../core/document.ts';
import { utf8 } from '../../core/format/bytes.ts';
import type { Space } from '../../core/format/manifest.ts';
import { wordsOf } from '../../core/tokens/phrases.ts';
import { hasBesides } from '../encode/encode-query.ts';
import type { Pieces } from '../encode/query-model.ts';
import { areTermsKnown, termsOfTexts } from '../encode/space-terms.ts';

/** A `name` is a whole one that links or a definition give it; `added` is all that the document does not say. */
export type TermSource = 'title' | 'text' | 'name' | 'added';

/** Of a document's terms, where it has them from. A phrase is where both of its words are. */
export type SourcesOf = (term: string) => readonly TermSource[];

/**
 * Where a document has terms of a space from; nothing where terms are the pieces of a model that is not here.
 *
 * @param pieces of the space's model
 */
export function termSources(document: Document, space: Space, pieces?: Pieces): SourcesOf | undefined {
  if (!areTermsKnown(space, pieces)) return undefined;
  const termsOf = termsOfTexts(space, pieces);
  const within = (text: string) => {
    let terms: ReadonlySet<string> | undefined;
    return (term: string) => {
      terms ??= new Set(termsOf(text));
      const has = (own: string) => terms!.has(own);
      return has(term) || wordsOf(term).every(has);
    };
  };
  const { title = '', text } = document;
  const [inTitle, inText, inBoth] = [title, text, searchableText(document)].map(within);
  const titles = new Set([...titleTerms(document), ...furtherTerms(document)]);
  return (term) => {
    if (hasBesides(space) && term.length > 1 && isTitle(utf8(term)))
      return [titles.has(term) ? 'title' : 'name'];
    const found = [inTitle(term) && 'title', inText(term) && 'text'].filter((source) => source !== false);
    if (found.length > 0) return found as TermSource[];
    // Where words of both stand together.
    return inBoth(term) ? ['title', 'text'] : ['added'];
  };
}
