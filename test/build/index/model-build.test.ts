// From documents to hits, with a model.

import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type BuildReport, buildIndex } from '../../../build/index/build.ts';
import { type BuildConfigInput, parseConfig } from '../../../build/index/config.ts';
import { modelEncoder } from '../../../build/model/encoding/model-encoder.ts';
import { openModelFolder } from '../../../build/model/model-folder.ts';
import { openQueryModel } from '../../../build/model/query/open-query-model.ts';
import type { EncoderInput } from '../../../build/stages/encode/encoder.ts';
import { given } from '../../../build/stages/weighting/weighting.ts';
import { silent } from '../../../build/terminal/progress.ts';
import { folderSource } from '../../../build/work/files.ts';
import { mergeWindows } from '../../../src/core/heads/head.ts';
import { encodeQuery } from '../../../src/query/encode/encode-query.ts';
import { encodeQueryWith } from '../../../src/query/encode/query-model.ts';
import { openIndex, spaceNamed } from '../../../src/query/search/open.ts';
import { search } from '../../../src/query/search/search.ts';
import { sharedData } from '../../fixtures/shared-data.ts';
import { FIXTURES, modelFolder, references } from '../model/reference-model.ts';

const vocabulary = sharedData('oracles/bert-base-uncased-vocab.txt');
const documents = references()
  .slice(0, 60)
  .map(({ text }, i): EncoderInput => ({ document: { id: String(i), text } }));

const temporary = () => mkdtempSync(join(tmpdir(), 'sparsedge-model-build-'));

async function build(
  space: NonNullable<BuildConfigInput['spaces']>[number],
): Promise<{ folder: string } & BuildReport> {
  const folder = temporary();
  const report = await buildIndex({
    inputs: async function* () {
      yield* documents;
    },
    inputKey: 'test',
    config: parseConfig({ spaces: [space] }),
    folder,
    workFolder: temporary(),
    startProgress: silent,
  });
  return { folder, ...report };
}

const graph = (name: string) => join(FIXTURES, `${name}.onnx`);

describe.skipIf(vocabulary === undefined)('a model (needs the vocabulary of the shared data)', () => {
  const pooled = (more: object = {}, files: Record<string, string> = {}) =>
    modelFolder(
      'splade-doc',
      { tokenizer: vocabulary!, document: graph('splade-max'), ...files },
      { ...more },
    );

  test('weighs documents, and its name and hash stand in the manifest', async () => {
    const model = pooled({ quantizer: { maximum: 4, rounding: 'floor' } });
    const { manifest } = await build({ encoder: 'model', model });
    const { name } = openModelFolder(model);
    expect(manifest.spaces[0]).toMatchObject({
      analyzer: 'bert-words',
      encoder: { id: 'splade-doc', model: name },
      query: 'tokenizer',
      quantizer: { maximum: 4, rounding: 'floor' },
    });
  });

  test('gives a document the same bits in any company, and builds the same bytes', async () => {
    for (const head of ['splade-max', 'residual'] as const) {
      const document = graph(head === 'residual' ? 'scalars' : 'logits');
      const more = { longDocuments: 'windows', ...(head === 'residual' && { outputs: { values: 'gates' } }) };
      const folder = openModelFolder(modelFolder(head, { tokenizer: vocabulary!, document }, more));
      const encoder = modelEncoder(folder, given);
      const some = documents.filter((_, i) => i % 3 === 0);
      const together = await encoder.encode(some);
      for (const [i, one] of some.entries()) {
        expect(await encoder.encode([one])).toEqual([together[i]]);
      }
    }
    const model = pooled();
    const [first, second] = [
      await build({ encoder: 'model', model }),
      await build({ encoder: 'model', model }),
    ];
    expect(first.manifest).toEqual(second.manifest);
  });

  test('reads a long document in windows, as the largest weights of its parts', async () => {
    const encode = async (text: string, longDocuments: string) => {
      const encoder = modelEncoder(openModelFolder(pooled({ longDocuments })), given);
      return (await encoder.encode([{ document: { id: '', text } }]))[0];
    };
    // 62 pieces, what a window has room for beside [CLS] and [SEP].
    const parts = ['quick brown fox', 'lazy old dog'].map((words) => `${words} `.repeat(20).concat('and so'));
    const windows = await encode(parts.join(' '), 'windows');
    const [first, second] = await Promise.all(parts.map((part) => encode(part, 'truncate')));
    expect(windows).toEqual(mergeWindows('splade-max', [first!, second!]));
    expect(await encode(parts.join(' '), 'truncate')).toEqual(first);
    expect(windows).not.toEqual(first);
  });

  test('stopped ten times while it encodes, a build goes on and ends with the same bytes', async () => {
    const files = { tokenizer: vocabulary!, document: graph('scalars') };
    const model = modelFolder('deepct', files, {
      outputs: { values: 'frequencies' },
      query: { kind: 'count' },
    });
    const texts = Array.from(
      { length: 1500 },
      (_, i) => `document ${i} of ${documents[i % 60].document.text.slice(0, 40)}`,
    );
    const workFolder = temporary();
    const run = (folder: string, work: string, stopAt: number) =>
      buildIndex({
        inputs: async function* () {
          for (const [i, text] of texts.entries()) {
            if (i === stopAt) throw new Error(`stopped at ${i}`);
            yield { document: { id: String(i), text } };
          }
        },
        inputKey: 'test',
        config: parseConfig({ spaces: [{ encoder: 'model', model }] }),
        folder,
        workFolder: work,
        startProgress: silent,
      });
    const { manifest } = await run(temporary(), temporary(), Number.NaN);
    const folder = temporary();
    for (let stop = 1; stop <= 10; stop++) {
      await expect(run(folder, workFolder, stop * 140)).rejects.toThrow(/stopped/);
    }
    // Five whole batches of 256: the encoding of none was lost, and none was kept twice.
    const journal = readFileSync(join(workFolder, 'random-deepct.journal.0'), 'utf8');
    expect(journal.split('"vectors"').length - 1).toBe(5);
    expect((await run(folder, workFolder, Number.NaN)).manifest).toEqual(manifest);
  });

  test('weighs queries by its tokens alone', async () => {
    const model = pooled();
    const { folder } = await build({ encoder: 'model', model });
    const index = await openIndex(folderSource(folder));
    const space = spaceNamed(index);
    const terms = await encodeQueryWith('Embeddings embeddings?', space, await openQueryModel(space, folder));
    expect(terms.map(({ term, weight }) => [term, weight])).toEqual([
      ['em', 1],
      ['##bed', 1],
      ['##ding', 1],
      ['##s', 1],
      ['?', 1],
    ]);
    const { exact } = await search({ terms, k: 10, documents: true }, { index, clock: () => 0 });
    expect(exact).toBe(true);
    expect(() => encodeQuery('words', space)).toThrow(expect.objectContaining({ code: 'model-mismatch' }));
  });

  test('weighs queries by a table, in integers', async () => {
    const table = join(temporary(), 'idf.json');
    writeFileSync(table, JSON.stringify({ river: 2.345, the: 0.001, '[UNK]': 9 }));
    const model = pooled({ query: { kind: 'table', scale: 100, absent: 0.5 } }, { table });
    const { manifest, folder } = await build({ encoder: 'model', model });
    const [space] = manifest.spaces;
    const terms = await encodeQueryWith(
      'the river River bank \u{1F600}',
      space!,
      await openQueryModel(space!, folder),
    );
    expect(terms.map(({ term, weight }) => [term, weight])).toEqual([
      ['river', 235],
      ['bank', 50],
    ]);
  });

  test('weighs queries by its network, with the weights of its documents', async () => {
    const files = { tokenizer: vocabulary!, document: graph('sparterm'), query: graph('sparterm') };
    const query = { kind: 'neural', scale: 100 };
    const model = modelFolder('sparterm', files, { gate: { mode: 'literal-only' }, query });
    const { manifest, folder } = await build({ encoder: 'model', model });
    const [space] = manifest.spaces;
    expect(space!.query).toBe('neural');
    const vectors = await modelEncoder(openModelFolder(model), given).encode(documents);
    const largest = vectors.reduce((best, { size }, i) => (size > vectors[best].size ? i : best), 0);
    const [vector, { text }] = [vectors[largest], documents[largest].document];
    const terms = await encodeQueryWith(text, space!, await openQueryModel(space!, folder));
    expect(terms.length).toBeGreaterThan(5);
    // Padding differs, so a weight at a half may round to the other side.
    for (const { term, weight } of terms) {
      expect(Math.abs(weight - 100 * vector.get(term)!)).toBeLessThan(0.51);
    }
    const index = await openIndex(folderSource(folder));
    const { hits } = await search({ terms, k: 3, documents: true }, { index, clock: () => 0 });
    expect(hits.map(({ shown }) => shown!.text)).toContain(text);
  });

  test('of whole words needs no model for its queries, and idf comes from the collection', async () => {
    const files = { tokenizer: vocabulary!, document: graph('scalars') };
    const more = { outputs: { values: 'gates' }, query: { kind: 'count' } };
    const { manifest } = await build({
      encoder: 'model',
      model: modelFolder('residual', files, more),
      k1: 0.6,
      b: 0.75,
    });
    const [space] = manifest.spaces;
    expect(space).toMatchObject({ query: 'count', encoder: { parameters: { k1: 0.6, b: 0.75 } } });
    const terms = encodeQuery('river river', space!);
    expect(terms.map(({ term, weight }) => [term, weight])).toEqual([
      ['river', 2],
      ['=river=river', 2],
    ]);
  });

  test('of another hash than the index is refused, and both are named', async () => {
    const { manifest, folder } = await build({ encoder: 'model', model: pooled() });
    const [space] = manifest.spaces;
    const other = pooled({ trainedOn: 'something' });
    const [expected, found] = [space!.encoder.model!.sha256, openModelFolder(other).name.sha256];
    await expect(openQueryModel(space!, folder, other)).rejects.toMatchObject({
      code: 'model-mismatch',
      details: { expected, found },
      message: expect.stringMatching(new RegExp(`${expected}.*${found}`)),
    });
  });
});

describe('a model folder', () => {
  const files = { document: graph('splade-max'), tokenizer: join(FIXTURES, 'README.md') };
  const encode = (folder: string) =>
    modelEncoder(openModelFolder(folder), given).encode(documents.slice(0, 1));

  test('without a contract, a file, or all of a file is refused, and the file is named', async () => {
    expect(() => openModelFolder(temporary())).toThrow(/is no model: there is no file .*model\.json/);
    const missing = modelFolder('splade-max', files);
    rmSync(join(missing, 'vocab.txt'));
    await expect(encode(missing)).rejects.toThrow(/vocab\.txt: expected \d+ bytes, found no file/);
    const truncated = modelFolder('splade-max', files);
    writeFileSync(join(truncated, 'vocab.txt'), readFileSync(files.tokenizer).subarray(1));
    await expect(encode(truncated)).rejects.toThrow(/vocab\.txt: expected \d+ bytes, found \d+ bytes/);
    const swapped = modelFolder('splade-max', files);
    const other = readFileSync(files.tokenizer);
    other[0] ^= 1;
    writeFileSync(join(swapped, 'vocab.txt'), other);
    await expect(encode(swapped)).rejects.toThrow(/vocab\.txt: expected SHA-256 [0-9a-f]+, found SHA-256/);
  });

  test('with another tokenizer is refused', async () => {
    await expect(encode(modelFolder('splade-max', files))).rejects.toMatchObject({ code: 'bad-input' });
  });

  test('leaves no choice of analyzer, and a configuration needs it', () => {
    const model = modelFolder('splade-max', files);
    const parse = (space: object) => () => parseConfig({ spaces: [space as object] });
    expect(parse({ encoder: 'model', model, analyzer: 'english' })).toThrow(/analyzer is for the model/);
    expect(parse({ encoder: 'model' })).toThrow(/needs the folder of a model/);
    expect(parse({ encoder: 'bm25', model })).toThrow(/no other takes one/);
  });

  test.skipIf(vocabulary === undefined)('whose graph is none, or has other outputs, is refused', async () => {
    const broken = join(temporary(), 'broken.onnx');
    copyFileSync(join(FIXTURES, 'README.md'), broken);
    await expect(
      encode(modelFolder('splade-max', { tokenizer: vocabulary!, document: broken })),
    ).rejects.toThrow(/document\.onnx is no ONNX model/);
    const scalars = { tokenizer: vocabulary!, document: graph('scalars') };
    await expect(encode(modelFolder('splade-max', scalars))).rejects.toThrow(
      /splade-max.*found \[1, 16, 1\]/s,
    );
    await expect(encode(modelFolder('splade-max', scalars, { outputs: { values: 'x' } }))).rejects.toThrow(
      /expected the output x; found impacts, frequencies, gates/,
    );
  });
});
