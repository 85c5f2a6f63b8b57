// The phases that work on windows: documents are ordered, their lists quantized, and later written as pages. In
// memory is what one window needs.

import { join } from 'node:path';
import { FIELD_SPACE, ID_SPACE, type Quantizer } from '../../../src/core/format/manifest.ts';
import { articlesIn } from '../../stages/invert/find-articles.ts';
import { type AnySpace, documentsIn, type Slice, spillsOf, wholeOf } from '../../stages/invert/slices.ts';
import type { Spool } from '../../stages/invert/spool.ts';
import { keptTogether, orderWindow } from '../../stages/order/order.ts';
import { Renumbering, readOrder, writeOrder } from '../../stages/order/permutation.ts';
import { reusingMemory } from '../../stages/order/shared-array.ts';
import type { QuantizationReport } from '../../stages/quantize/quantize-terms.ts';
import { largestWeight, openWeigher } from '../../stages/quantize/weights.ts';
import { type Block, writeUnweighed, writeWindowLists } from '../../stages/quantize/window-lists.ts';
import { type WindowPages, writeWindowPages } from '../../stages/shard/documents/window-pages.ts';
import type { IndexPlan } from '../../stages/shard/index-plan.ts';
import type { CodedRange } from '../../stages/shard/terms/code-range.ts';
import type { ListFile } from '../../stages/shard/terms/term-ranges.ts';
import type { StartProgress } from '../../terminal/progress.ts';
import type { Done, Units } from './units.ts';

/** Postings of a block of lists, for each document that a window may have: about a hundredth of a range of terms. */
const BLOCK_SHARE = 1 / 4;

const ORDER = 'order';

/** A collection, spooled, and how it is to be indexed. */
export interface Collection {
  readonly plan: IndexPlan;
  readonly spools: readonly Spool[];
  /** windowStart[w] .. windowStart[w + 1] are the documents of window w. */
  readonly windowStart: readonly number[];
  /** The documents of each window. */
  readonly slices: readonly (readonly Slice[])[];
  readonly startProgress: StartProgress;
}

/** A window's lists, as impacts in its order: files by their names in a folder. */
export interface QuantizedWindow {
  readonly folder: string;
  readonly ids: WindowLists;
  readonly fields: WindowLists;
  readonly spaces: readonly (WindowLists & { readonly report: QuantizationReport })[];
}

/** A space's lists in a window. */
interface WindowLists {
  readonly file: string;
  readonly blocks: readonly Block[];
}

/** What impacts stand for in each space: its largest weight becomes the largest one, unless the plan says another. */
export async function chooseQuantizers(
  { plan: { spaces }, spools }: Collection,
  units: Units,
): Promise<Quantizer[]> {
  const open = spaces.map(({ quantizer }) => quantizer.maximum === undefined);
  const weighed = open.includes(true)
    ? await units.all('weigh', spools.length, (spool) => ({
        largest: spaces.map(({ encoder }, space) => {
          const slices = wholeOf([{ ...spools[spool], first: 0 }]);
          return open[space] ? largestWeight(openWeigher(slices, space, encoder.weighting, spools)) : 0;
        }),
      }))
    : [];
  return spaces.map(({ quantizer: { maximum, rounding } }, space) => {
    const largest = weighed.reduce((most, { largest }) => Math.max(most, largest[space]), 0);
    // A space of nothing has a quantizer, too.
    return { maximum: maximum ?? (largest > 0 ? largest : 1), rounding };
  });
}

/**
 * Orders the documents of each window, unless they are numbered as in a base.
 *
 * @returns files of the old number of each document, or HOLE, in the new order; nothing where they stay as they were
 *   read
 */
export async function orderWindows(
  collection: Collection,
  units: Units,
): Promise<readonly string[] | undefined> {
  const { plan, windowStart, slices, startProgress } = collection;
  if (plan.base) return plan.base.orders;
  if (plan.order === 'input') return undefined;
  const allocate = reusingMemory();
  const ordered = await units.all('order', slices.length, async (window, folder) => {
    const documents = windowStart[window + 1] - windowStart[window];
    const order = await orderWindow(slices[window], documents, folder, startProgress, allocate);
    const articles = plan.group === 'url' ? articlesIn(slices[window]) : undefined;
    writeOrder(join(folder, ORDER), articles ? keptTogether(order, articles) : order);
    return {};
  });
  return ordered.map(({ folder }) => join(folder, ORDER));
}

/** Weighs and quantizes the lists of each window: a phase of its own, which needs no memory that ordering took. */
export function quantizeWindows(
  { plan, spools, windowStart, slices }: Collection,
  orders: readonly string[] | undefined,
  quantizers: readonly Quantizer[],
  units: Units,
): Promise<Done<QuantizedWindow>[]> {
  return units.all('quantize', slices.length, (window, folder) => {
    const numbering = {
      first: windowStart[window],
      renumbering: orders && new Renumbering(readOrder(orders[window]), documentsIn(slices[window])),
      blockPostings: Math.ceil(plan.windowDocuments * BLOCK_SHARE),
    };
    const listsOf = (space: string) => `${space}.lists`;
    const unweighed = (space: 'ids' | 'fields', name: string) => {
      const file = listsOf(name);
      return { file, blocks: writeUnweighed(spillsOf(slices[window], space), join(folder, file), numbering) };
    };
    const ids = unweighed('ids', ID_SPACE);
    const fields = unweighed('fields', FIELD_SPACE);
    const spaces = plan.spaces.map(({ name, encoder, statistics }, space) => {
      const file = listsOf(name);
      const weigher = openWeigher(slices[window], space, encoder.weighting, spools, statistics);
      return { file, ...writeWindowLists(weigher, quantizers[space], join(folder, file), numbering) };
    });
    return { folder, ids, fields, spaces };
  });
}

/**
 * Writes the pages of each window's documents.
 *
 * @param coded ranges of each space; none where pages are to have no vectors
 */
export function pageWindows(
  { plan, windowStart, slices, startProgress }: Collection,
  windows: readonly QuantizedWindow[],
  orders: readonly string[] | undefined,
  coded: readonly (readonly CodedRange[])[],
  pageBytes: number,
  units: Units,
): Promise<Done<WindowPages>[]> {
  return units.all('documents', windows.length, (window, folder) => {
    const { folder: quantized, spaces } = windows[window];
    const [first, limit] = [windowStart[window], windowStart[window + 1]];
    const content = {
      slices: slices[window],
      first,
      documents: limit - first,
      order: orders && readOrder(orders[window]),
      spaces: coded.map((ranges, space) => ({ lists: join(quantized, spaces[space].file), ranges })),
      base: plan.base?.table.documents,
      group: plan.group,
    };
    const progress = startProgress('writing documents', 'documents');
    return writeWindowPages(content, pageBytes, folder, progress);
  });
}

/** The lists of all windows. */
export function listFiles(windows: readonly QuantizedWindow[], space: AnySpace): ListFile[] {
  return windows.map((window) => {
    const { file, blocks } = typeof space === 'number' ? window.spaces[space] : window[space];
    return { path: join(window.folder, file), blocks };
  });
}
