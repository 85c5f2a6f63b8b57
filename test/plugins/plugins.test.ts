// What plugins do with a site, without the generators: examples/sites are built with these by npm run test:plugins.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { folderSource } from '../../build/work/files.ts';
import { sparsedge as astro } from '../../plugins/astro.ts';
import { sparsedge as docusaurus } from '../../plugins/docusaurus.ts';
import { type EleventyBuild, sparsedge as eleventy } from '../../plugins/eleventy.ts';
import { type Middleware, NOT_BUILT, serveBuilt } from '../../plugins/site/dev-server.ts';
import { indexSite } from '../../plugins/site/index-site.ts';
import { Latest } from '../../plugins/site/latest.ts';
import {
  basePath,
  boxAttributes,
  boxMarkup,
  checkedOptions,
  type SiteOptions,
} from '../../plugins/site/site-options.ts';
import { sparsedge as starlight } from '../../plugins/starlight.ts';
import { sparsedge as vitepress } from '../../plugins/vitepress.ts';
import { openSearcher } from '../../src/edge/open-searcher.ts';

/** BM25 needs no model, so that sites are built at once. */
const FAST = { config: { spaces: [{ encoder: 'bm25' }] } } satisfies SiteOptions;

/** A site as a generator leaves it. */
function siteOf(pages: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-site-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  write(folder, pages);
  return folder;
}

function write(folder: string, pages: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(pages)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

function page(title: string, body: string, head = '', lang = 'en'): string {
  return `<!doctype html><html lang="${lang}"><head><title>${title}</title>${head}</head><body>${body}</body></html>`;
}

const PAGES = {
  'index.html': page('Mill', '<main><h1>Mill</h1><p>A mill grinds grain to flour.</p></main>'),
  'stones/index.html': page('Stones', '<h1>Stones</h1><p>Dress the stones when flour gets warm.</p>'),
  'belts.html': page('Belts', '<main><h1>Belts</h1><p>A slipping belt wants rosin.</p></main>'),
};

/** The URLs of what a question finds, and their titles. */
async function found(folder: string, question: string, filter?: string): Promise<(string | undefined)[]> {
  const searcher = await openSearcher(folderSource(folder));
  const { hits } = await searcher.search(question, { k: 10, filter });
  return hits.map(({ shown }) => shown!.url);
}

test.each([
  [{ folder: '../elsewhere' }, /options\.folder: must be a path below the site/],
  [{ folder: '/search' }, /options\.folder/],
  [{ folder: '' }, /options\.folder/],
  [{ folder: 'a/../../b' }, /options\.folder/],
  [{ folder: 'search here' }, /options\.folder/],
  [{ box: { index: '/x/' } }, /options\.box: must not have index, base or endpoint/],
  [{ box: { 'on click': 'x' } }, /options\.box: must have names of attributes/],
  [{ box: { facets: ['a'] } }, /options\.box\.facets/],
  [{ pages: { exclude: 'old/**' } }, /options\.pages\.exclude/],
  [{ pages: { drafts: true } }, /drafts/],
  [{ fodler: '_search' }, /fodler/],
  ['_search', /expected object/],
])('options %j are refused, with what was expected', (given, message) => {
  expect(() => checkedOptions('sparsedge/astro', given as SiteOptions)).toThrow(
    expect.objectContaining({ code: 'bad-input', message: expect.stringMatching(/^sparsedge\/astro: /) }),
  );
  expect(() => checkedOptions('sparsedge/astro', given as SiteOptions)).toThrow(message);
});

test('every plugin checks its options before a site is built', () => {
  const wrong = { folder: '..' };
  const context = { outDir: '/x', baseUrl: '/', siteConfig: {} };
  const plugins = {
    astro: () => astro(wrong),
    starlight: () => starlight(wrong),
    vitepress: () => vitepress(wrong),
    docusaurus: () => docusaurus(context, wrong),
    eleventy: () => eleventyWith(wrong),
  };
  for (const [name, plugin] of Object.entries(plugins))
    expect(plugin, name).toThrow(
      expect.objectContaining({ code: 'bad-input', details: { plugin: `sparsedge/${name}` } }),
    );
});

test.each([
  [undefined, '/'],
  ['', '/'],
  ['/', '/'],
  ['docs', '/docs/'],
  ['/docs', '/docs/'],
  ['/docs/', '/docs/'],
  ['/a//b/', '/a/b/'],
])('a site at %j stands at %s', (base, path) => {
  expect(basePath(base)).toBe(path);
});

test('a search box knows where its site is, and what its owner says of it becomes no markup', () => {
  const options = checkedOptions('x', {
    box: { facets: 'topic', recent: 'off', k: 5, highlight: false, hidden: true },
  });
  expect(boxAttributes(options, '/docs/')).toEqual({
    index: '/docs/_search/',
    base: '/docs/',
    facets: 'topic',
    recent: 'off',
    k: '5',
    hidden: '',
  });
  const hostile = checkedOptions('x', { box: { placeholder: '"><img src=x onerror=alert(1)>&' } });
  expect(boxMarkup(hostile, '/')).toBe(
    '<script type="module" src="/_search/component.js"></script><sparsedge-search index="/_search/" base="/" ' +
      'placeholder="&quot;>&lt;img src=x onerror=alert(1)>&amp;"></sparsedge-search>',
  );
});

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
  expect(await asked(serve, '/docs/guide')).toBe('next');
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

/** Eleventy, as far as the plugin uses it. */
function eleventyWith(given: SiteOptions) {
  const here: { after?: (build: EleventyBuild) => Promise<void>; box?: (attributes?: unknown) => string } =
    {};
  eleventy(
    {
      on: (_, listener) => {
        here.after = listener;
      },
      addShortcode: (_, shortcode) => {
        here.box = shortcode;
      },
      getFilter: () => (path) => `/garden${path}`,
    },
    given,
  );
  return { after: here.after!, box: here.box! };
}

test('Eleventy: a build waits for its index, a server does not, and nothing is indexed that is not written', async () => {
  const site = siteOf(PAGES);
  const { after } = eleventyWith(FAST);
  await after({ runMode: 'build', outputMode: 'json', directories: { output: site } });
  expect(existsSync(join(site, '_search'))).toBe(false);
  // As Eleventy 2 has it.
  await after({ runMode: 'build', dir: { output: site } });
  expect(await found(join(site, '_search'), 'rosin')).toEqual(['belts.html']);
  rmSync(join(site, 'belts.html'));
  const placedLast = join(site, '_search/.sparsedge-page');
  rmSync(placedLast);
  await after({ runMode: 'serve', outputMode: 'fs', directories: { output: site } });
  await expect.poll(() => existsSync(placedLast)).toBe(true);
  expect(await found(join(site, '_search'), 'rosin')).toEqual([]);
  await expect(after({ runMode: 'build', directories: { output: join(site, 'none') } })).rejects.toThrow(
    'no such folder',
  );
  // A server goes on.
  await after({ runMode: 'watch', directories: { output: join(site, 'none') } });
});

test('Eleventy: the shortcode takes attributes, and refuses what is none', () => {
  const { box } = eleventyWith({ box: { facets: 'topic' } });
  expect(box()).toContain('<sparsedge-search index="/garden/_search/" base="/garden/" facets="topic">');
  expect(box({ facets: 'tag', __keywords: true })).toContain('facets="tag">');
  expect(() => box('facets')).toThrow(expect.objectContaining({ code: 'bad-input' }));
  expect(() => box({ index: '/x/' })).toThrow(/the shortcode searchBox: options\.box: must not have index/);
});

test('VitePress: the site is indexed after its own work, once, and its box is the theme’s', async () => {
  const site = siteOf(PAGES);
  const order: string[] = [];
  const resolved = {
    outDir: site,
    cleanUrls: true,
    site: { base: '/ferry/', locales: { root: {}, de: {} } },
    logger: {
      info: (message: string) => order.push(message),
      warn: (message: string) => order.push(message),
    },
    buildEnd: async () => {
      order.push('own');
    },
  };
  const plugin = vitepress(FAST);
  expect(() => plugin.configResolved({})).toThrow(/expected a site of VitePress/);
  // Once for the client, once for what renders pages.
  plugin.configResolved({ vitepress: resolved });
  plugin.configResolved({ vitepress: resolved });
  await resolved.buildEnd();
  expect(order).toEqual([
    'own',
    '[sparsedge] 3 pages (3 sections) are searchable, by _search/ below the site',
  ]);
  expect(await found(join(site, '_search'), 'rosin')).toEqual(['belts']);
  const theme = '/x/node_modules/vitepress/dist/client/theme-default/components/VPNavBar.vue';
  const id = plugin.resolveId('./VPNavBarSearch.vue', theme);
  expect(id).toBeDefined();
  expect(plugin.resolveId('./VPNavBarSearch.vue', '/x/.vitepress/theme/Layout.vue')).toBeUndefined();
  expect(plugin.resolveId('./VPNavBarTitle.vue', theme)).toBeUndefined();
  expect(plugin.load(id!)).toContain('"index":"/ferry/_search/","base":"/ferry/"');
  expect(plugin.load('/x/a.vue')).toBeUndefined();
});

test('Astro and Starlight: pages that are files have addresses without an ending, and a component of the site stays', async () => {
  const site = siteOf(PAGES);
  const logger = { info: () => {}, warn: () => {} };
  const hooks = (format: 'file' | 'directory') => {
    const { hooks } = astro(FAST);
    const outDir = pathToFileURL(`${site}/`);
    hooks['astro:config:done']({
      config: { base: '/kiln', outDir, build: { format }, trailingSlash: 'ignore' },
    });
    return hooks['astro:build:done']({ dir: outDir, logger });
  };
  await hooks('directory');
  expect(await found(join(site, '_search'), 'rosin')).toEqual(['belts.html']);
  await hooks('file');
  expect(await found(join(site, '_search'), 'rosin')).toEqual(['belts']);

  const changed: object[] = [];
  const integrations: string[] = [];
  const setUp = (components?: Record<string, string>) =>
    starlight().hooks['config:setup']({
      config: { components },
      astroConfig: { base: '/loom' },
      updateConfig: (more) => changed.push(more),
      addIntegration: ({ name }) => integrations.push(name),
    });
  setUp();
  setUp({ Search: './src/Search.astro' });
  expect(changed).toEqual([
    { pagefind: false, components: { Search: 'sparsedge/starlight/Search.astro' } },
    { pagefind: false, components: { Search: './src/Search.astro' } },
  ]);
  expect(integrations).toEqual(['sparsedge', 'sparsedge-box', 'sparsedge', 'sparsedge-box']);
});

test('Docusaurus: each language has an index below its own base, and the theme has a search box', async () => {
  const site = siteOf(PAGES);
  const plugin = docusaurus(
    { outDir: site, baseUrl: '/quarry/de/', siteConfig: { trailingSlash: false } },
    { ...FAST, id: 'default' },
  );
  await plugin.postBuild({ outDir: site });
  expect(await found(join(site, '_search'), 'rosin')).toEqual(['belts']);
  let data: unknown;
  await plugin.contentLoaded({ actions: { setGlobalData: (given) => (data = given) } });
  expect(data).toEqual({
    script: '/quarry/de/_search/component.js',
    attributes: { index: '/quarry/de/_search/', base: '/quarry/de/' },
  });
  expect(readFileSync(join(plugin.getThemePath(), 'SearchBar.js'), 'utf8')).toContain(
    "usePluginData('sparsedge')",
  );
  expect(plugin.configureWebpack({}, true)).toEqual({});
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
