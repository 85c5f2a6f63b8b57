// What a build is to write, with every encoder opened: stages are given this and never open a model themselves.

import type { IndexedLanguage } from '../../../src/core/analyzer/stemming/stemmed-languages.ts';
import type { FieldSchema } from '../../../src/core/fields.ts';
import type { PageTable } from '../../../src/core/format/page-table.ts';
import type { SpacePlan } from '../invert/spool.ts';
import type { Layout } from './page-sizes.ts';

/**
 * Where an index is to be served from, which decides what pages share objects: all of them, those of postings but none
 * of documents, or none.
 */
export const STORES = ['r2', 'both', 'assets'] as const;
export type Store = (typeof STORES)[number];

/** Which documents are sections of one page: those of one URL but for what follows its #, or none. */
export const GROUPINGS = ['url', 'none'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** What is kept of the index that another is built on. */
interface KeptBase {
  /** Its build. */
  readonly build: string;
  /** Pages begin where its pages do. */
  readonly table: PageTable;
  readonly layout: Layout;
  /** windowStart[w] .. windowStart[w + 1] are the numbers of window w. */
  readonly windowStart: readonly number[];
  /** Where the order of each window is: the document, as it was read, of each of its numbers, or HOLE. */
  readonly orders: readonly string[];
  /** How many documents have come since all were put in order. */
  readonly added: number;
}

/** What an index is to be, but for its content. */
export interface IndexPlan {
  readonly spaces: readonly SpacePlan[];
  /** The fields by which documents are filtered, sorted and counted; none before all documents are read. */
  readonly fields: readonly FieldSchema[];
  /** Documents in a window, at most. */
  readonly windowDocuments: number;
  readonly order: 'input' | 'similarity';
  readonly group: Grouping;
  readonly store: Store;
  /** Whether document pages say what long lists hold of their documents; by their number where that is not chosen. */
  readonly vectors: 'auto' | 'always' | 'never';
  /** Whether the index has words as they are typed, to complete and correct by. */
  readonly words: boolean;
  /** What inflected spaces say of their languages, if there are any. */
  readonly languages?: readonly IndexedLanguage[] | undefined;
  /** What it is built on, if anything. */
  readonly base?: KeptBase | undefined;
}

/** Where an index is written. */
export interface Target {
  readonly folder: string;
  /** Of intermediate files, in the same file system. */
  readonly workFolder: string;
  readonly build: string;
  /** The program and its version. */
  readonly builtBy?: string | undefined;
  readonly store: Store;
  readonly layout: Layout;
}
