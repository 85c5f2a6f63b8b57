// The generator that makes a site of Markdown files: found by its configuration, beside or above them. It decides what
// URL a file gets and what ids its headings get.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { AnchorStyle } from './sections/anchors.ts';

/** The generators that are known; `github` shows files as they are. */
export const GENERATORS = ['github', 'docusaurus', 'vitepress', 'mkdocs', 'hugo', 'astro'] as const;
export type GeneratorName = (typeof GENERATORS)[number];

/** How a generator names what it makes. */
interface Habits {
  readonly anchors: AnchorStyle;
  /** Of the page of `guide/install.md`: the file, `guide/install.html`, `guide/install` or `guide/install/`. */
  readonly pages: 'file' | 'html' | 'bare' | 'folder';
  /** Of the page of `guide/index.md`: `guide/` or `guide`. */
  readonly indexSlash: boolean;
  /** Whether its `.md` files are MDX as well. */
  readonly mdx: boolean;
}

const HABITS: Readonly<Record<GeneratorName, Habits>> = {
  github: { anchors: 'github', pages: 'file', indexSlash: true, mdx: false },
  docusaurus: { anchors: 'github', pages: 'bare', indexSlash: false, mdx: true },
  vitepress: { anchors: 'vitepress', pages: 'html', indexSlash: true, mdx: false },
  mkdocs: { anchors: 'mkdocs', pages: 'folder', indexSlash: true, mdx: false },
  hugo: { anchors: 'hugo', pages: 'folder', indexSlash: true, mdx: false },
  astro: { anchors: 'github', pages: 'folder', indexSlash: true, mdx: false },
};

/** A generator, with what its configuration says. */
export interface Generator extends Habits {
  readonly name: GeneratorName;
  /** Folders below the input that are no part of a URL: `docs/` where the input is the whole project. */
  readonly roots: readonly string[];
}

/** The files by which each generator is known, and where a project of it keeps its pages. */
const SIGNS: readonly { name: GeneratorName; files: readonly string[]; roots: readonly string[] }[] = [
  {
    name: 'docusaurus',
    files: ['js', 'ts', 'mjs', 'cjs', 'mts'].map((end) => `docusaurus.config.${end}`),
    roots: ['docs/', 'src/pages/'],
  },
  { name: 'vitepress', files: ['.vitepress'], roots: [] },
  { name: 'mkdocs', files: ['mkdocs.yml', 'mkdocs.yaml'], roots: ['docs/'] },
  {
    name: 'hugo',
    files: ['hugo.toml', 'hugo.yaml', 'hugo.yml', 'hugo.json', 'config/_default', 'archetypes'],
    roots: ['content/'],
  },
  {
    name: 'astro',
    files: ['mjs', 'ts', 'js', 'cjs', 'mts'].map((end) => `astro.config.${end}`),
    roots: ['src/content/docs/', 'src/content/', 'src/pages/'],
  },
];
/** So many folders above the input are looked at. */
const LEVELS = 4;

/** What a generator does unless its configuration says otherwise. */
export function generatorNamed(name: GeneratorName): Generator {
  return { name, ...HABITS[name], roots: SIGNS.find((sign) => sign.name === name)?.roots ?? [] };
}

/** The generator of the pages in a folder; pages without one are read as GitHub shows them. */
export function generatorOf(folder: string): Generator {
  let at = resolve(folder);
  for (let level = 0; level <= LEVELS; level++) {
    for (const { name, files, roots } of SIGNS) {
      const sign = files.find((file) => existsSync(join(at, file)));
      if (sign === undefined) continue;
      const below = relative(resolve(folder), at).split(sep).join('/');
      const inside = below === '' ? roots : [];
      return { name, ...HABITS[name], ...configured(name, at, sign), roots: inside };
    }
    if (existsSync(join(at, '.git')) || dirname(at) === at) break;
    at = dirname(at);
  }
  return generatorNamed('github');
}

/** What a configuration says of URLs, in the few words in which these generators are told. */
function configured(name: GeneratorName, folder: string, sign: string): Partial<Habits> {
  const said = (file: string) => {
    try {
      return readFileSync(join(folder, file), 'utf8');
    } catch {
      return '';
    }
  };
  if (name === 'vitepress') {
    const config = ['ts', 'mts', 'js', 'mjs'].map((end) => said(join(sign, `config.${end}`))).join('\n');
    return /^\s*cleanUrls\s*:\s*true/m.test(config) ? { pages: 'bare' } : {};
  }
  if (name === 'mkdocs') return /^use_directory_urls\s*:\s*false/m.test(said(sign)) ? { pages: 'html' } : {};
  if (name === 'docusaurus') {
    return /^\s*trailingSlash\s*:\s*true/m.test(said(sign)) ? { pages: 'folder', indexSlash: true } : {};
  }
  if (name === 'hugo') return /^\s*uglyurls\s*[:=]\s*true/im.test(said(sign)) ? { pages: 'html' } : {};
  return /^\s*trailingSlash\s*:\s*['"]never/m.test(said(sign)) ? { pages: 'bare', indexSlash: false } : {};
}

/** The path of a Markdown page's URL, from the path of its file. */
export function markdownPath(path: string, generator: Generator): string {
  const { name, pages } = generator;
  const root = generator.roots.find((folder) => path.startsWith(folder)) ?? '';
  const below = path.slice(root.length);
  if (pages === 'file') return below;
  const parts = below.replace(/\.[^./]+$/, '').split('/');
  const named =
    name === 'docusaurus' ? parts.map((part) => part.replace(/^\d+\s*[-_.]+\s*(?=\S)/, '')) : parts;
  const slugs = name === 'hugo' || name === 'astro' ? named.map(lowerCase) : named;
  const last = slugs.at(-1) ?? '';
  const folder = slugs.slice(0, -1).join('/');
  const isIndex =
    /^_?index$/i.test(last) || (/^readme$/i.test(last) && (name === 'docusaurus' || name === 'mkdocs'));
  if (isIndex) return folder === '' ? '' : `${folder}${generator.indexSlash ? '/' : ''}`;
  const page = slugs.join('/');
  return pages === 'html' ? `${page}.html` : pages === 'folder' ? `${page}/` : page;
}

function lowerCase(part: string): string {
  return part.toLowerCase().replace(/\s+/g, '-');
}
