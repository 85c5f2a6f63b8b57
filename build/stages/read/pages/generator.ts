// The generator that makes a site of Markdown files: found by its configuration, beside or above them. It decides what
// URL a file gets and what ids its headings get.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { AnchorStyle } from './sections/anchors.ts';
import type { Address } from './sections/chunk.ts';

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
  /** Whether pages of `docs/` stand below `docs/` in the site, as Docusaurus has them unless it is told otherwise. */
  readonly docsAreRouted?: boolean | undefined;
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
  const roots = SIGNS.find((sign) => sign.name === name)?.roots ?? [];
  return { name, ...HABITS[name], roots, docsAreRouted: name === 'docusaurus' };
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
function configured(
  name: GeneratorName,
  folder: string,
  sign: string,
): Partial<Habits & Pick<Generator, 'docsAreRouted'>> {
  const said = (file: string) => {
    try {
      return readFileSync(join(folder, file), 'utf8');
    } catch {
      return '';
    }
  };
  if (name === 'vitepress') {
    const config = ['ts', 'mts', 'js', 'mjs'].map((end) => said(join(sign, `config.${end}`))).join('\n');
    return setting('cleanUrls', 'true').test(config) ? { pages: 'bare' } : {};
  }
  if (name === 'mkdocs') return /^use_directory_urls\s*:\s*false/m.test(said(sign)) ? { pages: 'html' } : {};
  if (name === 'docusaurus') {
    const config = said(sign);
    const folders = setting('trailingSlash', 'true').test(config);
    const routed = !setting('routeBasePath', `['"\`]/['"\`]`).test(config);
    return { ...(folders && { pages: 'folder', indexSlash: true }), docsAreRouted: routed };
  }
  if (name === 'hugo') return /^\s*uglyurls\s*[:=]\s*true/im.test(said(sign)) ? { pages: 'html' } : {};
  return setting('trailingSlash', `['"]never`).test(said(sign)) ? { pages: 'bare', indexSlash: false } : {};
}

/** A setting in a configuration that is code, at the beginning of a line or behind another. */
function setting(name: string, value: string): RegExp {
  return new RegExp(`(?:^|[{,])\\s*${name}\\s*:\\s*${value}`, 'm');
}

/** The path of a Markdown page's URL, from the path of its file. */
export function markdownPath(path: string, generator: Generator): string {
  const { name, pages } = generator;
  const post = name === 'docusaurus' ? postPath(path) : undefined;
  if (post !== undefined) return pages === 'folder' ? `${post}/` : post;
  const roots = generator.docsAreRouted
    ? generator.roots.filter((folder) => folder !== 'docs/')
    : generator.roots;
  const root = roots.find((folder) => path.startsWith(folder)) ?? '';
  const below = path.slice(root.length);
  if (pages === 'file') return below;
  const parts = below.replace(/\.[^./]+$/, '').split('/');
  const named =
    name === 'docusaurus'
      ? // Not of dates and versions.
        parts.map((part) => part.replace(/^\d+\s*[-_.]+\s*(?=[^\s._-])(?<!^\d+[-_.](?=\d))/, ''))
      : parts;
  const slugs = name === 'hugo' || name === 'astro' ? named.map(lowerCase) : named;
  const last = slugs.at(-1) ?? '';
  const folder = slugs.slice(0, -1).join('/');
  const isIndex =
    /^_?index$/i.test(last) || (/^readme$/i.test(last) && (name === 'docusaurus' || name === 'mkdocs'));
  if (isIndex) return folder === '' ? '' : `${folder}${generator.indexSlash ? '/' : ''}`;
  const page = slugs.join('/');
  return pages === 'html' ? `${page}.html` : pages === 'folder' ? `${page}/` : page;
}

/** The path of a post of Docusaurus, whose name has its date. */
function postPath(path: string): string | undefined {
  const [, blog = '', folder = '', date, text = ''] =
    /^(blog\/)?(.*?)(?<![^/])(\d{4}[-/]\d{1,2}[-/]\d{1,2})(?:[-/](.*?))?(?:\/index)?\.mdx?$/.exec(path) ?? [];
  if (date === undefined || (blog === '' && folder !== '')) return undefined;
  return `${blog}${date.replaceAll('-', '/')}/${folder}${text}`;
}

/** Where a page puts itself by a slug, as its generator understands that. */
export function slugPlaced(
  address: Address | undefined,
  path: string,
  generator: Generator,
): Address | undefined {
  if (address?.kind !== 'slug') return address;
  const { name, pages, roots, docsAreRouted = false } = generator;
  const [, route] = /^(docs|blog)\//.exec(path) ?? [];
  const isRouted =
    name === 'docusaurus' && roots.length > 0 && (route === 'blog' || (route === 'docs' && docsAreRouted));
  const below = isRouted && (route === 'blog' || address.value.startsWith('/'));
  const value = below ? `/${route}/${address.value.replace(/^\//, '')}` : address.value;
  // Docusaurus takes a slug as it is written.
  const isFolder = pages === 'folder' && name !== 'docusaurus' && !/\/$|\.\w+$/.test(value);
  return { ...address, value: isFolder ? `${value}/` : value };
}

function lowerCase(part: string): string {
  return part.toLowerCase().replace(/\s+/g, '-');
}
