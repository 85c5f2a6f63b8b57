import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { EncoderInput } from '../../../../build/stages/encode/encoder.ts';
import { vectorEncoder } from '../../../../build/stages/encode/vectors.ts';
import {
  lengthsOf,
  type Slice,
  SlicedRecords,
  spillsOf,
  wholeOf,
} from '../../../../build/stages/invert/slices.ts';
import { mergeSpills } from '../../../../build/stages/invert/spills.ts';
import { type Spool, Spooler } from '../../../../build/stages/invert/spool.ts';
import { cellsFor, dealSpool, dealtSlices } from '../../../../build/stages/order/deal.ts';
import { findCells } from '../../../../build/stages/order/subject-cells.ts';
import { decodeDocument } from '../../../../src/core/format/document-page.ts';
import { randomNumbers } from './small-graphs.ts';

const TOPICS = 8;
const DOCUMENTS = 24_000;
const SPOOLS = 3;
/** Of unequal sizes, beginning and ending within subjects. */
const WINDOW_START = [0, 5000, 11_000, 16_001, DOCUMENTS];

const temporary = () => mkdtempSync(join(tmpdir(), 'sparsedge-deal-'));

/** Documents of topics that come in no order, half of their terms their topic's. */
function inputs(): EncoderInput[] {
  const random = randomNumbers(5);
  return Array.from({ length: DOCUMENTS }, (_, i) => {
    const topic = random(TOPICS);
    const terms = Array.from({ length: 12 }, (__, j) =>
      j % 2 === 0 ? `topic${topic}w${random(40)}` : `w${random(400)}`,
    );
    return {
      document: { id: `d${i}`, text: `topic ${topic}` },
      vector: new Map(terms.map((term) => [term, 1 + (i % 9)])),
    };
  });
}

async function spooled(documents: readonly EncoderInput[]): Promise<Spool[]> {
  const size = documents.length / SPOOLS;
  const plan = {
    name: 'vectors',
    encoder: vectorEncoder('english', 'count'),
    quantizer: { rounding: 'nearest' as const },
  };
  return Promise.all(
    Array.from({ length: SPOOLS }, async (_, number) => {
      const folder = temporary();
      const first = number * size;
      const spooler = new Spooler([plan], folder, { number, first, batch: 0 }, undefined, undefined, true);
      await spooler.add(documents.slice(first, first + size));
      return spooler.finish();
    }),
  );
}

/** The documents of a window as its files have them: what each shows, holds and how long it is. */
function contentsOf(slices: readonly Slice[], documents: number) {
  const records = new SlicedRecords(slices);
  const lengths = lengthsOf(slices, 0);
  const found = Array.from({ length: documents }, (_, number) => {
    const { id, text } = decodeDocument(records.at(number), 'test');
    return { id, text, length: lengths[number], vector: new Map<string, number>() };
  });
  records.close();
  for (const { key, documents: list, values, count } of mergeSpills(spillsOf(slices, 0)))
    for (let i = 0; i < count; i++) found[list[i]!]!.vector.set(Buffer.from(key).toString(), values[i]!);
  for (const { key, documents: list } of mergeSpills(spillsOf(slices, 'ids')))
    expect(found[list[0]!]!.id).toBe(Buffer.from(key).toString());
  return found;
}

test('windows have all documents between them, whole, and those of few subjects each', async () => {
  const documents = inputs();
  const spools = await spooled(documents);
  const samples = spools.flatMap(({ folder, samples }) => samples!.map((name) => join(folder, name)));
  const windows = WINDOW_START.length - 1;
  const cells = await findCells(samples, DOCUMENTS, cellsFor(windows), temporary());
  const dealt = spools.map((spool) => dealSpool(wholeOf([{ ...spool, first: 0 }]), cells, temporary()));
  const given = new Map(documents.map((input) => [input.document.id, input]));
  let shares = 0;
  for (const [window, slices] of dealtSlices(dealt, WINDOW_START).entries()) {
    const size = WINDOW_START[window + 1]! - WINDOW_START[window]!;
    const ofTopic = new Map<string, number>();
    for (const { id, text, length, vector } of contentsOf(slices, size)) {
      const { document, vector: expected } = given.get(id)!;
      given.delete(id);
      expect({ text, vector }).toEqual({ text: document.text, vector: expected });
      expect(length).toBe([...expected!.values()].reduce((sum, value) => sum + value, 0));
      ofTopic.set(text, (ofTopic.get(text) ?? 0) + 1);
    }
    const counts = [...ofTopic.values()].sort((a, b) => b - a);
    // A window has room for about two of eight topics; by chance, those of three would be three eighths of it.
    shares += (counts[0]! + (counts[1] ?? 0) + (counts[2] ?? 0)) / size / windows;
  }
  expect(given.size).toBe(0);
  expect(shares).toBeGreaterThan(0.8);
});
