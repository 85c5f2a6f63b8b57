// The search box of sparsedge/docusaurus, where the classic theme has room for one.

import { usePluginData } from '@docusaurus/useGlobalData';
import { createElement, useEffect } from 'react';

const style = {
  colorScheme: 'inherit',
  '--sparsedge-accent': 'var(--ifm-color-primary)',
  '--sparsedge-background': 'var(--ifm-background-surface-color)',
  '--sparsedge-text': 'var(--ifm-font-color-base)',
  '--sparsedge-border': 'var(--ifm-toc-border-color)',
  '--sparsedge-font': 'var(--ifm-font-family-base)',
};

// biome-ignore lint/style/noDefaultExport: themes are made of such files
export default function SearchBar() {
  const { script, attributes } = usePluginData('sparsedge');
  useEffect(() => {
    // A script of the site, and not of what bundles it.
    import(/* webpackIgnore: true */ script);
  }, [script]);
  return createElement('sparsedge-search', { ...attributes, style });
}
