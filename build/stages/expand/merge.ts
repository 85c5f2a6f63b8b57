// Predicted queries become part of what an encoder reads, and of nothing else: documents are stored as their owners
// wrote them.

import { type Analyzer, analyzerNamed } from '../../../src/core/analyzer/analyzer.ts';
import { searchableText } from '../../../src/core/document.ts';
import type { DocumentEncoder, EncoderInput } from '../encode/encoder.ts';

/**
 * How queries are merged. `doc2query` appends them as they are, so that a word counts as often as it was predicted;
 * `distinct` appends once each word that the document does not have: DeepImpact's way, where a word's weight is that of
 * its first occurrence.
 */
export const MERGES = ['doc2query', 'distinct'] as const;
export type Merge = (typeof MERGES)[number];

/** What of a document's predicted queries is merged. */
export interface MergeRule {
  readonly merge: Merge;
  /** The first so many; all if absent. */
  readonly maxQueries?: number | undefined;
}

const words: Analyzer = analyzerNamed('bert-words');

/** What is appended to a document's text. */
export function expansionText(
  text: string,
  queries: readonly string[],
  { merge, maxQueries }: MergeRule,
): string {
  const taken = queries.slice(0, maxQueries);
  if (merge === 'doc2query') return taken.join(' ');
  const known = new Set(words(text));
  const added: string[] = [];
  for (const query of taken) {
    for (const word of words(query)) {
      if (known.has(word)) continue;
      known.add(word);
      added.push(word);
    }
  }
  return added.join(' ');
}

/** A document as an encoder reads it: together with what was predicted of it. */
export function merged(input: EncoderInput, rule: MergeRule): EncoderInput {
  const { document, queries = [] } = input;
  const added = expansionText(searchableText(document), queries, rule);
  if (added === '') return input;
  return { ...input, document: { ...document, text: `${document.text} ${added}`.trimStart() } };
}

/** An encoder that reads documents together with what was predicted of them. */
export function expanding(encoder: DocumentEncoder, rule: MergeRule): DocumentEncoder {
  const { lengthOf } = encoder;
  return {
    ...encoder,
    lengthOf: lengthOf && ((input) => lengthOf(merged(input, rule))),
    encode: (inputs) => encoder.encode(inputs.map((input) => merged(input, rule))),
  };
}
