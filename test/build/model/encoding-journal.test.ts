import { mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { journaled } from '../../../build/model/encoding-journal.ts';
import type { DocumentEncoder } from '../../../build/stages/encode/encoder.ts';
import { given } from '../../../build/stages/weighting/weighting.ts';

/** Counts what it is asked; a value depends on the text alone. */
function counting(sha256 = 'a'): DocumentEncoder & { asked: number } {
  const encoder = {
    id: 'counting',
    analyzer: 'unicode' as const,
    query: 'count' as const,
    weighting: given,
    model: { id: 'counting', sha256 },
    asked: 0,
    encode(documents: Parameters<DocumentEncoder['encode']>[0]) {
      encoder.asked += documents.length;
      return documents.map(({ document: { text } }) => new Map([[text, Math.sqrt(text.length)]]));
    },
  };
  return encoder;
}

const batch = (name: string, size = 3) =>
  Array.from({ length: size }, (_, i) => ({ document: { id: `${name}${i}`, text: `${name} é ${i}` } }));
const batches = ['a', 'bb', 'ccc', 'dddd', 'eeeee'].map((name) => batch(name));

async function encodeAll(encoder: DocumentEncoder, path: string, count = batches.length) {
  const journal = journaled(encoder, path);
  const vectors = [];
  for (const documents of batches.slice(0, count)) vectors.push(...(await journal.encode(documents)));
  return vectors;
}

const newPath = () => join(mkdtempSync(join(tmpdir(), 'sparsedge-journal-')), 'journal');

test('what was encoded before a stop is not encoded again, and the answers are the same', async () => {
  const expected = await encodeAll(counting(), newPath());
  const path = newPath();
  for (let stop = 0; stop <= batches.length; stop++) {
    const encoder = counting();
    expect(await encodeAll(encoder, path, stop)).toEqual(expected.slice(0, stop * 3));
    expect(encoder.asked).toBe(stop === 0 ? 0 : 3);
  }
});

test('stopped at any byte of the journal, it goes on with what is whole', async () => {
  const path = newPath();
  const expected = await encodeAll(counting(), path);
  const whole = readFileSync(path);
  for (let length = 0; length < whole.length; length += 13) {
    writeFileSync(path, whole);
    truncateSync(path, length);
    expect(await encodeAll(counting(), path)).toEqual(expected);
    expect(readFileSync(path).equals(whole)).toBe(true);
  }
});

test('a damaged record, another model or other texts are encoded anew', async () => {
  const path = newPath();
  const expected = await encodeAll(counting(), path);
  const whole = readFileSync(path);
  const damaged = Buffer.from(whole);
  damaged[whole.length - 5] ^= 1;
  writeFileSync(path, damaged);
  const first = counting();
  expect(await encodeAll(first, path)).toEqual(expected);
  expect(first.asked).toBe(3);
  const other = counting('b');
  await encodeAll(other, path);
  expect(other.asked).toBe(15);
  const third = counting('b');
  const journal = journaled(third, path);
  await journal.encode(batches[0]);
  await journal.encode(batch('zz'));
  expect(third.asked).toBe(3);
});
