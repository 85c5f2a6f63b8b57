// Which model an index was built with.

import { SparsedgeError } from '../errors.ts';
import type { Space } from '../format/manifest.ts';

/** A model's name and the SHA-256 of its model.json, in hexadecimal. */
export type ModelName = NonNullable<Space['encoder']['model']>;

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
