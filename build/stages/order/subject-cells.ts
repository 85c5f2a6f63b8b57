// Subjects of a collection, found in a sample of its documents: the sample is ordered by bisection and cut into cells,
// and terms say for which cells they speak. A document is of the cell for which its terms speak most. In memory are the
// sample and its terms, whatever the size of the collection.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { compareBytes } from '../../../src/core/format/bytes.ts';
import { RecordReader, RecordWriter } from '../../work/records.ts';
import { mergeSpills, type SpillPart } from '../invert/spills.ts';
import { SAMPLE_STRIDE } from '../invert/spool.ts';
import { readGraph } from './document-graph.ts';
import { orderGraph } from './parallel.ts';

/** Documents of the whole sample, at most. */
const MOST_SAMPLED = 1 << 16;
/** Terms that more than this share of the sample holds tell few subjects apart. */
const MAX_SHARE = 1 / 8;
/** Documents of all cells that are added to those of a term, before it says how unevenly it is spread. */
const SMOOTHING = 4;
/** Fractional bits of what a term says: sums are of integers, so that they are the same everywhere. */
const SCALE = 1 << 8;

/** Cells, and which terms speak for them. */
export interface Cells {
  readonly cells: number;
  /** Ascending. */
  readonly keys: readonly Uint8Array[];
  /** What term t says for cell c is at t · cells + c. */
  readonly weights: Int16Array;
}

/**
 * Finds cells.
 *
 * @param samples of all spools
 * @param documents of the collection
 * @param folder of intermediate files
 */
export async function findCells(
  samples: readonly string[],
  documents: number,
  cells: number,
  folder: string,
): Promise<Cells> {
  const path = join(folder, '_sample');
  const every = Math.max(1, Math.ceil(documents / SAMPLE_STRIDE / MOST_SAMPLED));
  const sampled = Math.ceil(documents / SAMPLE_STRIDE / every);
  const keys = writeTerms(samples, every, sampled, path);
  const order = await orderGraph(readGraph(path, sampled), () => {});
  const cellOf = new Uint16Array(sampled);
  for (const [place, document] of order.entries()) cellOf[document] = Math.floor((place * cells) / sampled);
  const weights = new Int16Array(keys.length * cells);
  const holders = new Uint32Array(cells);
  const records = new RecordReader(path);
  for (let term = 0; term < keys.length; term++) {
    const list = new Uint32Array(records.next()!.slice().buffer);
    holders.fill(0);
    for (const document of list) holders[cellOf[document]]++;
    for (let cell = 0; cell < cells; cell++) {
      const lift = (holders[cell] * cells + SMOOTHING) / (list.length + SMOOTHING);
      weights[term * cells + cell] = Math.round(Math.log(lift) * SCALE);
    }
  }
  records.close();
  rmSync(path);
  return { cells, keys, weights };
}

/** Writes the documents of each term that tells subjects apart, as readGraph reads them; returns the terms. */
function writeTerms(samples: readonly string[], every: number, sampled: number, path: string): Uint8Array[] {
  const keys: Uint8Array[] = [];
  const writer = new RecordWriter(path);
  for (const { key, documents, count } of mergeSpills(samples)) {
    let kept = 0;
    for (let i = 0; i < count; i++) if (documents[i] % every === 0) documents[kept++] = documents[i] / every;
    if (kept < 2 || kept > sampled * MAX_SHARE) continue;
    writer.write(new Uint8Array(documents.buffer, 0, kept * 4));
    keys.push(key);
  }
  writer.close();
  return keys;
}

/**
 * The cell of each document.
 *
 * @param spills in which the documents are numbered from 0
 */
export function assignCells(
  { cells, keys, weights }: Cells,
  spills: readonly SpillPart[],
  documents: number,
): Uint16Array {
  const votes = new Int32Array(documents * cells);
  let term = 0;
  for (const { key, documents: list, count } of mergeSpills(spills)) {
    while (term < keys.length && compareBytes(keys[term], key) < 0) term++;
    if (term === keys.length) break;
    if (compareBytes(keys[term], key) > 0) continue;
    const said = weights.subarray(term * cells, (term + 1) * cells);
    for (let i = 0; i < count; i++) {
      const at = list[i] * cells;
      for (let cell = 0; cell < cells; cell++) votes[at + cell] += said[cell];
    }
  }
  const cellOf = new Uint16Array(documents);
  for (let document = 0; document < documents; document++) {
    const at = document * cells;
    // A document that says nothing stays with the one before it.
    let best = document === 0 ? 0 : cellOf[document - 1];
    for (let cell = 0; cell < cells; cell++) if (votes[at + cell] > votes[at + best]) best = cell;
    cellOf[document] = best;
  }
  return cellOf;
}
