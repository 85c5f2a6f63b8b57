// The languages that a site says it has, and where its generator puts their pages. The main language's are mostly at
// the root, and those of others below a folder of theirs, wherever their files lie.

import { tagOf } from '../../language/languages-by-path.ts';
import { listSetting, objectSetting, parsed, recordOf, textSetting } from './site-settings.ts';

/** A language of a site. */
export interface Locale {
  /** Its tag of BCP 47, where what the site calls it is one. */
  readonly lang: string | undefined;
  /** The folder of URLs in which its pages stand, with a slash at the end; empty at the root. */
  readonly prefix: string;
}

/** What a site says of its languages. */
export interface SiteLanguages {
  /** By folders of the project, with slashes at their ends. */
  readonly folders: ReadonlyMap<string, Locale>;
  /** By what stands before the end of names: `de` of `guide.de.md`. */
  readonly suffixes: ReadonlyMap<string, Locale>;
  /** The language of pages that lie in no such place. */
  readonly main: string | undefined;
}

export const NO_LANGUAGES: SiteLanguages = { folders: new Map(), suffixes: new Map(), main: undefined };

/** A page, as its place says its language. */
export interface Placed {
  readonly locale: Locale | undefined;
  /** The folder of that language in which it lies, if it lies in one. */
  readonly folder: string | undefined;
  /** The page's path in the folder, or in the project, without what says the language. */
  readonly path: string;
}

/** Takes a page's language out of its path in the project. */
export function placedBy(languages: SiteLanguages, path: string): Placed {
  const [folder, inFolder] =
    [...languages.folders]
      .filter(([name]) => path.startsWith(name))
      .sort(([a], [b]) => b.length - a.length)[0] ?? [];
  const [, stem = '', suffix = '', end = ''] = /^(.*[^/])\.([^./]+)(\.\w+)$/.exec(path) ?? [];
  const locale = languages.suffixes.get(suffix) ?? inFolder;
  const plain = languages.suffixes.has(suffix) ? `${stem}${end}` : path;
  return { locale, folder, path: plain.slice(folder?.length ?? 0) };
}

/** Zola: https://www.getzola.org/documentation/content/multilingual/. */
export function zolaLanguages(config: string): SiteLanguages {
  const { languages, default_language: main = 'en' } = recordOf(parsed('config.toml', config));
  const names = Object.keys(recordOf(languages));
  if (names.length === 0) return NO_LANGUAGES;
  return { ...NO_LANGUAGES, suffixes: localesOf(names, String(main)), main: tagOf(String(main)) };
}

/** Starlight (https://starlight.astro.build/guides/i18n/) and Astro itself: folders, and the main language in none. */
export function astroLanguages(config: string, roots: readonly string[]): SiteLanguages {
  const locales = objectSetting(config, 'locales');
  const listed = listSetting(config, 'locales') ?? [];
  const names = locales.size > 0 ? [...locales.keys()].filter((name) => name !== 'root') : listed;
  const said = (name: string) => tagOf(textSetting(`{${locales.get(name) ?? ''}`, 'lang')) ?? tagOf(name);
  const folders = names.flatMap((name) =>
    roots.map((root) => [`${root}${name}/`, { lang: said(name), prefix: `${name}/` }] as const),
  );
  const byDefault = textSetting(config, 'defaultLocale') ?? 'root';
  const main = byDefault === 'root' && !locales.has('root') ? undefined : said(byDefault);
  return { folders: new Map(folders), suffixes: new Map(), main: names.length > 0 ? main : undefined };
}

/**
 * VitePress (https://vitepress.dev/guide/i18n) and VuePress: folders, and the main language at the root, where rewrites
 * may put a folder as well.
 */
export function pressLanguages(config: string, root: string): SiteLanguages {
  const folders = new Map<string, Locale>();
  let main: string | undefined;
  for (const [key, about] of objectSetting(config, 'locales')) {
    const name = key.replace(/^\/|\/$/g, '');
    const said = tagOf(textSetting(about.replace(/^\s*\{/, '{'), 'lang'));
    if (name === '' || name === 'root') main = said;
    else folders.set(`${root}${name}/`, { lang: said ?? tagOf(name), prefix: `${name}/` });
  }
  const rewritten = /(["'])([^"':*()]+\/):\w+(?:\(\.\*\)|\*)\1\s*:\s*(["'])([^"':*]*):\w+\*?\3/g;
  for (const [, , from, , to] of config.matchAll(rewritten))
    folders.set(`${root}${from}`, {
      lang: folders.get(`${root}${from}`)?.lang ?? main ?? tagOf(from.slice(0, -1)),
      prefix: to,
    });
  return { folders, suffixes: new Map(), main: folders.size > 0 ? main : undefined };
}

/** Languages that are called as their places are; all but the main one below a folder. */
export function localesOf(names: readonly string[], main: string | undefined): ReadonlyMap<string, Locale> {
  return new Map(names.map((name) => [name, { lang: tagOf(name), prefix: name === main ? '' : `${name}/` }]));
}

export function keyed<T>(map: ReadonlyMap<string, T>, key: (name: string) => string): ReadonlyMap<string, T> {
  return new Map([...map].map(([name, value]) => [key(name), value]));
}
