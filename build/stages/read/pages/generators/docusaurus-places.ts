// Where Docusaurus puts docs, posts and pages: below a route, docs also below their version, and translations below
// their language. https://docusaurus.io/docs/versioning, https://docusaurus.io/docs/i18n/introduction.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { objectSetting, setting, textSetting } from './code-settings.ts';
import { tagOf } from './languages-by-path.ts';

/** What a project says of its docs. */
export interface DocusaurusSite {
  /** Where docs stand, with a slash at the end; empty at the root. */
  readonly route: string;
  /** What each version is called in URLs, by the name of its folder; `current` is that of `docs/`. */
  readonly versions: ReadonlyMap<string, string>;
}

/** What a project does that says nothing. */
export const DOCS_ROUTED: DocusaurusSite = { route: 'docs/', versions: new Map() };

/** Where a file is from. */
export interface DocusaurusPlace {
  /** The folder of URLs, with a slash at the end; empty at the root. */
  readonly folder: string;
  /** The path below that. */
  readonly path: string;
  readonly kind: 'docs' | 'blog' | 'pages';
  /** Of a translation. */
  readonly lang?: string | undefined;
}

/** Reads a project. */
export function docusaurusSite(folder: string, config: string): DocusaurusSite {
  const route = setting('routeBasePath', `['"\`]/['"\`]`).test(config) ? '' : 'docs/';
  const names = versionsIn(folder);
  const latest = textSetting(config, 'lastVersion') ?? names[0] ?? 'current';
  const said = objectSetting(config, 'versions');
  const versions = [...names, 'current'].map((name) => {
    const byDefault = name === latest ? '' : name === 'current' ? 'next' : name;
    const path = textSetting(said.get(name)?.trim() ?? '', 'path') ?? byDefault;
    return [name === 'current' ? name : `version-${name}`, path] as const;
  });
  return { route, versions: new Map(versions) };
}

/** Versions that were released, the latest first. */
function versionsIn(folder: string): string[] {
  const file = join(folder, 'versions.json');
  try {
    const listed: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
    return Array.isArray(listed) ? listed.map(String) : [];
  } catch {
    return [];
  }
}

const VERSIONED = /^(?:docs\/|versioned_docs\/(version-[^/]+)\/)(.+)$/s;
const TRANSLATED = /^i18n\/([^/]+)\/docusaurus-plugin-content-(docs|blog|pages)(?:-([^/]+))?\/(.+)$/s;

/** Where a file of a project is from, by its path there; undefined for one that lies elsewhere. */
export function docusaurusPlace(
  path: string,
  { route, versions }: DocusaurusSite,
): DocusaurusPlace | undefined {
  const [, locale, plugin, instance, rest = ''] = TRANSLATED.exec(path) ?? [];
  const below = (version: string) => {
    const named = versions.get(version) ?? (version === 'current' ? '' : version.replace(/^version-/, ''));
    return named === '' ? '' : `${named}/`;
  };
  if (locale !== undefined) {
    const lang = tagOf(locale);
    if (plugin === 'pages') return { kind: plugin, folder: `${locale}/`, path: rest, lang };
    if (plugin === 'blog')
      return { kind: plugin, folder: `${locale}/${instance ?? plugin}/`, path: rest, lang };
    const [, version, page] = /^(current|version-[^/]+)\/(.+)$/s.exec(rest) ?? [];
    if (version === undefined) return undefined;
    // Of several sites of docs in one project, each has the route of its name, nearly always.
    const folder = instance === undefined ? `${route}${below(version)}` : `${instance}/`;
    return { kind: 'docs', folder: `${locale}/${folder}`, path: page, lang };
  }
  if (path.startsWith('blog/')) return { kind: 'blog', folder: 'blog/', path: path.slice('blog/'.length) };
  if (path.startsWith('src/pages/'))
    return { kind: 'pages', folder: '', path: path.slice('src/pages/'.length) };
  const [, version = 'current', page] = VERSIONED.exec(path) ?? [];
  return page === undefined ? undefined : { kind: 'docs', folder: `${route}${below(version)}`, path: page };
}

/** The path of a post below its blog, whose name has its date; undefined where it has none. */
export function postPath(path: string): string | undefined {
  const [, folder = '', date, text = ''] =
    /^(.*?)(?<![^/])(\d{4}[-/]\d{1,2}[-/]\d{1,2})(?:[-/](.*?))?(?:\/index)?\.mdx?$/.exec(path) ?? [];
  return date === undefined ? undefined : `${date.replaceAll('-', '/')}/${folder}${text}`;
}
