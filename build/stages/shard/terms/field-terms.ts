// What an index says of its fields, by the keys of their values, and which of the keys are worth having.

import type { FieldSchema } from '../../../../src/core/fields.ts';
import { compareBytes, utf8 } from '../../../../src/core/format/bytes.ts';
import {
  EVERY_DOCUMENT,
  type KeyRange,
  keyOfField,
  keysOfLevel,
  keysOfValues,
  LEVELS,
  numberOfKey,
} from '../../../../src/core/format/keys/field-keys.ts';
import type { IndexedField } from '../../../../src/core/format/manifest.ts';
import { FIELD_SPACE } from '../../../../src/core/format/manifest.ts';
import type { CodedTerm } from './term-coder.ts';

/** Numbers cut to fewer digits are left out unless they are fewer than one in so many of all values. */
const LEAST_SAVED = 8;

/** What was counted of a field. */
interface FieldCount {
  readonly schema: FieldSchema;
  documents: number;
  values: number;
  readonly cut: number[];
  first: Uint8Array | undefined;
  last: Uint8Array | undefined;
}

/** The fields of an index, and which terms it has of them. */
export interface FieldTerms {
  readonly fields: readonly IndexedField[];
  /** Whether the index has a term. */
  isKept(key: Uint8Array): boolean;
}

/**
 * Looks at all terms of fields.
 *
 * @param terms in ascending order of key
 * @param documents of the index
 * @param hasHoles whether it has numbers that are of none
 */
export function countFieldTerms(
  schema: readonly FieldSchema[],
  terms: Iterable<Pick<CodedTerm, 'key' | 'count'>>,
  documents: number,
  hasHoles: boolean,
): FieldTerms {
  const counts = schema.map(
    (field): FieldCount => ({
      schema: field,
      documents: 0,
      values: 0,
      cut: [],
      first: undefined,
      last: undefined,
    }),
  );
  const parts = [everyDocument, ...counts.flatMap((count) => partsOf(count))].sort((a, b) =>
    compareBytes(a.keys.from, b.keys.from),
  );
  let at = 0;
  for (const { key, count } of terms) {
    while (compareBytes(key, parts[at].keys.until) >= 0) at++;
    parts[at].take(key, count);
  }
  const fields = counts.map(fieldOf);
  const dropped = counts.flatMap((count, i) => droppedOf(count, fields[i], documents));
  if (!hasHoles) dropped.push(everyDocument.keys);
  const isIn =
    (key: Uint8Array) =>
    ({ from, until }: KeyRange) =>
      compareBytes(from, key) <= 0 && compareBytes(key, until) < 0;
  return { fields, isKept: (key) => !dropped.some(isIn(key)) };
}

/** The one key of all documents is in no field. */
const everyDocument: Part = { keys: { from: utf8(EVERY_DOCUMENT), until: utf8('\0') }, take: () => {} };

interface Part {
  readonly keys: KeyRange;
  readonly take: (key: Uint8Array, count: number) => void;
}

function partsOf(field: FieldCount): Part[] {
  const { schema } = field;
  return [
    {
      keys: onlyKey(schema),
      take: (_, count) => {
        field.documents = count;
      },
    },
    {
      keys: keysOfValues(schema),
      take: (key) => {
        field.values++;
        field.first ??= key;
        field.last = key;
      },
    },
    ...LEVELS.map((level) => ({
      keys: keysOfLevel(schema, level),
      take: () => {
        field.cut[level] = (field.cut[level] ?? 0) + 1;
      },
    })),
  ];
}

/** The key of a field's documents alone: it is the first of all that begin with it. */
function onlyKey(schema: FieldSchema): KeyRange {
  return { from: keyOfField(schema), until: keysOfValues(schema).from };
}

function fieldOf({ schema, documents, values, cut, first, last }: FieldCount): IndexedField {
  const { name, type, list } = schema;
  const isNumeric = type === 'number' || type === 'date';
  const levels = LEVELS.filter((level) => (cut[level] ?? values) * LEAST_SAVED < values);
  const number = (key: Uint8Array) => numberOfKey(schema, key, FIELD_SPACE);
  return {
    name,
    type,
    list,
    documents,
    values,
    ...(isNumeric && first && last && { minimum: number(first), maximum: number(last) }),
    levels,
  };
}

/** Keys that say nothing: of all documents, where all have a field, and of numbers that are cut to hardly fewer. */
function droppedOf({ schema }: FieldCount, field: IndexedField, documents: number): KeyRange[] {
  return [
    ...(field.documents === documents ? [onlyKey(schema)] : []),
    ...LEVELS.filter((level) => !field.levels.includes(level)).map((level) => keysOfLevel(schema, level)),
  ];
}
