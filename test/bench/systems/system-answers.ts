// A system's answers to all judged questions of a collection, and what they cost: an index is built, and searched.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ranked, Run } from '../../../build/evaluate/trec-run.ts';
import { allIds } from '../../../build/inspect/lists.ts';
import { openQueryModel } from '../../../build/model/query/open-query-model.ts';
import { encodeQueryWith } from '../../../src/query/encode/query-model.ts';
import { openIndex, spaceNamed } from '../../../src/query/search/open.ts';
import { search } from '../../../src/query/search/search.ts';
import type { QueryTerm } from '../../../src/query/search/terms.ts';
import { memorySource } from '../../fakes/memory-source.ts';
import { type Judged, POOL } from '../data/judged-collections.ts';
import { spread } from '../data/questions.ts';
import { round } from '../figures.ts';
import type { BuildFigures } from '../indexes/build-child.ts';
import { buildFrom } from '../indexes/indexes.ts';
import { measureCpu, measureQueries } from '../indexes/query-cost.ts';
import { loadObjects } from '../machine/metered-storage.ts';
import { encodeInto } from './encoded-once.ts';
import { openFloats, searchFloats } from './float-index.ts';
import type { System } from './systems.ts';

const DEPTH = 100;
/** Questions whose reads and whose CPU time are measured, at most; judged are all. */
const COSTED = 300;
const TIMED = 50;

/** What a system answered. */
export interface Answers {
  /** The best hundred. */
  readonly run: Run;
  /** The best ten by weights that are not quantized. */
  readonly floats: Run;
  readonly costs: Costs;
}

/** What an index and its queries are made of. */
export interface Costs {
  readonly index: {
    readonly postings: number;
    readonly termsPerDocument: number;
    readonly bytes: Pick<BuildFigures['bytes'], 'postings' | 'tables'>;
    /** By its networks, one thread, where the collection is searched alone; the pool is encoded by then. */
    readonly documentsEncodedPerSecond?: number;
  };
  /** Means, of queries that show ten documents; the CPU time is a median. */
  readonly query: {
    readonly terms: number;
    readonly postingReads: number;
    readonly reads: number;
    readonly cpuMilliseconds: number;
  };
}

/** Builds an index in a folder of its own below the one given, and asks it everything. */
export async function answersOf(system: System, judged: Judged, above: string): Promise<Answers> {
  const folder = mkdtempSync(join(above, `${judged.name}-${system.name}-`));
  const { rewrite = (text: string) => text } = system;
  const { queries } = judged;
  const vectors = join(folder, 'vectors.jsonl');
  const built = await buildOf(system, judged, folder, vectors);
  const objects = loadObjects(join(folder, 'index'));
  const index = await openIndex(memorySource(objects));
  const space = spaceNamed(index);
  const model = await openQueryModel(space, join(folder, 'index'));
  const encode = (text: string) => encodeQueryWith(rewrite(text), space, model);
  const encoded = new Map<string, QueryTerm[]>();
  for (const { id, text } of queries) encoded.set(id, await encode(text));

  const [ids, floatIndex] = [await allIds(index), await openFloats(vectors)];
  const [run, floats] = [new Map<string, Ranked[]>(), new Map<string, Ranked[]>()];
  for (const [id, terms] of encoded) {
    const { hits } = await search({ terms, k: DEPTH, documents: false }, { index, clock: () => 0 });
    const ranked = hits.map(({ document, score }) => ({ id: ids[document], score }));
    run.set(id, ranked);
    floats.set(id, searchFloats(floatIndex, terms, 10));
  }
  const costed = spread(queries, Math.min(COSTED, queries.length)).map(({ id }) => encoded.get(id)!);
  const { terms, withDocuments } = await measureQueries(objects, () => costed);
  const timed = spread(queries, Math.min(TIMED, queries.length));
  const cpu = await measureCpu(objects, timed, ({ text }) => encode(text));
  rmSync(folder, { recursive: true });
  const query = {
    terms: terms.mean,
    postingReads: withDocuments.postingReads.mean,
    reads: withDocuments.reads.mean,
    cpuMilliseconds: cpu.median,
  };
  return { run, floats, costs: { index: built, query } };
}

async function buildOf(
  { space, encoders, rewrite }: System,
  { name, documents }: Judged,
  folder: string,
  vectorsPath: string,
): Promise<Costs['index']> {
  const [corpus, parts] = [join(folder, 'corpus.jsonl'), join(folder, 'parts')];
  const records = documents.map(({ id, ...rest }) => {
    const { title = '', text } = rest;
    return { _id: id, ...(rewrite ? { text: rewrite(`${title} ${text}`) } : rest) };
  });
  writeFileSync(corpus, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  const seconds = encoders && (await encodeInto(parts, encoders, documents));
  const encoded = encoders ? { ...space, parts } : space;
  const { postings, bytes } = await buildFrom(corpus, folder, { space: encoded, vectorsPath });
  return {
    postings,
    termsPerDocument: round(postings / documents.length),
    bytes: { postings: bytes.postings, tables: bytes.tables },
    ...(seconds && name !== POOL && { documentsEncodedPerSecond: round(documents.length / seconds) }),
  };
}
