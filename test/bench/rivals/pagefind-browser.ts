// Pagefind as its users have it: its own command line indexes a folder of pages with its defaults, a plain static
// server hands out the index, and its own JavaScript is asked in Chromium, without a window. The page that asks posts
// the answers back, so nothing drives the browser.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../data/folders.ts';
import { VERSIONS } from './rivals.ts';

/** A site, and what to ask it. */
interface PagefindOrder {
  readonly name: string;
  /** The pages. */
  readonly folder: string;
  readonly questions: readonly string[];
  /** So many hits of each question. */
  readonly k: number;
  /** The browser's program. */
  readonly chromium: string;
}

const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.json': 'application/json' };

/** Indexes a site and asks it: for each question the paths of the pages that it finds, the best first. */
export async function askPagefind(order: PagefindOrder): Promise<string[][]> {
  const index = join(cacheFolder(), `pagefind-${order.name}`);
  rmSync(index, { recursive: true, force: true });
  await indexWithPagefind(order.folder, join(index, 'pagefind'));
  try {
    return await inBrowser(index, order);
  } finally {
    rmSync(index, { recursive: true, force: true });
  }
}

/** Indexes the pages of a folder with Pagefind's own command line and its defaults. */
export async function indexWithPagefind(folder: string, out: string): Promise<void> {
  const runner = join(await install(), 'node_modules/pagefind/lib/runner/bin.cjs');
  await promisify(execFile)(process.execPath, [runner, '--site', folder, '--output-path', out], {
    maxBuffer: 1 << 26,
  });
}

async function inBrowser(index: string, { questions, k, chromium }: PagefindOrder): Promise<string[][]> {
  const profile = mkdtempSync(join(cacheFolder(), 'chromium-'));
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const options = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}`];
  let browser: ChildProcess | undefined;
  try {
    return await new Promise((resolve, reject) => {
      server.on('request', (request, response) => {
        if (request.method !== 'POST') return serve(index, asking(questions, k), request, response);
        bodyOf(request).then((body) => {
          response.end();
          if (request.url === '/answers') resolve(JSON.parse(body) as string[][]);
          else reject(new Error(`Pagefind failed in the browser: ${body}`));
        }, reject);
      });
      browser = spawn(chromium, [...options, `http://127.0.0.1:${port}/`], { stdio: 'ignore' });
      browser.on('error', (cause) => reject(new Error(`${chromium} cannot be started`, { cause })));
      browser.on('exit', (code) => reject(new Error(`${chromium} ended with ${code} before it answered`)));
    });
  } finally {
    if (browser?.pid !== undefined && browser.exitCode === null) {
      const ended = once(browser, 'exit');
      browser.kill();
      await ended;
    }
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A plain static server, with the page that asks at its root. */
function serve(folder: string, page: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const file = join(folder, normalize(pathname));
  if (pathname === '/') response.writeHead(200, { 'Content-Type': 'text/html' }).end(page);
  else if (!existsSync(file)) response.writeHead(404).end();
  else {
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    response.writeHead(200, { 'Content-Type': type }).end(readFileSync(file));
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

/** A page that asks everything, one question after another, as a reader's page would. */
function asking(questions: readonly string[], k: number): string {
  return `<!doctype html><meta charset="utf-8"><script type="module">
const post = (path, body) => fetch(path, { method: 'POST', body });
try {
  const pagefind = await import('/pagefind/pagefind.js');
  const answers = [];
  for (const question of ${JSON.stringify(questions).replaceAll('<', '\\u003c')}) {
    const { results } = await pagefind.search(question);
    const shown = await Promise.all(results.slice(0, ${k}).map((result) => result.data()));
    answers.push(shown.map(({ raw_url, url }) => raw_url ?? url));
  }
  await post('/answers', JSON.stringify(answers));
} catch (error) {
  await post('/failed', String(error?.stack ?? error));
}
</script>`;
}

/** Installs the version that is compared, once. */
async function install(): Promise<string> {
  const folder = join(cacheFolder(), `pagefind-${VERSIONS.pagefind}`);
  if (!existsSync(join(folder, 'node_modules/pagefind/lib/runner/bin.cjs'))) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    const packages = [`pagefind@${VERSIONS.pagefind}`];
    await promisify(execFile)('npm', ['install', '--no-audit', '--no-fund', ...packages], { cwd: folder });
  }
  return folder;
}
