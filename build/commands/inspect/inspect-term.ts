// One term of an index: where its list lies, its bounds, and its best postings.

import { documentTerms } from '../../../src/core/analyzer/analysis.ts';
import { analysisNamed } from '../../../src/core/analyzer/analyzer.ts';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { utf8 } from '../../../src/core/format/bytes.ts';
import type { Space } from '../../../src/core/format/manifest.ts';
import { findInDictionary } from '../../../src/core/format/page.ts';
import { findTerm, KTH, listOfPage, locatePages } from '../../../src/core/format/page-table.ts';
import { decodePostings, emptyPostings, impactAt, type Postings } from '../../../src/core/format/postings.ts';
import { dequantize } from '../../../src/core/format/quantizer.ts';
import type { OpenIndex, OpenSegment } from '../../../src/query/search/open.ts';
import { documentsByNumber } from '../../inspect/lists.ts';
import { readPage } from '../../inspect/pages.ts';
import { count, counted, size, table, visible } from '../../terminal/layout.ts';

const SHOWN = 10;

/** A term in one segment. */
interface Place {
  readonly segment: number;
  /** `long` lists have pages of their own; others share a dictionary page with their neighbours. */
  readonly kind: 'long' | 'dictionary';
  readonly documents: number;
  readonly maxImpact: number;
  /** The k-th largest impacts, 0 where the list is shorter. */
  readonly kthImpact: Readonly<Record<string, number>>;
  readonly pages: number;
  readonly object: string;
  readonly start: number;
  readonly end: number;
}

/** A term in the whole index. */
export interface TermReport {
  readonly term: string;
  readonly space: string;
  readonly documents: number;
  readonly maxImpact: number;
  readonly maxWeight: number;
  readonly segments: readonly Place[];
  readonly top: readonly { id: string; title?: string; document: number; impact: number }[];
}

/**
 * Looks a term up, as it is written or as the space's analyzer makes it.
 *
 * @throws SparsedgeError `not-found` when no document has it
 */
export async function inspectTerm(index: OpenIndex, space: Space, written: string): Promise<TermReport> {
  const analyzed = documentTerms(analysisNamed(space.analyzer)(written));
  for (const term of new Set([written, ...analyzed])) {
    const found = await Promise.all(
      index.segments.map((segment) => lookUp(index, segment, space.name, term)),
    );
    const lists = found.filter((list) => list !== undefined);
    if (lists.length > 0) return report(index, space, term, lists);
  }
  const as = analyzed.some((term) => term !== written)
    ? `, which is searched as ${analyzed.map((term) => `"${term}"`).join(', ')}`
    : '';
  throw new SparsedgeError('not-found', `no document has the term "${written}"${as}`, { term: written });
}

interface FoundList {
  readonly place: Place;
  /** The list's best, document numbers of the index. */
  readonly best: readonly { readonly document: number; readonly impact: number }[];
}

async function lookUp(
  index: OpenIndex,
  segment: OpenSegment,
  space: string,
  term: string,
): Promise<FoundList | undefined> {
  const run = segment.table.spaces.get(space)!;
  const key = utf8(term);
  const found = findTerm(run, key);
  if (found.kind === 'absent') return undefined;
  const firstPage = found.kind === 'long' ? found.term.firstPage : found.page;
  const pages = found.kind === 'long' ? found.term.pageCount.length : 1;
  const open = await readPage(index, segment, space, firstPage);
  const { object, range } = locatePages(run, firstPage, firstPage + pages);
  const where = { segment: segment.number, kind: found.kind, pages, object, ...range };
  if (found.kind === 'long') {
    const { count: documents, pageImpact, kthImpact } = found.term;
    const first = listOfPage(found.term, 0, open.length);
    const postings = decodePostings(open.bytes, first, segment.documents, emptyPostings());
    const kth = Object.fromEntries(KTH.map((k, i) => [k, kthImpact[i]]));
    const place = { ...where, documents, maxImpact: pageImpact[0], kthImpact: kth };
    return { place, best: bestOf(postings, segment) };
  }
  const [hit] = findInDictionary(open.bytes, open.length, [key], `${space}, page ${firstPage}`);
  if (hit === undefined) return undefined;
  const postings = decodePostings(open.bytes, hit, segment.documents, emptyPostings());
  const kth = Object.fromEntries(KTH.map((k) => [k, impactAt(postings, k - 1)]));
  const place = { ...where, documents: hit.count, maxImpact: hit.firstImpact, kthImpact: kth };
  return { place, best: bestOf(postings, segment) };
}

function bestOf(postings: Postings, { firstDocument }: OpenSegment): FoundList['best'] {
  return Array.from(postings.documents.subarray(0, Math.min(SHOWN, postings.count)), (document, i) => ({
    document: firstDocument + document,
    impact: impactAt(postings, i),
  }));
}

async function report(
  index: OpenIndex,
  space: Space,
  term: string,
  lists: readonly FoundList[],
): Promise<TermReport> {
  const best = lists
    .flatMap((list) => list.best)
    .sort((a, b) => b.impact - a.impact || a.document - b.document)
    .slice(0, SHOWN);
  const documents = await documentsByNumber(
    index,
    best.map(({ document }) => document),
  );
  const maxImpact = Math.max(...lists.map(({ place }) => place.maxImpact));
  return {
    term,
    space: space.name,
    documents: lists.reduce((sum, { place }) => sum + place.documents, 0),
    maxImpact,
    maxWeight: dequantize(maxImpact, space.quantizer),
    segments: lists.map(({ place }) => place),
    top: best.map(({ document, impact }) => {
      const { id, title } = documents.get(document)!;
      return { id, ...(title !== undefined && { title }), document, impact };
    }),
  };
}

/** A term as lines for people. */
export function termLines(
  report: TermReport,
  written: string,
  { documents }: { readonly documents: number },
): string[] {
  const as = report.term === written ? '' : ` ("${visible(written)}" is searched as this)`;
  const share = ((100 * report.documents) / documents).toPrecision(2);
  return [
    `Term "${visible(report.term)}"${as}, space ${report.space}`,
    `  in ${counted(report.documents, 'document')} (${share}%), largest impact ${report.maxImpact}, ` +
      `a weight of ${report.maxWeight.toFixed(3)}`,
    ...report.segments.flatMap((place) => [
      `  segment ${place.segment}: ${counted(place.documents, 'posting')} in ${
        place.kind === 'long'
          ? `${counted(place.pages, 'page')} of its own`
          : 'a page that it shares with other terms'
      }, bytes ${count(place.start)} to ${count(place.end)} of ${place.object} (${size(place.end - place.start)})`,
      `    k-th largest impacts: ${KTH.map((k) => `${place.kthImpact[k]} at ${count(k)}`).join(', ')}`,
    ]),
    '  highest impacts:',
    ...table(
      report.top.map(({ id, title, impact }) => ['   ', String(impact), id, title ?? '']),
      [1],
    ),
  ];
}
