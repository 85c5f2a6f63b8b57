// The tables in the documents, made from kept results. A table stands between `<!-- bench:NAME -->` and
// `<!-- /bench:NAME -->`; what is between them is written anew.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { SIZES } from '../data/passages.ts';
import { PROFILES, SCALES } from '../data/profiles.ts';
import { keptNames, keptResult } from '../figures.ts';
import type { BuildFigures } from '../indexes/build-child.ts';
import type { MemoryFigures } from '../suites/cost/bench-memory.ts';
import type { NetworkFigures } from '../suites/cost/bench-network.ts';
import type { NeuralFigures } from '../suites/cost/bench-neural.ts';
import type { PhraseFigures } from '../suites/cost/bench-phrases.ts';
import type { QueryFigures } from '../suites/cost/bench-query.ts';
import type { EncodeFigures } from '../suites/speed/bench-encode.ts';
import { kilobytes, markdown, megabytes, number, type Table } from './cells.ts';
import { goals, isMet } from './goals.ts';
import { growthFigure } from './growth-figure.ts';
import {
  browserTable,
  expansionTable,
  groupedTable,
  hybridTable,
  rivalsTable,
  sitesGroupedTable,
  sitesReadTable,
  sitesTable,
  syntheticTable,
} from './tables-compared.ts';
import { familiesMeasuresTable, familiesTable } from './tables-families.ts';
import { fieldsAddedTable, fieldsTable } from './tables-fields.ts';
import { generationsTable, keptStatisticsTable } from './tables-generations.ts';
import { imaginedTable, learnedTable, pricesTable } from './tables-growth.ts';
import {
  modelTable,
  qualityCostsTable,
  qualityEightBitsTable,
  qualityMeasuresTable,
  qualityPoolTable,
  qualityTable,
} from './tables-quality.ts';
import {
  hardlyHeldTable,
  mistakesTable,
  suggestedTable,
  typingTable,
  unmistakenTable,
} from './tables-typing.ts';

const ROOT = join(import.meta.dirname, '../../..');
const DOCUMENTS = [
  'README.md',
  'ARCHITECTURE.md',
  'models/README.md',
  'models/sparsedge-en/README.md',
  'models/train/families/README.md',
  'test/bench/README.md',
];

const TABLES: Readonly<Record<string, () => Table>> = {
  goals: goalsTable,
  build: buildTable,
  query: queryTable,
  network: networkTable,
  memory: memoryTable,
  fields: fieldsTable,
  'fields-added': fieldsAddedTable,
  generations: generationsTable,
  'kept-statistics': keptStatisticsTable,
  phrases: phrasesTable,
  typing: typingTable,
  suggested: suggestedTable,
  mistakes: mistakesTable,
  'hardly-held': hardlyHeldTable,
  unmistaken: unmistakenTable,
  neural: neuralTable,
  synthetic: syntheticTable,
  learned: learnedTable,
  imagined: imaginedTable,
  prices: pricesTable,
  rivals: rivalsTable,
  browser: browserTable,
  grouped: groupedTable,
  sites: sitesTable,
  'sites-grouped': sitesGroupedTable,
  'sites-read': sitesReadTable,
  quality: qualityTable,
  'quality-pool': qualityPoolTable,
  'quality-measures': qualityMeasuresTable,
  'quality-costs': qualityCostsTable,
  'quality-eight-bits': qualityEightBitsTable,
  'sparsedge-en': () => modelTable('sparsedge-en'),
  encode: encodeTable,
  expansion: () => expansionTable(),
  'expansion-smollm2': () => expansionTable('smollm2-doc2query'),
  'hybrid-splade-tiny': () => hybridTable('splade-tiny'),
  families: () => familiesTable(),
  'families-pretrained': () => familiesTable('families-pretrained'),
  'families-measures': familiesMeasuresTable,
};

/** Pictures, which documents show. */
const PICTURES: Readonly<Record<string, () => string>> = { 'test/bench/growth.svg': growthFigure };

/**
 * Writes the tables of all documents and the pictures anew.
 *
 * @param check fail where one would change, instead
 */
export function writeTables(check: boolean): void {
  for (const document of DOCUMENTS.map((name) => join(ROOT, name)).filter((path) => existsSync(path))) {
    const before = readFileSync(document, 'utf8');
    const after = before.replace(
      /(<!-- bench:([\w-]+) -->\n)[\s\S]*?(<!-- \/bench:\2 -->)/g,
      (_, start: string, name: string, end: string) => `${start}\n${markdown(tableNamed(name))}\n${end}`,
    );
    if (after === before) continue;
    if (check) throw new Error(`${relative(ROOT, document)} is not current: run npm run bench -- tables`);
    writeFileSync(document, after);
  }
  for (const [name, draw] of Object.entries(PICTURES)) {
    const [path, after] = [join(ROOT, name), draw()];
    if (existsSync(path) && readFileSync(path, 'utf8') === after) continue;
    if (check) throw new Error(`${name} is not current: run npm run bench -- tables`);
    writeFileSync(path, after);
  }
}

function tableNamed(name: string): Table {
  if (!Object.hasOwn(TABLES, name)) throw new Error(`no table "${name}"; there are ${Object.keys(TABLES)}`);
  return TABLES[name]();
}

function goalsTable(): Table {
  return [
    ['A million passages, k = 10, with documents', 'goal', 'measured', ''],
    ...goals().map((goal) => {
      const { what, unit, target, measured, atLeast } = goal;
      const show = (value: number) =>
        unit === '$' ? `$${value.toFixed(2)}` : `${number(value)} ${unit}`.trim();
      return [
        what,
        `${atLeast ? '≥' : '≤'} ${show(target)}`,
        measured === undefined ? '' : show(measured),
        { true: 'met', false: 'missed', undefined: '' }[String(isMet(goal))] ?? '',
      ];
    }),
  ];
}

function buildTable(): Table {
  const rows = results<BuildFigures>('build').map(([size, figures]) => {
    const { documents, postings, seconds, documentsPerSecond, peakMegabytes, bytes, bytesPerPosting } =
      figures;
    return [
      size,
      ...[documents, postings, seconds.total, documentsPerSecond, peakMegabytes].map(number),
      ...[bytes.postings, bytes.tables, bytes.documents].map(megabytes),
      number(bytesPerPosting),
    ];
  });
  return [
    [
      '',
      'passages',
      'postings',
      's',
      'passages/s',
      'peak MB',
      'postings MB',
      'tables MB',
      'documents MB',
      'B/posting',
    ],
    ...rows,
  ];
}

function queryTable(): Table {
  const rows = results<QueryFigures>('query').flatMap(([size, { sets }]) =>
    Object.entries(sets).map(([set, { withDocuments: cost, wholeLists, cpuMilliseconds }]) => [
      size,
      set,
      `${number(cost.postingReads.median)} / ${number(cost.postingReads.p99)}`,
      `${number(cost.documentReads.median)} / ${number(cost.documentReads.p99)}`,
      `${kilobytes(cost.bytes.median)} / ${kilobytes(cost.bytes.p99)}`,
      `${kilobytes(wholeLists.bytes.median)} / ${kilobytes(wholeLists.bytes.p99)}`,
      `${number(cost.provedWithinTwoRounds * 100)} %`,
      number(cost.postingsDecoded.median),
      cpuMilliseconds
        ? `${number(cpuMilliseconds.node.median)}, ${number(cpuMilliseconds.workerd.median)}`
        : '',
    ]),
  );
  return [
    [
      '',
      'questions',
      'posting reads',
      'document reads',
      'KB',
      'KB of whole lists',
      'proved in 2 rounds',
      'postings decoded',
      'CPU ms: Node, workerd',
    ],
    ...rows,
  ];
}

function networkTable(): Table {
  const rows = results<NetworkFigures>('network').flatMap(([size, { sets }]) =>
    Object.entries(sets).map(([set, { warm, cold }]) => [
      size,
      set,
      ...[warm.withDocuments, warm.idsOnly, cold.withDocuments, cold.idsOnly].map(
        ({ median, p95, p99 }) => `${Math.round(median)} / ${Math.round(p95)} / ${Math.round(p99)}`,
      ),
    ]),
  );
  return [['', 'questions', 'documents', 'ids only', 'cold: documents', 'cold: ids only'], ...rows];
}

function memoryTable(): Table {
  const sizes = Object.keys(PROFILES).flatMap((profile) =>
    Object.keys(SCALES).map((scale) => `${profile}-${scale}`),
  );
  const kept = results<MemoryFigures>('memory', [...Object.keys(SIZES), ...sizes]);
  const rows = kept.flatMap(([, { size, idle, afterFirstQuery, serving }]) =>
    serving.map(({ clients, peak, peakCollected, errors, different }) => [
      size,
      number(clients),
      ...[idle, afterFirstQuery, peakCollected, peak].map(({ isolate }) => megabytes(isolate)),
      megabytes(peak.process),
      number(errors),
      number(different),
    ]),
  );
  return [
    ['', 'clients', 'idle', 'first query', 'needed', 'peak', 'process', 'errors', 'wrong answers'],
    ...rows,
  ];
}

function neuralTable(): Table {
  const rows = keptNames('neural').flatMap((name) => {
    const { model, modelBytes, sides } = keptResult<NeuralFigures>(name)!.figures;
    return Object.entries(sides).map(([kind, { coldMs, queryMs, together, bytes }]) => [
      kind === 'neural' ? `${model}, ${megabytes(modelBytes)} MB` : kind,
      number(Math.round(coldMs)),
      ...[queryMs[8], queryMs[32], queryMs[128]].map(({ median }) => number(median)),
      number(Math.round(together.perSecond)),
      number(together.errors),
      ...[bytes.first, bytes.queries, bytes.together].map(({ wasm }) => megabytes(wasm)),
      bytes.together.isolate === undefined ? '' : megabytes(bytes.together.isolate),
      ...[bytes.first, bytes.queries, bytes.together].map((moment) => megabytes(moment.process)),
    ]);
  });
  return [
    [
      '',
      'cold ms',
      '8 tokens ms',
      '32 ms',
      '128 ms',
      'together/s',
      'errors',
      'wasm MB: first',
      'queries',
      'together',
      'isolate MB',
      'process MB: first',
      'queries',
      'together',
    ],
    ...rows,
  ];
}

function phrasesTable(): Table {
  const rows = results<PhraseFigures>('phrases').flatMap(([size, figures]) =>
    (['words', 'phrases'] as const).flatMap((name) => {
      const { build, sets } = figures[name];
      return Object.entries(sets).map(([set, { terms, withDocuments: cost }]) => [
        `${size}, ${name}`,
        set,
        ...[terms.mean, cost.postingReads.mean, cost.postingReads.median, cost.postingReads.p99].map(number),
        ...[cost.bytes.median, cost.dictionaryBytes.median].map(kilobytes),
        number(build.terms),
        ...[build.bytes.postings, build.bytes.tables].map(megabytes),
      ]);
    }),
  );
  return [
    [
      '',
      'questions',
      'terms',
      'posting reads: mean',
      'median',
      'p99',
      'KB',
      'KB of dictionary pages',
      'terms of the index',
      'postings MB',
      'tables MB',
    ],
    ...rows,
  ];
}

function encodeTable(): Table {
  const { paces = {} } = keptResult<EncodeFigures>('encode-sparsedge-en')?.figures ?? {};
  const counts = Object.values(paces)[0]?.map(({ threads }) => threads) ?? [];
  return [
    ['passages a second', ...counts.map((count) => (count === 1 ? 'one thread' : `${count} threads`))],
    ...Object.entries(paces).map(([runtime, each]) => [
      runtime,
      ...each.map(({ documentsPerSecond }) => number(Math.round(documentsPerSecond))),
    ]),
  ];
}

/** The kept results of a benchmark, in the order of sizes. */
function results<Figures>(
  benchmark: string,
  sizes: readonly string[] = Object.keys(SIZES),
): [size: string, figures: Figures][] {
  return sizes.flatMap((size) => {
    const kept = keptResult<Figures>(`${benchmark}-${size}`);
    return kept ? [[size, kept.figures] as [string, Figures]] : [];
  });
}
