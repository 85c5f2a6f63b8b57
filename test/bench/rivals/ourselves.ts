// This project as one of the rivals: the same figures, from an index on disk and metered reads.

import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { encodeQuery } from '../../../src/query/encode/encode-query.ts';
import { spaceNamed } from '../../../src/query/search/open.ts';
import { search } from '../../../src/query/search/search.ts';
import { memorySource } from '../../fakes/memory-source.ts';
import { cacheFolder } from '../data/folders.ts';
import { distributionOf, round } from '../figures.ts';
import { buildFrom } from '../indexes/indexes.ts';
import { K, measureOpening } from '../indexes/query-cost.ts';
import { loadObjects, openMetered } from '../machine/metered-storage.ts';
import type { RivalFigures, RivalOrder } from './rivals.ts';

/** Builds an index of a file of documents and asks it everything. */
export async function ourselves({
  corpus,
  queries,
}: Pick<RivalOrder, 'corpus' | 'queries'>): Promise<RivalFigures> {
  const folder = mkdtempSync(join(cacheFolder(), 'ours-'));
  try {
    const built = await buildFrom(corpus, folder);
    const objects = loadObjects(join(folder, 'index'));
    const { reads, bytes: openingBytes } = await measureOpening(objects);
    const { index, take } = await openMetered(memorySource(objects));
    const run: Record<string, string[]> = {};
    const [requests, bytes, milliseconds]: number[][] = [[], [], []];
    for (const { id, text } of queries) {
      take();
      const before = performance.now();
      const terms = encodeQuery(text, spaceNamed(index));
      const { hits } = await search({ terms, k: K, documents: true }, { index, clock: () => 0 });
      milliseconds!.push(performance.now() - before);
      const spent = take();
      run[id] = hits.map(({ shown }) => shown!.id);
      requests!.push(spent.reads);
      bytes!.push(spent.bytes);
    }
    return {
      documents: built.documents,
      seconds: built.seconds.total,
      peakMegabytes: built.peakMegabytes,
      opening: { requests: reads, bytes: openingBytes, gzippedBytes: openingBytes },
      perQuery: { requests: distributionOf(requests!), bytes: distributionOf(bytes!) },
      milliseconds: distributionOf(milliseconds!),
      answered: round(Object.values(run).filter((ids) => ids.length > 0).length / queries.length),
      run,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
