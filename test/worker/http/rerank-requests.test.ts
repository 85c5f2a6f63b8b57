// Reranking by Workers AI, and a deployment without a reranker. Workers AI does not run here: what stands for it is an
// object that holds requests to the documented schema of bge-reranker-base and answers as documented, best first.

import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { searchAnswer } from '../../../src/http/api.ts';
import { createWorker } from '../../../src/worker.ts';
import { client, collectionIndex, publish } from '../requests.ts';

const MODEL = '@cf/baai/bge-reranker-base';

const documentedInput = z.strictObject({
  query: z.string().min(1),
  top_k: z.int().min(1).optional(),
  contexts: z.array(z.strictObject({ text: z.string().min(1) })),
});
type Input = z.infer<typeof documentedInput>;

/** A score that the order of a search has nothing to do with. */
function scoreOf(text: string): number {
  return [...text].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 1009, 7) / 1009;
}

function documentedAnswer({ contexts, top_k = contexts.length }: Input): unknown {
  const response = contexts.map(({ text }, id) => ({ id, score: scoreOf(text) }));
  return { response: response.sort((a, b) => b.score - a.score).slice(0, top_k) };
}

/** A Worker whose binding answers so. */
function deployed(answer: (input: Input) => unknown = documentedAnswer) {
  const models: string[] = [];
  const inputs: Input[] = [];
  const ai = {
    async run(model: string, input: unknown) {
      models.push(model);
      inputs.push(documentedInput.parse(input));
      return answer(inputs.at(-1)!);
    },
  };
  const worker = createWorker();
  const settings = { INDEX: env.INDEX, AI: ai, RERANK_MODEL: MODEL };
  return { models, inputs, ...client((request) => worker.fetch(request, settings)) };
}

beforeAll(() => publish(collectionIndex()));

describe('reranking by Workers AI', () => {
  it('is one call with the texts of the best, and orders them by what it answers', async () => {
    const { get, models, inputs } = deployed();
    const { status, body } = await get('/v1/search?q=river+boat&k=3&rerank=5');
    expect(status).toBe(200);
    expect(searchAnswer.safeParse(body).error).toBeUndefined();
    expect(models).toEqual([MODEL]);
    expect(inputs).toHaveLength(1);
    expect(inputs[0]).toMatchObject({ query: 'river boat', top_k: 5 });
    const texts = inputs[0].contexts.map(({ text }) => text);
    expect(texts[0]).toBe('River boat text of a');
    expect(texts).toHaveLength(5);
    const expected = texts.map(scoreOf).sort((a, b) => b - a);
    expect(body.hits.map((hit: { rerankScore: number }) => hit.rerankScore)).toEqual(expected.slice(0, 3));
    expect(body.rerank).toMatchObject({ model: MODEL, documents: 5, calls: 1 });
    expect(body.rerank.tokens).toBeUndefined();
  });

  it('puts documents of equal scores in the order of their numbers', async () => {
    const { get } = deployed(({ contexts }) => ({
      response: contexts.map((_, id) => ({ id, score: 0.5 })).reverse(),
    }));
    const { body } = await get('/v1/search?q=river&k=7&rerank=7&documents=false');
    const documents = body.hits.map((hit: { document: number }) => hit.document);
    expect(documents).toEqual([...documents].sort((a, b) => a - b));
    expect(documents).toHaveLength(7);
  });

  it.each([
    ['too few', { response: [{ id: 0, score: 1 }] }],
    ['one twice', { response: Array.from({ length: 7 }, () => ({ id: 0, score: 1 })) }],
    ['no numbers', { response: [{ id: 0, score: 'high' }] }],
    ['nothing', undefined],
  ])('fails, and says so, where it answers with %s', async (_, answer) => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const { status, body } = await deployed(() => answer).get('/v1/search?q=river&rerank=10');
    expect([status, body.code]).toEqual([503, 'unavailable']);
    expect(body.detail).toContain(`Workers AI, ${MODEL}: expected a score for each of 7 texts`);
    vi.restoreAllMocks();
  });

  it('fails as storage does where the service fails', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const { get } = deployed(() => {
      throw new Error('3040: out of capacity');
    });
    const { status, body } = await get('/v1/search?q=river&rerank=10');
    expect([status, body.code, body.detail]).toEqual([
      503,
      'unavailable',
      `Workers AI does not run ${MODEL}`,
    ]);
    vi.restoreAllMocks();
  });
});

describe('a deployment without a reranker', () => {
  const bare = createWorker();
  const { get } = client((request) => bare.fetch(request, { INDEX: env.INDEX }));

  it('refuses to rerank, and answers everything else', async () => {
    const { status, body } = await get('/v1/search?q=river&rerank=5');
    expect([status, body.code]).toEqual([400, 'bad-query']);
    expect(body.detail).toBe('reranking was asked for, and this deployment has no reranker');
    expect((await get('/v1/search?q=river')).status).toBe(200);
  });

  it.each([
    [{ RERANK_MODEL: MODEL }, `RERANK_MODEL is ${MODEL}, and AI is not bound`],
    [{ RERANK_MODEL: 'tiny' }, 'RERANK_MODEL must be a model of Workers AI'],
    [{ AI: {}, RERANK_MODEL: MODEL }, 'AI must be bound to Workers AI'],
    [{ RERANK_MODEL: 'tiny-0123456789ab' }, 'a network: deploy src/neural.ts, which has a runtime'],
  ])('is not configured by %j', async (settings, detail) => {
    vi.spyOn(console, 'error').mockImplementation(() => {});
    const worker = createWorker();
    const wrong = client((request) => worker.fetch(request, { INDEX: env.INDEX, ...settings }));
    const { status, body } = await wrong.get('/v1/search?q=river');
    expect([status, body.code]).toEqual([500, 'bad-input']);
    expect(body.detail).toContain(detail);
    vi.restoreAllMocks();
  });
});
