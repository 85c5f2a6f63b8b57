// The plugin for Docusaurus: an index when the site is built, one for each of its languages, and the theme's search
// box. In the development server, the site of the last build is searched.
//
// Docusaurus's own types are not asked for: what is used of it is described here.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NOT_BUILT } from './site/dev-server.ts';
import { boxAttributes, checkedOptions, type SiteOptions, scriptOf } from './site/site-options.ts';

export { SparsedgeError } from '../src/core/errors.ts';
export type { SiteOptions } from './site/site-options.ts';

/** What is used of Docusaurus's context, from 3.0 on: of one language. */
export interface DocusaurusContext {
  readonly outDir: string;
  readonly baseUrl: string;
  readonly siteConfig: { readonly trailingSlash?: boolean | undefined };
}

/** What Docusaurus takes for a plugin. */
export interface DocusaurusPlugin {
  readonly name: 'sparsedge';
  getThemePath(): string;
  contentLoaded(about: { readonly actions: { setGlobalData(data: unknown): void } }): Promise<void>;
  configureWebpack(config: unknown, isServer: boolean): object;
  postBuild(about: { readonly outDir: string }): Promise<void>;
}

/**
 * `plugins: ['sparsedge/docusaurus']` in `docusaurus.config.js`, or `[['sparsedge/docusaurus', { … }]]`.
 *
 * @throws SparsedgeError `bad-input` for options that are wrong
 */
export function sparsedge(
  { outDir, baseUrl, siteConfig }: DocusaurusContext,
  { id: _, ...given }: SiteOptions & { readonly id?: string } = {},
): DocusaurusPlugin {
  const options = checkedOptions('sparsedge/docusaurus', given);
  return {
    name: 'sparsedge',
    getThemePath: () => join(import.meta.dirname, 'docusaurus-theme'),
    async contentLoaded({ actions }) {
      actions.setGlobalData({
        script: scriptOf(options, baseUrl),
        attributes: boxAttributes(options, baseUrl),
      });
    },
    configureWebpack(_, isServer) {
      if (isServer || process.env.NODE_ENV !== 'development') return {};
      const directory = join(outDir, options.folder);
      if (!existsSync(directory)) process.stderr.write(`[sparsedge] ${NOT_BUILT}\n`);
      return {
        devServer: { static: [{ directory, publicPath: `${baseUrl}${options.folder}`, watch: false }] },
      };
    },
    async postBuild({ outDir }) {
      const { indexSite } = await import('./site/index-site.ts');
      const { said } = await indexSite(outDir, options, siteConfig.trailingSlash === false);
      process.stdout.write(`[sparsedge] ${said}\n`);
    },
  };
}
