// A vocabulary of BERT's size, for networks of test/fixtures/models where no test needs BERT's own: words "w0", "w1"
// and so on, and BERT's special pieces at their places.

import { utf8 } from '../../../src/core/format/bytes.ts';

/** vocab.txt. */
export function numberedVocabulary(): Uint8Array<ArrayBuffer> {
  const pieces = Array.from({ length: 30_522 }, (_, id) => `w${id}`);
  for (const [id, piece] of [
    [0, '[PAD]'],
    [100, '[UNK]'],
    [101, '[CLS]'],
    [102, '[SEP]'],
    [103, '[MASK]'],
  ] as const) {
    pieces[id] = piece;
  }
  return utf8(`${pieces.join('\n')}\n`);
}
