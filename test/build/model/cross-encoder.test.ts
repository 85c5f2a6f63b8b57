import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildIndex } from '../../../build/index/build.ts';
import { parseConfig } from '../../../build/index/config.ts';
import { openAsk } from '../../../build/local/ask-folder.ts';
import type { WorkerAnswer } from '../../../build/local/ask-worker.ts';
import { startLocalWorker } from '../../../build/local/local-worker.ts';
import { openModelFolder } from '../../../build/model/model-folder.ts';
import { openReranker } from '../../../build/model/query/reranker.ts';
import { silent } from '../../../build/terminal/progress.ts';
import { folderSource } from '../../../build/work/files.ts';
import { readWordPieces } from '../../../src/core/tokens/wordpiece.ts';
import { openIndex } from '../../../src/query/search/open.ts';
import { expectReferenceIds, expectReferenceScores } from '../../core/model/cross-encoder-reference.ts';
import { sharedData } from '../../fixtures/shared-data.ts';
import { crossEncoderFolder, crossEncoderPairs } from './reference-model.ts';

const vocabulary = sharedData('oracles/bert-base-uncased-vocab.txt');
const temporary = () => mkdtempSync(join(tmpdir(), 'sparsedge-reranker-'));
const rerankerFolder = (more: object = {}) => crossEncoderFolder(vocabulary!, more);

describe.skipIf(vocabulary === undefined)('a cross-encoder (needs the vocabulary of the shared data)', () => {
  test('reads the pairs that PyTorch read, and gives its scores', async () => {
    const found = crossEncoderPairs();
    expectReferenceIds(found, readWordPieces(readFileSync(vocabulary!), 'vocab.txt'));
    const { score } = await openReranker(rerankerFolder());
    await expectReferenceScores(found, score);
  });

  test('is no model that weighs terms, and is said to be what it is', () => {
    expect(() => openModelFolder(rerankerFolder())).toThrow(
      /model\.json: expected a model that weighs terms, found a cross-encoder, which reranks: it is for --reranker/,
    );
  });

  test('gives a probability where its contract says so', async () => {
    const { question, document, score } = crossEncoderPairs()[0];
    const { scores } = await (await openReranker(rerankerFolder({ activation: 'sigmoid' }))).score(question, [
      document,
    ]);
    expect(scores[0]).toBeCloseTo(1 / (1 + Math.exp(-score)), 4);
  });

  test('refuses a question that leaves no room for a document', async () => {
    const { score } = await openReranker(rerankerFolder());
    expect((await score('river '.repeat(60), ['boat'])).tokens).toBe(64);
    await expect(score('river '.repeat(61), ['boat'])).rejects.toMatchObject({
      code: 'bad-query',
      message: 'the query has 61 pieces; the reranker reads at most 60 beside a document',
    });
  });

  test.each([
    ['another model', { kind: 'encoder' }, 'is no contract of a cross-encoder'],
    ['an output that is not there', { output: 'logits' }, 'expected the output logits; found score'],
    ['a length that holds no pair', { tokenizer: { kind: 'wordpiece', maxLength: 4 } }, 'maxLength'],
  ])('is refused as %s', async (_, more, message) => {
    await expect(openReranker(rerankerFolder(more))).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(message),
    });
  });

  test('reranks in the Worker as on the command line, over two spaces', async () => {
    const folder = temporary();
    const texts = crossEncoderPairs().map(({ document }) => document.slice(0, 400));
    await buildIndex({
      inputs: async function* () {
        for (const [i, text] of texts.entries()) yield { document: { id: `d${i}`, text: `${text} river` } };
      },
      inputKey: 'rerank',
      config: parseConfig({
        spaces: [{ encoder: 'bm25' }, { name: 'words', encoder: 'tfidf', analyzer: 'bert-words' }],
      }),
      folder,
      workFolder: temporary(),
      startProgress: silent,
    });
    const index = await openIndex(folderSource(folder));
    const reranker = rerankerFolder();
    const options = { spaces: 'bm25=1,words=.3', rerank: 20, reranker };
    const ask = await openAsk({ folder, index, clock: () => 0 }, options);
    const worker = await startLocalWorker(folder, { port: 0, reranker, startProgress: silent });
    let moved = 0;
    try {
      for (const text of ['river boat', 'the ocean and the climate', 'galaxy']) {
        const here = await ask({ text, k: 30, documents: true, budget: {} });
        const query = new URLSearchParams({ q: text, k: '30', spaces: 'bm25=1,words=.3', rerank: '20' });
        const response = await fetch(`${worker.url}v1/search?${query}`);
        expect(response.status).toBe(200);
        const there = (await response.json()) as WorkerAnswer;
        const order = (hits: readonly { document: number; score: number }[]) =>
          hits.map(({ document, score }) => ({ document, score }));
        expect(order(there.hits)).toEqual(order(here.hits));
        for (const [i, { rerankScore, id, score }] of there.hits.entries()) {
          if (i < 20) expect(rerankScore).toBeCloseTo(here.hits[i].rerankScore!, 5);
          else expect(rerankScore).toBeUndefined();
          expect(id).toBe(here.hits[i].shown!.id);
          expect(Number.isInteger(score)).toBe(true);
        }
        const { documents, tokens } = here.rerank!;
        expect(there.rerank).toMatchObject({ model: expect.any(String), documents, tokens });
        expect(documents).toBe(Math.min(20, here.hits.length));
        if (there.hits.some(({ score }, i) => i > 0 && score > there.hits[i - 1].score)) moved++;
      }
    } finally {
      await worker.stop();
    }
    expect(moved).toBe(3);
  });
});
