// The sample collection that comes with Sparsedge.

import { join, relative } from 'node:path';
import type { StartProgress } from '../terminal/progress.ts';
import { type Built, buildFolder } from './build-folder.ts';
import { parseConfig } from './config.ts';
import { INDEXES } from './open-folder.ts';

/** A BEIR folder. */
export const SAMPLE = relative('.', join(import.meta.dirname, '../../test/fixtures/sample')) || '.';

/** Builds the sample's index below INDEXES. */
export function buildSample(startProgress: StartProgress): Promise<Built> {
  return buildFolder({
    reading: { input: SAMPLE },
    config: parseConfig({}),
    folder: join(INDEXES, 'sample'),
    startProgress,
  });
}
