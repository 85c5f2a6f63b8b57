import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sharedData } from '../../../fixtures/shared-data.ts';
import { FIXTURES, modelFolder } from '../../model/reference-model.ts';
import { sparsedge, temporaryFolder } from '../command-line.ts';

const vocabulary = sharedData('oracles/bert-base-uncased-vocab.txt');

test.skipIf(vocabulary === undefined)(
  'a model weighs documents with their expansions, and parts that other machines weighed are those of one build (needs the vocabulary of the shared data)',
  async () => {
    const cwd = temporaryFolder();
    const files = { tokenizer: vocabulary!, document: join(FIXTURES, 'scalars.onnx') };
    const model = modelFolder('deepimpact', files, { query: { kind: 'binary' } });
    const line = (i: number) => JSON.stringify({ id: `d${i}`, text: `page ${i} of ${i % 7} rivers` });
    const expansion = (i: number) =>
      JSON.stringify({ doc_id: `d${i}`, queries: [`estuary page ${i}`, 'estuary'] });
    const lines = (of: (i: number) => string) => Array.from({ length: 300 }, (_, i) => of(i)).join('\n');
    writeFileSync(join(cwd, 'pages.jsonl'), lines(line));
    writeFileSync(join(cwd, 'e.jsonl'), lines(expansion));
    const command = async (name: string, ...more: string[]) => {
      const { code, err } = await sparsedge(cwd, [name, 'pages.jsonl', '--model', model, ...more]);
      expect({ code, err }).toEqual({ code: 0, err: '' });
    };
    await command('build', '--expansions', 'e.jsonl', '-o', 'whole');
    await command('encode', '--expansions', 'e.jsonl', '--part', '1/2', '-o', 'parts');
    await command('encode', '--expansions', 'e.jsonl', '--part', '2/2', '-o', 'parts');
    await command('build', '--expansions', 'e.jsonl', '--parts', 'parts', '-o', 'joined');
    expect(readFileSync(join(cwd, 'joined/current'))).toEqual(readFileSync(join(cwd, 'whole/current')));
    // DeepImpact's way unless another is asked for.
    await command('build', '--expansions', 'e.jsonl', '--merge', 'distinct', '-o', 'distinct');
    expect(readFileSync(join(cwd, 'distinct/current'))).toEqual(readFileSync(join(cwd, 'whole/current')));
    const { out } = await sparsedge(cwd, ['search', 'whole', 'estuary', '-k', '3', '--json']);
    expect(JSON.parse(out).hits).toHaveLength(3);
    expect(out).not.toContain('"text": "estuary');

    const plain = await sparsedge(cwd, [
      'build',
      'pages.jsonl',
      '--model',
      model,
      '--parts',
      'parts',
      '-o',
      'x',
    ]);
    expect(plain.code).toBe(2);
    expect(plain.err).toContain('found other documents');
  },
);
