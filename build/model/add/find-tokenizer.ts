// A checkpoint's tokenizer → vocab.txt: the smallest form of it, which a Worker reads with each model.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { readWordPieces, type WordPieces } from '../../../src/core/tokens/wordpiece.ts';
import { readJsonFile } from './json-file.ts';

const configSchema = z.looseObject({
  do_lower_case: z.boolean().optional(),
  model_max_length: z.number().optional(),
});

/** A tokenizer, and the most pieces it cuts a text to, where it says. */
export interface Tokenizer {
  readonly pieces: WordPieces;
  readonly maxLength?: number | undefined;
}

/**
 * Reads tokenizer.json, vocab.txt, or both.
 *
 * @throws SparsedgeError `bad-input` for another tokenizer than BERT-uncased's, and for two that differ
 */
export function readTokenizer(folder: string): Tokenizer {
  const [json, text] = ['tokenizer.json', 'vocab.txt']
    .map((name) => join(folder, name))
    .filter((p) => existsSync(p));
  if (json === undefined) {
    throw new SparsedgeError('bad-input', `${folder}: expected tokenizer.json or vocab.txt, found neither`, {
      folder,
    });
  }
  const pieces = readWordPieces(readFileSync(json), json);
  if (text !== undefined) mustBeSame(pieces, readWordPieces(readFileSync(text), text), json, text);
  const where = join(folder, 'tokenizer_config.json');
  const config = readJsonFile(where, configSchema);
  // tokenizer.json says it itself, and was checked; of what is not said true is the library's own default.
  if (json.endsWith('.txt') && config?.do_lower_case === false) {
    throw new SparsedgeError('bad-input', `${where}: expected do_lower_case true, found false`, {
      file: where,
    });
  }
  return { pieces, maxLength: config?.model_max_length };
}

/** @throws SparsedgeError `bad-input` unless two vocabularies have the same pieces by the same ids */
export function mustBeSame(a: WordPieces, b: WordPieces, where: string, other: string): void {
  const id = Array.from({ length: Math.max(a.pieces.length, b.pieces.length) }, (_, i) => i).find(
    (i) => a.pieces[i] !== b.pieces[i],
  );
  if (id === undefined) return;
  const [first, second] = [a, b].map(({ pieces }) => JSON.stringify(pieces[id]) ?? 'none');
  throw new SparsedgeError(
    'bad-input',
    `expected the same pieces in ${where} and ${other}, found piece ${id} as ${first} and as ${second}`,
    { file: where, other, piece: id },
  );
}

/** vocab.txt of a vocabulary. */
export function vocabularyText({ pieces }: WordPieces): Uint8Array {
  return Buffer.from(pieces.map((piece) => `${piece}\n`).join(''));
}
