// Where Docusaurus puts docs, posts and pages: each plugin has a folder of files and a route; docs are also below their
// version, and translations below their language. https://docusaurus.io/docs/versioning,
// https://docusaurus.io/docs/i18n/introduction, https://docusaurus.io/docs/docs-multi-instance.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tagOf } from '../../language/languages-by-path.ts';
import {
  asFolder,
  keysAfter,
  listSetting,
  objectSetting,
  setting,
  textOf,
  textSetting,
} from './site-settings.ts';

type Kind = 'docs' | 'blog' | 'pages';

/** A folder of files and where its pages are; both with a slash at the end, empty at the root. */
interface Content {
  readonly files: string;
  readonly route: string;
}

/** One plugin of content. */
interface Plugin {
  readonly kind: Kind;
  /** Undefined for the one that needs none. */
  readonly id: string | undefined;
  /** The folders of its versions, by what `i18n` calls them; of what has none, that is the empty text. */
  readonly contents: ReadonlyMap<string, Content>;
  /** Whether numbers before names are in no URL. */
  readonly hidesNumbers: boolean;
}

/** What a project says of its pages. */
export interface DocusaurusSite {
  readonly plugins: readonly Plugin[];
  /** By folders of `i18n`: what its pages are below, and their language. */
  readonly locales: ReadonlyMap<string, { readonly folder: string; readonly lang: string | undefined }>;
  /** The language of what is no translation; undefined where there is one language alone. */
  readonly main: string | undefined;
  /** The folder of `i18n` whose files take the place of those that are no translations. */
  readonly mainFolder: string;
  /** Whether all folders of content are known: the configuration names plugins, is one file, and computes none. */
  readonly isWhole: boolean;
  readonly has: (file: string) => boolean;
}

/** Where a file is from. */
export interface DocusaurusPlace {
  readonly plugin: Plugin;
  /** The folder of URLs, with a slash at the end; empty at the root. */
  readonly folder: string;
  /** The path below that. */
  readonly path: string;
  /** Of a translation: its language, and the file that it translates. */
  readonly lang?: string | undefined;
  readonly original?: string | undefined;
  /** Of what is no translation: the file in a language's folder that takes its place there. */
  readonly translation?: string | undefined;
}

/** What a page says of its address. */
export interface DocusaurusWords {
  readonly slug?: string | undefined;
  readonly id?: string | undefined;
  readonly keepsNumbers?: boolean | undefined;
}

/**
 * Reads a project.
 *
 * @param folder that it is in; undefined where there is only what it does by itself
 */
export function docusaurusSite(folder: string | undefined, config: string): DocusaurusSite {
  const plugins = (['docs', 'blog', 'pages'] as const).flatMap((kind) => pluginsOf(kind, folder, config));
  const said = objectSetting(config, 'localeConfigs');
  const main = textSetting(config, 'defaultLocale') ?? 'en';
  const names = listSetting(config, 'locales') ?? [];
  const locales = [...new Set([...names, ...said.keys()])].map((name) => {
    const about = `{${said.get(name)?.replace(/^\s*\{/, '') ?? ''}`;
    const base = textSetting(about, 'baseUrl');
    const below = base === undefined ? (name === main ? '' : `${name}/`) : asFolder(base);
    const lang = tagOf(textSetting(about, 'htmlLang')) ?? tagOf(name);
    return [textSetting(about, 'path') ?? name, { folder: below, lang, name }] as const;
  });
  const isWhole =
    /\b(?:presets|plugins)\b/.test(config) &&
    !/\b(?:require\(|from\s+|import\()\s*["'`]\.{1,2}\//.test(config.replace(/^\s*\/\/.*$/gm, '')) &&
    plugins.every(({ contents }) => ![...contents.values()].some(({ files }) => files.startsWith('?')));
  return {
    plugins,
    locales: new Map(locales),
    mainFolder: locales.find(([, { name }]) => name === main)?.[0] ?? main,
    main: names.length > 1 ? locales.find(([, { name }]) => name === main)?.[1].lang : undefined,
    isWhole,
    has: (file) => folder !== undefined && existsSync(join(folder, file)),
  };
}

/** Keys of the settings that themes have under the names of plugins. */
const OF_THEMES = new Set(['sidebar', 'versionPersistence']);

function pluginsOf(kind: Kind, folder: string | undefined, config: string): Plugin[] {
  const gap = '(?:\\s|//[^\\n]*\\n|/\\*[\\s\\S]*?\\*/)*';
  const own = keysAfter(config, new RegExp(`content-${kind}["'\`]\\s*\\)?\\s*,${gap}\\(?\\{`, 'g'));
  const preset = keysAfter(config, new RegExp(`(?<![\\w$-])${kind}["']?\\s*:${gap}\\(?\\{`, 'g'));
  const classic = preset.find((keys) => [...keys.keys()].some((key) => !OF_THEMES.has(key))) ?? new Map();
  const hasDefault =
    !setting(`["']?${kind}["']?`, 'false').test(config) && own.every((keys) => keys.has('id'));
  return [...(hasDefault ? [classic] : []), ...own].map((keys) => pluginOf(kind, folder, keys));
}

function pluginOf(kind: Kind, folder: string | undefined, keys: ReadonlyMap<string, string>): Plugin {
  const id = textOf(keys.get('id'));
  const path = keys.has('path') ? (textOf(keys.get('path')) ?? '?') : kind === 'pages' ? 'src/pages' : kind;
  const route = asFolder(textOf(keys.get('routeBasePath')) ?? (kind === 'pages' ? '' : kind));
  const files = asFolder(path);
  const contents =
    kind === 'docs' ? versionsOf(folder, id, { files, route }, keys) : [['', { files, route }]];
  return {
    kind,
    id: id === 'default' ? undefined : id,
    contents: new Map(contents as [string, Content][]),
    hidesNumbers: kind === 'docs' && keys.get('numberPrefixParser')?.trim() !== 'false',
  };
}

function versionsOf(
  folder: string | undefined,
  id: string | undefined,
  { files, route }: Content,
  keys: ReadonlyMap<string, string>,
): [string, Content][] {
  const before = id === undefined || id === 'default' ? '' : `${id}_`;
  const is = (key: string, value: string) => keys.get(key)?.trim() === value;
  const released = is('disableVersioning', 'true') ? [] : releasesIn(folder, `${before}versions.json`);
  const all = is('includeCurrentVersion', 'false') ? released : [...released, 'current'];
  const only = listSetting(`{onlyIncludeVersions:${keys.get('onlyIncludeVersions')}`, 'onlyIncludeVersions');
  const made = all.filter((name) => only?.includes(name) ?? true);
  const said = objectSetting(`versions: ${keys.get('versions')}`, 'versions');
  const latest = textOf(keys.get('lastVersion')) ?? made[0] ?? 'current';
  return made.map((name) => {
    const byDefault = name === latest ? '' : name === 'current' ? 'next' : name;
    const path = textSetting(said.get(name)?.trim() ?? '', 'path') ?? byDefault;
    const at = `${route}${asFolder(path)}`;
    return name === 'current'
      ? [name, { files, route: at }]
      : [`version-${name}`, { files: `${before}versioned_docs/version-${name}/`, route: at }];
  });
}

/** Versions that were released, the latest first. */
function releasesIn(folder: string | undefined, name: string): string[] {
  if (folder === undefined) return [];
  try {
    const file = join(folder, name);
    const listed: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
    return Array.isArray(listed) ? listed.map(String) : [];
  } catch {
    return [];
  }
}

/** What a project does that says nothing. */
export const DOCUSAURUS_BY_DEFAULT: DocusaurusSite = docusaurusSite(undefined, '');

const TRANSLATED = /^i18n\/([^/]+)\/docusaurus-plugin-content-(docs|blog|pages)(?:-([^/]+))?\/(.+)$/s;

/** Where a file of a project is from, by its path there; undefined for one that lies elsewhere. */
export function docusaurusPlace(path: string, site: DocusaurusSite): DocusaurusPlace | undefined {
  const [, locale, kind, id, rest = ''] = TRANSLATED.exec(path) ?? [];
  if (locale === undefined) return originalPlace(path, site);
  const { folder, lang } = site.locales.get(locale) ?? { folder: `${locale}/`, lang: tagOf(locale) };
  const [, version = '', page = ''] =
    kind === 'docs' ? (/^([^/]+)\/(.+)$/s.exec(rest) ?? []) : ['', '', rest];
  const plugin = site.plugins.find((each) => each.kind === kind && each.id === id);
  if (plugin === undefined && id !== undefined && !site.isWhole) {
    // One of those that are not known has the route of its name, nearly always.
    const unknown = { kind: kind as Kind, id, contents: new Map(), hidesNumbers: kind === 'docs' };
    return { plugin: unknown, folder: `${folder}${id}/`, path: page, lang };
  }
  const content = plugin?.contents.get(version);
  if (plugin === undefined || content === undefined) return undefined;
  const original = `${content.files}${page}`;
  return { plugin, folder: `${folder}${content.route}`, path: page, lang, original };
}

function originalPlace(path: string, { plugins }: DocusaurusSite): DocusaurusPlace | undefined {
  const [nearest] = plugins
    .flatMap((plugin) => [...plugin.contents].map(([version, content]) => ({ plugin, version, ...content })))
    .filter(({ files }) => path.startsWith(files))
    .sort((a, b) => b.files.length - a.files.length);
  if (nearest === undefined) return undefined;
  const { plugin, files, route, version } = nearest;
  const named = plugin.id === undefined ? plugin.kind : `${plugin.kind}-${plugin.id}`;
  const below = path.slice(files.length);
  const translation = `docusaurus-plugin-content-${named}/${version === '' ? '' : `${version}/`}${below}`;
  return { plugin, folder: route, path: below, translation };
}

/** Whether a file is no page: a part of others, one that nothing names, or a translation of what is not there. */
export function isDocusaurusPart(path: string, site: DocusaurusSite): boolean {
  if (/^build\//.test(path)) return true;
  if (!/\.mdx?$/i.test(path)) return false;
  const place = docusaurusPlace(path, site);
  if (place === undefined)
    return !path.includes('/') || /^(?:i18n|\w*versioned_docs)\//.test(path) || site.isWhole;
  const { original, translation } = place;
  if (original !== undefined && !site.has(original)) return true;
  if (translation !== undefined && site.has(`i18n/${site.mainFolder}/${translation}`)) return true;
  return /(?:^|\/)_/.test(place.path);
}

/**
 * The path of a page below its folder of URLs; empty for the page of that folder.
 *
 * @param path of its file, below that of its plugin
 */
export function docusaurusPath(
  path: string,
  plugin: Pick<Plugin, 'kind' | 'hidesNumbers'>,
  { slug, id, keepsNumbers = false }: DocusaurusWords,
): string {
  const parts = path.replace(/\.[^./]+$/, '').split('/');
  if (plugin.kind === 'blog') return slug === undefined ? postPath(path) : resolved('', slug);
  const hides = plugin.hidesNumbers && !keepsNumbers;
  const file = parts.at(-1)!;
  const above = parts.slice(0, -1);
  const names = plugin.kind === 'docs' ? ['index', 'readme', above.at(-1)?.toLowerCase()] : ['index'];
  const folder = above.map((part) => `${hides ? withoutNumber(part) : part}/`).join('');
  if (slug !== undefined) return resolved(folder, slug);
  if (names.includes(file.toLowerCase())) return folder;
  return `${folder}${(plugin.kind === 'docs' && id) || (hides ? withoutNumber(file) : file)}`;
}

/** Not of dates and versions. */
function withoutNumber(part: string): string {
  return part.replace(/^\d+\s*[-_.]+\s*(?=[^\s._-])(?<!^\d+[-_.](?=\d))/, '');
}

/** A slug below the folder that it is relative to. */
function resolved(folder: string, slug: string): string {
  const path: string[] = [];
  for (const part of `${slug.startsWith('/') ? '' : folder}${slug}`.split('/')) {
    if (part === '..') path.pop();
    else if (part !== '' && part !== '.') path.push(part);
  }
  const plain = path.join('/');
  return plain !== '' && slug.endsWith('/') ? `${plain}/` : plain;
}

/** A post stands below its date, where its name has one. */
function postPath(path: string): string {
  const [, folder = '', date, text = ''] =
    /^(.*?)(?<![^/])(\d{4}[-/]\d{1,2}[-/]\d{1,2})[-/]?(.*?)(?:\/index)?\.mdx?$/.exec(path) ?? [];
  if (date !== undefined) return `${date.replaceAll('-', '/')}/${folder}${text}`;
  return path.replace(/(?:(?:^|\/)index)?\.[^./]+$/, '');
}
