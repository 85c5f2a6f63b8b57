// What an index costs at Cloudflare: its storage and its build from its own sizes, its queries from asking them here
// and counting what they read. Prices are src/query/usage/price.ts.

import { SparsedgeError } from '../../src/core/errors.ts';
import type { Cost } from '../../src/query/search/meter.ts';
import {
  billedReads,
  cpuMillisecondsOf,
  microdollarsOf,
  PLANS,
  PRICES,
  type PricedStore,
} from '../../src/query/usage/price.ts';
import { filesBeside } from '../index/copy-model.ts';
import { openFolder } from '../index/open-folder.ts';
import { filesOf } from '../index/publish.ts';
import { documentsByNumber, numbersHeld } from '../inspect/lists.ts';
import { sizesOf } from '../inspect/sizes.ts';
import type { StartProgress } from '../terminal/progress.ts';
import { folderSearcher, type Spread, spreadOf } from './measure.ts';
import { readTopics } from './topics.ts';

/** What to reckon with. */
export interface CostJob {
  readonly folder: string;
  /** A file of questions; else titles of the index's own documents are asked. */
  readonly queries?: string | undefined;
  /** How many questions are asked, at most. */
  readonly most: number;
  /** The share of queries that the platform's cache answers, from 0 to 1. */
  readonly hitRate: number;
  /** Queries a month. */
  readonly monthly: number;
  readonly startProgress: StartProgress;
}

/** A store, and what it costs. All are dollars. */
export interface StoreCost {
  readonly store: PricedStore;
  /** A million queries beyond what a plan includes: nothing cached, and at the hit rate. */
  readonly million: { readonly cold: number; readonly cached: number };
  /** Storing all of it for a month, beyond the free 10 GB of R2. */
  readonly storageMonth: number;
  /** Uploading all of it, once, beyond the free million writes. */
  readonly upload: number;
  /** A month of the queries that were asked for, at the hit rate, on the paid plan with what it includes. */
  readonly month: number;
  /** Why the free plan does not carry it; empty where it does. */
  readonly freeRefuses: readonly string[];
}

/** What an index costs. */
export interface CostReport {
  readonly pricesAsOf: string;
  readonly questions: { readonly asked: number; readonly from: string };
  readonly reads: Spread;
  readonly cpuMilliseconds: Spread;
  /** Of the index in the folder, as it is laid out. */
  readonly bytes: number;
  readonly files: number;
  readonly hitRate: number;
  readonly monthly: number;
  readonly stores: readonly StoreCost[];
}

const STORES: readonly PricedStore[] = ['assets', 'both', 'r2'];
const SHOWN = 10;
/** A title is a question of a few words; a longer one is not. */
const TITLE_WORDS = 8;
const GIGABYTE = 1e9;

/**
 * Reckons what an index costs.
 *
 * @throws SparsedgeError `bad-input` for a folder without an index, or a file without questions
 */
export async function costOfIndex(job: CostJob): Promise<CostReport> {
  const { folder, queries, hitRate, monthly, startProgress } = job;
  const index = await openFolder(folder);
  const questions =
    queries === undefined ? await titlesOf(index, job.most) : evenly(await readTopics(queries), job.most);
  if (questions.length === 0)
    throw new SparsedgeError(
      'bad-input',
      `${queries ?? folder} has no questions to reckon with; give --queries`,
    );
  const search = await folderSearcher(folder, index, {});
  const progress = startProgress('asking', 'questions');
  const costs: Cost[] = [];
  for (const question of questions) {
    costs.push((await search(question, SHOWN, true)).cost);
    progress.at(costs.length, questions.length);
  }
  progress.end();
  const bytes = sizesOf(index).total;
  const files = (await filesOf(folder)).current + filesBeside(folder, index.manifest).length;
  const carried = { costs, bytes, files, hitRate, monthly };
  return {
    pricesAsOf: PRICES.asOf,
    questions: { asked: costs.length, from: queries ?? 'titles of its own documents' },
    reads: spreadOf(costs.map(({ postingReads, documentReads }) => postingReads + documentReads)),
    cpuMilliseconds: spreadOf(costs.map(cpuMillisecondsOf)),
    bytes,
    files,
    hitRate,
    monthly,
    stores: STORES.map((store) => storeCost(store, carried)),
  };
}

interface Carried {
  readonly costs: readonly Cost[];
  readonly bytes: number;
  readonly files: number;
  readonly hitRate: number;
  readonly monthly: number;
}

function storeCost(store: PricedStore, { costs, bytes, files, hitRate, monthly }: Carried): StoreCost {
  const mean = (of: (cost: Cost) => number) => costs.reduce((sum, cost) => sum + of(cost), 0) / costs.length;
  const cold = mean((cost) => microdollarsOf(cost, store));
  // An answer from the platform's cache is a request still, as far as is known; it is nothing else.
  const cached = PRICES.request + (1 - hitRate) * (cold - PRICES.request);
  const inR2 = store === 'assets' ? 0 : 1;
  const asked = monthly * (1 - hitRate);
  const reads = mean((cost) => billedReads(cost, store)) * asked;
  const storageMonth = inR2 * PRICES.r2GigabyteMonth * beyond(bytes / GIGABYTE, PLANS.r2.gigabytes);
  const month =
    PRICES.paidPlan +
    storageMonth +
    (PRICES.request * beyond(monthly, PLANS.paid.requestsAMonth) +
      PRICES.cpuMillisecond * beyond(mean(cpuMillisecondsOf) * asked, PLANS.paid.cpuMillisecondsAMonth) +
      PRICES.r2Read * beyond(reads, PLANS.r2.readsAMonth)) /
      1e6;
  return {
    store,
    million: { cold, cached },
    storageMonth,
    upload: (inR2 * PRICES.r2Write * beyond(files, PLANS.r2.writesAMonth)) / 1e6,
    month,
    freeRefuses: freeRefuses(store, { costs, bytes, files, hitRate, monthly }),
  };
}

/** What of the free plan's limits is passed. */
function freeRefuses(store: PricedStore, { costs, bytes, files, monthly }: Carried): string[] {
  const { requestsADay, cpuMilliseconds, subrequests, assetFiles } = PLANS.free;
  const cpu = spreadOf(costs.map(cpuMillisecondsOf)).p99;
  const reads = spreadOf(costs.map(({ postingReads, documentReads }) => postingReads + documentReads)).p99;
  const found: string[] = [];
  if (monthly / 30 > requestsADay)
    found.push(`${Math.ceil(monthly / 30)} queries a day, of at most ${requestsADay} requests`);
  if (cpu > cpuMilliseconds)
    found.push(`${cpu.toFixed(1)} ms of processor at the 99th percentile, of at most ${cpuMilliseconds}`);
  if (reads > subrequests) found.push(`${reads} reads at the 99th percentile, of at most ${subrequests}`);
  if (store !== 'r2' && files > assetFiles) found.push(`${files} files, of at most ${assetFiles}`);
  if (store !== 'assets' && bytes > PLANS.r2.gigabytes * GIGABYTE)
    found.push(`${(bytes / GIGABYTE).toFixed(1)} GB in R2, of at most ${PLANS.r2.gigabytes}`);
  return found;
}

function beyond(used: number, included: number): number {
  return Math.max(0, used - included);
}

/** Titles of documents, evenly spaced; of a document without one, its first words. */
async function titlesOf(
  index: Awaited<ReturnType<typeof openFolder>>,
  most: number,
): Promise<{ id: string; text: string }[]> {
  const numbers = evenly(await numbersHeld(index), most);
  const shown = await documentsByNumber(index, numbers);
  return [...shown.values()].map(({ id, title, text }) => ({
    id,
    text: (title || text).split(/\s+/).slice(0, TITLE_WORDS).join(' '),
  }));
}

/** At most so many of them, evenly spaced. */
function evenly<T>(all: readonly T[], most: number): T[] {
  const step = Math.max(1, all.length / most);
  return Array.from({ length: Math.min(all.length, most) }, (_, i) => all[Math.floor(i * step)]);
}
