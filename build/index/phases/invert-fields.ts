// The phase after encode: the fields of documents are inverted, as soon as all documents have shown what types they
// are of. A unit is a spool.

import { join, relative } from 'node:path';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { type FieldSchema, type Fields, type FieldValue, ownField } from '../../../src/core/fields.ts';
import { decodeDocument } from '../../../src/core/format/document-page.ts';
import { EVERY_DOCUMENT, termsOfValue } from '../../../src/core/format/keys/field-keys.ts';
import { FIELD_SPACE } from '../../../src/core/format/manifest.ts';
import { Inverter, SortBuffer } from '../../stages/invert/inverter.ts';
import type { Spool } from '../../stages/invert/spool.ts';
import { RecordReader } from '../../work/records.ts';
import type { Units } from './units.ts';

/**
 * Inverts the fields of all documents.
 *
 * @param fields of which there are to be lists
 * @returns the spools, with the spills of their fields
 */
export async function invertFields(
  spools: readonly Spool[],
  fields: readonly FieldSchema[],
  units: Units,
): Promise<Spool[]> {
  const sorted = new SortBuffer();
  const inverted = await units.all('fields', spools.length, (unit, folder) => {
    const { folder: spooled, documents, documentsFile } = spools[unit];
    const inverter = new Inverter(folder, FIELD_SPACE, sorted);
    const records = new RecordReader(join(spooled, documentsFile));
    for (let number = 0; number < documents; number++) {
      inverter.add(EVERY_DOCUMENT, number, 1);
      const record = records.next()!;
      if (fields.length === 0) continue;
      const { id, fields: values } = decodeDocument(record, documentsFile);
      for (const term of termsOf(fields, values, id)) inverter.add(term, number, 1);
    }
    records.close();
    return { spills: inverter.finish().map((path) => relative(folder, path)) };
  });
  return spools.map((spool, unit) => {
    const { folder, spills } = inverted[unit];
    return { ...spool, fieldSpills: spills.map((name) => relative(spool.folder, join(folder, name))) };
  });
}

function termsOf(schema: readonly FieldSchema[], fields: Fields | undefined, id: string): string[] {
  if (fields === undefined) return [];
  return schema.flatMap((field) => {
    const value = ownField(fields, field.name);
    return value === undefined ? [] : checkedTerms(field, value, id);
  });
}

function checkedTerms(field: FieldSchema, value: FieldValue, id: string): string[] {
  try {
    return termsOfValue(field, value);
  } catch (cause) {
    if (!(cause instanceof SparsedgeError)) throw cause;
    const details = { ...cause.details, document: id };
    const message = `document ${JSON.stringify(id)}: ${cause.message}`;
    throw new SparsedgeError('bad-input', message, details, { cause });
  }
}
