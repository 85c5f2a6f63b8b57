// What a WordPiece tokenizer does that its vocabulary does not say: the facts of tokenizer.json. A model's contract has
// them where they are not BERT-uncased's.

import type { BertNormalization } from '../analyzer/bert-words.ts';

/** A piece that is found in text as it stands, before anything else is made of the text. */
export interface AddedPiece {
  readonly piece: string;
  /** Found in normalized text and not in the text as it is written. */
  readonly normalized: boolean;
  /** Found only where no letter, digit or underscore stands beside it. */
  readonly singleWord: boolean;
  /** Takes the white space before it, or behind it, along. */
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  /** WordPiece has it, too: words that are not it may be cut into it and others. */
  readonly ofWords: boolean;
}

/** Facts; what is not given is as BERT-uncased has it. */
export interface WordPieceFacts {
  readonly lowercase?: boolean | undefined;
  /** As `lowercase` unless given. */
  readonly stripAccents?: boolean | undefined;
  readonly partIdeographs?: boolean | undefined;
  readonly cleanText?: boolean | undefined;
  readonly added?: readonly AddedPiece[] | undefined;
  /** The special pieces that a window begins and ends with: [CLS] and [SEP]. */
  readonly before?: readonly string[] | undefined;
  readonly after?: readonly string[] | undefined;
}

/** What is done to a text before it is cut. */
export function normalizationOf({
  lowercase = true,
  stripAccents = lowercase,
  partIdeographs = true,
  cleanText = true,
}: WordPieceFacts): BertNormalization {
  return { lowercase, stripAccents, partIdeographs, cleanText };
}

/** Facts with everything said. */
export type CompleteFacts = { readonly [Fact in keyof WordPieceFacts]-?: NonNullable<WordPieceFacts[Fact]> };

/** Says everything, to compare facts. */
export function completeFacts(facts: WordPieceFacts): CompleteFacts {
  const { added = [], before = ['[CLS]'], after = ['[SEP]'] } = facts;
  return { ...normalizationOf(facts), added, before, after };
}
