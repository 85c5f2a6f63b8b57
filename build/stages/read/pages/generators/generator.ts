// What the generator that makes a site of Markdown files makes of each: what URL a file gets, in what language it is,
// and whether it is a page at all.

import type { Fields } from '../../../../../src/core/fields.ts';
import { tagOf } from '../../language/languages-by-path.ts';
import { anchorsOf } from '../sections/anchors.ts';
import type { Address, Page } from '../sections/chunk.ts';
import {
  DOCUSAURUS_BY_DEFAULT,
  type DocusaurusSite,
  type DocusaurusWords,
  docusaurusPath,
  docusaurusPlace,
  isDocusaurusPart,
} from './docusaurus-places.ts';
import { type EleventySite, eleventyAddress } from './eleventy-data.ts';
import { type HugoSite, hugoName, hugoPermalink, hugoSlug } from './hugo.ts';
import { isJekyllPart, type JekyllSite, jekyllPath, jekyllPrefix, jekyllSite } from './jekyll.ts';
import { type GeneratorName, type Habits, READMES } from './known-generators.ts';
import { blogPath, type MaterialBlog } from './mkdocs.ts';
import { patternedPath, type Rewrite } from './press-pages.ts';
import { placedBy, type SiteLanguages } from './site-languages.ts';

/** What a page says of itself. */
export type Said = Pick<Page, 'title' | 'fields' | 'address'> & { readonly heading?: string | undefined };

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
  /** What Hugo's configuration says. */
  readonly hugo?: HugoSite | undefined;
  /** Where Material for MkDocs has a blog. */
  readonly blog?: MaterialBlog | undefined;
  /** The folders of the project outside which nothing is a page; undefined where any may be one. */
  readonly sources?: readonly string[] | undefined;
  /** Whether a file is said to be no page, by its path in the project. */
  readonly isUnlisted?: ((path: string) => boolean) | undefined;
  /** Whether the configuration leaves a file out, by its path below the root of its pages. */
  readonly isLeftOut?: ((path: string) => boolean) | undefined;
  /** What its functions are made of, by which two generators are compared. */
  readonly basis?: unknown;
  /** The file by which it is known, from the input; undefined where it is only named, or where there is none. */
  readonly foundBy?: string | undefined;
  /** Where the input is below the project, with a slash at the end; empty where it is all of the project. */
  readonly inside: string;
}

const NO_SITE = jekyllSite('');
/** Astro makes paths of names as GitHub makes ids. */
const GITHUB = anchorsOf('github');

/**
 * The path of a Markdown page's URL, from the path of its file.
 *
 * @param said of its front matter; where it is, as slugPlaced does not understand it
 */
export function markdownPath(path: string, generator: Generator, said: Said): string {
  const { fields = {} } = said;
  const { name, pages, site = NO_SITE } = generator;
  if (name === 'jekyll') {
    const slug = said.address?.kind === 'slug' ? { slug: said.address.value } : {};
    const plain = jekyllPath(`${generator.inside}${path}`, { ...fields, ...slug }, site);
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
  const post = postPath(path, generator, said);
  if (post !== undefined) return post;
  const placed = eleventyPlace(path, generator, said);
  if (placed !== undefined && 'path' in placed) return placed.path;
  const { locale, folder, path: plain } = placedBy(generator.languages, `${generator.inside}${path}`);
  // Of the pages of one language alone, URLs are below that of its folder.
  const isWithin = folder !== undefined && folder.length <= generator.inside.length;
  const below = folder === undefined ? plain.slice(generator.inside.length) : isWithin ? path : plain;
  const root = (folder === undefined && generator.roots.find((each) => below.startsWith(each))) || '';
  const inSource = below.slice(root.length);
  const page = hugoAt(inSource, generator, said) ?? pagePath(inSource, root, generator);
  return joined(isWithin ? '' : (locale?.prefix ?? ''), page, generator);
}

/** Where Material for MkDocs puts a post of its blog. */
function postPath(path: string, generator: Generator, { title, heading, fields, address }: Said) {
  const { blog, inside, pages } = generator;
  const slug = address?.kind === 'slug' ? address.value : undefined;
  const words = { title: title ?? heading, slug, fields };
  const post = blog && blogPath(`${inside}${path}`, blog, words);
  return post && `${post}${pages === 'html' ? '.html' : '/'}`;
}

/** Where Hugo's configuration puts a page of a section. */
function hugoAt(path: string, { name, hugo }: Generator, { title, heading, fields, address }: Said) {
  if (name !== 'hugo' || hugo === undefined) return undefined;
  const slug = address?.kind === 'slug' ? address.value : undefined;
  return hugoPermalink(path, hugo, { title: title ?? heading, slug, fields });
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
  const { name, hugo } = generator;
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
    : name === 'hugo'
      ? routed.map((part) => hugoName(part, hugo?.keepsCase))
      : name === 'zola'
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
  const pages = hugo?.isUgly(parts.length > 1 ? parts[0] : '') ? 'html' : generator.pages;
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
  const { inside, sources } = generator;
  const isElsewhere = sources?.every((each) => !each.startsWith(inside) && !inside.startsWith(each));
  const isWhole = inside !== '' && (isElsewhere ?? isSourcePart(ANY_PAGE, generator));
  if (isWhole) return false;
  return isSourcePart(path, generator) || (generator.isUnlisted?.(`${generator.inside}${path}`) ?? false);
}

/** A page somewhere below a folder, of which no generator has something else to say than of others. */
const ANY_PAGE = 'page/page.md';

function isSourcePart(
  path: string,
  { name, site, docs, eleventy, inside, roots, sources, isLeftOut }: Generator,
): boolean {
  if (sources !== undefined && !sources.some((each) => `${inside}${path}`.startsWith(each))) return true;
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
  if (name === 'gitbook') return /(?:^|\/)SUMMARY\.md$/.test(path);
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
  const { name, pages, site = NO_SITE, inside } = generator;
  const isPath = name === 'docusaurus' || (name === 'eleventy' && generator.eleventy !== undefined);
  if (address === undefined || isPath) return undefined;
  if (name === 'jekyll' && address.kind === 'slug') return undefined;
  if (name === 'jekyll' && address.kind !== 'canonical') {
    const prefix = jekyllPrefix(fields, site);
    return prefix === '' ? address : { ...address, value: `/${prefix}${address.value.replace(/^\//, '')}` };
  }
  if (name === 'hugo') return hugoPlaced(address, path, generator);
  if (generator.blog !== undefined && `${inside}${path}`.startsWith(generator.blog.posts)) return undefined;
  if (address.kind !== 'slug') return address;
  // Of Astro's collections, a slug is the whole path.
  if (name === 'astro') return { kind: 'url', value: astroSlug(address.value, generator) };
  const { value } = address;
  const isFolder = pages === 'folder' && !/\/$|\.\w+$/.test(value);
  return { ...address, value: isFolder ? `${value}/` : value };
}

/** A slug is a part of what a section's template makes, if it has one; other addresses are below the language's. */
function hugoPlaced(address: Address, path: string, generator: Generator): Address | undefined {
  const { hugo, languages, inside, roots } = generator;
  const { locale, folder, path: plain } = placedBy(languages, `${inside}${path}`);
  const root = (folder === undefined && roots.find((each) => plain.startsWith(each))) || '';
  const { value, kind } = address;
  const [section] = plain.slice(root.length).split('/');
  const isFile = hugo?.isUgly(section) ?? generator.pages === 'html';
  if (kind === 'slug') {
    const words = { slug: value, fields: { date: '2000-01-01' } };
    if (hugo !== undefined && hugoPermalink(plain.slice(root.length), hugo, words) !== undefined)
      return undefined;
    return { kind, value: `${hugoSlug(value)}${isFile ? '.html' : '/'}` };
  }
  if (kind !== 'url' || /^\w+:/.test(value)) return address;
  const whole = /\/$|\.\w+$/.test(value) ? value : `${value}/`;
  return { kind, value: whole.startsWith('/') ? whole : `${locale?.prefix ?? ''}${whole}` };
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
