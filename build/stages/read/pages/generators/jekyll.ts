// Where Jekyll puts pages, posts and the documents of collections, by the permalinks of its configuration:
// https://jekyllrb.com/docs/permalinks/. What a page says of its own address comes before this.

import type { Fields } from '../../../../../src/core/fields.ts';
import { tagOf } from '../../language/languages-by-path.ts';
import { chosenLanguage, parsed, recordOf } from './site-settings.ts';

/** What a configuration says of addresses. */
export interface JekyllSite {
  /** A style, as `pretty`, or a template. */
  readonly permalink: string | undefined;
  /** The collections that are part of the site, each with a template of its own if it has one. */
  readonly collections: ReadonlyMap<string, string | undefined>;
  /** Folders with a line before their names whose files are pages all the same. */
  readonly included: ReadonlySet<string>;
  /** What files are said to have in front matter that have it not, the later before the earlier. */
  readonly defaults: readonly {
    path: string;
    type: string | undefined;
    values: Readonly<Record<string, unknown>>;
  }[];
  /** The languages other than the main one that the plugin Polyglot makes sites of. */
  readonly translations: ReadonlySet<string>;
  /** The language of its pages, as a tag of BCP 47. */
  readonly language: string | undefined;
}

const POST_STYLES: Readonly<Record<string, string>> = {
  date: '/:categories/:year/:month/:day/:title:output_ext',
  pretty: '/:categories/:year/:month/:day/:title/',
  ordinal: '/:categories/:year/:y_day/:title:output_ext',
  none: '/:categories/:title:output_ext',
};

/** Reads `_config.yml`. */
export function jekyllSite(config: string): JekyllSite {
  const said = recordOf(parsed('_config.yml', config));
  const listed = Array.isArray(said.collections)
    ? said.collections.map((name) => [String(name), {}] as const)
    : Object.entries(recordOf(said.collections));
  const collections = listed
    .map(([name, about]) => [name, recordOf(about)] as const)
    .filter(([name, about]) => name === 'posts' || about.output === true)
    .map(([name, about]) => [name, textOf(about.permalink)] as const);
  const languages = Array.isArray(said.languages) ? said.languages.map(String) : [];
  const others = languages.filter((name) => name !== String(said.default_lang ?? 'en'));
  const defaults = [said.defaults].flat().map((each) => {
    const { scope, values } = recordOf(each);
    const { path, type } = recordOf(scope);
    return {
      path: (textOf(path) ?? '').replace(/^\/|\/$/g, ''),
      type: textOf(type),
      values: recordOf(values),
    };
  });
  return {
    permalink: textOf(said.permalink),
    collections: new Map(collections),
    included: new Set(Array.isArray(said.include) ? said.include.map(String) : []),
    defaults: defaults.reverse(),
    translations: new Set(others),
    language: chosenLanguage(tagOf(textOf(said.lang ?? said.locale))),
  };
}

/** What the configuration says of a file in the place of its front matter. */
function jekyllDefault(path: string, key: string, { defaults }: JekyllSite): string | undefined {
  const [, folder] = /^(?:.*\/)?_(posts|drafts|[^/]+)\//.exec(path) ?? [];
  const type = folder ?? 'pages';
  const found = defaults.find(
    (each) =>
      (each.type === undefined || each.type === type) &&
      (each.path === '' || path === each.path || path.startsWith(`${each.path}/`)) &&
      each.values[key] !== undefined,
  );
  return found === undefined ? undefined : textOf(String(found.values[key]));
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
export function jekyllPath(path: string, fields: Fields, site: JekyllSite): string {
  const { permalink, collections, included } = site;
  const own = jekyllDefault(path, 'permalink', site);
  const [, above = '', , , , title = ''] = POST.exec(path) ?? [];
  if (title !== '') {
    const template = own ?? collections.get('posts') ?? permalink ?? 'date';
    const categories = [...above.split('/'), ...categoriesOf(fields)].filter((each) => each !== '');
    return filled(POST_STYLES[template] ?? template, {
      collection: 'posts',
      categories: categories.map(slug).join('/'),
      ...datesOf(path, fields),
      title: typeof fields.slug === 'string' ? slug(fields.slug) : title,
      slug: slug(title),
      name: title,
      path: title,
    });
  }
  const [, collection, below = ''] = /^_([^/]+)\/(.+)\.\w+$/.exec(path) ?? [];
  const suffix = suffixOf(permalink);
  if (collection !== undefined && !included.has(`_${collection}`)) {
    const name = below.split('/').at(-1) ?? '';
    const template = own ?? collections.get(collection) ?? `/:collection/:path${suffix}`;
    return filled(template, { collection, path: below, name, title: name, slug: slug(name), categories: '' });
  }
  const bare = path.replace(/\.\w+$/, '');
  const basename = bare.replace(/^.*\//, '');
  if (own?.includes(':'))
    return filled(own, { path: bare.replace(/[^/]*$/, ''), basename, title: basename, categories: '' });
  // GitHub makes the page of a folder of its README.
  if (/(?:^|\/)(?:index|readme)$/i.test(bare)) return bare.replace(/[^/]*$/, '');
  return filled(`${bare}${suffix}`, {});
}

const POST = /^(.*?)_posts\/(?:.*\/)?(\d{4})-(\d{1,2})-(\d{1,2})-([^/]+)\.\w+$/;

/** What pages that are not posts end with, by the style or template of posts. */
function suffixOf(permalink = 'date'): string {
  if (permalink === 'pretty' || permalink.endsWith('/')) return '/';
  return POST_STYLES[permalink] !== undefined || /:output_ext$|\.html?$/.test(permalink) ? ':output_ext' : '';
}

/** The day of a post: of its front matter, or of its name. */
function datesOf(path: string, { date }: Fields): Readonly<Record<string, string>> {
  const [, , ofName = '', month = '', day = ''] = POST.exec(path) ?? [];
  const said = /^(\d{4})-(\d{1,2})-(\d{1,2})/.exec(typeof date === 'string' ? date : '');
  const [, y, m, d] = said ?? ['', ofName, month, day];
  const ofYear = (Date.UTC(Number(y), Number(m) - 1, Number(d)) - Date.UTC(Number(y), 0, 0)) / 86_400_000;
  return {
    year: y,
    month: m.padStart(2, '0'),
    i_month: String(Number(m)),
    day: d.padStart(2, '0'),
    i_day: String(Number(d)),
    short_year: y.slice(2),
    y_day: String(ofYear).padStart(3, '0'),
  };
}

/** Whether a file is a part of others, or of no page. */
export function isJekyllPart(path: string, { collections, included }: JekyllSite): boolean {
  return path
    .split('/')
    .slice(0, -1)
    .some(
      (folder) =>
        folder.startsWith('_') &&
        folder !== '_posts' &&
        !collections.has(folder.slice(1)) &&
        !included.has(folder),
    );
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

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
