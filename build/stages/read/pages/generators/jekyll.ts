// Where Jekyll puts pages, posts and the documents of collections, by the permalinks of its configuration:
// https://jekyllrb.com/docs/permalinks/. What a page says of its own address comes before this.

import { parse } from 'yaml';
import type { Fields } from '../../../../../src/core/fields.ts';

/** What a configuration says of addresses. */
export interface JekyllSite {
  /** A style, as `pretty`, or a template. */
  readonly permalink: string | undefined;
  /** The collections that are part of the site, each with a template of its own if it has one. */
  readonly collections: ReadonlyMap<string, string | undefined>;
  /** The languages other than the main one that the plugin Polyglot makes sites of. */
  readonly translations: ReadonlySet<string>;
}

const POST_STYLES: Readonly<Record<string, string>> = {
  date: '/:categories/:year/:month/:day/:title:output_ext',
  pretty: '/:categories/:year/:month/:day/:title/',
  none: '/:categories/:title:output_ext',
};

/** Reads `_config.yml`; one that cannot be read says nothing. */
export function jekyllSite(config: string): JekyllSite {
  const said = recordOf(parsed(config));
  const listed = Array.isArray(said.collections)
    ? said.collections.map((name) => [String(name), {}] as const)
    : Object.entries(recordOf(said.collections));
  const collections = listed
    .map(([name, about]) => [name, recordOf(about)] as const)
    .filter(([name, about]) => name === 'posts' || about.output === true)
    .map(([name, about]) => [name, textOf(about.permalink)] as const);
  const languages = Array.isArray(said.languages) ? said.languages.map(String) : [];
  const others = languages.filter((name) => name !== String(said.default_lang ?? 'en'));
  return {
    permalink: textOf(said.permalink),
    collections: new Map(collections),
    translations: new Set(others),
  };
}

/**
 * The folder of URLs in which a translation stands, with a slash at the end; empty at the root.
 *
 * @param fields of its front matter, which has its language: https://polyglot.untra.io/
 */
export function jekyllPrefix({ lang }: Fields, { translations }: JekyllSite): string {
  return typeof lang === 'string' && translations.has(lang) ? `${lang}/` : '';
}

/**
 * The path of a page's URL.
 *
 * @param fields of its front matter, whose categories may be in it
 */
export function jekyllPath(path: string, fields: Fields, { permalink, collections }: JekyllSite): string {
  const [, above = '', year, month, day, title = ''] =
    /^(.*?)_posts\/(?:.*\/)?(\d{4})-(\d{1,2})-(\d{1,2})-([^/]+)\.\w+$/.exec(path) ?? [];
  if (year !== undefined) {
    const template = collections.get('posts') ?? permalink ?? 'date';
    const categories = [...above.split('/'), ...categoriesOf(fields)].filter((each) => each !== '');
    return filled(POST_STYLES[template] ?? template, {
      collection: 'posts',
      categories: categories.map(slug).join('/'),
      year,
      month: month.padStart(2, '0'),
      i_month: String(Number(month)),
      day: day.padStart(2, '0'),
      i_day: String(Number(day)),
      short_year: year.slice(2),
      title,
      slug: slug(title),
      name: title,
      path: title,
    });
  }
  const [, collection, below = ''] = /^_([^/]+)\/(.+)\.\w+$/.exec(path) ?? [];
  const isFolder = permalink === 'pretty' || (permalink?.endsWith('/') ?? false);
  if (collection !== undefined) {
    const name = below.split('/').at(-1) ?? '';
    const template =
      collections.get(collection) ?? `/:collection/:path${permalink === 'pretty' ? '/' : ':output_ext'}`;
    return filled(template, { collection, path: below, name, title: name, slug: slug(name), categories: '' });
  }
  const bare = path.replace(/\.\w+$/, '');
  // GitHub makes the page of a folder of its README.
  if (/(?:^|\/)(?:index|readme)$/i.test(bare)) return bare.replace(/[^/]*$/, '');
  return isFolder ? `${bare}/` : `${bare}.html`;
}

/** Whether a file is a part of others, or of no page. */
export function isJekyllPart(path: string, { collections }: JekyllSite): boolean {
  return path
    .split('/')
    .slice(0, -1)
    .some((folder) => folder.startsWith('_') && folder !== '_posts' && !collections.has(folder.slice(1)));
}

function filled(template: string, values: Readonly<Record<string, string>>): string {
  const all: Readonly<Record<string, string>> = { output_ext: '.html', ...values };
  return template
    .replace(/:([a-z_]+)/g, (placeholder, name: string) => {
      // `:title:output_ext` and `:path.html`: the longest name that there is.
      const known = Object.keys(all)
        .filter((each) => name.startsWith(each))
        .sort((a, b) => b.length - a.length)[0];
      return known === undefined ? placeholder : `${all[known]}${name.slice(known.length)}`;
    })
    .replace(/\/{2,}/g, '/')
    .replace(/^\//, '');
}

function categoriesOf({ categories, category }: Fields): string[] {
  const listed = categories ?? category ?? [];
  if (Array.isArray(listed)) return listed.map(String);
  return category === undefined ? String(listed).split(/\s+/) : [String(listed)];
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
}

function parsed(yaml: string): unknown {
  try {
    return parse(yaml);
  } catch {
    return undefined;
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
