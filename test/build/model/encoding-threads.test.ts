import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contextEncoder } from '../../../build/model/encoding/context-encoder.ts';
import { modelEncoder } from '../../../build/model/encoding/model-encoder.ts';
import { journaled } from '../../../build/model/encoding-journal.ts';
import { openModelFolder } from '../../../build/model/model-folder.ts';
import { given } from '../../../build/stages/weighting/weighting.ts';
import { temporaryFolder } from '../commands/command-line.ts';
import { deepModel, REFERENCES } from './context-model.ts';
import { FIXTURES, modelFolder, numberedVocabularyFile } from './reference-model.ts';

const model = () =>
  modelFolder(
    'residual',
    { tokenizer: numberedVocabularyFile(), document: join(FIXTURES, 'scalars.onnx') },
    { longDocuments: 'windows', outputs: { values: 'gates' } },
  );

/** Texts of one to 90 words, in no order of length: some are more than a window. */
const documents = (count: number, word: string) =>
  Array.from({ length: count }, (_, i) => ({
    document: { id: `${i}`, text: `${word}${i} `.repeat(1 + ((i * 37) % 90)) },
  }));

test('a document has the same bits, on however many threads', async () => {
  const folder = openModelFolder(model());
  const many = documents(300, 'w');
  const alone = await modelEncoder(folder, given).encode(many);
  for (const threads of [2, 3]) {
    const encoder = modelEncoder(folder, given, { threads });
    expect(await encoder.encode(many)).toEqual(alone);
    // A few documents beside, once there are threads, and after they have ended.
    const few = many.slice(7, 12);
    expect(await encoder.encode(few)).toEqual(alone.slice(7, 12));
    await encoder.close!();
    expect(await encoder.encode(few)).toEqual(alone.slice(7, 12));
    expect(await encoder.encode(many)).toEqual(alone);
    await encoder.close!();
  }
});

test('a network that reads whole documents gives the same bits, on however many threads', async () => {
  const folder = openModelFolder(deepModel());
  const many = Array.from({ length: 90 }, (_, i) => ({
    document: {
      id: `${i}`,
      text: `${REFERENCES[i % REFERENCES.length].text} `.repeat(1 + ((i * 37) % 11)),
      ...(i % 7 === 0 && { language: 'de' }),
    },
  }));
  const alone = await contextEncoder(folder).encode(many);
  expect(new Set(alone.map((vector) => JSON.stringify([...vector]))).size).toBeGreaterThan(20);
  for (const threads of [2, 3]) {
    const encoder = contextEncoder(folder, { threads });
    expect(await encoder.encode(many)).toEqual(alone);
    expect(await encoder.encode(many.slice(7, 12))).toEqual(alone.slice(7, 12));
    await encoder.close!();
    expect(await encoder.encode(many.slice(7, 12))).toEqual(alone.slice(7, 12));
  }
});

test('batches that are asked for at once are kept in their order', async () => {
  const folder = openModelFolder(model());
  const path = join(temporaryFolder(), 'journal');
  const batches = ['a', 'b', 'c'].map((word) => documents(256, word));
  const encoder = modelEncoder(folder, given, { threads: 2 });
  const journal = journaled(encoder, path);
  const together = await Promise.all(batches.map((batch) => journal.encode(batch)));
  await encoder.close!();
  const none = { ...encoder, encode: () => Promise.reject(new Error('nothing is left to be encoded')) };
  const kept = journaled(none, path);
  for (const [i, batch] of batches.entries()) expect(await kept.encode(batch)).toEqual(together[i]);
});

test('an error of a thread is that of a network at hand, and no thread is left waiting', async () => {
  const path = model();
  writeFileSync(join(path, 'document.onnx'), 'no network');
  const folder = openModelFolder(path);
  const encoder = modelEncoder(folder, given, { threads: 2 });
  const many = documents(256, 'w');
  const here = await failed(modelEncoder(folder, given).encode(many));
  expect(await failed(encoder.encode(many))).toMatchObject({
    name: 'SparsedgeError',
    code: here.code,
    message: here.message,
    details: here.details,
  });
  await encoder.close!();
});

test('threads that are closed leave nobody waiting', async () => {
  const encoder = modelEncoder(openModelFolder(model()), given, { threads: 2 });
  const encoded = Promise.resolve(encoder.encode(documents(256, 'w')));
  const refused = expect(encoded).rejects.toThrow('an encoding thread ended');
  await encoder.close!();
  await refused;
});

async function failed(encoded: unknown): Promise<{ code: string; message: string; details: object }> {
  return Promise.resolve(encoded).then(
    () => {
      throw new Error('expected an error');
    },
    (error) => error,
  );
}
