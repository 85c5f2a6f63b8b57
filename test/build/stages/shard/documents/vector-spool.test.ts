import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { joinTerm } from '../../../../../build/stages/shard/documents/page-vectors.ts';
import { VectorSpool } from '../../../../../build/stages/shard/documents/vector-spool.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sparsedge-vectors-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('gives each document the long terms that lists gave it, over several files, and leaves none', () => {
  const documents = 40_000;
  const spool = new VectorSpool(folder);
  const expected: number[][] = Array.from({ length: documents }, () => []);
  for (const [space, terms] of [7, 5].entries()) {
    for (let term = 0; term < terms; term++) {
      const held = Array.from({ length: documents }, (_, i) => i).filter(
        (i) => (i * 31 + space) % (term + 2) === 0,
      );
      const impacts = held.map((document) => 1 + ((document + term) % 255));
      spool.add(space, term, Uint32Array.from(held), Uint8Array.from(impacts));
      for (const [i, document] of held.entries()) expected[document].push(joinTerm(space, term), impacts[i]);
    }
  }
  for (let document = 0; document < documents; document++) {
    const { terms, impacts } = spool.of(document);
    expect([...terms].flatMap((term, i) => [term, impacts[i]])).toEqual(expected[document]);
  }
  expect(readdirSync(folder)).toEqual([]);
});

test('does not go on from what a stopped build has left', () => {
  const stopped = new VectorSpool(folder);
  for (let term = 0; term < 3000; term++) stopped.add(0, term, Uint32Array.of(5), Uint8Array.of(1));
  expect(readdirSync(folder)).toHaveLength(1);
  const spool = new VectorSpool(folder);
  for (let term = 0; term < 2500; term++) spool.add(0, term, Uint32Array.of(5), Uint8Array.of(2));
  const { terms, impacts } = spool.of(5);
  expect(terms).toHaveLength(2500);
  expect(new Set(impacts)).toEqual(new Set([2]));
});

test('gives documents without long terms an empty vector', () => {
  const spool = new VectorSpool(folder);
  spool.add(0, 3, Uint32Array.of(20_000), Uint8Array.of(9));
  expect(spool.of(19_999).terms).toHaveLength(0);
  expect([...spool.of(20_000).terms]).toEqual([joinTerm(0, 3)]);
  expect(spool.of(100_000).terms).toHaveLength(0);
});
