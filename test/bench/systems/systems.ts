// The systems that are compared: BM25 in four forms, each as good as we know to make it, and models.

import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { contextEncoder } from '../../../build/model/encoding/context-encoder.ts';
import { modelEncoder } from '../../../build/model/encoding/model-encoder.ts';
import { openModelFolder } from '../../../build/model/model-folder.ts';
import type { PartEncoders } from '../../../build/model/vector-parts.ts';
import { given } from '../../../build/stages/weighting/weighting.ts';
import { MODEL_JSON } from '../../../src/core/model/model-name.ts';
import type { BuildOrder } from '../indexes/build-child.ts';
import { remembering } from './encoded-once.ts';
import { porterText } from './porter-text.ts';

/** A system by name, and the space that it builds. */
export interface System {
  readonly name: string;
  readonly space: NonNullable<BuildOrder['space']>;
  /** What gives documents their values, where a network does. */
  readonly encoders?: PartEncoders;
  /** What is read of a text, document or question, where that is not all of it as it is. */
  readonly rewrite?: (text: string) => string;
}

/**
 * What `models/train/evaluate.py --tuning` found best on the questions of the training collections that it tunes on.
 */
const TUNED = { k1: 0.6, b: 0.75 };
/** With these others are compared. */
export const BASELINES = ['bm25-tuned', 'bm25-phrases'] as const;

/**
 * @param models folders; the phrases of BM25 are those of the first
 * @param folder for a model that is made here
 */
export function systemsOf(models: readonly [string, ...string[]], folder: string): System[] {
  const systems: System[] = [
    { name: 'bm25', space: { encoder: 'bm25' } },
    { name: BASELINES[0], space: { encoder: 'bm25', analyzer: 'unicode', ...TUNED }, rewrite: porterText },
    { name: 'bm25-stems', space: { encoder: 'bm25', analyzer: 'stems', ...TUNED } },
    { name: BASELINES[1], space: { model: writePhraseModel(models[0], folder) } },
    ...models.map(modelSystem),
  ];
  const repeated = systems.find(({ name }, i) => systems.findIndex((other) => other.name === name) !== i);
  if (repeated)
    throw new Error(`two systems are named ${repeated.name}: give the models' folders other names`);
  return systems;
}

function modelSystem(model: string): System {
  const folder = openModelFolder(model);
  const system = { name: basename(model), space: { model } };
  if (!folder.contract.files.document) return system;
  // Values alone: it is the build that weighs them.
  const encoder = remembering(modelEncoder(folder, given));
  const context = folder.contract.context && remembering(contextEncoder(folder));
  return { ...system, encoders: { encoder, context } };
}

/** A model's words and phrases with nothing learned: no network, no table, no stems added. */
function writePhraseModel(model: string, folder: string): string {
  const { path, contract } = openModelFolder(model);
  if (!contract.phrases) throw new Error(`${path} has no phrases: name one that has them first`);
  const { tokenizer } = contract.files;
  const without = {
    ...contract,
    id: BASELINES[1],
    files: { tokenizer },
    added: undefined,
    context: undefined,
    query: { kind: 'count' },
    bm25: TUNED,
  };
  const made = join(folder, BASELINES[1]);
  mkdirSync(made, { recursive: true });
  copyFileSync(join(path, tokenizer.name), join(made, tokenizer.name));
  writeFileSync(join(made, MODEL_JSON), JSON.stringify(without));
  return made;
}
