// The oracle: what a search must return, computed in the plainest way from whole vectors. Tests compare searches
// with it, so it shares nothing with them but the order of results.

import { type Fields, type FieldValue, ownField } from '../../../src/core/fields.ts';
import type { Facet, FacetCounts, Sort } from '../../../src/query/filter/facets.ts';
import type { Filter } from '../../../src/query/filter/filter.ts';
import { precedes, type Scored } from '../../../src/query/search/sums/topk.ts';

/**
 * The k best documents of a query.
 *
 * @param vectors term → impact, of document 0, 1, 2 ...
 * @param query term → integer weight
 * @param isResult which documents may be results; all unless given
 * @returns best first, ties by document; documents that score 0 are no results
 */
export function searchExhaustively(
  vectors: readonly ReadonlyMap<string, number>[],
  query: ReadonlyMap<string, number>,
  k: number,
  isResult: (document: number) => boolean = () => true,
): Scored[] {
  const scored: Scored[] = [];
  vectors.forEach((vector, document) => {
    let score = 0;
    for (const [term, weight] of query) score += weight * (vector.get(term) ?? 0);
    if (score > 0 && isResult(document)) scored.push({ document, score });
  });
  scored.sort((a, b) => (precedes(a.score, a.document, b.score, b.document) ? -1 : 1));
  return scored.slice(0, k);
}

/** Whether a filter keeps a document, said of its fields in the plainest way. */
export function isKept(filter: Filter, fields: Fields): boolean {
  if ('and' in filter) return filter.and.every((part) => isKept(part, fields));
  if ('or' in filter) return filter.or.some((part) => isKept(part, fields));
  if ('not' in filter) return !isKept(filter.not, fields);
  const value = ownField(fields, filter.field);
  if ('exists' in filter) return filter.exists === has(value);
  if (value === undefined) return false;
  if ('is' in filter)
    return typeof value === 'object' ? value.includes(String(filter.is)) : value === filter.is;
  const { from, to, above, below } = filter;
  const number = asNumber(value);
  return (
    (from === undefined || number >= asNumber(from)) &&
    (to === undefined || number <= asNumber(to)) &&
    (above === undefined || number > asNumber(above)) &&
    (below === undefined || number < asNumber(below))
  );
}

/**
 * What is to be counted of documents that match.
 *
 * @param matching their fields
 */
export function countExhaustively(
  { field, values, ranges, top = values || ranges ? 0 : 10 }: Facet,
  matching: readonly Fields[],
): FacetCounts {
  const counts = new Map<string | number | boolean, number>();
  for (const fields of matching)
    for (const value of valuesOf(ownField(fields, field))) counts.set(value, (counts.get(value) ?? 0) + 1);
  const listed = Array.from(counts, ([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || orderOf(a.value, b.value))
    .slice(0, top);
  const countOf = (filter: Filter) => matching.filter((fields) => isKept(filter, fields)).length;
  return {
    field,
    values: [...(values ?? []).map((is) => ({ value: is, count: countOf({ field, is }) })), ...listed],
    ranges: (ranges ?? []).map((range) => ({ ...range, count: countOf({ field, ...range }) })),
    exact: true,
  };
}

/** Documents in the order of a field. */
export function sortExhaustively(
  found: readonly Scored[],
  { field, descending }: Sort,
  fields: readonly Fields[],
): Scored[] {
  const keyOf = ({ document }: Scored) => {
    const values = valuesOf(ownField(fields[document], field)).sort(orderOf);
    return descending ? values.at(-1) : values[0];
  };
  return [...found].sort((a, b) => {
    const [keyA, keyB] = [keyOf(a), keyOf(b)];
    if (keyA === undefined || keyB === undefined) {
      const order = Number(keyA === undefined) - Number(keyB === undefined);
      return order || b.score - a.score || a.document - b.document;
    }
    return orderOf(keyA, keyB) * (descending ? -1 : 1) || b.score - a.score || a.document - b.document;
  });
}

/** Different values, those of dates as they are shown. */
function valuesOf(value: FieldValue | undefined): (string | number | boolean)[] {
  if (value === undefined) return [];
  if (typeof value === 'object') return [...new Set(value)];
  if (typeof value === 'number') return [value + 0];
  const isDate = typeof value === 'string' && /^[+-]?\d{4,6}-\d\d-\d\dT/.test(value);
  return [isDate ? value.replace('T00:00:00.000Z', '') : value];
}

/** Text in the order of its characters; dates of four digits of years are text in the order of time. */
function orderOf(a: string | number | boolean, b: string | number | boolean): number {
  if (typeof a !== 'string' || typeof b !== 'string') return Number(a) - Number(b);
  const [charactersA, charactersB] = [Array.from(a, pointOf), Array.from(b, pointOf)];
  for (const [i, character] of charactersA.entries())
    if (character !== charactersB[i]) return character - (charactersB[i] ?? -1);
  return charactersA.length - charactersB.length;
}

function pointOf(character: string): number {
  return character.codePointAt(0)!;
}

function has(value: FieldValue | undefined): boolean {
  return value !== undefined && (typeof value !== 'object' || value.length > 0);
}

/** Dates of tests have their time. */
function asNumber(value: FieldValue): number {
  return typeof value === 'string' ? Date.parse(value) : Number(value);
}

/** A page with the scores of its best sections. */
interface ScoredArticle extends Scored {
  readonly sections: readonly Scored[];
}

/**
 * The k best pages of a query: a page's score is the mean of its six best sections', each of which weighs .35 of the
 * one before, with weights as integers of 1024 together.
 *
 * @param articles of each document the first one of its page
 * @param factorOf what the score of a section is multiplied by
 * @returns best first, ties by the page's first document; of each the six best sections, best first
 */
export function articlesExhaustively(
  vectors: readonly ReadonlyMap<string, number>[],
  articles: readonly number[],
  query: ReadonlyMap<string, number>,
  k: number,
  isResult: (document: number) => boolean = () => true,
  factorOf: (document: number) => number = () => 1,
): ScoredArticle[] {
  const sectionsOf = new Map<number, Scored[]>();
  const hits = searchExhaustively(vectors, query, vectors.length, isResult)
    .map(({ document, score }) => ({ document, score: score * factorOf(document) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.document - b.document);
  for (const hit of hits) {
    const article = articles[hit.document]!;
    sectionsOf.set(article, [...(sectionsOf.get(article) ?? []), hit]);
  }
  const scored = Array.from(sectionsOf, ([document, all]) => {
    const sections = all.slice(0, 6);
    const count = Math.min(6, articles.filter((article) => article === document).length);
    const shares = Array.from({ length: count }, (_, i) => 0.35 ** i);
    const whole = shares.reduce((sum, share) => sum + share, 0);
    const score = sections.reduce(
      (sum, { score }, i) => sum + score * Math.round((1024 * shares[i]!) / whole),
      0,
    );
    return { document, score, sections };
  });
  scored.sort((a, b) => b.score - a.score || a.document - b.document);
  return scored.slice(0, k);
}
