// What MkDocs' configuration says of pages, with the plugins and extensions that most of its sites have: which files
// are pages, where Material's blog puts its posts, and which letters are in ids.

import type { Fields } from '../../../../../src/core/fields.ts';
import { tagOf } from '../../language/languages-by-path.ts';
import { gitIgnored } from './listed-pages.ts';
import { keyed, localesOf, NO_LANGUAGES, type SiteLanguages } from './site-languages.ts';
import { asFolder, chosenLanguage, parsed, recordOf } from './site-settings.ts';

/** What is asked of a configuration of MkDocs. */
export interface MkdocsSaid {
  readonly roots: readonly string[];
  readonly sources: readonly string[];
  readonly pages: 'folder' | 'html';
  readonly anchors: 'mkdocs' | 'pymdownx';
  readonly languages: SiteLanguages;
  readonly blog: MaterialBlog | undefined;
  /** Whether a file is said to be no page, by its path in the project. */
  readonly isUnlisted: (path: string) => boolean;
  readonly basis: string;
}

/** Where posts lie, in the project, and what their addresses are made of. */
export interface MaterialBlog {
  readonly posts: string;
  /** Below the root of the site, with a slash at its end. */
  readonly folder: string;
  readonly format: string;
  readonly dateFormat: string;
}

/** Reads `mkdocs.yml`. */
export function mkdocsSite(config: string): MkdocsSaid {
  const said = recordOf(parsed('x.yml', config));
  const root = asFolder(typeof said.docs_dir === 'string' ? said.docs_dir : 'docs');
  const basis = `.*\n/templates/\n${linesOf(said.exclude_docs)}\n${linesOf(said.draft_docs)}`;
  const isExcluded = gitIgnored(basis);
  return {
    roots: [root],
    sources: [root],
    pages: String(said.use_directory_urls) === 'false' ? 'html' : 'folder',
    anchors: hasOwnSlugs(said) ? 'pymdownx' : 'mkdocs',
    languages: mkdocsLanguages(said, root),
    blog: blogIn(said, root),
    basis,
    isUnlisted: (path) => path.startsWith(root) && isExcluded(path.slice(root.length)),
  };
}

/** Whether ids are made by a function that is named: nearly always by one of pymdownx.slugs. */
function hasOwnSlugs({ markdown_extensions: listed }: Readonly<Record<string, unknown>>): boolean {
  const extensions = [listed].flat().map(recordOf);
  return extensions.some(({ toc }) => recordOf(toc).slugify !== undefined);
}

function linesOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** What a plugin is told; undefined where a site does not have it. */
function pluginOf({ plugins }: Readonly<Record<string, unknown>>, name: RegExp) {
  const listed = Array.isArray(plugins) ? plugins : [plugins];
  for (const plugin of listed) {
    if (typeof plugin === 'string' && name.test(plugin)) return {};
    const [key] = Object.keys(recordOf(plugin)).filter((each) => name.test(each));
    if (key !== undefined) return recordOf(recordOf(plugin)[key]);
  }
  return undefined;
}

/**
 * The plugin i18n: https://ultrabug.github.io/mkdocs-static-i18n/. Its main language is at the root, in either way in
 * which files may lie.
 */
function mkdocsLanguages(config: Readonly<Record<string, unknown>>, root: string): SiteLanguages {
  const said = pluginOf(config, /^i18n$/);
  const { language } = recordOf(config.theme);
  if (said === undefined) return { ...NO_LANGUAGES, main: chosenLanguage(tagOf(String(language))) };
  const { languages, default_language, docs_structure } = said;
  // Before 1.0, languages were a mapping, and the main one had a setting of its own.
  const names = Array.isArray(languages)
    ? languages.map(recordOf).map(({ locale }) => String(locale))
    : Object.keys(recordOf(languages)).filter((name) => name !== 'default');
  const marked = Array.isArray(languages)
    ? languages.map(recordOf).find((language) => language.default === true)?.locale
    : default_language;
  const main = marked === undefined ? undefined : String(marked);
  const locales = localesOf(names, main);
  if (docs_structure !== 'folder') return { ...NO_LANGUAGES, suffixes: locales, main: tagOf(main) };
  return { folders: keyed(locales, (name) => `${root}${name}/`), suffixes: new Map(), main: tagOf(main) };
}

/** https://squidfunk.github.io/mkdocs-material/plugins/blog/ */
function blogIn(said: Readonly<Record<string, unknown>>, root: string): MaterialBlog | undefined {
  const blog = pluginOf(said, /^(?:material\/)?blog$/);
  if (blog === undefined || recordOf(said.theme).name !== 'material') return undefined;
  const text = (key: string, otherwise: string) =>
    typeof blog[key] === 'string' ? String(blog[key]) : otherwise;
  const folder = asFolder(text('blog_dir', 'blog'));
  const posts = asFolder(text('post_dir', '{blog}/posts').replaceAll('{blog}', folder));
  return {
    posts: `${root}${posts.replace(/\/{2,}/g, '/')}`,
    folder,
    format: text('post_url_format', '{date}/{slug}'),
    dateFormat: text('post_url_date_format', 'yyyy/MM/dd'),
  };
}

/**
 * The path of a post below the root of the site, without its end; undefined for a file that is no post, and where its
 * address has what is not known here.
 *
 * @param path in the project
 * @param title what the post calls itself
 */
export function blogPath(
  path: string,
  blog: MaterialBlog,
  {
    title,
    slug,
    fields = {},
  }: { title?: string | undefined; slug?: string | undefined; fields?: Fields | undefined },
): string | undefined {
  if (!path.startsWith(blog.posts)) return undefined;
  const date = String(fields.date ?? '').slice(0, 10);
  const day = /^(\d{4})-(\d\d)-(\d\d)$/.exec(date);
  const file = path.replace(/^.*\//, '').replace(/\.\w+$/, '');
  const words = slug ?? (title === undefined ? undefined : unicodeSlug(title));
  if (day === null || words === undefined || /\{categories\}/.test(blog.format)) return undefined;
  const [, year, month, dayOfMonth] = day;
  const dated = blog.dateFormat.replace(/y+/g, year).replace(/MM/g, month).replace(/d+/g, dayOfMonth);
  const filled = blog.format
    .replaceAll('{date}', dated)
    .replaceAll('{slug}', words)
    .replaceAll('{file}', file);
  return `${blog.folder}${filled}`.replace(/\/{2,}/g, '/').replace(/^\/|\/$/g, '');
}

/** slugify of pymdownx.slugs, in small letters. */
function unicodeSlug(text: string): string {
  return text
    .normalize('NFC')
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\- ]/gu, '')
    .replaceAll(' ', '-');
}
