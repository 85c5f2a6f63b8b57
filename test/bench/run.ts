// The benchmarks' command line: `npm run bench -- <name> [options]`. Prints a result as JSON and keeps it in results/.

import { basename, isAbsolute } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_MODEL } from '../../build/index/config.ts';
import type { Benchmark } from './benchmark.ts';
import { JUDGED } from './data/judged-collections.ts';
import { SIZES } from './data/passages.ts';
import { PROFILES } from './data/profiles.ts';
import { QUESTION_SETS } from './data/questions.ts';
import { keepResult, resultOf } from './figures.ts';

const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  build: async () => (await import('./suites/cost/bench-build.ts')).bench,
  query: async () => (await import('./suites/cost/bench-query.ts')).bench,
  network: async () => (await import('./suites/cost/bench-network.ts')).bench,
  kernel: async () => (await import('./suites/cost/bench-kernel.ts')).bench,
  synthetic: async () => (await import('./suites/cost/bench-synthetic.ts')).bench,
  rivals: async () => (await import('./suites/cost/bench-rivals.ts')).bench,
  neural: async () => (await import('./suites/cost/bench-neural.ts')).bench,
  memory: async () => (await import('./suites/cost/bench-memory.ts')).bench,
  expansion: async () => (await import('./suites/quality/bench-expansion.ts')).bench,
  phrases: async () => (await import('./suites/cost/bench-phrases.ts')).bench,
  quality: async () => (await import('./suites/quality/bench-quality.ts')).bench,
  encode: async () => (await import('./suites/cost/bench-encode.ts')).bench,
  families: async () => (await import('./suites/quality/bench-families.ts')).bench,
};

const USAGE = `npm run bench -- <${Object.keys(BENCHMARKS).join(' | ')} | tables> [options]
  --sizes 10k,100k,...   of ${Object.keys(SIZES).join(', ')}
  --sets squad,...       of ${Object.keys(QUESTION_SETS).join(', ')}
  --reuse                search indexes that are there, even if the code that built them has changed
  --rebuild              build them anew in any case
  --encoders splade,...  synthetic: of ${Object.keys(PROFILES).join(', ')}
  --large                synthetic: 8.8 million documents, too
  --model model.onnx     neural: the network, instead of the tests'
  --model model.gguf     expansion: the same
  --model folder         quality: a model beside BM25, instead of sparsedge-en; may be repeated
                         encode: the model, instead of sparsedge-en
  --work folder          families: what models/train/families wrote
  --collections a,b,...  quality, expansion: of ${Object.keys(JUDGED).join(', ')}
  --no-alone             quality: all collections as one, and none alone
  --no-cpu               leave out CPU time
  --no-keep              print only
tables [--check]         write the documents' tables anew from kept results, or fail if they would change`;

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
      work: { type: 'string' },
      collections: { type: 'string', default: Object.keys(JUDGED).join() },
      large: { type: 'boolean', default: false },
      alone: { type: 'boolean', default: true },
      cpu: { type: 'boolean', default: true },
      keep: { type: 'boolean', default: true },
      check: { type: 'boolean', default: false },
    },
  });
  const [name = ''] = positionals;
  if (name === 'tables') {
    const { writeTables } = await import('./tables/tables.ts');
    writeTables(values.check);
    return;
  }
  const benchmark = BENCHMARKS[name];
  if (!benchmark) throw new Error(`no benchmark "${name}"\n${USAGE}`);
  const [first = DEFAULT_MODEL, ...others] = values.model ?? [];
  // Results are kept for others to read, who have other folders.
  const said = process.argv.slice(2).map((part) => (isAbsolute(part) ? basename(part) : part));
  const command = `npm run bench -- ${said.join(' ')}`;
  const results = (await benchmark())({
    sizes: chosen(values.sizes, SIZES),
    sets: chosen(values.sets, QUESTION_SETS),
    freshness: values.rebuild ? 'rebuilt' : values.reuse ? 'any' : 'same-code',
    encoders: chosen(values.encoders, PROFILES),
    large: values.large,
    alone: values.alone,
    cpu: values.cpu,
    model: values.model?.at(-1),
    models: [first, ...others],
    work: values.work,
    collections: chosen(values.collections, JUDGED),
  });
  for await (const [part, figures] of results) {
    const result = resultOf(name, command, figures);
    console.log(JSON.stringify(result, null, 2));
    if (values.keep) keepResult(part, result);
  }
}

function chosen<Name extends string>(list: string, known: Readonly<Record<Name, unknown>>): Name[] {
  return list.split(',').map((name) => {
    if (Object.hasOwn(known, name)) return name as Name;
    throw new Error(`no "${name}"\n${USAGE}`);
  });
}

await main();
