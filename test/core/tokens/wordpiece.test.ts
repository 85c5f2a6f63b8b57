import { array, assert, constantFrom, integer, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../../src/core/format/bytes.ts';
import { cutWindows } from '../../../src/core/tokens/tokens.ts';
import { readWordPieces } from '../../../src/core/tokens/wordpiece.ts';
import { PIECES, tinyVocabulary } from '../heads/tiny-model.ts';

const pieces = (text: string) => tinyVocabulary.tokenize(text).ids.map((id) => PIECES[id]);

describe('WordPiece', () => {
  test('takes the longest pieces, and the unknown one for what it cannot spell', () => {
    expect(pieces('Cats! dog catx')).toEqual(['cat', '##s', '!', 'dog', '[UNK]']);
    expect(pieces('')).toEqual([]);
    expect(pieces(`cat${'s'.repeat(97)}`).length).toBe(98);
    expect(pieces(`cat${'s'.repeat(98)}`)).toEqual(['[UNK]']);
    expect(pieces('[SEP]')).toEqual(['[UNK]', '[UNK]', '[UNK]']);
  });

  test('knows where words begin; marks are no words', () => {
    expect(tinyVocabulary.tokenize('cats! dog').words).toEqual([
      { text: 'cats', position: 0 },
      { text: 'dog', position: 3 },
    ]);
  });

  test('windows hold every piece and word once, in order, and cut no word that fits', () => {
    const words = array(constantFrom('cat', 'cats', 'catss', 'dog', '!', 'catssssss'), { maxLength: 40 });
    assert(
      property(words, integer({ min: 3, max: 12 }), (list, maxLength) => {
        const text = list.join(' ');
        const whole = tinyVocabulary.tokenize(text);
        const windows = cutWindows(whole, tinyVocabulary, maxLength, 'windows');
        expect(windows.flatMap(({ ids }) => ids.slice(1, -1))).toEqual(whole.ids);
        expect(windows.flatMap((window) => window.words.map(({ text }) => text))).toEqual(
          whole.words.map(({ text }) => text),
        );
        for (const { ids, words } of windows) {
          expect(ids.length).toBeLessThanOrEqual(maxLength);
          expect([ids[0], ids.at(-1)]).toEqual([tinyVocabulary.cls, tinyVocabulary.sep]);
          for (const { text, position } of words) {
            const all = tinyVocabulary.tokenize(text).ids;
            if (all.length <= maxLength - 2) expect(ids.slice(position, position + all.length)).toEqual(all);
          }
        }
        const [cut, ...rest] = cutWindows(whole, tinyVocabulary, maxLength, 'truncate');
        expect(rest).toEqual([]);
        expect(cut!.ids.slice(1, -1)).toEqual(whole.ids.slice(0, maxLength - 2));
      }),
    );
  });

  test('reads tokenizer.json', () => {
    const vocab = Object.fromEntries(PIECES.map((piece, id) => [piece, id]));
    const json = {
      normalizer: { type: 'BertNormalizer', lowercase: true, strip_accents: null },
      pre_tokenizer: { type: 'BertPreTokenizer' },
      post_processor: { type: 'BertProcessing', cls: ['[CLS]', 2], sep: ['[SEP]', 3] },
      model: { type: 'WordPiece', vocab, continuing_subword_prefix: '##' },
    };
    const read = (value: object) => readWordPieces(utf8(JSON.stringify(value)), 'tokenizer.json');
    expect(read(json)).toEqual({ ...tinyVocabulary, tokenize: expect.any(Function) });
    const { normalizer } = json;
    expect(() => read({ ...json, normalizer: { ...normalizer, lowercase: false } })).toThrow(
      /expected lowercase true, as the model's contract says, found false/,
    );
    expect(() => read({ ...json, model: { ...json.model, type: 'BPE' } })).toThrow(/WordPiece, found "BPE"/);
    expect(() => read({ ...json, model: { vocab: { ...vocab, cat: 900 } } })).toThrow(/bad|pieces/);
  });

  test('refuses a file that is no vocabulary', () => {
    expect(() => readWordPieces(utf8('a\nb\n'), 'm/vocab.txt')).toThrow(
      /m\/vocab.txt: expected the piece \[CLS\]/,
    );
    expect(() => readWordPieces(utf8('a\na\n'), 'm/vocab.txt')).toThrow(/pieces that differ/);
  });
});
