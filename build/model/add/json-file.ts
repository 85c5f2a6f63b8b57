// JSON files of a checkpoint: read with the few fields that matter here, whatever else they have.

import { existsSync, readFileSync } from 'node:fs';
import type * as z from 'zod';
import { prettifyError } from 'zod';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { parseJson } from '../../../src/core/format/bytes.ts';

/**
 * Reads a JSON file; nothing if there is none.
 *
 * @throws SparsedgeError `bad-input` for one of another form
 */
export function readJsonFile<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): z.output<Schema> | undefined {
  if (!existsSync(path)) return undefined;
  const parsed = schema.safeParse(parseJson(readFileSync(path), path));
  if (parsed.success) return parsed.data;
  throw new SparsedgeError('bad-input', `${path} is not what it must be:\n${prettifyError(parsed.error)}`, {
    file: path,
  });
}
