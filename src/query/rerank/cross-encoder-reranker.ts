// A cross-encoder as a reranker: pairs of question and document through a network, wherever that runs. A pair at a time
// and never padded: its score then depends on nothing else that is reranked, and needs the least memory.

import { SparsedgeError } from '../../core/errors.ts';
import type { Batch, Outputs } from '../../core/heads/batch.ts';
import type { Tensor } from '../../core/heads/outputs/output.ts';
import { type CrossEncoderContract, encodePair, type Pair } from '../../core/model/cross-encoder.ts';
import type { WordPieces } from '../../core/tokens/wordpiece.ts';
import type { Judgement } from './rerank.ts';

/** A cross-encoder with its network. */
export interface CrossEncoder {
  readonly contract: CrossEncoderContract;
  readonly pieces: WordPieces;
  run(batch: Batch): Promise<Outputs>;
}

/**
 * Scores texts for a question.
 *
 * @throws SparsedgeError `bad-query` for a question that is too long, `bad-input` for a network of another output
 */
export async function scorePairs(
  question: string,
  texts: readonly string[],
  { contract, pieces, run }: CrossEncoder,
): Promise<Judgement & { readonly tokens: number }> {
  const { ids: asked } = pieces.tokenize(question);
  const scores: number[] = [];
  let tokens = 0;
  for (const text of texts) {
    const pair = encodePair(asked, pieces.tokenize(text).ids, pieces, contract.tokenizer.maxLength);
    const { values } = await run(batchOf(pair));
    const value = oneNumber(values, contract.id);
    scores.push(contract.activation === 'sigmoid' ? 1 / (1 + Math.exp(-value)) : value);
    tokens += pair.ids.length;
  }
  return { scores, tokens };
}

function batchOf({ ids, types }: Pair): Batch {
  return {
    windows: [{ ids, words: [] }],
    tokens: ids.length,
    ids: BigInt64Array.from(ids, BigInt),
    mask: new BigInt64Array(ids.length).fill(1n),
    types: BigInt64Array.from(types, BigInt),
  };
}

function oneNumber({ data, dims }: Tensor, model: string): number {
  if (data.length === 1) return data[0];
  const found = `[${dims.join(', ')}]`;
  throw new SparsedgeError(
    'bad-input',
    `the reranker ${model}: expected one number for a pair, found ${found}`,
    {
      model,
      expected: '[1, 1]',
      found,
    },
  );
}
