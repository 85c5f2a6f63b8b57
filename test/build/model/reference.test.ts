// Every head in Node, against PyTorch on the same weights.

import { join } from 'node:path';
import { describe, test } from 'vitest';
import { modelEncoder } from '../../../build/model/encoding/model-encoder.ts';
import { openModelFolder, readVocabulary } from '../../../build/model/model-folder.ts';
import { given } from '../../../build/stages/weighting/weighting.ts';
import { expectTokens, expectVectors, HEAD_CASES } from '../../core/heads/references.ts';
import { sharedData } from '../../fixtures/shared-data.ts';
import { FIXTURES, modelFolder, references } from './reference-model.ts';

const vocabulary = sharedData('oracles/bert-base-uncased-vocab.txt');

describe.skipIf(vocabulary === undefined)('against PyTorch (needs the vocabulary of the shared data)', () => {
  test('token ids are equal', async () => {
    const folder = openModelFolder(modelFolder('splade-max', { tokenizer: vocabulary! }));
    expectTokens(references(), (await readVocabulary(folder)).pieces);
  });

  test.each(HEAD_CASES)('$name gives the same vectors', async (headCase) => {
    const { head, graph, more } = headCase;
    const files = {
      tokenizer: vocabulary!,
      document: join(FIXTURES, `${graph}.onnx`),
      ...(head === 'lens' && { clusters: join(FIXTURES, 'clusters.json') }),
    };
    const folder = openModelFolder(modelFolder(head, files, more));
    const documents = references().map(({ text }, i) => ({ document: { id: String(i), text } }));
    const vectors = await modelEncoder(folder, given).encode(documents);
    expectVectors(vectors, references(), headCase, (await readVocabulary(folder)).pieces);
  });
});
