// What a build reads: documents, or documents with vectors made elsewhere.

import { FieldTally } from '../read/fields/tally.ts';
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

/** Inputs as they are; once all are taken, what fields they have is reported. */
export async function* tallied(
  inputs: AsyncIterable<EncoderInput>,
  { schema, report }: Pick<ReadOptions, 'schema' | 'report'>,
): AsyncGenerator<EncoderInput> {
  const tally = new FieldTally(schema);
  for await (const input of inputs) {
    tally.add(input.document);
    yield input;
  }
  tally.report(report);
}
