// An index in memory, written with the builder's own page writers: small enough for thousands of random cases, cut
// finely enough that lists cross pages. Runs in Node and in workerd.

import { deflateSync } from 'fflate';
import type { PageSink } from '../build/stages/shard/page-sink.ts';
import { LAYOUT, type Layout, TermPageWriter } from '../build/stages/shard/term-pages.ts';
import { SparsedgeError } from '../src/core/errors.ts';
import { compareBytes, utf8 } from '../src/core/format/bytes.ts';
import { encodeDocument, encodeDocumentPage, packDocumentPage } from '../src/core/format/document-page.ts';
import { header } from '../src/core/format/header.ts';
import { CURRENT, encodeManifest, ID_SPACE, type Manifest } from '../src/core/format/manifest.ts';
import { DOCUMENTS, sealPage } from '../src/core/format/page.ts';
import { encodeTable, type PageRun, type TermTable, tableChecksum } from '../src/core/format/page-table.ts';
import type { ByteRange, Source } from '../src/core/source.ts';

/** term → impact, of one document. */
export type ImpactVector = ReadonlyMap<string, number>;

/** How to cut. */
export interface Cut {
  readonly layout: Layout;
  readonly segments: number;
  readonly documentsPerPage: number;
}

export const FINE: Cut = {
  layout: { longBytes: 12, dictionaryBytes: 48, longPageBytes: 16 },
  segments: 1,
  documentsPerPage: 3,
};
export const COARSE: Cut = { layout: LAYOUT, segments: 1, documentsPerPage: 100 };

/** Objects by name. */
export type Objects = Map<string, Uint8Array>;

/** Reads objects held in memory; answers like any other storage. */
export function memorySource(
  objects: ReadonlyMap<string, Uint8Array>,
): Source & { reads: number; bytes: number } {
  return {
    reads: 0,
    bytes: 0,
    async read(name: string, range?: ByteRange): Promise<Uint8Array> {
      const object = objects.get(name);
      if (!object) throw new SparsedgeError('not-found', `there is no object ${name}`);
      const { start, end } = range ?? { start: 0, end: object.length };
      if (end > object.length)
        throw new SparsedgeError('corrupt', `${name} has ${object.length} bytes, not ${end}`);
      this.reads++;
      this.bytes += end - start;
      return object.slice(start, end);
    },
  };
}

const BUILD = '0123456789abcdef';

/** A further space over the same documents: their vectors, and the weight that its impact 255 stands for. */
export interface SpaceInMemory {
  readonly vectors: readonly ImpactVector[];
  readonly maximum: number;
}

/**
 * The objects of an index over these vectors, in the space `test`; document i has the id `d<i>` and the text `text <i>`.
 *
 * @param more spaces by name
 */
export function buildInMemory(
  vectors: readonly ImpactVector[],
  cut: Cut,
  build = BUILD,
  more: ReadonlyMap<string, SpaceInMemory> = new Map(),
): Objects {
  const all = new Map([['test', { vectors, maximum: 255 }], ...more]);
  const objects: Objects = new Map();
  const segments: Manifest['segments'] = [];
  for (let segment = 0; segment < cut.segments; segment++) {
    const start = Math.floor((vectors.length * segment) / cut.segments);
    const end = Math.floor((vectors.length * (segment + 1)) / cut.segments);
    const part = vectors.slice(start, end);
    const ids = part.map((_, i) => new Map([[`d${start + i}`, 1]]));
    const spaces = new Map<string, TermTable>([
      [ID_SPACE, writeTerms(ids, memorySink(objects, build, segment, ID_SPACE), cut.layout)],
    ]);
    for (const [name, space] of all) {
      const sink = memorySink(objects, build, segment, name);
      spaces.set(name, writeTerms(space.vectors.slice(start, end), sink, cut.layout));
    }
    const sink = memorySink(objects, build, segment, DOCUMENTS);
    const firstDocument = [0];
    for (let i = 0; i < part.length; i += cut.documentsPerPage) {
      const page = part
        .slice(i, i + cut.documentsPerPage)
        .map((_, j) => encodeDocument({ id: `d${start + i + j}`, text: `text ${start + i + j}` }));
      const inner = encodeDocumentPage(page);
      sink.write(packDocumentPage(inner.length, deflateSync(inner)));
      firstDocument.push(i + page.length);
    }
    const documents = { ...sink.finish(), firstDocument: Float64Array.from(firstDocument) };
    const table = encodeTable({ spaces, documents }, build);
    const name = `table-${build}-${segment}`;
    objects.set(name, table);
    segments.push({
      documents: part.length,
      table: { name, bytes: table.length, crc32: tableChecksum(table, name) },
    });
  }
  const manifest: Manifest = {
    build,
    documents: vectors.length,
    segments,
    spaces: Array.from(all, ([name, space]) => ({
      name,
      analyzer: 'english',
      encoder: { id: 'test', parameters: {} },
      query: 'count',
      quantizer: { maximum: space.maximum, rounding: 'nearest' },
      terms: new Set(space.vectors.flatMap((vector) => [...vector.keys()])).size,
      postings: space.vectors.reduce((sum, vector) => sum + vector.size, 0),
    })),
  };
  objects.set(CURRENT, encodeManifest(manifest));
  return objects;
}

function writeTerms(vectors: readonly ImpactVector[], sink: PageSink, layout: Layout): TermTable {
  const lists = new Map<string, { documents: number[]; impacts: number[] }>();
  for (const [document, vector] of vectors.entries()) {
    for (const [term, impact] of vector) {
      const list = lists.get(term) ?? { documents: [], impacts: [] };
      list.documents.push(document);
      list.impacts.push(impact);
      lists.set(term, list);
    }
  }
  const writer = new TermPageWriter(sink, vectors.length, layout);
  const terms = Array.from(lists, ([term, list]) => ({ key: utf8(term), ...list }));
  for (const { key, documents, impacts } of terms.sort((a, b) => compareBytes(a.key, b.key))) {
    writer.add(key, Uint32Array.from(documents), Uint8Array.from(impacts));
  }
  return writer.finish();
}

/** All pages in one shard. */
function memorySink(objects: Objects, build: string, segment: number, space: string): PageSink {
  const pages: Uint8Array[] = [header('shard', build)];
  const pageStart = [0];
  return {
    get nextPage() {
      return pages.length - 1;
    },
    write(body) {
      const page = pages.length - 1;
      const sealed = sealPage(body, { build, segment, space, page });
      pages.push(sealed);
      pageStart.push(pageStart[page] + sealed.length);
      return page;
    },
    finish(): PageRun {
      const name = `shard-${build}-${segment}-${space}`;
      const bytes = new Uint8Array(pages.reduce((sum, page) => sum + page.length, 0));
      let at = 0;
      for (const page of pages) {
        bytes.set(page, at);
        at += page.length;
      }
      objects.set(name, bytes);
      return { pageStart: Float64Array.from(pageStart), shards: [{ name, firstPage: 0 }] };
    },
  };
}
