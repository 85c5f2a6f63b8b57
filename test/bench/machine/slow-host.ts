// A static host behind a slow link: what it sends waits for a round trip and then shares the link with all else that is
// under way. The link is here and not the browser's own, which does not slow what a page's workers fetch.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';

/** From a request to the first byte of its answer, in milliseconds. */
const ROUND_TRIP = 150;
/** 1.6 Mbit/s. */
const BYTES_A_MILLISECOND = 200;
const CHUNK = 2048;

/** What was sent: bytes without headers, as they travel. */
interface Sent {
  readonly path: string;
  readonly bytes: number;
}

export interface SlowHost {
  readonly url: string;
  /** Whether the link is slow now; it is, at first. */
  isSlow: boolean;
  /** What was sent since the last call. */
  take(): Sent[];
  stop(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.html': 'text/html',
  '.css': 'text/css',
  '.txt': 'text/plain',
};
const PAGE = '<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title></html>';

/** Serves a folder, with an empty page at its root. It gzips text, and nothing else. */
export async function startSlowHost(folder: string): Promise<SlowHost> {
  let sent: Sent[] = [];
  let free = 0;
  const send = async (response: ServerResponse, body: Uint8Array) => {
    if (!host.isSlow) {
      response.end(body);
      return;
    }
    await pause(ROUND_TRIP);
    for (let at = 0; at < body.length; at += CHUNK) {
      const chunk = body.subarray(at, at + CHUNK);
      const now = performance.now();
      free = Math.max(now, free) + chunk.length / BYTES_A_MILLISECOND;
      await pause(free - now);
      response.write(chunk);
    }
    response.end();
  };
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://host').pathname);
    const { status, headers, body } = answerTo(folder, path, request);
    sent.push({ path, bytes: body.length });
    response.writeHead(status, headers);
    void send(response, body);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const host: SlowHost = {
    isSlow: true,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    take: () => {
      const taken = sent;
      sent = [];
      return taken;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return host;
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

function answerTo(folder: string, path: string, { headers: { range } }: IncomingMessage): Reply {
  if (path === '/')
    return { status: 200, headers: { 'Content-Type': TYPES['.html']! }, body: Buffer.from(PAGE) };
  const file = join(folder, normalize(path));
  if (!existsSync(file) || !statSync(file).isFile())
    return { status: 404, headers: {}, body: Buffer.from('') };
  const bytes = readFileSync(file);
  const type = TYPES[extname(path)];
  const headers = { 'Content-Type': type ?? 'application/octet-stream' };
  if (type)
    return { status: 200, headers: { ...headers, 'Content-Encoding': 'gzip' }, body: gzipSync(bytes) };
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
  if (start === undefined) return { status: 200, headers, body: bytes };
  const part = { 'Content-Range': `bytes ${start}-${end}/${bytes.length}` };
  return {
    status: 206,
    headers: { ...headers, ...part },
    body: bytes.subarray(Number(start), Number(end) + 1),
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
