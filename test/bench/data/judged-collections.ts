// The judged collections on which systems are compared. Nothing was trained or tuned on any of them; of SQuADShifts,
// from which questions were taken for training, these are the articles that were kept apart (`apart` in
// models/train/pretraining/corpus.py).

import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type Qrels, readQrels } from '../../../build/evaluate/qrels.ts';
import { readTopics, type Topic } from '../../../build/evaluate/topics.ts';
import { newReport } from '../../../build/stages/read/lines/report.ts';
import { readDocuments } from '../../../build/stages/read/read.ts';
import type { Document } from '../../../src/core/document.ts';
import { requiredData } from './folders.ts';

/** Documents that are searched together, and what is asked of them. */
export interface Judged {
  readonly name: string;
  readonly documents: readonly Document[];
  readonly queries: readonly Topic[];
  /** By the collection that judges; each has questions of its own. */
  readonly judgments: Readonly<Record<string, Qrels>>;
}

const SAMPLE = join(import.meta.dirname, '../../fixtures/sample');

/** Readers by name. Questions of which nothing relevant is among the documents are left out. */
export const JUDGED = {
  sample: () => load('sample', { folder: SAMPLE }),
  cacm: () => load('cacm'),
  cranfield: () => load('cranfield'),
  newwiki: () => load('newwiki', { folder: shifts('newwiki'), keep: isApart }),
  reddit: () => load('reddit', { folder: shifts('reddit'), keep: isApart }),
  amazon: () => load('amazon', { folder: shifts('amazon'), keep: isApart }),
  squad_v1_dev: () => load('squad_v1_dev', { split: 'dev' }),
  scifact: () => load('scifact'),
} as const;
export type JudgedName = keyof typeof JUDGED;

function shifts(name: string): string {
  return requiredData(`collections/squadshifts_${name}`);
}

async function load(
  name: string,
  {
    folder = requiredData(`collections/${name}`),
    split = 'test',
    keep = () => true,
  }: {
    readonly folder?: string;
    readonly split?: string;
    readonly keep?: (document: Document) => boolean;
  } = {},
): Promise<Judged> {
  const documents: Document[] = [];
  for await (const document of readDocuments({ input: join(folder, 'corpus.jsonl'), report: newReport() })) {
    if (keep(document)) documents.push(document);
  }
  const ids = new Set(documents.map(({ id }) => id));
  const qrels: Qrels = new Map(
    [...(await readQrels(join(folder, `qrels/${split}.tsv`)))]
      .map(
        ([query, judged]) => [query, new Map([...judged].filter(([document]) => ids.has(document)))] as const,
      )
      .filter(([, judged]) => [...judged.values()].some((relevance) => relevance > 0)),
  );
  const topics = await readTopics(join(folder, 'queries.jsonl'));
  return { name, documents, queries: topics.filter(({ id }) => qrels.has(id)), judgments: { [name]: qrels } };
}

export const POOL = 'pool';

/** All of them as one collection: ids have the collection's name before them. */
export function pooled(collections: readonly Judged[]): Judged {
  return {
    name: POOL,
    documents: collections.flatMap(({ name, documents }) =>
      documents.map((document) => ({ ...document, id: `${name}/${document.id}` })),
    ),
    queries: collections.flatMap(({ name, queries }) =>
      queries.map(({ id, text }) => ({ id: `${name}/${id}`, text })),
    ),
    judgments: Object.fromEntries(
      collections.flatMap(({ name, judgments }) =>
        Object.entries(judgments).map(([collection, qrels]) => [collection, prefixed(qrels, `${name}/`)]),
      ),
    ),
  };
}

function prefixed(qrels: Qrels, prefix: string): Qrels {
  return new Map(
    [...qrels].map(([query, judged]) => [
      prefix + query,
      new Map([...judged].map(([document, relevance]) => [prefix + document, relevance])),
    ]),
  );
}

/** Whether a document was kept apart from training: by its article, or alone where its title names none. */
export function isApart({ id, title = '' }: Pick<Document, 'id' | 'title'>): boolean {
  const article = title === '' || /^(Filtered|Amazon)/.test(title) ? id : title;
  return crc32(article) % 1000 < 200;
}
