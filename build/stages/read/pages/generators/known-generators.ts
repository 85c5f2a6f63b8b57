// The generators that are known: how each names what it makes, and by which files it is recognized.

import type { AddressKey } from '../markdown.ts';
import type { AnchorStyle } from '../sections/anchors.ts';

/** The generators that are known; `github` shows files as they are. */
export const GENERATORS = [
  'github',
  'docusaurus',
  'vitepress',
  'vuepress',
  'mkdocs',
  'mdbook',
  'gitbook',
  'hugo',
  'zola',
  'jekyll',
  'eleventy',
  'astro',
  'nextra',
  'sphinx',
] as const;
export type GeneratorName = (typeof GENERATORS)[number];

/** How a generator names what it makes. */
export interface Habits {
  readonly anchors: AnchorStyle;
  /** Of the page of `guide/install.md`: the file, `guide/install.html`, `guide/install` or `guide/install/`. */
  readonly pages: 'file' | 'html' | 'bare' | 'folder';
  /** Of the page of `guide/index.md`: `guide/` or `guide`. */
  readonly indexSlash: boolean;
  /** Whether its `.md` files are MDX as well. */
  readonly mdx: boolean;
}

export const HABITS: Readonly<Record<GeneratorName, Habits>> = {
  github: { anchors: 'github', pages: 'file', indexSlash: true, mdx: false },
  docusaurus: { anchors: 'docusaurus', pages: 'bare', indexSlash: true, mdx: true },
  vitepress: { anchors: 'vitepress', pages: 'html', indexSlash: true, mdx: false },
  mkdocs: { anchors: 'mkdocs', pages: 'folder', indexSlash: true, mdx: false },
  hugo: { anchors: 'hugo', pages: 'folder', indexSlash: true, mdx: false },
  astro: { anchors: 'github', pages: 'folder', indexSlash: true, mdx: false },
  vuepress: { anchors: 'vitepress', pages: 'html', indexSlash: true, mdx: false },
  mdbook: { anchors: 'github', pages: 'html', indexSlash: true, mdx: false },
  gitbook: { anchors: 'github', pages: 'bare', indexSlash: false, mdx: false },
  zola: { anchors: 'zola', pages: 'folder', indexSlash: true, mdx: false },
  jekyll: { anchors: 'kramdown', pages: 'html', indexSlash: true, mdx: false },
  eleventy: { anchors: 'github', pages: 'folder', indexSlash: true, mdx: false },
  nextra: { anchors: 'nextra', pages: 'bare', indexSlash: false, mdx: true },
  sphinx: { anchors: 'docutils', pages: 'html', indexSlash: true, mdx: false },
};
/** What pages of a generator have their addresses by in front matter, where it is not all that any takes. */
const ADDRESSED: Partial<Record<GeneratorName, readonly AddressKey[]>> = {
  docusaurus: ['slug'],
  vitepress: [],
  vuepress: ['permalink'],
  astro: ['slug'],
  eleventy: ['permalink'],
  nextra: [],
};

/** What is an address in the front matter of a generator's pages; undefined for all that may be one. */
export function addressKeys(name: GeneratorName): readonly AddressKey[] | undefined {
  return ADDRESSED[name];
}

/** Generators that make the page of a folder of its README. */
export const READMES: ReadonlySet<GeneratorName> = new Set(['mkdocs', 'mdbook', 'gitbook', 'vuepress']);

/** The files by which each generator is known, and where a project of it keeps its pages. */
export const SIGNS: readonly { name: GeneratorName; files: readonly string[]; roots: readonly string[] }[] = [
  {
    name: 'docusaurus',
    files: ['js', 'ts', 'mjs', 'cjs', 'mts'].map((end) => `docusaurus.config.${end}`),
    roots: ['docs/', 'src/pages/'],
  },
  { name: 'vitepress', files: ['.vitepress'], roots: [] },
  { name: 'vuepress', files: ['.vuepress'], roots: [] },
  { name: 'mdbook', files: ['book.toml'], roots: ['src/'] },
  { name: 'gitbook', files: ['.gitbook.yaml'], roots: [] },
  { name: 'mkdocs', files: ['mkdocs.yml', 'mkdocs.yaml'], roots: ['docs/'] },
  {
    name: 'hugo',
    files: [
      ...['hugo.toml', 'hugo.yaml', 'hugo.yml', 'hugo.json', 'config/_default', 'archetypes'],
      ...['config.toml', 'config.yaml', 'config.yml', 'config.json'],
    ],
    roots: ['content/'],
  },
  {
    name: 'astro',
    files: ['mjs', 'ts', 'js', 'cjs', 'mts'].map((end) => `astro.config.${end}`),
    roots: ['src/content/docs/', 'src/content/', 'src/pages/'],
  },
  {
    name: 'nextra',
    files: ['js', 'ts', 'mjs', 'cjs', 'mts'].map((end) => `next.config.${end}`),
    roots: ['content/', 'src/content/', 'pages/', 'src/pages/', 'app/', 'src/app/'],
  },
  {
    name: 'eleventy',
    files: ['.eleventy.js', ...['js', 'mjs', 'cjs', 'ts'].map((end) => `eleventy.config.${end}`)],
    roots: ['content/', 'src/'],
  },
  { name: 'zola', files: ['config.toml', 'zola.toml'], roots: ['content/'] },
  { name: 'sphinx', files: ['conf.py'], roots: [] },
  { name: 'jekyll', files: ['_config.yml', '_config.yaml'], roots: [] },
];
