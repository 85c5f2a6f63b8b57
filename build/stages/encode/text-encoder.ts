// The encoder that needs no model: a term's value is how often an analyzer finds it in a document's text.

import type { Analysis, AnalyzerName } from '../../../src/core/analyzer/analysis.ts';
import { contentWords } from '../../../src/core/analyzer/analysis.ts';
import { type Analyze, analysisNamed } from '../../../src/core/analyzer/analyzer.ts';
import { type Document, searchableText } from '../../../src/core/document.ts';
import type { Weighting } from '../weighting/weighting.ts';
import {
  addBeside,
  addTerms,
  type InflectedIn,
  lengthOf,
  type TermValues,
  uninflected,
  weighingTitles,
} from './beside.ts';
import type { DocumentEncoder } from './encoder.ts';

/** Takes a text apart that mostly is the one before: the title of the work that passages are of. */
function rememberingLast(analyze: Analyze): Analyze {
  let last: { readonly text: string; readonly analysis: Analysis } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, analysis: analyze(text) };
    return last.analysis;
  };
}

/**
 * Counts terms as an analyzer gives them.
 *
 * @param titleWeight how many times a word of a title counts; where it is not given, words are all that there is, as
 *   for Lucene, and nothing stands beside them
 * @param inflected stems documents in their languages
 */
export function countingEncoder(
  id: string,
  analyzer: AnalyzerName,
  weighting: Weighting,
  titleWeight?: number,
  inflected: InflectedIn = uninflected,
): DocumentEncoder {
  const analyze = analysisNamed(analyzer);
  const analyzeTitle = rememberingLast(analyze);
  // A document is asked for its length after it was encoded, and need not be analyzed for that again.
  const lengths = new WeakMap<Document, number>();
  return {
    id,
    analyzer,
    query: 'count',
    weighting: titleWeight === undefined ? weighting : weighingTitles(weighting, titleWeight),
    lengthOf: ({ document }) => lengths.get(document) ?? lengthOf(analyze(searchableText(document))),
    encode: (documents) =>
      documents.map(({ document }) => {
        const analysis = analyze(searchableText(document));
        const words = contentWords(analysis);
        lengths.set(document, words.length || analysis.inOrder.length);
        const counts: TermValues = new Map();
        addTerms(counts, words);
        if (titleWeight !== undefined)
          addBeside(counts, document, analysis, analyzeTitle, titleWeight, inflected);
        return counts;
      }),
  };
}
