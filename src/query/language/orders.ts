// Which orders of results go together: by scores of documents or of pages, by ranks, by a reranker, by a field.

import { SparsedgeError } from '../../core/errors.ts';
import type { Manifest } from '../../core/format/manifest.ts';

/** What of a question says how results are ordered. */
interface Ordered {
  readonly group?: boolean | undefined;
  readonly browse?: boolean | undefined;
  readonly sort?: object | undefined;
  readonly facets?: readonly object[] | undefined;
  readonly fusion?: object | undefined;
  readonly rerank?: number | undefined;
  readonly like?: string | undefined;
  readonly feedback?: string | undefined;
  readonly conditions?: object | undefined;
}

/** @throws SparsedgeError `bad-query` where results would have to be in two orders, or there is no text to go by */
export function refuseOrders({ browse, sort, facets, fusion, rerank, like, feedback }: Ordered): void {
  if (like !== undefined && (rerank ?? feedback) !== undefined)
    throw new SparsedgeError(
      'bad-query',
      'what is like a document has no question to rerank by, or to feed back to: leave out one of them',
    );
  const others = [fusion && 'fusion', rerank !== undefined && 'reranking'].filter((each) => each);
  const asked = [browse && 'browsing', sort && 'sorting', facets && fusion && 'facets'].filter(
    (each) => each,
  );
  if (others.length === 0 || asked.length === 0) return;
  throw new SparsedgeError(
    'bad-query',
    `${asked[0]} and ${others[0]} do not go together: ask for one of them`,
  );
}

/**
 * Whether pages are found, by what their sections say.
 *
 * @throws SparsedgeError `bad-query` where that is asked for and cannot be
 */
export function isGrouped(
  { group, fusion, conditions, browse, sort }: Ordered,
  { articles }: Pick<Manifest, 'articles'>,
): boolean {
  const isRanked = !browse && sort === undefined;
  const isSimple = fusion === undefined && conditions === undefined && isRanked;
  if (group === undefined) return articles !== undefined && isSimple;
  if (group && articles === undefined) {
    throw new SparsedgeError(
      'bad-query',
      'group was asked for, and the documents of this index are no sections of pages: build it with --group url',
    );
  }
  if (group && !isRanked)
    throw new SparsedgeError('bad-query', 'pages are ranked and not sorted: ask for group, or for an order');
  if (group && fusion !== undefined)
    throw new SparsedgeError(
      'bad-query',
      'group and fusion exclude each other: ranks are fused of documents',
    );
  if (group && conditions !== undefined) {
    throw new SparsedgeError(
      'bad-query',
      'group was asked for, and the operators of the query are of sections: leave out one of them',
    );
  }
  return group;
}
