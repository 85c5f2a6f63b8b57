// Questions put to a Worker by several clients at once, and the answers that they should get.

import { setTimeout as sleep } from 'node:timers/promises';
import { folderSource } from '../../../build/work/files.ts';
import { openIndex, spaceNamed } from '../../../src/query/search/open.ts';
import { search } from '../../../src/query/search/search.ts';
import { K } from '../indexes/query-cost.ts';
import { type Asked, termsOf } from './asked.ts';

/** Every so many questions, one is asked of the folder too. */
const COMPARED = 20;
/**
 * A connection for each request: one that waits for five seconds is closed by workerd, which on a busy machine may be
 * before it looks at what was sent.
 */
export const ALONE = { Connection: 'close' };

/** A request that needs no index. */
export async function nudge(url: string): Promise<void> {
  const response = await fetch(`${url}openapi.json?${Math.random()}`, { headers: ALONE });
  await response.arrayBuffer();
}

interface Scored {
  readonly document: number;
  readonly score: number;
}

/** What of an answer is looked at; nothing where there was an error. */
export type Answer =
  | {
      readonly exact: boolean;
      readonly hits: readonly Scored[];
      /** Where the question was read in another way than as its words. */
      readonly spelling?: unknown;
      readonly operators?: unknown;
    }
  | undefined;

/** Asks all questions, so many at a time; two of three with documents. */
export async function askAll(url: string, questions: readonly Asked[], clients: number): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const client = async () => {
    for (let i = next++; i < questions.length; i = next++)
      answers[i] = await ask(url, questions[i], i % 3 > 0);
  };
  await Promise.all(Array.from({ length: clients }, client));
  return answers;
}

/** By POST, whose answers no cache keeps. Who is refused while too much is asked asks again when the Worker says. */
export async function ask(url: string, asked: Asked, documents: boolean, tries = 10): Promise<Answer> {
  const query = typeof asked === 'string' ? { query: asked } : { terms: asked };
  const response = await fetch(`${url}v1/search`, {
    method: 'POST',
    headers: { ...ALONE, 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...query, k: K, documents }),
  });
  if (response.ok) return (await response.json()) as Answer;
  await response.arrayBuffer();
  const later = Number(response.headers.get('Retry-After'));
  if (response.status !== 503 || !(later > 0) || tries === 1) return undefined;
  await sleep(later * 1000);
  return ask(url, asked, documents, tries - 1);
}

/** The rankings of some questions, by the same search over the folder. */
export async function rankingsOf(folder: string, questions: readonly Asked[]): Promise<Map<number, string>> {
  const index = await openIndex(folderSource(folder));
  const rankings = new Map<number, string>();
  for (let i = 0; i < questions.length; i += COMPARED) {
    const terms = termsOf(questions[i], spaceNamed(index));
    const { hits } = await search({ terms, k: K, documents: false }, { index, clock: () => 0 });
    rankings.set(i, rankingOf(hits));
  }
  return rankings;
}

export function rankingOf(hits: readonly Scored[] = []): string {
  return hits.map(({ document, score }) => `${document} ${score}`).join();
}
