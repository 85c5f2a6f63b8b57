// Files of tokenizers as checkpoints have them, with what a test changes in them.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readTokenizer } from '../../../../build/model/add/checkpoint/find-tokenizer.ts';
import { CHECKPOINTS, temporary } from './checkpoints.ts';

const PIECES = readFileSync(join(CHECKPOINTS, 'masked-bert/vocab.txt'), 'utf8').trimEnd().split('\n');
export const VOCAB = Object.fromEntries(PIECES.map((piece, id) => [piece, id]));
const SPECIALS = PIECES.slice(0, 5).map((content, id) =>
  token(id, content, { normalized: false, special: true }),
);

export function token(id: number, content: string, more: object = {}) {
  return {
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: true,
    special: false,
    ...more,
  };
}

export const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
export const TEXT = { Sequence: { id: 'A', type_id: 0 } };

/** tokenizer.json, but for what is given. */
export function tokenizerJson({
  added = [],
  normalizer = {},
  ...more
}: { added?: object[]; normalizer?: object } & object = {}) {
  return {
    version: '1.0',
    truncation: null,
    added_tokens: [...SPECIALS, ...added],
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
      ...normalizer,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: { type: 'TemplateProcessing', single: [special('[CLS]'), TEXT, special('[SEP]')] },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: VOCAB,
    },
    ...more,
  };
}

/** A folder with these files of a tokenizer; vocab.txt unless there is tokenizer.json. */
export function folderWith(files: Readonly<Record<string, object>>): string {
  const folder = temporary();
  if (!files['tokenizer.json']) writeFileSync(join(folder, 'vocab.txt'), `${PIECES.join('\n')}\n`);
  for (const [name, value] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(value));
  return folder;
}

export function idsOf(folder: string, text: string): string {
  const { pieces } = readTokenizer(folder);
  return [...pieces.before, ...pieces.tokenize(text).ids, ...pieces.after].join(' ');
}

export const config = (more: object) => ({
  'tokenizer_config.json': { do_lower_case: true, model_max_length: 64, ...more },
});
/** Added tokens, beyond the pieces. */
export const MOON = [token(320, 'covid19'), token(321, 'moonlight')];
