// A model small enough to compute by hand: pieces 0 to 7, of which four are special.

import { utf8 } from '../../../src/core/format/bytes.ts';
import { type Head, type ModelContract, parseModel } from '../../../src/core/model/contract.ts';
import { readWordPieces } from '../../../src/core/tokens/wordpiece.ts';

export const PIECES = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'cat', 'dog', '##s', '!'];

export const tinyVocabulary = readWordPieces(utf8(PIECES.join('\n')), 'vocab.txt');

const KINDS: Partial<Record<Head, string>> = {
  deepimpact: 'whole-word',
  deepct: 'whole-word',
  residual: 'whole-word',
  lens: 'cluster',
};

export function tinyModel(head: Head, more: object = {}): ModelContract {
  const file = (name: string) => ({ name, sha256: '0'.repeat(64), bytes: 1 });
  const contract = {
    format: 1,
    id: 'tiny',
    head,
    tokenizer: { kind: 'wordpiece', maxLength: 8 },
    files: { tokenizer: file('vocab.txt'), document: file('document.onnx'), clusters: file('clusters.json') },
    vocabulary: KINDS[head] ?? 'word-piece',
    query: { kind: 'binary' },
    licence: 'Apache-2.0',
    trainedOn: 'nothing',
    source: 'a test',
    ...more,
  };
  return parseModel(utf8(JSON.stringify(contract)), 'model.json');
}
