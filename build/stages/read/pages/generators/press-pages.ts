// Which files VitePress and VuePress make pages of, and where: VitePress rewrites paths by patterns, VuePress makes
// them of dates and names. https://vitepress.dev/guide/routing#route-rewrites,
// https://vuepress.vuejs.org/guide/page.html.

import picomatch from 'picomatch';
import { listSetting, objectSetting, textOf } from './site-settings.ts';

/** A path of a page's file as its site has it, from the folder of its sources; undefined where nothing rewrites it. */
export type Rewrite = (path: string) => string | undefined;

/** A parameter: its name, what it matches, and how often; or a group without a name. */
const PARAMETER = /(\/?)(?::(\w+))?(?:\(((?:[^()\\]|\\.)*)\))?([*+?]?)/y;
/** Patterns of groups of which none can take long. */
const SIMPLE = /^(?:\.[*+]|\[\^\/\][*+]|\\[dw]\+?|[\w|.-]+)$/;

/** What `rewrites` says, in the order in which it is tried; what it computes is not known. */
export function rewritesIn(config: string): Rewrite {
  const rules = [...objectSetting(config, 'rewrites')].flatMap(([from, value]) => {
    const to = textOf(value);
    const pattern = compiled(from);
    return to === undefined || pattern === undefined ? [] : [{ ...pattern, to }];
  });
  return (path) => {
    for (const { regex, names, to } of rules) {
      const found = regex.exec(path);
      if (found !== null) return filled(to, new Map(names.map((name, i) => [name, found[i + 1] ?? ''])));
    }
    return undefined;
  };
}

/** A pattern of path-to-regexp; undefined for one that is not simple. */
function compiled(pattern: string): { regex: RegExp; names: readonly string[] } | undefined {
  const names: string[] = [];
  let source = '';
  let at = 0;
  let unnamed = 0;
  while (at < pattern.length) {
    PARAMETER.lastIndex = at;
    const [whole = '', slash = '', name, group, times = ''] = PARAMETER.exec(pattern) ?? [];
    if (name === undefined && group === undefined) {
      source += pattern[at].replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
      at++;
      continue;
    }
    const one = group ?? '[^/]+';
    if (!SIMPLE.test(one) && group !== undefined) return undefined;
    names.push(name ?? String(unnamed++));
    const some = times === '*' || times === '+' ? `(${one}(?:/${one})*)` : `(${one})`;
    source += times === '*' || times === '?' ? `(?:${slash}${some})?` : `${slash}${some}`;
    at += whole.length;
  }
  return { regex: new RegExp(`^${source}$`), names };
}

function filled(to: string, values: ReadonlyMap<string, string>): string {
  let unnamed = 0;
  return to
    .replace(
      /:(\w+)(?:\([^()]*\))?[*+?]?|\([^()]*\)/g,
      (_, name?: string) => values.get(name ?? String(unnamed++)) ?? '',
    )
    .replace(/\/{2,}/g, '/');
}

/** Whether a file, by its path from the folder of sources, is none of those that a site is made of. */
export function leftOutBy(config: string): (path: string) => boolean {
  const excluded = listSetting(config, 'srcExclude') ?? [];
  const patterns = listSetting(config, 'pagePatterns') ?? [];
  const not = [...excluded, ...patterns.filter((each) => each.startsWith('!')).map((each) => each.slice(1))];
  const only = patterns.filter((each) => !each.startsWith('!'));
  const isNot = picomatch(not.length === 0 ? [] : not);
  const isOne = only.length === 0 ? () => true : picomatch(only);
  return (path) => isNot(path) || !isOne(path);
}

/** A date before a name, or in the folders above it. */
const DATED = /(?:^|\/)(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[-/](.*?))?$/;

/**
 * The path of a page by VuePress' pattern of permalinks: `/:year/:month/:day/:slug.html`.
 *
 * @param path of its file, with its end
 * @param date of its front matter
 */
export function patternedPath(pattern: string, path: string, date: string | undefined): string {
  const plain = path.replace(/\.[^./]+$/, '');
  const [, ...inName] = DATED.exec(plain) ?? [];
  const [, ...said] = /^(\d{4})-(\d\d?)-(\d\d?)/.exec(date ?? '') ?? [];
  const [year = '0000', month = '00', day = '00'] = said.length > 0 ? said : inName;
  const slug = (inName[3] || plain)
    .split('/')
    .at(-1)!
    .replace(/^_(?=.)/, '');
  const values: Readonly<Record<string, string>> = {
    year,
    month: month.padStart(2, '0'),
    day: day.padStart(2, '0'),
    slug,
    raw: plain,
  };
  return pattern.replace(/:([a-z]+)/g, (whole, name: string) => values[name] ?? whole).replace(/^\/+/, '');
}
