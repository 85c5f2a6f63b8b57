// The folder of a new model. It is made beside the place where it is to lie, and gets its name when it is whole.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SparsedgeError } from '../../../src/core/errors.ts';
import type { ModelFile } from '../../../src/core/model/contract.ts';

/**
 * Makes a model's folder.
 *
 * @param make fills the folder that it is given; what it refuses leaves nothing behind
 * @param replace whether the folder takes the place of the one that is there
 * @throws SparsedgeError `bad-input` if one is there
 */
export async function makeFolder<Made>(
  out: string,
  make: (path: string) => Promise<Made>,
  replace = false,
): Promise<Made> {
  if (existsSync(out) && !replace) {
    throw new SparsedgeError(
      'bad-input',
      `${out}: expected a new folder, found one: a model is never changed in place`,
      { out },
    );
  }
  const partial = `${out}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  try {
    const made = await make(partial);
    rmSync(out, { recursive: true, force: true });
    renameSync(partial, out);
    return made;
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

/** Writes a file of a model, as its contract names it. */
export function writeModelFile(path: string, name: string, bytes: Uint8Array): ModelFile {
  writeFileSync(join(path, name), bytes);
  return { name, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
}
