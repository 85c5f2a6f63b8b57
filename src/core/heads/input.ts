// What a head is given: one window of a text, and what the graph gave for it.

import type { ModelContract } from '../model/contract.ts';
import type { Window } from '../tokens/tokens.ts';
import type { OutputRow } from './outputs/output.ts';

export interface HeadInput {
  readonly model: ModelContract;
  readonly window: Window;
  readonly row: OutputRow;
  /** SparTerm's second output. */
  readonly gate?: OutputRow | undefined;
  /** By piece: the term that it is or belongs to; nothing for pieces that are never terms. */
  readonly terms: readonly (string | undefined)[];
}
