// The sizes of an index's pages, by where it is to be served from. Where every page is an object of its own, pages of a
// large collection are larger, so that a deployment may have as many files.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Spool } from '../invert/spool.ts';
import type { Store } from './index-plan.ts';
import { LAYOUT, type Layout } from './page-sizes.ts';

/** The most files that Cloudflare takes as static assets on its free plan; on others it is five times as many. */
export const MOST_ASSETS = 20_000;
/** Files that pages may be, by estimate, which is 5% above what 227,190 passages make. */
const PAGES_AIMED_AT = 18_000;
/**
 * How many times as large as usual pages may be: steps, so that a collection that grows a little keeps its sizes. Of
 * 227,190 passages, questions read 159 KB on average where pages are of the usual size (by ranges 169 KB), and 252, 443
 * and 837 KB where they are 2, 4 and 8 times as large. Pages of documents that are three times as large as those of
 * lists would read 3% to 6% less for as many files.
 */
const SCALES = [1, 1.5, 2, 3, 4, 6, 8];
/** Of lists and their keys, a posting. */
const BYTES_A_POSTING = 1.3;

/** The sizes of pages that suit a store and what is to be written. */
export function chooseLayout(store: Store, spools: readonly Spool[]): Layout {
  if (store === 'r2') return LAYOUT;
  const documents = bytesOf(spools, ({ documentsFile }) => [documentsFile]) / LAYOUT.documentBytes;
  if (store === 'both') {
    const scale = scaleFor(documents);
    return { ...LAYOUT, documentBytes: LAYOUT.documentBytes * scale };
  }
  const values = spools.flatMap(({ spaces }) => spaces).reduce((sum, space) => sum + space.values, 0);
  const ids = bytesOf(spools, ({ idSpills }) => idSpills);
  const terms = (values * BYTES_A_POSTING + ids) / LAYOUT.dictionaryBytes;
  const scale = scaleFor(documents + terms);
  const { longBytes, dictionaryBytes, documentBytes, dividedBytes } = LAYOUT;
  return {
    longBytes: longBytes * scale,
    dictionaryBytes: dictionaryBytes * scale,
    documentBytes: documentBytes * scale,
    dividedBytes,
  };
}

/** How large files of spools are together. */
function bytesOf(spools: readonly Spool[], files: (spool: Spool) => readonly string[]): number {
  const paths = spools.flatMap((spool) => files(spool).map((file) => join(spool.folder, file)));
  return paths.reduce((sum, path) => sum + statSync(path).size, 0);
}

/** How many times as large pages must be to be few enough; as large as they may be where they never are. */
function scaleFor(pages: number): number {
  return SCALES.find((scale) => pages / scale <= PAGES_AIMED_AT) ?? SCALES[SCALES.length - 1];
}
