// The tokenizer that a contract names.

import { readStems } from '../tokens/stem-tokens.ts';
import type { Tokenizer } from '../tokens/tokens.ts';
import { readWordPieces } from '../tokens/wordpiece.ts';
import type { ModelContract } from './contract.ts';

/**
 * Reads a model's tokenizer.
 *
 * @throws SparsedgeError `bad-input` for a file that is none of its kind
 */
export function readTokenizer({ tokenizer }: ModelContract, bytes: Uint8Array, where: string): Tokenizer {
  return tokenizer.kind === 'stems'
    ? readStems(bytes, where, tokenizer.buckets)
    : readWordPieces(bytes, where, tokenizer);
}
