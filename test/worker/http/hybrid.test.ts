import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { searchAnswer } from '../../../src/http/api.ts';
import { connect } from '../../../src/http/client.ts';
import { createWorker } from '../../../src/worker.ts';
import { appOver, COLLECTION, client, collectionIndex, publish } from '../requests.ts';

const WEIGHTS = { words: 1, marks: 0.5 };
/** Documents with a second space that orders them otherwise. */
const DOCUMENTS = COLLECTION.map((entry, i) => ({ ...entry, marks: { river: 20 + 31 * i, lamp: 7 } }));

/** Searches here, through nothing else. */
const here = appOver({ settings: { INDEX_PREFIX: 'one' } });

beforeAll(async () => {
  await publish(collectionIndex('a'.repeat(16), [DOCUMENTS]), 'one/');
});

describe('several spaces over HTTP', () => {
  const { get, post } = here;

  it('are added up by their weights, the same by URL and by body, in steps of a unit', async () => {
    const { status, body } = await post({ query: 'river boat', spaces: WEIGHTS, k: 8 });
    expect(status).toBe(200);
    expect(searchAnswer.safeParse(body).error).toBeUndefined();
    expect(body).toMatchObject({ exact: true, bound: 0, unit: expect.any(Number) });
    // Impacts of "words" are steps of 10 / 255, and those of "marks" of 2 / 255.
    const sums = DOCUMENTS.map(({ vector, marks }: (typeof DOCUMENTS)[number], document) => {
      const words = ((vector.river ?? 0) + (vector.boat ?? 0)) * (10 / 255);
      return { document, sum: words + 0.5 * marks.river * (2 / 255) };
    }).sort((a, b) => b.sum - a.sum);
    for (const [i, { document, score }] of body.hits.entries()) {
      expect(document).toBe(sums[i].document);
      expect(score * body.unit).toBeCloseTo(sums[i].sum, 3);
    }
    const byUrl = (await get('/v1/search?q=river+boat&k=8&spaces=words,marks=.5')).body;
    expect(byUrl.hits).toEqual(body.hits);
  });

  it('weigh whatever the client says, however small', async () => {
    const app = createWorker();
    const bindings = { INDEX: env.INDEX, INDEX_PREFIX: 'one' };
    const ask = ((url: URL, init?: RequestInit) =>
      app.fetch(new Request(url, init), bindings)) as typeof fetch;
    const search = connect('https://search.test', ask);
    for (const marks of [1e-7, 2.5e-300, 1 / 3, 0.1 + 0.2, 1e6]) {
      const spaces = { words: 1e-6, marks };
      const { body } = await post({ query: 'river boat', spaces });
      expect((await search.search('river boat', { spaces })).hits).toEqual(body.hits);
    }
  });

  it('are one unless more are named: the first of the index', async () => {
    const { body } = await get('/v1/search?q=river&documents=false&k=2');
    expect(body.unit).toBeCloseTo(10 / 255, 12);
    expect(body.hits).toEqual([
      { rank: 1, document: 0, score: 9, id: 'a' },
      { rank: 2, document: 1, score: 7, id: 'b/1' },
    ]);
  });

  it('are fused by rank where that is asked for, and every list is proved', async () => {
    const { body } = await get('/v1/search?q=river&fusion=rrf&rrfDepth=3&k=8&documents=false');
    expect(searchAnswer.safeParse(body).error).toBeUndefined();
    expect(body).toMatchObject({
      exact: true,
      fusion: {
        method: 'rrf',
        k: 60,
        depth: 3,
        lists: [
          { space: 'words', weight: 1, hits: 3, exact: true },
          { space: 'marks', weight: 1, hits: 3, exact: true },
        ],
      },
    });
    expect(body.unit).toBeUndefined();
    // Of words the best are 0, 1, 2; of marks 7, 6, 5. Equal ranks go to the lower document.
    expect(body.hits).toEqual(
      [0, 7, 1, 6, 2, 5].map((document, i) => ({
        rank: i + 1,
        document,
        score: 1 / (61 + (i >> 1)),
        ranks: { [i % 2 === 0 ? 'words' : 'marks']: 1 + (i >> 1) },
        id: COLLECTION[document].document.id,
      })),
    );
  });

  it('are described', async () => {
    const { body } = await get('/openapi.json');
    const parameters = body.paths['/v1/search'].get.parameters.map(({ name }: { name: string }) => name);
    expect(parameters).toEqual(expect.arrayContaining(['spaces', 'fusion', 'rrfK', 'rrfDepth', 'rerank']));
    const { properties } = body.components.schemas.SearchBody;
    expect(properties.spaces.additionalProperties).toMatchObject({ exclusiveMinimum: 0, maximum: 1_000_000 });
    expect(properties.rerank.required).toEqual(['n']);
  });
});

describe('several spaces in parts', () => {
  beforeAll(async () => {
    // Where the loopback entry points look.
    const cut = [DOCUMENTS.slice(0, 2), DOCUMENTS.slice(2, 3), DOCUMENTS.slice(3, 7), DOCUMENTS.slice(7)];
    await publish(collectionIndex('b'.repeat(16), cut));
  });

  it.each([
    '/v1/search?q=river+lamp&k=5&spaces=words,marks=.5',
    '/v1/search?q=river+lamp&k=5&fusion=rrf',
    '/v1/search?q=river+lamp&k=5&fusion=rrf&documents=false',
  ])('answer %s as here', async (path) => {
    const worker = createWorker();
    const inParts = client((request) => worker.fetch(request, { INDEX: env.INDEX, LOCAL_WINDOWS: 1 }));
    const { hits } = (await here.get(path)).body;
    const { status, body } = await inParts.get(path);
    expect(status).toBe(200);
    expect(body).toMatchObject({ exact: true, hits, index: { build: 'b'.repeat(16) } });
    expect(hits).toHaveLength(5);
  });
});
