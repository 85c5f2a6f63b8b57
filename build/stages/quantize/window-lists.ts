// The lists of a window, renumbered and quantized, in a spill: what is merged over windows, a range of terms at a time.

import type { Quantizer } from '../../../src/core/format/manifest.ts';
import { mergeSpills, roomFor, type SpillPart, SpillWriter } from '../invert/spills.ts';
import type { Renumbering } from '../order/permutation.ts';
import { type ImpactList, QuantizationCounter, type QuantizationReport } from './quantize-terms.ts';
import { type Weigher, weighTerms } from './weights.ts';

/** Lists in a row: readers can begin with any block. */
export interface Block {
  /** Where in the file it begins. */
  readonly position: number;
  /** The first of its keys, in base64. */
  readonly key: string;
  readonly postings: number;
}

/** How a window's lists are numbered and divided. */
export interface Numbering {
  /** The number in the index of its first document. */
  readonly first: number;
  /** Nothing where documents stay in the order in which they were read. */
  readonly renumbering: Renumbering | undefined;
  /** Postings of a block of lists, at least. */
  readonly blockPostings: number;
}

/**
 * Weighs, quantizes and writes the lists of a window.
 *
 * @param path of the spill
 */
export function writeWindowLists(
  weigher: Weigher,
  quantizer: Quantizer,
  path: string,
  numbering: Numbering,
): { blocks: Block[]; report: QuantizationReport } {
  const counter = new QuantizationCounter(quantizer);
  const writer = new ListWriter(path, numbering);
  for (const term of weighTerms(weigher)) {
    const count = numbering.renumbering?.select(term.documents, term.weights, term.count) ?? term.count;
    if (count > 0) writer.write(term.key, counter.quantizeTerm({ ...term, count }));
  }
  return { blocks: writer.finish(), report: counter.report() };
}

/** Writes lists that only say which documents have a term, as ids and fields do: with the impact 1. */
export function writeUnweighed(spills: readonly SpillPart[], path: string, numbering: Numbering): Block[] {
  const writer = new ListWriter(path, numbering);
  let impacts = Uint8Array.of(1);
  for (const { key, documents, values, count: all } of mergeSpills(spills)) {
    const count = numbering.renumbering?.select(documents, values, all) ?? all;
    if (count === 0) continue;
    // Several documents of an id are found when windows are merged.
    if (impacts.length < count) impacts = new Uint8Array(roomFor(count));
    writer.write(key, { documents, impacts: impacts.fill(1), count });
  }
  return writer.finish();
}

/** Writes lists and says where their blocks begin. */
class ListWriter {
  readonly #spill: SpillWriter;
  readonly #numbering: Numbering;
  readonly #blocks: { position: number; key: string; postings: number }[] = [];

  constructor(path: string, numbering: Numbering) {
    this.#spill = new SpillWriter(path);
    this.#numbering = numbering;
  }

  /** @param list by the numbers that documents had before; it is changed */
  write(key: Uint8Array, { documents, impacts, count }: ImpactList): void {
    const { renumbering, first, blockPostings } = this.#numbering;
    renumbering?.apply(documents, impacts, count);
    for (let i = 0; i < count; i++) documents[i] += first;
    const block = this.#blocks.at(-1);
    if (block && block.postings < blockPostings) block.postings += count;
    else {
      const { position } = this.#spill;
      this.#blocks.push({ position, key: Buffer.from(key).toString('base64'), postings: count });
    }
    this.#spill.write(key, documents, impacts, 0, count);
  }

  finish(): Block[] {
    this.#spill.close();
    return this.#blocks;
  }
}
