// The lists of fields, held to the fields of documents.

import type { Document } from '../../src/core/document.ts';
import { corrupt } from '../../src/core/errors.ts';
import { ownField } from '../../src/core/fields.ts';
import { compareBytes, utf8 } from '../../src/core/format/bytes.ts';
import { crc32 } from '../../src/core/format/checksum.ts';
import { EVERY_DOCUMENT, keysOfValues, termsOfValue } from '../../src/core/format/keys/field-keys.ts';
import { documentsIn, FIELD_SPACE, type Manifest } from '../../src/core/format/manifest.ts';
import type { Postings } from '../../src/core/format/postings.ts';
import { PostingTally } from './posting-tally.ts';

/** Counts what lists say of fields, and what documents say. */
export class FieldCheck {
  readonly #manifest: Manifest;
  readonly #inLists = new PostingTally();
  readonly #inDocuments = new PostingTally();
  readonly #values = new Map<string, number>();
  readonly #documents = new Map<string, number>();

  constructor(manifest: Manifest) {
    this.#manifest = manifest;
  }

  /** Takes a list, or a part of one that is the first of its term or not. */
  list(key: Uint8Array, { documents, count }: Postings, isFirst: boolean): void {
    const term = crc32(key);
    for (let i = 0; i < count; i++) this.#inLists.add(term, documents[i], 1);
    if (!isFirst) return;
    for (const field of this.#manifest.fields ?? []) {
      const { from, until } = keysOfValues(field);
      if (compareBytes(from, key) <= 0 && compareBytes(key, until) < 0) countOne(this.#values, field.name);
    }
  }

  document(number: number, { fields }: Document): void {
    const { fields: indexed = [], holes } = this.#manifest;
    if (holes !== undefined) this.#say(EVERY_DOCUMENT, number);
    for (const field of indexed) {
      const value = ownField(fields, field.name);
      const [all, ...others] = value === undefined ? [] : termsOfValue(field, value, field.levels);
      if (all === undefined) continue;
      countOne(this.#documents, field.name);
      if (field.documents !== documentsIn(this.#manifest)) this.#say(all, number);
      for (const term of others) this.#say(term, number);
    }
  }

  /** @throws SparsedgeError `corrupt` unless lists, documents and the manifest say the same */
  end(): void {
    for (const { name, documents, values } of this.#manifest.fields ?? []) {
      const where = `the field ${name}`;
      const [held, different] = [this.#documents.get(name) ?? 0, this.#values.get(name) ?? 0];
      if (held !== documents) throw corrupt(where, `${documents} documents`, held);
      if (different !== values) throw corrupt(where, `${values} values`, different);
    }
    if (this.#inLists.equals(this.#inDocuments)) return;
    const expected = `the ${this.#inDocuments.count} postings that the documents' fields are`;
    throw corrupt(`space ${FIELD_SPACE}`, expected, `${this.#inLists.count}, not all of them those`);
  }

  #say(term: string, document: number): void {
    this.#inDocuments.add(crc32(utf8(term)), document, 1);
  }
}

function countOne(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
