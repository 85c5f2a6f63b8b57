import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type BuildJob, buildIndex } from '../../../../build/index/build.ts';
import { type BuildConfigInput, parseConfig } from '../../../../build/index/config.ts';
import type { EncoderInput } from '../../../../build/stages/encode/encoder.ts';
import { readGraph } from '../../../../build/stages/order/document-graph.ts';
import { silent } from '../../../../build/terminal/progress.ts';
import { folderSource } from '../../../../build/work/files.ts';
import { RecordWriter } from '../../../../build/work/records.ts';
import { encodeQuery } from '../../../../src/query/encode/encode-query.ts';
import { findDocument } from '../../../../src/query/search/documents.ts';
import { noCost } from '../../../../src/query/search/meter.ts';
import { openIndex, spaceNamed } from '../../../../src/query/search/open.ts';
import { search } from '../../../../src/query/search/search.ts';
import { randomNumbers } from './small-graphs.ts';

function temporary(): string {
  return mkdtempSync(join(tmpdir(), 'sparsedge-order-'));
}

/** Documents of eight topics in turn, of many lengths. */
function* documents(count: number): Generator<EncoderInput> {
  const random = randomNumbers(3);
  for (let i = 0; i < count; i++) {
    const words = Array.from({ length: 3 + random(20) }, () => `topic${i % 8}w${random(30)}`);
    const text = `shared ${words.join(' ')} all${random(40)}`;
    yield { document: { id: `doc-${i}`, title: `Document ${i}`, text } };
  }
}

function job(folder: string, count: number, config: BuildConfigInput): BuildJob {
  return {
    async *inputs() {
      yield* documents(count);
    },
    inputKey: 'test',
    config: parseConfig({ spaces: [{ encoder: 'bm25' }], ...config }),
    folder,
    workFolder: temporary(),
    startProgress: silent,
  };
}

async function built(count: number, config: BuildConfigInput): Promise<string> {
  const folder = temporary();
  await buildIndex(job(folder, count, config));
  return folder;
}

function contents(of: string): Map<string, string> {
  const files = readdirSync(of, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((file) => join(file.parentPath, file.name)).sort();
  return new Map(paths.map((path) => [path.slice(of.length), readFileSync(path).toString('base64')]));
}

/** All that matches, by id, with scores. */
async function matches(folder: string, text: string): Promise<Map<string, number>> {
  const index = await openIndex(folderSource(folder));
  const terms = encodeQuery(text, spaceNamed(index));
  const { hits, exact } = await search({ terms, k: 1000, documents: true }, { index, clock: () => 0 });
  expect(exact).toBe(true);
  return new Map(hits.map(({ shown, score }) => [shown!.id, score] as const).sort());
}

const similarity: BuildConfigInput = { order: 'similarity' };

describe('an index in order of similarity', () => {
  test.each([
    ['one window', 1000, similarity],
    ['windows', 1000, { ...similarity, windowDocuments: 170 }],
    ['one document', 1, similarity],
    ['seventeen documents', 17, similarity],
  ])('answers as one in order of input does: %s', async (_, count, config) => {
    const [input, ordered] = [await built(count, { order: 'input' }), await built(count, config)];
    for (const text of [
      'shared',
      'topic3w7 topic3w8 all12',
      'topic0w1 topic5w1 shared all3 all3',
      'absent',
    ]) {
      expect(await matches(ordered, text)).toEqual(await matches(input, text));
    }
    const index = await openIndex(folderSource(ordered));
    for (const { document } of documents(count)) {
      expect(await findDocument(index, document.id, noCost())).toEqual(document);
    }
  });

  test('keeps what is alike together', async () => {
    const index = await openIndex(folderSource(await built(1000, similarity)));
    const terms = encodeQuery('topic3w7', spaceNamed(index));
    const { hits } = await search({ terms, k: 1000, documents: false }, { index, clock: () => 0 });
    const numbers = hits.map(({ document }) => document);
    expect(numbers.length).toBeGreaterThan(20);
    // In order of input a topic's documents are eight apart; together they are 125 in a row.
    expect(Math.max(...numbers) - Math.min(...numbers)).toBeLessThan(250);
  });

  test('is the same bytes every time, and of another generation than one in order of input', async () => {
    const [first, second] = [await built(700, similarity), await built(700, similarity)];
    expect(contents(first)).toEqual(contents(second));
    const current = contents(await built(700, { order: 'input' })).get('/current');
    expect(contents(first).get('/current')).not.toEqual(current);
  });

  test('stopped at any stage and built again is the bytes of one run', async () => {
    const config = { ...similarity, windowDocuments: 200 };
    const whole = contents(await built(500, config));
    for (const stage of ['ordering', 'writing bm25', 'writing documents', 'verifying']) {
      const folder = temporary();
      const stopped = job(folder, 500, config);
      const startProgress = (label: string) => {
        if (label === stage) throw new Error(`stopped at ${label}`);
        return silent(label, '');
      };
      await expect(buildIndex({ ...stopped, startProgress })).rejects.toThrow(/stopped/);
      await buildIndex(stopped);
      expect(contents(folder)).toEqual(whole);
    }
  });

  test('of no documents answers nothing', async () => {
    expect(await matches(await built(0, similarity), 'shared')).toEqual(new Map());
  });
});

describe('the graph of a window', () => {
  const path = join(temporary(), 'terms');
  const writer = new RecordWriter(path);
  for (const term of [
    [0, 1],
    [0, 1, 2, 3],
    [2, 3],
    [1, 2, 3],
  ]) {
    writer.write(new Uint8Array(Uint32Array.from(term).buffer));
  }
  writer.close();

  test('numbers terms from the commonest on, and gives neighbours that are alike one of their own', () => {
    const { terms, rowEnd, columns } = readGraph(path, 4);
    expect(terms).toBe(6);
    expect([...rowEnd]).toEqual([3, 7, 11, 15]);
    expect([...columns]).toEqual([2, 0, 4, 2, 0, 1, 4, 0, 3, 1, 4, 0, 3, 1, 4]);
  });

  test('of too many edges does without its commonest terms', () => {
    expect([...readGraph(path, 4, 8).columns]).toEqual([1, 3, 1, 0, 3, 2, 0, 3, 2, 0, 3]);
    expect([...readGraph(path, 4, 6).columns]).toEqual([0, 0, 1, 1]);
  });
});
