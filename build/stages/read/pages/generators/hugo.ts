// Where Hugo puts pages: by the folders that its configuration takes for content, by permalinks, and by bundles, whose
// other files are no pages. https://gohugo.io/content-management/

import type { Fields } from '../../../../../src/core/fields.ts';
import { tagOf } from '../../language/languages-by-path.ts';
import { type Locale, NO_LANGUAGES, type SiteLanguages } from './site-languages.ts';
import { asFolder, chosenLanguage, filesIn, lowerKeys, readSettings, recordOf } from './site-settings.ts';

/** What Hugo's configuration says of its pages. */
export interface HugoSite {
  /** Whether names keep their capitals. */
  readonly keepsCase: boolean;
  /** Whether pages are files in a section, the first folder of their path. */
  readonly isUgly: (section: string) => boolean;
  /** The template of the addresses of a section's pages, if it has one. */
  readonly permalinkOf: (section: string) => string | undefined;
}

/** What is asked of a configuration of Hugo. */
export interface HugoSaid {
  readonly hugo: HugoSite;
  readonly languages: SiteLanguages;
  /** The folders of the project in which pages lie. */
  readonly sources: readonly string[];
  readonly roots: readonly string[];
  readonly anchors: 'hugo' | 'blackfriday';
  readonly basis: unknown;
}

/** Reads what a project says of itself. */
export function hugoSite(folder: string): HugoSaid {
  const said = settingsOf(folder);
  const content = asFolder(textIn(said.contentdir) ?? 'content');
  const { languages, sources } = placesIn(said, content);
  const parser = lowerKeys(lowerKeys(lowerKeys(lowerKeys(said.markup).goldmark).parser));
  const ugly = said.uglyurls;
  const bySection = recordOf(said.permalinks);
  const ofPages = { ...bySection, ...recordOf(bySection.page) };
  return {
    hugo: {
      keepsCase: said.disablepathtolower === true,
      isUgly: (section) => ugly === true || recordOf(ugly)[section] === true,
      permalinkOf: (section) => textIn(ofPages[section]),
    },
    languages,
    sources,
    roots: [content],
    basis: [ugly, ofPages],
    anchors: textIn(parser.autoheadingidtype) === 'blackfriday' ? 'blackfriday' : 'hugo',
  };
}

interface Named {
  readonly name: string;
  readonly about: Readonly<Record<string, unknown>>;
}

function placesIn(said: Readonly<Record<string, unknown>>, content: string) {
  const named: Named[] = Object.entries(recordOf(said.languages)).map(([name, about]) => ({
    name: name.toLowerCase(),
    about: lowerKeys(about),
  }));
  const main = String(said.defaultcontentlanguage ?? 'en').toLowerCase();
  const isBelow = said.defaultcontentlanguageinsubdir === true;
  const suffixes = new Map<string, Locale>(
    named.map(({ name, about }) => [
      name,
      { lang: languageOf(name, about), prefix: name === main && !isBelow ? '' : `${name}/` },
    ]),
  );
  const single = chosenLanguage(languageOf(main, named[0]?.about ?? said));
  const root = suffixes.get(main) ?? { lang: undefined, prefix: '' };
  const rootLocale = named.length > 1 ? root : { lang: single, prefix: root.prefix };
  if (named.length === 1) suffixes.set(named[0].name, rootLocale);
  const folders = [...ownFolders(named), ...mountsIn(said, main)].map(
    ([name, path, below]): [string, Locale] => {
      const locale = suffixes.get(name.toLowerCase()) ?? rootLocale;
      return [path, { ...locale, prefix: `${locale.prefix}${below}` }];
    },
  );
  // Where the root is the main language's, its pages that no folder has are at the root anyway.
  if (isBelow) folders.unshift([content, { lang: undefined, prefix: root.prefix }]);
  const isElsewhere = mountsIn(said, main).length > 0 || (named.length > 0 && allHaveFolders(named));
  const sources = [...(isElsewhere ? [] : [content]), ...folders.map(([path]) => path)];
  const languages =
    named.length === 0 && folders.length === 0
      ? { ...NO_LANGUAGES, main: single }
      : { suffixes, folders: new Map(folders), main: named.length > 1 ? root.lang : single };
  return { languages, sources };
}

function languageOf(name: string, about: Readonly<Record<string, unknown>>): string | undefined {
  return tagOf(String(about.locale ?? about.languagecode)) ?? tagOf(name) ?? anyTag(name);
}

/** A language that documents are not likely to be in is that of its folder all the same. */
function anyTag(name: string): string | undefined {
  return /^[a-z]{2,3}(?:-[a-z]{2,4})?$/.test(name) ? Intl.getCanonicalLocales(name)[0] : undefined;
}

function ownFolders(named: readonly Named[]): (readonly [string, string, string])[] {
  return named.flatMap(({ name, about: { contentdir } }) =>
    typeof contentdir === 'string' ? [[name, asFolder(contentdir), ''] as const] : [],
  );
}

function allHaveFolders(named: readonly Named[]): boolean {
  return ownFolders(named).length === named.length;
}

/** Folders that are said to be content: the language, the folder, and where below the language's pages it stands. */
function mountsIn(said: Readonly<Record<string, unknown>>, main: string): [string, string, string][] {
  const mounts = [lowerKeys(said.module).mounts].flat().map(lowerKeys);
  return mounts.flatMap(({ source, target, lang, sites }): [string, string, string][] => {
    if (typeof source !== 'string' || typeof target !== 'string' || !/^content(?:\/[^.]*)?$/.test(target))
      return [];
    const listed = recordOf(recordOf(sites).matrix).languages;
    const names = typeof lang === 'string' ? [lang] : Array.isArray(listed) ? listed.map(String) : [main];
    // Of languages that share a folder, the others show what they have not of their own.
    const name = names.includes(main) ? main : names[0];
    if (name === undefined) return [];
    return [[name, asFolder(source), asFolder(target.slice('content'.length))]];
  });
}

/** All that Hugo reads of a project's own configuration; keys at the top are in small letters, which it takes alike. */
function settingsOf(folder: string): Readonly<Record<string, unknown>> {
  const ends = ['toml', 'yaml', 'yml', 'json'];
  const said: Record<string, unknown> = {};
  const places = ['', 'config/_default/', 'config/production/'];
  for (const place of places) {
    for (const name of ['config', 'hugo'])
      for (const end of ends) Object.assign(said, lowerKeys(readSettings(folder, `${place}${name}.${end}`)));
    if (place === '') continue;
    for (const end of ends)
      for (const part of ['languages', 'module', 'permalinks', 'markup']) {
        const own = readSettings(folder, `${place}${part}.${end}`);
        if (own !== undefined) said[part] = { ...recordOf(said[part]), ...recordOf(own) };
      }
    for (const [name, own] of languageFiles(folder, place))
      said.languages = { ...recordOf(said.languages), [name]: own };
  }
  return said;
}

/** `languages.de.toml`: a language that has a file of its own. */
function* languageFiles(folder: string, place: string): Generator<[string, unknown]> {
  for (const file of filesIn(folder, place)) {
    const [, name] = /^languages\.([\w-]+)\.(?:toml|ya?ml|json)$/.exec(file) ?? [];
    if (name !== undefined) yield [name, readSettings(folder, `${place}${file}`)];
  }
}

/** What a page says of itself that is in its address. */
export interface HugoWords {
  readonly title?: string | undefined;
  readonly slug?: string | undefined;
  readonly fields?: Fields | undefined;
}

/**
 * The path of a page that its section's template makes; undefined where there is none, or where it asks for what is
 * not known here.
 *
 * @param path of the file below the folder of content, without its language
 */
export function hugoPermalink(path: string, site: HugoSite, words: HugoWords): string | undefined {
  const parts = path.replace(/\.[^./]+$/, '').split('/');
  const isBundle = /^index$/i.test(parts.at(-1) ?? '');
  const sections = parts.slice(0, isBundle ? -2 : -1);
  const [section] = parts.length > 1 ? parts : [''];
  const template = section === undefined ? undefined : site.permalinkOf(section);
  if (template === undefined || /^_index$/i.test(parts.at(-1) ?? '')) return undefined;
  const name = parts.at(isBundle ? -2 : -1) ?? '';
  const filled = filledTemplate(template, { ...words, name, sections });
  if (filled === undefined) return undefined;
  const plain = filled.replace(/\/{2,}/g, '/').replace(/^\/|\/$/g, '');
  return site.isUgly(section ?? '') ? `${plain.replace(/\.html$/, '')}.html` : `${plain}/`;
}

const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);

type Filling = HugoWords & { readonly name: string; readonly sections: readonly string[] };

function filledTemplate(template: string, { title, slug, fields, name, sections }: Filling) {
  const day = /^(\d{4})-(\d\d?)-(\d\d?)/.exec(textIn(fields?.date) ?? '');
  const own = slug === undefined ? undefined : hugoSlug(slug);
  const names: Readonly<Record<string, string | undefined>> = {
    year: day?.[1],
    month: day?.[2].padStart(2, '0'),
    monthname: day === null ? undefined : MONTHS[Number(day[2]) - 1],
    day: day?.[3].padStart(2, '0'),
    section: hugoName(sections[0] ?? ''),
    sections: sections.map((each) => hugoName(each)).join('/'),
    title: hugoSlug(title ?? name),
    slug: own ?? hugoSlug(title ?? name),
    slugorfilename: own ?? hugoName(name),
    slugorcontentbasename: own ?? hugoName(name),
    filename: hugoName(name),
    contentbasename: hugoName(name),
  };
  let isKnown = true;
  const filled = template.replace(
    /:([a-z]+)(?:\[(\d*)(:?)(\d*)\])?/g,
    (_, key: string, from?: string, colon?: string, to?: string) => {
      const sliced = from !== undefined && key === 'sections';
      const end = to ? Number(to) : colon ? undefined : Number(from) + 1;
      const value = sliced
        ? sections
            .slice(Number(from || 0), end)
            .map((each) => hugoName(each))
            .join('/')
        : names[key];
      isKnown &&= value !== undefined;
      return value ?? '';
    },
  );
  return isKnown ? filled : undefined;
}

/** A folder's or file's name as it is in a URL. */
export function hugoName(name: string, keepsCase = false): string {
  const cased = keepsCase ? name : name.toLowerCase();
  return cased.replace(/\s/g, '-').replace(/[^\p{L}\p{M}\p{Nd}.\\_#+~@%-]/gu, '');
}

/** A title or a slug as it is in a URL. */
export function hugoSlug(text: string): string {
  const kept = text.toLowerCase().replace(/[^\p{L}\p{M}\p{Nd}.\\_#~@\s-]/gu, '');
  return kept.trim().replace(/\s+/g, '-').replace(/-{2,}/g, '-');
}

/** The bundles of a site: what lies beside an `index.md` is a part of it, and an `_index.md` may unmake all below. */
export class HugoBundles {
  readonly #leaves: ReadonlySet<string>;
  readonly #unmade: string[] = [];

  /** @param paths of all pages */
  constructor(paths: readonly string[]) {
    this.#leaves = new Set(
      paths.filter((path) => INDEX.test(path)).map((path) => path.replace(/[^/]*$/, '')),
    );
  }

  /** Whether a file is the page of a folder, which may say something of all pages below. */
  static isOfFolder(path: string): boolean {
    return /(?:^|\/)_index\.[^/]+$/i.test(path);
  }

  /** Looks at the page of a folder: `cascade` holds for all pages below. */
  add(path: string, matter: Readonly<Record<string, unknown>>): void {
    const cascaded = [matter.cascade].flat().map(recordOf);
    const isUnmade = cascaded.some(({ build, _build, target, _target }) => {
      const { render } = recordOf(build ?? _build);
      return /^(?:never|link|false)$/.test(String(render)) && target === undefined && _target === undefined;
    });
    if (isUnmade) this.#unmade.push(path.replace(/[^/]*$/, ''));
  }

  /** Whether a file is no page. */
  isPart(path: string): boolean {
    if (this.#unmade.some((folder) => path.startsWith(folder))) return true;
    const folders = path.split('/').slice(0, INDEX.test(path) ? -2 : -1);
    return folders.some((_, i) => this.#leaves.has(`${folders.slice(0, i + 1).join('/')}/`));
  }
}

const INDEX = /(?:^|\/)index(?:\.[\w-]+)?\.(?:md|mdx|markdown|html?)$/i;

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
