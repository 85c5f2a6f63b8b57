// One term of an index: where its list lies, its tiers, and its best postings.

import { documentTerms } from '../../../src/core/analyzer/analysis.ts';
import { analysisNamed } from '../../../src/core/analyzer/analyzer.ts';
import { questionStems } from '../../../src/core/analyzer/stemming/stemmed-languages.ts';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { compareBytes, utf8 } from '../../../src/core/format/bytes.ts';
import { KTH } from '../../../src/core/format/keys/long-terms.ts';
import type { Space } from '../../../src/core/format/manifest.ts';
import { findTerm, locatePage } from '../../../src/core/format/page-table.ts';
import { impactAt, type Postings } from '../../../src/core/format/postings.ts';
import { dequantize } from '../../../src/core/model/quantizer.ts';
import type { OpenIndex } from '../../../src/query/search/open.ts';
import { documentsByNumber, listsOf } from '../../inspect/lists.ts';
import { count, counted, size, table, visible } from '../../terminal/layout.ts';

const SHOWN = 10;

/** A page of a term's own. */
interface TierPlace {
  readonly maxImpact: number;
  readonly postings: number;
  readonly bytes: number;
}

/** A term of an index. */
export interface TermReport {
  readonly term: string;
  readonly space: string;
  readonly documents: number;
  readonly maxImpact: number;
  readonly maxWeight: number;
  /** The k-th largest impacts, 0 where the list is shorter. */
  readonly kthImpact: Readonly<Record<string, number>>;
  /** The page that holds its list, or the first of them, and where it begins. */
  readonly page: number;
  readonly object: string;
  readonly start: number;
  readonly bytes: number;
  /** Of a list that has pages of its own; others share a dictionary page with their neighbours. */
  readonly tiers: readonly TierPlace[];
  readonly top: readonly { id: string; title?: string; document: number; impact: number }[];
}

/**
 * Looks a term up, as it is written or as the space's analyzer makes it.
 *
 * @throws SparsedgeError `not-found` when no document has it
 */
export async function inspectTerm(index: OpenIndex, space: Space, written: string): Promise<TermReport> {
  const stems = questionStems(written, space.languages ?? []);
  const analyzed = [...documentTerms(analysisNamed(space.analyzer)(written)), ...stems.keys()];
  for (const term of new Set([written, ...analyzed])) {
    const list = await lookUp(index, space.name, term);
    if (list) return report(index, space, term, list);
  }
  const as = analyzed.some((term) => term !== written)
    ? `, which is searched as ${analyzed.map((term) => `"${term}"`).join(', ')}`
    : '';
  throw new SparsedgeError('not-found', `no document has the term "${written}"${as}`, { term: written });
}

interface FoundList {
  readonly documents: number;
  readonly kthImpact: readonly number[];
  readonly firstPage: number;
  readonly tiers: readonly TierPlace[];
  /** Its best postings, best first. */
  readonly best: readonly Posting[];
}

interface Posting {
  readonly document: number;
  readonly impact: number;
}

async function lookUp(index: OpenIndex, space: string, term: string): Promise<FoundList | undefined> {
  const run = index.table.spaces.get(space)!;
  const key = utf8(term);
  const place = findTerm(run, key);
  if (place.kind === 'absent') return undefined;
  if (place.kind === 'dictionary') {
    for await (const { key: found, postings } of listsOf(index, space, [place.page])) {
      if (compareBytes(found, key) !== 0) continue;
      const kthImpact = KTH.map((k) => impactAt(postings, k - 1));
      const best = bestOf(postings);
      return { documents: postings.count, kthImpact, firstPage: place.page, tiers: [], best };
    }
    return undefined;
  }
  const { count: documents, kthImpact, firstPage, tierImpact, tierCount } = place.term;
  const tiers = tierCount.map((postings, tier) => {
    const bytes = run.pageStart[firstPage + tier + 1] - run.pageStart[firstPage + tier];
    return { maxImpact: tierImpact[tier], postings, bytes };
  });
  const best: Posting[] = [];
  // A tier has all postings of its impacts, so the first ones have the best.
  for (let tier = 0; tier < tiers.length && best.length < SHOWN; tier++) {
    for await (const { postings } of listsOf(index, space, [firstPage + tier]))
      best.push(...bestOf(postings));
  }
  best.sort((a, b) => b.impact - a.impact || a.document - b.document);
  return { documents, kthImpact, firstPage, tiers, best: best.slice(0, SHOWN) };
}

function bestOf(postings: Postings): Posting[] {
  return Array.from(postings.documents.subarray(0, Math.min(SHOWN, postings.count)), (document, i) => ({
    document,
    impact: impactAt(postings, i),
  }));
}

async function report(
  index: OpenIndex,
  space: Space,
  term: string,
  { documents, kthImpact, firstPage, tiers, best }: FoundList,
): Promise<TermReport> {
  const shown = await documentsByNumber(
    index,
    best.map(({ document }) => document),
  );
  const run = index.table.spaces.get(space.name)!;
  const { object, range } = locatePage(run, firstPage);
  const [{ impact: maxImpact }] = best;
  return {
    term,
    space: space.name,
    documents,
    maxImpact,
    maxWeight: dequantize(maxImpact, space.quantizer),
    kthImpact: Object.fromEntries(KTH.map((k, i) => [k, kthImpact[i]])),
    page: firstPage,
    object,
    start: range.start,
    bytes: tiers.length > 0 ? tiers.reduce((sum, { bytes }) => sum + bytes, 0) : range.end - range.start,
    tiers,
    top: best.map(({ document, impact }) => {
      const { id, title } = shown.get(document)!;
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
    `  k-th largest impacts: ${KTH.map((k) => `${report.kthImpact[k]} at ${count(k)}`).join(', ')}`,
    `  ${
      report.tiers.length > 0
        ? `pages of its own from page ${report.page} on`
        : `in page ${report.page}, which it shares with other terms`
    }: ${size(report.bytes)} from byte ${count(report.start)} of ${report.object}`,
    ...report.tiers.map(
      ({ maxImpact, postings, bytes }, tier) =>
        `    tier ${tier + 1}: ${counted(postings, 'posting')} of impact ${maxImpact} or less, ${size(bytes)}`,
    ),
    '  highest impacts:',
    ...table(
      report.top.map(({ id, title, impact }) => ['   ', String(impact), id, title ?? '']),
      [1],
    ),
  ];
}
