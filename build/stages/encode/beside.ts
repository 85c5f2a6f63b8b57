// What a document is searched by beside the words of its text: names, functional words, and its titles. A question that
// is a title finds the document first; a word of a title counts more than one of the text.

import type { AnalyzerName } from '../../../src/core/analyzer/analysis.ts';
import { type Analysis, contentWords, isFunctional } from '../../../src/core/analyzer/analysis.ts';
import { type Analyze, analysisNamed } from '../../../src/core/analyzer/analyzer.ts';
import type { Inflected } from '../../../src/core/analyzer/stemming/stemmed-languages.ts';
import { furtherTerms, titleTerms } from '../../../src/core/analyzer/titles.ts';
import { type Document, searchableText } from '../../../src/core/document.ts';
import type { Weighting } from '../weighting/weighting.ts';
import type { DocumentEncoder, EncoderInput } from './encoder.ts';

/** Of a whole title: so much that it counts in full. */
const WHOLE_TITLE = 100;
/** Of the heading of a section, a definition's name and further names: a page of that title comes before them. */
const FURTHER_TITLE = 3;
/** Titles of documents with more words count as much more: a title says no less of a long page. */
const USUAL_LENGTH = 100;

/** What stems the documents of a language. */
export type InflectedIn = (language: string | undefined) => Inflected;

/** Stems nothing. */
export const uninflected: InflectedIn = () => () => [];

/** Values of terms while a document is encoded. */
export type TermValues = Map<string, number>;

/** The words of a document's text, for its length: functional ones where it has no other. */
export function lengthBy(analyzer: AnalyzerName): (input: EncoderInput) => number {
  const analyze = analysisNamed(analyzer);
  return ({ document }) => lengthOf(analyze(searchableText(document)));
}

/** The words of a text, for its length. */
export function lengthOf(analysis: Analysis): number {
  return contentWords(analysis).length || analysis.inOrder.length;
}

/** Adds terms to values: each as often as it comes. */
export function addTerms(values: TermValues, terms: readonly string[], times = 1): void {
  for (const term of terms) values.set(term, (values.get(term) ?? 0) + times);
}

/**
 * Adds what stands beside the words of a document's text.
 *
 * @param titleWeight how many times a word of the title counts; once it was counted
 * @param inflected stems documents in their languages
 */
export function addBeside(
  values: TermValues,
  document: Document,
  { inOrder, names }: Analysis,
  analyze: Analyze,
  titleWeight: number,
  inflected: InflectedIn,
): void {
  const { title, language } = document;
  const stems = inflected(language);
  addTerms(values, names);
  addTerms(values, inOrder.filter(isFunctional));
  addTerms(values, stems(searchableText(document)));
  if (title && titleWeight > 1) {
    const analysis = analyze(title);
    addTerms(values, [...termsOf(analysis), ...stems(title)], titleWeight - 1);
  }
  for (const { text, times } of document.weighed ?? []) addTerms(values, termsOf(analyze(text)), times - 1);
  for (const [term, value] of values) if (value <= 0) values.delete(term);
  const share = Math.max(1, inOrder.length / USUAL_LENGTH);
  for (const term of furtherTerms(document)) values.set(term, FURTHER_TITLE * share);
  for (const term of titleTerms(document)) values.set(term, WHOLE_TITLE * share);
}

function termsOf({ inOrder, names }: Analysis): string[] {
  return [...inOrder, ...names];
}

/** An encoder that gives documents what stands beside their words, where the encoder itself gives the words. */
export function besides(
  encoder: DocumentEncoder,
  titleWeight: number,
  inflected: InflectedIn = uninflected,
): DocumentEncoder {
  const analyze = analysisNamed(encoder.analyzer);
  return {
    ...encoder,
    weighting: weighingTitles(encoder.weighting, titleWeight),
    async encode(inputs) {
      const vectors = await encoder.encode(inputs);
      return vectors.map((vector, i) => {
        const { document } = inputs[i];
        const values = new Map(vector);
        addBeside(values, document, analyze(searchableText(document)), analyze, titleWeight, inflected);
        return values;
      });
    },
  };
}

/**
 * An encoder for documents that are sections of pages, in which the words of a page's title weigh so much more than
 * what a section says: see Weighting.
 */
export function weighingPageTitles(
  encoder: DocumentEncoder,
  share: number,
  inflected: InflectedIn = uninflected,
): DocumentEncoder {
  const { weighting, analyzer } = encoder;
  const analyze = analysisNamed(analyzer);
  return {
    ...encoder,
    weighting: { ...weighting, pageTitle: share, parameters: { ...weighting.parameters, pageTitle: share } },
    pageTitleTerms: ({ pageTitle, language }) =>
      new Set(
        pageTitle === undefined ? [] : [...termsOf(analyze(pageTitle)), ...inflected(language)(pageTitle)],
      ),
  };
}

/** Says in an index how much titles count; the values say it already. */
export function weighingTitles(weighting: Weighting, titleWeight: number): Weighting {
  return { ...weighting, parameters: { ...weighting.parameters, titleWeight } };
}
