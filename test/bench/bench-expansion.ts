// `expansion`: documents with and without predicted queries, merged in each way, by the commands that a user has. The
// queries are predicted by the small model of the tests, or by the GGUF file that --model names; node-llama-cpp must be
// installed.

import { execFile } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchOptions, Results } from './benchmark.ts';
import { round } from './figures.ts';
import { cacheFolder, requiredData } from './folders.ts';

const ROOT = join(import.meta.dirname, '../..');
const CLI = join(ROOT, 'build/cli.ts');
const MODEL = join(ROOT, 'test/fixtures/expansion/doc2query-small.gguf');
const QUERIES = 10;
const KEPT = 0.3;

/** Collections that are small enough for a processor. */
export const EXPANDED = ['sample', 'cranfield', 'cacm'] as const;

/** A way to use predicted queries. */
export type Way = 'none' | 'doc2query' | 'doc2query--' | 'distinct';

/** One index. */
export interface ExpandedIndex {
  readonly way: Way;
  readonly measures: Readonly<Record<'nDCG@10' | 'Recall@100', number>>;
  readonly termsPerDocument: number;
  readonly bytes: number;
  readonly reads: number;
}

/** One collection, expanded. */
export interface ExpansionFigures {
  readonly collection: string;
  readonly documents: number;
  readonly questions: number;
  readonly queriesPerDocument: number;
  /** Of the filter. */
  readonly kept: number;
  readonly predicted: number;
  readonly indexes: readonly ExpandedIndex[];
}

export async function* bench({ model = MODEL }: BenchOptions): Results {
  for (const name of EXPANDED) {
    const input =
      name === 'sample' ? join(ROOT, 'test/fixtures/sample') : requiredData(`collections/${name}`);
    yield [`expansion-${name}`, await measured(name, input, model)];
  }
}

async function measured(collection: string, input: string, model: string): Promise<ExpansionFigures> {
  const folder = join(cacheFolder(), `expansion-${collection}`);
  mkdirSync(folder, { recursive: true });
  const [predicted, kept] = [join(folder, 'predicted.jsonl'), join(folder, 'kept.jsonl')];
  const ways: Readonly<Record<Way, readonly string[]>> = {
    none: [],
    doc2query: ['--expansions', predicted],
    'doc2query--': ['--expansions', kept],
    distinct: ['--expansions', predicted, '--merge', 'distinct'],
  };
  const how = [
    '--gguf',
    model,
    '--device',
    'cpu',
    '--preset',
    'doc2query-small',
    '--queries',
    String(QUERIES),
  ];
  await sparsedge('expand', input, '-o', predicted, ...how);
  const share = ['--keep', String(KEPT)];
  const filtered = await sparsedge('filter', input, '--expansions', predicted, '-o', kept, ...share);
  const indexes: ExpandedIndex[] = [];
  let questions = 0;
  for (const way of Object.keys(ways) as Way[]) {
    const index = join(folder, way);
    const { documents, spaces, bytes } = await sparsedge('build', input, '-o', index, ...ways[way]);
    const found = await sparsedge('eval', index, '--beir', input, '-k', '100');
    questions = found.queries;
    indexes.push({
      way,
      measures: {
        'nDCG@10': round(found.measures['nDCG@10']),
        'Recall@100': round(found.measures['Recall@100']),
      },
      termsPerDocument: round(spaces[0].postings / documents),
      bytes: bytes.total,
      reads: round(found.cost.reads.mean),
    });
    rmSync(index, { recursive: true });
  }
  const { documents } = filtered;
  return {
    collection,
    documents,
    questions,
    queriesPerDocument: round(filtered.queries / documents),
    predicted: filtered.queries,
    kept: filtered.kept,
    indexes,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: what commands print as JSON.
async function sparsedge(...args: readonly string[]): Promise<any> {
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, ...args, '--json'], {
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout);
}
