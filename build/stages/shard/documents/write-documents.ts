// Documents in their new order → document pages.

import { DOCUMENTS } from '../../../../src/core/format/page.ts';
import type { DocumentTable } from '../../../../src/core/format/page-table.ts';
import { RecordFile, RecordReader } from '../../../work/records.ts';
import type { Spool } from '../../invert/spool.ts';
import type { Renumbering } from '../../order/permutation.ts';
import type { Target } from '../index-plan.ts';
import { openSink } from '../open-sink.ts';
import { DocumentPageWriter } from './document-pages.ts';

/** Writes all documents as pages; returns their part of the page table. */
export async function writeDocuments(spool: Spool, target: Target): Promise<DocumentTable> {
  const progress = target.startProgress('writing documents', 'documents');
  const records = openDocuments(spool, target.renumbering);
  const { vectors, layout } = target;
  const spaces = vectors ? spool.spaces.length : 0;
  const writer = new DocumentPageWriter(openSink(target, DOCUMENTS), layout.documentBytes, spaces);
  for (let document = 0; document < spool.documents; document++) {
    await writer.add(records.next()!, vectors?.of(document));
    progress.at(document, spool.documents);
  }
  const table = await writer.finish();
  records.close();
  progress.end();
  return table;
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
