// A built site becomes searchable where it is, and in development.

import { existsSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Middleware, NOT_BUILT, serveBuilt } from '../../plugins/site/dev-server.ts';
import { indexSite } from '../../plugins/site/index-site.ts';
import { Latest } from '../../plugins/site/latest.ts';
import { checkedOptions } from '../../plugins/site/site-options.ts';
import { FAST, found, PAGES, page, siteOf, write } from './built-site.ts';

test('a site is searched where it is: by paths below it, whatever its canonical links say', async () => {
  const canonical = '<link rel="canonical" href="https://example.org/mill/stones/">';
  const site = siteOf({
    ...PAGES,
    'stones/index.html': page('Stones', '<h1>Stones</h1><p>Dress the stones.</p>', canonical),
  });
  const { pages, sections, said } = await indexSite(site, checkedOptions('x', FAST));
  expect([pages, sections]).toEqual([3, 3]);
  expect(said).toBe('3 pages (3 sections) are searchable, by _search/ below the site');
  expect(await found(join(site, '_search'), 'dress stones')).toEqual(['stones/']);
  expect(await found(join(site, '_search'), 'mill grinds')).toEqual(['./']);
  expect(await found(join(site, '_search'), 'slipping belt')).toEqual(['belts.html']);
  expect(existsSync(join(site, '_search/component.js'))).toBe(true);
  await indexSite(site, checkedOptions('x', FAST), true);
  expect(await found(join(site, '_search'), 'slipping belt')).toEqual(['belts']);
});

test('what is no page of the site, or is not to be found, is not found', async () => {
  const site = siteOf({
    ...PAGES,
    'draft/index.html': page(
      'Draft',
      '<h1>Draft</h1><p>Windmills.</p>',
      '<meta name="robots" content="noindex">',
    ),
    '404.html': page('Not found', '<p>Windmills are not here.</p>'),
    'feed.json': JSON.stringify([{ id: 'a', title: 'Windmills', text: 'windmills' }]),
    'data.csv': 'id,text\n1,windmills\n',
    'old/a.html': page('Old', '<h1>Old</h1><p>Windmills of old.</p>'),
  });
  const { pages } = await indexSite(site, checkedOptions('x', { ...FAST, pages: { exclude: ['old/**'] } }));
  expect(pages).toBe(3);
  expect(await found(join(site, '_search'), 'windmills')).toEqual([]);
});

test('pages in several languages are stemmed in theirs, and found by it', async () => {
  const site = siteOf({
    'mills.html': page('Mills', '<h1>Mills</h1><p>The stones were turning.</p>'),
    'de/mills.html': page('Mühlen', '<h1>Mühlen</h1><p>Die Steine der Mühlen drehten sich.</p>', '', 'de-AT'),
  });
  await indexSite(site, checkedOptions('x', FAST));
  expect(await found(join(site, '_search'), 'Mühle')).toEqual(['de/mills.html']);
  expect(await found(join(site, '_search'), 'turn', 'lang:"de-AT"')).toEqual([]);
  expect(await found(join(site, '_search'), 'turn', 'lang:"en"')).toEqual(['mills.html']);
});

test('an index that was built before, was taken away or lies in another folder is built anew', async () => {
  const site = siteOf(PAGES);
  const options = checkedOptions('x', { ...FAST, folder: 'assets/find' });
  await indexSite(site, options);
  write(site, { 'sieves.html': page('Sieves', '<h1>Sieves</h1><p>Sieves sort bran from flour.</p>') });
  rmSync(join(site, 'belts.html'));
  await indexSite(site, options);
  expect(await found(join(site, 'assets/find'), 'bran')).toEqual(['sieves.html']);
  expect(await found(join(site, 'assets/find'), 'rosin')).toEqual([]);
  rmSync(join(site, 'assets'), { recursive: true });
  await indexSite(site, options);
  expect(await found(join(site, 'assets/find'), 'bran')).toEqual(['sieves.html']);
});

test('a site that is not there, or has no pages, is an error that says so', async () => {
  const options = checkedOptions('x', FAST);
  const site = siteOf({ 'style.css': '' });
  await expect(indexSite(join(site, 'none'), options)).rejects.toThrow(
    expect.objectContaining({ code: 'bad-input', message: expect.stringContaining('no such folder') }),
  );
  await expect(indexSite(site, options)).rejects.toThrow(
    expect.objectContaining({ code: 'bad-input', message: expect.stringContaining('html') }),
  );
});

test('a wrong configuration of the index is the error that a build has', async () => {
  const options = checkedOptions('x', { config: { spaces: [{ encoder: 'bm26' }] } });
  await expect(indexSite(siteOf(PAGES), options)).rejects.toThrow(
    expect.objectContaining({ code: 'bad-input', message: expect.stringContaining('encoder') }),
  );
});

/** Asks a middleware for a path; `next` where it lets the request pass. */
async function asked(
  middleware: Middleware,
  path: string,
): Promise<{ status: number; type: string | null; text: string } | 'next'> {
  let passed = false;
  const server = createServer((request, response) =>
    middleware(request, response, () => {
      passed = true;
      response.end();
    }),
  );
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  const text = await answer.text();
  return passed ? 'next' : { status: answer.status, type: answer.headers.get('content-type'), text };
}

test('a development server serves the index of the last build, nothing beside it, and says when there is none', async () => {
  const site = siteOf({
    'secret.txt': 'secret',
    '_search/component.js': 'export {};',
    '_search/current': 'x',
    '_search/.work/a': 'a',
  });
  const warned: string[] = [];
  const serve = serveBuilt(join(site, '_search'), '/docs/_search/', (message) => warned.push(message));
  expect(await asked(serve, '/docs/_search/component.js?t=1')).toEqual({
    status: 200,
    type: 'text/javascript',
    text: 'export {};',
  });
  expect(await asked(serve, '/docs/_search/current')).toMatchObject({ status: 200, text: 'x' });
  for (const path of ['/docs/guide', '//', '//[', '/%']) expect(await asked(serve, path), path).toBe('next');
  // As Astro and Vite do it.
  const stripped: Middleware = (request, response, next) => {
    Object.assign(request, { originalUrl: request.url, url: request.url!.slice('/docs'.length) });
    serve(request, response, next);
  };
  expect(await asked(stripped, '/docs/_search/current')).toMatchObject({ status: 200, text: 'x' });
  for (const path of ['..%2fsecret.txt', '%2e%2e/secret.txt', '.work/a', '', 'none', 'component.js/x'])
    expect(await asked(serve, `/docs/_search/${path}`), path).not.toMatchObject({
      status: 200,
      text: /secret|a/,
    });
  expect(await asked(serve, '/docs/_search/none')).toMatchObject({ status: 404, text: 'Not found' });
  expect(warned).toEqual([]);

  const unbuilt = serveBuilt(join(site, 'none'), '/_search/', (message) => warned.push(message));
  expect(await asked(unbuilt, '/_search/component.js')).toMatchObject({ status: 404, text: NOT_BUILT });
  await asked(unbuilt, '/_search/current');
  expect(warned).toEqual([NOT_BUILT]);
});

test('of what waits only the last is done, one at a time', async () => {
  const latest = new Latest();
  const done: number[] = [];
  let running = 0;
  for (let i = 0; i < 5; i++) {
    latest.ask(async () => {
      expect(++running).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      done.push(i);
    });
  }
  await latest.done();
  expect(done).toEqual([0, 4]);
  latest.ask(async () => {
    done.push(5);
  });
  await latest.done();
  expect(done).toEqual([0, 4, 5]);
});
