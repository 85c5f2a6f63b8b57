import { appendFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sharedData } from '../../fixtures/shared-data.ts';
import { sparsedge, temporaryFolder } from '../commands/command-line.ts';
import { contents } from '../folder-contents.ts';
import { FIXTURES, modelFolder } from './reference-model.ts';

const vocabulary = sharedData('oracles/bert-base-uncased-vocab.txt');
const temporary = () => mkdtempSync(join(tmpdir(), 'sparsedge-parts-'));

describe.skipIf(vocabulary === undefined)(
  'parts of a corpus (need the vocabulary of the shared data)',
  () => {
    const files = () => ({ tokenizer: vocabulary!, document: join(FIXTURES, 'scalars.onnx') });
    const options = { outputs: { values: 'gates' }, query: { kind: 'count' } };

    test('seven give the bytes of one, and a build takes no fewer and no others', async () => {
      const cwd = temporaryFolder();
      const model = modelFolder('residual', files(), options);
      // Ten batches, the last of them not full.
      const line = (i: number) =>
        `${JSON.stringify({ id: `d${i}`, text: `page ${i} of ${i % 7} rivers and ${i % 11} seas` })}\n`;
      appendFileSync(join(cwd, 'pages.jsonl'), Array.from({ length: 2400 }, (_, i) => line(i)).join(''));
      const encode = (part: string, folder = 'parts') =>
        sparsedge(cwd, ['encode', 'pages.jsonl', '--model', model, '--part', part, '-o', folder]);
      const build = (out: string, ...more: string[]) =>
        sparsedge(cwd, ['build', 'pages.jsonl', '-o', out, '--model', model, ...more]);

      expect((await build('whole')).err).toBe('');
      for (let part = 1; part <= 6; part++) expect((await encode(`${part}/7`)).err).toBe('');
      const early = await build('early', '--parts', 'parts');
      expect(early.err).toMatch(/expected 7 finished parts, found 6; not there: 7/);
      expect(early.code).toBe(2);
      expect((await encode('7/7')).out).toMatch(/Part 7 of 7 of 2,400 documents/);
      expect((await build('merged', '--parts', 'parts')).err).toBe('');
      expect(contents(join(cwd, 'merged'))).toEqual(contents(join(cwd, 'whole')));
      await encode('1/1', 'alone');
      expect((await build('one', '--parts', 'alone')).err).toBe('');
      expect(contents(join(cwd, 'one'))).toEqual(contents(join(cwd, 'whole')));

      // The third of three begins with the third batch, and then does what the others would.
      const apart = ['--window-documents', '300'];
      expect((await build('third', '--parts', 'parts', '--part', '3/3', ...apart)).err).toBe('');
      expect((await build('alike', ...apart)).err).toBe('');
      expect(contents(join(cwd, 'third'))).toEqual(contents(join(cwd, 'alike')));

      const other = modelFolder('residual', files(), { ...options, trainedOn: 'something' });
      const mixed = await sparsedge(cwd, [
        'build',
        'pages.jsonl',
        '-o',
        'x',
        '--model',
        other,
        '--parts',
        'parts',
        '--json',
      ]);
      expect(JSON.parse(mixed.out).error.code).toBe('model-mismatch');
      expect(mixed.code).toBe(2);

      const copy = temporary();
      cpSync(join(cwd, 'parts'), copy, { recursive: true });
      cpSync(join(cwd, 'alone'), copy, { recursive: true });
      expect((await build('x', '--parts', copy)).err).toMatch(/do not belong together/);
      rmSync(join(cwd, 'parts', 'part-2-of-7'));
      expect((await build('x', '--parts', 'parts')).err).toMatch(/part-2-of-7/);

      appendFileSync(join(cwd, 'pages.jsonl'), line(2400));
      expect((await build('x', '--parts', 'alone')).err).toMatch(
        /expected the documents "d2304" to "d2400", found other documents/,
      );
    });

    test('of a table are read as the build reads it', async () => {
      const cwd = temporaryFolder();
      const model = modelFolder('residual', files(), options);
      const rows = ['name;body', 'a;the moon', 'b', 'c;the sea'];
      writeFileSync(join(cwd, 'pages.txt'), rows.join('\n').replaceAll(';', ','));
      const reading = ['--format', 'csv', '--field', 'id=name', '--field', 'text=body', '--skip-bad'];
      const command = (name: string, ...more: string[]) =>
        sparsedge(cwd, [name, 'pages.txt', '--model', model, ...reading, ...more]);
      const encoded = await command('encode', '--part', '1/1', '-o', 'parts');
      expect(encoded.out).toMatch(/of 2 documents/);
      expect(await command('build', '-o', 'merged', '--parts', 'parts')).toMatchObject({ code: 0 });
      expect(await command('build', '-o', 'whole')).toMatchObject({ code: 0 });
      expect(contents(join(cwd, 'merged'))).toEqual(contents(join(cwd, 'whole')));
    });

    test('may be more than there are batches', async () => {
      const cwd = temporaryFolder();
      const model = modelFolder('residual', files(), options);
      writeFileSync(
        join(cwd, 'pages.jsonl'),
        '{"id": "a", "text": "the moon"}\n{"id": "b", "text": "the sea"}\n',
      );
      const command = (name: string, ...more: string[]) =>
        sparsedge(cwd, [name, 'pages.jsonl', '--model', model, ...more]);
      for (const part of ['1/3', '2/3', '3/3'])
        expect(await command('encode', '--part', part, '-o', 'parts')).toMatchObject({ code: 0, err: '' });
      expect(await command('build', '-o', 'merged', '--parts', 'parts')).toMatchObject({ code: 0, err: '' });
      expect(await command('build', '-o', 'whole')).toMatchObject({ code: 0 });
      expect(contents(join(cwd, 'merged'))).toEqual(contents(join(cwd, 'whole')));
    });

    test('of nothing are refused', async () => {
      const cwd = temporaryFolder();
      const model = modelFolder('residual', files(), options);
      writeFileSync(join(cwd, 'empty.jsonl'), '');
      const asked = ['encode', 'empty.jsonl', '--model', model, '--part', '1/1', '-o', 'parts'];
      expect(await sparsedge(cwd, asked)).toMatchObject({
        code: 2,
        err: expect.stringContaining('no documents to encode'),
      });
    });

    test('on a device that is not there are refused, and what it takes is said', async () => {
      const cwd = temporaryFolder();
      const model = modelFolder('residual', files(), options);
      appendFileSync(join(cwd, 'pages.jsonl'), '{"id": "a", "text": "the moon"}');
      const asked = ['encode', 'pages.jsonl', '--model', model, '--part', '1/1', '-o', 'parts'];
      const { code, out } = await sparsedge(cwd, [...asked, '--device', 'cuda', '--json']);
      expect(code).toBe(2);
      expect(JSON.parse(out).error).toMatchObject({
        code: 'bad-input',
        message: expect.stringMatching(
          /^expected onnxruntime-node, CUDA 12 and cuDNN 9 for the device cuda; found \S/,
        ),
        details: { device: 'cuda' },
      });
    });

    test('a part is a number of a number', async () => {
      const model = modelFolder('residual', files(), options);
      for (const part of ['0/7', '8/7', '1', '1/0', 'a/b']) {
        const { err, code } = await sparsedge(temporaryFolder(), [
          'encode',
          'x',
          '--model',
          model,
          '--part',
          part,
          '-o',
          'p',
        ]);
        expect(err).toMatch(/It must be i\/n/);
        expect(code).toBe(2);
      }
    });
  },
);
