// A cross-encoder in the Worker with a network, as the one that a deployment names.

import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { utf8 } from '../../../src/core/format/bytes.ts';
import { ModelCache } from '../../../src/encode/model-cache.ts';
import { openOnnxGraph } from '../../../src/encode/onnx-network.ts';
import { residentReranker } from '../../../src/encode/resident-reranker.ts';
import { searchAnswer } from '../../../src/http/api.ts';
import { r2Source } from '../../../src/store/r2.ts';
import { createWorker } from '../../../src/worker.ts';
import {
  expectReferenceScores,
  referenceContract,
  referencePairs,
} from '../../core/model/cross-encoder-reference.ts';
import { described, sha256 } from '../../fakes/model-objects.ts';
import { client, collectionIndex, publish } from '../requests.ts';
import { file } from './fixture.ts';

const timer = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** A vocabulary of BERT's size and special pieces, with the words of the collection. */
function vocabulary(): Uint8Array<ArrayBuffer> {
  const pieces = Array.from({ length: 30_522 }, (_, id) => `w${id}`);
  const special = { 0: '[PAD]', 100: '[UNK]', 101: '[CLS]', 102: '[SEP]', 103: '[MASK]' };
  const words = { 2000: 'river', 2001: 'boat', 2002: 'text', 2003: 'of', 2004: 'fish', 2005: 'lamp' };
  for (const [id, piece] of Object.entries({ ...special, ...words })) pieces[Number(id)] = piece;
  return utf8(`${pieces.join('\n')}\n`);
}

/** Puts the cross-encoder of the fixtures into the bucket, and gives what RERANK_MODEL is to be. */
async function publishReranker(pieces: Uint8Array<ArrayBuffer>, prefix = ''): Promise<string> {
  const network = (await file('models/cross-encoder.onnx'))!;
  const files = {
    tokenizer: await described('vocab.txt', pieces),
    network: await described('network.onnx', network),
  };
  const contract = utf8(JSON.stringify(referenceContract(files)));
  const name = `random-cross-encoder-${(await sha256(contract)).slice(0, 12)}`;
  const place = `${prefix}models/${name}/`;
  await env.INDEX.put(`${place}model.json`, contract);
  await env.INDEX.put(`${place}vocab.txt`, pieces);
  await env.INDEX.put(`${place}network.onnx`, network);
  return name;
}

/** A Worker of its own with that setting. */
function deployed(model: string) {
  const worker = createWorker({ openGraph: openOnnxGraph, residentReranker });
  return client((request) => worker.fetch(request, { INDEX: env.INDEX, RERANK_MODEL: model }));
}

let name: string;

beforeAll(async () => {
  await publish(collectionIndex());
  name = await publishReranker(vocabulary());
});

describe('a cross-encoder in the Worker', () => {
  it('gives the scores that PyTorch gives', async ({ skip }) => {
    const pieces = await file('shared/oracles/bert-base-uncased-vocab.txt');
    if (!pieces) return skip('the vocabulary of BERT is not in the repository');
    const model = await publishReranker(pieces, 'reference/');
    const models = new ModelCache({ clock: Date.now, timer });
    const source = r2Source(env.INDEX, 'reference/');
    const { score } = residentReranker({ name: model, source, models, openGraph: openOnnxGraph });
    const gzipped = (await file('models/cross-encoder.jsonl.gz'))!;
    const lines = new Response(gzipped).body!.pipeThrough(new DecompressionStream('gzip'));
    await expectReferenceScores(referencePairs(await new Response(lines).text()), score);
  });

  it('orders the first hits anew, leaves the others as they were, and says what it cost', async () => {
    const { get, post } = deployed(name);
    const plain = (await get('/v1/search?q=river+boat&k=7')).body;
    const { status, body } = await post({ query: 'river boat', k: 7, rerank: { n: 4 } });
    expect(status).toBe(200);
    expect(searchAnswer.safeParse(body).error).toBeUndefined();
    const scores = body.hits.slice(0, 4).map((hit: { rerankScore: number }) => hit.rerankScore);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(new Set(scores).size).toBeGreaterThan(1);
    const documents = (hits: { document: number }[]) => hits.map(({ document }) => document);
    expect(documents(body.hits.slice(0, 4)).sort()).toEqual(documents(plain.hits.slice(0, 4)).sort());
    expect(documents(body.hits)).not.toEqual(documents(plain.hits));
    expect(body.hits.slice(4)).toEqual(plain.hits.slice(4));
    // The search's own scores stay beside the reranker's.
    for (const { document, score } of body.hits) {
      expect(score).toBe(plain.hits.find((hit: { document: number }) => hit.document === document).score);
    }
    expect(body).toMatchObject({ exact: true, rerank: { model: name, documents: 4 } });
    expect(body.rerank.tokens).toBeGreaterThan(4 * 6);
    expect(body.rerank.calls).toBeUndefined();
    const again = (await get('/v1/search?q=river+boat&k=7&rerank=4')).body;
    expect(again.hits).toEqual(body.hits);
  });

  it('does nothing unless asked', async () => {
    const { body } = await deployed(name).get('/v1/search?q=river&k=3');
    expect(body.rerank).toBeUndefined();
    expect(body.hits[0].rerankScore).toBeUndefined();
  });

  it('needs no documents in the answer, and no hits', async () => {
    const { get } = deployed(name);
    const { body } = await get('/v1/search?q=river&k=2&rerank=3&documents=false');
    expect(body.hits[0]).toEqual({
      rank: 1,
      document: expect.any(Number),
      score: expect.any(Number),
      rerankScore: expect.any(Number),
      id: expect.any(String),
    });
    expect(body.rerank.documents).toBe(3);
    const none = (await get('/v1/search?q=nothing&rerank=3')).body;
    expect(none).toMatchObject({ hits: [], exact: true, rerank: { documents: 0 } });
  });

  it('refuses a question that is too long for it, by its pieces', async () => {
    const { status, body } = await deployed(name).post({ query: 'river '.repeat(61), rerank: { n: 3 } });
    expect([status, body.code]).toEqual([400, 'bad-query']);
    expect(body.detail).toBe('the query has 61 pieces; the reranker reads at most 60 beside a document');
  });

  it('is named where another or none lies there', async () => {
    const missing = await deployed('absent-000000000000').get('/v1/search?q=river&rerank=3');
    expect([missing.status, missing.body.code]).toEqual([500, 'model-mismatch']);
    expect(missing.body.detail).toBe(
      'the reranker absent-000000000000 is to lie in models/absent-000000000000/; there is none',
    );
    const other = 'random-cross-encoder-000000000000';
    const contract = await env.INDEX.get(`models/${name}/model.json`);
    await env.INDEX.put(`models/${other}/model.json`, await contract!.arrayBuffer());
    const renamed = await deployed(other).get('/v1/search?q=river&rerank=3');
    expect(renamed.body.detail).toContain(`there is ${name}`);
  });
});
