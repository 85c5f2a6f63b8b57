// The generator that makes a site of Markdown files: found by its configuration, beside or above them. It decides what
// URL a file gets and what ids its headings get.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Fields } from '../../../../../src/core/fields.ts';
import type { AddressKey } from '../markdown.ts';
import type { AnchorStyle } from '../sections/anchors.ts';
import type { Address } from '../sections/chunk.ts';
import { setting, textSetting } from './code-settings.ts';
import {
  DOCUSAURUS_BY_DEFAULT,
  type DocusaurusSite,
  type DocusaurusWords,
  docusaurusPath,
  docusaurusPlace,
  docusaurusSite,
  isDocusaurusPart,
} from './docusaurus-places.ts';
import { isJekyllPart, type JekyllSite, jekyllPath, jekyllPrefix, jekyllSite } from './jekyll.ts';
import {
  asFolder,
  astroLanguages,
  hugoLanguages,
  mkdocsLanguages,
  NO_LANGUAGES,
  placedBy,
  pressLanguages,
  type SiteLanguages,
  zolaLanguages,
} from './site-languages.ts';

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
  docusaurus: { anchors: 'docusaurus', pages: 'bare', indexSlash: true, mdx: true },
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
/** What pages of a generator have their addresses by in front matter, where it is not all that any takes. */
const ADDRESSED: Partial<Record<GeneratorName, readonly AddressKey[]>> = {
  docusaurus: ['slug'],
  vitepress: [],
  vuepress: ['permalink'],
  astro: ['slug'],
  eleventy: ['permalink'],
};

/** What is an address in the front matter of a generator's pages; undefined for all that may be one. */
export function addressKeys(name: GeneratorName): readonly AddressKey[] | undefined {
  return ADDRESSED[name];
}

/** Generators that make the page of a folder of its README. */
const READMES: ReadonlySet<GeneratorName> = new Set(['mkdocs', 'mdbook', 'gitbook', 'vuepress']);

/** A generator, with what its configuration says. */
export interface Generator extends Habits {
  readonly name: GeneratorName;
  /** Folders below the input that are no part of a URL: `docs/` where the input is the whole project. */
  readonly roots: readonly string[];
  /** What Docusaurus' configuration says of its pages. */
  readonly docs?: DocusaurusSite | undefined;
  /** What Jekyll's configuration says. */
  readonly site?: JekyllSite | undefined;
  readonly languages: SiteLanguages;
  /** The file by which it is known, from the input; undefined where it is only named, or where there is none. */
  readonly foundBy?: string | undefined;
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

/**
 * The generator of the pages in a folder, with what its configuration says; pages without one are read as GitHub shows
 * them.
 *
 * @param named the generator, whatever there is; without a configuration, it does what it does by itself
 */
export function generatorOf(folder: string, named?: GeneratorName): Generator {
  let at = resolve(folder);
  for (let level = 0; level <= LEVELS; level++) {
    for (const { name, files, roots } of SIGNS) {
      const sign = files.find((file) => existsSync(join(at, file)));
      const isIt = named === undefined ? sign !== undefined && !isOther(name, at, sign) : name === named;
      if (sign === undefined || !isIt) continue;
      const below = relative(at, resolve(folder)).split(sep).join('/');
      const inside = below === '' ? '' : `${below}/`;
      const said = { roots, languages: NO_LANGUAGES, ...configured(name, at, sign) };
      const foundBy = `${'../'.repeat(level)}${sign}`;
      return { name, ...HABITS[name], ...said, inside, foundBy, ...(inside !== '' && { roots: [] }) };
    }
    if (existsSync(join(at, '.git')) || dirname(at) === at) break;
    at = dirname(at);
  }
  const name = named ?? 'github';
  const roots = SIGNS.find((sign) => sign.name === name)?.roots ?? [];
  return { name, ...HABITS[name], roots, inside: '', languages: NO_LANGUAGES };
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

type Said = Partial<Habits & Pick<Generator, 'docs' | 'site' | 'roots' | 'languages'>>;

/** What a configuration says of URLs, in the few words in which these generators are told. */
function configured(name: GeneratorName, folder: string, sign: string): Said {
  const said = (file: string) => textOf(folder, file);
  if (name === 'vitepress' || name === 'vuepress') return pressConfigured(name, folder, sign);
  if (name === 'mdbook' || name === 'gitbook') {
    const [, folder] = /^\s*(?:src\s*=|root\s*:)\s*["']?(?:\.\/)?([^"'\s]*)/m.exec(said(sign)) ?? [];
    return folder === undefined ? {} : { roots: [asFolder(folder)] };
  }
  if (name === 'jekyll') return { site: jekyllSite(said(sign)) };
  if (name === 'mkdocs') {
    const [, docs = 'docs'] = /^docs_dir\s*:\s*["']?([^"'\s#]+)/m.exec(said(sign)) ?? [];
    const languages = mkdocsLanguages(said(sign), asFolder(docs));
    const isFile = /^use_directory_urls\s*:\s*false/m.test(said(sign));
    return { ...(isFile && { pages: 'html' }), roots: [asFolder(docs)], languages };
  }
  if (name === 'docusaurus') {
    const docs = docusaurusSite(folder, said(sign));
    return {
      ...(setting('trailingSlash', 'true').test(said(sign)) && { pages: 'folder' }),
      ...(setting('trailingSlash', 'false').test(said(sign)) && { indexSlash: false }),
      docs,
      languages: { ...NO_LANGUAGES, main: docs.main },
    };
  }
  if (name === 'hugo') {
    const isFile = /^\s*uglyurls\s*[:=]\s*true/im.test(said(sign));
    return { ...(isFile && { pages: 'html' }), languages: hugoLanguages(folder) };
  }
  if (name === 'zola') return { languages: zolaLanguages(said(sign)) };
  if (name === 'nextra')
    return setting('trailingSlash', 'true').test(said(sign)) ? { pages: 'folder', indexSlash: true } : {};
  if (name !== 'astro') return {};
  const bare =
    setting('trailingSlash', `['"]never`).test(said(sign)) && ({ pages: 'bare', indexSlash: false } as const);
  return { ...bare, languages: astroLanguages(said(sign), rootsOf(name)) };
}

/** VitePress and VuePress have a folder of configurations, one of which may have languages, and others their words. */
function pressConfigured(name: 'vitepress' | 'vuepress', folder: string, sign: string): Said {
  const names = ['ts', 'mts', 'js', 'mjs'].flatMap((end) => [`config.${end}`, `config/index.${end}`]);
  const config = names.map((file) => textOf(folder, join(sign, file))).join('\n');
  const root = name === 'vitepress' ? asFolder(textSetting(config, 'srcDir') ?? '') : '';
  const isBare = name === 'vitepress' && setting('cleanUrls', 'true').test(config);
  return { ...(isBare && { pages: 'bare' }), roots: [root], languages: pressLanguages(config, root) };
}

function rootsOf(name: GeneratorName): readonly string[] {
  return SIGNS.find((sign) => sign.name === name)?.roots ?? [];
}

/**
 * The path of a Markdown page's URL, from the path of its file.
 *
 * @param fields of its front matter
 * @param slug its own word on that, where its generator has one that this understands: see slugPlaced
 */
export function markdownPath(path: string, generator: Generator, fields: Fields = {}, slug?: string): string {
  const { name, pages, site = NO_SITE } = generator;
  if (name === 'jekyll') {
    const plain = jekyllPath(`${generator.inside}${path}`, fields, site);
    return `${jekyllPrefix(fields, site)}${plain}`;
  }
  if (pages === 'file') return path;
  if (name === 'docusaurus') {
    const keepsNumbers = String(fields.parse_number_prefixes) === 'false';
    const id = fields.id === undefined ? undefined : String(fields.id);
    return docusaurusAt(path, generator, { slug, id, keepsNumbers });
  }
  const { locale, folder, path: plain } = placedBy(generator.languages, `${generator.inside}${path}`);
  // Of the pages of one language alone, URLs are below that of its folder.
  const isWithin = folder !== undefined && folder.length <= generator.inside.length;
  const below = folder === undefined ? plain.slice(generator.inside.length) : isWithin ? path : plain;
  const root = (folder === undefined && generator.roots.find((each) => below.startsWith(each))) || '';
  const page = pagePath(below.slice(root.length), root, generator);
  return joined(isWithin ? '' : (locale?.prefix ?? ''), page, generator);
}

function docusaurusAt(path: string, generator: Generator, words: DocusaurusWords): string {
  const { docs = DOCUSAURUS_BY_DEFAULT, pages, indexSlash, inside } = generator;
  const place = docusaurusPlace(`${inside}${path}`, docs);
  // Of a part of a project, URLs are below that of its folder.
  const isWhole = inside === '' && place !== undefined;
  const isPost = place?.plugin.kind === 'blog' || (place === undefined && /^\d{4}-\d\d?-\d/.test(path));
  const plugin = place?.plugin ?? { kind: isPost ? 'blog' : 'docs', hidesNumbers: true };
  const below = docusaurusPath(isWhole ? place.path : path, plugin, words);
  const url = `${isWhole ? place.folder : ''}${below}`;
  if (pages === 'folder') return url === '' || url.endsWith('/') ? url : `${url}/`;
  return indexSlash ? url : url.replace(/\/$/, '');
}

/** The page of a folder may stand where the folder does. */
function joined(folder: string, page: string, { indexSlash }: Generator): string {
  return page === '' && !indexSlash ? folder.replace(/\/$/, '') : `${folder}${page}`;
}

/** @param path below the root of the site's pages */
function pagePath(path: string, root: string, { name, pages, indexSlash }: Generator): string {
  const parts = path.replace(/\.[^./]+$/, '').split('/');
  // Of the folders of Next.js, those in brackets are in no URL.
  const routed = name === 'nextra' ? parts.filter((part) => !/^(?:\(.*\)|@.*)$/.test(part)) : parts;
  if (name === 'zola') routed[routed.length - 1] = routed.at(-1)!.replace(/^\d{4}-\d\d-\d\d[-_](?=.)/, '');
  const slugs = name === 'hugo' || name === 'zola' || name === 'astro' ? routed.map(lowerCase) : routed;
  const last = slugs.at(-1) ?? '';
  const folder = slugs.slice(0, -1).join('/');
  const isIndex =
    /^_?index$/i.test(last) ||
    (READMES.has(name) && /^readme$/i.test(last)) ||
    (name === 'nextra' && last === 'page' && !/^(?:src\/)?(?:content|pages)\/$/.test(root));
  if (isIndex) return folder === '' ? '' : `${folder}${indexSlash ? '/' : ''}`;
  const page = slugs.join('/');
  return pages === 'html' ? `${page}.html` : pages === 'folder' ? `${page}/` : page;
}

/**
 * The language that a page has by its place, as a tag of BCP 47: as the site's configuration has it, or as its path
 * shows, or that of the main pages.
 *
 * @param shown what its path shows, if anything: see languages-by-path.ts
 */
export function languageAt(path: string, generator: Generator, shown?: string): string | undefined {
  const { name, languages, docs = DOCUSAURUS_BY_DEFAULT, inside } = generator;
  const full = `${inside}${path}`;
  if (name === 'docusaurus' && full.startsWith('i18n/')) return docusaurusPlace(full, docs)?.lang ?? shown;
  return placedBy(languages, full).locale?.lang ?? shown ?? languages.main;
}

/** Files that are no pages of a site: parts of others, or what a generator reads. */
export function isPart(path: string, { name, site, docs, inside }: Generator): boolean {
  if (name === 'docusaurus' && docs !== undefined) return isDocusaurusPart(`${inside}${path}`, docs);
  if (inside !== '') return false;
  if (name === 'jekyll') return isJekyllPart(path, site ?? NO_SITE);
  if (name === 'mdbook' || name === 'gitbook') return /(?:^|\/)SUMMARY\.md$/.test(path);
  if (name === 'nextra') return /^(?:src\/)?(?:components\/|app\/(?!(?:.*\/)?page\.\w+$))/.test(path);
  if (name === 'eleventy') return /(?:^|\/)_(?:includes|data|layouts)\//.test(path);
  return name === 'hugo' && /^(?:layouts|archetypes|themes)\//.test(path);
}

/** Where a page puts itself, as its generator understands that; of Docusaurus, markdownPath has it. */
export function slugPlaced(
  address: Address | undefined,
  path: string,
  generator: Generator,
  fields: Fields = {},
): Address | undefined {
  const { name, pages, site = NO_SITE, inside, languages } = generator;
  if (address === undefined || name === 'docusaurus') return undefined;
  if (name === 'jekyll' && address.kind !== 'canonical') {
    const prefix = jekyllPrefix(fields, site);
    return prefix === '' ? address : { ...address, value: `/${prefix}${address.value.replace(/^\//, '')}` };
  }
  if (name === 'hugo' && address.kind === 'url' && !/^(?:\/|\w+:)/.test(address.value)) {
    const { prefix = '' } = placedBy(languages, `${inside}${path}`).locale ?? {};
    return { ...address, value: `${prefix}${address.value}` };
  }
  if (address.kind !== 'slug') return address;
  const { value } = address;
  const isFolder = pages === 'folder' && !/\/$|\.\w+$/.test(value);
  return { ...address, value: isFolder ? `${value}/` : value };
}

function lowerCase(part: string): string {
  return part.toLowerCase().replace(/\s+/g, '-');
}
