// The pieces of the model of a space, from beside an index: what a document's own text gives it there.

import { SparsedgeError } from '../../src/core/errors.ts';
import type { Space } from '../../src/core/format/manifest.ts';
import { type Pieces, piecesOf } from '../../src/query/encode/query-model.ts';
import { areTermsKnown } from '../../src/query/encode/space-terms.ts';
import { openModelOfIndex, readVocabulary } from '../model/model-folder.ts';

/** Opens them; nothing where the analyzer says all, or the model is not beside the index. */
export async function spacePieces(space: Space, index: string): Promise<Pieces | undefined> {
  const { model } = space.encoder;
  if (model === undefined || areTermsKnown(space, undefined)) return undefined;
  try {
    const folder = openModelOfIndex(index, model);
    return piecesOf({ contract: folder.contract, vocabulary: await readVocabulary(folder) });
  } catch (error) {
    if (error instanceof SparsedgeError && error.code === 'bad-input') return undefined;
    throw error;
  }
}
