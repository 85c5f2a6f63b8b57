// What a build is to write, with every encoder opened: stages are given this and never open a model themselves.

import type { PostingsEncoder } from '../../../src/core/format/postings.ts';
import type { StartProgress } from '../../terminal/progress.ts';
import type { SpacePlan } from '../invert/spool.ts';
import type { Renumbering } from '../order/permutation.ts';

/** What an index is to be, but for its content. */
export interface IndexPlan {
  readonly spaces: readonly SpacePlan[];
  /** Documents in a segment, at most. */
  readonly segmentDocuments: number;
  readonly order: 'input' | 'similarity';
  readonly documentPages: 'shards' | 'objects';
}

/** What the writers of terms and of documents share. */
export interface Target {
  readonly folder: string;
  /** Of intermediate files, in the same file system. */
  readonly workFolder: string;
  readonly build: string;
  /** segmentStart[s] .. segmentStart[s + 1] are the documents of segment s. */
  readonly segmentStart: readonly number[];
  /** Nothing where documents stay in the order in which they were read. */
  readonly renumbering: Renumbering | undefined;
  /** Of all lists, one after the other. */
  readonly encoder: PostingsEncoder;
  readonly startProgress: StartProgress;
}
