// A static host as sites are put on: below a path, with an index for a folder, and `guide.html` for `guide`.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

export interface SiteHost {
  /** Where the site is, with a slash at the end. */
  readonly url: string;
  /** Paths that were asked for and are not there. */
  readonly missing: string[];
  stop(): Promise<void>;
}

/**
 * Serves a folder.
 *
 * @param base with a slash at both ends
 */
export async function startSiteHost(folder: string, base: string): Promise<SiteHost> {
  const missing: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url!, 'http://site').pathname);
    const below = path.startsWith(base) ? path.slice(base.length) : '..';
    const file = below.split('/').includes('..') ? undefined : fileOf(join(folder, below));
    if (file === undefined) {
      missing.push(path);
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' });
    response.end(readFileSync(file));
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  return {
    url: `http://127.0.0.1:${port}${base}`,
    missing,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function fileOf(path: string): string | undefined {
  return [path, join(path, 'index.html'), `${path}.html`].find(
    (each) => existsSync(each) && statSync(each).isFile(),
  );
}
