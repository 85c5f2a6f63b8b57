// A Worker with a search inside: Sparsedge answers below /v1, and the site answers everything else.

import { createWorker } from '../../src/worker.ts';

// Sparsedge calls these two entry points of its own Worker, so they must be exported by name. With
// MAX_MICRODOLLARS_A_DAY, `Spending` is a third.
export { Pages, Windows } from '../../src/worker.ts';

const search = createWorker();

const PAGE = `<!doctype html>
<title>My site</title>
<form action="/v1/search"><input name="q" type="search" required> <button>Search</button></form>`;

export default {
  fetch(request: Request, env: unknown): Promise<Response> | Response {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith('/v1/')) return search.fetch(request, env);
    if (pathname === '/') return new Response(PAGE, { headers: { 'Content-Type': 'text/html' } });
    return new Response('There is no such page.', { status: 404 });
  },
};
