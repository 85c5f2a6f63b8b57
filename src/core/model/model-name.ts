// Which model an index was built with.

import { SparsedgeError } from '../errors.ts';
import type { Space } from '../format/manifest.ts';

/** A model's name and the SHA-256 of its model.json, in hexadecimal. */
export type ModelName = NonNullable<Space['encoder']['model']>;

/** Name of the contract in a model's folder. */
export const MODEL_JSON = 'model.json';

/**
 * Where a model lies beside an index, with a slash at the end. Named by its hash too, like everything that is
 * published: an isolate that still answers from an older generation finds the model of that generation.
 */
export function modelPlace({ id, sha256 }: ModelName): string {
  return `models/${id}-${sha256.slice(0, 12)}/`;
}

/**
 * Checks that a model is the one that an index was built with.
 *
 * @throws SparsedgeError `model-mismatch` that names both
 */
export function checkModelName(space: Space, found: ModelName | undefined): void {
  const { model: expected } = space.encoder;
  if (expected?.id === found?.id && expected?.sha256 === found?.sha256) return;
  const name = (model: ModelName | undefined) =>
    model ? `${model.id} (SHA-256 ${model.sha256})` : 'no model';
  throw new SparsedgeError(
    'model-mismatch',
    `space ${space.name} was built with ${name(expected)}; at hand is ${name(found)}`,
    { space: space.name, expected: expected?.sha256 ?? '', found: found?.sha256 ?? '' },
  );
}
