import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type BuildJob, buildIndex } from '../../../build/index/build.ts';
import { type BuildConfigInput, parseConfig } from '../../../build/index/config.ts';
import type { EncoderInput } from '../../../build/stages/encode/encoder.ts';
import { openInputs } from '../../../build/stages/encode/inputs.ts';
import { newReport } from '../../../build/stages/read/lines/report.ts';
import { silent } from '../../../build/terminal/progress.ts';
import { folderSource } from '../../../build/work/files.ts';
import { openIndex } from '../../../src/query/search/open.ts';
import { search } from '../../../src/query/search/search.ts';
import { weighTerms } from '../../../src/query/search/terms.ts';
import { searchExhaustively } from '../../query/search/exhaustive.ts';

function temporary(): string {
  return mkdtempSync(join(tmpdir(), 'sparsedge-build-'));
}

/** Enough documents, with terms common and rare, for several pages and kinds of list. */
function* documents(count: number): Generator<EncoderInput> {
  for (let i = 0; i < count; i++) {
    const words = [`common`, `half${i % 2}`, `tenth${i % 10}`, `word${(i * i) % 997}`, `rare${i}`];
    yield { document: { id: `doc-${i}`, title: `Document ${i}`, text: words.join(' ').repeat(1 + (i % 3)) } };
  }
}

async function* asynchronous<Item>(items: Iterable<Item>): AsyncGenerator<Item> {
  yield* items;
}

function job(
  folder: string,
  inputs: () => AsyncIterable<EncoderInput>,
  config: BuildConfigInput = {},
): BuildJob {
  return {
    inputs,
    inputKey: 'test',
    config: parseConfig({ spaces: [{ encoder: 'bm25' }], ...config }),
    folder,
    workFolder: temporary(),
    startProgress: silent,
  };
}

function contents(of: string): Map<string, string> {
  const files = readdirSync(of, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((file) => join(file.parentPath, file.name)).sort();
  return new Map(paths.map((path) => [path.slice(of.length), readFileSync(path).toString('base64')]));
}

describe('a build', () => {
  test('of the same input writes the same bytes, and of another input another generation', async () => {
    const [first, second, other] = [temporary(), temporary(), temporary()];
    await buildIndex(job(first, () => asynchronous(documents(3000))));
    await buildIndex(job(second, () => asynchronous(documents(3000))));
    await buildIndex(job(other, () => asynchronous(documents(3001))));
    expect(contents(first)).toEqual(contents(second));
    expect(contents(first).get('/current')).not.toEqual(contents(other).get('/current'));
  });

  test('says what built it, and another release goes on with it under another name', async () => {
    const inputs = () => asynchronous(documents(100));
    const [first, second, other] = [temporary(), temporary(), temporary()];
    const byOne = { builtBy: 'sparsedge 1.0.0' };
    const byTwo = { builtBy: 'sparsedge 2.0.0' };
    const { manifest } = await buildIndex({ ...job(first, inputs), ...byOne });
    await buildIndex({ ...job(second, inputs), ...byOne });
    const { build } = (await buildIndex({ ...job(other, inputs), ...byTwo })).manifest;
    expect(manifest).toMatchObject(byOne);
    expect(contents(first)).toEqual(contents(second));
    expect(build).not.toBe(manifest.build);
    for (const [stage, whole] of [
      ['writing documents', other],
      // What is written already keeps its name.
      ['verifying', first],
    ] as const) {
      const stopped = job(temporary(), inputs);
      const startProgress = (label: string) => {
        if (label.startsWith(stage)) throw new Error(`stopped at ${label}`);
        return silent(label, '');
      };
      await expect(buildIndex({ ...stopped, ...byOne, startProgress })).rejects.toThrow(/stopped/);
      await buildIndex({ ...stopped, ...byTwo });
      expect(contents(stopped.folder)).toEqual(contents(whole));
    }
  });

  test('stopped at any stage and run again writes the bytes of one run', async () => {
    const whole = temporary();
    await buildIndex(job(whole, () => asynchronous(documents(2000))));
    for (const stage of ['reading', 'writing bm25', 'writing documents', 'verifying']) {
      const folder = temporary();
      const stopped = job(folder, () => asynchronous(documents(2000)));
      const startProgress = (label: string) => {
        if (label.startsWith(stage)) throw new Error(`stopped at ${label}`);
        return silent(label, '');
      };
      await expect(buildIndex({ ...stopped, startProgress })).rejects.toThrow(/stopped/);
      expect(contents(folder).has('/current')).toBe(false);
      await buildIndex(stopped);
      expect(contents(folder)).toEqual(contents(whole));
    }
  });

  test('keeps the generation before, for those who are still reading it', async () => {
    const folder = temporary();
    const builds: string[] = [];
    for (const count of [10, 20, 30]) {
      builds.push((await buildIndex(job(folder, () => asynchronous(documents(count))))).manifest.build);
    }
    const source = folderSource(folder);
    expect((await openIndex(source)).manifest.build).toBe(builds[2]);
    expect((await openIndex(source, builds[1])).manifest.documents).toBe(20);
    await expect(openIndex(source, builds[0])).rejects.toMatchObject({ code: 'not-found' });
  });

  test('cut into windows gives the scores of one window', async () => {
    const [one, four] = [temporary(), temporary()];
    await buildIndex(job(one, () => asynchronous(documents(1000)), { order: 'input' }));
    await buildIndex(
      job(four, () => asynchronous(documents(1000)), { windowDocuments: 250, order: 'input' }),
    );
    const terms = weighTerms(
      new Map([
        ['common', 1],
        ['half1', 1],
        ['tenth3', 2],
        ['word4', 1],
      ]),
      'bm25',
    );
    const answers = await Promise.all(
      [one, four].map(async (folder) => {
        const index = await openIndex(folderSource(folder));
        return {
          windows: index.manifest.windows.length,
          ...(await search({ terms, k: 50, documents: true }, { index, clock: () => 0 })),
        };
      }),
    );
    expect(answers.map(({ windows }) => windows)).toEqual([1, 4]);
    expect(answers[0].hits.length).toBe(50);
    expect(answers[1].hits).toEqual(answers[0].hits);
  });

  test('refuses two documents of one id, and says which', async () => {
    const repeated = [...documents(5), ...documents(1)];
    await expect(buildIndex(job(temporary(), () => asynchronous(repeated)))).rejects.toThrow(
      /2 documents have the id "doc-0": the input's documents number 1 and 6/,
    );
  });

  test('of no documents is an index that answers nothing', async () => {
    const folder = temporary();
    await buildIndex(job(folder, () => asynchronous([])));
    const index = await openIndex(folderSource(folder));
    const terms = weighTerms(new Map([['a', 1]]), 'bm25');
    expect(await search({ terms, k: 3, documents: true }, { index, clock: () => 0 })).toMatchObject({
      hits: [],
      exact: true,
    });
  });

  test('reports a value that is no weight, with its document and term', async () => {
    const vectors: EncoderInput[] = [
      { document: { id: 'x', text: '' }, vector: new Map([['t', Number.NaN]]) },
    ];
    const config = { spaces: [{ encoder: 'vectors' as const }] };
    await expect(buildIndex(job(temporary(), () => asynchronous(vectors), config))).rejects.toThrow(
      /document "x", space vectors: the value of "t" is NaN/,
    );
  });
});

describe('vectors as JSON lines', () => {
  test('go out with the weights and come back as the same impacts', async () => {
    const [folder, again] = [temporary(), temporary()];
    const vectorsPath = join(temporary(), 'vectors.jsonl');
    const { manifest } = await buildIndex({
      ...job(folder, () => asynchronous(documents(500))),
      vectorsPath,
    });
    const { maximum } = manifest.spaces[0].quantizer;
    const config: BuildConfigInput = {
      spaces: [{ name: 'bm25', encoder: 'vectors', quantizer: { maximum } }],
    };
    const report = newReport();
    await buildIndex(job(again, () => openInputs({ input: vectorsPath, report }, true), config));
    expect(report.read).toBe(500);
    const terms = weighTerms(
      new Map([
        ['common', 1],
        ['word4', 3],
        ['half0', 1],
      ]),
      'bm25',
    );
    const [direct, through] = await Promise.all(
      [folder, again].map(async (from) => {
        const index = await openIndex(folderSource(from));
        return (await search({ terms, k: 100, documents: false }, { index, clock: () => 0 })).hits;
      }),
    );
    expect(direct!.length).toBe(100);
    expect(through).toEqual(direct);
  });

  test('are searched by the exact sums of their impacts', async () => {
    const path = join(temporary(), 'vectors.jsonl');
    const vectors = Array.from({ length: 40 }, (_, i) => ({
      [`a${i % 3}`]: 1 + (i % 7),
      [`b${i % 5}`]: 1 + (i % 11),
      both: 2,
    }));
    writeFileSync(
      path,
      vectors.map((vector, i) => JSON.stringify({ id: i, contents: `text ${i}`, vector })).join('\n'),
    );
    const folder = temporary();
    const config: BuildConfigInput = { spaces: [{ encoder: 'vectors', quantizer: { maximum: 255 } }] };
    await buildIndex(job(folder, () => openInputs({ input: path, report: newReport() }, true), config));
    const query = new Map([
      ['a1', 2],
      ['b2', 3],
      ['both', 1],
    ]);
    const index = await openIndex(folderSource(folder));
    const result = await search(
      { terms: weighTerms(query, 'vectors'), k: 7, documents: false },
      { index, clock: () => 0 },
    );
    expect(result.hits).toEqual(
      searchExhaustively(
        vectors.map((vector) => new Map(Object.entries(vector))),
        query,
        7,
      ),
    );
  });

  test.each([
    ['{"id": 1, "contents": ""}', /no vector/],
    ['{"id": 1, "vector": {"t": -1}}', /the weight of "t" is -1/],
    ['{"id": 1, "vector": {"t": "x"}}', /the weight of "t" is "x"/],
    ['{"id": 1, "vector": {"": 1}}', /is no term/],
  ])('are refused when malformed: %s', async (line, message) => {
    const path = join(temporary(), 'vectors.jsonl');
    writeFileSync(path, line);
    const inputs = openInputs({ input: path, report: newReport() }, true);
    await expect(inputs.next()).rejects.toThrow(message);
  });
});
