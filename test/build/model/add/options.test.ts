// What only the owner of a checkpoint can say, given on the command line and seen in what the model does.

import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openModelFolder } from '../../../../build/model/model-folder.ts';
import { numberedVocabulary } from '../../../core/heads/numbered-vocabulary.ts';
import { type Ended, sparsedge } from '../../commands/command-line.ts';
import { FIXTURES } from '../reference-model.ts';
import { CHECKPOINTS, encode, TEXTS, temporary } from './checkpoints.ts';

const SAID = ['--licence', 'MIT', '--trained-on', 'nothing', '--source', 'here'];

/** Adds a checkpoint as `model` in a folder. */
function add(cwd: string, checkpoint: string, ...options: string[]): Promise<Ended> {
  return sparsedge(cwd, ['model', 'add', checkpoint, '-o', 'model', ...SAID, ...options]);
}

/** SparTerm's two outputs over a vocabulary of BERT's size. */
function sparterm(cwd: string): string {
  copyFileSync(join(FIXTURES, 'sparterm.onnx'), join(cwd, 'model.onnx'));
  writeFileSync(join(cwd, 'vocab.txt'), numberedVocabulary());
  writeFileSync(join(cwd, 'config.json'), '{"vocab_size": 30522, "max_position_embeddings": 512}');
  return cwd;
}

test.each([
  ['literal-only', { own: true, others: false }],
  ['expansion-only', { own: false, others: true }],
  ['expansion-enhanced', { own: true, others: true }],
])('--gate %s decides whether terms of the text and others weigh', async (gate, expected) => {
  const cwd = temporary();
  const words = Array.from({ length: 60 }, (_, i) => `w${1000 + i}`);
  writeFileSync(join(cwd, 'samples.txt'), words.join(' '));
  const asked = ['--head', 'sparterm', '--gate', gate, '--no-quantize', '--samples', 'samples.txt'];
  const { err, code } = await add(cwd, sparterm(cwd), ...asked);
  expect([err, code]).toEqual(['', 0]);
  expect(openModelFolder(join(cwd, 'model')).contract.gate).toMatchObject({ mode: gate });
  const [vector] = await encode(join(cwd, 'model'), [words.join(' ')]);
  const terms = [...vector!.keys()];
  const found = {
    own: terms.some((term) => words.includes(term)),
    others: terms.some((term) => !words.includes(term)),
  };
  expect(found).toEqual(expected);
});

test('SparTerm without --gate is asked for it', async () => {
  const cwd = temporary();
  const { err, code } = await add(cwd, sparterm(cwd), '--head', 'sparterm');
  expect(err).toContain('--gate: SparTerm has three');
  expect(code).toBe(2);
});

test('--clusters are the terms of a LENS model', async () => {
  const cwd = temporary();
  const checkpoint = join(CHECKPOINTS, 'masked-bert');
  const clusters = Array.from({ length: 320 }, (_, id) => (id < 5 ? -1 : id % 7));
  writeFileSync(join(cwd, 'clusters.json'), JSON.stringify(clusters));
  const { err, code } = await add(cwd, checkpoint, '--head', 'lens', '--clusters', 'clusters.json');
  expect([err, code]).toEqual(['', 0]);
  const path = join(cwd, 'model');
  const { contract } = openModelFolder(path);
  expect([contract.vocabulary, contract.files.clusters!.name]).toEqual(['cluster', 'clusters.json']);
  const [vector] = await encode(path, [TEXTS[0]]);
  expect([...vector!.keys()].sort()).toEqual(['0', '1', '2', '3', '4', '5', '6']);
});

test.each([
  ['of other pieces', [0, 1, 2], /clusters\.json: expected the cluster, an integer, of each of 320 pieces/],
  ['that are not there', undefined, /clusters\.json: expected a file, found none/],
])('--clusters %s are refused', async (_, clusters, message) => {
  const cwd = temporary();
  if (clusters) writeFileSync(join(cwd, 'clusters.json'), JSON.stringify(clusters));
  const asked = ['--head', 'lens', '--clusters', 'clusters.json'];
  const { err, code } = await add(cwd, join(CHECKPOINTS, 'masked-bert'), ...asked);
  expect(err).toMatch(message);
  expect(code).toBe(2);
});

test('--samples are the texts that the model is held to', async () => {
  const cwd = temporary();
  writeFileSync(join(cwd, 'texts.txt'), `${TEXTS[0]}\r\n\n${TEXTS[1]}\n`);
  const checkpoint = join(CHECKPOINTS, 'sparse-encoder');
  const { out, err } = await add(cwd, checkpoint, '--samples', 'texts.txt');
  expect(err).toBe('');
  expect(out).toContain('against the original, over 2 texts');
  expect(readFileSync(join(cwd, 'model/README.md'), 'utf8')).toContain('over 2 texts');
});

test.each([
  ['without a text', '\n \n'],
  ['that are not there', undefined],
])('--samples %s are refused', async (_, texts) => {
  const cwd = temporary();
  if (texts !== undefined) writeFileSync(join(cwd, 'texts.txt'), texts);
  const { err, code } = await add(cwd, join(CHECKPOINTS, 'sparse-encoder'), '--samples', 'texts.txt');
  expect(err).toContain('texts.txt: expected texts, one a line, found none');
  expect(code).toBe(2);
});
