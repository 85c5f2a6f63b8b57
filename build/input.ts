// What a build reads: documents, or documents with vectors made elsewhere.

import type { EncoderInput } from './encode.ts';
import { readDocuments, type ReadOptions } from './read/read.ts';

/** Opens an input for a build. */
export async function* openInputs(options: ReadOptions): AsyncGenerator<EncoderInput> {
  for await (const document of readDocuments(options)) yield { document };
}
