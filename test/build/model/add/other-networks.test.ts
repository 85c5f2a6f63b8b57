// Networks in other shapes and types, what sentence-transformers 6.2.0 writes, tables of query weights, and files that
// people and Python wrote. The weights that are expected are sentence-transformers' and PyTorch's.

import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Addition } from '../../../../build/model/add/write-model.ts';
import { modelEncoder } from '../../../../build/model/encoding/model-encoder.ts';
import { openModelFolder } from '../../../../build/model/model-folder.ts';
import { openQueryModel } from '../../../../build/model/query/open-query-model.ts';
import { given } from '../../../../build/stages/weighting/weighting.ts';
import type { Space } from '../../../../src/core/format/manifest.ts';
import type { SparseVector } from '../../../../src/core/sparse.ts';
import { add, ask, CHECKPOINTS, copyOf, encode, TEXTS, temporary } from './checkpoints.ts';

const FIELD = join(CHECKPOINTS, '../field/networks');
const SPLADE = { stated: { head: 'splade-max' } as never, quantize: false, acceptLoss: true } as const;
const SEA = 'the moon pulls the sea';

function writeJson(folder: string, name: string, value: unknown): void {
  writeFileSync(join(folder, name), JSON.stringify(value));
}

function heaviest(vector: SparseVector, count: number): [string, number][] {
  return [...vector]
    .sort(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([term, weight]) => [term, Math.round(weight * 1e4) / 1e4]);
}

describe('networks', () => {
  const networkOf = async (name: string) => {
    const folder = copyOf('masked-bert');
    if (name !== 'usual') cpSync(join(FIELD, `${name}.onnx`), join(folder, 'onnx/model.onnx'));
    return add(folder, SPLADE);
  };

  test.each(['batch1', 'int32'])('of other inputs (%s) weigh as the usual one does', async (name) => {
    const [usual, other] = [await networkOf('usual'), await networkOf(name)];
    const [expected, found] = [await encode(usual.path, TEXTS), await encode(other.path, TEXTS)];
    for (const [i, vector] of expected.entries()) {
      expect([...found[i]!.keys()].sort()).toEqual([...vector.keys()].sort());
      for (const [term, weight] of vector) expect(found[i]!.get(term)).toBeCloseTo(weight, 4);
    }
    const [asked, wanted] = [await ask(other.path, SEA), await ask(usual.path, SEA)];
    expect(asked).toEqual(wanted);
  });

  test('whose scales are of a whole batch weigh a text the same, whatever is beside it', async () => {
    const { path } = await networkOf('dynquant');
    const together = await encode(path, TEXTS);
    for (const [i, text] of TEXTS.entries()) expect((await encode(path, [text]))[0]).toEqual(together[i]);
    const [first] = await encode(path, [SEA]);
    const asked = new Map(await ask(path, SEA));
    for (const [term, weight] of first!) expect(asked.get(term) ?? 0).toBeCloseTo(weight, 1);
  });
});

describe('sentence-transformers', () => {
  const sparseEncoder = (config: object) => {
    const folder = copyOf('sparse-encoder');
    writeJson(folder, 'config_sentence_transformers.json', { model_type: 'SparseEncoder', ...config });
    return add(folder, { quantize: false });
  };
  const encodeOf = async (path: string, texts: readonly string[]) =>
    modelEncoder(openModelFolder(path), given).encode(
      texts.map((text, i) => ({ document: { id: String(i), text } })),
    );

  test('max_active_dims keep the heaviest terms of documents and queries', async () => {
    const { path } = await sparseEncoder({ prompts: {}, max_active_dims: 16, similarity_fn_name: 'dot' });
    const [vector] = await encodeOf(path, [SEA]);
    expect(vector!.size).toBe(16);
    expect(heaviest(vector!, 6)).toEqual([
      ['##i', 2.5946],
      ['z', 2.4799],
      ['for', 2.3464],
      ['1', 2.301],
      ['horse', 2.2812],
      ['##l', 2.2803],
    ]);
    const asked = await ask(path, SEA);
    expect(asked).toHaveLength(16);
    expect(asked[0]).toEqual(['##i', 2.59]);
  });

  test('prompts stand before documents and before queries', async () => {
    const prompts = { query: 'river bread: ', document: 'stone iron: ' };
    const { path } = await sparseEncoder({ prompts, default_prompt_name: null });
    const [vector] = await encodeOf(path, [SEA]);
    expect(vector!.size).toBe(215);
    expect(heaviest(vector!, 5)).toEqual([
      ['##i', 2.6172],
      ['search', 2.4911],
      ['z', 2.4477],
      ['market', 2.3663],
      ['##9', 2.361],
    ]);
    const asked = await ask(path, SEA);
    expect(asked.slice(0, 5)).toEqual([
      ['##i', 2.63],
      ['z', 2.46],
      ['g', 2.38],
      ['of', 2.34],
      ['[unused17]', 2.32],
    ]);
    expect(asked).toHaveLength(222);
  });

  test.each([
    [{ prompts: { document: 'stone iron: ' } }, 215],
    [{ prompts: { passage: 'stone iron: ' } }, 157],
    [{ prompts: { corpus: 'stone iron: ' } }, 157],
    [{ prompts: { usual: 'stone iron: ' }, default_prompt_name: 'usual' }, 157],
    [{ prompts: { query: 'stone iron: ' }, default_prompt_name: 'query' }, 157],
    [{ prompts: { document: '' }, default_prompt_name: 'document' }, 157],
    [{ prompts: {}, default_prompt_name: 'document' }, 157],
    [{}, 157],
  ])('%j says the prompt of documents', async (config, terms) => {
    const { path } = await sparseEncoder(config);
    expect((await encodeOf(path, [SEA]))[0]!.size).toBe(terms);
  });

  test('prompts stand before every window of a long document', async () => {
    const { path, contract } = await sparseEncoder({ prompts: { document: 'stone iron: ' } });
    const words = Array.from({ length: 60 }, (_, i) => ['moon', 'sea', 'river'][i % 3]);
    const [whole] = await encodeOf(path, [words.join(' ')]);
    // Three pieces of the prompt, and those around a window, leave so many words to each.
    const room = contract.tokenizer.maxLength - 2 - 3;
    const windows = [words.slice(0, room), words.slice(room)];
    const parts = await encodeOf(
      path,
      windows.map((window) => window.join(' ')),
    );
    for (const [term, weight] of whole!)
      expect(weight).toBe(Math.max(...parts.map((part) => part.get(term) ?? 0)));
  });

  test('a cosine is that of whole vectors', async () => {
    const { path, contract } = await sparseEncoder({ prompts: {}, similarity_fn_name: 'cosine' });
    expect(contract).toMatchObject({ similarity: 'cosine', query: { scale: 1000 } });
    const [moon, bread] = await encodeOf(path, [SEA, 'bread']);
    const asked = await ask(path, 'sea');
    const cosine = (document: SparseVector) =>
      asked.reduce((sum, [term, weight]) => sum + weight * (document.get(term) ?? 0), 0);
    expect(cosine(moon!)).toBeCloseTo(0.58, 3);
    expect(cosine(bread!)).toBeCloseTo(0.8465, 3);
  });

  test.each([
    [{ similarity_fn_name: 'euclidean' }, /similarity_fn_name dot or cosine, found euclidean$/],
    [{ similarity_fn_name: 'manhattan' }, /found manhattan$/],
    [{ prompts: { a: 'x' }, default_prompt_name: 'b' }, /among the prompts a, found b$/],
    [{ model_type: 'SentenceTransformer' }, /model_type SparseEncoder, found SentenceTransformer$/],
    [{ max_active_dims: 0 }, /config_sentence_transformers\.json is not what it must be/],
    [{ prompts: { document: 'moon '.repeat(60) } }, /has no room for text/],
  ])('%j is refused', async (config, message) => {
    const adding = async () => encodeOf((await sparseEncoder(config)).path, [`${SEA} `.repeat(40)]);
    await expect(adding()).rejects.toThrow(message);
    await expect(adding()).rejects.toMatchObject({ code: 'bad-input' });
  });

  test("each route has its own length, from its tokenizer's or its own file", async () => {
    const text = 'the moon pulls the sea and the sea rises twice a day';
    for (const file of ['tokenizer_config.json', 'sentence_bert_config.json']) {
      const folder = routerOf('sparse-encoder');
      const [lengths, most] =
        file === 'tokenizer_config.json'
          ? [
              { do_lower_case: true, model_max_length: 8 },
              { do_lower_case: true, model_max_length: 48 },
            ]
          : [{ max_seq_length: 8 }, { max_seq_length: 48 }];
      rmSync(join(folder, 'query_0_MLMTransformer/sentence_bert_config.json'), { force: true });
      rmSync(join(folder, 'document_0_MLMTransformer/sentence_bert_config.json'), { force: true });
      writeJson(folder, `query_0_MLMTransformer/${file}`, lengths);
      writeJson(folder, `document_0_MLMTransformer/${file}`, most);
      const { path, contract } = await add(folder, { quantize: false });
      expect([contract.tokenizer.maxLength, contract.query]).toEqual([
        48,
        expect.objectContaining({ maxLength: 8 }),
      ]);
      const [vector] = await encodeOf(path, [text]);
      expect([vector!.size, heaviest(vector!, 2)]).toEqual([
        240,
        [
          ['0', 2.5967],
          ['##i', 2.575],
        ],
      ]);
      const asked = await ask(path, text);
      expect([asked.length, asked[0]]).toEqual([194, ['2', 2.6]]);
    }
  });
});

/** A router of two networks that are both a checkpoint's. */
function routerOf(name: string): string {
  const folder = temporary();
  const types: Record<string, string> = {};
  const structure: Record<string, string[]> = {};
  for (const route of ['query', 'document']) {
    const [network, pooling] = [`${route}_0_MLMTransformer`, `${route}_1_SpladePooling`];
    cpSync(join(CHECKPOINTS, name), join(folder, network), { recursive: true });
    rmSync(join(folder, network, 'modules.json'));
    renameSync(join(folder, network, '1_SpladePooling'), join(folder, pooling));
    Object.assign(types, { [network]: 'x.MLMTransformer', [pooling]: 'x.SpladePooling' });
    structure[route] = [network, pooling];
  }
  writeJson(folder, 'router_config.json', { types, structure });
  writeJson(folder, 'modules.json', [{ idx: 0, name: '0', path: '', type: 'x.Router' }]);
  return folder;
}

/** A safetensors file of one vector. */
function safetensors(dtype: string, values: readonly number[], name = 'weight'): Buffer {
  const size = dtype === 'F32' ? 4 : dtype === 'F64' ? 8 : 2;
  const data = Buffer.alloc(values.length * size);
  for (const [i, value] of values.entries()) {
    if (dtype === 'F64') data.writeDoubleLE(value, i * 8);
    else if (dtype === 'F32') data.writeFloatLE(value, i * 4);
    else if (dtype === 'BF16') {
      const whole = Buffer.alloc(4);
      whole.writeFloatLE(value);
      data.writeUInt16LE(whole.readUInt16LE(2), i * 2);
    } else data.writeUInt16LE(value === 0 ? 0 : 0x3c00 | Math.round((value - 1) * 1024), i * 2);
  }
  const header = Buffer.from(
    JSON.stringify({ [name]: { dtype, shape: [values.length], data_offsets: [0, data.length] } }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, data]);
}

describe('tables of query weights', () => {
  const TABLE = 'query_0_SparseStaticEmbedding';
  const weights = Array.from({ length: 320 }, (_, id) => (id < 5 ? 0 : 1 + (id % 64) / 64));

  test.each(['F16', 'BF16', 'F32', 'F64'])('of %s, in one file and in shards', async (dtype) => {
    for (const sharded of [false, true]) {
      const folder = copyOf('router-table');
      rmSync(join(folder, TABLE, 'model.safetensors'));
      const file = sharded ? 'model-00002-of-00002.safetensors' : 'model.safetensors';
      writeFileSync(join(folder, TABLE, file), safetensors(dtype, weights));
      if (sharded)
        writeJson(folder, `${TABLE}/model.safetensors.index.json`, { weight_map: { weight: file } });
      const { path } = await add(folder, { quantize: false });
      const found = new Map(await ask(path, 'the moon'));
      // The: 84, moon: 85.
      expect([...found.keys()].sort()).toEqual(['moon', 'the']);
      expect(found.get('the')).toBeCloseTo(1 + 20 / 64, 2);
      expect(found.get('moon')).toBeCloseTo(1 + 21 / 64, 2);
    }
  });

  test.each([
    ['of another type', safetensors('I32', [1, 2]), /vector weight of F64, F32, F16, BF16, found I32 \[2\]/],
    ['of another name', safetensors('F32', [1, 2], 'other'), /found none of that name/],
    [
      'with infinities',
      safetensors('BF16', [1, Number.POSITIVE_INFINITY]),
      /finite weights, found Infinity of piece 1/,
    ],
    ['that is cut off', safetensors('F32', [1, 2, 3]).subarray(0, -4), /12 bytes of weight, found 8 bytes/],
    [
      'that is longer than the vocabulary',
      safetensors('F32', Array(321).fill(1)),
      /expected 320 weights, .* found 321/,
    ],
    ['that is shorter', safetensors('F32', Array(300).fill(1)), /expected 320 weights, .* found 300/],
  ])('%s are refused', async (_, bytes, message) => {
    const folder = copyOf('router-table');
    writeFileSync(join(folder, TABLE, 'model.safetensors'), bytes);
    await expect(add(folder, { quantize: false })).rejects.toThrow(message);
  });

  const withTable = (table: unknown) => {
    const folder = copyOf('masked-bert');
    writeFileSync(join(folder, 'idf.json'), typeof table === 'string' ? table : JSON.stringify(table));
    const stated = { head: 'splade-doc', query: 'table' } as never;
    return add(folder, { stated, quantize: false } as Partial<Addition>);
  };

  test('by term, and as a list with a weight for each piece', async () => {
    for (const table of [
      { moon: 3.5, sea: 1, '[PAD]': 0 },
      weights.map((_, id) => (id === 85 ? 3.5 : id === 87 ? 1 : 0)),
    ]) {
      const { path } = await withTable(table);
      expect((await ask(path, 'the moon, the sea')).filter(([, weight]) => weight > 0)).toEqual([
        ['moon', 3.5],
        ['sea', 1],
      ]);
    }
  });

  test.each([
    [{ moonlight: 3.5, zebra: 1 }, /pieces, found 2 of 2 terms that are none: "moonlight", "zebra"$/],
    [{ moon: 1, zebra: 1 }, /found 1 of 2 terms that are none: "zebra"$/],
    [Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`z${i}`, 1])), /9 of 9 .*"z4", and 4 more$/],
    [weights.slice(1), /a weight for each of 320 pieces, found 319 entries$/],
    [weights.map((weight, i) => (i === 7 ? 'x' : weight)), /weights, numbers from 0, found "x"$/],
    [{ moon: -1 }, /numbers from 0/],
    ['{"moon": NaN}', /idf\.json/],
    ['{"moon": 1e999}', /numbers from 0/],
    ['{}', /found none/],
  ])('%j are refused', async (table, message) => {
    await expect(withTable(table)).rejects.toThrow(message);
    await expect(withTable(table)).rejects.toMatchObject({ code: 'bad-input' });
  });
});

describe('files of people and of Python', () => {
  test.each(['"x": NaN', '"x": -Infinity', '"x": [Infinity, "NaN"]'])(
    'a config.json with %s is read',
    async (member) => {
      const folder = copyOf('masked-bert');
      const path = join(folder, 'config.json');
      writeFileSync(path, readFileSync(path, 'utf8').replace('{', `{ ${member},`));
      expect((await add(folder, SPLADE)).contract.tokenizer.maxLength).toBe(64);
    },
  );

  test.each(['{', '{"vocab_size": NaN', '[1,]', ''])(
    'a config.json that is %j is bad input',
    async (text) => {
      const folder = copyOf('masked-bert');
      writeFileSync(join(folder, 'config.json'), text);
      await expect(add(folder, SPLADE)).rejects.toMatchObject({
        code: 'bad-input',
        message: expect.stringMatching(/config\.json/),
      });
    },
  );

  const carded = (card: string, more: object = {}) => {
    const folder = copyOf('masked-bert');
    writeFileSync(join(folder, 'README.md'), `${card}\n# Hi\n`);
    const stated = { head: 'splade-max', licence: undefined, trainedOn: undefined, ...more } as never;
    return add(folder, { stated, quantize: false });
  };

  test.each([
    ['---\nlicense: *x\n---', /--licence: /],
    ['---\nlicense: {a: b}\ndatasets: [x]\n---', /--licence: /],
    ['---\n\t- : [\n---', /--licence: /],
    ['---\nlicense: mit\ndatasets: [{a: 1}]\n---', /--trained-on: /],
    ['no matter at all', /--licence: /],
  ])('a card that says nothing usable (%j) asks for options', async (card, message) => {
    await expect(carded(card)).rejects.toThrow(message);
    await expect(carded(card)).rejects.toMatchObject({ code: 'bad-input' });
  });

  test.each([
    ['---\nlicense:\n- mit\n- apache-2.0\ndatasets:\n- a/b\n---', 'mit, apache-2.0', 'a/b'],
    ['---\r\nlicense: mit\r\ndatasets: a/b\r\n---', 'mit', 'a/b'],
    ['\uFEFF---\nlicense: &l mit\ndatasets: [*l, c]\n---', 'mit', 'mit, c'],
    ['---  \nlicense: >\n  my\n  own\ndatasets: [{name: a, type: x}, b]\n...\n', 'my own', 'a, b'],
    ['---\nlicense: other\nlicense_name: acme-1\ndatasets: [a, b]\n---', 'acme-1', 'a, b'],
  ])('a card %j has its facts', async (card, licence, trainedOn) => {
    expect((await carded(card)).contract).toMatchObject({ licence, trainedOn });
  });
});

test('a damaged model of an index is damage, and one that is given is bad input', async () => {
  const { path } = await add(copyOf('masked-bert'), SPLADE);
  const { name, contract } = openModelFolder(path);
  const space = {
    name: 'x',
    analyzer: 'bert-words',
    query: 'neural',
    encoder: { id: 'x', parameters: {}, model: name },
  } as unknown as Space;
  for (const file of ['model.json', contract.files.tokenizer.name, contract.files.query!.name]) {
    const index = temporary();
    const place = join(index, `models/${name.id}-${name.sha256.slice(0, 12)}`);
    mkdirSync(join(index, 'models'));
    cpSync(path, place, { recursive: true });
    await openQueryModel(space, index);
    const bytes = readFileSync(join(place, file));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(join(place, file), bytes);
    await expect(openQueryModel(space, index), file).rejects.toMatchObject({ code: 'corrupt' });
    rmSync(join(place, file));
    await expect(openQueryModel(space, index), file).rejects.toMatchObject({ code: 'corrupt' });
    const given = openQueryModel(space, index, place);
    await expect(given, file).rejects.toMatchObject({ code: 'bad-input' });
  }
});
