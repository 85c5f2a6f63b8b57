// The contract of a cross-encoder, `model.json` in its folder: a network that reads a question and a document together
// and gives one number, as "Passage Re-ranking with BERT", Nogueira and Cho, 2019, has it. And the pair that it reads.

import { SparsedgeError } from '../errors.ts';
import { parseJson } from '../format/bytes.ts';
import {
  anyText,
  integer,
  missing,
  object,
  oneOf,
  optional,
  type Shaped,
  shaped,
  text,
} from '../format/shape.ts';
import type { WordPieces } from '../tokens/wordpiece.ts';
import { fileShape } from './contract.ts';

const crossEncoderShape = object({
  format: oneOf(1),
  kind: oneOf('cross-encoder'),
  id: text(/^[a-z0-9][a-z0-9._-]{0,63}$/),
  tokenizer: object({
    kind: oneOf('wordpiece'),
    lowercase: missing(oneOf(true), true),
    /** In pieces, [CLS] and both [SEP] included. */
    maxLength: integer(5, 8192),
  }),
  files: object({
    /** vocab.txt, or tokenizer.json with a WordPiece model. */
    tokenizer: fileShape,
    /**
     * ONNX. Inputs `input_ids`, `attention_mask`, `token_type_ids`, int64 [batch, tokens]; gives float32 [batch, 1] or
     * [batch].
     */
    network: fileShape,
  }),
  /** The name of the graph's output; its first unless given. */
  output: optional(anyText),
  /** What makes a score of the output. Neither changes the order. */
  activation: missing(oneOf('none', 'sigmoid'), 'none'),
  licence: text(),
  trainedOn: text(),
  source: text(),
});

/** A cross-encoder, as its contract says. */
export type CrossEncoderContract = Shaped<typeof crossEncoderShape>;

/**
 * Reads a cross-encoder's contract.
 *
 * @param where the file, for messages
 * @throws SparsedgeError `bad-input` that lists everything that is wrong; `corrupt` for what is no JSON
 */
export function parseCrossEncoder(bytes: Uint8Array, where: string): CrossEncoderContract {
  const { value, wrong } = shaped(crossEncoderShape, parseJson(bytes, where));
  if (wrong === undefined) return value;
  throw new SparsedgeError('bad-input', `${where} is no contract of a cross-encoder:\n${wrong}`, {
    file: where,
  });
}

/** A question and a document as a network reads them. */
export interface Pair {
  readonly ids: readonly number[];
  /** 0 for [CLS], the question and its [SEP]; 1 for the document and its [SEP]. */
  readonly types: readonly number[];
}

/**
 * [CLS] question [SEP] document [SEP]. A document that does not fit is cut off; the question never is.
 *
 * @param question pieces, as `tokenize` gives them, and those of the document
 * @throws SparsedgeError `bad-query` for a question that leaves no room for a document
 */
export function encodePair(
  question: readonly number[],
  document: readonly number[],
  { cls, sep }: WordPieces,
  maxLength: number,
): Pair {
  const room = maxLength - question.length - 3;
  if (room < 1) {
    throw new SparsedgeError(
      'bad-query',
      `the query has ${question.length} pieces; the reranker reads at most ${maxLength - 4} beside a document`,
      { found: question.length, expected: maxLength - 4 },
    );
  }
  const first = [cls, ...question, sep];
  const second = [...document.slice(0, room), sep];
  return {
    ids: [...first, ...second],
    types: [...first.map(() => 0), ...second.map(() => 1)],
  };
}
