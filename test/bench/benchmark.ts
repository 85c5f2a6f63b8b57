// What every benchmark is: options in, named results out.

import type { JudgedName } from './data/judged-collections.ts';
import type { Size } from './data/passages.ts';
import type { Imagined, ProfileName, Scale } from './data/profiles.ts';
import type { QuestionSet } from './data/questions.ts';
import type { SiteName } from './data/sites.ts';
import type { Freshness } from './indexes/indexes.ts';

/** What a benchmark is asked to do. */
export interface BenchOptions {
  readonly sizes: readonly Size[];
  readonly sets: readonly QuestionSet[];
  readonly encoders: readonly ProfileName[];
  readonly freshness: Freshness;
  /** Whether 8.8 million documents are tried, too, where a benchmark can. */
  readonly large: boolean;
  /** Whether collections are searched one by one, too, where a benchmark also takes all as one. */
  readonly alone: boolean;
  /** Whether CPU time is measured, which takes the longest. */
  readonly cpu: boolean;
  /** An ONNX or GGUF file, where a benchmark takes one. */
  readonly model?: string | undefined;
  /** A GGUF file of a LoRA adapter of that model. */
  readonly adapter?: string | undefined;
  /** Folders of models that are compared. */
  readonly models: readonly [string, ...string[]];
  /** A folder of results that were measured elsewhere. */
  readonly work?: string | undefined;
  /** Where indexes are made to be served from. */
  readonly store: 'r2' | 'assets';
  /** Sizes of synthetic collections that are served in place of passages. */
  readonly synthetic: readonly Scale[];
  /** Sizes of synthetic indexes that are searched without being built. */
  readonly imagined: readonly Imagined[];
  /** Whether document pages have vectors whatever the size. */
  readonly vectors: boolean;
  /** A folder of HTML pages, or the one below which packages of them are unpacked. */
  readonly folder?: string | undefined;
  /** Documentation sites. */
  readonly sites: readonly SiteName[];
  /** Engines that are compared on them; all unless given. */
  readonly engines?: readonly string[] | undefined;
  /** The program of the browser that asks Pagefind. */
  readonly chromium: string;
  /** What is put to a Worker that runs already, and how fast. */
  readonly load: LoadOptions;
  /** Judged collections. */
  readonly collections: readonly JudgedName[];
}

/** Searches that arrive at a URL. */
interface LoadOptions {
  readonly url?: string | undefined;
  /** A folder of an index to serve instead, whose isolate's memory is sampled. */
  readonly index?: string | undefined;
  /** A file of questions, one a line. */
  readonly log?: string | undefined;
  /** Searches a second; the highest rate that holds unless given. */
  readonly rate?: number | undefined;
  readonly seconds: number;
  /** Milliseconds in which nearly all have to be answered. */
  readonly limit: number;
}

/** Results to keep, by name: what a benchmark yields as it goes. */
export type Results = AsyncIterable<readonly [name: string, figures: unknown]>;

/** Runs a benchmark. */
export type Benchmark = (options: BenchOptions) => Results;
