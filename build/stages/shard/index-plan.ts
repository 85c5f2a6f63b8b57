// What a build is to write, with every encoder opened: stages are given this and never open a model themselves.

import type { IndexedLanguage } from '../../../src/core/analyzer/stemming/stemmed-languages.ts';
import type { PostingsEncoder } from '../../../src/core/format/postings.ts';
import type { StartProgress } from '../../terminal/progress.ts';
import type { SpacePlan } from '../invert/spool.ts';
import type { Renumbering } from '../order/permutation.ts';
import type { VectorSpool } from './documents/vector-spool.ts';
import type { Layout } from './page-sizes.ts';

/**
 * Where an index is to be served from, which decides what pages share objects: all of them, those of postings but none
 * of documents, or none.
 */
export const STORES = ['r2', 'both', 'assets'] as const;
export type Store = (typeof STORES)[number];

/** What an index is to be, but for its content. */
export interface IndexPlan {
  readonly spaces: readonly SpacePlan[];
  /** Documents in a window, at most. */
  readonly windowDocuments: number;
  readonly order: 'input' | 'similarity';
  readonly store: Store;
  /** Whether document pages say what long lists hold of their documents; by their number where that is not chosen. */
  readonly vectors: 'auto' | 'always' | 'never';
  /** What inflected spaces say of their languages, if there are any. */
  readonly languages?: readonly IndexedLanguage[] | undefined;
}

/** What the writers of terms and of documents share. */
export interface Target {
  readonly folder: string;
  /** Of intermediate files, in the same file system. */
  readonly workFolder: string;
  readonly build: string;
  readonly store: Store;
  readonly layout: Layout;
  /** windowStart[w] .. windowStart[w + 1] are the documents of window w. */
  readonly windowStart: readonly number[];
  /** Nothing where documents stay in the order in which they were read. */
  readonly renumbering: Renumbering | undefined;
  /** Where the postings of long lists gather for document pages, if those are to have vectors. */
  readonly vectors: VectorSpool | undefined;
  /** Of all lists, one after the other. */
  readonly encoder: PostingsEncoder;
  readonly startProgress: StartProgress;
}
