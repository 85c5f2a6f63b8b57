// A network that reads whole documents, and rows of stems: vectors and factors as PyTorch and Python have them, what a
// build makes of them, and what is refused.

import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../build/index/config.ts';
import { planIndex } from '../../../build/index/plan-index.ts';
import { contextEncoder, fittingBy } from '../../../build/model/encoding/context-encoder.ts';
import { openModelFolder } from '../../../build/model/model-folder.ts';
import { readRows } from '../../../build/stages/encode/fitting.ts';
import { sparsedge, temporaryFolder } from '../commands/command-line.ts';
import { contents } from '../folder-contents.ts';
import {
  deepModel,
  file,
  NEIGHBOURS,
  OF_CONTEXT,
  PLAIN,
  REFERENCES,
  STRENGTHS,
  TOKENIZER,
} from './context-model.ts';
import { FIXTURES, modelFolder } from './reference-model.ts';

const inputsOf = (texts: readonly string[], language?: string) =>
  texts.map((text, i) => ({ document: { id: `${i}`, text, ...(language && { language }) } }));

test('vectors and factors are those of PyTorch and Python, of short texts and of windows', async () => {
  const folder = openModelFolder(deepModel());
  const encoder = contextEncoder(folder);
  const inputs = inputsOf(REFERENCES.map(({ text }) => text));
  const vectors = await encoder.encode(inputs);
  const factors = await fittingBy(encoder, folder)(inputs);
  for (const [i, { vector, own, lent }] of REFERENCES.entries()) {
    const found = [...vectors[i].values()];
    expect(found).toHaveLength(vector.length);
    for (const [at, value] of vector.entries()) expect(Math.abs(found[at] - value)).toBeLessThan(0.0011);
    for (const [stem, factor] of Object.entries(own)) expect(factors[i]!.own(stem)).toBeCloseTo(factor, 2);
    for (const [stem, factor] of Object.entries(lent)) expect(factors[i]!.lent(stem)).toBeCloseTo(factor, 2);
    expect(factors[i]!.own('unheard')).toBe(1);
  }
  // What is compared is not the same for all.
  expect(new Set(REFERENCES.map(({ own }) => own.car)).size).toBeGreaterThan(4);
});

test('a document has its vector whatever is beside it, and one in another language has none', async () => {
  const encoder = contextEncoder(openModelFolder(deepModel()));
  const texts = REFERENCES.map(({ text }) => text);
  const together = await encoder.encode(inputsOf(texts));
  for (const [i, text] of texts.entries())
    expect((await encoder.encode(inputsOf([text])))[0]).toEqual(together[i]);
  expect((await encoder.encode(inputsOf(texts, 'fr'))).every(({ size }) => size === 0)).toBe(true);
});

/** The values that a build gives documents. */
async function valuesOf(model: string, language: string, added?: number) {
  const config = parseConfig({ spaces: [{ model, ...(added !== undefined && { added }) }] });
  const [{ encoder }] = planIndex(config, temporaryFolder()).spaces;
  encoder.begin?.({ number: 0, batch: 0 });
  const inputs = inputsOf(
    REFERENCES.map(({ text }) => text),
    language,
  );
  const first = await encoder.encode(inputs);
  // What was read is kept in a journal, from which a build that was stopped goes on.
  encoder.begin?.({ number: 0, batch: 0 });
  expect(await encoder.encode(inputs)).toEqual(first);
  return first;
}

test('a build multiplies what a document says and is lent by how it fits, in English alone', async () => {
  const plain = modelFolder('residual', { tokenizer: TOKENIZER, neighbours: NEIGHBOURS }, PLAIN);
  const [before, after] = [await valuesOf(plain, 'en'), await valuesOf(deepModel(), 'en')];
  let lentTerms = 0;
  for (const [i, { own, lent }] of REFERENCES.entries()) {
    expect([...after[i].keys()].sort()).toEqual([...before[i].keys()].sort());
    for (const [term, value] of before[i]) {
      const factor = value > 0 ? (own[term] ?? 1) : lent[term];
      // What is lent is 0.4 at most, before and after.
      const expected = value > 0 ? value * factor : -Math.min(0.4, -value * factor);
      if (value < 0) lentTerms++;
      if (value > -0.4) expect(after[i].get(term)! / expected).toBeCloseTo(1, 1.5);
    }
  }
  expect(lentTerms).toBeGreaterThan(4);
  const alone = await valuesOf(deepModel(), 'en', 0);
  for (const [i, values] of alone.entries())
    expect(values).toEqual(new Map([...after[i]].filter(([, value]) => value >= 0)));
  expect(await valuesOf(deepModel(), 'fr')).toEqual(await valuesOf(plain, 'fr'));
});

test('an index of such a model is whole, and is searched without the network and the rows', async () => {
  const cwd = temporaryFolder();
  const lines = inputsOf(REFERENCES.map(({ text }) => `${text} Ships.`)).map(({ document }) => document);
  writeFileSync(join(cwd, 'docs.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const built = await sparsedge(cwd, ['build', 'docs.jsonl', '-o', 'index', '--model', deepModel()]);
  expect(built).toMatchObject({ code: 0 });
  expect((await sparsedge(cwd, ['verify', 'index'])).code).toBe(0);
  expect(
    readdirSync(join(cwd, 'index/models')).flatMap((each) => readdirSync(join(cwd, 'index/models', each))),
  ).toEqual(['model.json', 'vocab.txt']);
  const found = await sparsedge(cwd, ['search', 'index', 'vehicle', '--json']);
  expect(
    (JSON.parse(found.out) as { hits: readonly { id: string }[] }).hits.map(({ id }) => id).sort(),
  ).toEqual(['0', '2']);
});

test('parts of a corpus have the bytes of one, and none lacks what the network made', async () => {
  const [cwd, model] = [temporaryFolder(), deepModel()];
  // Three batches, the last of them not full.
  const lines = Array.from({ length: 600 }, (_, i) => {
    const { text } = REFERENCES[i % REFERENCES.length];
    return `${JSON.stringify({ id: `${i}`, text: `${text} ${i}`, ...(i % 5 === 0 && { language: 'fr' }) })}\n`;
  });
  writeFileSync(join(cwd, 'docs.jsonl'), lines.join(''));
  const run = (...parameters: string[]) => sparsedge(cwd, [...parameters, '--model', model]);
  for (const part of ['1/2', '2/2'])
    expect(await run('encode', 'docs.jsonl', '--part', part, '-o', 'parts')).toMatchObject({ code: 0 });
  expect(await run('build', 'docs.jsonl', '-o', 'joined', '--parts', 'parts')).toMatchObject({ code: 0 });
  expect(await run('build', 'docs.jsonl', '-o', 'whole', '--threads', '2')).toMatchObject({ code: 0 });
  expect(contents(join(cwd, 'joined'))).toEqual(contents(join(cwd, 'whole')));

  cpSync(join(cwd, 'parts'), join(cwd, 'fewer'), { recursive: true });
  rmSync(join(cwd, 'fewer/part-2-of-2.context'));
  const { code, out } = await run('build', 'docs.jsonl', '-o', 'x', '--parts', 'fewer', '--json');
  expect(code).toBe(2);
  expect(JSON.parse(out).error).toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(
      /part-2-of-2\.context: expected what random-residual made .* found no file/,
    ),
  });
});

const DEEP = process.env.SPARSEDGE_DEEP;

describe.skipIf(!DEEP)(
  `sparsedge-en-deep${DEEP ? '' : ' (skipped: SPARSEDGE_DEEP names no folder of it)'}`,
  () => {
    test('ranks the sample better than the default, which has 0.734', async () => {
      const [cwd, sample] = [temporaryFolder(), join(FIXTURES, '../sample')];
      const build = ['build', join(sample, 'corpus.jsonl'), '-o', 'index', '--model', resolve(DEEP!)];
      expect(await sparsedge(cwd, build)).toMatchObject({ code: 0 });
      const { out } = await sparsedge(cwd, ['eval', 'index', '--beir', sample, '--json']);
      expect((JSON.parse(out) as { measures: Record<string, number> }).measures['nDCG@10']).toBeGreaterThan(
        0.75,
      );
    }, 1_800_000);
  },
);

describe('what is refused', () => {
  test('a context without its files, and files without a context', () => {
    expect(() => openModelFolder(deepModel({}, {}))).toThrow('files.ownRows: context, its network');
    const { ownRows: _, ...rest } = OF_CONTEXT;
    const model = modelFolder(
      'residual',
      { tokenizer: TOKENIZER, neighbours: NEIGHBOURS, ...rest },
      { ...PLAIN, context: STRENGTHS },
    );
    expect(() => openModelFolder(model)).toThrow('files.ownRows: context, its network');
  });

  test('a context of another head', () => {
    const model = modelFolder('deepct', { tokenizer: TOKENIZER, ...OF_CONTEXT }, { context: STRENGTHS });
    expect(() => openModelFolder(model)).toThrow('context: rows are of stems and multiply counts');
  });

  test('rows of other dimensions than the network gives, and a network that gives a number a token', async () => {
    const bytes = rowsOf(['car'], [1, 2, 3]);
    const fitted = (model: string) => {
      const folder = openModelFolder(model);
      return fittingBy(contextEncoder(folder), folder)(inputsOf(['a car']));
    };
    await expect(fitted(deepModel({ ownRows: file('own.rows', bytes) }))).rejects.toThrow(
      'expected a network that gives 3 numbers, as its rows have; found 6',
    );
    const gates = join(FIXTURES, 'gates.onnx');
    await expect(fitted(deepModel({ context: gates }, { context: STRENGTHS }))).rejects.toThrow(
      /expected a network that gives 6 numbers|a vector for each/,
    );
  });

  const whole = rowsOf(['car', 'road'], [1, 2, 3, 4]);
  test.each([
    ['nothing', new Uint8Array(0), '8 bytes of a header'],
    ['no rows', rowsOf([], []), '0 rows'],
    ['rows cut off', whole.subarray(0, 34), '2 rows of 2 numbers'],
    ['a stem cut off', whole.subarray(0, whole.length - 1), '2 stems that differ'],
    ['a stem too few', whole.subarray(0, whole.length - 5), '2 stems that differ'],
    ['a stem twice', rowsOf(['car', 'car'], [1, 2, 3, 4]), '2 stems that differ'],
    ['more stems than rows', rowsOf(['car\nroad'], [1, 2]), '1 stems that differ'],
    ['no number', rowsOf(['car'], [1, 2], Number.NaN), 'finite numbers'],
  ])('%s', (_, bytes, expected) => {
    expect(() => readRows(bytes, 'own.rows')).toThrow(
      expect.objectContaining({ code: 'bad-input', message: expect.stringContaining(expected) }),
    );
    expect(readRows(whole, 'own.rows').placeOf.get('road')).toBe(1);
  });
});

function rowsOf(stems: readonly string[], values: readonly number[], scale = 0.5): Uint8Array {
  const header = new Uint8Array(new Uint32Array([stems.length, values.length / (stems.length || 1)]).buffer);
  const numbers = new Uint8Array(Float32Array.from({ length: 3 * stems.length }, () => scale).buffer);
  const names = new TextEncoder().encode(stems.map((stem) => `${stem}\n`).join(''));
  return Buffer.concat([header, numbers, new Uint8Array(Int8Array.from(values).buffer), names]);
}
