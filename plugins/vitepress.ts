// The plugin for VitePress, as a plugin for Vite: an index when the site is built, and the default theme's search box
// replaced. In the development server, the site of the last build is searched.
//
// VitePress's and Vite's own types are not asked for: what is used of them is described here.

import { join } from 'node:path';
import { SparsedgeError } from '../src/core/errors.ts';
import { type Middleware, serveBuilt } from './site/dev-server.ts';
import {
  boxAttributes,
  type CheckedOptions,
  checkedOptions,
  type SiteOptions,
  scriptOf,
} from './site/site-options.ts';

export { SparsedgeError } from '../src/core/errors.ts';
export type { SiteOptions } from './site/site-options.ts';

/** What is used of VitePress's configuration, from 1.0 on, once it is resolved. */
export interface VitePressSite {
  readonly outDir: string;
  readonly cleanUrls: boolean;
  readonly site: { readonly base: string };
  readonly logger: { info(message: string): void; warn(message: string): void };
  buildEnd?: ((site: never) => unknown) | undefined;
}

/** What Vite's resolved configuration has in a site of VitePress. */
interface ViteConfig {
  readonly vitepress?: VitePressSite | undefined;
}

/** What Vite takes for a plugin. */
export interface VitePressPlugin {
  readonly name: string;
  readonly enforce: 'pre';
  configResolved(config: unknown): void;
  resolveId(id: string, importer?: string): string | undefined;
  load(id: string): string | undefined;
  configureServer(server: { readonly middlewares: { use(middleware: Middleware): unknown } }): void;
}

/** The module in the place of the default theme's. */
const BOX = '\0sparsedge/search-box';

/**
 * `vite: { plugins: [sparsedge()] }` in `.vitepress/config.ts`.
 *
 * @throws SparsedgeError `bad-input` for options that are wrong, and in a project that is not of VitePress
 */
export function sparsedge(given: SiteOptions = {}): VitePressPlugin {
  const options = checkedOptions('sparsedge/vitepress', given);
  let site: VitePressSite | undefined;
  return {
    name: 'sparsedge',
    enforce: 'pre',
    configResolved(config) {
      const { vitepress } = config as ViteConfig;
      if (vitepress === undefined)
        throw new SparsedgeError(
          'bad-input',
          'sparsedge/vitepress: expected a site of VitePress, and this is none',
        );
      // The client and what renders pages are two builds of one site.
      if (site === vitepress) return;
      site = vitepress;
      indexAtEnd(site, options);
    },
    resolveId(id, importer = '') {
      const isBox =
        /\/VPNavBarSearch\.vue$/.test(id) &&
        /\/vitepress\/.*theme-default\//.test(importer.replaceAll('\\', '/'));
      return isBox || id === BOX ? BOX : undefined;
    },
    load(id) {
      return id === BOX && site ? boxModule(options, site) : undefined;
    },
    configureServer({ middlewares }) {
      if (site === undefined) return;
      const { outDir, logger } = site;
      const at = `${site.site.base}${options.folder}/`;
      middlewares.use(
        serveBuilt(join(outDir, options.folder), at, (message) => logger.warn(`[sparsedge] ${message}`)),
      );
    },
  };
}

/** The site's own work at the end of a build is done first. */
function indexAtEnd(site: VitePressSite, options: CheckedOptions): void {
  const { buildEnd } = site;
  site.buildEnd = async (built: never) => {
    await buildEnd?.(built);
    const { indexSite } = await import('./site/index-site.ts');
    site.logger.info(`[sparsedge] ${(await indexSite(site.outDir, options, site.cleanUrls)).said}`);
  };
}

/** The search box, for where the default theme has its own: it follows the theme's colours and the page's language. */
function boxModule(options: CheckedOptions, { site }: VitePressSite): string {
  const attributes = boxAttributes(options, site.base);
  return `import { h, onMounted } from 'vue';
import { useData } from 'vitepress';
const attributes = ${JSON.stringify({ ...attributes, style: STYLE })};
export default {
  setup() {
    const { lang } = useData();
    const script = ${JSON.stringify(scriptOf(options, site.base))};
    onMounted(() => import(/* @vite-ignore */ script));
    return () =>
      h('div', { style: 'display: flex; flex-grow: 1; align-items: center; padding-inline: 24px' }, [
        h('sparsedge-search', { lang: lang.value, ...attributes }),
      ]);
  },
};
`;
}

const STYLE = {
  colorScheme: 'inherit',
  '--sparsedge-accent': 'var(--vp-c-brand-1)',
  '--sparsedge-background': 'var(--vp-c-bg)',
  '--sparsedge-raised': 'var(--vp-c-bg-alt)',
  '--sparsedge-text': 'var(--vp-c-text-1)',
  '--sparsedge-muted': 'var(--vp-c-text-2)',
  '--sparsedge-border': 'var(--vp-c-divider)',
};
