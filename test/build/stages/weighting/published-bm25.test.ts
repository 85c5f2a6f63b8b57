// Analysis compared with Lucene's own, by what Anserini published.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { evaluate } from '../../../../build/evaluate/metrics.ts';
import { readQrels } from '../../../../build/evaluate/qrels.ts';
import { readRun } from '../../../../build/evaluate/trec-run.ts';
import { sharedData } from '../../../fixtures/shared-data.ts';
import { collectionOf, exactLength, lucenesLength } from './lucene-bm25.ts';

const scifact = sharedData('collections/scifact');
const cacm = sharedData('collections/cacm');
const oracle = sharedData('oracles/cacm-anserini');

interface Record {
  readonly _id: string;
  readonly title?: string;
  readonly text: string;
}

function recordsOf(path: string): Map<string, string> {
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  const records = lines.map((line) => JSON.parse(line) as Record);
  return new Map(
    records.map(({ _id, title, text }) => [_id, title === undefined ? text : `${title} ${text}`]),
  );
}

test.skipIf(scifact === undefined && 'the shared data is not at hand')(
  'SciFact has nearly as many terms as Anserini counts, and BM25 nearly its effectiveness',
  async () => {
    const collection = collectionOf(recordsOf(join(scifact!, 'corpus.jsonl')));
    // Anserini counts 838,128: our copy lost the space after some sentence ends, which joins words.
    expect(collection.terms).toBe(837_701);
    const qrels = await readQrels(join(scifact!, 'qrels/test.tsv'));
    const queries = recordsOf(join(scifact!, 'queries.jsonl'));
    for (const length of [exactLength, lucenesLength]) {
      const run = new Map(
        [...qrels.keys()].map((id) => [id, collection.search(queries.get(id)!, length).slice(0, 1000)]),
      );
      const { mean } = evaluate(run, qrels, ['nDCG@10', 'Recall@100']);
      // Published: .6789 and .9253. With exact lengths .6760, with Lucene's .6773.
      expect(mean['nDCG@10']).toBeGreaterThan(0.6755);
      expect(mean['Recall@100']).toBeCloseTo(0.9253, 2);
    }
  },
);

/**
 * The published topics of these queries also hold the names of authors and other remarks, which the collection at hand
 * leaves out. So much for the second: with "Prieve, B. Pooch, U." added it is reproduced as the rest.
 */
const OTHER_TOPICS = new Set(['2', '31', '33', '34', '35', '40', '41', '53', '54', '57', '61']);

test.skipIf((oracle === undefined || cacm === undefined) && 'the shared data is not at hand')(
  "every score of Anserini's CACM run is reproduced where the query is the same",
  async () => {
    const html = filesOf(gunzipSync(readFileSync(join(oracle!, 'cacm.tar.gz'))));
    const texts = [...html].map(([name, text]): [string, string] => [
      name.replace('.html', ''),
      text.replace(/<\/?(html|pre)>/g, ' '),
    ]);
    const collection = collectionOf(new Map(texts));
    const queries = recordsOf(join(cacm!, 'queries.jsonl'));
    queries.set('2', `${queries.get('2')} Prieve, B. Pooch, U.`);
    const published = await readRun(join(oracle!, 'cacm-bm25.txt'), { ties: 'trec_eval' });
    let compared = 0;
    for (const [query, ranking] of published) {
      if (OTHER_TOPICS.has(query) && query !== '2') continue;
      const ours = new Map(
        collection.search(queries.get(query)!, lucenesLength).map(({ id, score }) => [id, score]),
      );
      for (const { id, score } of ranking) {
        expect(Math.abs(ours.get(id)! - score), `query ${query}, ${id}`).toBeLessThan(2e-4);
        compared++;
      }
    }
    expect(compared).toBe(54 * 30);
  },
);

/** The files in a tar archive by name (POSIX.1-1988: a block of 512 bytes, then the file, filled up to blocks). */
function filesOf(tar: Uint8Array): Map<string, string> {
  const files = new Map<string, string>();
  const field = (from: number, to: number): string =>
    new TextDecoder().decode(tar.subarray(from, to)).replace(/\0.*$/s, '');
  for (let at = 0; tar[at]; ) {
    const size = Number.parseInt(field(at + 124, at + 136), 8);
    if (size > 0) files.set(field(at, at + 100), field(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}
