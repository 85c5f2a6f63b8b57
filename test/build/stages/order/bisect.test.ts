import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orderGraph } from '../../../../build/stages/order/parallel.ts';
import { select } from '../../../../build/stages/order/select.ts';
import { gapBits, graphOf, randomNumbers } from './small-graphs.ts';

const nobody = () => {};

/** Documents of topics, mixed: ten terms of the topic's fifty and five that all topics use. */
function mixedTopics(topics: number, perTopic: number): number[][] {
  const random = randomNumbers(7);
  const documents = Array.from({ length: topics * perTopic }, (_, i) => {
    const topic = i % topics;
    const own = Array.from({ length: 10 }, () => 200 + topic * 50 + random(50));
    return [...new Set([...own, ...Array.from({ length: 5 }, () => random(200))])];
  });
  for (let i = documents.length - 1; i > 0; i--) {
    const j = random(i + 1);
    [documents[i], documents[j]] = [documents[j], documents[i]];
  }
  return documents;
}

describe('ordering a graph', () => {
  test('gives every document one place, and the same one by any number of threads', async () => {
    const documents = mixedTopics(20, 200);
    const alone = await orderGraph(graphOf(documents), nobody, 1);
    expect([...alone].sort((a, b) => a - b)).toEqual([...documents.keys()]);
    for (const threads of [2, 3]) {
      let done = 0;
      const shared = await orderGraph(graphOf(documents), (count) => (done = count), threads, 128);
      expect([...shared]).toEqual([...alone]);
      expect(done).toBe(documents.length);
    }
  });

  test('gives every document one place whatever the graph', async () => {
    const anyDocuments = fc.array(fc.uniqueArray(fc.nat(30), { maxLength: 12 }), { maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(anyDocuments, async (documents) => {
        const order = await orderGraph(graphOf(documents), nobody, 1);
        expect([...order].sort((a, b) => a - b)).toEqual([...documents.keys()]);
      }),
    );
  });

  test('finds mixed topics again: gaps cost far less', async () => {
    const documents = mixedTopics(32, 128);
    const mixed = gapBits(documents, documents.keys());
    const ordered = gapBits(documents, await orderGraph(graphOf(documents), nobody, 1));
    expect(ordered).toBeLessThan(mixed * 0.6);
  });

  test('does not spoil an order that is good', async () => {
    const documents = mixedTopics(32, 128);
    const first = await orderGraph(graphOf(documents), nobody, 1);
    const good = Array.from(first, (document) => documents[document]);
    const again = gapBits(good, await orderGraph(graphOf(good), nobody, 1));
    expect(again).toBeLessThan(gapBits(good, good.keys()) * 1.02);
  });

  test('leaves documents without terms, and all alike, where they are', async () => {
    for (const documents of [
      Array.from({ length: 100 }, () => []),
      Array.from({ length: 100 }, () => [0, 1]),
    ]) {
      expect([...(await orderGraph(graphOf(documents), nobody, 1))]).toEqual([...documents.keys()]);
    }
  });
});

test('select finds what sorting would', () => {
  const values = fc.int32Array({ minLength: 1, maxLength: 300, min: -20, max: 20 });
  fc.assert(
    fc.property(values, fc.nat(), (list, seed) => {
      const rank = seed % list.length;
      expect(select(list.slice(), list.length, rank)).toBe(list.slice().sort()[rank]);
    }),
  );
});
