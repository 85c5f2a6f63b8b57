// What of a build's configuration has a meaning of its own for a CIFF: its tfs are impacts, or counts of terms. The
// file does not say which, so the encoder does: `vectors` takes them as impacts, the others count.

import { SparsedgeError } from '../../src/core/errors.ts';
import { MAX_IMPACT } from '../../src/core/format/postings.ts';
import type { BuildConfig } from './config.ts';

/** Counts are kept as 32-bit floats, exact up to here. */
const MAX_COUNT = 2 ** 24 - 1;

/** Whether an input is a CIFF by its name. */
export function isCiff(input: string): boolean {
  return /\.ciff(\.gz)?$/i.test(input);
}

/**
 * Completes a configuration: impacts stay as they are unless it says which of them becomes 255.
 *
 * @throws SparsedgeError `bad-input` for a space that a model is to weigh, be it the default one
 */
export function ciffConfig(config: BuildConfig): BuildConfig {
  const spaces = config.spaces.map((space) => {
    const { encoder, quantizer } = space;
    if (encoder === 'model') {
      throw new SparsedgeError(
        'bad-input',
        `the space ${space.name}: expected an encoder that takes numbers, vectors for impacts or bm25 for counts, found a model: ` +
          'a CIFF has no text to read',
        { space: space.name, found: 'model' },
      );
    }
    if (encoder !== 'vectors') return { ...space, titleWeight: undefined };
    return { ...space, quantizer: { ...quantizer, maximum: quantizer.maximum ?? MAX_IMPACT } };
  });
  return { ...config, spaces };
}

/** The largest tf that a completed configuration can take without loss. */
export function largestTf({ spaces }: BuildConfig): number {
  return Math.min(
    MAX_COUNT,
    ...spaces.flatMap(({ encoder, quantizer }) => (encoder === 'vectors' ? (quantizer.maximum ?? []) : [])),
  );
}
