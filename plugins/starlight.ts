// The plugin for Starlight: Astro's integration, and the theme's search box replaced.
//
// Starlight's own types are not asked for: what is used of it is described here.

import { type AstroSearch, sparsedge as sparsedgeForAstro } from './astro.ts';
import { basePath, boxAttributes, checkedOptions, type SiteOptions, scriptOf } from './site/site-options.ts';

export { SparsedgeError } from '../src/core/errors.ts';
export type { SiteOptions } from './site/site-options.ts';

/** What Starlight takes for a plugin, from 0.30 on. */
export interface StarlightSearch {
  readonly name: 'sparsedge';
  readonly hooks: {
    'config:setup'(about: {
      readonly config: {
        readonly components?: Readonly<Record<string, string>> | undefined;
      };
      readonly astroConfig: { readonly base: string };
      updateConfig(changed: {
        readonly pagefind: false;
        readonly components: Readonly<Record<string, string>>;
      }): void;
      addIntegration(integration: AstroSearch | BoxModule): void;
    }): void;
  };
}

/** What the component reads of the site that it is in. */
interface BoxModule {
  readonly name: 'sparsedge-box';
  readonly hooks: {
    'astro:config:setup'(about: { updateConfig(changed: { readonly vite: object }): unknown }): void;
  };
}

/** What the component imports. */
const SITE = 'virtual:sparsedge/site';

/**
 * `starlight({ plugins: [sparsedge()] })` in `astro.config.mjs`. A `Search` component of the site's own stays.
 *
 * @throws SparsedgeError `bad-input` for options that are wrong
 */
export function sparsedge(given: SiteOptions = {}): StarlightSearch {
  const options = checkedOptions('sparsedge/starlight', given);
  return {
    name: 'sparsedge',
    hooks: {
      'config:setup'({ config, astroConfig, updateConfig, addIntegration }) {
        const base = basePath(astroConfig.base);
        addIntegration(sparsedgeForAstro(given));
        addIntegration(
          boxModule({ script: scriptOf(options, base), attributes: boxAttributes(options, base) }),
        );
        updateConfig({
          pagefind: false,
          components: { Search: 'sparsedge/starlight/Search.astro', ...config.components },
        });
      },
    },
  };
}

function boxModule(site: object): BoxModule {
  const plugin = {
    name: 'sparsedge-site',
    resolveId: (id: string) => (id === SITE ? `\0${SITE}` : undefined),
    load: (id: string) => (id === `\0${SITE}` ? `export default ${JSON.stringify(site)};` : undefined),
  };
  return {
    name: 'sparsedge-box',
    hooks: {
      'astro:config:setup'({ updateConfig }) {
        // A component is source, which only Vite can load.
        updateConfig({ vite: { plugins: [plugin], ssr: { noExternal: ['sparsedge'] } } });
      },
    },
  };
}
