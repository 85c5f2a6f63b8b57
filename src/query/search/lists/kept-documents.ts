// The documents that a filter keeps, of the windows that are searched here: their lists are read in the first round,
// with those of the query.

import type { KeyRange } from '../../../core/format/keys/field-keys.ts';
import { documentsIn } from '../../../core/format/manifest.ts';
import { DocumentSet } from '../../filter/document-set.ts';
import type { Filter } from '../../filter/filter.ts';
import { everyDocument, type Resolved, resolveFilter } from '../../filter/resolve.ts';
import { type OpenPage, pageKey, type WantedPage } from '../fetch.ts';
import type { OpenIndex } from '../open.ts';
import { FieldLists } from './field-lists.ts';

/** A filter under way. */
export class KeptDocuments {
  readonly #index: OpenIndex;
  readonly #lists: FieldLists;
  readonly #resolved: Resolved;
  /** The filter's pages that have not come yet. */
  readonly #missing: Map<string, WantedPage>;
  readonly #pages = new Map<string, OpenPage>();
  #documents: DocumentSet | undefined;
  #count = 0;
  /** About how many documents of the index it keeps, by what is known before anything is read. */
  readonly expected: number;

  /**
   * @param isAlone whether no terms tell the numbers of documents from those of none
   * @throws SparsedgeError `bad-query` for a filter that the index has no fields for
   */
  constructor(index: OpenIndex, filter: Filter, isAlone = false) {
    const { manifest } = index;
    this.#index = index;
    this.#lists = new FieldLists(index);
    const resolved = resolveFilter(filter, manifest);
    this.#resolved = isAlone ? { kind: 'and', of: [everyDocument(manifest), resolved] } : resolved;
    const pages = keysIn(this.#resolved).flatMap((keys) => this.#lists.pagesOf(keys));
    this.#missing = new Map(pages.map((page) => [pageKey(page), page]));
    this.expected = this.#expect(this.#resolved);
    this.#resolveIfAllThere();
  }

  /** The pages that have not come yet: nothing is known before all have. */
  get wanted(): WantedPage[] {
    return [...this.#missing.values()];
  }

  /** The documents, once they are known. */
  get documents(): DocumentSet | undefined {
    return this.#documents;
  }

  /** How many they are, once they are known. */
  get count(): number {
    return this.#count;
  }

  /** Postings decoded so far. */
  get postings(): number {
    return this.#lists.postings;
  }

  /** Takes in pages. */
  supply(pages: ReadonlyMap<string, OpenPage>): void {
    if (this.#documents) return;
    for (const key of [...this.#missing.keys()]) {
      const page = pages.get(key);
      if (!page) continue;
      this.#missing.delete(key);
      this.#pages.set(key, page);
    }
    this.#resolveIfAllThere();
  }

  #resolveIfAllThere(): void {
    if (this.#missing.size > 0) return;
    this.#documents = this.#find(this.#resolved);
    this.#count = this.#documents.count;
    this.#pages.clear();
  }

  #find(resolved: Resolved): DocumentSet {
    const set = this.#none();
    if (resolved.kind === 'lists')
      for (const keys of resolved.keys) this.#lists.include(set, keys, this.#pages);
    if (resolved.kind === 'or') for (const part of resolved.of) set.include(this.#find(part));
    if (resolved.kind === 'all' || resolved.kind === 'and') set.invert();
    if (resolved.kind === 'and') for (const part of resolved.of) set.intersect(this.#find(part));
    if (resolved.kind !== 'not') return set;
    const inverted = this.#find(resolved.of);
    inverted.invert();
    return inverted;
  }

  #none(): DocumentSet {
    const { manifest, windows } = this.#index;
    return new DocumentSet(manifest.windows.slice(windows.from, windows.to));
  }

  #expect(resolved: Resolved): number {
    const documents = documentsIn(this.#index.manifest);
    if (resolved.kind === 'all') return documents;
    if (resolved.kind === 'not') return documents - this.#expect(resolved.of);
    if (resolved.kind === 'lists') {
      const [only, ...more] = resolved.keys;
      const known = only && more.length === 0 ? this.#lists.countOf(only) : undefined;
      return Math.min(documents, known ?? resolved.expected);
    }
    const parts = resolved.of.map((part) => this.#expect(part));
    if (resolved.kind === 'and') return Math.min(documents, ...parts);
    return Math.min(
      documents,
      parts.reduce((sum, part) => sum + part, 0),
    );
  }
}

function keysIn(resolved: Resolved): readonly KeyRange[] {
  if (resolved.kind === 'all') return [];
  if (resolved.kind === 'lists') return resolved.keys;
  return resolved.kind === 'not' ? keysIn(resolved.of) : resolved.of.flatMap(keysIn);
}
