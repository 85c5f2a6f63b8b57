// The lists of the id space and of each space, handed to the writers of pages.

import { SparsedgeError } from '../../../src/core/errors.ts';
import { ID_SPACE, type Quantizer, type Space } from '../../../src/core/format/manifest.ts';
import type { TermTable } from '../../../src/core/format/page-table.ts';
import { mergeSpills } from '../invert/spills.ts';
import type { SpacePlan, Spool, SpooledSpace } from '../invert/spool.ts';
import { type ImpactList, QuantizationCounter, type QuantizationReport } from '../quantize/quantize-terms.ts';
import { largestWeight, openWeigher, weighTerms } from '../quantize/weights.ts';
import type { Target } from './index-plan.ts';
import { openSink } from './open-sink.ts';
import { TermPageWriter } from './term-pages.ts';

/** Writes the id space: each document's id is a term that it alone has, with the impact 1. */
export function writeIds(spool: Spool, target: Target): TermTable {
  const writer = openWriter(ID_SPACE, target);
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
    addTerm(writer, key, { documents, impacts, count }, target);
  }
  return writer.finish();
}

/**
 * Weighs, quantizes and writes a space.
 *
 * @param number of the space in the manifest
 */
export function writeSpace(
  number: number,
  spooled: SpooledSpace,
  { encoder, quantizer: wanted }: SpacePlan,
  target: Target,
): { space: Space; table: TermTable; report: QuantizationReport } {
  const weigher = openWeigher(spooled, encoder.weighting);
  const { maximum = largestWeight(weigher), rounding } = wanted;
  const quantizer: Quantizer = { maximum, rounding };
  const counter = new QuantizationCounter(quantizer);
  const writer = openWriter(spooled.name, target);
  const progress = target.startProgress(`writing ${spooled.name}`, 'postings');
  let done = 0;
  for (const term of weighTerms(weigher)) {
    const list = counter.quantizeTerm(term);
    const long = addTerm(writer, term.key, list, target);
    if (long !== undefined) target.vectors?.add(number, long, ...listOf(list));
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
  return { space, table: writer.finish(target.vectors !== undefined), report };
}

/** Opens the writer of a space's pages. */
function openWriter(space: string, target: Target): TermPageWriter {
  return new TermPageWriter(openSink(target, space), target.windowStart, target.layout, target.encoder);
}

/**
 * Hands a term to its writer, whose answer is the term's number among the long ones, if it is one.
 *
 * @param list by the numbers that documents had when they were read; it is reordered in place, so it must not be read
 *   afterwards before it is filled anew
 */
function addTerm(
  writer: TermPageWriter,
  key: Uint8Array,
  list: ImpactList,
  { renumbering }: Target,
): number | undefined {
  renumbering?.apply(list.documents, list.impacts, list.count);
  return writer.add(key, ...listOf(list));
}

function listOf({ documents, impacts, count }: ImpactList): [documents: Uint32Array, impacts: Uint8Array] {
  return [documents.subarray(0, count), impacts.subarray(0, count)];
}
