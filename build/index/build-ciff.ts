// What the build command does differently for a CIFF: postings come as they are, and text, if any, from a corpus beside
// it.

import type { Document } from '../../src/core/document.ts';
import { type CiffReport, spoolCiff } from '../ciff/import.ts';
import { FieldTally } from '../stages/read/fields/tally.ts';
import { type ReadOptions, readDocuments } from '../stages/read/read.ts';
import type { StartProgress } from '../terminal/progress.ts';
import { keyOf } from '../work/stage.ts';
import type { BuildInput } from './build.ts';
import { largestTf } from './ciff-config.ts';
import type { BuildConfig } from './config.ts';
import { inputKeyOf } from './input-key.ts';

/** A CIFF and what goes with it. */
export interface CiffReading {
  readonly input: string;
  /** Where its documents have their text. */
  readonly corpus?: ReadOptions | undefined;
}

/** The key of a CIFF and its corpus: see inputKeyOf. */
export async function ciffKeyOf({ input, corpus }: CiffReading): Promise<string> {
  return keyOf('ciff', await inputKeyOf({ input }), corpus && (await inputKeyOf(corpus)));
}

/**
 * Reads a CIFF in place of documents.
 *
 * @param config completed for a CIFF
 * @param onRead gets what was read, once it is
 */
export function ciffInput(
  { input, corpus }: CiffReading,
  config: BuildConfig,
  startProgress: StartProgress,
  onRead: (report: CiffReport) => void,
): BuildInput {
  const documents = corpus && (() => tallied(corpus));
  return {
    spool: async (plans, folder) => {
      const ciff = { input, largestTf: largestTf(config), corpus: documents };
      const { spool, report } = await spoolCiff(ciff, plans, folder, startProgress);
      onRead(report);
      return spool;
    },
  };
}

async function* tallied(corpus: ReadOptions): AsyncGenerator<Document> {
  const tally = new FieldTally(corpus.schema);
  for await (const document of readDocuments(corpus)) {
    tally.add(document);
    yield document;
  }
  tally.report(corpus.report);
}
