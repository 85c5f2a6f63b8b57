// Web servers as they are: without ranges, with them, compressing, slow, failing, hostile.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

/** Answers a request, where this host does something of its own; else it is answered as a plain server would. */
export type Manner = (request: IncomingMessage, response: ServerResponse, bytes: Uint8Array) => boolean;

export interface Host {
  readonly url: string;
  /** Paths that were asked for, with their ranges. */
  readonly asked: string[];
  stop(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.html': 'text/html' };

/** A page that searches, under a policy that allows nothing but what comes from its own host. */
const PAGE =
  '<!doctype html><html lang="en"><title>Search</title><script type="module" src="/page.js"></script></html>';
/** What the page does: tests find the module by its name. */
const SCRIPT = "import * as sparsedge from '/sparsedge.js'; globalThis.sparsedge = sparsedge;";
const POLICY = "default-src 'self'";

/** Serves a folder, and at its root PAGE. */
export async function startHost(folder: string, manner: Manner = () => false): Promise<Host> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://host').pathname);
    response.setHeader('Content-Security-Policy', POLICY);
    if (path === '/') return response.writeHead(200, { 'Content-Type': 'text/html' }).end(PAGE);
    if (path === '/page.js') return response.writeHead(200, { 'Content-Type': TYPES['.js'] }).end(SCRIPT);
    asked.push(`${path} ${request.headers.range ?? ''}`.trim());
    const file = join(folder, path);
    const bytes = existsSync(file) && statSync(file).isFile() ? readFileSync(file) : undefined;
    if (path.endsWith('.js') && bytes)
      return response.writeHead(200, { 'Content-Type': TYPES['.js'] }).end(bytes);
    if (manner(request, response, bytes ?? new Uint8Array())) return response;
    if (!bytes) return response.writeHead(404).end();
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    return response.writeHead(200, { 'Content-Type': type }).end(bytes);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    asked,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Answers ranges with what they ask for. */
export const withRanges: Manner = ({ headers }, response, bytes) => {
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
  if (start === undefined || end === undefined) return false;
  const part = bytes.subarray(Number(start), Number(end) + 1);
  response.writeHead(206, { 'Content-Range': `bytes ${start}-${end}/${bytes.length}` }).end(part);
  return true;
};

/** Compresses all that it has, whatever is asked. */
export function compressing(coding: 'gzip' | 'br'): Manner {
  return (_, response, bytes) => {
    if (bytes.length === 0) return false;
    const coded = coding === 'br' ? brotliCompressSync(bytes) : gzipSync(bytes);
    response.writeHead(200, { 'Content-Encoding': coding, 'Content-Type': 'text/plain' }).end(coded);
    return true;
  };
}
