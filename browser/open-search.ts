// The package's first entry: one way to search, whether an index lies on a static host and is searched here, in the
// page, or a Worker is asked. What is imported at once is small; the engine comes with the first index that is opened.

import { connect, type SearchClient, SearchProblem } from '../src/http/client.ts';
import { askHost, type OpenOptions } from './static-host.ts';

export {
  connect,
  type DocumentAnswer,
  type Facet,
  type Filter,
  type IndexAnswer,
  type SearchAnswer,
  type SearchClient,
  type SearchOptions,
  SearchProblem,
  type SuggestAnswer,
} from '../src/http/client.ts';

export type { OpenOptions } from './static-host.ts';

/** What to search. */
export interface SearchPlace {
  /** Where an index lies: the URL of its folder on any web server, relative to the page or whole. */
  readonly index?: string | URL | undefined;
  /** Where a Worker answers, without `/v1`. */
  readonly endpoint?: string | URL | undefined;
}

/**
 * Opens an index on a static host, or connects to a Worker: what is returned is asked in the same way, and answers in
 * the same form, with the same hits. An index is opened with two dependent reads, and what is read of it stays in
 * memory; a Worker is not asked before the first question.
 *
 * @throws SearchProblem with the code `bad-input` unless one of `index` and `endpoint` is given, and of an index with
 *   `not-found` where there is none, `corrupt` where it is damaged, or is none, `format-too-old` and `format-too-new`,
 *   and `unavailable` where the host fails
 */
export async function open(
  { index, endpoint }: SearchPlace,
  options: OpenOptions = {},
): Promise<SearchClient> {
  if ((index === undefined) === (endpoint === undefined)) {
    throw new SearchProblem(500, 'bad-input', 'expected an index or an endpoint, and one of them alone');
  }
  if (endpoint !== undefined) return connect(endpoint, options.fetch);
  const host = askHost(index!, options);
  const { openSite } = await import('./engine.ts');
  return openSite(host, options.signal, SearchProblem);
}
