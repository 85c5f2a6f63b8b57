// The languages that a site says it has, and where its generator puts their pages. The main language's are mostly at
// the root, and those of others below a folder of theirs, wherever their files lie.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import { listSetting, objectSetting, textSetting } from './code-settings.ts';
import { tagOf } from './languages-by-path.ts';

/** A language of a site. */
interface Locale {
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

/**
 * MkDocs' plugin i18n: https://ultrabug.github.io/mkdocs-static-i18n/. Its main language is at the root, in either way
 * in which files may lie.
 */
export function mkdocsLanguages(config: string, root: string): SiteLanguages {
  const plugins = recordOf(parsed('x.yml', config)).plugins;
  const listed = Array.isArray(plugins) ? plugins.map(recordOf) : [recordOf(plugins)];
  const said = listed.find((plugin) => 'i18n' in plugin)?.i18n;
  if (said === undefined) return NO_LANGUAGES;
  const { languages, default_language, docs_structure } = recordOf(said);
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

/** Hugo: https://gohugo.io/content-management/multilingual/. Suffixes and folders of content may both be used. */
export function hugoLanguages(folder: string): SiteLanguages {
  const said = hugoSaid(folder);
  const languages = Object.entries(recordOf(said.languages)).map(([name, about]) => ({
    name: name.toLowerCase(),
    about: lowerKeys(about),
  }));
  if (languages.length === 0) return NO_LANGUAGES;
  const main = String(said.defaultcontentlanguage ?? 'en').toLowerCase();
  const isBelow = said.defaultcontentlanguageinsubdir === true;
  const suffixes = new Map(
    languages.map(({ name, about }) => {
      const lang = tagOf(String(about.locale ?? about.languagecode)) ?? tagOf(name);
      return [name, { lang, prefix: name === main && !isBelow ? '' : `${name}/` }] as const;
    }),
  );
  const mounts = [recordOf(said.module).mounts].flat().map(lowerKeys);
  const folders = [
    ...languages.map(({ name, about }) => [name, about.contentdir] as const),
    ...mounts
      .filter(({ target }) => target === 'content')
      .map(({ lang, source }) => [String(lang), source] as const),
  ].flatMap(([name, path]) => {
    const locale = suffixes.get(name.toLowerCase());
    return locale === undefined || typeof path !== 'string' ? [] : [[asFolder(path), locale] as const];
  });
  const root = suffixes.get(main) ?? { lang: tagOf(main), prefix: '' };
  // Where the root is the main language's, its pages that no folder has are at the root anyway.
  const others = [['content/', { lang: undefined, prefix: root.prefix }]] as const;
  const all = isBelow ? [...others, ...folders] : folders;
  return { suffixes, folders: new Map(all), main: languages.length > 1 ? root.lang : undefined };
}

/** All that Hugo reads of a project's own configuration; keys at the top are in small letters, which it takes alike. */
function hugoSaid(folder: string): Readonly<Record<string, unknown>> {
  const ends = ['toml', 'yaml', 'yml', 'json'];
  const said: Record<string, unknown> = {};
  for (const place of ['', 'config/_default/'])
    for (const name of ['config', 'hugo'])
      for (const end of ends) Object.assign(said, lowerKeys(read(folder, `${place}${name}.${end}`)));
  for (const end of ends)
    for (const part of ['languages', 'module']) {
      const own = read(folder, `config/_default/${part}.${end}`);
      if (own !== undefined) said[part] = { ...recordOf(said[part]), ...recordOf(own) };
    }
  return said;
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
function localesOf(names: readonly string[], main: string | undefined): ReadonlyMap<string, Locale> {
  return new Map(names.map((name) => [name, { lang: tagOf(name), prefix: name === main ? '' : `${name}/` }]));
}

function keyed<T>(map: ReadonlyMap<string, T>, key: (name: string) => string): ReadonlyMap<string, T> {
  return new Map([...map].map(([name, value]) => [key(name), value]));
}

/** `./a/b` as `a/b/`. */
export function asFolder(path: string): string {
  const plain = path.replace(/^(?:\.?\/)+|\/+$/g, '').replace(/^\.$/, '');
  return plain === '' ? '' : `${plain}/`;
}

function read(folder: string, name: string): unknown {
  const file = join(folder, name);
  return existsSync(file) ? parsed(name, readFileSync(file, 'utf8')) : undefined;
}

/** A configuration of data; one that cannot be read says nothing. */
function parsed(name: string, text: string): unknown {
  try {
    // Configurations have tags of their programs, such as !ENV, of which nothing is asked here.
    return name.endsWith('.toml') ? parseToml(text) : parseYaml(text, { logLevel: 'error' });
  } catch {
    return undefined;
  }
}

function lowerKeys(value: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(recordOf(value)).map(([key, each]) => [key.toLowerCase(), each]));
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
