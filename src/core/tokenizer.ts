// The tokenizer that a contract names.

import type { ModelContract } from './model.ts';
import { readStems } from './stems.ts';
import type { Tokenizer } from './tokens.ts';
import { readWordPieces } from './wordpiece.ts';

/**
 * Reads a model's tokenizer.
 *
 * @throws SparsedgeError `bad-input` for a file that is none of its kind
 */
export function readTokenizer({ tokenizer }: ModelContract, bytes: Uint8Array, where: string): Tokenizer {
  return tokenizer.kind === 'stems'
    ? readStems(bytes, where, tokenizer.buckets)
    : readWordPieces(bytes, where);
}
