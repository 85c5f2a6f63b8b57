// Searching through a Worker over HTTP, as any client would.

import { SparsedgeError } from '../../src/core/errors.ts';
import type { RerankReport } from '../../src/query/rerank/rerank.ts';
import type { Cost } from '../../src/query/search/meter.ts';

/** What a Worker adds to the cost of a search. */
interface WorkerCost {
  /** What opening the index took in this request: nothing when it was open. */
  readonly openReads: number;
  readonly openBytes: number;
  readonly microdollars: number;
}

/** What of a Worker's answer is used here; src/http/api.ts defines all of it. */
export interface WorkerAnswer {
  readonly index: { readonly build: string };
  readonly exact: boolean;
  readonly hits: readonly {
    readonly document: number;
    readonly score: number;
    readonly rerankScore?: number;
    readonly id?: string;
    readonly title?: string;
    readonly text?: string;
  }[];
  readonly rerank?: RerankReport;
  readonly cost: Cost & WorkerCost;
}

/** A search as the Worker takes it. */
export interface WorkerQuestion {
  readonly query?: string | undefined;
  readonly k: number;
  readonly documents: boolean;
  /** How else: src/http/api.ts defines it. */
  readonly [option: string]: unknown;
}

/**
 * Asks a Worker. By POST, whose answers no cache keeps: what is measured is the search.
 *
 * @throws SparsedgeError `unavailable` when it cannot be reached, `bad-query` and others as the Worker says
 */
export async function askWorker(url: string, question: WorkerQuestion): Promise<WorkerAnswer> {
  const target = new URL('v1/search', url.endsWith('/') ? url : `${url}/`);
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(target, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(question),
    });
    answer = await response.json();
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? 'answered something that is not JSON' : 'cannot be reached';
    throw new SparsedgeError(
      'unavailable',
      `the Worker at ${target} ${reason}`,
      { url: String(target) },
      { cause },
    );
  }
  if (response.ok) return answer as WorkerAnswer;
  const { detail = response.statusText } = answer as { detail?: string };
  const code = response.status < 500 ? 'bad-query' : 'unavailable';
  throw new SparsedgeError(code, `the Worker at ${target} answered ${response.status}: ${detail}`, {
    status: response.status,
  });
}
