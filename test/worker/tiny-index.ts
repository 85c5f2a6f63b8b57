// A whole index of a few documents: what the Worker's tests search. Pages hold so little that a handful of documents
// crosses dictionary pages, tiers of lists and document pages.

import { ArticleFinder } from '../../build/stages/invert/find-articles.ts';
import type { Document } from '../../src/core/document.ts';
import type { FieldSchema } from '../../src/core/fields.ts';
import { encodeDocument } from '../../src/core/format/document-page.ts';
import { CURRENT, manifestName } from '../../src/core/format/manifest.ts';
import { type ImpactVector, indexObjects, type Objects, type Pagination } from '../fakes/memory-index.ts';

/** A document with its impacts. */
export interface TinyDocument {
  readonly document: Document;
  readonly vector: Readonly<Record<string, number>>;
  /** Impacts in a second space, "marks", which the index has if any document has them. */
  readonly marks?: Readonly<Record<string, number>>;
}

/** An index as named objects. */
export interface TinyIndex {
  readonly build: string;
  readonly objects: Objects;
}

const PAGINATION: Pagination = {
  layout: { longBytes: 3, dictionaryBytes: 12, dividedBytes: 3 },
  documentsPerPage: 2,
};

/**
 * Builds an index with the space "words", and perhaps "marks"; each list of documents becomes a window.
 *
 * @param ofPages whether documents are sections of pages, by their URLs
 * @param fields of the documents that are indexed
 * @param words as they are typed, and how often; without them, the index can complete and correct nothing
 */
export function tinyIndex(
  build: string,
  windows: readonly (readonly TinyDocument[])[],
  ofPages = false,
  fields?: readonly FieldSchema[],
  words?: ReadonlyMap<string, number>,
): TinyIndex {
  const spaces = new Map([['words', 10]]);
  if (windows.flat().some(({ marks }) => marks)) spaces.set('marks', 2);
  const content = windows.map((documents) =>
    documents.map(({ document, vector, marks = {} }) => ({
      document,
      vectors: new Map<string, ImpactVector>([
        ['words', new Map(Object.entries(vector))],
        ['marks', new Map(Object.entries(marks))],
      ]),
    })),
  );
  const articles = ofPages ? articlesOf(windows) : undefined;
  const objects = indexObjects(
    build,
    { spaces, windows: content, fields, words },
    { ...PAGINATION, articles },
  );
  // `current` comes last: publishing it before its objects would show an index that is not there.
  const manifest = objects.get(CURRENT)!;
  objects.delete(CURRENT);
  objects.set(manifestName(build), manifest);
  objects.set(CURRENT, manifest);
  return { build, objects };
}

/** Of each document the first one of its page. */
function articlesOf(windows: readonly (readonly TinyDocument[])[]): number[] {
  let first = 0;
  return windows.flatMap((documents) => {
    const finder = new ArticleFinder(documents.length);
    for (const { document } of documents) finder.add(encodeDocument(document));
    const before = first;
    first += documents.length;
    return Array.from(finder.finish(), (article) => before + article);
  });
}
