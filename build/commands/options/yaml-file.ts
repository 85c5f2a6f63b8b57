// Files that people write, in YAML or JSON.

import { parseDocument } from 'yaml';
import type * as z from 'zod';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { givenText } from './values.ts';

/**
 * Reads a file of a certain form.
 *
 * @throws SparsedgeError `bad-input` for what is no YAML and no JSON, and for the first part that has another form
 */
export function yamlFile<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  const text = givenText(file);
  // JSON is YAML.
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken)
    throw badFile(file, `expected YAML or JSON; ${broken.message.split('\n')[0].replace(/:$/, '')}`);
  const parsed = schema.safeParse(document.toJS({ maxAliasCount: 100 }) ?? {});
  if (parsed.success) return parsed.data;
  const [path, message] = deepest(parsed.error.issues[0]);
  throw badFile(file, path === '' ? message : `${path}: ${message}`);
}

/** Of what can have several forms, what is wrong with the one that fits best. */
function deepest(issue: z.core.$ZodIssue, above: readonly PropertyKey[] = []): [string, string] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union') {
    const inner = issue.errors
      .flat()
      .filter((each) => each.path.length > 0 || each.code !== 'invalid_type')
      .sort((a, b) => b.path.length - a.path.length)[0];
    if (inner) return deepest(inner, path);
  }
  return [path.map(String).join('.'), issue.message];
}

function badFile(file: string, message: string): SparsedgeError {
  return new SparsedgeError('bad-input', `${file}: ${message}`, { file });
}
