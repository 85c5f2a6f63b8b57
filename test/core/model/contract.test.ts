import { describe, expect, test } from 'vitest';
import { utf8 } from '../../../src/core/format/bytes.ts';
import { encodeManifest, type Space } from '../../../src/core/format/manifest.ts';
import { checkModelFile, parseModel } from '../../../src/core/model/contract.ts';
import { checkModelName, MODEL_JSON } from '../../../src/core/model/model-name.ts';

const file = (name: string) => ({ name, sha256: 'ab'.repeat(32), bytes: 10 });

const least = {
  format: 1,
  id: 'tiny',
  head: 'splade-max',
  tokenizer: { kind: 'wordpiece', maxLength: 128 },
  files: { tokenizer: file('vocab.txt'), document: file('document.onnx') },
  vocabulary: 'word-piece',
  query: { kind: 'binary' },
  licence: 'Apache-2.0',
  trainedOn: 'nothing',
  source: 'a test',
};

const parse = (contract: unknown) => parseModel(utf8(JSON.stringify(contract)), MODEL_JSON);

describe('a model contract', () => {
  test('is completed with what is usual', () => {
    const model = parse(least);
    expect(model.quantizer).toEqual({ rounding: 'nearest' });
    expect(model.longDocuments).toBe('windows');
    expect(model.tokenizer).toHaveProperty('dropTokens', expect.arrayContaining(['[PAD]']));
  });

  test.each([
    [
      'a head that weighs other terms',
      { vocabulary: 'whole-word' },
      /splade-max weighs the terms word-piece/,
    ],
    ['a table that is not there', { query: { kind: 'table' } }, /files\.table/],
    ['a query graph that is not there', { query: { kind: 'neural' } }, /files\.query/],
    ['clusters that are not there', { head: 'lens', vocabulary: 'cluster' }, /files\.clusters/],
    [
      'stems that are pieces',
      { tokenizer: { kind: 'stems', maxLength: 64, buckets: 8 } },
      /stems are whole words, and splade-max weighs the terms word-piece/,
    ],
    ['stems without buckets', { tokenizer: { kind: 'stems', maxLength: 64 } }, /tokenizer\.buckets/],
    ['phrases of pieces', { phrases: { weight: 0.3 } }, /phrases are of stems/],
    [
      'phrases of words that BM25 does not weigh',
      {
        head: 'deepimpact',
        vocabulary: 'whole-word',
        tokenizer: { kind: 'stems', maxLength: 64, buckets: 8 },
        phrases: { weight: 0.3 },
      },
      /phrases are of stems and weighed by BM25/,
    ],
    ['parameters of BM25 that nothing uses', { bm25: { k1: 1, b: 0.5 } }, /BM25 weighs the values of deepct/],
    [
      'burstiness of what was not counted',
      { head: 'deepct', vocabulary: 'whole-word', bm25: { k1: 1, b: 0.5, burstiness: true } },
      /values of deepct are not counts, and burstiness is a mean of counts/,
    ],
    ['phrases that weigh nothing', { phrases: { weight: 0 } }, /phrases\.weight/],
    ['SparTerm without a gate', { head: 'sparterm' }, /gate/],
    ['a field that nobody knows', { pooling: 'max' }, /pooling/],
    ['a file outside the folder', { files: { tokenizer: file('../vocab.txt') } }, /files\.tokenizer\.name/],
  ])('is refused for %s', (_, change, message) => {
    expect(() => parse({ ...least, ...change })).toThrow(message);
    expect(() => parse({ ...least, ...change })).toThrow(
      expect.objectContaining({ code: 'bad-input', details: { file: MODEL_JSON } }),
    );
  });

  test('names what is wrong with a file: its size, or its hash', () => {
    const expected = file('document.onnx');
    expect(() => checkModelFile(expected, expected, 'm/document.onnx', 'bad-input')).not.toThrow();
    expect(() => checkModelFile(expected, { ...expected, bytes: 9 }, 'm/document.onnx', 'bad-input')).toThrow(
      'm/document.onnx: expected 10 bytes, found 9 bytes',
    );
    expect(() => checkModelFile(expected, { ...expected, sha256: 'cd'.repeat(32) }, 'x', 'corrupt')).toThrow(
      /x: expected SHA-256 abab.*, found SHA-256 cdcd/,
    );
  });

  test('is named by every manifest whose queries need it', () => {
    const space = {
      name: 'words',
      analyzer: 'bert-words' as const,
      encoder: { id: 'splade-doc', parameters: {} },
      quantizer: { maximum: 1, rounding: 'nearest' as const },
      terms: 0,
      postings: 0,
    };
    const encode = (query: Space['query']) =>
      encodeManifest({
        build: '0'.repeat(16),
        documents: 0,
        spaces: [{ ...space, query }],
        windows: [0],
        table: { name: 'objects/table', bytes: 0, crc32: 0 },
      });
    expect(() => encode('count')).not.toThrow();
    for (const query of ['tokenizer', 'neural'] as const)
      expect(() => encode(query)).toThrow(/none is named/);
  });

  test('must be that of the index', () => {
    const model = { id: 'tiny', sha256: 'ab'.repeat(32) };
    const space = { name: 'words', encoder: { id: 'splade-max', parameters: {}, model } } as Space;
    expect(() => checkModelName(space, { ...model })).not.toThrow();
    for (const other of [undefined, { ...model, sha256: 'cd'.repeat(32) }]) {
      expect(() => checkModelName(space, other)).toThrow(
        expect.objectContaining({ code: 'model-mismatch', message: expect.stringMatching(/abab.*at hand/) }),
      );
    }
  });
});
