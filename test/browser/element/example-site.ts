// A small site with <sparsedge-search>, and a Worker over its index: both are real, and the site is served from another
// origin than the Worker, as sites are.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { bundlePages } from '../../../build/local/bundles/page-code.ts';
import { type LocalWorker, startLocalWorker } from '../../../build/local/local-worker.ts';
import { silent } from '../../../build/terminal/progress.ts';
import { sparsedge } from '../../build/commands/command-line.ts';

/** Pages as their authors wrote them: what they are about, their title, and their sections with their paragraphs. */
const PAGES: Readonly<Record<string, readonly [string, string, Readonly<Record<string, string>>]>> = {
  keys: [
    'security',
    'Keys',
    {
      'Make a key':
        'A key belongs to a project and is shown once, when it is made. Whoever has it can read what the project can read, so keep it out of the repository and out of logs.',
      'Rotate a key':
        'To rotate a key, make a new one, use it everywhere, and revoke the old one. Look at when the old key was used last before you revoke it.',
      'Revoke a key': 'A key that is revoked stops working within a minute, wherever it is used.',
    },
  ],
  members: [
    'security',
    'Members and roles',
    {
      'Invite a member': 'An administrator invites members by mail. An invitation expires after seven days.',
      Roles: 'Readers see pages, writers change them, and administrators manage members, keys and billing.',
    },
  ],
  deploy: [
    'guide',
    'Deploy a site',
    {
      'From a folder': 'Deploy a folder with one command. What did not change is not uploaded again.',
      'From a repository':
        'Connect a repository, and each push to the main branch is deployed. The key of the repository is made for you.',
      'Roll back': 'Every deployment is kept for thirty days, and rolling back takes a second.',
    },
  ],
  domains: [
    'guide',
    'Domains',
    {
      'Add a domain': 'Point the name at our servers, and a certificate is made within minutes.',
      Certificates: 'Certificates are renewed thirty days before they expire, without a key of yours.',
    },
  ],
  billing: [
    'account',
    'Billing',
    { Invoices: 'Invoices are sent on the first day of the month, to whoever administers the account.' },
  ],
};

/** A page of the site; it is long, so that what is found lies below what is shown first. */
function htmlOf(topic: string, title: string, sections: Readonly<Record<string, string>>): string {
  const body = Object.entries(sections).map(
    ([heading, text]) =>
      `<h2 id="${heading.toLowerCase().replaceAll(' ', '-')}">${heading}</h2><p>${text}</p><div style="height:60rem"></div>`,
  );
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head>
<body><main data-sparsedge-filter="topic:${topic}"><h1>${title}</h1>${body.join('\n')}</main></body></html>`;
}

export interface ExampleSite {
  /** Where the site is, with a slash at the end. */
  readonly url: string;
  readonly worker: LocalWorker;
  /** Puts a page on the site that has the element with these attributes, `ENDPOINT` being the Worker's; its address. */
  pageWith(attributes: string, around?: { readonly lang?: string; readonly head?: string }): string;
  stop(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.html': 'text/html; charset=utf-8',
};

/**
 * What pages of the site allow themselves: nothing inline, no markup from text, as the strictest sites have it. Their
 * own style sheet is a file.
 */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' http://127.0.0.1:*; base-uri 'none'; " +
  "require-trusted-types-for 'script'";

/**
 * Builds the site's index with BM25, and serves both. Documents of a reader's own are indexed in their place; the
 * Worker may have further settings.
 */
export async function startExampleSite(
  documents?: readonly object[],
  settings?: Readonly<Record<string, string>>,
): Promise<ExampleSite> {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-site-'));
  const site = join(folder, 'site');
  for (const [name, page] of Object.entries(PAGES)) write(join(site, name, 'index.html'), htmlOf(...page));
  if (documents)
    write(join(folder, 'documents.jsonl'), documents.map((document) => JSON.stringify(document)).join('\n'));
  const input = documents ? 'documents.jsonl' : 'site';
  const built = await sparsedge(folder, ['build', input, '-o', 'index', '--encoder', 'bm25']);
  if (built.code !== 0) throw new Error(built.err);
  const worker = await startLocalWorker(join(folder, 'index'), { port: 0, settings, startProgress: silent });
  const files = new Map([...(await bundlePages())].map(([name, text]) => [`/${name}`, text]));
  for (const [name, page] of Object.entries(PAGES)) files.set(`/${name}/index.html`, htmlOf(...page));
  files.set(
    '/site.css',
    'html { color-scheme: light dark; background: light-dark(#fff, #101218) } body { font: 16px sans-serif; margin: 2rem }',
  );
  files.set('/site.js', '');
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url!, 'http://site');
    const text = files.get(pathname);
    const headers = { 'Content-Type': TYPES[extname(pathname)] ?? TYPES['.html']! };
    const isSearch = pathname.startsWith('/search-');
    response.writeHead(text === undefined ? 404 : 200, {
      ...headers,
      ...(pathname === '/site.css' && { 'Content-Type': 'text/css' }),
      ...(isSearch && { 'Content-Security-Policy': POLICY }),
    });
    response.end(text);
  });
  const url = await listen(server);
  return {
    url,
    worker,
    pageWith(attributes, { lang = 'en', head = '' } = {}) {
      const path = `/search-${files.size}.html`;
      files.set(
        path,
        `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>Search</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/site.css">${head}
<script type="module" src="/component.js"></script></head>
<body><main><h1>A site</h1><sparsedge-search ${attributes.replaceAll('ENDPOINT', worker.url)}></sparsedge-search>
<p><a href="/keys/index.html">Keys</a> <textarea aria-label="Notes"></textarea></p></main></body></html>`,
      );
      return new URL(path, url).href;
    },
    async stop() {
      await Promise.all([worker.stop(), new Promise((resolve) => server.close(resolve))]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
    );
  });
}
