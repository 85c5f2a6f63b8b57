// The tables of what this project is compared with: other encoders' vectors, and other engines.

import { JUDGED } from '../data/judged-collections.ts';
import { PROFILES, SCALES } from '../data/profiles.ts';
import { SITES } from '../data/sites.ts';
import { keptResult } from '../figures.ts';
import type { BrowserEngine, BrowserFigures } from '../suites/cost/bench-browser.ts';
import type { RivalsFigures } from '../suites/cost/bench-rivals.ts';
import type { SyntheticFigures } from '../suites/cost/bench-synthetic.ts';
import type { ExpansionFigures, Way } from '../suites/quality/bench-expansion.ts';
import type { HybridFigures } from '../suites/quality/bench-hybrid.ts';
import type { SitesFigures } from '../suites/quality/bench-sites.ts';
import { kilobytes, number, spreadOf, type Table } from './cells.ts';
import { differenceCell } from './tables-quality.ts';

export function syntheticTable(): Table {
  const rows = Object.keys(PROFILES).flatMap((profile) =>
    Object.keys(SCALES).flatMap((scale) => {
      const kept = keptResult<SyntheticFigures>(`synthetic-${profile}-${scale}`);
      if (!kept) return [];
      const { build, terms, withDocuments: cost, idsOnly, wholeLists } = kept.figures;
      const times = [kept.figures.cpuMilliseconds, kept.figures.workerdMilliseconds];
      return [
        [
          `${profile} ${scale}`,
          number(build.bytesPerPosting),
          number(build.documentsPerSecond),
          number(build.peakMegabytes),
          number(terms.mean),
          spreadOf(cost.postingReads),
          spreadOf(cost.documentReads),
          spreadOf(cost.bytes, kilobytes),
          spreadOf(wholeLists.bytes, kilobytes),
          `${number(cost.provedWithinTwoRounds * 100)} %`,
          `${number((100 * (idsOnly.rounds[1] ?? 0)) / kept.figures.questions)} %`,
          number(cost.postingsDecoded.median),
          times.flatMap((time) => (time ? [number(time.median)] : [])).join(', '),
        ],
      ];
    }),
  );
  return [
    [
      '',
      'B/posting',
      'documents/s',
      'peak MB',
      'query terms',
      'posting reads',
      'document reads',
      'KB',
      'KB of whole lists',
      'proved in 2 rounds',
      'ids in 1 round',
      'postings decoded',
      'CPU ms: Node, workerd',
    ],
    ...rows,
  ];
}

export function rivalsTable(): Table {
  const rows = ['scifact', 'squad_v1_dev', '10k', '100k'].flatMap((collection) =>
    (keptResult<RivalsFigures>(`rivals-${collection}`)?.figures.engines ?? []).map((engine) => {
      const name = `${collection}, ${engine.engine}`;
      if ('failed' in engine) return [name, engine.failed, ...Array<string>(9).fill('')];
      const { documents, seconds, peakMegabytes, opening, perQuery, answered, quality } = engine;
      return [
        name,
        number(documents),
        number(seconds),
        number(peakMegabytes),
        number(opening.requests),
        kilobytes(opening.gzippedBytes),
        spreadOf(perQuery.requests),
        spreadOf(perQuery.bytes, kilobytes),
        `${number(answered * 100)} %`,
        quality ? quality['nDCG@10'].toFixed(3) : '',
        quality ? quality['MRR@10'].toFixed(3) : '',
      ];
    }),
  );
  return [
    [
      '',
      'documents',
      'build s',
      'peak MB',
      'opening: requests',
      'KB',
      'query: requests',
      'KB',
      'answered',
      'nDCG@10',
      'MRR@10',
    ],
    ...rows,
  ];
}

export function sitesTable(): Table {
  const rows = Object.keys(SITES).flatMap((site) =>
    (keptResult<SitesFigures>(`sites-${site}`)?.figures.engines ?? []).map(
      ({ engine, questions, titles, names }) => [
        `${site}, ${engine}`,
        ...[questions.first, questions.amongThree].map((found) => `${found} of ${questions.asked}`),
        ...[titles, names].map(({ first, asked }) => `${number((100 * first) / asked)} %`),
      ],
    ),
  );
  return [['', 'questions: first', 'among three', 'titles first', 'names first'], ...rows];
}

/** What it costs that pages are found in place of sections. */
export function sitesGroupedTable(): Table {
  const rows = Object.keys(SITES).flatMap((site) =>
    (keptResult<SitesFigures>(`sites-${site}`)?.figures.engines ?? []).flatMap(
      ({ engine, grouping, questions, titles, names }) => {
        if (!grouping) return [];
        const { pages, sections, roundMore, roundsMore } = grouping;
        const asked = questions.asked + titles.asked + names.asked;
        return [
          [
            `${site}, ${engine}`,
            ...[pages, sections].flatMap(({ reads, kilobytes }) => [reads, kilobytes].map(number)),
            ...[roundMore, roundsMore].map((count) => `${number((100 * count) / asked)} %`),
          ],
        ];
      },
    ),
  );
  const heads = ['reads, pages', 'KB', 'reads, sections', 'KB', 'a round more', 'more than one'];
  return [['', ...heads], ...rows];
}

function browserEngines(): [site: string, engine: BrowserEngine][] {
  return Object.keys(SITES).flatMap((site) =>
    (keptResult<BrowserFigures>(`browser-${site}`)?.figures.engines ?? []).map(
      (engine): [string, BrowserEngine] => [site, engine],
    ),
  );
}

/** What a first answer in a page takes. */
export function browserTable(): Table {
  const rows = browserEngines().map(([site, { engine, requests, bytes, code, milliseconds, questions }]) => [
    `${site}, ${engine}`,
    number(requests.median),
    kilobytes(bytes.median),
    kilobytes(code.median),
    `${(milliseconds.median / 1000).toFixed(1)} / ${(milliseconds.p90 / 1000).toFixed(1)}`,
    ...[questions.first, questions.amongThree].map((found) => `${found} of ${questions.asked}`),
  ]);
  return [['', 'requests', 'KB', 'of them code', 's: median / p90', 'first', 'among three'], ...rows];
}

/** What it is to rank pages by their sections together. */
export function groupedTable(): Table {
  const rows = browserEngines().flatMap(([site, { engine, questions, ungrouped, reading }]) =>
    ungrouped && reading
      ? (['grouped', 'ungrouped'] as const).map((how) => {
          const found = how === 'grouped' ? questions : ungrouped;
          const { reads, rounds, bytes } = reading[how];
          return [
            `${site}, ${engine}, ${how === 'grouped' ? 'pages' : 'sections'}`,
            ...[found.first, found.amongThree].map((count) => `${count} of ${found.asked}`),
            number(reads.mean),
            number(rounds.mean),
            kilobytes(bytes.mean),
          ];
        })
      : [],
  );
  return [['ranked', 'first', 'among three', 'reads', 'rounds', 'KB'], ...rows];
}

export function sitesReadTable(): Table {
  const rows = Object.keys(SITES).flatMap((site) => {
    const kept = keptResult<SitesFigures>(`sites-${site}`);
    if (!kept) return [];
    const { package: name, read } = kept.figures;
    const reasons = Object.entries(read.keptOut).map(([reason, pages]) => `${pages} ${reason}`);
    const counts = [read.pages, read.sections, read.anchors].map(number);
    const keptOut = reasons.join(', ') || 'none';
    return [[`\`${name}\``, ...counts, `${number(100 * read.shareFound)} %`, keptOut]];
  });
  return [['package', 'pages', 'sections', 'with an anchor', 'of these, in the page', 'kept out'], ...rows];
}

const WAYS: Readonly<Record<Way, string>> = {
  none: 'no expansion',
  doc2query: 'doc2query',
  'doc2query--': 'doc2query--',
  distinct: "DeepImpact's merging",
};

/** @param adapter whose model predicted; the tests' model unless given */
export function expansionTable(adapter?: string): Table {
  const named = adapter === undefined ? '' : `${adapter}-`;
  const rows = Object.keys(JUDGED).flatMap((collection) => {
    const figures = keptResult<ExpansionFigures>(`expansion-${named}${collection}`)?.figures;
    return (figures?.indexes ?? []).map(
      ({ encoder, way, measures, over, termsPerDocument, bytes, reads }) => [
        `${collection}, ${encoder ? `${encoder}, ` : ''}${WAYS[way]}`,
        measures['nDCG@10'].toFixed(1),
        differenceCell(over),
        measures['Recall@100'].toFixed(1),
        number(termsPerDocument),
        kilobytes(bytes),
        number(reads),
      ],
    );
  });
  return [
    ['', 'nDCG@10', 'over no expansion', 'R@100', 'terms a document', 'index KB', 'reads a query'],
    ...rows,
  ];
}

/** nDCG@10 of each collection, and what a query of their mean takes. */
export function hybridTable(model: string): Table {
  const kept = Object.keys(JUDGED).flatMap((collection) => {
    const figures = keptResult<HybridFigures>(`hybrid-${model}-${collection}`)?.figures;
    return figures ? [figures] : [];
  });
  const rows = (kept[0]?.ways ?? []).map(({ spaces }, i) => {
    const ways = kept.map((figures) => figures.ways[i]);
    const found = ways.map(({ measures }) => measures['nDCG@10']);
    return [
      Object.entries(spaces)
        .map(([name, weight]) => (weight === 1 ? name : `${weight} ${name}`))
        .join(' + '),
      ...found.map((each) => each.toFixed(1)),
      mean(found).toFixed(1),
      number(mean(ways.map(({ reads }) => reads))),
      number(mean(ways.map(({ kilobytes }) => kilobytes))),
    ];
  });
  return [['nDCG@10', ...kept.map(({ collection }) => collection), 'mean', 'reads', 'KB a query'], ...rows];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
