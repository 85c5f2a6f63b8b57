import { env, exports } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { utf8 } from '../../../src/core/format/bytes.ts';
import { CURRENT, decodeManifest, encodeManifest, type Space } from '../../../src/core/format/manifest.ts';
import { openOnnxGraph } from '../../../src/encode/onnx-network.ts';
import { wasmBytes } from '../../../src/encode/onnx-runtime.ts';
import { residentReranker } from '../../../src/encode/resident-reranker.ts';
import { createWorker } from '../../../src/worker.ts';
import { numberedVocabulary } from '../../core/heads/numbered-vocabulary.ts';
import { modelObjects } from '../../fakes/model-objects.ts';
import { client } from '../requests.ts';
import { type TinyIndex, tinyIndex } from '../tiny-index.ts';
import { file } from './fixture.ts';

const QUERIES = 1000;
const AT_ONCE = 25;
const LONGEST = query(60, 0);

let index: TinyIndex;
let vocabulary: Uint8Array<ArrayBuffer>;

/** Words of the numbered vocabulary, none of them a special piece. */
function query(words: number, seed: number): string {
  return Array.from({ length: words }, (_, i) => `w${1000 + ((seed * 7919 + i * 104_729) % 29_000)}`).join(
    ' ',
  );
}

/** Publishes a model and the index, its space one whose queries the model weighs. */
async function publish(
  space: Space,
  objects: ReadonlyMap<string, Uint8Array>,
  prefix: string,
): Promise<void> {
  for (const [name, bytes] of [...objects, ...index.objects]) await env.INDEX.put(prefix + name, bytes);
  const manifest = decodeManifest(index.objects.get(CURRENT)!, CURRENT);
  const { encoder, query } = space;
  const spaces = [{ ...manifest.spaces[0], encoder, query }];
  await env.INDEX.put(prefix + CURRENT, encodeManifest({ ...manifest, spaces }));
}

async function hitsOf(answer: Response): Promise<string> {
  return JSON.stringify((await answer.json<{ hits: unknown }>()).hits);
}

/** Asks as clients are to: what is refused, since the machine has other work as well, is asked again. */
async function search(text: string): Promise<Response> {
  const url = `https://search.example/v1/search?documents=false&q=${encodeURIComponent(text)}`;
  for (;;) {
    const answer = await exports.default.fetch(url);
    if (answer.status !== 503) return answer;
    await new Promise((resolve) => setTimeout(resolve, 1000 * Number(answer.headers.get('retry-after'))));
  }
}

beforeAll(async () => {
  vocabulary = numberedVocabulary();
  const pieces = Array.from({ length: 29_000 }, (_, i) => `w${1000 + i}`);
  index = tinyIndex('aaaaaaaaaaaaaaaa', [
    [0, 1, 2].map((d) => ({
      document: { id: `d${d}`, text: `document ${d}` },
      vector: Object.fromEntries(
        pieces
          .filter((_, i) => i % 7 === d)
          .slice(0, 1500)
          .map((piece, i) => [piece, 1 + (i % 9)]),
      ),
    })),
  ]);
  const graph = (await file('models/splade-max.onnx'))!;
  // This network weighs nearly everything; with this scale only its largest weights become terms.
  const more = { query: { kind: 'neural', scale: 0.35 } };
  const { space, objects } = await modelObjects({
    id: 'tiny',
    onnx: 'splade-max.onnx',
    graph,
    vocabulary,
    more,
  });
  await publish(space, objects, '');
});

describe('the Worker with a network', () => {
  it(`answers ${QUERIES} queries, ${AT_ONCE} at a time, each as it is answered alone, in memory that stays`, async () => {
    const texts = Array.from({ length: 40 }, (_, i) => query(1 + ((i * 3) % 60), i));
    // The first ones come all at once, while nothing is open.
    const first = await Promise.all(texts.map(search));
    expect(first.map(({ status }) => status)).toEqual(texts.map(() => 200));
    await search(LONGEST);
    const alone: string[] = [];
    for (const text of texts) alone.push(await hitsOf(await search(text)));
    expect(new Set(alone).size).toBeGreaterThan(20);

    let settled = 0;
    for (let done = 0; done < QUERIES; done += AT_ONCE) {
      // By then queries of every length have come after those of every other, and the gaps between blocks serve all of
      // them.
      if (done === QUERIES / 2) settled = wasmBytes();
      const numbers = Array.from({ length: AT_ONCE }, (_, i) => (done + i * 7) % texts.length);
      const answers = await Promise.all(numbers.map((n) => search(texts[n])));
      for (const [i, answer] of answers.entries()) {
        expect(answer.status).toBe(200);
        expect(await hitsOf(answer)).toBe(alone[numbers[i]]);
      }
    }
    expect(settled).toBeGreaterThan(0);
    expect(wasmBytes()).toBe(settled);
  });

  it('says what is wrong with a graph that ONNX Runtime does not take, and goes on', async () => {
    const graph = utf8('no graph at all');
    const { space, objects } = await modelObjects({
      id: 'broken',
      onnx: 'splade-max.onnx',
      graph,
      vocabulary,
    });
    await publish(space, objects, 'broken/');
    const cold = createWorker({ openGraph: openOnnxGraph, residentReranker });
    const { get } = client((request) => cold.fetch(request, { INDEX: env.INDEX, INDEX_PREFIX: 'broken/' }));
    const { status, body } = await get('/v1/search?q=w1000');
    expect(status).toBe(500);
    expect(body.code).toBe('bad-input');
    expect(body.detail).toContain('the model broken: ONNX Runtime does not take splade-max.onnx');
    expect((await search('w1000')).status).toBe(200);
  });

  it('refuses such an index without a network, by name', async () => {
    const bare = createWorker();
    const { get } = client((request) => bare.fetch(request, env));
    const { status, body } = await get('/v1/search?q=w1000');
    expect(status).toBe(500);
    expect(body.detail).toBe(
      'the model tiny: its queries need a network: deploy src/neural.ts, which has a runtime',
    );
  });
});
