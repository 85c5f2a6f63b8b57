// The command line of the benchmarks. It prints a result as JSON and keeps it in results/.

import { basename, isAbsolute } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_MODEL } from '../../build/index/config.ts';
import type { Benchmark } from './benchmark.ts';
import { JUDGED } from './data/judged-collections.ts';
import { SIZES } from './data/passages.ts';
import { IMAGINED, PROFILES, SCALES } from './data/profiles.ts';
import { QUESTION_SETS } from './data/questions.ts';
import { SITES } from './data/sites.ts';
import { keepResult, resultOf } from './figures.ts';

/** The name of the model that comes along. */
const DEFAULT_NAME = basename(DEFAULT_MODEL);

interface Entry {
  /** What it measures, for the help. */
  readonly measures: string;
  readonly load: () => Promise<{ readonly bench: Benchmark }>;
}

const BENCHMARKS: Readonly<Record<string, Entry>> = {
  build: {
    measures: 'time, memory and size of builds',
    load: () => import('./suites/cost/bench-build.ts'),
  },
  generations: {
    measures: 'how much of an index is new after an edit of some documents',
    load: () => import('./suites/cost/bench-generations.ts'),
  },
  query: {
    measures: 'reads, bytes, rounds and CPU time of queries',
    load: () => import('./suites/cost/bench-query.ts'),
  },
  fields: {
    measures: 'what filters, counts and orders by fields cost',
    load: () => import('./suites/cost/bench-fields.ts'),
  },
  network: {
    measures: 'how long queries wait for storage',
    load: () => import('./suites/cost/bench-network.ts'),
  },
  kernel: {
    measures: 'the loop that decodes postings, in typed arrays and in WebAssembly',
    load: () => import('./suites/speed/bench-kernel.ts'),
  },
  sums: {
    measures: 'adding postings up, with and without blocks, and the checksum of a page',
    load: () => import('./suites/speed/bench-sums.ts'),
  },
  synthetic: {
    measures: 'queries of learned sparse encoders, on synthetic vectors',
    load: () => import('./suites/cost/bench-synthetic.ts'),
  },
  learned: {
    measures: 'queries of a public SPLADE, on its own vectors of the passages',
    load: () => import('./suites/cost/bench-learned.ts'),
  },
  load: {
    measures: 'the rate of searches that a URL answers, and what happens beyond it',
    load: () => import('./suites/speed/bench-load.ts'),
  },
  resident: {
    measures: 'queries whose pages are all in memory',
    load: () => import('./suites/speed/bench-resident.ts'),
  },
  browser: {
    measures: 'what a first answer in a page takes, and how good it is, beside Pagefind',
    load: () => import('./suites/cost/bench-browser.ts'),
  },
  rivals: {
    measures: 'other engines on the same documents',
    load: () => import('./suites/cost/bench-rivals.ts'),
  },
  neural: {
    measures: 'what a network costs a Worker',
    load: () => import('./suites/cost/bench-neural.ts'),
  },
  memory: {
    measures: 'what serving an index takes of a Worker’s memory',
    load: () => import('./suites/cost/bench-memory.ts'),
  },
  phrases: {
    measures: 'what pairs of words as terms cost',
    load: () => import('./suites/cost/bench-phrases.ts'),
  },
  encode: {
    measures: 'how many documents a model encodes in a second',
    load: () => import('./suites/speed/bench-encode.ts'),
  },
  quality: {
    measures: 'how good the answers of BM25 and of models are',
    load: () => import('./suites/quality/bench-quality.ts'),
  },
  'kept-statistics': {
    measures: 'how good answers are where terms are weighed with the statistics of an index before',
    load: () => import('./suites/quality/bench-kept-statistics.ts'),
  },
  parsing: {
    measures: 'whether the time that hostile pages take is linear in their length',
    load: () => import('./suites/speed/bench-parsing.ts'),
  },
  site: {
    measures: 'what reading makes of a folder of HTML, and whether its anchors exist',
    load: () => import('./suites/quality/bench-site.ts'),
  },
  sites: {
    measures: 'questions, titles and names, asked of documentation sites, and of Pagefind',
    load: () => import('./suites/quality/bench-sites.ts'),
  },
  typing: {
    measures: 'questions with mistakes, and titles while they are typed',
    load: () => import('./suites/quality/bench-typing.ts'),
  },
  expansion: {
    measures: 'documents with and without predicted queries',
    load: () => import('./suites/quality/bench-expansion.ts'),
  },
  hybrid: {
    measures: 'a model with neural queries, alone and beside BM25 and the default',
    load: () => import('./suites/quality/bench-hybrid.ts'),
  },
  families: {
    measures: 'keeps what models/train/families measured of every family of models',
    load: () => import('./suites/quality/bench-families.ts'),
  },
};

const USAGE = `npm run bench -- <benchmark> [options]   run a benchmark, print its result as JSON and keep it in results/
npm run bench -- tables [--check]        write the tables of the documents anew from kept results; with --check, fail
                                         where one would change

Benchmarks
${Object.entries(BENCHMARKS)
  .map(([name, { measures }]) => `  ${name.padEnd(24)}${measures}`)
  .join('\n')}

Options
  --sizes 10k,100k,...    which collections of passages: ${Object.keys(SIZES).join(', ')}
  --sets squad,...        which sets of questions: ${Object.keys(QUESTION_SETS).join(', ')}
  --reuse                 search indexes that are there, even if the code that built them has changed
  --rebuild               build indexes anew in any case
  --no-cpu                leave out CPU time, which takes longest
  --no-keep               print the result and do not keep it
  --help                  print this text

Options of some benchmarks
  --encoders splade,...   synthetic, memory: which encoders: ${Object.keys(PROFILES).join(', ')}
  --vectors               synthetic, learned: keep documents' vectors whatever the size
  --synthetic 8.8m,...    memory: serve vectors of those encoders: ${Object.keys(SCALES).join(', ')}
  --imagined 8.8m,...     synthetic: search indexes that are not built: ${Object.keys(IMAGINED).join(', ')}
  --large                 synthetic: measure 8.8 million documents, too
  --model <path>          neural: an ONNX file that takes the place of the tests' network
                          expansion: a GGUF file that takes the place of the tests' model
                          quality: a model folder to compare with BM25; may be repeated (default: ${DEFAULT_NAME})
                          encode: a model folder (default: ${DEFAULT_NAME})
                          hybrid: a model folder
  --adapter <path>        expansion: a GGUF file of a LoRA adapter, asked by the prompt llama2-doc2query
  --collections a,b,...   quality, expansion, hybrid, typing: which judged collections:
                          ${Object.keys(JUDGED).join(', ')}
  --no-alone              quality: search all collections as one, and none alone
  --work <folder>         families: the folder that models/train/families wrote
  --folder <folder>       site: the folder of HTML pages
                          sites, browser: the folder below which Debian's packages are unpacked (default: /)
  --sites a,b,...         sites: which: ${Object.keys(SITES).join(', ')}
  --engines a,b,...       sites: which engines (default: sparsedge-en,bm25,pagefind)
  --chromium <program>    sites: the browser that asks Pagefind (default: chromium)
  --store assets          query: an index whose pages are objects of their own
  --url <url>             load: where the Worker is
  --index <folder>        load: serve this index instead, and sample the memory of its isolate
  --queries <file>        load: questions, one a line, instead of sets
  --rate <n>              load: searches a second, instead of the highest rate that holds
  --seconds <n>           load: how long the rate is kept up, and twice the rate for 300 at most (default: 20)
  --limit <n>             load: milliseconds in which 99 of 100 searches are answered (default: 1000)`;

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    allowNegative: true,
    options: {
      sizes: { type: 'string', default: '10k,100k,227k,1m' },
      sets: { type: 'string', default: Object.keys(QUESTION_SETS).join() },
      reuse: { type: 'boolean', default: false },
      rebuild: { type: 'boolean', default: false },
      encoders: { type: 'string', default: Object.keys(PROFILES).join() },
      model: { type: 'string', multiple: true },
      adapter: { type: 'string' },
      work: { type: 'string' },
      folder: { type: 'string' },
      store: { type: 'string', default: 'r2' },
      vectors: { type: 'boolean', default: false },
      synthetic: { type: 'string' },
      imagined: { type: 'string' },
      sites: { type: 'string', default: Object.keys(SITES).join() },
      engines: { type: 'string' },
      chromium: { type: 'string', default: 'chromium' },
      url: { type: 'string' },
      index: { type: 'string' },
      queries: { type: 'string' },
      rate: { type: 'string' },
      seconds: { type: 'string', default: '20' },
      limit: { type: 'string', default: '1000' },
      collections: { type: 'string', default: Object.keys(JUDGED).join() },
      large: { type: 'boolean', default: false },
      alone: { type: 'boolean', default: true },
      cpu: { type: 'boolean', default: true },
      keep: { type: 'boolean', default: true },
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const [name = ''] = positionals;
  if (name === 'tables') {
    const { writeTables } = await import('./tables/tables.ts');
    writeTables(values.check);
    return;
  }
  if (!Object.hasOwn(BENCHMARKS, name)) throw new Error(`there is no benchmark "${name}"\n${USAGE}`);
  const { bench } = await BENCHMARKS[name].load();
  const [first = DEFAULT_MODEL, ...others] = values.model ?? [];
  // Results are kept for others to read, who have other folders.
  const said = process.argv.slice(2).map((part) => (isAbsolute(part) ? basename(part) : part));
  const command = `npm run bench -- ${said.join(' ')}`;
  const results = bench({
    sizes: chosen(values.sizes, SIZES),
    sets: chosen(values.sets, QUESTION_SETS),
    freshness: values.rebuild ? 'rebuilt' : values.reuse ? 'any' : 'same-code',
    encoders: chosen(values.encoders, PROFILES),
    large: values.large,
    alone: values.alone,
    cpu: values.cpu,
    model: values.model?.at(-1),
    adapter: values.adapter,
    models: [first, ...others],
    work: values.work,
    folder: values.folder,
    vectors: values.vectors,
    synthetic: values.synthetic === undefined ? [] : chosen(values.synthetic, SCALES),
    imagined: values.imagined === undefined ? [] : chosen(values.imagined, IMAGINED),
    store: chosen(values.store, { r2: true, assets: true })[0],
    sites: chosen(values.sites, SITES),
    engines: values.engines?.split(','),
    chromium: values.chromium,
    load: {
      url: values.url,
      index: values.index,
      log: values.queries,
      rate: values.rate === undefined ? undefined : positive('rate', values.rate),
      seconds: positive('seconds', values.seconds),
      limit: positive('limit', values.limit),
    },
    collections: chosen(values.collections, JUDGED),
  });
  for await (const [part, figures] of results) {
    const result = resultOf(name, command, figures);
    console.log(JSON.stringify(result, null, 2));
    if (values.keep) keepResult(part, result);
  }
}

function positive(option: string, value: string): number {
  if (Number(value) > 0 && Number.isFinite(Number(value))) return Number(value);
  throw new Error(`--${option}: expected a number above 0, found "${value}"`);
}

function chosen<Name extends string>(list: string, known: Readonly<Record<Name, unknown>>): Name[] {
  return list.split(',').map((name) => {
    if (Object.hasOwn(known, name)) return name as Name;
    throw new Error(`there is no "${name}"\n${USAGE}`);
  });
}

await main();
