// What checkpoints say of their tokenizers that is not followed, or that they say twice and differently: it is refused
// by its file and its name, and nothing is guessed.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTokenizer } from '../../../../build/model/add/checkpoint/find-tokenizer.ts';
import { add, copyOf } from './checkpoints.ts';
import { config, folderWith, MOON, special, TEXT, token, tokenizerJson, VOCAB } from './tokenizer-files.ts';

describe('what is not followed is refused by file and name', () => {
  const withPost = (post: object) => ({
    'tokenizer.json': tokenizerJson({ post_processor: { type: 'TemplateProcessing', ...post } } as object),
  });
  type Case = readonly [string, Readonly<Record<string, object>>, RegExp];
  const cases: readonly Case[] = [
    [
      'a class',
      config({ tokenizer_class: 'BertJapaneseTokenizer', word_tokenizer_type: 'mecab' }),
      /tokenizer_config\.json: expected the tokenizer_class of a BERT, as BertTokenizer, found BertJapaneseTokenizer$/,
    ],
    ['another class', config({ tokenizer_class: 'RobertaTokenizerFast' }), /found RobertaTokenizerFast$/],
    [
      'a class without its file',
      config({ tokenizer_class: 'PreTrainedTokenizerFast' }),
      /found PreTrainedTokenizerFast$/,
    ],
    [
      'case',
      { 'tokenizer.json': tokenizerJson(), ...config({ do_lower_case: false, strip_accents: false }) },
      /do_lower_case to be the same in \S+tokenizer\.json and \S+tokenizer_config\.json, found true and false$/,
    ],
    [
      'accents',
      {
        'tokenizer.json': tokenizerJson({ normalizer: { strip_accents: false } }),
        ...config({ strip_accents: true }),
      },
      /strip_accents to be the same in .*found false and true$/,
    ],
    [
      'ideographs',
      { 'tokenizer.json': tokenizerJson(), ...config({ tokenize_chinese_chars: false }) },
      /tokenize_chinese_chars to be the same in .*found true and false$/,
    ],
    ['basic tokenization', config({ do_basic_tokenize: false }), /do_basic_tokenize true, found false$/],
    [
      'words of another tool',
      config({ word_tokenizer_type: 'mecab' }),
      /word_tokenizer_type basic, found mecab$/,
    ],
    ['another prefix', config({ wordpieces_prefix: '@@' }), /wordpieces_prefix ##, found @@$/],
    [
      'code',
      config({ auto_map: { AutoTokenizer: ['tok.My', null] } }),
      /expected no code of its own, found auto_map/,
    ],
    [
      'two pieces of an id',
      {
        'tokenizer.json': tokenizerJson({
          model: { type: 'WordPiece', vocab: { ...VOCAB, 'moon-again': 85 } },
        } as object),
      },
      /expected 321 pieces with an id each, found 320 ids$/,
    ],
    ['a side', config({ truncation_side: 'left' }), /truncation_side right, found left$/],
    ['words that stay whole', config({ never_split: ['moonlight'] }), /never_split empty, found moonlight$/],
    ['a special piece', config({ cls_token: '<s>' }), /cls_token \[CLS\], found <s>$/],
    [
      'a special piece of the map',
      { 'special_tokens_map.json': { unk_token: { content: '<unk>' } } },
      /special_tokens_map\.json: expected unk_token \[UNK\], found <unk>$/,
    ],
    [
      'a side of tokenizer.json',
      { 'tokenizer.json': tokenizerJson({ truncation: { direction: 'Left' } } as object) },
      /tokenizer\.json: expected texts to be cut at their ends, found "Left"$/,
    ],
    [
      'another post-processor',
      { 'tokenizer.json': tokenizerJson({ post_processor: { type: 'RobertaProcessing' } } as object) },
      /or TemplateProcessing with one text, found "RobertaProcessing"$/,
    ],
    [
      'another normalizer',
      { 'tokenizer.json': tokenizerJson({ normalizer: { type: 'Sequence' } }) },
      /normalizer BertNormalizer, found "Sequence"$/,
    ],
    [
      'an added token elsewhere',
      { 'tokenizer.json': tokenizerJson({ added: MOON }), 'added_tokens.json': { covid19: 321 } },
      /piece 321 to be the same/,
    ],
    [
      'an id that leaves a gap',
      { 'added_tokens.json': { covid19: 330 } },
      /covid19" to be 320, .*found 330$/,
    ],
    [
      'an id that is taken',
      { 'tokenizer.json': tokenizerJson({ added: [token(85, 'covid19')] }) },
      /added token "covid19" to have an id of its own, found 85$/,
    ],
    [
      'another kind of text',
      withPost({ single: [special('[CLS]'), { Sequence: { id: 'A', type_id: 1 } }, special('[SEP]')] }),
      /expected type_id 0 for all of a single text in the post-processor, found 0, 1, 0$/,
    ],
    [
      'another id of a special piece',
      withPost({ single: [special('[CLS]'), TEXT], special_tokens: { '[CLS]': { ids: [3] } } }),
      /expected the id 2 for \[CLS\] in the post-processor, found 3$/,
    ],
    [
      'several ids of a special piece',
      withPost({ single: [special('[CLS]'), TEXT], special_tokens: { '[CLS]': { ids: [2, 84] } } }),
      /for \[CLS\] in the post-processor, found 2, 84$/,
    ],
    [
      'another id of the piece before a text',
      withPost({ type: 'BertProcessing', cls: ['[CLS]', 3], sep: ['[SEP]', 2] }),
      /expected the id 2 for \[CLS\] in the post-processor, found 3$/,
    ],
    [
      'a text that comes twice',
      withPost({ single: [TEXT, special('[SEP]'), TEXT] }),
      /TemplateProcessing with one text, found "TemplateProcessing"$/,
    ],
    [
      'special pieces that are none in text',
      config({ additional_special_tokens: ['[Q]'], split_special_tokens: true }),
      /split_special_tokens false, found true$/,
    ],
    ['text that is not cleaned', config({ clean_text: false }), /expected clean_text true, .* found false$/],
    [
      'the class of config.json',
      { 'config.json': { tokenizer_class: 'BertJapaneseTokenizer' } },
      /config\.json: expected the tokenizer_class of a BERT, as BertTokenizer, found BertJapaneseTokenizer$/,
    ],
    [
      'a model that cuts text in another way',
      { 'config.json': { model_type: 'roformer' } },
      /config\.json: expected the model_type of a BERT, .*found roformer$/,
    ],
    [
      "a special token that tokenizer.json doesn't have",
      { 'tokenizer.json': tokenizerJson(), ...config({ extra_special_tokens: ['[Q]'] }) },
      /the special token \[Q\] to be the same/,
    ],
    ...(
      [
        ['do_lower_case', { lowercase: false, strip_accents: false }],
        ['strip_accents', { strip_accents: false }],
        ['tokenize_chinese_chars', { handle_chinese_chars: false }],
        ['clean_text', { clean_text: false }],
      ] as const
    ).map(
      ([name, normalizer]): Case => [
        `${name}, which its class has unless told`,
        {
          'tokenizer.json': tokenizerJson({ normalizer }),
          'tokenizer_config.json': { tokenizer_class: 'BertTokenizer' },
        },
        new RegExp(`${name} to be the same in .*found false and true, as BertTokenizer has it unless told$`),
      ],
    ),
  ];

  test.each(cases)('%s', (_, files, message) => {
    const read = () => readTokenizer(folderWith(files));
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ code: 'bad-input' }));
  });

  test('where terms are whole words, which are those of BERT-uncased', async () => {
    const folder = copyOf('deep-impact');
    writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify({ strip_accents: false }));
    await expect(add(folder, {})).rejects.toThrow(
      /deepimpact weighs whole words, with strip_accents true, found false$/,
    );
  });
});
