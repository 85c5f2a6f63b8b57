// What the writers of lists and of documents hand their pages to.

import type { PageRun } from '../../../src/core/format/page-table.ts';

/** Takes the bodies of pages, in order. */
export interface PageSink {
  /** The number that the next page gets. */
  readonly nextPage: number;
  /** Writes a page; returns its number. */
  write(body: Uint8Array): number;
  /** Ends the run of pages; says where they lie. */
  finish(): PageRun;
}
