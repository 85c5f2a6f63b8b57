// Where the pages of a run go, by where the index is to be served from.

import { DOCUMENTS } from '../../../src/core/format/page.ts';
import type { Target } from './index-plan.ts';
import { pageObjectWriter } from './page-objects.ts';
import type { PageSink } from './page-sink.ts';
import { ShardWriter } from './shard.ts';

/**
 * Opens the sink of a space's pages, or of the documents'.
 *
 * @param space its name, or DOCUMENTS
 */
export function openSink({ folder, workFolder, build, store }: Target, space: string): PageSink {
  const isApart = store === 'assets' || (store === 'both' && space === DOCUMENTS);
  return isApart
    ? pageObjectWriter(folder, workFolder)
    : new ShardWriter(folder, workFolder, { build, space });
}
