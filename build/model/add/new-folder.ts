// The folder of a new model. It is made beside the place where it is to lie, and gets its name when it is whole.

import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { SparsedgeError } from '../../../src/core/errors.ts';
import type { ModelFile } from '../../../src/core/model/contract.ts';
import { MODEL_JSON } from '../../../src/core/model/model-name.ts';
import { lockFile, whileLocked } from '../../work/lock.ts';
import { naming } from '../../work/system-error.ts';

/**
 * Makes a model's folder.
 *
 * @param make fills the folder that it is given; what it refuses leaves nothing behind
 * @param replace whether a model that is there makes room; its own files, and no others, are then replaced
 * @throws SparsedgeError `bad-input` if a folder is there that may not be replaced, or is no model's; `unavailable`
 *   while another process makes it
 */
export function makeFolder<Made>(
  out: string,
  make: (path: string) => Promise<Made>,
  replace = false,
): Promise<Made> {
  return whileLocked(lockFile(out, 'the making of a model'), async () => {
    if (existsSync(out)) mustBeReplaceable(out, replace);
    const partial = naming(out, 'written', () => mkdtempSync(join(dirname(out), `.${basename(out)}.`)));
    try {
      const made = await make(partial);
      if (existsSync(out)) putInto(partial, out);
      else naming(out, 'written', () => renameSync(partial, out));
      return made;
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
  });
}

function mustBeReplaceable(out: string, replace: boolean): void {
  if (replace && existsSync(join(out, MODEL_JSON))) return;
  const expected = replace ? `a model, which has ${MODEL_JSON}, or nothing` : 'a new folder';
  throw new SparsedgeError(
    'bad-input',
    `${out}: expected ${expected}, found ${replace ? 'something else' : 'one: a model is never changed in place'}`,
    { out },
  );
}

/** Moves the files of a new model into the folder of an older one, the contract last: others' files there stay. */
function putInto(made: string, out: string): void {
  const names = readdirSync(made).sort((a, b) => Number(a === MODEL_JSON) - Number(b === MODEL_JSON));
  for (const name of names)
    naming(join(out, name), 'written', () => renameSync(join(made, name), join(out, name)));
}

/** Writes a file of a model, as its contract names it. */
export function writeModelFile(path: string, name: string, bytes: Uint8Array): ModelFile {
  naming(join(path, name), 'written', () => writeFileSync(join(path, name), bytes));
  return { name, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
}
