// The training of a small expansion model, on the project's sample: what it begins with, and that ONNX says what
// PyTorch does. Needs PyTorch. That llama.cpp does so is in llama.test.ts.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { InferenceSession, Tensor } from 'onnxruntime-web';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../build/commands/command-line.ts';
import { pythonWith } from './python.ts';

const ROOT = join(import.meta.dirname, '../..');
const TRAINER = join(ROOT, 'models/train/expansion');
const PYTHON = pythonWith('torch', 'onnx');
const VOCABULARY = 700;
const END = 2;
const MOST = 24;

const CONFIG = {
  pairs: { collections: ['sample'], apart: { sample: 0.2 }, headings: 'pairs/headings.jsonl.gz' },
  vocabulary: VOCABULARY,
  network: { width: 192, layers: 3, heads: 3, inner: 64, positions: 256 },
  train: {
    documentTokens: 64,
    queryTokens: MOST,
    queriesAtOnce: 3,
    documentLoss: 0.25,
    batch: 2,
    rate: 0.001,
    seed: 0,
  },
};

interface Reference {
  readonly prompt?: readonly number[];
  readonly answer?: readonly number[];
}

/** The sample as a collection to learn from. */
function sampleData(): string {
  const data = temporaryFolder();
  cpSync(join(ROOT, 'test/fixtures/sample'), join(data, 'collections/sample'), { recursive: true });
  mkdirSync(join(data, 'pairs'));
  const pair = { title: 'Tides', heading: 'What causes them', text: 'The moon pulls the sea.' };
  writeFileSync(join(data, CONFIG.pairs.headings), gzipSync(`${JSON.stringify(pair)}\n`));
  return data;
}

/** Trains for some steps and exports: what ONNX makes of ids, and what PyTorch makes of texts. */
async function trained(steps: number) {
  const [data, work] = [sampleData(), temporaryFolder()];
  const config = join(work, 'config.json');
  writeFileSync(config, JSON.stringify({ ...CONFIG, train: { ...CONFIG.train, steps } }));
  const run = (step: string, ...args: string[]) =>
    execFileSync(PYTHON!, [join(TRAINER, `${step}.py`), '--config', config, '--work', work, ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
    });
  run('tokenizer', '--data', data);
  run('train', '--data', data);
  const [onnx, reference] = [join(work, 'model.onnx'), join(work, 'reference.json')];
  run('export', '--out', join(work, 'model.gguf'), '--onnx', onnx, '--reference', reference);
  const session = await InferenceSession.create(readFileSync(onnx));
  return {
    reference: JSON.parse(readFileSync(reference, 'utf8')) as Reference[],
    /** The likeliest piece after each. */
    async next(ids: readonly number[]): Promise<number[]> {
      const input = new Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]);
      const { data } = (await session.run({ input_ids: input })).logits!;
      const logits = data as Float32Array;
      return ids.map((_, at) => {
        const row = logits.subarray(at * VOCABULARY, (at + 1) * VOCABULARY);
        return row.indexOf(Math.max(...row));
      });
    },
  };
}

describe.skipIf(PYTHON === undefined)('a small expansion model (needs Python with PyTorch and onnx)', () => {
  test('begins by going on with what followed a piece before', async () => {
    const { next } = await trained(0);
    // No two pieces of the passage are alike, so nothing but the passage tells what follows.
    const passage = Array.from({ length: 60 }, (_, i) => 260 + ((i * 37) % 400));
    const copied = passage.slice(20, 45);
    const foretold = (await next([1, ...passage, 259, ...copied])).slice(-copied.length, -1);
    const right = foretold.filter((id, i) => id === copied[i + 1]).length;
    expect(right / foretold.length).toBeGreaterThan(0.6);
  });

  test('says in ONNX what it says in PyTorch', async () => {
    const { next, reference } = await trained(4);
    const asked = reference.filter(({ prompt }) => prompt !== undefined);
    expect(asked.length).toBeGreaterThan(2);
    for (const { prompt, answer } of asked) {
      expect(answer).not.toEqual([]);
      const written: number[] = [];
      while (written.length < MOST) {
        const best = (await next([...prompt!, ...written])).at(-1)!;
        if (best === END) break;
        written.push(best);
      }
      expect(written).toEqual(answer);
    }
  });
});
