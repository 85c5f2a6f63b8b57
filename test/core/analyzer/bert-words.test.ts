import { Tokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bertPretokenize, bertWords } from '../../../src/core/analyzer/bert-words.ts';

const tokenizer = new Tokenizer(
  {
    version: '1.0',
    added_tokens: [],
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: null,
    decoder: null,
    model: { type: 'WordPiece', unk_token: '[UNK]', vocab: { '[UNK]': 0 } },
  },
  {},
);

const byLibrary = (text: string): string[] =>
  tokenizer.pre_tokenizer.pre_tokenize_text(tokenizer.normalizer.normalize(text), {});

test('words are lower-cased, accents stripped, punctuation set apart', () => {
  expect(bertPretokenize("Café-society: don't PANIC! ($5)")).toEqual([
    'cafe',
    '-',
    'society',
    ':',
    'don',
    "'",
    't',
    'panic',
    '!',
    '(',
    '$',
    '5',
    ')',
  ]);
  expect(bertWords("Café-society: don't PANIC! ($5)")).toEqual(['cafe', 'society', 'don', 't', 'panic', '5']);
});

test('ideographs stand alone, and so do those beyond U+FFFF', () => {
  expect(bertPretokenize('ab漢字𠀀c。')).toEqual(['ab', '漢', '字', '𠀀', 'c', '。']);
});

test('control characters and unpaired surrogates vanish, white space parts', () => {
  expect(bertPretokenize('a\0b\u0007c\uFFFDd\uD800e\u200Bf\tg\u00A0h\u3000i')).toEqual([
    'abcdef',
    'g',
    'h',
    'i',
  ]);
});

test('a sigma at the end of a word is as any other', () => {
  expect(bertWords('ΟΔΟΣ')).toEqual(['οδοσ']);
});

test('words are those of the tokenizer library on every character of the basic plane', () => {
  const differing: string[] = [];
  for (let code = 0; code < 0x10000; code++) {
    const text = `A${String.fromCharCode(code)}é1`;
    if (bertPretokenize(text).join(' ') !== byLibrary(text).join(' ')) differing.push(text);
  }
  expect(differing).toEqual([]);
});

test('words are those of the tokenizer library on random text', () => {
  const unit = fc.oneof(
    fc.integer({ min: 0, max: 0x24f }).map((code) => String.fromCharCode(code)),
    fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    fc.constantFrom(...'aA .-\n\u0301'),
  );
  fc.assert(
    fc.property(fc.string({ unit }), (text) => {
      const known = text.replace(/[\u03A3\uD800-\uDFFF]/g, '');
      expect(bertPretokenize(known)).toEqual(byLibrary(known));
    }),
    { numRuns: 2000 },
  );
});

test('the words are the tokens without punctuation', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const words = bertPretokenize(text).filter((token) => !/^[!-/:-@[-`{-~\p{P}]$/u.test(token));
      expect(bertWords(text)).toEqual(words);
    }),
    { numRuns: 2000 },
  );
});
