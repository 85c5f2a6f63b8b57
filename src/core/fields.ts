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

/** A keyword takes no more bytes of UTF-8. */
export const MAX_KEYWORD_BYTES = 512;

/** A field of a document, if it has one of that name. */
export function ownField(fields: Fields | undefined, name: string): FieldValue | undefined {
  // Objects have a "constructor" though no document does.
  return fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** A value as one line of text: lists with commas between. */
export function fieldText(value: FieldValue): string {
  return typeof value === 'object' ? value.join(', ') : String(value);
}

/** How a number is written where it may also be text: without exponents, signs of plus and zeros before it. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;

/** The number that a text is, if it is one that can be kept exactly. */
export function numberOf(text: string): number | undefined {
  if (!NUMBER.test(text)) return undefined;
  const number = Number(text);
  if (number === 0) return 0;
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? undefined : number;
}

const DATE =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)? ?(?:([Zz])|([+-]\d\d)(?::?(\d\d))?)?)?)?)?$/;

/** The time that a date means, in milliseconds since 1970: from its beginning to before its end. */
export interface Period {
  readonly start: number;
  readonly end: number;
}

/**
 * What a date of ISO 8601 means: a year, a month, a day, a minute, a second or a millisecond. Without a zone, it is of
 * UTC; between day and time a space will do.
 */
export function periodOf(text: string): Period | undefined {
  const [, year, month, day, hour, minute, second, fraction, , zone, zoneMinutes] = DATE.exec(text) ?? [];
  if (year === undefined) return undefined;
  const parts = [year, month ?? 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0].map(Number);
  const milliseconds = Number((fraction ?? '0').padEnd(3, '0').slice(0, 3));
  const start = timeOf(parts, milliseconds);
  const offset = zone === undefined ? 0 : Math.abs(Number(zone)) * 60 + Number(zoneMinutes ?? 0);
  const isReal =
    start !== undefined && offset < 24 * 60 && Number(zoneMinutes ?? 0) < 60 && parts.every(Number.isFinite);
  if (!isReal) return undefined;
  const utc = start - (zone?.startsWith('-') ? -offset : offset) * MINUTE;
  if (fraction !== undefined) return { start: utc, end: utc + 1 };
  if (second !== undefined) return { start: utc, end: utc + MINUTE / 60 };
  if (hour !== undefined) return { start: utc, end: utc + MINUTE };
  if (day !== undefined) return { start: utc, end: utc + 24 * 60 * MINUTE };
  const next =
    month === undefined ? [parts[0] + 1, 1] : [parts[0] + Math.floor(parts[1] / 12), (parts[1] % 12) + 1];
  return { start: utc, end: utcOf([...next, 1, 0, 0, 0], 0) };
}

const MINUTE = 60_000;

/** A time of the calendar, unless there is none of that name: no month has a 31st February. */
function timeOf(parts: readonly number[], milliseconds: number): number | undefined {
  const time = utcOf(parts, milliseconds);
  const date = new Date(time);
  const found = [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
  return found.every((part, i) => part === parts[i]) ? time : undefined;
}

/** Date.UTC takes the years below 100 for those of the twentieth century. */
function utcOf([year, month, day, hour, minute, second]: readonly number[], milliseconds: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.setUTCHours(hour, minute, second, milliseconds);
}

/** What a value is compared as: keywords (in NFC, each once), a number, milliseconds since 1970, or true or false. */
export type Comparable = readonly string[] | number | boolean;

/**
 * A document's value as filters, facets and sorting compare it.
 *
 * @returns nothing for text, and for a value that is not of the type: no document has one whose index gave the schema
 */
export function comparableOf(value: FieldValue, { type }: Pick<FieldSchema, 'type'>): Comparable | undefined {
  if (type === 'text') return undefined;
  if (type === 'keyword')
    return [
      ...new Set(
        (typeof value === 'object' ? value : [String(value)]).map((keyword) => keyword.normalize('NFC')),
      ),
    ];
  if (type === 'number')
    return typeof value === 'number' && Number.isFinite(value) ? value : numberOf(String(value));
  if (type === 'date') return periodOf(String(value))?.start;
  const said = String(value).toLowerCase();
  return said === 'true' ? true : said === 'false' ? false : undefined;
}

/** A document's value as it is shown: numbers and booleans as such, however they were written, and lists as lists. */
function typedValue(value: FieldValue, schema: FieldSchema): FieldValue {
  const { type, list } = schema;
  if (type === 'keyword') {
    const keywords = typeof value === 'object' ? value : [String(value)];
    return list ? keywords : fieldText(keywords);
  }
  if (type !== 'number' && type !== 'boolean') return value;
  const found = comparableOf(value, schema);
  return typeof found === 'number' || typeof found === 'boolean' ? found : value;
}

/** A document's fields as they are shown. */
export function typedFields(fields: Fields, schema: readonly FieldSchema[] = []): Fields {
  const types = new Map(schema.map((field) => [field.name, field]));
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const field = types.get(name);
      return [name, field === undefined ? value : typedValue(value, field)];
    }),
  );
}

/** Milliseconds since 1970 as a date of ISO 8601: a day alone where it begins then. */
export function isoDate(milliseconds: number): string {
  const text = new Date(milliseconds).toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text;
}
