// The default model's kind, from documents to hits: stems and phrases, gates of a network or none, a table for queries.

import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildIndex } from '../../../build/index/build.ts';
import { parseConfig } from '../../../build/index/config.ts';
import { startLocalWorker } from '../../../build/local/local-worker.ts';
import { modelEncoder } from '../../../build/model/encoding/model-encoder.ts';
import { openModelFolder } from '../../../build/model/model-folder.ts';
import { openQueryModel } from '../../../build/model/query/open-query-model.ts';
import { besides } from '../../../build/stages/encode/beside.ts';
import { given } from '../../../build/stages/weighting/weighting.ts';
import { silent } from '../../../build/terminal/progress.ts';
import { folderSource } from '../../../build/work/files.ts';
import { isTitle } from '../../../src/core/analyzer/titles.ts';
import { encodeQueryWith } from '../../../src/query/encode/query-model.ts';
import { openIndex, spaceNamed } from '../../../src/query/search/open.ts';
import { search } from '../../../src/query/search/search.ts';
import { FIXTURES, modelFolder } from '../model/reference-model.ts';

const temporary = () => mkdtempSync(join(tmpdir(), 'sparsedge-stems-'));
const file = (name: string, text: string) => {
  const path = join(temporary(), name);
  writeFileSync(path, text);
  return path;
};

const BUCKETS = 16;
/** The most frequent first: "crisi" is the rarest of these. */
const VOCABULARY = ['_the', 'sea', 'moon', 'oil', 'price', 'crisi'];
const vocabulary = file('vocab.txt', `${VOCABULARY.join('\n')}\n`);
const network = join(FIXTURES, 'gates.onnx');
const table = file('query.json', JSON.stringify({ oil: 0.5, sea: 1.25, moon: 0 }));

function stemModel({ gates = true, ...more }: { gates?: boolean; [field: string]: unknown } = {}): string {
  const files = { tokenizer: vocabulary, ...(gates && { document: network }), table };
  return modelFolder('residual', files, {
    tokenizer: { kind: 'stems', maxLength: 8, buckets: BUCKETS },
    longDocuments: 'windows',
    bm25: { k1: 0.6, b: 0.75 },
    phrases: { weight: 0.25 },
    query: { kind: 'table', absent: 1 },
    ...more,
  });
}

const DOCUMENTS = [
  { id: 'a', title: 'The oil trades', text: 'The price of oil, and the oil crisis: the sea of oil.' },
  { id: 'b', text: 'The moon pulls the sea, and the crisis of the moon.' },
  { id: 'c', text: 'The sea. The sea! The sea?' },
  { id: 'd', text: 'Prices of oil and moon.' },
];

/** The values of a text's terms: its words alone, or with what stands beside them in an index. */
const encode = async (model: string, text: string, withBesides = false) => {
  const words = modelEncoder(openModelFolder(model), given);
  const encoder = withBesides ? besides(words, 1) : words;
  return Object.fromEntries((await encoder.encode([{ document: { id: '', text } }]))[0]!);
};

/** What the network of the fixture makes of a known stem. */
const gateOf = (stem: string) => Math.exp((((8 + BUCKETS + VOCABULARY.indexOf(stem)) % 7) - 3) / 4);

describe('a document', () => {
  test('has the sum of its gates as the value of a word, and the count of a phrase', async () => {
    const vector = await encode(stemModel(), 'Oil: the price of oil, the crisis.');
    const close = Object.entries({ oil: 2 * gateOf('oil'), price: gateOf('price'), crisi: gateOf('crisi') });
    for (const [word, value] of close) expect(vector[word]).toBeCloseTo(value, 5);
    expect(vector).toMatchObject({ 'price <oil': 1, 'price oil': 1, 'crisi <oil': 1 });
    expect(Object.keys(vector)).toHaveLength(6);
  });

  test('has counts where there is no network', async () => {
    expect(await encode(stemModel({ gates: false }), 'Oil: the price of oil, the crisis.')).toEqual({
      oil: 2,
      price: 1,
      crisi: 1,
      'price <oil': 1,
      'price oil': 1,
      'crisi <oil': 1,
    });
  });

  test('has the phrases that its windows part', async () => {
    const words = 'sea moon oil price crisis'.split(' ');
    const text = [...words, ...words, ...words].join(' ');
    const whole = await encode(
      stemModel({ tokenizer: { kind: 'stems', maxLength: 64, buckets: BUCKETS } }),
      text,
    );
    const parted = await encode(stemModel(), text);
    for (const [term, value] of Object.entries(whole)) expect(parted[term]).toBeCloseTo(value, 5);
    expect(Object.keys(parted).sort()).toEqual(Object.keys(whole).sort());
    expect(parted['crisi <price']).toBe(3);
  });
});

async function build(
  model: string,
): Promise<{ folder: string; vectors: Record<string, Record<string, number>> }> {
  const folder = temporary();
  const vectorsPath = join(temporary(), 'vectors.jsonl');
  await buildIndex({
    inputs: async function* () {
      for (const document of DOCUMENTS) yield { document };
    },
    inputKey: model,
    config: parseConfig({ spaces: [{ model }] }),
    folder,
    workFolder: temporary(),
    startProgress: silent,
    vectorsPath,
  });
  const lines = readFileSync(vectorsPath, 'utf8').trimEnd().split('\n');
  return {
    folder,
    vectors: Object.fromEntries(lines.map((line) => JSON.parse(line)).map((d) => [d.id, d.vector])),
  };
}

test('lengths count words, and a phrase weighs its share of what a word as rare would', async () => {
  const { folder, vectors } = await build(stemModel({ gates: false }));
  const lengths = [8, 5, 3, 3];
  const bm25 = (value: number, length: number, df: number) => {
    const idf = Math.log(1 + (4 - df + 0.5) / (df + 0.5));
    return (idf * value * 1.6) / (value + 0.6 * (0.25 + (0.75 * length) / 4.75));
  };
  expect(vectors.c!.sea).toBeCloseTo(bm25(3, lengths[2], 3), 5);
  expect(vectors.c!['sea <sea']).toBeCloseTo(0.25 * bm25(2, lengths[2], 1), 5);
  expect(vectors.a!['crisi <oil']).toBeCloseTo(0.25 * bm25(1, lengths[0], 1), 5);
  const { manifest } = await openIndex(folderSource(folder));
  expect(manifest.spaces[0]).toMatchObject({
    analyzer: 'stems',
    query: 'tokenizer',
    encoder: { id: 'residual', parameters: { k1: 0.6, b: 0.75, phrases: 0.25 } },
  });
});

test('a word weighs more that is said more often where it is said, a phrase does not', async () => {
  const k1b = { k1: 0.6, b: 0.75 };
  const plain = (await build(stemModel({ bm25: k1b }))).vectors;
  const { folder, vectors } = await build(stemModel({ bm25: { ...k1b, burstiness: true } }));
  // "sea" is in three documents of four, once, once and three times; "moon" twice and once.
  const values = { sea: [1, 1, 3], moon: [2, 1] };
  for (const [word, counts] of Object.entries(values)) {
    const odds = (4 - counts.length + 0.5) / (counts.length + 0.5);
    const mean = (gateOf(word) * counts.reduce((a, b) => a + b)) / counts.length;
    const factor = Math.log(1 + odds * mean) / Math.log(1 + odds);
    expect(vectors.b![word]).toBeCloseTo(factor * plain.b![word], 5);
  }
  expect(vectors.c!['sea <sea']).toBe(plain.c!['sea <sea']);
  const { manifest } = await openIndex(folderSource(folder));
  expect(manifest.spaces[0].encoder.parameters).toEqual({
    ...k1b,
    burstiness: 1,
    phrases: 0.25,
    titleWeight: 1,
  });
});

describe('a query', () => {
  const queryOf = async (model: string, text: string) => {
    const { folder } = await build(model);
    const space = spaceNamed(await openIndex(folderSource(folder)));
    const terms = await encodeQueryWith(text, space, await openQueryModel(space, folder));
    return Object.fromEntries(
      terms.filter(({ key }) => !isTitle(key)).map(({ term, weight }) => [term, weight]),
    );
  };

  test('weighs words by the table, and phrases as words that it does not have', async () => {
    expect(await queryOf(stemModel(), 'What is the price of oil? The moon, whales, oil.')).toEqual({
      price: 100,
      oil: 50,
      whale: 100,
      'price oil': 100,
      'oil moon': 100,
      'whale <moon': 100,
      'whale oil': 100,
    });
  });

  test('counts what it repeats where the contract says so', async () => {
    const model = stemModel({ query: { kind: 'table', absent: 1, repeats: 'count' } });
    expect(await queryOf(model, 'price oil, price of oil, moon')).toEqual({
      price: 200,
      oil: 100,
      'price oil': 200,
      'price <oil': 100,
      'oil moon': 100,
    });
  });

  test.each([
    ['binary', { oil: 1, price: 1, 'price <oil': 1, 'price oil': 1 }],
    ['count', { oil: 2, price: 1, 'price <oil': 1, 'price oil': 1 }],
  ])('that is %s has phrases of weight 1', async (kind, expected) => {
    expect(await queryOf(stemModel({ query: { kind } }), 'oil price of oil')).toEqual(expected);
  });

  test('has the terms that a document of the same text has, whatever the text', async () => {
    const model = stemModel({ gates: false, query: { kind: 'binary' } });
    const { folder } = await build(model);
    const space = spaceNamed(await openIndex(folderSource(folder)));
    const opened = await openQueryModel(space, folder);
    const word = fc.oneof(
      fc.constantFrom('oil', 'crisis', 'the', "sea's", 'Zoë', '_x_'),
      fc.string({ unit: 'grapheme' }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(word), async (words) => {
        const text = words.join(' ');
        const asked = await encodeQueryWith(text, space, opened);
        const terms = asked.filter(({ key }) => !isTitle(key)).map(({ term }) => term);
        expect(terms).toEqual(expect.arrayContaining(Object.keys(await encode(model, text))));
        expect(Object.keys(await encode(model, text, true))).toEqual(expect.arrayContaining(terms));
      }),
    );
  });
});

test('the Worker without a network answers as the command line does', async () => {
  const model = stemModel();
  const { folder } = await build(model);
  const index = await openIndex(folderSource(folder));
  const space = spaceNamed(index);
  const opened = await openQueryModel(space, folder);
  const worker = await startLocalWorker(folder, { port: 0, startProgress: silent });
  try {
    for (const text of ['the oil crisis', 'price of oil', 'What of the moon and the sea?']) {
      const terms = await encodeQueryWith(text, space, opened);
      const { hits } = await search({ terms, k: 3, documents: false }, { index, clock: () => 0 });
      const response = await fetch(
        `${worker.url}v1/search?q=${encodeURIComponent(text)}&k=3&documents=false`,
      );
      expect(response.status).toBe(200);
      expect(hits.length).toBeGreaterThan(0);
      expect(await response.json()).toMatchObject({
        exact: true,
        hits: hits.map(({ document, score }) => ({ document, score })),
      });
    }
  } finally {
    await worker.stop();
  }
});
