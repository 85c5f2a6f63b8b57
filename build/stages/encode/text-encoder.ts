// The encoder that needs no model: a term's value is how often an analyzer finds it in a document's text.

import { type Analyzer, type AnalyzerName, analyzerNamed } from '../../../src/core/analyzer/analyzer.ts';
import { searchableText } from '../../../src/core/document.ts';
import type { Weighting } from '../weighting/weighting.ts';
import type { DocumentEncoder, EncoderInput } from './encoder.ts';

/** Counts the words of documents. */
export function wordCounter(analyzer: AnalyzerName): (input: EncoderInput) => number {
  const analyze = analyzerNamed(analyzer);
  return ({ document }) => analyze(searchableText(document)).length;
}

/** Counts terms as an analyzer gives them. */
export function countingEncoder(id: string, analyzer: AnalyzerName, weighting: Weighting): DocumentEncoder {
  const analyze = analyzerNamed(analyzer);
  return {
    id,
    analyzer,
    query: 'count',
    weighting,
    encode: (documents) => documents.map(({ document }) => countTerms(analyze, searchableText(document))),
  };
}

function countTerms(analyze: Analyzer, text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of analyze(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}
