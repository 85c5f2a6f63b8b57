// Facets and orders as people type them: `lang,tag:20,version:..2,version:2..` and `date:desc`.

import { badQuery } from '../../core/errors.ts';
import type { Facet, FacetRange, Sort } from './facets.ts';

/** A field: in quotation marks, in which \" is one and \\ a backslash, or else without a colon. */
const QUOTED = String.raw`"((?:[^"\\]|\\.)+)"`;
const FACET = new RegExp(String.raw`\s*(?:${QUOTED}|([^":,\s][^:,]*))\s*(?::([^,]*))?(?:,|$)`, 'sy');
const SORT = new RegExp(`^(?:${QUOTED}|([^":][^:]*))(?::(asc|desc))?$`, 's');
const IN_QUOTES = 'quote a name with a colon or a comma';

/**
 * Reads facets between commas: a field, its most frequent values; a field with a number, so many of them; a field with
 * a range, how many are in it. What is said of a field in several places is one facet.
 *
 * @throws SparsedgeError `bad-query` for what is none of these
 */
export function readFacets(text: string): Facet[] {
  const facets = new Map<string, { field: string; top?: number; ranges?: FacetRange[] }>();
  FACET.lastIndex = 0;
  let at = 0;
  do {
    const found = FACET.exec(text);
    if (found === null) {
      const item = text.slice(at).split(',', 1)[0].trim();
      throw badQuery(`a facet is "${item}": expected a field, as in lang,tag:20; ${IN_QUOTES}`);
    }
    at = FACET.lastIndex;
    const field = nameOf(found[1], found[2]);
    const spec = found[3]?.trim();
    const facet = facets.get(field) ?? { field };
    facets.set(field, facet);
    if (spec === undefined) continue;
    const [, from, to] = /^(.*?)\.\.(.*)$/.exec(spec) ?? [];
    if (/^\d{1,9}$/.test(spec)) facet.top = Number(spec);
    else if (from || to)
      facet.ranges = [...(facet.ranges ?? []), { ...(from && { from }), ...(to && { to }) }];
    else
      throw badQuery(
        `the facet ${field} has "${spec}": expected how many values, or a range from..to; ${IN_QUOTES}`,
        { field },
      );
    // What ends with a comma has one more facet, which is empty.
  } while (at < text.length || text.endsWith(','));
  return [...facets.values()];
}

/**
 * Reads an order: a field, its lowest values first, or with `:desc` behind it, its highest.
 *
 * @throws SparsedgeError `bad-query` for what is none
 */
export function readSort(text: string): Sort {
  const [, quoted, bare, order] = SORT.exec(text) ?? [];
  if ((quoted ?? bare) === undefined)
    throw badQuery(`"sort" is "${text}": expected a field, as in date, or date:desc; ${IN_QUOTES}`);
  return { field: nameOf(quoted, bare), descending: order === 'desc' };
}

function nameOf(quoted: string | undefined, bare: string): string {
  return quoted === undefined ? bare.trim() : quoted.replace(/\\(["\\])/g, '$1');
}
