// What the values of fields show, over all documents of a collection: each field gets the type that every one of its
// values has. What is kept of them does not grow with the collection.

import type { Document } from '../../../../src/core/document.ts';
import {
  type FieldType,
  type FieldValue,
  fieldText,
  MAX_KEYWORD_BYTES,
  numberOf,
  periodOf,
} from '../../../../src/core/fields.ts';
import type { FoundField, ReadReport } from '../lines/report.ts';
import { type FieldRule, type FieldRules, ruleOf } from './rules.ts';

/** The first so many fields are told apart; what comes later is shown and does not filter. */
export const MAX_FIELDS = 256;
const MAX_NAME_BYTES = 128;
/** Longer values are no keywords: nobody types one. */
const MAX_KEYWORD_CHARACTERS = 128;
/** Values of so many words are prose, on the average. */
const WORDS_OF_PROSE = 6;
/** So many are prose where nearly no two documents have the same. */
const WORDS_OF_TITLES = 4;
const FEWEST_TITLES = 20;
const MOST_DISTINCT = 1024;

/** Whether an index can have lists of a field of that name; else it is shown alone. */
export function isIndexed(name: string): boolean {
  return name !== '' && !/\p{Cc}/u.test(name) && Buffer.byteLength(name) <= MAX_NAME_BYTES;
}

/** Counts the fields of a collection. */
export class FieldTally {
  readonly #rules: FieldRules | undefined;
  readonly #fields = new Map<string, FieldCounts>();
  #left = 0;

  constructor(rules?: FieldRules) {
    this.#rules = rules;
  }

  add({ id, fields }: Document): void {
    if (fields === undefined) return;
    const page = id.split('#', 1)[0];
    // What stands above a section is the section's own, and no two have the same.
    const isSection = id !== page;
    for (const name in fields) {
      let counts = this.#fields.get(name);
      if (counts === undefined) {
        if (this.#fields.size === MAX_FIELDS) {
          this.#left++;
          continue;
        }
        counts = new FieldCounts(name);
        this.#fields.set(name, counts);
      }
      if (isSection && name === 'heading') counts.addText();
      else counts.add(fields[name], id, page);
    }
  }

  /** Reports the fields, in the order of their names, and what was not expected of them. */
  report(report: ReadReport): void {
    report.fields = [...this.#fields.values()]
      .map((counts) => counts.finish(this.#rules && ruleOf(counts.name, this.#rules)))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const missing = Object.entries(this.#rules?.fields ?? {})
      .filter(([name, rule]) => rule !== 'none' && !this.#fields.has(name))
      .map(([name]) => JSON.stringify(name));
    if (missing.length > 0)
      report.notes.push(`No document has what the schema of fields names: ${missing.join(', ')}.`);
    if (this.#left > 0)
      report.notes.push(
        `There are more than ${MAX_FIELDS} fields: those that came last, with ` +
          `${this.#left.toLocaleString('en')} values, are shown and do not filter.`,
      );
  }
}

/** What values are read as, where all of a field are. */
const READ_AS = ['number', 'date', 'boolean'] as const;

/** One field's values. */
class FieldCounts {
  readonly name: string;
  #documents = 0;
  /** Values that were looked at: of a page that repeats one in each of its sections, one. */
  #values = 0;
  #hasLists = false;
  #isText = false;
  readonly #fits = { number: 0, date: 0, boolean: 0 };
  /** The first value that is none, and the first document that has it. */
  readonly #misfits: Partial<Record<(typeof READ_AS)[number], string>> = {};
  /** The fewest and the most decimals of numbers that were written as text, and one that ends with zeros. */
  #decimals: { fewest: number; most: number; zeros?: string | undefined } | undefined;
  #words = 0;
  #long: string | undefined;
  readonly #distinct = new Set<number>();
  /** How many values it took to fill the set. */
  #filled: number | undefined;
  #last = '';

  constructor(name: string) {
    this.name = name;
  }

  addText(): void {
    this.#documents++;
    this.#isText = true;
  }

  add(value: FieldValue, id: string, page: string): void {
    this.#documents++;
    const text = fieldText(value);
    const last = `${page}\0${text.length > 1000 ? text.length : text}`;
    if (last === this.#last) return;
    this.#last = last;
    if (typeof value === 'object') {
      this.#hasLists = true;
      for (const keyword of value) this.#addText(keyword, id);
      return;
    }
    this.#addText(text, id);
    for (const type of READ_AS) {
      const misfit = this.#isOf(type, value, text) ? undefined : quoted(text, id);
      if (misfit === undefined) this.#fits[type]++;
      else this.#misfits[type] ??= misfit;
    }
  }

  #isOf(type: (typeof READ_AS)[number], value: FieldValue, text: string): boolean {
    if (type === 'boolean') return typeof value === 'boolean' || /^(?:true|false)$/i.test(text);
    if (type === 'date') return typeof value === 'string' && text.length > 4 && periodOf(text) !== undefined;
    if (typeof value !== 'string') return typeof value === 'number';
    if (numberOf(text) === undefined) return false;
    const decimals = (/\.(\d+)/.exec(text)?.[1] ?? '').length;
    const { fewest = decimals, most = decimals, zeros } = this.#decimals ?? {};
    this.#decimals = {
      fewest: Math.min(fewest, decimals),
      most: Math.max(most, decimals),
      zeros: zeros ?? (decimals > 0 && text.endsWith('0') ? text : undefined),
    };
    return true;
  }

  #addText(text: string, id: string): void {
    this.#values++;
    this.#words += text.split(/\s+/, 100).length;
    if (text.length > MAX_KEYWORD_CHARACTERS || Buffer.byteLength(text) > MAX_KEYWORD_BYTES)
      this.#long ??= `${text.length.toLocaleString('en')} characters in ${JSON.stringify(id)}`;
    else if (text.includes('\n')) this.#long ??= `several lines in ${JSON.stringify(id)}`;
    if (this.#filled !== undefined) return;
    this.#distinct.add(hashOf(text));
    if (this.#distinct.size === MOST_DISTINCT) this.#filled = this.#values;
  }

  finish(rule: FieldRule | undefined): FoundField {
    const { name } = this;
    const documents = this.#documents;
    // What is left out is in no document.
    if (rule !== undefined && rule.type !== 'none') {
      const { type, list, separator } = rule;
      const isList = type === 'keyword' && (list ?? (separator !== undefined || this.#hasLists));
      return { name, type, list: isList, documents, isGiven: true };
    }
    const { type, why } = this.#inferred();
    return { name, type, list: type === 'keyword' && this.#hasLists, documents, ...(why && { why }) };
  }

  #inferred(): { type: FieldType; why?: string | undefined } {
    if (this.#isText) return { type: 'text', why: 'it is the headings above a section' };
    if (!isIndexed(this.name))
      return {
        type: 'text',
        why: `its name is empty, or has control characters or more than ${MAX_NAME_BYTES} bytes`,
      };
    if (this.#hasLists) return this.#keywordOrText();
    for (const type of READ_AS)
      if (this.#fits[type] === this.#values && (type !== 'number' || !this.#isVersion())) return { type };
    return this.#keywordOrText();
  }

  #keywordOrText(): { type: FieldType; why?: string | undefined } {
    if (this.#long !== undefined) return { type: 'text', why: `it has long values: ${this.#long}` };
    const words = this.#words / this.#values;
    const isOwn = this.#values >= FEWEST_TITLES && this.#distinct.size > 0.9 * (this.#filled ?? this.#values);
    if (words >= WORDS_OF_PROSE || (isOwn && words >= WORDS_OF_TITLES))
      return { type: 'text', why: `its values are ${words.toFixed(1)} words long, on the average` };
    return { type: 'keyword', why: this.#whyNoOther() };
  }

  /** Of what most values are, the first that is not. */
  #whyNoOther(): string | undefined {
    if (this.#hasLists) return undefined;
    if (this.#fits.number === this.#values)
      return `as a number, ${this.#decimals?.zeros} would be ${Number(this.#decimals?.zeros)}`;
    for (const type of READ_AS)
      if (this.#fits[type] * 2 >= this.#values) return `not a ${type}: ${this.#misfits[type]}`;
    return undefined;
  }

  /** 1.9, 1.10: zeros at the end of a number mean something where not all have as many decimals. */
  #isVersion(): boolean {
    const { fewest = 0, most = 0, zeros } = this.#decimals ?? {};
    return zeros !== undefined && fewest !== most;
  }
}

function quoted(text: string, id: string): string {
  const shown = text.length > 40 ? `${text.slice(0, 39)}…` : text;
  return `${JSON.stringify(shown)} in ${JSON.stringify(id)}`;
}

/** FNV-1a of UTF-16 units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
