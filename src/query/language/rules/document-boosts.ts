// Which rules multiply the score of a document, and by what: for the factors of all documents when rules are set, and
// for who asks why a document scores what it does.

import type { AnalyzerName } from '../../../core/analyzer/analysis.ts';
import { analysisNamed } from '../../../core/analyzer/analyzer.ts';
import type { Document } from '../../../core/document.ts';
import { SparsedgeError } from '../../../core/errors.ts';
import type { FieldValue } from '../../../core/fields.ts';
import { FACTOR_UNIT, MAX_FACTOR } from '../../search/sums/factors.ts';
import { listed, matcher } from './patterns.ts';
import type { Boost, Rules } from './rules-schema.ts';

/** What multiplies the score of a document. */
export interface DocumentBoosts {
  /** The boosts that are for it, by their places among the rules. */
  readonly rules: readonly { readonly rule: number; readonly factor: number }[];
  /** That of a field of its own. */
  readonly own?: number | undefined;
  /** What its age leaves of it, about: the product of all is rounded to a 64th. */
  readonly recency?: number | undefined;
}

/** Tells which boosts are for a document. */
export function boostsOf(
  { boosts = [], boostField }: Rules,
  analyzer: AnalyzerName,
): (document: Document) => DocumentBoosts {
  const analyze = analysisNamed(analyzer);
  const applying = boosts.map(({ factor, ...boost }, rule) => ({
    rule,
    factor,
    isFor: isFor({ factor, ...boost }, (text) => analyze(text).inOrder),
  }));
  return (document) => ({
    rules: applying.flatMap(({ rule, factor, isFor }) => (isFor(document) ? [{ rule, factor }] : [])),
    own: boostField === undefined ? undefined : ownFactor(document, boostField),
  });
}

/** What they come to together. */
export function productOf({ rules, own = 1, recency = 1 }: DocumentBoosts): number {
  return rules.reduce((product, { factor }) => product * factor, own) * recency;
}

/**
 * What a document's factor is made of.
 *
 * @param factor in parts of FACTOR_UNIT
 */
export function explainFactor(
  document: Document,
  factor: number,
  rules: Rules,
  analyzer: AnalyzerName,
): DocumentBoosts {
  const boosts = boostsOf(rules, analyzer)(document);
  if (!rules.recency || factor === 0) return boosts;
  // How old the newest document is, from which ages are counted, rules do not keep.
  return { ...boosts, recency: Math.min(1, factor / FACTOR_UNIT / productOf(boosts)) };
}

function ownFactor({ id, fields }: Document, field: string): number | undefined {
  const value = fields && Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (value === undefined || value === '') return undefined;
  const factor = typeof value === 'boolean' || typeof value === 'object' ? Number.NaN : Number(value);
  if (factor >= 0 && factor <= MAX_FACTOR / FACTOR_UNIT) return factor;
  throw wrongField(id, field, `a factor from 0 to ${MAX_FACTOR / FACTOR_UNIT}`, value);
}

/** Whether all conditions of a boost hold for a document. */
function isFor(
  { id, path, title, field, is, from, to }: Boost,
  wordsOf: (text: string) => readonly string[],
): (document: Document) => boolean {
  const idMatches = id === undefined ? undefined : matcher(id);
  const pathMatches = path === undefined ? undefined : matcher(path);
  const said = title === undefined ? undefined : ` ${wordsOf(title).join(' ')} `;
  return (document) => {
    if (idMatches && !idMatches(document.id)) return false;
    if (pathMatches && !pathMatches(pathOf(document.url ?? document.id))) return false;
    if (said && !` ${wordsOf(document.title ?? '').join(' ')} `.includes(said)) return false;
    return field === undefined || fieldHolds(fieldOf(document, field), { is: listed(is), from, to });
  };
}

/** The path of a URL; a path alone is one already. */
export function pathOf(url: string): string {
  return URL.canParse(url) ? new URL(url).pathname : url.replace(/[?#].*$/s, '');
}

/** A field of a document's own. */
export function fieldOf({ fields }: Document, field: string): FieldValue | undefined {
  return fields && Object.hasOwn(fields, field) ? fields[field] : undefined;
}

function fieldHolds(
  value: FieldValue | undefined,
  { is, from, to }: { readonly is: readonly FieldValue[] } & Pick<Boost, 'from' | 'to'>,
): boolean {
  if (value === undefined) return false;
  const values = [value].flat().map(String);
  if (is.length > 0 && !is.some((each) => values.includes(String(each)))) return false;
  const isWithin = (bound: FieldValue | undefined, sign: number) =>
    bound === undefined || values.some((each) => sign * (comparable(each) - comparable(bound)) >= 0);
  return isWithin(from, 1) && isWithin(to, -1);
}

/** A number, or the milliseconds of a date. */
function comparable(value: FieldValue): number {
  const number = Number(value);
  return Number.isNaN(number) ? Date.parse(String(value)) : number;
}

/** A field that is not what a rule expects of it. */
export function wrongField(id: string, field: string, expected: string, found: FieldValue): SparsedgeError {
  const shown = JSON.stringify(found);
  return new SparsedgeError(
    'bad-input',
    `the field "${field}" of the document ${JSON.stringify(id)}: expected ${expected}, found ${shown}`,
    { id, field, expected, found: shown },
  );
}
