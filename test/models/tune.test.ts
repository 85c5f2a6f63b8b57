// Tuning the default model to a collection: what of it is learned from, what is kept apart, and that the model which
// comes out is one that indexes are built with. Needs PyTorch.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_MODEL } from '../../build/index/config.ts';
import { modelEncoder } from '../../build/model/encoding/model-encoder.ts';
import { openModelFolder } from '../../build/model/model-folder.ts';
import { given } from '../../build/stages/weighting/weighting.ts';
import { sparsedge } from '../build/commands/command-line.ts';
import { pythonWith } from './python.ts';

const ROOT = join(import.meta.dirname, '../..');
const TUNE = join(ROOT, 'models/train/tune.py');
const SAMPLE = join(ROOT, 'test/fixtures/sample');
const PYTHON = pythonWith('torch', 'scipy', 'onnx');
const MISSING = PYTHON ? undefined : 'no Python with PyTorch, SciPy and onnx';

interface Question {
  readonly _id: string;
  readonly text: string;
}

const linesOf = <T>(path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);

const encoded = async (model: string, texts: readonly string[]) =>
  (
    await modelEncoder(openModelFolder(model), given).encode(
      texts.map((text) => ({ document: { id: '', text } })),
    )
  ).map((vector) => Object.fromEntries(vector));

describe.skipIf(MISSING)(`the default model is tuned${MISSING ? ` (${MISSING})` : ''}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-tune-'));
  const collection = join(folder, 'sample');
  const expansions = join(folder, 'expansions.jsonl');
  const questions = linesOf<Question>(join(SAMPLE, 'queries.jsonl'));
  const [header, ...judgments] = readFileSync(join(SAMPLE, 'qrels/test.tsv'), 'utf8').trimEnd().split('\n');
  const documents = linesOf<{ _id: string; title: string; text: string }>(join(SAMPLE, 'corpus.jsonl'));

  beforeAll(() => {
    mkdirSync(join(collection, 'qrels'), { recursive: true });
    for (const name of ['corpus.jsonl', 'queries.jsonl'])
      writeFileSync(join(collection, name), readFileSync(join(SAMPLE, name)));
    const write = (split: string, rows: readonly string[]) =>
      writeFileSync(join(collection, 'qrels', `${split}.tsv`), `${[header, ...rows].join('\n')}\n`);
    write('train', judgments.slice(0, 150));
    // The last question of train.tsv is asked here, too.
    write('test', judgments.slice(149));
    writeFileSync(
      expansions,
      documents
        .map(({ _id, title }) => `${JSON.stringify({ doc_id: _id, queries: [`about ${title}`] })}\n`)
        .join(''),
    );
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const workOf = (name: string) => join(folder, `${name}.work`);
  function tune(name: string, { sources = [] as string[], plan = {}, options = [] as string[] } = {}) {
    const config = JSON.parse(readFileSync(join(ROOT, 'models/train/configs/tune.json'), 'utf8'));
    Object.assign(config, { documents: 8, spanDocuments: 8, tokens: 64 }, plan);
    const path = join(folder, `${name}.json`);
    writeFileSync(path, JSON.stringify(config));
    const given = ['--start', DEFAULT_MODEL, '--out', join(folder, name), '--work', workOf(name)];
    const chosen = sources.length > 0 ? ['--sources', ...sources] : [];
    return spawnSync(
      PYTHON!,
      [TUNE, collection, ...given, '--config', path, '--device', 'cpu', ...chosen, ...options],
      { encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1' } },
    );
  }

  test('with no step it is the start: in float32 nearly, and in eight bits the same', {
    timeout: 0,
  }, async () => {
    const { status, stderr } = tune('start', { sources: ['judged'], plan: { steps: 0 } });
    expect(status, stderr).toBe(0);
    const eight = join(folder, 'start-8');
    const made = await sparsedge(folder, ['model', 'quantize', join(folder, 'start'), '-o', eight]);
    expect(made).toMatchObject({ code: 0, err: '' });
    const texts = documents.slice(0, 20).map(({ text }) => text);
    const [start, whole, again] = await Promise.all(
      [DEFAULT_MODEL, join(folder, 'start'), eight].map((model) => encoded(model, texts)),
    );
    for (const [i, vector] of start!.entries()) {
      expect(Object.keys(whole![i])).toEqual(Object.keys(vector));
      for (const [term, value] of Object.entries(vector)) {
        expect(again![i][term], term).toBeCloseTo(value, 5);
        expect(Math.abs(Math.log(whole![i][term] / value)), term).toBeLessThan(0.1);
      }
    }
    const table = (model: string) =>
      readFileSync(join(model, openModelFolder(model).contract.files.table!.name));
    expect(table(eight)).toEqual(table(DEFAULT_MODEL));
  });

  test('by judgments, predicted queries, titles and spans; and an index is built with it', {
    timeout: 0,
  }, async () => {
    const run = { plan: { steps: 6 }, options: ['--expansions', expansions, '--accept-loss'] };
    const { status, stdout, stderr } = tune('tuned', run);
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/learns from judged \(.*predicted \(.*titles \(.*spans \(/);
    const work = workOf('tuned');
    const figures = readFileSync(join(work, 'figures.json'), 'utf8');
    expect(JSON.parse(figures)).toMatchObject({ asked: 'judged', questions: expect.any(Number) });

    const asked = ['judged', 'judged_apart'].map((name) =>
      Object.keys(JSON.parse(readFileSync(join(work, `corpus/${name}.qrels.json`), 'utf8'))),
    );
    const learned = new Set(judgments.slice(0, 149).map((row) => row.split('\t')[0]));
    const tested = new Set(judgments.slice(149).map((row) => row.split('\t')[0]));
    expect(asked.flat().sort()).toEqual([...learned].filter((id) => !tested.has(id)).sort());
    expect(asked[1].length).toBe(JSON.parse(figures).questions);

    // What a killed run had not come to is done, with what it had.
    rmSync(join(work, 'figures.json'));
    rmSync(join(folder, 'tuned'), { recursive: true });
    expect(tune('tuned', run).status).toBe(0);
    expect(readFileSync(join(work, 'figures.json'), 'utf8')).toBe(figures);
    expect(tune('tuned', { ...run, sources: ['titles'] }).stderr).toContain('sources differ');

    const eight = join(folder, 'tuned-8');
    for (const args of [
      ['model', 'quantize', join(folder, 'tuned'), '-o', eight],
      ['build', collection, '--model', eight, '-o', 'index'],
    ])
      expect(await sparsedge(folder, args)).toMatchObject({ code: 0, err: '' });
    const found = await sparsedge(folder, ['search', 'index', questions[0].text, '--json']);
    expect(JSON.parse(found.out).hits.length).toBeGreaterThan(0);
  });

  test('a model that finds less than the start is not written', { timeout: 0 }, () => {
    const { status, stderr } = tune('worse', {
      sources: ['judged'],
      plan: { steps: 3, rate: 1, tableRate: 200 },
    });
    expect(stderr).toContain('FINDS LESS');
    expect(status).toBe(3);
    expect(existsSync(join(folder, 'worse'))).toBe(false);
  });
});
