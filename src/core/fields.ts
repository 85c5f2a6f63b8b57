// Typed fields of documents: what filters, facets and sorting go by. A document keeps its values as JSON has them; an
// index has one schema for all of its documents.

/** The value of a field in a document. Dates are strings of ISO 8601, and only keywords come in lists. */
export type FieldValue = string | number | boolean | readonly string[];

/** A document's fields by their names. */
export type Fields = Readonly<Record<string, FieldValue>>;

export const FIELD_TYPES = ['keyword', 'number', 'date', 'boolean', 'text'] as const;

/**
 * What the values of a field are. Text is shown and does not filter; dates are compared as milliseconds since 1970.
 *
 * @public
 */
export type FieldType = (typeof FIELD_TYPES)[number];

/**
 * What an index knows of a field before it looks at any document.
 *
 * @public
 */
export interface FieldSchema {
  readonly name: string;
  readonly type: FieldType;
  /** Whether a document may have several values: of keywords only. */
  readonly list: boolean;
}

/** A value as one line of text: lists with commas between. */
export function fieldText(value: FieldValue): string {
  return typeof value === 'object' ? value.join(', ') : String(value);
}
