// What checkpoints say of their tokenizers beyond a vocabulary, held to tokenizers 0.23.3 and transformers 5.24.0: each
// fact is followed, or refused by its file and its name.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readTokenizer } from '../../../../build/model/add/checkpoint/find-tokenizer.ts';
import { openModelFolder, readVocabulary } from '../../../../build/model/model-folder.ts';
import { add, CHECKPOINTS, copyOf } from './checkpoints.ts';
import { config, folderWith, idsOf, MOON, special, TEXT, token, tokenizerJson } from './tokenizer-files.ts';

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
    for (const named of [
      { additional_special_tokens: ['[Q]'] },
      { extra_special_tokens: ['[Q]'] },
      { extra_special_tokens: { question_token: '[Q]' } },
      { additional_special_tokens: ['[X]'], extra_special_tokens: ['[Q]'] },
      { bos_token: '[Q]' },
      { bos_token: '[CLS]', eos_token: { content: '[Q]' } },
    ])
      expect(idsOf(folderWith(config(named)), '[Q] the moon'), JSON.stringify(named)).toBe('2 320 84 85 3');
    const two = folderWith({
      ...config({ bos_token: '<s>', eos_token: '</s>', extra_special_tokens: ['[Q]'] }),
    });
    expect(idsOf(two, '<s> moon </s> [Q]')).toBe('2 320 85 321 322 3');
  });

  test('with a space are found over white space of every kind, where text is cleaned', () => {
    const both = one({}, 'moon sea');
    for (const space of [' ', '\n', '\t', '\u00a0', '\u3000'])
      expect(idsOf(both, `the moon${space}sea`), JSON.stringify(space)).toBe('2 84 320 3');
    expect(idsOf(both, 'the moon  sea')).toBe('2 84 85 87 3');
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

test.each([
  [{ model_max_length: 16 }, 16],
  [{ model_max_length: null, max_len: 16 }, 16],
  [{ model_max_length: 32, max_len: 16 }, 32],
])('%j is how long a text may be', (said, length) => {
  expect(readTokenizer(folderWith(config(said))).maxLength).toBe(length);
});
