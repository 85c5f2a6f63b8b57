// What the order of documents is worth: `node test/bench/indexes/document-order.ts [sizes]` builds each collection as
// it was read, by similarity, and both again after shuffling it, since the collections here are read book by book and
// others are not; and asks each index real questions. Each index is built in a process of its own, so that its peak of
// memory is its own.

import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { resourceUsage } from 'node:process';
import { promisify } from 'node:util';
import { buildIndex } from '../../../build/index/build.ts';
import { parseConfig } from '../../../build/index/config.ts';
import { sizesOf } from '../../../build/inspect/sizes.ts';
import type { EncoderInput } from '../../../build/stages/encode/encoder.ts';
import { openInputs } from '../../../build/stages/encode/inputs.ts';
import { newReport } from '../../../build/stages/read/lines/report.ts';
import { silent } from '../../../build/terminal/progress.ts';
import { folderSource } from '../../../build/work/files.ts';
import { encodeQuery } from '../../../src/query/encode/encode-query.ts';
import type { Cost } from '../../../src/query/search/meter.ts';
import { openIndex, spaceNamed } from '../../../src/query/search/open.ts';
import { search } from '../../../src/query/search/search.ts';
import { cacheFolder } from '../data/folders.ts';
import { collectionOf, type Size } from '../data/passages.ts';
import { QUESTION_SETS } from '../data/questions.ts';
import { type Distribution, distributionOf, round } from '../figures.ts';

const ORDERS = ['input', 'similarity', 'shuffled-input', 'shuffled-similarity'] as const;
const SETS = ['squad', 'headings'] as const;

/** What one query set costs: medians, 95th percentiles and means. */
type Summary = Pick<Distribution, 'mean' | 'median' | 'p95'>;

interface OrderFigures {
  readonly bytesPerPosting: number;
  readonly bytes: { readonly postings: number; readonly documents: number; readonly total: number };
  readonly seconds: { readonly total: number; readonly order: number };
  readonly documentsPerSecond: number;
  readonly peakMegabytes: number;
  readonly queries: Readonly<Record<string, Record<'postingReads' | 'documentReads' | 'bytes', Summary>>>;
}

async function* shuffled(inputs: AsyncIterable<EncoderInput>): AsyncGenerator<EncoderInput> {
  const documents: EncoderInput[] = [];
  for await (const input of inputs) documents.push(input);
  let state = 1;
  for (let i = documents.length - 1; i > 0; i--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const j = Math.floor((state / 2 ** 32) * (i + 1));
    [documents[i], documents[j]] = [documents[j], documents[i]];
  }
  yield* documents;
}

async function measure(order: (typeof ORDERS)[number], input: string): Promise<OrderFigures> {
  const folder = join(cacheFolder(), `order-${order}`);
  const workFolder = `${folder}-work`;
  for (const path of [folder, workFolder]) rmSync(path, { recursive: true, force: true });
  const read = () => openInputs({ input, format: 'beir', report: newReport() });
  const started = performance.now();
  const { manifest, seconds } = await buildIndex({
    inputs: () => (order.startsWith('shuffled') ? shuffled(read()) : read()),
    inputKey: order,
    config: parseConfig({
      spaces: [{ encoder: 'bm25' }],
      order: order.endsWith('similarity') ? 'similarity' : 'input',
    }),
    folder,
    workFolder,
    startProgress: silent,
  });
  const total = (performance.now() - started) / 1000;
  const peakMegabytes = round(resourceUsage().maxRSS / 1024);
  const index = await openIndex(folderSource(folder));
  const sizes = sizesOf(index);
  const postings = Object.values(sizes.postings).reduce((sum, bytes) => sum + bytes, 0);
  const queries: Record<string, OrderFigures['queries'][string]> = {};
  for (const set of SETS) {
    const costs: Cost[] = [];
    for (const question of await QUESTION_SETS[set]()) {
      const terms = encodeQuery(question, spaceNamed(index));
      costs.push((await search({ terms, k: 10, documents: true }, { index, clock: () => 0 })).cost);
    }
    const summary = (of: 'postingReads' | 'documentReads' | 'bytes'): Summary => {
      const { mean, median, p95 } = distributionOf(costs.map((cost) => cost[of]));
      return { mean, median, p95 };
    };
    queries[set] = {
      postingReads: summary('postingReads'),
      documentReads: summary('documentReads'),
      bytes: summary('bytes'),
    };
  }
  rmSync(folder, { recursive: true });
  return {
    bytesPerPosting: round(sizes.bytesPerPosting),
    bytes: {
      postings,
      documents: sizes.documents,
      total: postings + sizes.documents + sizes.ids + sizes.tables,
    },
    seconds: { total: round(total), order: round(seconds.order ?? 0) },
    documentsPerSecond: Math.round(manifest.documents / total),
    peakMegabytes,
    queries,
  };
}

const [first = '227k', input] = process.argv.slice(2);
const child = ORDERS.find((order) => order === first);
if (child) {
  console.log(JSON.stringify(await measure(child, input!)));
} else {
  for (const size of first.split(',') as Size[]) {
    const figures: Record<string, OrderFigures> = {};
    for (const order of ORDERS) {
      const { stdout } = await promisify(execFile)(process.execPath, [
        '--max-old-space-size=8192',
        import.meta.filename,
        order,
        await collectionOf(size),
      ]);
      figures[order] = JSON.parse(stdout) as OrderFigures;
    }
    console.log(JSON.stringify({ size, ...figures }, null, 2));
  }
}
