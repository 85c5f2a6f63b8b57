// A site that is searched where it is, as it is published: below a path of its host, and later somewhere else.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { sparsedge } from '../../build/commands/command-line.ts';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from '../chromium.ts';
import { partsOf, typeQuestion, visitPage } from '../element/browsing.ts';

const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.html': 'text/html' };

/** Serves a folder below a path; whatever else is asked for is noted, and not there. */
async function publish(site: string, below: string): Promise<{ url: string; missed: string[] }> {
  const missed: string[] = [];
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://host');
    const file = join(site, pathname.slice(below.length).replace(/(^|\/)$/, '$1index.html'));
    if (pathname.startsWith(below) && existsSync(file) && statSync(file).isFile())
      return response
        .writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream' })
        .end(readFileSync(file));
    missed.push(pathname);
    return response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${below}`, missed };
}

const html = (body: string) =>
  `<!doctype html><html lang="en"><head><title>Keys</title><link rel="icon" href="data:,"></head><body>${body}</body></html>`;

describe.skipIf(!CHROMIUM)(CHROMIUM ? 'a site with its index' : `skipped: ${NO_CHROMIUM}`, () => {
  let browser: Browser;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sparsedge-'));
    const site = join(folder, 'site');
    mkdirSync(join(site, 'keys'), { recursive: true });
    writeFileSync(
      join(site, 'keys/index.html'),
      html('<main><h1>Keys</h1><p>To rotate a key, make a new one and revoke the old one.</p></main>'),
    );
    // As the build says it, with addresses that are relative to the page.
    writeFileSync(
      join(site, 'search.html'),
      html(
        '<script type="module" src="_search/component.js"></script>' +
          '<sparsedge-search index="_search/" base="." mode="inline"></sparsedge-search>',
      ),
    );
    const built = await sparsedge(folder, ['build', 'site', '--into', 'site/_search', '--encoder', 'bm25']);
    expect(built, built.err).toMatchObject({ code: 0 });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function search(url: string): Promise<string> {
    const page = await visitPage(browser, `${url}search.html`);
    await typeQuestion(page, 'rotate');
    await partsOf(page).options.first().click();
    await page.waitForURL(/keys/);
    expect(await page.locator('h1').textContent()).toBe('Keys');
    return new URL(page.url()).pathname;
  }

  test('is searched below a path, and goes on to be once it has moved', async () => {
    const below = await publish(join(folder, 'site'), '/projects/manual/');
    expect(await search(below.url)).toBe('/projects/manual/keys/');
    expect(below.missed).toEqual([]);
    renameSync(join(folder, 'site'), join(folder, 'moved'));
    const moved = await publish(join(folder, 'moved'), '/');
    expect(await search(moved.url)).toBe('/keys/');
    expect(moved.missed).toEqual([]);
    // And it is built there again.
    const again = await sparsedge(folder, ['build', 'moved', '--into', 'moved/_search', '--encoder', 'bm25']);
    expect(again, again.err).toMatchObject({ code: 0 });
    expect(await search(moved.url)).toBe('/keys/');
  });
});
