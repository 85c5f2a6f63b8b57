// What is asked of an index, here and in a Worker, and the pieces of objects that answering reads.

import type { Space } from '../../../src/core/format/manifest.ts';
import type { ByteRange } from '../../../src/core/source.ts';
import { encodeQuery } from '../../../src/query/encode/encode-query.ts';
import { type QueryTerm, weighTerms } from '../../../src/query/search/terms.ts';

/** A question, or the weights of its terms where no Worker could encode it. */
export type Asked = string | Readonly<Record<string, number>>;

/** What a space makes of it. */
export function termsOf(asked: Asked, space: Space): QueryTerm[] {
  return typeof asked === 'string'
    ? encodeQuery(asked, space)
    : weighTerms(new Map(Object.entries(asked)), space.name);
}

/** A piece of an object, as the path and the query of a URL. */
export function pieceName(object: string, range?: ByteRange): string {
  return range === undefined ? object : `${object}?${range.start}-${range.end}`;
}
