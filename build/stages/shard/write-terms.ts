// The lists of the id space and of each space, cut by segment and handed to the writers of pages.

import { SparsedgeError } from '../../../src/core/errors.ts';
import { ID_SPACE, type Quantizer, type Space } from '../../../src/core/format/manifest.ts';
import type { TermTable } from '../../../src/core/format/page-table.ts';
import { mergeSpills } from '../invert/spills.ts';
import type { SpacePlan, Spool, SpooledSpace } from '../invert/spool.ts';
import { type ImpactList, QuantizationCounter, type QuantizationReport } from '../quantize/quantize-terms.ts';
import { largestWeight, openWeigher, weighTerms } from '../quantize/weights.ts';
import type { Target } from './index-plan.ts';
import { ShardWriter } from './shard.ts';
import { LAYOUT, TermPageWriter } from './term-pages.ts';

/** Writes the id space: each document's id is a term that it alone has, with the impact 1. */
export function writeIds(spool: Spool, target: Target): TermTable[] {
  const writer = new SegmentedWriter(ID_SPACE, target);
  const impacts = Uint8Array.of(1);
  for (const { key, documents, count } of mergeSpills(spool.idSpills)) {
    if (count > 1) {
      const id = Buffer.from(key).toString();
      throw new SparsedgeError(
        'bad-input',
        `${count} documents have the id ${JSON.stringify(id)}: the input's documents number ${documents[0] + 1} and ` +
          `${documents[1] + 1} are two of them; ids must be unique`,
        { id, repeatedId: id },
      );
    }
    writer.add(key, { documents, impacts, count });
  }
  return writer.finish();
}

/** Weighs, quantizes and writes a space. */
export function writeSpace(
  spooled: SpooledSpace,
  { encoder, quantizer: wanted }: SpacePlan,
  target: Target,
): { space: Space; tables: TermTable[]; report: QuantizationReport } {
  const weigher = openWeigher(spooled, encoder.weighting);
  const { maximum = largestWeight(weigher), rounding } = wanted;
  const quantizer: Quantizer = { maximum, rounding };
  const counter = new QuantizationCounter(quantizer);
  const writer = new SegmentedWriter(spooled.name, target);
  const progress = target.startProgress(`writing ${spooled.name}`, 'postings');
  let done = 0;
  for (const term of weighTerms(weigher)) {
    writer.add(term.key, counter.quantizeTerm(term));
    done += term.count;
    progress.at(done);
  }
  progress.end();
  const report = counter.report();
  const space: Space = {
    name: spooled.name,
    analyzer: encoder.analyzer,
    encoder: {
      id: encoder.id,
      parameters: { ...encoder.weighting.parameters },
      ...(encoder.model && { model: encoder.model }),
    },
    query: encoder.query,
    quantizer,
    terms: report.terms,
    postings: report.postings,
  };
  return { space, tables: writer.finish(), report };
}

/** Writes one space of all segments. */
class SegmentedWriter {
  readonly #target: Target;
  readonly #writers: readonly TermPageWriter[];

  constructor(space: string, target: Target) {
    const { folder, workFolder, build, segmentStart, encoder } = target;
    this.#target = target;
    this.#writers = segmentStart.slice(1).map((end, segment) => {
      const shards = new ShardWriter(folder, workFolder, { build, segment, space });
      return new TermPageWriter(shards, end - segmentStart[segment], LAYOUT, encoder);
    });
  }

  /**
   * Hands each segment its part of a term's postings, if it has one.
   *
   * @param list by the numbers that documents had when they were read; it is reordered in place, so it must not be read
   *   afterwards before it is filled anew
   */
  add(key: Uint8Array, { documents, impacts, count }: ImpactList): void {
    const { segmentStart, renumbering } = this.#target;
    renumbering?.apply(documents, impacts, count);
    let start = 0;
    for (const [segment, writer] of this.#writers.entries()) {
      const limit = segmentStart[segment + 1];
      let end = start;
      while (end < count && documents[end] < limit) end++;
      if (end > start) {
        writer.add(key, documents.subarray(start, end), impacts.subarray(start, end), segmentStart[segment]);
      }
      start = end;
    }
  }

  /** Each segment's part of the page table. */
  finish(): TermTable[] {
    return this.#writers.map((writer) => writer.finish());
  }
}
