// Facets and orders as people type them: `lang,tag:20,version:..2,version:2..` and `date:desc`.

import { badQuery } from '../../core/errors.ts';
import type { Facet, FacetRange, Sort } from './facets.ts';

/**
 * Reads facets between commas: a field, its most frequent values; a field with a number, so many of them; a field with
 * a range, how many are in it. What is said of a field in several places is one facet.
 *
 * @throws SparsedgeError `bad-query` for what is none of these
 */
export function readFacets(text: string): Facet[] {
  const facets = new Map<string, { field: string; top?: number; ranges?: FacetRange[] }>();
  for (const item of text.split(',').map((each) => each.trim())) {
    const [, field, spec] = /^([^:]+)(?::(.*))?$/.exec(item) ?? [];
    if (field === undefined) throw badQuery(`a facet is "${item}": expected a field, as in lang,tag:20`);
    const facet = facets.get(field) ?? { field };
    facets.set(field, facet);
    if (spec === undefined) continue;
    const [, from, to] = /^(.*?)\.\.(.*)$/.exec(spec) ?? [];
    if (/^\d{1,9}$/.test(spec)) facet.top = Number(spec);
    else if (from || to)
      facet.ranges = [...(facet.ranges ?? []), { ...(from && { from }), ...(to && { to }) }];
    else
      throw badQuery(`the facet ${field} has "${spec}": expected how many values, or a range from..to`, {
        field,
      });
  }
  return [...facets.values()];
}

/**
 * Reads an order: a field, its lowest values first, or with `:desc` behind it, its highest.
 *
 * @throws SparsedgeError `bad-query` for what is none
 */
export function readSort(text: string): Sort {
  const [, field, order] = /^(.+?)(?::(asc|desc))?$/s.exec(text) ?? [];
  if (field === undefined || /:/.test(field))
    throw badQuery(`"sort" is "${text}": expected a field, as in date, or date:desc`);
  return { field, descending: order === 'desc' };
}
