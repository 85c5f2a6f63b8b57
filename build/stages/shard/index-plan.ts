// What a build is to write, with every encoder opened: stages are given this and never open a model themselves.

import type { IndexedLanguage } from '../../../src/core/analyzer/stemming/stemmed-languages.ts';
import type { SpacePlan } from '../invert/spool.ts';
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

/** Where an index is written. */
export interface Target {
  readonly folder: string;
  /** Of intermediate files, in the same file system. */
  readonly workFolder: string;
  readonly build: string;
  readonly store: Store;
  readonly layout: Layout;
}
