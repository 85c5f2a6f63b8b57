// The picture of how what a query costs grows with the collection, as an SVG: a panel a figure, a line a collection.

import { SIZES } from '../data/passages.ts';
import { IMAGINED, SCALES } from '../data/profiles.ts';
import { keptResult } from '../figures.ts';
import type { BuildFigures } from '../indexes/build-child.ts';
import type { LearnedFigures } from '../suites/cost/bench-learned.ts';
import type { QueryFigures } from '../suites/cost/bench-query.ts';
import type { ImaginedFigures, SyntheticFigures } from '../suites/cost/bench-synthetic.ts';
import { number } from './cells.ts';

/** Medians of what a query costs in an index. */
interface Point {
  readonly documents: number;
  readonly postingReads: number;
  readonly documentReads: number;
  readonly kilobytes: number;
  readonly thousandPostings: number;
  readonly milliseconds?: number | undefined;
  readonly tableKilobytes?: number | undefined;
}

interface Line {
  readonly name: string;
  readonly colour: string;
  readonly points: readonly Point[];
}

const PANELS: readonly (readonly [figure: Exclude<keyof Point, 'documents'>, title: string])[] = [
  ['postingReads', 'reads of postings'],
  ['documentReads', 'reads of documents'],
  ['kilobytes', 'KB read'],
  ['thousandPostings', 'thousand postings decoded'],
  ['milliseconds', 'ms of CPU, Node'],
  ['tableKilobytes', 'KB of page tables, resident'],
];

const [PANEL_WIDTH, PANEL_HEIGHT, LEFT, TOP, BOTTOM, GAP] = [270, 190, 50, 30, 30, 24];
const COLUMNS = 3;

/** The picture, from the kept results. */
export function growthFigure(): string {
  const lines = [passages(), learned(), statistics()].filter(({ points }) => points.length > 0);
  const width = COLUMNS * (PANEL_WIDTH + GAP);
  const height = Math.ceil(PANELS.length / COLUMNS) * (PANEL_HEIGHT + GAP) + 24;
  const panels = PANELS.map(([figure, title], i) => {
    const [column, row] = [i % COLUMNS, Math.floor(i / COLUMNS)];
    const at = `translate(${column * (PANEL_WIDTH + GAP)} ${24 + row * (PANEL_HEIGHT + GAP)})`;
    return `<g transform="${at}">\n${panel(title, figure, lines)}\n</g>`;
  });
  const legend = lines.map(
    ({ name, colour }, i) => `<text x="${LEFT + i * 290}" y="16" fill="${colour}">${name}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" style="font: 12px sans-serif">`,
    '<title>What a query costs, by documents of the collection</title>',
    `<rect width="${width}" height="${height}" fill="white"/>`,
    ...legend,
    ...panels,
    '</svg>\n',
  ].join('\n');
}

function panel(title: string, figure: Exclude<keyof Point, 'documents'>, lines: readonly Line[]): string {
  const marks = lines.map(({ name, colour, points }) => ({
    name,
    colour,
    marks: points.flatMap((point) => {
      const value = point[figure];
      return value === undefined ? [] : [{ documents: point.documents, value }];
    }),
  }));
  const all = marks.flatMap((line) => line.marks);
  const [x, xTicks] = logarithmic(
    all.map(({ documents }) => documents),
    [LEFT, PANEL_WIDTH],
  );
  const [y, yTicks] = logarithmic(
    all.map(({ value }) => value),
    [PANEL_HEIGHT - BOTTOM, TOP],
  );
  return [
    `<text x="${LEFT}" y="${TOP - 12}" font-weight="bold">${title}</text>`,
    ...yTicks.flatMap((value) => [
      `<line x1="${LEFT}" x2="${PANEL_WIDTH}" y1="${y(value)}" y2="${y(value)}" stroke="#ddd"/>`,
      `<text x="${LEFT - 6}" y="${y(value)}" dy="4" text-anchor="end">${shortly(value)}</text>`,
    ]),
    ...xTicks.map(
      (value) =>
        `<text x="${x(value)}" y="${PANEL_HEIGHT - BOTTOM + 18}" text-anchor="middle">${shortly(value)}</text>`,
    ),
    ...marks.flatMap((line) => [
      `<polyline points="${line.marks.map(({ documents, value }) => `${x(documents)},${y(value)}`).join(' ')}" ` +
        `fill="none" stroke="${line.colour}" stroke-width="1.5"/>`,
      ...line.marks.map(
        ({ documents, value }) =>
          `<circle cx="${x(documents)}" cy="${y(value)}" r="3.5" fill="${line.colour}">` +
          `<title>${line.name}, ${number(documents)} documents: ${number(value)}</title></circle>`,
      ),
    ]),
  ].join('\n');
}

/** A scale from numbers to places, and the powers of ten on it. */
function logarithmic(
  values: readonly number[],
  [from, to]: readonly [number, number],
): [place: (value: number) => string, ticks: number[]] {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const place = (value: number) =>
    (from + ((Math.log10(value) - low) / (high - low)) * (to - from)).toFixed(1);
  return [place, Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i))];
}

function shortly(value: number): string {
  if (value >= 1e6) return `${value / 1e6} M`;
  return value >= 1000 ? `${value / 1000} k` : number(value);
}

/** Real passages by BM25. */
function passages(): Line {
  const points = Object.keys(SIZES).flatMap((size) => {
    const query = keptResult<QueryFigures>(`query-${size}`)?.figures;
    const build = keptResult<BuildFigures>(`build-${size}`)?.figures;
    const set = query?.sets.squad;
    if (!set || !build) return [];
    return [pointOf(build.documents, set.withDocuments, set.cpuMilliseconds?.node, build.bytes.tables)];
  });
  return { name: 'BM25, passages and windows, squad', colour: '#1b6ca8', points };
}

/** Real vectors. */
function learned(): Line {
  const points = ['227k', '1m'].flatMap((size) => {
    const kept = keptResult<LearnedFigures>(`learned-splade-${size}-vectors`)?.figures;
    const set = kept?.sets['squad-neural'];
    if (!kept || !set) return [];
    return [pointOf(kept.build.documents, set.withDocuments, set.cpuMilliseconds, kept.build.bytes.tables)];
  });
  return { name: 'SPLADE, its own vectors of them', colour: '#c8553d', points };
}

/** Synthetic vectors: imagined, but where they were built, with today's measures or where nothing else is known. */
function statistics(): Line {
  const points = Object.keys({ ...SCALES, ...IMAGINED }).flatMap((size) => {
    const built = keptResult<SyntheticFigures>(`synthetic-deepimpact-${size}`)?.figures;
    const kept = keptResult<ImaginedFigures>(`imagined-deepimpact-${size}`)?.figures;
    if (built && (built.workerdMilliseconds || !kept))
      return [pointOf(built.documents, built.withDocuments, built.cpuMilliseconds, built.build.bytes.tables)];
    return kept ? [pointOf(kept.documents, kept, kept.cpuMilliseconds, undefined)] : [];
  });
  return { name: 'DeepImpact’s statistics', colour: '#2e8b57', points };
}

type Medians = Readonly<
  Record<'postingReads' | 'documentReads' | 'bytes' | 'postingsDecoded', { readonly median: number }>
>;

function pointOf(
  documents: number,
  cost: Medians,
  cpu: { readonly median: number } | undefined,
  tableBytes: number | undefined,
): Point {
  return {
    documents,
    postingReads: cost.postingReads.median,
    documentReads: cost.documentReads.median,
    kilobytes: cost.bytes.median / 1024,
    thousandPostings: cost.postingsDecoded.median / 1000,
    milliseconds: cpu?.median,
    tableKilobytes: tableBytes === undefined ? undefined : tableBytes / 1024,
  };
}
