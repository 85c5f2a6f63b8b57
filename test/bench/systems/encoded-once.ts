// A network reads each document once, though its collection is searched alone and in the pool: a document's values
// depend on nothing but its text.

import { encodePart, type PartEncoders } from '../../../build/model/vector-parts.ts';
import type { DocumentEncoder, EncoderInput } from '../../../build/stages/encode/encoder.ts';
import { silent } from '../../../build/terminal/progress.ts';
import { type Document, searchableText } from '../../../src/core/document.ts';
import type { SparseVector } from '../../../src/core/sparse.ts';

/** An encoder that keeps the values of every text. */
export function remembering(encoder: DocumentEncoder): DocumentEncoder {
  const known = new Map<string, SparseVector>();
  return {
    ...encoder,
    async encode(inputs) {
      const texts = inputs.map(({ document }) => searchableText(document));
      const fresh = inputs.filter((_, i) => !known.has(texts[i]));
      const vectors = fresh.length > 0 ? await encoder.encode(fresh) : [];
      for (const [i, { document }] of fresh.entries()) known.set(searchableText(document), vectors[i]);
      return texts.map((text) => known.get(text)!);
    },
  };
}

/** Leaves documents encoded in a folder, for a build to take; gives the seconds that this took. */
export async function encodeInto(
  folder: string,
  encoders: PartEncoders,
  documents: readonly Document[],
): Promise<number> {
  const started = performance.now();
  await encodePart(inputsOf(documents), encoders, folder, { part: 1, of: 1 }, silent('', ''));
  return (performance.now() - started) / 1000;
}

async function* inputsOf(documents: readonly Document[]): AsyncGenerator<EncoderInput> {
  for (const document of documents) yield { document };
}
