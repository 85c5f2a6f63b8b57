// The models of an index in a page: what weighs a question's terms, unless that is a network.

import { SparsedgeError } from '../src/core/errors.ts';
import type { Space } from '../src/core/format/manifest.ts';
import type { Source } from '../src/core/source.ts';
import { readContract, readQueryModel } from '../src/encode/stored-model.ts';
import { type EncodedQuery, encodeFor } from '../src/query/encode/query-model.ts';

/**
 * Opens the model of a space.
 *
 * @returns what encodes questions with it
 * @throws SparsedgeError `bad-input` for a network; what readContract and readQueryModel throw
 */
export async function openPageModel(
  source: Source,
  space: Space,
): Promise<(text: string) => Promise<EncodedQuery>> {
  const named = await readContract(source, space);
  const { id, query } = named.contract;
  if (query.kind === 'neural') {
    throw new SparsedgeError(
      'bad-input',
      `the model ${id}: its queries need a network, and a page has none: ask a Worker that has one, by its endpoint`,
      { model: id },
    );
  }
  const model = await readQueryModel(source, named);
  return (text) => encodeFor(space, text, model);
}
