import { sparsedge } from 'sparsedge/eleventy';

export default function (eleventyConfig) {
  eleventyConfig.addPlugin(sparsedge, { box: { facets: 'topic' } });
  return { dir: { input: 'pages' }, pathPrefix: '/garden/' };
}
