// Ranges of objects behind URLs that never change meaning, so that the platform's tiered cache in front of every
// entrypoint keeps them close to those who search: a hit costs neither a read nor an invocation's CPU.

import { SparsedgeError } from '../core/errors.ts';
import { openPage, placeIdentity } from '../core/format/page.ts';
import { PAGES } from '../core/format/page-table.ts';
import type { PageSpan, Source } from '../core/source.ts';
import { failureResponse, type Log, rethrown } from './remote-error.ts';

/** A request may cause 32 invocations, its own included; reads beyond this go to storage directly. */
const MAX_CALLS = 24;
/** A URL has at most 16 KB; a read of more pages goes to storage directly. */
const MOST_PAGES = 256;
/** Objects are named by their content. */
const FOREVER = 'public, max-age=31536000, immutable';

/** Something that answers requests: a loopback or service binding. */
export interface Entrypoint {
  fetch(request: Request): Promise<Response>;
}

/** What went through the cache in one request. */
export interface EdgeTally {
  calls: number;
  hits: number;
}

/** The pages in a range, and where: what `Pages` checks. */
type CheckedPages = [build: string, space: string, ...spans: [page: number, start: number, end: number][]];

/** Answers `GET /<object>?range=<start>-<end>&pages=<CheckedPages>` from storage, once it has checked the pages. */
export async function answerPages(request: Request, source: () => Source, log: Log): Promise<Response> {
  try {
    const { pathname, searchParams } = new URL(request.url);
    const match = /^(\d{1,15})-(\d{1,15})$/.exec(searchParams.get('range') ?? '');
    if (!match) throw new SparsedgeError('bad-query', 'a range is two numbers with a dash between them');
    const bytes = await source().read(decodeURIComponent(pathname.slice(1)), {
      start: Number(match[1]),
      end: Number(match[2]),
    });
    // What is kept is kept for good, so it is checked first.
    const [build, space, ...spans] = JSON.parse(searchParams.get('pages') ?? '[]') as CheckedPages;
    for (const [page, start, end] of spans)
      openPage(bytes.subarray(start, end), placeIdentity({ build, space, page }));
    return new Response(bytes as Uint8Array<ArrayBuffer>, {
      headers: { 'Cache-Control': FOREVER, 'Content-Type': 'application/octet-stream' },
    });
  } catch (error) {
    return failureResponse(error, log);
  }
}

/**
 * Storage with the platform's cache in front, for one request.
 *
 * @param tally counts what went through
 * @param folder in which the entrypoint finds what `direct` has; empty, or ending in a slash
 * @param among how many indexes the request searches: they share its calls
 */
export function edgeSource(
  pages: Entrypoint,
  direct: Source,
  tally: EdgeTally,
  folder = '',
  among = 1,
): Source {
  return {
    async read(name, range) {
      // Page objects are served by a cache of their own.
      const spans = range?.pages ?? [];
      if (
        !range ||
        tally.calls >= MAX_CALLS / among ||
        spans.length > MOST_PAGES ||
        name.startsWith(`${PAGES}/`)
      ) {
        return direct.read(name, range);
      }
      tally.calls++;
      const url = new URL((folder + name).split('/').map(encodeURIComponent).join('/'), 'https://pages/');
      url.searchParams.set('range', `${range.start}-${range.end}`);
      if (spans.length > 0) url.searchParams.set('pages', JSON.stringify(checkedPages(spans)));
      const response = await pages.fetch(new Request(url));
      if (!response.ok) throw await rethrown(response);
      if (response.headers.get('Cf-Cache-Status') === 'HIT') tally.hits++;
      return new Uint8Array(await response.arrayBuffer());
    },
  };
}

function checkedPages(spans: readonly PageSpan[]): CheckedPages {
  const { build, space } = spans[0].place;
  return [
    build,
    space,
    ...spans.map(({ place, start, end }): [number, number, number] => [place.page, start, end]),
  ];
}
