// Every head in workerd, against PyTorch on the same weights.

import { beforeAll, describe, it } from 'vitest';
import { batchVectors, padWindows } from '../../../src/core/heads/batch.ts';
import { mergeWindows } from '../../../src/core/heads/head.ts';
import { parseModel } from '../../../src/core/model/contract.ts';
import { MODEL_JSON, modelPlace } from '../../../src/core/model/model-name.ts';
import type { SparseVector } from '../../../src/core/sparse.ts';
import { cutWindows } from '../../../src/core/tokens/tokens.ts';
import { readWordPieces } from '../../../src/core/tokens/wordpiece.ts';
import { openOnnxGraph } from '../../../src/encode/onnx-network.ts';
import { readQueryModel } from '../../../src/encode/stored-model.ts';
import {
  expectTokens,
  expectVectors,
  HEAD_CASES,
  MAX_LENGTH,
  parseReferences,
  type Reference,
  vocabularyOf,
} from '../../core/heads/references.ts';
import { memorySource } from '../../fakes/memory-source.ts';
import { modelObjects } from '../../fakes/model-objects.ts';
import { bertVocabulary, file } from './fixture.ts';

const MISSING = 'the vocabulary of BERT is not in the repository';

let vocabulary: Uint8Array<ArrayBuffer> | undefined;
let references: readonly Reference[];

beforeAll(async () => {
  vocabulary = await bertVocabulary();
  const gzipped = new Response(await file('models/reference.jsonl.gz')).body!;
  const lines = gzipped.pipeThrough(new DecompressionStream('gzip'));
  references = parseReferences(await new Response(lines).text());
});

describe('against PyTorch', () => {
  it('token ids are equal', ({ skip }) => {
    if (!vocabulary) return skip(MISSING);
    expectTokens(references, readWordPieces(vocabulary, 'vocab.txt'));
  });

  it.for(HEAD_CASES)('$name gives the same vectors', async (headCase, { skip }) => {
    if (!vocabulary) return skip(MISSING);
    const { head, graph, more } = headCase;
    const onnx = (await file(`models/${graph}.onnx`))!;
    const clusters = head === 'lens' ? await file('models/clusters.json') : undefined;
    const { space, objects } = await modelObjects({
      id: head,
      onnx: 'query.onnx',
      graph: onnx,
      vocabulary,
      clusters,
      // Documents' vectors: which query side the model has does not matter, and heads of words have no network there.
      more: { head, vocabulary: vocabularyOf(head), query: { kind: 'binary' }, ...more },
    });
    const name = space.encoder.model!;
    const contract = parseModel(objects.get(modelPlace(name) + MODEL_JSON)!, MODEL_JSON);
    const model = await readQueryModel(memorySource(objects), { name, contract });
    const { pieces } = model.vocabulary;
    const network = await openOnnxGraph(onnx, contract);
    const vectors: SparseVector[] = [];
    for (const { text } of references) {
      const windows = cutWindows(pieces.tokenize(text), pieces, MAX_LENGTH, 'truncate');
      const batch = padWindows(windows, windows[0].ids.length, pieces);
      const found = batchVectors(contract, batch, await network.run(batch), model.vocabulary);
      vectors.push(mergeWindows(head, found));
    }
    await network.release();
    expectVectors(vectors, references, headCase, pieces);
  });
});
