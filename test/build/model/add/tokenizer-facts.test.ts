// What checkpoints say of their tokenizers beyond a vocabulary, held to tokenizers 0.23.3 and transformers 5.24.0: each
// fact is followed, or refused by its file and its name.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTokenizer } from '../../../../build/model/add/checkpoint/find-tokenizer.ts';
import { openModelFolder, readVocabulary } from '../../../../build/model/model-folder.ts';
import { add, CHECKPOINTS, copyOf, temporary } from './checkpoints.ts';

const PIECES = readFileSync(join(CHECKPOINTS, 'masked-bert/vocab.txt'), 'utf8').trimEnd().split('\n');
const VOCAB = Object.fromEntries(PIECES.map((piece, id) => [piece, id]));
const SPECIALS = PIECES.slice(0, 5).map((content, id) =>
  token(id, content, { normalized: false, special: true }),
);

function token(id: number, content: string, more: object = {}) {
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

const special = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
const TEXT = { Sequence: { id: 'A', type_id: 0 } };

/** tokenizer.json, but for what is given. */
function tokenizerJson({
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
function folderWith(files: Readonly<Record<string, object>>): string {
  const folder = temporary();
  if (!files['tokenizer.json']) writeFileSync(join(folder, 'vocab.txt'), `${PIECES.join('\n')}\n`);
  for (const [name, value] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(value));
  return folder;
}

function idsOf(folder: string, text: string): string {
  const { pieces } = readTokenizer(folder);
  return [...pieces.before, ...pieces.tokenize(text).ids, ...pieces.after].join(' ');
}

const config = (more: object) => ({
  'tokenizer_config.json': { do_lower_case: true, model_max_length: 64, ...more },
});
const MOON = [token(320, 'covid19'), token(321, 'moonlight')];

describe('added pieces', () => {
  const decoder = Object.fromEntries(MOON.map(({ id, ...rest }) => [id, rest]));
  const forms: readonly [string, Readonly<Record<string, object>>][] = [
    ['tokenizer.json', { 'tokenizer.json': tokenizerJson({ added: MOON }), ...config({}) }],
    ['added_tokens.json', { 'added_tokens.json': { covid19: 320, moonlight: 321 }, ...config({}) }],
    ['tokenizer_config.json', config({ added_tokens_decoder: decoder })],
    [
      'all of them',
      {
        'tokenizer.json': tokenizerJson({ added: MOON }),
        'added_tokens.json': { covid19: 320, moonlight: 321 },
        ...config({ added_tokens_decoder: decoder }),
      },
    ],
  ];

  test.each(forms)('of %s are found in text', (_, files) => {
    const folder = folderWith(files);
    expect(readTokenizer(folder).pieces.pieces).toHaveLength(322);
    expect(idsOf(folder, 'moonlight sea')).toBe('2 321 87 3');
    expect(idsOf(folder, 'moonlight on the covid19 sea')).toBe('2 321 107 84 320 87 3');
    expect(idsOf(folder, 'COVID19 Moonlight')).toBe('2 320 321 3');
  });

  const one = (more: object, content = 'moonlight') =>
    folderWith({ 'tokenizer.json': tokenizerJson({ added: [token(320, content, more)] }) });

  test('part the words that they stand in, unless they are whole words', () => {
    expect(idsOf(one({}), 'xmoonlight sea')).toMatch(/ 320 87 3$/);
    const whole = one({ single_word: true });
    expect(idsOf(whole, 'the moonlight, sea')).toMatch(/^2 84 320 \d+ 87 3$/);
    for (const text of ['moonlights', 'xmoonlight', 'moonlight_', 'émoonlight', 'moonlight7'])
      expect(idsOf(whole, text), text).not.toContain('320');
  });

  test('of written text have its case, and those of normalized text have none', () => {
    const written = one({ normalized: false }, 'Moonlight');
    expect(idsOf(written, 'Moonlight sea')).toBe('2 320 87 3');
    expect(idsOf(written, 'moonlight sea')).not.toContain('320');
    expect(idsOf(one({}, 'Mööñlight'), 'MOONLIGHT sea')).toBe('2 320 87 3');
  });

  test('that are special are found, too, but for the five of BERT', () => {
    const folder = one({ normalized: false, special: true, rstrip: true }, '[Q]');
    expect(idsOf(folder, '[Q] the moon')).toBe('2 320 84 85 3');
    expect(idsOf(folder, '[MASK]').split(' ')).not.toContain('4');
    const named = folderWith(config({ additional_special_tokens: ['[Q]'] }));
    expect(idsOf(named, '[Q] the moon')).toBe('2 320 84 85 3');
  });

  test('that overlap: the longest counts', () => {
    const both = [token(320, 'moon'.slice(0, 2)), token(321, 'moonlight')];
    const folder = folderWith({
      'tokenizer.json': tokenizerJson({ added: both.map((each) => ({ ...each })) }),
    });
    expect(idsOf(folder, 'moonlight sea')).toBe('2 321 87 3');
  });

  test('are in the model that is added, and its texts are cut by them', async () => {
    const folder = copyOf('masked-bert');
    // The fixture's network has rows for its own pieces, so a piece that it has is made an added one.
    const piece = token(85, 'moon');
    writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(tokenizerJson({ added: [piece] })));
    const { path, contract } = await add(folder, {
      stated: { head: 'splade-max' } as never,
      quantize: false,
    });
    expect(contract.tokenizer).toMatchObject({ added: [{ piece: 'moon', normalized: true }] });
    const { pieces } = await readVocabulary(openModelFolder(path));
    expect(pieces.tokenize('moons').ids[0]).toBe(85);
  });
});

describe('normalization', () => {
  test.each([
    [{ strip_accents: false }, 'café River', '2 1 96 3'],
    [{ strip_accents: false }, 'moon Ärger', '2 85 1 3'],
    [{ tokenize_chinese_chars: false }, 'moon月光sea', '2 1 3'],
    [{ tokenize_chinese_chars: false }, '月 光', '2 1 1 3'],
    [{ do_lower_case: false }, 'The Moon café', '2 1 1 1 3'],
    [{ do_lower_case: false }, 'the moon pulls the sea', '2 84 85 86 84 87 3'],
    // What is not said follows the case, as in transformers.
    [{ do_lower_case: false, strip_accents: true }, 'the móon', '2 84 85 3'],
  ])('%j makes %s %s', (said, text, ids) => {
    expect(idsOf(folderWith(config(said)), text)).toBe(ids);
  });

  test.each([
    [{ strip_accents: false }, 'café River', '2 1 96 3'],
    [{ handle_chinese_chars: false }, 'moon月光sea', '2 1 3'],
    [{ lowercase: false }, 'The Moon', '2 1 1 3'],
    [{ clean_text: false }, 'moon\u00adsea', '2 1 3'],
  ])('of tokenizer.json, %j makes %s %s', (normalizer, text, ids) => {
    expect(idsOf(folderWith({ 'tokenizer.json': tokenizerJson({ normalizer }) }), text)).toBe(ids);
  });

  test('is the same from the model that is added', async () => {
    const folder = copyOf('masked-bert');
    writeFileSync(
      join(folder, 'tokenizer_config.json'),
      JSON.stringify(config({ strip_accents: false })['tokenizer_config.json']),
    );
    const { path } = await add(folder, { stated: { head: 'splade-max' } as never, quantize: false });
    const { pieces } = await readVocabulary(openModelFolder(path));
    expect(pieces.tokenize('café River').ids).toEqual([1, 96]);
  });
});

describe('the post-processor', () => {
  const processed = (post_processor: object | null) =>
    folderWith({ 'tokenizer.json': { ...tokenizerJson(), post_processor } });

  test.each([
    [{ type: 'TemplateProcessing', single: [TEXT] }, '84 85 86 84 87'],
    [null, '84 85 86 84 87'],
    [{ type: 'TemplateProcessing', single: [special('[CLS]'), TEXT] }, '2 84 85 86 84 87'],
    [
      { type: 'TemplateProcessing', single: [special('[CLS]'), special('[MASK]'), TEXT, special('[SEP]')] },
      '2 4 84 85 86 84 87 3',
    ],
    [{ type: 'BertProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2] }, '2 84 85 86 84 87 3'],
  ])('%j gives %s', (post, ids) => {
    expect(idsOf(processed(post), 'the moon pulls the sea')).toBe(ids);
  });
});

test('six hundred texts under forty combinations of facts are cut as tokenizers 0.23.3 cuts them', () => {
  const cases = JSON.parse(readFileSync(join(CHECKPOINTS, '../field/tokenizers.json'), 'utf8')) as {
    readonly added: object[];
    readonly normalizer: object;
    readonly post_processor: object | null;
    readonly texts: readonly [string, number[]][];
  }[];
  for (const { added, normalizer, post_processor, texts } of cases) {
    const folder = folderWith({
      'tokenizer.json': { ...tokenizerJson({ added, normalizer }), post_processor },
    });
    for (const [text, ids] of texts) expect(idsOf(folder, text), JSON.stringify(text)).toBe(ids.join(' '));
  }
  expect(cases.flatMap(({ texts }) => texts)).toHaveLength(600);
});

describe('what is not followed is refused by file and name', () => {
  const cases: readonly [string, Readonly<Record<string, object>>, RegExp][] = [
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
      /post-processor BertProcessing or TemplateProcessing, found "RobertaProcessing"$/,
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
