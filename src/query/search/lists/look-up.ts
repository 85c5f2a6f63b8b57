// Documents looked up: their vectors, which lie in the pages that show them, say what the unread parts of lists would
// add to their sums.

import { vectorBlocks, visitVectors } from '../../../core/format/document-page.ts';
import { lastAtMost } from '../../../core/format/keys/last-at-most.ts';
import { DOCUMENTS } from '../../../core/format/page.ts';
import { pageCount } from '../../../core/format/page-table.ts';
import { type OpenPage, pageKey } from '../fetch.ts';
import type { OpenIndex } from '../open.ts';
import type { LongState } from '../plan.ts';
import type { OpenDocuments } from '../sums/prove.ts';
import { addendOf } from '../sums/score.ts';

/**
 * Settles the open documents whose pages are at hand.
 *
 * @param unfinished all lists that are not read to their end, in spaces whose terms are in vectors
 * @param open its sums become scores, and are marked as settled
 */
export function lookUp(
  { manifest, table }: OpenIndex,
  unfinished: readonly LongState[],
  open: OpenDocuments,
  pages: ReadonlyMap<string, OpenPage>,
): void {
  const { firstDocument } = table.documents;
  const bySpace = manifest.spaces.map(({ name }) =>
    unfinished.filter(({ query }) => query.space === name).sort((a, b) => a.number - b.number),
  );
  for (let i = 0; i < open.documents.length; ) {
    const page = lastAtMost(pageCount(table.documents), (each) => firstDocument[each] - open.documents[i]);
    const start = i;
    while (i < open.documents.length && open.documents[i] < firstDocument[page + 1]) i++;
    const place = { build: manifest.build, space: DOCUMENTS, page };
    const key = pageKey({ place, run: table.documents });
    const opened = pages.get(key);
    if (!opened) continue;
    const places = new Int32Array(firstDocument[page + 1] - firstDocument[page]).fill(-1);
    for (let each = start; each < i; each++) {
      if (open.settled[each] === 1) continue;
      places[open.documents[each] - firstDocument[page]] = each;
      open.settled[each] = 1;
    }
    addUnread(opened, bySpace, places, open.sums, key);
  }
}

/** Adds what the unread parts of lists hold of the documents of a page. */
function addUnread(
  { bytes, length }: OpenPage,
  bySpace: readonly (readonly LongState[])[],
  places: Int32Array,
  sums: Int32Array,
  where: string,
): void {
  const blocks = vectorBlocks(bytes.subarray(0, length), where);
  for (const [space, states] of bySpace.entries()) {
    if (states.length === 0) continue;
    const wanted = states.map(({ number }) => number);
    visitVectors(blocks[space] ?? new Uint8Array(1), wanted, places.length, where, (at, document, impact) => {
      const place = places[document];
      const { query, term, tiersRead } = states[at];
      // A tier holds all postings of its impacts, so those from there on are the unread ones.
      if (place >= 0 && impact <= term.tierImpact[tiersRead])
        sums[place] += addendOf(query.weight, impact, -1);
    });
  }
}
