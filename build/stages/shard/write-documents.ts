// Documents in their new order → document pages.

import { DOCUMENTS } from '../../../src/core/format/page.ts';
import type { DocumentTable } from '../../../src/core/format/page-table.ts';
import { RecordFile, RecordReader } from '../../work/records.ts';
import type { Spool } from '../invert/spool.ts';
import type { Renumbering } from '../order/permutation.ts';
import { DocumentPageWriter } from './document-pages.ts';
import type { IndexPlan, Target } from './index-plan.ts';
import { pageObjectWriter } from './page-objects.ts';
import { ShardWriter } from './shard.ts';

/** Writes the documents of all segments as pages; a segment's part of the page table for each. */
export async function writeDocuments(
  spool: Spool,
  layout: IndexPlan['documentPages'],
  { folder, workFolder, build, segmentStart, renumbering, startProgress }: Target,
): Promise<DocumentTable[]> {
  const progress = startProgress('writing documents', 'documents');
  const records = openDocuments(spool, renumbering);
  const tables: DocumentTable[] = [];
  for (let segment = 0; segment + 1 < segmentStart.length; segment++) {
    const where = { build, segment, space: DOCUMENTS };
    const sink =
      layout === 'objects'
        ? pageObjectWriter(folder, workFolder, where)
        : new ShardWriter(folder, workFolder, where);
    const writer = new DocumentPageWriter(sink);
    for (let document = segmentStart[segment]; document < segmentStart[segment + 1]; document++) {
      await writer.add(records.next()!);
      progress.at(document, spool.documents);
    }
    tables.push(await writer.finish());
  }
  records.close();
  progress.end();
  return tables;
}

/** Documents as encodeDocument gave them, each valid until the next. */
interface Records {
  next(): Uint8Array | undefined;
  close(): void;
}

/** The documents one by one, in the order in which they are to be written. */
function openDocuments({ documentsPath, documents }: Spool, renumbering: Renumbering | undefined): Records {
  if (!renumbering) return new RecordReader(documentsPath);
  const records = new RecordFile(documentsPath, documents);
  let next = 0;
  return { next: () => records.at(renumbering.before[next++]), close: () => records.close() };
}
