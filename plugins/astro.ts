// The integration for Astro: an index when the site is built. In the development server, the site of the last build is
// searched. sparsedge/starlight is this one with a search box.
//
// Astro's own types are not asked for: what is used of it is described here.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Middleware, serveBuilt } from './site/dev-server.ts';
import { basePath, checkedOptions, type SiteOptions } from './site/site-options.ts';

export { SparsedgeError } from '../src/core/errors.ts';
export type { SiteOptions } from './site/site-options.ts';

interface Logger {
  info(message: string): void;
  warn(message: string): void;
}

/** What is used of Astro's configuration, from 4.0 on. */
export interface AstroConfig {
  readonly base: string;
  readonly outDir: URL;
  readonly build: { readonly format: 'file' | 'directory' | 'preserve' };
  readonly trailingSlash: 'always' | 'never' | 'ignore';
}

/** What Astro takes for an integration. */
export interface AstroSearch {
  readonly name: 'sparsedge';
  readonly hooks: {
    'astro:config:done'(about: { readonly config: AstroConfig }): void;
    'astro:server:setup'(about: {
      readonly server: { readonly middlewares: { use(middleware: Middleware): unknown } };
      readonly logger: Logger;
    }): void;
    'astro:build:done'(about: { readonly dir: URL; readonly logger: Logger }): Promise<void>;
  };
}

/**
 * `integrations: [sparsedge()]` in `astro.config.mjs`.
 *
 * @throws SparsedgeError `bad-input` for options that are wrong
 */
export function sparsedge(given: SiteOptions = {}): AstroSearch {
  const options = checkedOptions('sparsedge/astro', given);
  let site: AstroConfig | undefined;
  return {
    name: 'sparsedge',
    hooks: {
      'astro:config:done'({ config }) {
        site = config;
      },
      'astro:server:setup'({ server, logger }) {
        if (site === undefined) return;
        const { outDir, base } = site;
        // Where a server renders pages as well, those that are files are in a folder of their own.
        const folderIn = (name: string) => join(fileURLToPath(outDir), name, options.folder);
        const folder = existsSync(folderIn('client')) ? folderIn('client') : folderIn('.');
        server.middlewares.use(
          serveBuilt(folder, `${basePath(base)}${options.folder}/`, (said) => logger.warn(said)),
        );
      },
      async 'astro:build:done'({ dir, logger }) {
        const { indexSite } = await import('./site/index-site.ts');
        // Pages that are files are asked for without their ending unless the site says that it has slashes.
        const cleanUrls = site?.build.format !== 'directory' && site?.trailingSlash !== 'always';
        logger.info((await indexSite(fileURLToPath(dir), options, cleanUrls)).said);
      },
    },
  };
}
