// A query with the terms of synonyms, and with titles that count more: integer weights again.

import { isTitle } from '../../../core/analyzer/titles.ts';
import { heaviest, originsOf, type QueryTerm } from '../../search/terms.ts';
import { SYNONYM_UNIT, type Synonym } from './steer.ts';

/** A question or a synonym, encoded. */
export interface Encoded {
  readonly terms: readonly QueryTerm[];
  /** What the integers of `terms` are for a weight of 1; that of a synonym is the question's. */
  readonly scale: number;
}

/** A synonym that was encoded as the question was. */
export interface EncodedSynonym extends Synonym {
  readonly terms: readonly QueryTerm[];
}

/**
 * Adds the terms of synonyms to a query. A term that several have weighs what it weighs most, and one of the question
 * what it weighs there.
 *
 * @param titles what terms of whole titles weigh more, as rules say it
 */
export function widen(query: Encoded, synonyms: readonly EncodedSynonym[], titles = 1): Encoded {
  const titleWeight = Math.max(1, Math.round(titles * SYNONYM_UNIT));
  if (synonyms.length === 0 && titleWeight === SYNONYM_UNIT) return query;
  const times = (term: QueryTerm, weight: number) => {
    const more = isTitle(term.key) ? titleWeight : SYNONYM_UNIT;
    return { ...term, weight: term.weight * weight * more };
  };
  const own = query.terms.map((term) => times(term, SYNONYM_UNIT));
  const known = new Set(own.map(({ term }) => term));
  const added = new Map<string, QueryTerm>();
  for (const { of, text, terms, weight } of synonyms) {
    for (const each of terms.map((term) => times(term, weight))) {
      if (known.has(each.term)) continue;
      const before = added.get(each.term);
      const from = [...(before ? originsOf(before) : []), { kind: 'synonym' as const, of, text }];
      added.set(each.term, { ...each, weight: Math.max(each.weight, before?.weight ?? 0), from });
    }
  }
  const all = heaviest([...own, ...added.values()], ({ weight }) => weight);
  // In the lowest terms, since a score has room for only so much.
  const unit = all.reduce((divisor, { weight }) => gcd(divisor, weight), SYNONYM_UNIT ** 2);
  return {
    terms: all.map((term) => ({ ...term, weight: term.weight / unit })),
    scale: (query.scale * SYNONYM_UNIT ** 2) / unit,
  };
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
