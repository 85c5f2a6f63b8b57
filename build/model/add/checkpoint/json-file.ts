// JSON files of a checkpoint: read with the few fields that matter here, whatever else they have.

import { existsSync, readFileSync } from 'node:fs';
import type * as z from 'zod';
import { prettifyError } from 'zod';
import { SparsedgeError } from '../../../../src/core/errors.ts';
import { parseGivenJson } from '../../../../src/core/format/bytes.ts';

/**
 * Reads a JSON file; nothing if there is none. Numbers that Python writes and JSON has not (NaN, Infinity) are null.
 *
 * @throws SparsedgeError `bad-input` for one of another form
 */
export function readJsonFile<Schema extends z.ZodType>(
  path: string,
  schema: Schema,
): z.output<Schema> | undefined {
  if (!existsSync(path)) return undefined;
  const parsed = schema.safeParse(parsePythonJson(readFileSync(path), path));
  if (parsed.success) return parsed.data;
  throw new SparsedgeError('bad-input', `${path} is not what it must be:\n${prettifyError(parsed.error)}`, {
    file: path,
  });
}

/** A string, or what Python writes for a number that is none. */
const STRING_OR_NO_NUMBER = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;

function parsePythonJson(bytes: Uint8Array, path: string): unknown {
  try {
    return parseGivenJson(bytes, path);
  } catch (error) {
    const text = Buffer.from(bytes).toString('utf8');
    const mended = text.replace(STRING_OR_NO_NUMBER, (part) => (part.startsWith('"') ? part : 'null'));
    if (mended === text) throw error;
    return parseGivenJson(Buffer.from(mended), path);
  }
}
