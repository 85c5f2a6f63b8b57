// The one seam of document expansion: a document goes in, the queries that it is predicted to answer come out. Whoever
// runs an expander (expand-corpus.ts) knows nothing of servers, and an expander nothing of corpora, journals and money.

import type { Document } from '../../../../src/core/document.ts';
import type { Discarded } from './answers/parse.ts';

/** Predicts queries. */
export interface Expander {
  /** Everything that its answers depend on, but for chance: what another key predicted is not gone on with. */
  readonly key: string;
  /** Documents that it can be given at once; how many of them it works on is its own affair. */
  readonly concurrency: number;
  /**
   * Predicts one document's queries.
   *
   * @throws SparsedgeError when no other document would fare better: the model does not exist, the key is refused
   */
  expand(document: Document, signal: AbortSignal): Promise<Prediction>;
}

/** What came of one document. */
export interface Prediction {
  readonly queries: readonly string[];
  readonly discarded: Discarded;
  readonly usage: Usage;
  /** Why there are no queries, if there are none. */
  readonly failure?: Failure;
}

/** Tokens read and written, calls that came to nothing included. */
export interface Usage {
  readonly input: number;
  readonly output: number;
  /** The server does not count tokens: these are characters divided by four. */
  readonly estimated?: true;
}

/** Why a document was not expanded. */
export interface Failure {
  readonly reason: string;
  /** It may be the server that fails, and not for this document alone. */
  readonly ofServer: boolean;
}

/** Two usages in one. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    ...((a.estimated || b.estimated) && { estimated: true }),
  };
}

/** Nothing read or written. */
export const NO_USAGE: Usage = { input: 0, output: 0 };
