import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sharedData } from '../../fixtures/shared-data.ts';
import { FIXTURES, modelFolder } from '../model/reference-model.ts';
import { sparsedge, temporaryFolder, writeDocuments } from './command-line.ts';

/** The model that comes along. */
const DEFAULT = join(import.meta.dirname, '../../../models/sparsedge-en');
const vocabulary = sharedData('oracles/bert-base-uncased-vocab.txt');

describe.skipIf(vocabulary === undefined)(
  'models on the command line (need the vocabulary of the shared data)',
  () => {
    const random = (graph: string, more: object = {}) =>
      modelFolder(
        'splade-doc',
        { tokenizer: vocabulary!, document: join(FIXTURES, `${graph}.onnx`) },
        { quantizer: { maximum: 3 }, ...more },
      );

    test.each([
      ['logits', /document output\s+logits of each token: pooled and activated here/],
      ['splade-max', /document output\s+pooled: the network pools/],
    ])('model show says what the output of %s is', async (graph, said) => {
      const { code, out } = await sparsedge(temporaryFolder(), ['model', 'show', random(graph), 'the moon']);
      expect(out).toMatch(said);
      expect(out).toMatch(/\d+ terms, the heaviest 20:\n {2}\d\.\d{4} {2}\S+/);
      expect(code).toBe(0);
    });

    test('build, inspect, search and eval take the model, and no other', async () => {
      const cwd = temporaryFolder();
      const model = random('splade-max');
      const built = await sparsedge(cwd, ['build', writeDocuments(cwd), '-o', 'index', '--model', model]);
      expect(built.err).toBe('');
      expect(built.out).toMatch(
        /space random-splade-doc: splade-doc by the model random-splade-doc, analyzer bert-words/,
      );
      expect((await sparsedge(cwd, ['inspect', 'index'])).out).toMatch(/the model's tokenizer/);

      const found = await sparsedge(cwd, ['search', 'index', 'Moonlight!', '--model', model, '--json']);
      const { terms, exact } = JSON.parse(found.out);
      expect(terms).toEqual([
        { space: 'random-splade-doc', term: 'moonlight', weight: 1 },
        { space: 'random-splade-doc', term: '!', weight: 1 },
      ]);
      expect(exact).toBe(true);

      const other = random('splade-max', { trainedOn: 'something' });
      const refused = await sparsedge(cwd, ['search', 'index', 'moon', '--model', other, '--json']);
      const { error } = JSON.parse(refused.out);
      expect(error.code).toBe('model-mismatch');
      expect(error.message).toContain(error.details.expected);
      expect(error.message).toContain(error.details.found);
      expect(refused.code).toBe(2);
      const beside = await sparsedge(cwd, ['search', 'index', 'Moonlight!', '--json']);
      expect(JSON.parse(beside.out).terms).toEqual(terms);
      rmSync(join(cwd, 'index/models'), { recursive: true });
      const absent = await sparsedge(cwd, ['search', 'index', 'moon']);
      expect(absent.err).toMatch(/index\/models\/random-splade-doc-[0-9a-f]{12}\/ is no model/);
      expect(absent.code).toBe(2);
    });

    test('a model whose contract is cut short is named, and no index is called damaged', async () => {
      const model = random('splade-max');
      const contract = readFileSync(join(model, 'model.json'));
      writeFileSync(join(model, 'model.json'), contract.subarray(0, -1));
      const { code, err } = await sparsedge(temporaryFolder(), ['model', 'show', model]);
      expect(code).toBe(2);
      expect(err).toMatch(/^sparsedge: \S+model\.json: expected JSON, found .*\n$/);
    });

    test('a build refuses options that the model answers', async () => {
      const cwd = temporaryFolder();
      const asked = ['build', writeDocuments(cwd), '--model', random('logits')];
      expect((await sparsedge(cwd, [...asked, '--analyzer', 'english'])).err).toMatch(
        /analyzer is for the model/,
      );
      expect((await sparsedge(cwd, [...asked, '--encoder', 'bm25'])).err).toMatch(/no other takes one/);
    });
  },
);

test('model show reads every file that the contract names, and says which is not as it says', async () => {
  const { files } = JSON.parse(readFileSync(join(DEFAULT, 'model.json'), 'utf8'));
  const names = Object.values<{ name: string }>(files).map(({ name }) => name);
  expect(names).toContain('neighbours.txt');
  for (const name of names) {
    const cwd = temporaryFolder();
    cpSync(DEFAULT, join(cwd, 'model'), { recursive: true });
    const text = readFileSync(join(DEFAULT, name));
    text[text.length >> 1]! ^= 1;
    writeFileSync(join(cwd, 'model', name), text);
    const { code, err } = await sparsedge(cwd, ['model', 'show', 'model']);
    expect({ name, code, err }).toEqual({
      name,
      code: 2,
      err: expect.stringContaining(`model/${name}: expected`),
    });
  }
});

test('an index that was built without a model takes none for its questions', async () => {
  const cwd = temporaryFolder();
  expect(
    (await sparsedge(cwd, ['build', writeDocuments(cwd), '-o', 'index', '--encoder', 'bm25'])).code,
  ).toBe(0);
  const { code, err } = await sparsedge(cwd, ['search', 'index', 'moon', '--model', DEFAULT]);
  expect({ code, err }).toEqual({
    code: 2,
    err: 'sparsedge: the space bm25 was built without a model: it takes none\n',
  });
});

test('a network in eight bits is not put into eight bits once more', async () => {
  const cwd = temporaryFolder();
  const { code, err } = await sparsedge(cwd, ['model', 'quantize', DEFAULT, '-o', 'again']);
  expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(/is it in eight bits already\?\n$/) });
  expect(existsSync(join(cwd, 'again'))).toBe(false);
});
