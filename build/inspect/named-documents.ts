// Documents of an index one after the other, and the names that people call them by.

import type { Document } from '../../src/core/document.ts';
import { decodeDocument, documentsHeld } from '../../src/core/format/document-page.ts';
import { DOCUMENTS } from '../../src/core/format/page.ts';
import { pathOf } from '../../src/query/language/rules/document-boosts.ts';
import type { OpenIndex } from '../../src/query/search/open.ts';
import { readPages } from './pages.ts';

/** Every document with its number. */
export async function* documentsOf(
  index: OpenIndex,
): AsyncGenerator<{ readonly number: number; readonly document: Document }> {
  const { firstDocument } = index.table.documents;
  for await (const { page, bytes, length } of readPages(index, DOCUMENTS)) {
    const body = bytes.subarray(0, length);
    const where = `documents, page ${page}`;
    for (const { place, record } of documentsHeld(body, where))
      yield { number: firstDocument[page] + place, document: decodeDocument(record, where) };
  }
}

/** What a document is called: its id, its URL and the path of that; of a section, its page's names, too. */
export function namesOf({ id, url }: Pick<Document, 'id' | 'url'>): ReadonlySet<string> {
  const names = url === undefined ? [id] : [id, url, pathOf(url)];
  return new Set(names.flatMap((name) => [name, name.replace(/#.*$/s, '')]));
}
