// The generator that makes a site of Markdown files: found by its configuration, beside or above them. It decides what
// URL a file gets and what ids its headings get.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Fields } from '../../../../../src/core/fields.ts';
import type { AnchorStyle } from '../sections/anchors.ts';
import type { Address } from '../sections/chunk.ts';
import { isJekyllPart, type JekyllSite, jekyllPath, jekyllSite } from './jekyll.ts';

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
  vuepress: { anchors: 'vitepress', pages: 'html', indexSlash: true, mdx: false },
  mdbook: { anchors: 'github', pages: 'html', indexSlash: true, mdx: false },
  gitbook: { anchors: 'github', pages: 'bare', indexSlash: false, mdx: false },
  zola: { anchors: 'zola', pages: 'folder', indexSlash: true, mdx: false },
  jekyll: { anchors: 'github', pages: 'html', indexSlash: true, mdx: false },
  eleventy: { anchors: 'github', pages: 'folder', indexSlash: true, mdx: false },
  nextra: { anchors: 'github', pages: 'bare', indexSlash: false, mdx: true },
  sphinx: { anchors: 'docutils', pages: 'html', indexSlash: true, mdx: false },
};
/** Generators that make the page of a folder of its README. */
const READMES: ReadonlySet<GeneratorName> = new Set([
  'docusaurus',
  'mkdocs',
  'mdbook',
  'gitbook',
  'vuepress',
]);

/** A generator, with what its configuration says. */
export interface Generator extends Habits {
  readonly name: GeneratorName;
  /** Folders below the input that are no part of a URL: `docs/` where the input is the whole project. */
  readonly roots: readonly string[];
  /** Whether pages of `docs/` stand below `docs/` in the site, as Docusaurus has them unless it is told otherwise. */
  readonly docsAreRouted?: boolean | undefined;
  /** What Jekyll's configuration says. */
  readonly site?: JekyllSite | undefined;
  /** Where the input is below the project, with a slash at the end; empty where it is all of the project. */
  readonly inside: string;
}

/** The files by which each generator is known, and where a project of it keeps its pages. */
const SIGNS: readonly { name: GeneratorName; files: readonly string[]; roots: readonly string[] }[] = [
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
    files: ['hugo.toml', 'hugo.yaml', 'hugo.yml', 'hugo.json', 'config/_default', 'archetypes'],
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
const NO_SITE = jekyllSite('');
/** So many folders above the input are looked at. */
const LEVELS = 4;

/** What a generator does unless its configuration says otherwise. */
export function generatorNamed(name: GeneratorName): Generator {
  const roots = SIGNS.find((sign) => sign.name === name)?.roots ?? [];
  return { name, ...HABITS[name], roots, inside: '', docsAreRouted: name === 'docusaurus' };
}

/** The generator of the pages in a folder; pages without one are read as GitHub shows them. */
export function generatorOf(folder: string): Generator {
  let at = resolve(folder);
  for (let level = 0; level <= LEVELS; level++) {
    for (const { name, files, roots } of SIGNS) {
      const sign = files.find((file) => existsSync(join(at, file)));
      if (sign === undefined || isOther(name, at, sign)) continue;
      const below = relative(at, resolve(folder)).split(sep).join('/');
      const inside = below === '' ? '' : `${below}/`;
      const said = configured(name, at, sign);
      return { name, ...HABITS[name], roots, ...said, inside, ...(inside !== '' && { roots: [] }) };
    }
    if (existsSync(join(at, '.git')) || dirname(at) === at) break;
    at = dirname(at);
  }
  return generatorNamed('github');
}

/** Jupyter Book and Hexo call their configurations as Jekyll does, and not all with these names are of Markdown. */
function isOther(name: GeneratorName, folder: string, sign: string): boolean {
  if (name === 'nextra')
    return !/nextra|mdx|markdoc|fumadocs|contentlayer|velite/i.test(textOf(folder, sign));
  if (name === 'zola')
    return !existsSync(join(folder, 'content')) || !/^\s*base_url\s*=/m.test(textOf(folder, sign));
  if (name === 'sphinx') return !/myst|recommonmark/i.test(textOf(folder, sign));
  return name === 'jekyll' && ['_toc.yml', 'source/_posts'].some((file) => existsSync(join(folder, file)));
}

/** A file as text; nothing where there is none. */
function textOf(folder: string, file: string): string {
  try {
    return readFileSync(join(folder, file), 'utf8');
  } catch {
    return '';
  }
}

/** What a configuration says of URLs, in the few words in which these generators are told. */
function configured(
  name: GeneratorName,
  folder: string,
  sign: string,
): Partial<Habits & Pick<Generator, 'docsAreRouted' | 'site' | 'roots'>> {
  const said = (file: string) => textOf(folder, file);
  if (name === 'vitepress') {
    const config = ['ts', 'mts', 'js', 'mjs'].map((end) => said(join(sign, `config.${end}`))).join('\n');
    return setting('cleanUrls', 'true').test(config) ? { pages: 'bare' } : {};
  }
  if (name === 'mdbook' || name === 'gitbook') {
    const [, folder] = /^\s*(?:src\s*=|root\s*:)\s*["']?(?:\.\/)?([^"'\s]*)/m.exec(said(sign)) ?? [];
    return folder === undefined
      ? {}
      : { roots: [folder === '' || folder === '.' ? '' : `${folder.replace(/\/$/, '')}/`] };
  }
  if (name === 'jekyll') return { site: jekyllSite(said(sign)) };
  if (name === 'mkdocs') return /^use_directory_urls\s*:\s*false/m.test(said(sign)) ? { pages: 'html' } : {};
  if (name === 'docusaurus') {
    const config = said(sign);
    const folders = setting('trailingSlash', 'true').test(config);
    const routed = !setting('routeBasePath', `['"\`]/['"\`]`).test(config);
    return { ...(folders && { pages: 'folder', indexSlash: true }), docsAreRouted: routed };
  }
  if (name === 'hugo') return /^\s*uglyurls\s*[:=]\s*true/im.test(said(sign)) ? { pages: 'html' } : {};
  if (name === 'nextra')
    return setting('trailingSlash', 'true').test(said(sign)) ? { pages: 'folder', indexSlash: true } : {};
  if (name !== 'astro') return {};
  return setting('trailingSlash', `['"]never`).test(said(sign)) ? { pages: 'bare', indexSlash: false } : {};
}

/** A setting in a configuration that is code, at the beginning of a line or behind another. */
function setting(name: string, value: string): RegExp {
  return new RegExp(`(?:^|[{,])\\s*${name}\\s*:\\s*${value}`, 'm');
}

/**
 * The path of a Markdown page's URL, from the path of its file.
 *
 * @param fields of its front matter
 */
export function markdownPath(path: string, generator: Generator, fields: Fields = {}): string {
  const { name, pages } = generator;
  if (name === 'jekyll') return jekyllPath(`${generator.inside}${path}`, fields, generator.site ?? NO_SITE);
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
  // Of the folders of Next.js, those in brackets are in no URL.
  const routed = name === 'nextra' ? named.filter((part) => !/^(?:\(.*\)|@.*)$/.test(part)) : named;
  if (name === 'zola') routed[routed.length - 1] = routed.at(-1)!.replace(/^\d{4}-\d\d-\d\d[-_](?=.)/, '');
  const slugs = name === 'hugo' || name === 'zola' || name === 'astro' ? routed.map(lowerCase) : routed;
  const last = slugs.at(-1) ?? '';
  const folder = slugs.slice(0, -1).join('/');
  const isIndex =
    /^_?index$/i.test(last) ||
    (READMES.has(name) && /^readme$/i.test(last)) ||
    (name === 'nextra' && last === 'page' && !/^(?:src\/)?(?:content|pages)\/$/.test(root));
  if (isIndex) return folder === '' ? '' : `${folder}${generator.indexSlash ? '/' : ''}`;
  const page = slugs.join('/');
  return pages === 'html' ? `${page}.html` : pages === 'folder' ? `${page}/` : page;
}

/** Files that are no pages of a site: parts of others, or what a generator reads. */
export function isPart(path: string, { name, site, inside }: Generator): boolean {
  if (inside !== '') return false;
  if (name === 'jekyll') return isJekyllPart(path, site ?? NO_SITE);
  if (name === 'mdbook' || name === 'gitbook') return /(?:^|\/)SUMMARY\.md$/.test(path);
  if (name === 'nextra') return /^(?:src\/)?(?:components\/|app\/(?!(?:.*\/)?page\.\w+$))/.test(path);
  if (name === 'eleventy') return /(?:^|\/)_(?:includes|data|layouts)\//.test(path);
  return name === 'hugo' && /^(?:layouts|archetypes|themes)\//.test(path);
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
