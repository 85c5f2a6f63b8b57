import type { DocusaurusContext, DocusaurusPlugin, SiteOptions } from './docusaurus.js' with {
  'resolution-mode': 'import',
};

/**
 * `plugins: ['sparsedge/docusaurus']` in `docusaurus.config.js`, or `[['sparsedge/docusaurus', { … }]]`.
 *
 * @throws SparsedgeError `bad-input` for options that are wrong
 */
declare function sparsedge(context: DocusaurusContext, options?: SiteOptions): Promise<DocusaurusPlugin>;
export = sparsedge;
