// The plugin for Eleventy: an index after each build, and a shortcode for the search box.
//
// Eleventy's own types are not asked for, so that nobody has to install it: what is used of it is described here.

import { SparsedgeError } from '../src/core/errors.ts';
import { Latest } from './site/latest.ts';
import {
  basePath,
  boxMarkup,
  type CheckedOptions,
  checkedOptions,
  type SiteOptions,
} from './site/site-options.ts';

export { SparsedgeError } from '../src/core/errors.ts';
export type { SiteOptions } from './site/site-options.ts';

/** What is used of Eleventy's configuration, from 2.0 on. */
export interface EleventyConfig {
  on(event: 'eleventy.after', listener: (build: EleventyBuild) => Promise<void>): unknown;
  addShortcode(name: string, shortcode: (attributes?: unknown) => string): unknown;
  /** The filter `url` puts the path prefix before a path, be it configured or of the command line. */
  getFilter(name: 'url'): ((path: string) => string) | undefined;
}

/** A build that has ended. */
export interface EleventyBuild {
  readonly runMode: 'build' | 'serve' | 'watch';
  /** `fs` where pages were written. */
  readonly outputMode?: string | undefined;
  /** From Eleventy 3 on; before, `dir` has the same. */
  readonly directories?: { readonly output: string } | undefined;
  readonly dir?: { readonly output: string } | undefined;
}

/**
 * `eleventyConfig.addPlugin(sparsedge)`. After a build, the site is searchable; where Eleventy serves or watches, its
 * index is built after each build, and nobody waits for that. The shortcode `searchBox` writes the search box, and
 * takes attributes where a template language has a way to give some: `{% searchBox { facets: "tag" } %}`.
 *
 * @throws SparsedgeError `bad-input` for options that are wrong
 */
export function sparsedge(eleventy: EleventyConfig, given: SiteOptions = {}): void {
  const options = checkedOptions('sparsedge/eleventy', given);
  const latest = new Latest();
  eleventy.on('eleventy.after', async ({ runMode, outputMode = 'fs', directories, dir }) => {
    const site = (directories ?? dir)?.output;
    if (outputMode !== 'fs' || site === undefined) return;
    const index = async () => {
      const { indexSite } = await import('./site/index-site.ts');
      const { said } = await indexSite(site, options);
      process.stdout.write(`[sparsedge] ${said}\n`);
    };
    if (runMode === 'build') return index();
    latest.ask(() => index().catch(warnOf));
  });
  eleventy.addShortcode('searchBox', (attributes) => {
    const base = basePath(eleventy.getFilter('url')?.('/'));
    const box = { ...options.box, ...(attributes === undefined ? {} : checkedBox(attributes)) };
    return boxMarkup({ ...options, box }, base);
  });
}

/** What a template gives the shortcode; Nunjucks marks what it takes for named arguments. */
function checkedBox(given: unknown): CheckedOptions['box'] {
  if (typeof given !== 'object' || given === null)
    throw new SparsedgeError(
      'bad-input',
      `the shortcode searchBox takes attributes, such as { facets: "tag" }; it was given ${JSON.stringify(given)}`,
    );
  const own = Object.entries(given).filter(([name]) => !name.startsWith('__'));
  return checkedOptions('the shortcode searchBox', { box: Object.fromEntries(own) }).box;
}

function warnOf(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`[sparsedge] the site is not searchable: ${message}\n`);
}
