// What each plugin does, without its generator: examples/sites are built with those by npm run test:plugins.

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { sparsedge as astro } from '../../plugins/astro.ts';
import { sparsedge as docusaurus } from '../../plugins/docusaurus.ts';
import { type EleventyBuild, sparsedge as eleventy } from '../../plugins/eleventy.ts';
import type { SiteOptions } from '../../plugins/site/site-options.ts';
import { sparsedge as starlight } from '../../plugins/starlight.ts';
import { sparsedge as vitepress } from '../../plugins/vitepress.ts';
import { FAST, found, PAGES, siteOf } from './built-site.ts';

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
