// What a build reads: documents, or documents with vectors made elsewhere.

import { type ReadOptions, readDocuments } from '../read/read.ts';
import type { EncoderInput } from './encoder.ts';
import { readVectors } from './vectors.ts';

/** Opens an input for a build: JSON lines with vectors where `withVectors` says so, else anything that can be read. */
export async function* openInputs(options: ReadOptions, withVectors = false): AsyncGenerator<EncoderInput> {
  if (withVectors) {
    yield* readVectors(options);
    return;
  }
  for await (const document of readDocuments(options)) yield { document };
}
