// The phase that deals documents to windows by subject, where there are several windows: a spool is sorted by cell, so
// that a window finds its own documents together.

import { join } from 'node:path';
import { articlesIn } from '../../stages/invert/find-articles.ts';
import type { Slice } from '../../stages/invert/slices.ts';
import { documentsOf, slicesOf, wholeOf } from '../../stages/invert/slices.ts';
import type { Spool } from '../../stages/invert/spool.ts';
import { cellsFor, type DealtSpool, dealSpool, dealtSlices } from '../../stages/order/deal.ts';
import { type Cells, findCells } from '../../stages/order/subject-cells.ts';
import type { IndexPlan } from '../../stages/shard/index-plan.ts';
import type { Units } from './units.ts';

/** Documents of a spool that can be dealt: beyond that, the votes of its documents would be too many for memory. */
const MOST_DOCUMENTS = 1 << 18;

/** Whether documents are dealt: where there are several windows and no base, and all spools have samples. */
export function areDealt(
  spools: readonly Spool[],
  windowStart: readonly number[],
  { base }: Pick<IndexPlan, 'base'>,
): boolean {
  const isDealable = ({ documents, samples }: Spool) => samples !== undefined && documents <= MOST_DOCUMENTS;
  return base === undefined && windowStart.length > 2 && spools.every(isDealable);
}

/** The documents of each window: dealt by subject, or as they were read; all documents where a base has the windows. */
export async function dealDocuments(
  spools: readonly Spool[],
  windowStart: readonly number[],
  units: Units,
  plan: Pick<IndexPlan, 'base' | 'group'>,
): Promise<readonly (readonly Slice[])[]> {
  if (plan.base) return windowStart.slice(1).map(() => wholeOf(spools));
  if (!areDealt(spools, windowStart, plan))
    return windowStart.slice(1).map((limit, window) => slicesOf(spools, windowStart[window], limit));
  // Whoever deals finds the same cells.
  let cells: Cells | undefined;
  const dealt = await units.all('deal', spools.length, async (spool, folder): Promise<DealtSpool> => {
    const samples = spools.flatMap(({ folder, samples }) => samples!.map((name) => join(folder, name)));
    cells ??= await findCells(samples, documentsOf(spools), cellsFor(windowStart.length - 1), folder);
    const slices = wholeOf([{ ...spools[spool], first: 0 }]);
    return dealSpool(slices, cells, folder, plan.group === 'url' ? articlesIn(slices) : undefined);
  });
  return dealtSlices(dealt, windowStart);
}
