// An index that is too large to be built for a benchmark, of which only what is asked for exists: the lists of some
// terms, as the build writes them, and document pages that are made whenever they are read. What searches it cannot
// tell. Documents are drawn from the same statistics as data/synthetic.ts draws them from, each from a seed of its own.
//
// What is not as in an index that is built: documents of a window lie in the order of their topics, where a build has
// to find that order; a dictionary page holds the one term that is asked, and not its neighbours; and pages of
// documents are all of one size, with vectors of the terms that are asked, and nothing to show.

import { LAYOUT } from '../../../build/stages/shard/page-sizes.ts';
import { TermCoder } from '../../../build/stages/shard/terms/term-coder.ts';
import { TermPageWriter } from '../../../build/stages/shard/terms/term-pages.ts';
import { cutWindows } from '../../../build/stages/shard/write-index.ts';
import { utf8 } from '../../../src/core/format/bytes.ts';
import { encodeVectors, packDocumentPage, type VectorTerm } from '../../../src/core/format/document-page.ts';
import { HEADER_BYTES } from '../../../src/core/format/header.ts';
import { lastAtMost } from '../../../src/core/format/keys/last-at-most.ts';
import type { Manifest } from '../../../src/core/format/manifest.ts';
import { DOCUMENTS, placeIdentity, sealPage } from '../../../src/core/format/page.ts';
import type { PageRun } from '../../../src/core/format/page-table.ts';
import type { Source } from '../../../src/core/source.ts';
import type { OpenIndex } from '../../../src/query/search/open.ts';
import { windowStarts } from '../../../src/query/search/open.ts';
import { Scratch } from '../../../src/query/search/sums/score.ts';
import type { Profile } from '../data/profiles.ts';
import { AskedSampler, rankOfTerm } from '../data/synthetic.ts';

/** How the pages of documents of an index that was built are. */
export interface DocumentPages {
  readonly documents: number;
  readonly bytes: number;
}

const SPACE = 'default';
const BUILD = '0'.repeat(32);
const WINDOW = 1 << 20;
/** Pages of different terms lie so far apart that no read joins them. */
const APART = 1 << 16;

/**
 * An index of that many documents, in which the given terms and no others can be asked for.
 *
 * @param pages how large pages of documents are to be
 */
export function imaginedIndex(
  profile: Profile,
  documents: number,
  asked: ReadonlySet<string>,
  pages: DocumentPages,
): OpenIndex {
  const windowStart = cutWindows(documents, WINDOW);
  const terms = [...asked].sort();
  const drawn = new DrawnDocuments(profile, windowStart, terms.map(rankOfTerm));
  const sink = new MemorySink();
  const coder = new TermCoder(windowStart, LAYOUT);
  const writer = new TermPageWriter(sink, { dictionaryBytes: 1 });
  /** Of each term its number among the long ones. */
  const numberOf: (number | undefined)[] = [];
  let long = 0;
  const lists = listsOf(drawn, terms.length);
  for (const [i, term] of terms.entries()) {
    const { documents: numbers, impacts } = lists[i];
    lists[i] = NOTHING;
    const coded = numbers.length === 0 ? undefined : coder.code(utf8(term), numbers, impacts);
    numberOf.push(coded?.kind === 'long' ? long++ : undefined);
    if (!coded) continue;
    writer.add(coded);
    sink.skip(APART);
  }
  const table = writer.finish(true);
  const documentPages = new DrawnPages(drawn, pages, numberOf);
  const manifest: Manifest = {
    build: BUILD,
    documents,
    spaces: [
      {
        name: SPACE,
        analyzer: 'english',
        encoder: { id: 'vectors', parameters: {} },
        query: 'count',
        quantizer: { maximum: 255, rounding: 'nearest' },
        terms: asked.size,
        postings: 0,
      },
    ],
    windows: windowStart.slice(1).map((end, window) => end - windowStart[window]),
    table: { name: 'table', bytes: 0, crc32: 0 },
  };
  return {
    source: sourceOf(sink, documentPages),
    manifest,
    table: { spaces: new Map([[SPACE, table]]), documents: documentPages.table },
    windowStart: windowStarts(manifest),
    windows: { from: 0, to: manifest.windows.length },
    scratch: new Scratch(),
  };
}

/** Documents by their number, each drawn when it is asked for. */
class DrawnDocuments {
  readonly windowStart: readonly number[];
  readonly #sampler: AskedSampler;

  constructor(profile: Profile, windowStart: readonly number[], asked: readonly number[]) {
    this.windowStart = windowStart;
    this.#sampler = new AskedSampler(profile, windowStart[windowStart.length - 1], asked);
  }

  /** Draws a document; its terms are valid until the next. */
  draw(document: number, window: number): AskedSampler {
    const [start, end] = [this.windowStart[window], this.windowStart[window + 1]];
    this.#sampler.draw(document, (document - start) / (end - start));
    return this.#sampler;
  }

  /** Draws all documents and hands over their terms. */
  drawAll(take: (document: number, term: number, impact: number) => void): void {
    for (let window = 0; window + 1 < this.windowStart.length; window++) {
      for (let document = this.windowStart[window]; document < this.windowStart[window + 1]; document++) {
        const { count, terms, impacts } = this.draw(document, window);
        for (let i = 0; i < count; i++) take(document, terms[i], impacts[i]);
      }
    }
  }
}

interface AskedList {
  readonly documents: Uint32Array;
  readonly impacts: Uint8Array;
}

const NOTHING: AskedList = { documents: new Uint32Array(0), impacts: new Uint8Array(0) };

/** The lists of all terms over all documents. */
function listsOf(drawn: DrawnDocuments, terms: number): AskedList[] {
  const lists = Array.from({ length: terms }, () => new GrowingList());
  drawn.drawAll((document, term, impact) => lists[term].push(document, impact));
  return lists.map((list) => list.finished());
}

class GrowingList {
  #documents = new Uint32Array(256);
  #impacts = new Uint8Array(256);
  #count = 0;

  push(document: number, impact: number): void {
    if (this.#count === this.#documents.length) {
      const capacity = Math.ceil(this.#count * 1.5);
      const [documents, impacts] = [new Uint32Array(capacity), new Uint8Array(capacity)];
      documents.set(this.#documents);
      impacts.set(this.#impacts);
      [this.#documents, this.#impacts] = [documents, impacts];
    }
    this.#documents[this.#count] = document;
    this.#impacts[this.#count++] = impact;
  }

  finished(): AskedList {
    return {
      documents: this.#documents.subarray(0, this.#count),
      impacts: this.#impacts.subarray(0, this.#count),
    };
  }
}

/** Pages of terms in memory, with nothing between those of one term and the next. */
class MemorySink {
  readonly #pages: (Uint8Array | undefined)[] = [];
  readonly pageStart: number[] = [0];

  get nextPage(): number {
    return this.#pages.length;
  }

  write(body: Uint8Array): number {
    const page = this.nextPage;
    this.#pages.push(sealPage(body, placeIdentity({ build: BUILD, space: SPACE, page })));
    this.pageStart.push(this.pageStart[page] + this.#pages[page]!.length);
    return page;
  }

  /** Leaves so many bytes out. */
  skip(bytes: number): void {
    this.#pages.push(undefined);
    this.pageStart.push(this.pageStart[this.pageStart.length - 1] + bytes);
  }

  finish(): PageRun {
    return { pageStart: Float64Array.from(this.pageStart), shards: [{ name: SPACE, firstPage: 0 }] };
  }

  page(number: number): Uint8Array {
    const page = this.#pages[number];
    if (!page) throw new Error(`nothing lies at page ${number}`);
    return page;
  }
}

/** Pages of documents, made when they are read. */
class DrawnPages {
  readonly table: PageRun & { readonly firstDocument: Float64Array };
  readonly #drawn: DrawnDocuments;
  readonly #bytes: number;
  readonly #numberOf: readonly (number | undefined)[];

  constructor(
    drawn: DrawnDocuments,
    { documents, bytes }: DocumentPages,
    numberOf: readonly (number | undefined)[],
  ) {
    const all = drawn.windowStart[drawn.windowStart.length - 1];
    const count = Math.ceil(all / documents);
    this.#drawn = drawn;
    this.#bytes = bytes;
    this.#numberOf = numberOf;
    this.table = {
      pageStart: Float64Array.from({ length: count + 1 }, (_, page) => page * bytes),
      firstDocument: Float64Array.from({ length: count + 1 }, (_, page) => Math.min(all, page * documents)),
      shards: [{ name: DOCUMENTS, firstPage: 0 }],
    };
  }

  page(number: number): Uint8Array {
    const { firstDocument } = this.table;
    const { windowStart } = this.#drawn;
    const [from, to] = [firstDocument[number], firstDocument[number + 1]];
    const found = new Map<number, { documents: number[]; impacts: number[] }>();
    for (let document = from; document < to; document++) {
      const window = lastAtMost(windowStart.length - 1, (each) => windowStart[each] - document);
      const { count, terms, impacts } = this.#drawn.draw(document, window);
      for (let i = 0; i < count; i++) {
        const term = this.#numberOf[terms[i]];
        if (term === undefined) continue;
        const postings = found.get(term) ?? { documents: [], impacts: [] };
        postings.documents.push(document - from);
        postings.impacts.push(impacts[i]);
        found.set(term, postings);
      }
    }
    const vectors: VectorTerm[] = [...found]
      .sort(([a], [b]) => a - b)
      .map(([term, postings]) => ({ term, ...postings }));
    const identity = placeIdentity({ build: BUILD, space: DOCUMENTS, page: number });
    return this.#filled(encodeVectors([vectors], to - from), identity);
  }

  /** A page of the size that all have, with zeros where documents would be shown from. */
  #filled(vectors: Uint8Array, identity: string): Uint8Array {
    const empty = sealPage(packDocumentPage(vectors, 0, new Uint8Array()), identity);
    if (empty.length > this.#bytes) throw new Error(`${this.#bytes} bytes are too few for a page's vectors`);
    return sealPage(packDocumentPage(vectors, 0, new Uint8Array(this.#bytes - empty.length)), identity);
  }
}

function sourceOf(terms: MemorySink, documents: DrawnPages): Source {
  const runs = new Map<string, { page: (number: number) => Uint8Array; pageStart: ArrayLike<number> }>([
    [SPACE, { page: (number) => terms.page(number), pageStart: terms.pageStart }],
    [DOCUMENTS, { page: (number) => documents.page(number), pageStart: documents.table.pageStart }],
  ]);
  return {
    async read(name, range) {
      const { page, pageStart } = runs.get(name)!;
      const bytes = new Uint8Array(range!.end - range!.start);
      const start = range!.start - HEADER_BYTES;
      const first = lastAtMost(pageStart.length, (each) => pageStart[each] - start);
      for (let number = first, at = 0; at < bytes.length; number++) {
        const part = page(number);
        bytes.set(part, at);
        at += part.length;
      }
      return bytes;
    },
  };
}
