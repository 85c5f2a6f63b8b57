// Checkpoints that are truncated, do not fit together, or leave open what they are.

import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Addition } from '../../../../build/model/add/write-model.ts';
import { add, CHECKPOINTS, copyOf, temporary } from './checkpoints.ts';

const replace = (path: string, from: string, to: string) =>
  writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
const cut = (path: string, share: number) => {
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length * share)));
};

/** What is done to a checkpoint, what is said of it, and what the error must say. */
const wrong: readonly [string, string, (folder: string) => void, Partial<Addition>, RegExp][] = [
  [
    'no config',
    'masked-bert',
    (f) => rmSync(join(f, 'config.json')),
    {},
    /found neither config\.json nor modules\.json/,
  ],
  [
    'what no file says',
    'masked-bert',
    () => {},
    { stated: { source: undefined } as never },
    /--head: [\s\S]*--source: /,
  ],
  [
    'no network',
    'masked-bert',
    (f) => rmSync(join(f, 'onnx'), { recursive: true }),
    { stated: { head: 'splade-max' } },
    /no ONNX file\. model\.safetensors becomes one by: python3 models\/train\/convert\/to_onnx\.py \S+masked-bert/,
  ],
  [
    'two networks',
    'deep-impact',
    (f) => cpSync(join(f, 'model.onnx'), join(f, 'onnx/model.onnx')),
    {},
    /found model\.onnx, onnx\/model\.onnx: say which with --graph/,
  ],
  [
    'a network that is not there',
    'deep-impact',
    () => {},
    { files: { graph: 'x.onnx' } },
    /expected the network x\.onnx, found model\.onnx/,
  ],
  ['a truncated network', 'deep-impact', (f) => cut(join(f, 'model.onnx'), 0.5), {}, /model\.onnx/],
  ['an empty network', 'deep-impact', (f) => cut(join(f, 'model.onnx'), 0), {}, /0 graphs/],
  [
    'a truncated vocabulary',
    'deep-impact',
    (f) => cut(join(f, 'vocab.txt'), 0.005),
    {},
    /vocab\.txt: expected the piece \[/,
  ],
  [
    'a vocabulary larger than the network',
    'deep-impact',
    (f) => replace(join(f, 'config.json'), '"vocab_size": 320', '"vocab_size": 300'),
    {},
    /expected a network over 320 pieces, found one over 300/,
  ],
  [
    'a cased vocabulary',
    'deep-impact',
    (f) => replace(join(f, 'tokenizer_config.json'), 'true', 'false'),
    {},
    /the tokenizer of BERT-uncased, since deepimpact weighs whole words, with do_lower_case true, found false/,
  ],
  [
    'no tokenizer',
    'deep-impact',
    (f) => rmSync(join(f, 'vocab.txt')),
    {},
    /expected tokenizer\.json or vocab\.txt, found neither/,
  ],
  [
    'another head than the files say',
    'sparse-encoder',
    () => {},
    { stated: { head: 'splade-sum' } },
    /expected the head splade-max, as its files say, found --head splade-sum/,
  ],
  [
    'a head for another output',
    'deep-impact',
    () => {},
    { stated: { head: 'splade-max' } },
    /expected the head deepimpact/,
  ],
  [
    'a scalar head over logits',
    'masked-bert',
    () => {},
    { stated: { head: 'deepct' } },
    /expected an output \[1, 16\]; found \[1, 16, 320\]/,
  ],
  [
    'an output that is not there',
    'deep-impact',
    () => {},
    { stated: { outputs: { values: 'x' } } },
    /expected the output x; found impacts/,
  ],
  [
    'more pieces than positions',
    'deep-impact',
    () => {},
    { stated: { maxLength: 512 } },
    /at most 256 pieces, for which it has positions, found 512/,
  ],
  [
    'another query side than the files say',
    'router-table',
    () => {},
    { stated: { query: 'neural' } },
    /expected queries weighed by table, as its files say, found --query neural/,
  ],
  [
    'a table that is not there',
    'deep-impact',
    () => {},
    { stated: { query: 'table' } },
    /found no idf\.json, and no --table/,
  ],
  [
    'a table without its weights',
    'router-table',
    (f) => rmSync(join(f, 'query_0_SparseStaticEmbedding/model.safetensors')),
    {},
    /found no file: say where they are with --table/,
  ],
  [
    'a truncated table',
    'router-table',
    (f) => cut(join(f, 'query_0_SparseStaticEmbedding/model.safetensors'), 0.9),
    {},
    /expected 1280 bytes of weight, found \d+ bytes/,
  ],
  [
    'a table cut within its header',
    'router-table',
    (f) => cut(join(f, 'query_0_SparseStaticEmbedding/model.safetensors'), 0.05),
    {},
    /expected a header, found \d+ bytes/,
  ],
  [
    'a table of negative weights',
    'deep-impact',
    (f) => writeFileSync(join(f, 'idf.json'), '{"moon":-1}'),
    {},
    /expected weights of terms, numbers from 0; found \["moon",-1\]/,
  ],
  [
    'modules of a dense model',
    'sparse-encoder',
    (f) => replace(join(f, 'modules.json'), 'models.SpladePooling', 'models.Pooling'),
    {},
    /expected the modules MLMTransformer and SpladePooling, found MLMTransformer, Pooling/,
  ],
  [
    'a pooling without its config',
    'sparse-encoder',
    (f) => rmSync(join(f, '1_SpladePooling/config.json')),
    {},
    /expected how SpladePooling pools, found no file/,
  ],
  [
    'a pooling of another kind',
    'sparse-encoder',
    (f) => replace(join(f, '1_SpladePooling/config.json'), '"max"', '"mean"'),
    {},
    /pooling_strategy/,
  ],
  [
    'a router without its routes',
    'router-table',
    (f) => rmSync(join(f, 'router_config.json')),
    {},
    /expected the routes for documents and queries/,
  ],
  [
    'queries pooled otherwise',
    'router-network',
    (f) => replace(join(f, 'query_1_SpladePooling/config.json'), '"max"', '"sum"'),
    {},
    /expected one pooling for documents and queries, found two/,
  ],
  [
    'a query network of other pieces',
    'router-network',
    (f) => replace(join(f, 'query_0_MLMTransformer/vocab.txt'), 'moon', 'luna'),
    {},
    /found piece \d+ as "moon" and as "luna"/,
  ],
  [
    'no terms in any text',
    'deep-impact',
    () => {},
    { samples: ['?'] },
    /expected terms, found none in 1 texts: is the head deepimpact right/,
  ],
];

test.each(wrong)(
  '%s is refused by a typed error, and leaves nothing',
  async (_, name, damage, more, message) => {
    const folder = copyOf(name);
    mkdirSync(join(folder, 'onnx'), { recursive: true });
    damage(folder);
    const out = join(temporary(), 'out/model');
    const refused = expect(add(folder, { ...more, out })).rejects;
    await refused.toMatchObject({
      name: 'SparsedgeError',
      code: 'bad-input',
      message: expect.stringMatching(message),
    });
    expect(() => readFileSync(join(out, 'model.json'))).toThrow(/ENOENT/);
    expect(() => readFileSync(`${out}.partial`)).toThrow(/ENOENT/);
  },
);

test('a folder that is there is not written over', async () => {
  const { path } = await add(join(CHECKPOINTS, 'deep-impact'));
  await expect(add(join(CHECKPOINTS, 'deep-impact'), { out: path })).rejects.toThrow(/expected a new folder/);
});
