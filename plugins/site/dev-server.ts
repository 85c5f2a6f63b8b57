// Search in a development server. Its pages are not built, so what is searched is the site as it was built last.

import { createReadStream, existsSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';

/** As Connect has it, which Vite's, Astro's and webpack's servers take. */
export type Middleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** What is said where nothing was built yet. */
export const NOT_BUILT =
  'there is no index to search yet: the development server searches the site as it was built last, so build it once';

/**
 * Serves the index of the last build, and what pages load beside it.
 *
 * @param folder of the index
 * @param at its address, with a slash at both ends
 * @param warn is told once, when somebody would search and nothing is built
 */
export function serveBuilt(folder: string, at: string, warn: (message: string) => void): Middleware {
  let isWarned = false;
  return (request, response, next) => {
    // Servers that take a site's base off the address keep the whole.
    const { originalUrl = request.url ?? '/' } = request as { readonly originalUrl?: string };
    const [path = ''] = originalUrl.split(/[?#]/);
    if (!path.startsWith(at)) return next();
    const file = fileIn(folder, path.slice(at.length));
    if (file === undefined) {
      if (!isWarned && !existsSync(folder)) {
        isWarned = true;
        warn(NOT_BUILT);
      }
      response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' });
      response.end(existsSync(folder) ? 'Not found' : NOT_BUILT);
      return;
    }
    response.writeHead(200, {
      'Content-Type': extname(file) === '.js' ? 'text/javascript' : 'application/octet-stream',
      'Content-Length': statSync(file).size,
      // Of the next build, the same address may have something else.
      'Cache-Control': 'no-cache',
    });
    if (request.method === 'HEAD') response.end();
    else createReadStream(file).pipe(response);
  };
}

/** A file below a folder by a path of a URL, if there is one: names that lead elsewhere are none. */
function fileIn(folder: string, path: string): string | undefined {
  const names = path.split('/');
  if (names.some((name) => !/^\w[\w.-]*$/.test(name))) return undefined;
  const file = join(folder, ...names);
  return existsSync(file) && statSync(file).isFile() ? file : undefined;
}
