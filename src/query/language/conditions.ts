// What the operators of a question ask of a document, looked for in what is stored of it: in the words that the
// analyzer finds there, so that a quotation matches as words do, whatever their forms.

import type { AnalyzerName } from '../../core/analyzer/analysis.ts';
import { analysisNamed } from '../../core/analyzer/analyzer.ts';
import { foldedLetters } from '../../core/analyzer/folding.ts';
import { UNSPACED_RUN } from '../../core/analyzer/unspaced.ts';
import type { Document } from '../../core/document.ts';
import type { Operator } from './operators.ts';

/** What documents must satisfy: plain data, which other invocations are sent. */
export interface Conditions {
  readonly analyzer: AnalyzerName;
  /** All of them; at least one. */
  readonly operators: readonly Operator[];
}

/** The conditions that operators make; none where the analyzer finds no word in any. */
export function conditionsOf(operators: readonly Operator[], analyzer: AnalyzerName): Conditions | undefined {
  const analyze = analysisNamed(analyzer);
  const said = operators.filter(({ text }) => isUnspaced(text) || analyze(text).inOrder.length > 0);
  return said.length === 0 ? undefined : { analyzer, operators: said };
}

/** Tells whether a document satisfies conditions. */
export function satisfying({ analyzer, operators }: Conditions): (document: Document) => boolean {
  const analyze = analysisNamed(analyzer);
  const wordsOf = (text: string) => analyze(text).inOrder;
  const clauses = operators.map((operator) => ({ ...operator, isIn: finderOf(operator.text, wordsOf) }));
  return (document) => {
    // A text is taken apart once for all that is looked for in it.
    const parts = new Map<string, readonly Part[]>();
    return clauses.every(({ field, excluded, isIn }) => {
      const place = field ?? '';
      const known = parts.get(place) ?? textsOf(document, field).map((text) => new Part(text, wordsOf));
      parts.set(place, known);
      return known.some(isIn) !== (excluded === true);
    });
  };
}

/** A stored text, taken apart when it is looked at. */
class Part {
  readonly text: string;
  readonly #wordsOf: (text: string) => readonly string[];
  #words: readonly string[] | undefined;

  constructor(text: string, wordsOf: (text: string) => readonly string[]) {
    this.text = text;
    this.#wordsOf = wordsOf;
  }

  get words(): readonly string[] {
    this.#words ??= this.#wordsOf(this.text);
    return this.#words;
  }
}

function textsOf({ title = '', text, fields = {} }: Document, field: string | undefined): string[] {
  if (field === undefined) return [title, text];
  if (field === 'title') return [title];
  const value = Object.hasOwn(fields, field) ? fields[field] : undefined;
  return value === undefined ? [] : [value].flat().map(String);
}

/** Finds a quotation. Where a script has no spaces, what stands around letters decides how they are parted: there the
 * letters themselves are looked for. */
function finderOf(quotation: string, wordsOf: (text: string) => readonly string[]): (part: Part) => boolean {
  if (isUnspaced(quotation)) {
    const letters = lettersOf(quotation);
    return ({ text }) => lettersOf(text).includes(letters);
  }
  const sought = wordsOf(quotation);
  return ({ words }) => {
    for (let at = words.indexOf(sought[0]); at !== -1; at = words.indexOf(sought[0], at + 1))
      if (sought.every((word, i) => words[at + i] === word)) return true;
    return false;
  };
}

function isUnspaced(text: string): boolean {
  return UNSPACED_RUN.test(text);
}

/** White space counts as one space between words of other scripts, and as nothing beside letters of these. */
function lettersOf(text: string): string {
  return foldedLetters(text).toLowerCase().replace(/\s+/g, ' ').replace(BESIDE_UNSPACED, '');
}

const UNSPACED_LETTER =
  '[\\p{scx=Han}\\p{scx=Hiragana}\\p{scx=Katakana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}]';
const BESIDE_UNSPACED = new RegExp(`(?<=${UNSPACED_LETTER}) | (?=${UNSPACED_LETTER})`, 'gu');
