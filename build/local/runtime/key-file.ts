// The keys of a deployment, in a file beside its configuration: what a Worker's secret KEYS is to be.

import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type StoredKey, storedKeys } from '../../../access/key-ring.ts';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { CURRENT } from '../../../src/core/format/manifest.ts';
import { writeAtomically } from '../../work/files.ts';

const NAME = 'keys.json';
/** Cloudflare's limit for a secret. */
const MOST_BYTES = 5 * 1024;

/**
 * The file that is meant: itself, or that of the folder of a deployment, which deploying may still have to make.
 *
 * @throws SparsedgeError `bad-input` for the folder of an index, whose keys nobody would look for there
 */
export function keyFile(path: string): string {
  if (existsSync(join(path, CURRENT)))
    throw new SparsedgeError(
      'bad-input',
      `${path} is the folder of an index: expected that of its deployment, such as deploy/${basename(path)}, or a file of keys`,
      { path },
    );
  const isFolder = existsSync(path) ? statSync(path).isDirectory() : !/\.json$/i.test(path);
  return isFolder ? join(path, NAME) : path;
}

/**
 * The keys of a file.
 *
 * @throws SparsedgeError `bad-input` where it has none, or something else
 */
export function readKeys(path: string): StoredKey[] {
  const wrong = (found: string) =>
    new SparsedgeError('bad-input', `${path}: expected keys as sparsedge keys writes them, found ${found}`, {
      file: path,
    });
  if (!existsSync(path)) throw wrong('no file');
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw wrong('no JSON');
  }
  const parsed = storedKeys.safeParse(value);
  // What is there is not shown: somebody may have put a key itself into it.
  if (!parsed.success) throw wrong(`something else at ${parsed.error.issues[0].path.join('.') || 'its top'}`);
  return parsed.data;
}

/**
 * Writes keys, for nobody but their owner to read.
 *
 * @throws SparsedgeError `bad-input` for more than a secret has room for
 */
export function writeKeys(path: string, keys: readonly StoredKey[]): void {
  const text = secretOf(keys);
  if (Buffer.byteLength(text) > MOST_BYTES) {
    throw new SparsedgeError(
      'bad-input',
      `${keys.length} keys take ${Buffer.byteLength(text)} bytes, and a secret has room for ${MOST_BYTES}: revoke some, ` +
        'or sign tokens with one (sparsedge keys sign), which are kept nowhere',
      { file: path },
    );
  }
  writeAtomically(path, Buffer.from(`${JSON.stringify(keys, null, 1)}\n`));
  chmodSync(path, 0o600);
}

/** Keys as the secret has them. */
export function secretOf(keys: readonly StoredKey[]): string {
  return JSON.stringify(keys);
}

/** The secret of a deployment's folder, where it has keys. */
export function secretIn(folder: string): string | undefined {
  const path = join(folder, NAME);
  return existsSync(path) ? secretOf(readKeys(path)) : undefined;
}
