// What a contract says of queries, in workerd as on the command line: networks of other inputs, prompts, the heaviest
// terms, cosines, and tokenizers with facts of their own. Expected are the numbers of sentence-transformers 6.2.0.

import { describe, expect, it } from 'vitest';
import { parseModel } from '../../../src/core/model/contract.ts';
import { MODEL_JSON, modelPlace } from '../../../src/core/model/model-name.ts';
import { openOnnxGraph } from '../../../src/encode/onnx-network.ts';
import { readQueryModel } from '../../../src/encode/stored-model.ts';
import { encodeFor } from '../../../src/query/encode/query-model.ts';
import { memorySource } from '../../fakes/memory-source.ts';
import { modelObjects } from '../../fakes/model-objects.ts';
import { file } from './fixture.ts';

const SEA = 'the moon pulls the sea';
const TOKENIZER = { kind: 'wordpiece', maxLength: 48, dropTokens: [] };

/** A question's terms with their weights, largest first. */
async function ask(network: string, text: string, more: object = {}): Promise<[string, number][]> {
  const graph = (await file(network))!;
  const vocabulary = (await file('checkpoints/sparse-encoder/vocab.txt'))!;
  const { space, objects } = await modelObjects({
    id: 'asked',
    onnx: 'query.onnx',
    graph,
    vocabulary,
    clusters: undefined,
    more: { head: 'splade-max', tokenizer: TOKENIZER, query: { kind: 'neural' }, ...more },
  });
  const name = space.encoder.model!;
  const contract = parseModel(objects.get(modelPlace(name) + MODEL_JSON)!, MODEL_JSON);
  const model = await readQueryModel(memorySource(objects), { name, contract });
  const { run, release } = await openOnnxGraph(graph, contract);
  const { terms, scale } = await encodeFor(space, text, { ...model, run });
  await release();
  return terms
    .map(({ term, weight }): [string, number] => [term, weight / scale])
    .sort(([, a], [, b]) => b - a);
}

const POOLED = 'checkpoints/sparse-encoder/model.onnx';

describe('a query network', () => {
  it.each(['batch1', 'int32'])('of other inputs (%s) weighs as the usual one does', async (name) => {
    const usual = await ask('checkpoints/masked-bert/onnx/model.onnx', SEA);
    expect(usual.length).toBeGreaterThan(100);
    expect(await ask(`field/networks/${name}.onnx`, SEA)).toEqual(usual);
  });

  it('keeps the heaviest terms', async () => {
    const asked = await ask(POOLED, SEA, { maxTerms: 16 });
    expect([asked.length, asked[0], asked[1]]).toEqual([16, ['##i', 2.59], ['z', 2.48]]);
  });

  it('reads its prompt before the text', async () => {
    const asked = await ask(POOLED, SEA, { query: { kind: 'neural', prefix: 'river bread: ' } });
    expect([asked.length, asked.slice(0, 2)]).toEqual([
      222,
      [
        ['##i', 2.63],
        ['z', 2.46],
      ],
    ]);
  });

  it('reads no more than its own length', async () => {
    const text = `${SEA} and the sea rises twice a day`;
    const asked = await ask(POOLED, text, { query: { kind: 'neural', maxLength: 8 } });
    expect([asked.length, asked[0]]).toEqual([194, ['2', 2.6]]);
  });

  it('gives a vector of length 1 where scores are cosines', async () => {
    const more = { similarity: 'cosine', query: { kind: 'neural', scale: 1000 } };
    const length = (await ask(POOLED, SEA, more)).reduce((sum, [, weight]) => sum + weight * weight, 0);
    expect(length).toBeCloseTo(1, 2);
  });

  it('reads text as its tokenizer says', async () => {
    const uncased = await ask(POOLED, 'the móon');
    expect(await ask(POOLED, 'THE MOON')).toEqual(uncased);
    const own = { tokenizer: { ...TOKENIZER, stripAccents: false } };
    expect(await ask(POOLED, 'the móon', own)).not.toEqual(uncased);
  });
});
