// The generator that makes a site of Markdown files: found by its configuration, beside or above them. It decides what
// URL a file gets and what ids its headings get.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Fields } from '../../../../../src/core/fields.ts';
import { anchorsOf } from '../sections/anchors.ts';
import type { Address, Page } from '../sections/chunk.ts';
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
import { type EleventySite, eleventyAddress, eleventySite } from './eleventy-data.ts';
import { isJekyllPart, type JekyllSite, jekyllPath, jekyllPrefix, jekyllSite } from './jekyll.ts';
import { type GeneratorName, HABITS, type Habits, READMES, SIGNS } from './known-generators.ts';
import { tagOf } from './languages-by-path.ts';
import { leftOutBy, patternedPath, type Rewrite, rewritesIn } from './press-pages.ts';
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

/** What a page says of itself. */
export type Said = Pick<Page, 'title' | 'fields' | 'address'>;

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
  /** What Eleventy's configuration says. */
  readonly eleventy?: EleventySite | undefined;
  /** How VitePress' configuration moves pages. */
  readonly rewrite?: Rewrite | undefined;
  /** What VuePress makes addresses of. */
  readonly permalinkPattern?: string | undefined;
  /** Whether the configuration leaves a file out, by its path below the root of its pages. */
  readonly isLeftOut?: ((path: string) => boolean) | undefined;
  /** The file by which it is known, from the input; undefined where it is only named, or where there is none. */
  readonly foundBy?: string | undefined;
  /** Where the input is below the project, with a slash at the end; empty where it is all of the project. */
  readonly inside: string;
}

const NO_SITE = jekyllSite('');
/** Astro makes paths of names as GitHub makes ids. */
const GITHUB = anchorsOf('github');
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

type Configured = Partial<Omit<Generator, 'name' | 'foundBy' | 'inside'>>;

/** What a configuration says of URLs, in the few words in which these generators are told. */
function configured(name: GeneratorName, folder: string, sign: string): Configured {
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
  if (name === 'eleventy') {
    const eleventy = eleventySite(folder, said(sign));
    const { input } = eleventy;
    return {
      eleventy,
      ...(input !== undefined && { roots: [input] }),
      ...(eleventy.hasOwnIds && { anchors: 'eleventy' }),
    };
  }
  if (name !== 'astro') return {};
  const bare =
    setting('trailingSlash', `['"]never`).test(said(sign)) && ({ pages: 'bare', indexSlash: false } as const);
  const files = setting('format', `['"]file`).test(said(sign)) && ({ pages: 'html' } as const);
  return { ...bare, ...files, languages: astroLanguages(said(sign), rootsOf(name)) };
}

/** VitePress and VuePress have a folder of configurations, one of which may have languages, and others their words. */
function pressConfigured(name: 'vitepress' | 'vuepress', folder: string, sign: string): Configured {
  const names = ['ts', 'mts', 'js', 'mjs'].flatMap((end) => [`config.${end}`, `config/index.${end}`]);
  const config = names.map((file) => textOf(folder, join(sign, file))).join('\n');
  const root = name === 'vitepress' ? asFolder(textSetting(config, 'srcDir') ?? '') : '';
  const isBare = name === 'vitepress' && setting('cleanUrls', 'true').test(config);
  const ofPress =
    name === 'vitepress'
      ? { rewrite: rewritesIn(config) }
      : { permalinkPattern: textSetting(config, 'permalinkPattern') };
  const languages = pressLanguages(config, root);
  return {
    ...(isBare && { pages: 'bare' }),
    roots: [root],
    languages,
    isLeftOut: leftOutBy(config),
    ...ofPress,
  };
}

function rootsOf(name: GeneratorName): readonly string[] {
  return SIGNS.find((sign) => sign.name === name)?.roots ?? [];
}

/**
 * The path of a Markdown page's URL, from the path of its file.
 *
 * @param said of its front matter; where it is, as slugPlaced does not understand it
 */
export function markdownPath(path: string, generator: Generator, said: Said): string {
  const { fields = {} } = said;
  const { name, pages, site = NO_SITE } = generator;
  if (name === 'jekyll') {
    const plain = jekyllPath(`${generator.inside}${path}`, fields, site);
    return `${jekyllPrefix(fields, site)}${plain}`;
  }
  if (pages === 'file') return path;
  if (name === 'docusaurus') {
    const keepsNumbers = String(fields.parse_number_prefixes) === 'false';
    const id = fields.id === undefined ? undefined : String(fields.id);
    return docusaurusAt(path, generator, { slug: said.address?.value, id, keepsNumbers });
  }
  const [source = ''] = generator.roots;
  const rewritten =
    generator.inside === '' && path.startsWith(source)
      ? generator.rewrite?.(path.slice(source.length))
      : undefined;
  if (rewritten !== undefined) return pagePath(rewritten, '', generator);
  const pattern = String(fields.permalinkPattern ?? generator.permalinkPattern ?? 'null');
  if (name === 'vuepress' && pattern !== 'null') return patternedPath(pattern, path, textIn(fields.date));
  const placed = eleventyPlace(path, generator, said);
  if (placed !== undefined && 'path' in placed) return placed.path;
  const { locale, folder, path: plain } = placedBy(generator.languages, `${generator.inside}${path}`);
  // Of the pages of one language alone, URLs are below that of its folder.
  const isWithin = folder !== undefined && folder.length <= generator.inside.length;
  const below = folder === undefined ? plain.slice(generator.inside.length) : isWithin ? path : plain;
  const root = (folder === undefined && generator.roots.find((each) => below.startsWith(each))) || '';
  const page = pagePath(below.slice(root.length), root, generator);
  return joined(isWithin ? '' : (locale?.prefix ?? ''), page, generator);
}

/** Where Eleventy puts a page; undefined where that is not known. */
function eleventyPlace(path: string, generator: Generator, { title, fields, address }: Said) {
  const { name, eleventy, inside, roots } = generator;
  if (name !== 'eleventy' || eleventy === undefined) return undefined;
  const data = { ...eleventy.dataOf(`${inside}${path}`), ...fields, title };
  const root = roots.find((each) => path.startsWith(each)) ?? '';
  return eleventyAddress(path.slice(root.length), address?.value, data);
}

/** Whether a page says, or is said, to have no address. */
export function hasNoAddress(path: string, generator: Generator, said: Said): boolean {
  return 'isNone' in (eleventyPlace(path, generator, said) ?? {});
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
function joined(folder: string, page: string, { name, pages, indexSlash }: Generator): string {
  if (page !== '' || folder === '') return `${folder}${page}`;
  // Astro makes files of folders' pages as well, where it makes files.
  if (name === 'astro' && pages === 'html') return `${folder.replace(/\/$/, '')}.html`;
  return indexSlash ? folder : folder.replace(/\/$/, '');
}

/** @param path below the root of the site's pages */
function pagePath(path: string, root: string, generator: Generator): string {
  const { name, pages } = generator;
  const parts = path.replace(/\.[^./]+$/, '').split('/');
  // Of Next.js' own folders, those in brackets are in no URL.
  const isRouted = name === 'nextra' && !/^(?:src\/)?(?:content|pages)\//.test(`${generator.inside}${root}`);
  const routed = isRouted ? parts.filter((part) => !/^(?:\(.*\)|@.*)$/.test(part)) : parts;
  // VuePress takes a line before a name away.
  if (name === 'vuepress')
    routed.splice(0, routed.length, ...routed.map((part) => part.replace(/^_(?=.)/, '')));
  if (name === 'zola') routed[routed.length - 1] = routed.at(-1)!.replace(/^\d{4}-\d\d-\d\d[-_](?=.)/, '');
  const isCollected = name === 'astro' && root !== 'src/pages/';
  const slugs = isCollected
    ? routed.map((part) => GITHUB.slug(part))
    : name === 'hugo' || name === 'zola'
      ? routed.map(lowerCase)
      : routed;
  const last = slugs.at(-1) ?? '';
  const folder = slugs.slice(0, -1).join('/');
  const isIndex =
    /^_?index$/i.test(last) ||
    (READMES.has(name) && /^readme$/i.test(last)) ||
    (name === 'nextra' && last === 'page' && !/^(?:src\/)?(?:content|pages)\/$/.test(root));
  if (isIndex) return joined(folder === '' ? '' : `${folder}/`, '', generator);
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
  const { lang } = generator.eleventy?.dataOf(full) ?? {};
  if (typeof lang === 'string' && tagOf(lang) !== undefined) return tagOf(lang);
  return placedBy(languages, full).locale?.lang ?? shown ?? languages.main;
}

/** Whether a file is no page of a site, but a part of others, or what a generator reads or wrote. */
export function isPart(path: string, generator: Generator): boolean {
  // A folder that has nothing else, such as that of the pages that were written, is read as it is asked for.
  const isWhole = generator.inside !== '' && isSourcePart(ANY_PAGE, generator);
  return !isWhole && isSourcePart(path, generator);
}

/** A page somewhere below a folder, of which no generator has something else to say than of others. */
const ANY_PAGE = 'page/page.md';

function isSourcePart(
  path: string,
  { name, site, docs, eleventy, inside, roots, isLeftOut }: Generator,
): boolean {
  const isSource = inside === '' || inside.startsWith(eleventy?.input ?? '');
  if (name === 'eleventy' && eleventy !== undefined && isSource)
    return eleventy.isLeftOut(`${inside}${path}`);
  if (name === 'eleventy') return /(?:^|\/)_(?:includes|data|layouts)\//.test(path);
  if (name === 'docusaurus' && docs !== undefined) return isDocusaurusPart(`${inside}${path}`, docs);
  if (name === 'astro')
    return /^(?:src\/pages\/(?:.*\/)?_|src\/content\/docs\/(?:.*\/)?_[^/]*$|dist\/|[^/]+$)/.test(
      `${inside}${path}`,
    );
  if (inside !== '') return false;
  if (name === 'jekyll') return isJekyllPart(path, site ?? NO_SITE);
  if (name === 'vitepress' || name === 'vuepress') {
    const [root = ''] = roots;
    // VitePress makes several pages, or none, of a file whose name has a parameter.
    if (!path.startsWith(root) || (name === 'vitepress' && /\[[^\]]+\]/.test(path))) return true;
    return isLeftOut?.(path.slice(root.length)) ?? false;
  }
  if (name === 'mdbook' || name === 'gitbook') return /(?:^|\/)SUMMARY\.md$/.test(path);
  if (name === 'nextra')
    return /^(?:[^/]*$|out\/|(?:src\/)?(?:components\/|app\/(?:(?:.*\/)?_|(?!(?:.*\/)?page\.\w+$))))/.test(
      path,
    );
  return name === 'hugo' && /^(?:layouts|archetypes|themes)\//.test(path);
}

/** Where a page puts itself, as its generator understands that; of Docusaurus and Eleventy, markdownPath has it. */
export function slugPlaced(
  address: Address | undefined,
  path: string,
  generator: Generator,
  fields: Fields = {},
): Address | undefined {
  const { name, pages, site = NO_SITE, inside, languages } = generator;
  const isPath = name === 'docusaurus' || (name === 'eleventy' && generator.eleventy !== undefined);
  if (address === undefined || isPath) return undefined;
  if (name === 'jekyll' && address.kind !== 'canonical') {
    const prefix = jekyllPrefix(fields, site);
    return prefix === '' ? address : { ...address, value: `/${prefix}${address.value.replace(/^\//, '')}` };
  }
  if (name === 'hugo' && address.kind === 'url' && !/^(?:\/|\w+:)/.test(address.value)) {
    const { prefix = '' } = placedBy(languages, `${inside}${path}`).locale ?? {};
    return { ...address, value: `${prefix}${address.value}` };
  }
  if (address.kind !== 'slug') return address;
  // Of Astro's collections, a slug is the whole path.
  if (name === 'astro') return { kind: 'url', value: astroSlug(address.value, generator) };
  const { value } = address;
  const isFolder = pages === 'folder' && !/\/$|\.\w+$/.test(value);
  return { ...address, value: isFolder ? `${value}/` : value };
}

function astroSlug(slug: string, { pages, indexSlash }: Generator): string {
  const plain = slug.replace(/^\/+|\/+$/g, '');
  if (plain === '' || plain === 'index') return '';
  return pages === 'html' ? `${plain}.html` : indexSlash ? `${plain}/` : plain;
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function lowerCase(part: string): string {
  return part.toLowerCase().replace(/\s+/g, '-');
}
