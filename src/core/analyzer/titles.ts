// A title as a whole is a term, so that a question that is a title finds it first, before other forms of its words:
// "Getting started" is not "Get started with …".

import type { Document } from '../document.ts';
import { fieldText } from '../fields.ts';
import { foldedLetters } from './folding.ts';

/** Begins the term of a whole title, and stands between its words; no word and no name begins with it. */
const MARK = '=';
/** Nobody types longer titles, and a term should not hold a sentence. */
const MOST_WORDS = 12;
const LONGEST = 160;

const WORD = /[\p{L}\p{N}\p{M}+#]+/gu;

/** The term of a title as a whole, or of a question that may be one. */
export function titleTerm(text: string): string | undefined {
  if (text.length > LONGEST) return undefined;
  const words = foldedLetters(text).toLowerCase().match(WORD) ?? [];
  if (words.length === 0 || words.length > MOST_WORDS) return undefined;
  const term = words.map((word) => MARK + word).join('');
  return term.length > LONGEST ? undefined : term;
}

/** Whether a term's key is a whole title's. */
export function isTitle(key: Uint8Array): boolean {
  return key[0] === MARK.charCodeAt(0);
}

/** The terms of a document's whole title, and of the last part of one that is a path. */
export function titleTerms({ title = '', isDefinition }: Document): string[] {
  return isDefinition ? [] : termsOfTitles([title, lastOf(title)]);
}

/** The terms of what it is called besides: a definition's name, the last heading above a section, its further names. */
export function furtherTerms({ title = '', fields, names = [] }: Document): string[] {
  return termsOfTitles([title, lastOf(fieldText(fields?.heading ?? '')), ...names]);
}

function lastOf(path: string): string {
  return path.split(' › ').at(-1) ?? '';
}

function termsOfTitles(titles: readonly string[]): string[] {
  return titles.map(titleTerm).filter((term) => term !== undefined);
}
