// Rules as they are written → what they come to in one generation: the numbers of the documents that they name, and a
// factor for each document that they boost.

import type { Document } from '../../../src/core/document.ts';
import {
  boostsOf,
  fieldOf,
  productOf,
  wrongField,
} from '../../../src/query/language/rules/document-boosts.ts';
import type { SaidOfRules } from '../../../src/query/language/rules/index-rules.ts';
import type { Rules } from '../../../src/query/language/rules/rules-schema.ts';
import { typedDocument } from '../../../src/query/search/documents.ts';
import type { OpenIndex } from '../../../src/query/search/open.ts';
import { FACTOR_UNIT, MAX_FACTOR } from '../../../src/query/search/sums/factors.ts';
import { documentsOf, namesOf } from '../named-documents.ts';

/** Rules of a generation, as their object is written. */
export interface CompiledRules {
  readonly said: SaidOfRules;
  /** One for each document number, in parts of FACTOR_UNIT; nothing where no document is boosted. */
  readonly factors: Uint16Array | undefined;
}

const LEAST_RECENT = 0.25;
const DAY_MS = 86_400_000;

/**
 * Compiles rules. All documents are read, unless the rules are about words alone.
 *
 * @throws SparsedgeError `bad-input` for a document whose field is not what a rule expects of it
 */
export async function compileRules(rules: Rules, index: OpenIndex): Promise<CompiledRules> {
  /** All of that name: a path may have sections. */
  const named = new Map<string, number[]>();
  for (const { pin, hide } of rules.queries ?? [])
    for (const name of [...(pin ?? []), ...(hide ?? [])]) named.set(name, []);
  const { boosts = [], boostField } = rules;
  const fields = [...boosts.map(({ field }) => field), rules.recency?.field, boostField];
  const unseen = new Set(fields.filter((field) => field !== undefined));
  const isBoosting = boosts.length > 0 || boostField !== undefined;
  const boostsFor = isBoosting ? boostsOf(rules, index.manifest.spaces[0].analyzer) : undefined;
  const recent = rules.recency && new Recency(rules.recency, index.manifest.documents);
  const hasFactors = isBoosting || recent !== undefined;
  const factors = new Float64Array(hasFactors ? index.manifest.documents : 0).fill(1);
  if (named.size > 0 || hasFactors) {
    for await (const { number, document: stored } of documentsOf(index)) {
      const document = typedDocument(stored, index);
      for (const name of namesOf(document)) named.get(name)?.push(number);
      for (const field of unseen) if (fieldOf(document, field) !== undefined) unseen.delete(field);
      if (boostsFor) factors[number] = productOf(boostsFor(document));
      recent?.take(number, document);
    }
  }
  const all = (names: readonly string[] = []) => names.flatMap((name) => named.get(name) ?? []);
  // Of a page whose sections are documents, the first comes first and the others do not come again.
  const queries = (rules.queries ?? []).map(({ pin = [], hide }) => {
    const pinned = pin.flatMap((name) => named.get(name)?.slice(0, 1) ?? []);
    const others = all(pin).filter((number) => !pinned.includes(number));
    return { pinned: [...new Set(pinned)], hidden: [...new Set([...others, ...all(hide)])] };
  });
  return {
    said: {
      rules,
      queries,
      missing: [
        ...[...named].filter(([, numbers]) => numbers.length === 0).map(([name]) => name),
        ...[...unseen].map((field) => `the field ${field}`),
      ],
    },
    factors: hasFactors ? whole(factors, recent) : undefined,
  };
}

/** Factors as integers; nothing but 0 becomes 0. */
function whole(factors: Float64Array, recent: Recency | undefined): Uint16Array {
  return Uint16Array.from(factors, (factor, document) => {
    const most = factor * (recent?.factorOf(document) ?? 1);
    return most === 0 ? 0 : Math.min(MAX_FACTOR, Math.max(1, Math.round(most * FACTOR_UNIT)));
  });
}

/** How recent documents are, beside the newest: one without a date counts as that does. */
class Recency {
  readonly #rule: NonNullable<Rules['recency']>;
  readonly #times: Float64Array;
  #newest = Number.NEGATIVE_INFINITY;

  constructor(rule: NonNullable<Rules['recency']>, documents: number) {
    this.#rule = rule;
    this.#times = new Float64Array(documents).fill(Number.NaN);
  }

  take(number: number, document: Document): void {
    const { field } = this.#rule;
    const value = fieldOf(document, field);
    if (value === undefined || value === '') return;
    const time = typeof value === 'string' && /^\d{4}/.test(value) ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(time)) throw wrongField(document.id, field, 'a date of ISO 8601', value);
    this.#times[number] = time;
    this.#newest = Math.max(this.#newest, time);
  }

  /** The order of decay is the same from whatever day ages are counted. */
  factorOf(number: number): number {
    const { halfLifeDays, least = LEAST_RECENT } = this.#rule;
    const time = this.#times[number];
    if (Number.isNaN(time)) return 1;
    return Math.max(least, 0.5 ** ((this.#newest - time) / DAY_MS / halfLifeDays));
  }
}
