// A schema of fields that a person wrote, and documents by it: what a value must be is said here, with what was found.

import * as z from 'zod';
import type { Document } from '../../../../src/core/document.ts';
import { SparsedgeError } from '../../../../src/core/errors.ts';
import {
  comparableOf,
  type FieldType,
  type FieldValue,
  fieldText,
  MAX_KEYWORD_BYTES,
} from '../../../../src/core/fields.ts';
import { type Gate, malformed, refuse } from '../lines/report.ts';

const TYPES = ['keyword', 'number', 'date', 'boolean', 'text', 'none'] as const;
const FIELD =
  `expected one of ${TYPES.join(', ')}, or an object with such a type, as ` +
  '{"type": "keyword", "list": true, "separator": ","}';

const type = z
  .enum(TYPES)
  .describe(
    'keyword: one of several values, compared as a whole. number, date (ISO 8601), boolean: compared as such. ' +
      'text: shown, and no filter. none: left out.',
  );

const field = z.union(
  [
    type,
    z.strictObject({ type }),
    z.strictObject({
      type: z.literal('keyword'),
      list: z
        .boolean()
        .optional()
        .describe('Whether a document may have several keywords. Unless given, that shows in the documents.'),
      separator: z
        .string()
        .min(1)
        .max(16)
        .optional()
        .describe('What stands between several keywords in one text: "," for "api, cli".'),
    }),
  ],
  { error: ({ input }) => `${FIELD}; found ${JSON.stringify(input)}` },
);

/** A schema of fields, as a file for `--schema` has it, or the part `schema` of a configuration. */
export const fieldRulesSchema = z.strictObject({
  $schema: z.string().optional().describe('Where this description is, for editors.'),
  fields: z
    .record(z.string().regex(/^\P{Cc}{1,128}$/u, 'must be the name of a field'), field)
    .default({})
    .describe('The types of fields, by their names.'),
  others: z
    .enum(['infer', 'text', 'none'])
    .default('infer')
    .describe('What becomes of fields that are not named: typed by their values, only shown, or left out.'),
});

/** What is said of fields. */
export type FieldRules = z.output<typeof fieldRulesSchema>;
/** The same as a person writes it. */
export type FieldRulesInput = z.input<typeof fieldRulesSchema>;

/** What is said of one field. */
export interface FieldRule {
  readonly type: FieldType | 'none';
  readonly list?: boolean | undefined;
  readonly separator?: string | undefined;
}

/** What is said of a field, if anything is. */
export function ruleOf(name: string, { fields, others }: FieldRules): FieldRule | undefined {
  const said = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (said !== undefined) return typeof said === 'string' ? { type: said } : said;
  return others === 'infer' ? undefined : { type: others };
}

/**
 * A document by a schema: its keywords separated, and without the fields that are to be left out.
 *
 * @throws SparsedgeError `bad-input` for a value that is not of its field's type
 */
function ruled(document: Document, rules: FieldRules): Document {
  if (document.fields === undefined) return document;
  const fields: Record<string, FieldValue> = {};
  for (const [name, value] of Object.entries(document.fields)) {
    const rule = ruleOf(name, rules);
    if (rule?.type === 'none') continue;
    const kept = rule === undefined ? value : byRule(name, value, rule);
    if (kept !== undefined) fields[name] = kept;
  }
  const { fields: _, ...rest } = document;
  return Object.keys(fields).length > 0 ? { ...rest, fields } : rest;
}

/** The same for a document of an input: where its record stands is known there. Nothing if it is passed over. */
export function ruledAt(document: Document, rules: FieldRules, gate: Gate): Document | undefined {
  try {
    return ruled(document, rules);
  } catch (error) {
    refuse(gate, gate.at ?? { file: document.id }, error);
    return undefined;
  }
}

const EXPECTED = {
  number: 'a number such as 3 or -2.5 that can be kept exactly',
  date: 'a date of ISO 8601 such as 2024-01-31 or 2024-01-31T12:00:00Z',
  boolean: 'true or false',
} as const;

function byRule(
  name: string,
  value: FieldValue,
  { type, list, separator }: FieldRule,
): FieldValue | undefined {
  if (type === 'text' || type === 'none') return value;
  if (type === 'keyword') {
    const keywords = keywordsOf(value, separator);
    if (list === false && keywords.length > 1)
      throw mismatch(name, 'one keyword', `${keywords.length}: ${JSON.stringify(fieldText(value))}`);
    const long = keywords.find((keyword) => Buffer.byteLength(keyword) > MAX_KEYWORD_BYTES);
    if (long !== undefined)
      throw mismatch(
        name,
        `keywords of at most ${MAX_KEYWORD_BYTES} bytes`,
        `one of ${Buffer.byteLength(long)}`,
      );
    if (keywords.length === 0) return undefined;
    return separator === undefined ? value : keywords;
  }
  if (typeof value !== 'object' && comparableOf(value, { type }) !== undefined) return value;
  throw mismatch(name, EXPECTED[type], JSON.stringify(value));
}

function keywordsOf(value: FieldValue, separator: string | undefined): readonly string[] {
  const given = typeof value === 'object' ? value : [String(value)];
  if (separator === undefined) return given;
  return given
    .flatMap((text) => text.split(separator).map((part) => part.trim()))
    .filter((part) => part !== '');
}

function mismatch(name: string, expected: string, found: string): SparsedgeError {
  const shown = found.length > 100 ? `${found.slice(0, 99)}…` : found;
  const { message } = malformed(`the field ${name}: expected ${expected}, found ${shown}`);
  return new SparsedgeError('bad-input', message, { field: name, expected, found: shown });
}
