// `load`: the rate of searches that a URL answers, and what happens beyond it.
//
// Arrivals are open-loop: a search is sent when its time has come, whatever became of those before it, and its latency
// counts from that time on. A client that waits for answers before it asks again would not see a server that stalls.

import { readFileSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomFrom } from '../../../fakes/random.ts';
import type { BenchOptions, Results } from '../../benchmark.ts';
import { QUESTION_SETS, type QuestionSet } from '../../data/questions.ts';
import { type Distribution, distributionOf } from '../../figures.ts';
import { listenerOf, type MemoryFigures, watchMemory } from '../../machine/listener.ts';
import {
  type IsolateFigures,
  startWatched,
  type WatchedWorker,
  watchIsolate,
} from '../../machine/watched-worker.ts';

/** A rate holds when so many of a hundred searches are answered within the limit, and nothing else goes wrong. */
const HOLDS_PERCENT = 99;
/** What is still out so long after the last arrival counts as never answered: a request without a deadline has 30 s. */
const GRACE_MS = 40_000;
/** Twice the rate is kept up so long at most, and so is the rate after that. */
const MOST_DOUBLED_SECONDS = 300;
/** The highest rate that holds is known this closely. */
const CLOSE = 1.1;

/** What came of the searches of one rate. */
export interface RateFigures {
  /** Searches a second that were meant to arrive, at random times. */
  readonly rate: number;
  readonly seconds: number;
  readonly sent: number;
  /** Answered in order. */
  readonly answered: number;
  /** Answered by status and code: `503 overloaded` is load that was shed. Of 503, without a Retry-After is said. */
  readonly refused: Readonly<Record<string, number>>;
  /** Connections that broke, by the system's code, and `unanswered` searches. */
  readonly failed: Readonly<Record<string, number>>;
  /** Milliseconds from when a search was to arrive until its answer was there whole, and until it was refused. */
  readonly latency: Distribution;
  readonly refusal: Distribution;
  /** Milliseconds that searches left late: beyond a few, this machine was the limit, and not the server. */
  readonly late: Distribution;
  readonly holds: boolean;
  /** Of the process that listens, where it is on this machine. */
  readonly memory: MemoryFigures | undefined;
  /** Of the isolate, where this process serves the index. */
  readonly isolate: IsolateFigures | undefined;
}

/** A rate that holds, twice that, and the rate again. */
export interface LoadFigures {
  readonly limitMilliseconds: number;
  /** The rates that were tried to find the highest one that holds. */
  readonly tried: readonly RateFigures[];
  readonly sustained: RateFigures;
  readonly doubled: RateFigures;
  readonly recovered: RateFigures;
}

export async function* bench({ load, sets }: BenchOptions): Results {
  const questions = load.log === undefined ? await asked(sets) : lines(load.log);
  if (questions.length === 0) throw new Error(`${load.log ?? sets.join()}: expected questions, found none`);
  if (load.index !== undefined) {
    const worker = await startWatched(load.index);
    try {
      yield ['load', await measure(worker.url, load, questions, worker)];
    } finally {
      await worker.stop();
    }
    return;
  }
  if (load.url === undefined)
    throw new Error('bench -- load needs --url, of a Worker that answers /v1/search, or --index');
  yield ['load', await measure(load.url, load, questions)];
}

async function measure(
  url: string,
  { rate, seconds, limit }: BenchOptions['load'],
  questions: readonly string[],
  worker?: WatchedWorker,
): Promise<LoadFigures> {
  const endpoint = new URL('v1/search', url);
  const ask = (each: number, during: number) =>
    arrivals({ endpoint, questions, rate: each, seconds: during, limit, worker });
  const { tried, highest } =
    rate === undefined ? await findHighest(ask, seconds) : { tried: [], highest: rate };
  const sustained = await ask(highest, seconds);
  const shorter = Math.min(seconds, MOST_DOUBLED_SECONDS);
  const doubled = await ask(2 * highest, shorter);
  const recovered = await ask(highest, shorter);
  return { limitMilliseconds: limit, tried, sustained, doubled, recovered };
}

async function asked(sets: readonly QuestionSet[]): Promise<string[]> {
  const questions: string[] = [];
  for (const set of sets) questions.push(...(await QUESTION_SETS[set]()));
  return questions;
}

function lines(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
}

/** Doubles the rate while it holds, then closes in on where it stops to. */
async function findHighest(
  ask: (rate: number, seconds: number) => Promise<RateFigures>,
  seconds: number,
): Promise<{ tried: RateFigures[]; highest: number }> {
  const tried: RateFigures[] = [];
  const holds = async (rate: number): Promise<boolean> => {
    const figures = await ask(rate, Math.min(seconds, 10));
    tried.push(figures);
    return figures.holds;
  };
  let highest = 0;
  let tooHigh = 1;
  while (await holds(tooHigh)) [highest, tooHigh] = [tooHigh, 2 * tooHigh];
  if (highest === 0) throw new Error('not even one search a second is answered within the limit');
  while (tooHigh / highest > CLOSE) {
    const middle = Math.sqrt(highest * tooHigh);
    if (await holds(middle)) highest = middle;
    else tooHigh = middle;
  }
  return { tried, highest };
}

interface Arrivals {
  readonly endpoint: URL;
  readonly questions: readonly string[];
  readonly rate: number;
  readonly seconds: number;
  readonly limit: number;
  /** What answers, where this process has started it. */
  readonly worker?: WatchedWorker | undefined;
}

/** Sends searches for some seconds, at the times of a Poisson process, and waits for what is still out. */
async function arrivals({
  endpoint,
  questions,
  rate,
  seconds,
  limit,
  worker,
}: Arrivals): Promise<RateFigures> {
  const random = randomFrom(1);
  const latency: number[] = [];
  const refusal: number[] = [];
  const late: number[] = [];
  const refused: Record<string, number> = {};
  const failed: Record<string, number> = {};
  const searches: Promise<void>[] = [];
  const given = new AbortController();
  const send = async (query: string, due: number): Promise<void> => {
    try {
      const problem = await post(endpoint, JSON.stringify({ query }), given.signal);
      (problem === undefined ? latency : refusal).push(performance.now() - due);
      if (problem !== undefined) refused[problem] = (refused[problem] ?? 0) + 1;
    } catch (error) {
      const reason = given.signal.aborted
        ? 'unanswered'
        : ((error as NodeJS.ErrnoException).code ?? String(error));
      failed[reason] = (failed[reason] ?? 0) + 1;
    }
  };
  const memory = watchMemory(listenerOf(endpoint));
  const isolate = worker && watchIsolate(worker);
  const start = performance.now();
  const end = start + 1000 * seconds;
  for (let due = start; due < end; due += (-Math.log(1 - random()) / rate) * 1000) {
    const ahead = due - performance.now();
    if (ahead > 1) await sleep(ahead);
    late.push(Math.max(0, performance.now() - due));
    searches.push(send(questions[searches.length % questions.length], due));
  }
  const figures = await isolate?.();
  const grace = setTimeout(() => given.abort(), GRACE_MS);
  await Promise.all(searches);
  clearTimeout(grace);
  const inTime = latency.filter((milliseconds) => milliseconds <= limit).length;
  return {
    rate,
    seconds,
    sent: searches.length,
    answered: latency.length,
    refused,
    failed,
    latency: distributionOf(latency),
    refusal: distributionOf(refusal),
    late: distributionOf(late),
    holds: 100 * inTime >= HOLDS_PERCENT * searches.length,
    memory: memory(),
    isolate: figures,
  };
}

/**
 * Asks by a connection of its own, as strangers do. One that is kept may be closed by the server just when it is used
 * again, which a client has to expect and says nothing of load.
 *
 * @returns the status and code of a problem; nothing of an answer
 */
function post(endpoint: URL, body: string, signal: AbortSignal): Promise<string | undefined> {
  const { request } = endpoint.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    const asking = request(endpoint, { method: 'POST', agent: false, headers, signal }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode = 0, headers: answered } = response;
        if (statusCode === 200) return resolve(undefined);
        const lacking = statusCode === 503 && answered['retry-after'] === undefined;
        resolve(
          `${statusCode} ${codeIn(Buffer.concat(parts))}${lacking ? ' without Retry-After' : ''}`.trim(),
        );
      });
    });
    asking.on('error', reject);
    asking.end(body);
  });
}

/** What a problem calls itself; nothing of what is none. */
function codeIn(body: Buffer): string {
  try {
    const { code } = JSON.parse(body.toString()) as { code?: unknown };
    return typeof code === 'string' ? code : '';
  } catch {
    return '';
  }
}
