// `rivals`: Pagefind, MiniSearch, Orama and this project on the same documents and questions: what a client fetches,
// what a build takes, and how good the answers are.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { evaluate } from '../../../../build/evaluate/metrics.ts';
import { readQrels } from '../../../../build/evaluate/qrels.ts';
import { readTopics } from '../../../../build/evaluate/topics.ts';
import type { BenchOptions, Results } from '../../benchmark.ts';
import { cacheFolder, requiredData } from '../../data/folders.ts';
import { collectionOf } from '../../data/passages.ts';
import { QUESTION_SETS, spread } from '../../data/questions.ts';
import { round } from '../../figures.ts';
import { ourselves } from '../../rivals/ourselves.ts';
import { RIVALS, type RivalFigures, type RivalName, type RivalOrder, VERSIONS } from '../../rivals/rivals.ts';

/** A build that takes more is given up. */
const LIMITS = { seconds: 240, megabytes: 4096 };
const SCALED = 100;
const JUDGED = 500;

/** One engine on one collection. */
export interface Compared extends Omit<RivalFigures, 'run'> {
  readonly engine: RivalName | 'sparsedge';
  readonly version?: string;
  readonly quality?: Readonly<Record<'nDCG@10' | 'MRR@10', number>>;
}

/** All engines on one collection. */
export interface RivalsFigures {
  readonly collection: string;
  readonly questions: number;
  readonly engines: readonly (Compared | { readonly engine: RivalName; readonly failed: string })[];
}

/** Documents and questions, judged or not. */
interface Collection {
  readonly name: string;
  readonly corpus: string;
  readonly queries: RivalOrder['queries'];
  readonly qrels?: Awaited<ReturnType<typeof readQrels>>;
}

export async function* bench({ sizes }: BenchOptions): Results {
  const modules = await install();
  const questions = spread(await QUESTION_SETS.squad(), SCALED).map((text, i) => ({ id: String(i), text }));
  const collections: Collection[] = [await judged('scifact', 'test'), await judged('squad_v1_dev', 'dev')];
  for (const size of sizes.filter((name) => name === '10k' || name === '100k')) {
    collections.push({ name: size, corpus: await collectionOf(size), queries: questions });
  }
  for (const collection of collections) {
    const engines: RivalsFigures['engines'][number][] = [
      withQuality(collection, { engine: 'sparsedge' as const, ...(await ourselves(collection)) }),
    ];
    for (const rival of Object.keys(RIVALS) as RivalName[]) {
      engines.push(await compare(rival, collection, modules));
    }
    const figures: RivalsFigures = {
      collection: collection.name,
      questions: collection.queries.length,
      engines,
    };
    yield [`rivals-${collection.name}`, figures];
  }
}

async function judged(name: string, split: string): Promise<Collection> {
  const all = await readQrels(requiredData(`collections/${name}/qrels/${split}.tsv`));
  const topics = await readTopics(requiredData(`collections/${name}/queries.jsonl`));
  const asked = topics.filter(({ id }) => all.has(id));
  const queries = asked.length > JUDGED ? spread(asked, JUDGED) : asked;
  const qrels = new Map(queries.map(({ id }) => [id, all.get(id)!]));
  return { name, corpus: requiredData(`collections/${name}/corpus.jsonl`), queries, qrels };
}

async function compare(
  rival: RivalName,
  { name, corpus, queries, qrels }: Collection,
  modules: string,
): Promise<RivalsFigures['engines'][number]> {
  const folder = join(modules, `${rival}-${name}`);
  rmSync(folder, { recursive: true, force: true });
  const order: RivalOrder = { rival, modules, corpus, queries, folder };
  const path = `${folder}.json`;
  writeFileSync(path, JSON.stringify(order));
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        `--max-old-space-size=${LIMITS.megabytes}`,
        '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON',
        join(import.meta.dirname, '../../rivals/rival-child.ts'),
        path,
      ],
      { maxBuffer: 1 << 28, timeout: LIMITS.seconds * 1000 },
    );
    const figures = JSON.parse(stdout) as RivalFigures;
    const version = VERSIONS[rival === 'orama' ? '@orama/orama' : rival];
    return withQuality({ queries, qrels }, { engine: rival, version, ...figures });
  } catch (error) {
    const { killed, stderr = '' } = error as { killed?: boolean; stderr?: string };
    const why = /heap out of memory|Invalid string length|Cannot create a string/.exec(stderr)?.[0];
    if (!killed && !why) throw error;
    return { engine: rival, failed: killed ? `more than ${LIMITS.seconds} s` : why! };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function withQuality(
  { qrels }: Pick<Collection, 'queries'> & { readonly qrels?: Collection['qrels'] | undefined },
  { run, ...figures }: RivalFigures & Pick<Compared, 'engine' | 'version'>,
): Compared {
  if (!qrels) return figures;
  const ranked = new Map(
    Object.entries(run).map(([query, ids]) => [
      query,
      [...new Set(ids)].map((id, i) => ({ id, rank: i + 1, score: -i })),
    ]),
  );
  const { mean } = evaluate(ranked, qrels, ['nDCG@10', 'MRR@10']);
  return { ...figures, quality: { 'nDCG@10': round(mean['nDCG@10']), 'MRR@10': round(mean['MRR@10']) } };
}

/** Installs the rivals beside the indexes, once. */
async function install(): Promise<string> {
  const folder = join(cacheFolder(), 'rivals');
  const packages = Object.entries(VERSIONS).map(([name, version]) => `${name}@${version}`);
  if (!existsSync(join(folder, 'node_modules/pagefind'))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', ...packages], { cwd: folder });
  }
  return folder;
}
