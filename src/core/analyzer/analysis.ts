// What a text is searched by. Words are what it is about; functional ones hold it together, and questions need them
// only where they have nothing else: "the who". Names stand beside the words that they are made of.

import { titleTerm } from './titles.ts';

/** The analyzers an index can name. */
export const ANALYZERS = ['english', 'stems', 'bert-words', 'unicode'] as const;
export type AnalyzerName = (typeof ANALYZERS)[number];

/** Begins the term of a functional word, and no other: a query for a name such as "_of" must not be taken for one. */
const FUNCTIONAL_MARK = '\u02DC';
/** A text's terms. */
export interface Analysis {
  /** Its words in order, the functional ones marked. */
  readonly inOrder: string[];
  /** Of names: terms that stand beside the words. */
  readonly names: string[];
}

/** The term of a functional word. */
export function functionalTerm(word: string): string {
  return FUNCTIONAL_MARK + word;
}

/** Whether a term is that of a functional word. */
export function isFunctional(term: string): boolean {
  return term.startsWith(FUNCTIONAL_MARK);
}

/** The words that a text is about. */
export function contentWords({ inOrder }: Analysis): string[] {
  return inOrder.filter((term) => !isFunctional(term));
}

/** All terms that a document has. */
export function documentTerms({ inOrder, names }: Analysis): string[] {
  return names.length === 0 ? inOrder : [...inOrder, ...names];
}

/**
 * The terms that stand beside the words of a question: of its names and, where it has no word, functional ones. As a
 * title it counts as much as all of these and its words.
 */
export function besideWords({ inOrder, names }: Analysis, text: string): string[] {
  const title = titleTerm(text);
  const answerable = names.length > 0 || inOrder.some((term) => !isFunctional(term));
  const titles = title === undefined ? [] : [...inOrder, ...names].map(() => title);
  return [...(answerable ? names : inOrder), ...titles];
}

/** The terms that a question is searched by. */
export function questionTerms(analysis: Analysis, text: string): string[] {
  return [...contentWords(analysis), ...besideWords(analysis, text)];
}
