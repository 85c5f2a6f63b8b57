// Checkpoints in every layout, end to end, against PyTorch on the same weights.

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openModelFolder } from '../../../../build/model/model-folder.ts';
import { renameInput } from '../../../../build/model/onnx/graph-inputs.ts';
import { readNetwork, writeNetwork } from '../../../../build/model/onnx/network.ts';
import { openQueryModel } from '../../../../build/model/query/open-query-model.ts';
import type { Space } from '../../../../src/core/format/manifest.ts';
import { DROPPED_PIECES } from '../../../../src/core/model/contract.ts';
import { encodeQueryWith } from '../../../../src/query/encode/query-model.ts';
import { pythonWith } from '../../../models/python.ts';
import { sparsedge } from '../../commands/command-line.ts';
import { add, CHECKPOINTS, copyOf, encode, REFERENCES, TEXTS, temporary } from './checkpoints.ts';

const TOLERANCE = 1e-4;

/** Every layout: what must be said of it, and what its files tell. */
const layouts = [
  { name: 'masked-bert', stated: { head: 'splade-sum', maxLength: 48 }, head: 'splade-sum', query: 'neural' },
  { name: 'deep-impact', stated: { maxLength: 48 }, head: 'deepimpact', query: 'binary' },
  { name: 'sparse-encoder', stated: {}, head: 'splade-max', query: 'neural' },
  { name: 'router-table', stated: { maxLength: 48 }, head: 'splade-doc', query: 'table' },
  { name: 'router-network', stated: { maxLength: 48 }, head: 'splade-max', query: 'neural' },
] as const;

function expectReference(vectors: readonly ReadonlyMap<string, number>[], name: string): void {
  for (const [i, { text, vectors: expected }] of REFERENCES.entries()) {
    const terms = new Set([...vectors[i].keys(), ...Object.keys(expected[name])]);
    // The reference has none; sentence-transformers, and so its models here, have them like all others.
    for (const piece of DROPPED_PIECES) terms.delete(piece);
    for (const term of terms) {
      const difference = Math.abs((vectors[i].get(term) ?? 0) - (expected[name][term] ?? 0));
      expect(difference, `${term} in ${text}`).toBeLessThanOrEqual(TOLERANCE);
    }
  }
}

describe.each(layouts)('the layout of $name', ({ name, stated, head, query }) => {
  test("gives PyTorch's numbers", async () => {
    const longDocuments = 'truncate';
    const { path, contract } = await add(join(CHECKPOINTS, name), {
      stated: { ...stated, longDocuments } as never,
      quantize: false,
    });
    expect([contract.head, contract.query.kind]).toEqual([head, query]);
    expect(contract.tokenizer.maxLength).toBe(48);
    expectReference(await encode(path, TEXTS), name);
    if (name === 'router-network') expectReference(await encode(path, TEXTS, 'query'), `${name} query`);
  });

  test('in eight bits is smaller, faithful, and weighs a text alone as among others', async () => {
    const { path, networks } = await add(join(CHECKPOINTS, name), { stated });
    for (const { original, file, eight } of networks) {
      expect(file.bytes).toBeLessThan(original);
      expect(eight!.quantized).toBeGreaterThan(16_000);
      expect(eight!.fidelity.texts).toBe(head === 'deepimpact' ? 7 : 8);
    }
    const together = await encode(path, TEXTS);
    for (const [i, text] of TEXTS.entries()) expect((await encode(path, [text]))[0]).toEqual(together[i]);
  });
});

test('a table weighs queries as SparseStaticEmbedding does', async () => {
  const { path } = await add(join(CHECKPOINTS, 'router-table'));
  const encoder = { id: 'splade-doc', parameters: {}, model: openModelFolder(path).name };
  const space = { name: 'main', query: 'tokenizer', encoder } as Space;
  const model = await openQueryModel(space, path, path);
  for (const { text, vectors } of REFERENCES) {
    const expected = Object.entries(vectors['router-table query']).map(([term, weight]) => [
      term,
      Math.round(weight * 100),
    ]);
    const terms = await encodeQueryWith(text, space, model);
    expect(Object.fromEntries(terms.map(({ term, weight }) => [term, weight]))).toEqual(
      Object.fromEntries(expected.filter(([, weight]) => weight !== 0)),
    );
  }
});

test("OpenSearch's folders without modules: the head is stated, and idf.json weighs queries", async () => {
  const folder = copyOf('masked-bert');
  writeFileSync(join(folder, 'idf.json'), '{"moon":2.5}');
  const { contract } = await add(folder, { stated: { head: 'splade-doc', activation: 'log1p-log1p-relu' } });
  expect(contract.query).toEqual({ kind: 'table', scale: 100, absent: 0, repeats: 'once' });
  expect(contract.activation).toBe('log1p-log1p-relu');
});

test("a query network of its own, as efficient SPLADE's", async () => {
  const query = join(CHECKPOINTS, 'router-network/query_0_MLMTransformer');
  const stated = { head: 'splade-max', maxLength: 48, longDocuments: 'truncate' } as const;
  const { path, contract } = await add(join(CHECKPOINTS, 'masked-bert'), {
    stated,
    files: { queryNetwork: query },
    quantize: false,
  });
  expect(contract.files.query!.name).toBe('query.onnx');
  expectReference(await encode(path, TEXTS, 'query'), 'router-network query');
});

test('of several networks the one that --graph names is taken', async () => {
  const folder = copyOf('deep-impact');
  mkdirSync(join(folder, 'onnx'));
  cpSync(join(CHECKPOINTS, 'masked-bert/onnx/model.onnx'), join(folder, 'onnx/other.onnx'));
  const other = add(folder, { files: { graph: 'onnx/other.onnx' } });
  await expect(other).rejects.toThrow(/expected an output \[1, 16\]; found \[1, 16, 320\]/);
  expect((await add(folder, { files: { graph: 'model.onnx' } })).networks[0].from).toBe(
    join(folder, 'model.onnx'),
  );
});

test('poolings that differ in a dimension alone are one', async () => {
  const folder = copyOf('router-network');
  writeFileSync(
    join(folder, 'query_1_SpladePooling/config.json'),
    '{"pooling_strategy":"max","activation_function":"relu"}',
  );
  expect((await add(folder)).contract.head).toBe('splade-max');
});

test("inputs with the names of BERT's first code are given today's", async () => {
  const folder = copyOf('masked-bert');
  const graph = join(folder, 'onnx/model.onnx');
  const old = renameInput(readNetwork(readFileSync(graph), graph), 'attention_mask', 'input_mask', graph);
  writeFileSync(graph, writeNetwork(old));
  const stated = { head: 'splade-sum', maxLength: 48, longDocuments: 'truncate' } as const;
  const { path } = await add(folder, { stated, quantize: false });
  expectReference(await encode(path, TEXTS), 'masked-bert');
  expect((await add(folder, { stated })).networks[0].eight!.quantized).toBeGreaterThan(16_000);
});

test('a README with a licence and data sets answers for itself', async () => {
  const folder = copyOf('sparse-encoder');
  writeFileSync(
    join(folder, 'README.md'),
    '---\nlicense: cc-by-nc-sa-4.0\ndatasets:\n- a\n- b\n---\n# Card\n',
  );
  const { contract, path } = await add(folder, {
    stated: { licence: undefined, trainedOn: undefined } as never,
  });
  expect([contract.licence, contract.trainedOn]).toEqual(['cc-by-nc-sa-4.0', 'a, b']);
  expect(readFileSync(join(path, 'README.md'), 'utf8')).toMatch(
    /licence: cc-by-nc-sa-4\.0[\s\S]*of the ten heaviest terms \d/,
  );
});

test('on the command line: added, shown, and asked for what is missing', async () => {
  const cwd = temporary();
  const checkpoint = join(CHECKPOINTS, 'router-table');
  const asked = await sparsedge(cwd, ['model', 'add', checkpoint, '-o', 'models/doc', '--json']);
  expect(asked.code).toBe(2);
  expect(JSON.parse(asked.out).error.details.options).toBe('--licence, --trained-on, --source');
  const stated = ['--licence', 'MIT', '--trained-on', 'nothing', '--source', 'here'];
  const added = await sparsedge(cwd, ['model', 'add', checkpoint, '-o', 'models/doc', ...stated]);
  expect(added.err).toBe('');
  expect(added.out).toMatch(
    /models\/doc: doc, splade-doc, queries table; licence MIT[\s\S]*rank correlation 0\.99/,
  );
  const shown = await sparsedge(cwd, ['model', 'show', 'models/doc', 'the moon']);
  expect(shown.out).toMatch(/every file is as model\.json says[\s\S]*logits of each token[\s\S]*terms/);
  expect([added.code, shown.code]).toEqual([0, 0]);
  expect((await sparsedge(cwd, ['model', 'add', checkpoint])).code).toBe(2);
});

/** Puts weights into two files, in float16, as large checkpoints have them. */
function shard(folder: string): void {
  const whole = readFileSync(join(folder, 'model.safetensors'));
  const start = 8 + Number(whole.readBigUInt64LE());
  const header = JSON.parse(whole.subarray(8, start).toString()) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  delete header.__metadata__;
  const files = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
  const weights = Object.entries(header);
  const places: Record<string, string> = {};
  for (const [i, file] of files.entries()) {
    const half: Record<string, unknown> = {};
    const parts: Buffer[] = [];
    let at = 0;
    for (const [name, { dtype, shape, data_offsets }] of weights.filter((_, n) => n % 2 === i)) {
      const data = whole.subarray(start + data_offsets[0], start + data_offsets[1]);
      const written = dtype === 'F32' ? float16(data) : data;
      half[name] = { dtype: dtype === 'F32' ? 'F16' : dtype, shape, data_offsets: [at, at + written.length] };
      parts.push(written);
      at += written.length;
      places[name] = file;
    }
    const head = Buffer.from(JSON.stringify(half));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(head.length));
    writeFileSync(join(folder, file), Buffer.concat([length, head, ...parts]));
  }
  writeFileSync(join(folder, 'model.safetensors.index.json'), JSON.stringify({ weight_map: places }));
  rmSync(join(folder, 'model.safetensors'));
}

/** Float32 as float16, rounded; what is too small is 0. */
function float16(data: Buffer): Buffer {
  const half = Buffer.alloc(data.length / 2);
  for (let i = 0; i < data.length / 4; i++) {
    const bits = data.readUInt32LE(4 * i);
    const exponent = ((bits >>> 23) & 255) - 112;
    const value = exponent <= 0 ? 0 : ((exponent << 10) | ((bits >>> 13) & 1023)) + ((bits >>> 12) & 1);
    half.writeUInt16LE(((bits >>> 16) & 0x8000) | value, 2 * i);
  }
  return half;
}

const python = pythonWith('torch', 'onnx');
const converter = join(import.meta.dirname, '../../../../models/train/convert/to_onnx.py');

describe.skipIf(python === undefined)('conversion (needs Python with PyTorch and onnx)', () => {
  test.each(layouts.filter(({ name }) => !name.startsWith('router')))(
    '$name becomes ONNX with the same numbers',
    async ({ name, stated }) => {
      const folder = copyOf(name);
      rmSync(join(folder, name === 'masked-bert' ? 'onnx/model.onnx' : 'model.onnx'));
      execFileSync(python!, [converter, folder], {
        stdio: 'pipe',
        env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
      });
      const { path } = await add(folder, {
        stated: { ...stated, longDocuments: 'truncate' } as never,
        quantize: false,
      });
      expectReference(await encode(path, TEXTS), name);
    },
  );

  test.each(['max', 'sum'])(
    'pooled by the %s in its graph, a network weighs as it does pooled here',
    async (pool) => {
      const weighed = async (...options: string[]) => {
        const folder = copyOf('masked-bert');
        rmSync(join(folder, 'onnx/model.onnx'));
        execFileSync(python!, [converter, folder, ...options], {
          stdio: 'pipe',
          env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
        });
        const stated = { head: `splade-${pool}`, maxLength: 48, longDocuments: 'truncate' } as never;
        return encode((await add(folder, { stated, quantize: false })).path, TEXTS);
      };
      const [here, inGraph] = [await weighed(), await weighed('--pool', pool)];
      expect(inGraph.map((vector) => [...vector!.keys()].sort())).toEqual(
        here.map((vector) => [...vector!.keys()].sort()),
      );
      for (const [i, vector] of here.entries()) {
        for (const [term, weight] of vector!) expect(inGraph[i]!.get(term)).toBeCloseTo(weight, 4);
      }
    },
  );

  test('weights in shards, of float16, become ONNX with nearly the same numbers', async () => {
    const folder = copyOf('masked-bert');
    shard(folder);
    rmSync(join(folder, 'onnx/model.onnx'));
    execFileSync(python!, [converter, folder], {
      stdio: 'pipe',
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
    const stated = { head: 'splade-sum', maxLength: 48, longDocuments: 'truncate' } as never;
    const [vector] = await encode((await add(folder, { stated, quantize: false })).path, TEXTS);
    const expected = Object.entries(REFERENCES[0]!.vectors['masked-bert']!);
    for (const [term, weight] of expected)
      expect(Math.abs((vector!.get(term) ?? 0) - weight)).toBeLessThan(0.05);
  });

  test('a truncated checkpoint is said to be one', () => {
    const folder = copyOf('masked-bert');
    truncateSync(join(folder, 'model.safetensors'), 60_000);
    const { status, stderr } = spawnSync(python!, [converter, folder], {
      encoding: 'utf8',
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
    expect(stderr).toMatch(/model\.safetensors: expected \S+ up to byte \d+, found \d+ bytes/);
    expect(status).toBe(1);
  });
});
