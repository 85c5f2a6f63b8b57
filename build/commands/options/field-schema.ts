// The schema of fields that a person gives to a build, and the one that a build found, as files of one form.

import { Option } from 'commander';
import * as z from 'zod';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { type FieldRules, type FieldRulesInput, fieldRulesSchema } from '../../stages/read/fields/rules.ts';
import type { FoundField } from '../../stages/read/lines/report.ts';
import { writeNamed } from '../../work/files.ts';
import { jsonFile } from './values.ts';

/** The option that names the file. */
export function schemaOption(): Option {
  return new Option(
    '--schema <file>',
    'A JSON file with the types of fields, where those that the values show will not do: ' +
      '{"fields": {"version": "keyword"}}. --schema-out writes one.',
  );
}

/**
 * The schema in a file.
 *
 * @throws SparsedgeError `bad-input` that lists everything that is wrong
 */
export function schemaFile(path: string): FieldRules {
  const parsed = fieldRulesSchema.safeParse(jsonFile(path, 'the schema of fields'));
  if (parsed.success) return parsed.data;
  const wrong = z.prettifyError(parsed.error);
  throw new SparsedgeError('bad-input', `the schema of fields ${path} is wrong:\n${wrong}`, { file: path });
}

/** Writes the fields of a build as a file for --schema. */
export async function writeSchema(path: string, found: readonly FoundField[]): Promise<void> {
  const fields: NonNullable<FieldRulesInput['fields']> = Object.fromEntries(
    found.map(({ name, type, list }) => [name, type === 'keyword' && list ? { type, list } : type]),
  );
  await writeNamed(path, [`${JSON.stringify({ fields }, null, 2)}\n`]);
}
