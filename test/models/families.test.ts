// The training code of every family, run at its smallest: that it learns, goes on after a kill, and gives models that
// are searched. Needs PyTorch, the shared data, and some minutes: SPARSEDGE_SLOW=1.

import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sharedData } from '../fixtures/shared-data.ts';
import { SLOW } from '../fixtures/slow.ts';
import { pythonWith } from './python.ts';

const ROOT = join(import.meta.dirname, '../..');
const CONFIG = join(ROOT, 'models/train/configs/families-tiny.json');
const PYTHON = pythonWith('torch', 'scipy', 'onnx');
const DATA = sharedData('.');
const MISSING = !PYTHON
  ? 'no Python with PyTorch, SciPy and onnx'
  : !DATA
    ? 'no shared data'
    : SLOW
      ? undefined
      : 'minutes: SPARSEDGE_SLOW=1';

interface Training {
  readonly history: readonly { readonly loss: number }[];
}

interface Results {
  readonly systems: Readonly<Record<string, { readonly collections: Readonly<Record<string, Measured>> }>>;
}

interface Measured {
  readonly measures: Readonly<Record<string, number>>;
  readonly postings: number;
  readonly reads: { readonly mean: number };
}

describe.skipIf(MISSING)(`every family is trained at its smallest${MISSING ? ` (${MISSING})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-families-'));
  const work = join(folder, 'work');
  const config = JSON.parse(readFileSync(CONFIG, 'utf8'));

  beforeAll(() => {
    // The whole vocabulary would make six times the work.
    const pieces = readFileSync(join(DATA!, 'oracles/bert-base-uncased-vocab.txt'), 'utf8').split('\n');
    writeFileSync(join(folder, 'vocab.txt'), `${pieces.slice(0, 5000).join('\n')}\n`);
    mkdirSync(join(folder, 'expansions'));
    for (const name of config.corpus.train) expand(join(DATA!, 'collections', name), name);
    expand(join(ROOT, 'test/fixtures/sample'), 'sample');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Words of documents in place of predicted queries. */
  function expand(collection: string, name: string) {
    const lines = readFileSync(join(collection, 'corpus.jsonl'), 'utf8').trim().split('\n');
    const expansions = lines.map((line, i) => {
      const next = JSON.parse(lines[(i + 1) % lines.length])
        .text.split(/\s+/)
        .slice(0, 4)
        .join(' ');
      return `${JSON.stringify({ doc_id: JSON.parse(line)._id, queries: [`what is ${next}`] })}\n`;
    });
    writeFileSync(join(folder, 'expansions', `${name}.jsonl`), expansions.join(''));
  }

  function parameters(step: readonly string[], out: string) {
    const options = { config: CONFIG, data: DATA!, vocabulary: join(folder, 'vocab.txt'), work: out };
    const given = { ...options, expansions: join(folder, 'expansions'), device: 'cpu' };
    const pairs = Object.entries(given).flatMap(([name, value]) => [`--${name}`, value]);
    return [join(ROOT, 'models/train/families'), ...step, ...pairs];
  }

  // The command line is run by the Node that runs this, and not by any other on the path.
  const env = {
    ...process.env,
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    OMP_NUM_THREADS: '1',
  };
  const run = (step: readonly string[], out = work) =>
    execFileSync(PYTHON!, parameters(step, out), { encoding: 'utf8', env });

  const training = (name: string, out = work): Training =>
    JSON.parse(readFileSync(join(out, 'systems', name, 'training.json'), 'utf8'));

  test('all systems learn, are exported, built and searched', { timeout: 0 }, () => {
    run(['all']);
    for (const name of readdirSync(join(work, 'systems'))) {
      const { history } = training(name);
      const losses = history.map(({ loss }) => loss);
      const [before, after] = [losses.slice(0, 2), losses.slice(-2)].map((part) => part[0] + part[1]);
      expect(after, name).toBeLessThan(before!);
    }
    const { systems }: Results = JSON.parse(readFileSync(join(work, 'results.json'), 'utf8'));
    const parts = ['cross-encoder', 'sparterm-gate'];
    const indexes = Object.keys(config.systems).filter((name) => !parts.includes(name));
    expect(Object.keys(systems)).toEqual(
      expect.arrayContaining([...Object.keys(config.baselines), ...indexes]),
    );
    for (const [name, { collections }] of Object.entries(systems)) {
      expect(Object.keys(collections).sort(), name).toEqual(['sample', 'squadshifts_newwiki_apart']);
      for (const { measures, postings, reads } of Object.values(collections)) {
        expect(postings, name).toBeGreaterThan(0);
        expect(reads.mean, name).toBeGreaterThan(0);
        expect(measures['nDCG@10'], name).toBeGreaterThanOrEqual(0);
      }
    }
    for (const cost of ['reads', 'postings'])
      expect(readFileSync(join(work, `${cost}.svg`), 'utf8')).toContain('<polyline');
  });

  test('a run that is killed goes on with the steps of one that was not', { timeout: 0 }, async () => {
    const killed = join(folder, 'killed');
    const kept = join(killed, 'systems/deepct/training.part');
    const child = spawn(PYTHON!, parameters(['train', 'deepct'], killed), { env, stdio: 'ignore' });
    while (!existsSync(kept) && child.exitCode === null) await sleep(5);
    expect(child.exitCode, 'it ended before it could be killed').toBeNull();
    child.kill('SIGKILL');
    expect(run(['train', 'deepct'], killed)).toContain('goes on at step');
    run(['train', 'deepct']);
    expect(training('deepct', killed).history).toEqual(training('deepct').history);
  });

  test('nothing that is measured is learned from', () => {
    if (!existsSync(join(work, 'corpus/words.txt'))) run(['corpus']);
    const ids = (use: string) =>
      readdirSync(join(work, 'collections', use)).flatMap((name) =>
        readFileSync(join(work, 'collections', use, name, 'corpus.jsonl'), 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line)._id as string),
      );
    const learned = new Set(ids('train'));
    expect(learned.size).toBe(config.corpus.train.length * config.corpus.documents);
    expect(ids('evaluate').filter((id) => learned.has(id))).toEqual([]);
  });
});
