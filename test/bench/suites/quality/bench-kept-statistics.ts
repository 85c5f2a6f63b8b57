// `kept-statistics`: what it costs the answers that terms are weighed with the statistics of an index before. The base
// lacks as many documents as it may while anything is kept of it.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate } from '../../../../build/evaluate/metrics.ts';
import type { Ranked } from '../../../../build/evaluate/trec-run.ts';
import { buildIndex } from '../../../../build/index/build.ts';
import { parseConfig } from '../../../../build/index/config.ts';
import { allIds } from '../../../../build/inspect/lists.ts';
import { silent } from '../../../../build/terminal/progress.ts';
import { folderSource } from '../../../../build/work/files.ts';
import type { Document } from '../../../../src/core/document.ts';
import { encodeQuery } from '../../../../src/query/encode/encode-query.ts';
import { openIndex, spaceNamed } from '../../../../src/query/search/open.ts';
import { search } from '../../../../src/query/search/search.ts';
import type { BenchOptions, Results } from '../../benchmark.ts';
import { cacheFolder } from '../../data/folders.ts';
import { JUDGED, type Judged } from '../../data/judged-collections.ts';
import { round } from '../../figures.ts';

/** nDCG@10 of one collection. */
export interface KeptFigures {
  readonly documents: number;
  readonly questions: number;
  /** How many documents the base has. */
  readonly base: number;
  /** Of an index of its own. */
  readonly alone: number;
  /** Of the same documents on the base, whose statistics it keeps. */
  readonly onBase: number;
  /** Questions whose ten best are others, or in another order. */
  readonly otherAnswers: number;
}

/** More than ten, since the tenth score may be that of many. */
const DEPTH = 100;

/** Of so many documents, the base lacks one: with one more in 21, a twentieth have come. */
const LACKS = 22;

export async function* bench({ collections }: BenchOptions): Results {
  for (const name of collections) yield [`kept-statistics-${name}`, await measure(await JUDGED[name]())];
}

async function measure(judged: Judged): Promise<KeptFigures> {
  const { name, documents, queries } = judged;
  const folder = (what: string) => join(cacheFolder(), `kept-${name}-${what}`);
  const few = documents.filter((_, i) => i % LACKS > 0);
  await build(few, folder('base'));
  await build(documents, folder('alone'));
  await build(documents, folder('on-base'), folder('base'));
  const [alone, onBase] = [await answers(judged, folder('alone')), await answers(judged, folder('on-base'))];
  for (const what of ['base', 'alone', 'on-base']) rmSync(folder(what), { recursive: true });
  const nDCG = (run: ReadonlyMap<string, readonly Ranked[]>) =>
    round(evaluate(run, judged.judgments[name], ['nDCG@10']).mean['nDCG@10']);
  const idsOf = (run: typeof alone, query: string) => JSON.stringify(run.get(query)!.map(({ id }) => id));
  return {
    documents: documents.length,
    questions: queries.length,
    base: few.length,
    alone: nDCG(alone),
    onBase: nDCG(onBase),
    otherAnswers: queries.filter(({ id }) => idsOf(alone, id) !== idsOf(onBase, id)).length,
  };
}

async function build(documents: readonly Document[], folder: string, base?: string): Promise<void> {
  for (const path of [folder, `${folder}-work`]) rmSync(path, { recursive: true, force: true });
  const { base: on } = await buildIndex({
    inputs: async function* () {
      for (const document of documents) yield { document };
    },
    inputKey: folder,
    config: parseConfig({ spaces: [{ encoder: 'bm25' }], store: 'assets' }),
    base,
    folder,
    workFolder: `${folder}-work`,
    startProgress: silent,
  });
  if (on?.fresh !== undefined) throw new Error(`nothing was kept of ${base}: ${on.fresh}`);
}

async function answers({ queries }: Judged, folder: string): Promise<Map<string, Ranked[]>> {
  const index = await openIndex(folderSource(folder));
  const [ids, space] = [await allIds(index), spaceNamed(index)];
  const run = new Map<string, Ranked[]>();
  for (const { id, text } of queries) {
    const terms = encodeQuery(text, space);
    const { hits } = await search({ terms, k: DEPTH, documents: false }, { index, clock: () => 0 });
    const ranked = hits.map(({ document, score }) => ({ id: ids[document], score }));
    // Equal scores are in the order of numbers, which says nothing of the statistics.
    ranked.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
    run.set(id, ranked.slice(0, 10));
  }
  return run;
}
