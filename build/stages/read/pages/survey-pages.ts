// What the pages of a site have in common.

import type { Page } from './sections/chunk.ts';

/** Fewer pages have too little in common to tell what is theirs and what is the site's. */
const FEWEST_FOR_LINES = 8;
const FEWEST_FOR_TITLES = 3;
const FEWEST_FOR_SHARED = 5;
/** Lines of more characters are text, wherever they stand. */
const MAX_LINE = 1000;

/** Lines that stand on more than half of the pages. */
export function repeatedLines(pages: readonly Page[]): ReadonlySet<string> | undefined {
  if (pages.length < FEWEST_FOR_LINES) return undefined;
  const counts = new Map<string, number>();
  for (const { sections, about } of pages) {
    const lines = new Set([
      ...about,
      ...sections.flatMap(({ body, headings }) => [...body, ...headings.slice(-1)]),
    ]);
    for (const line of lines) if (line.length <= MAX_LINE) counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  const repeated = [...counts].filter(([, count]) => count > pages.length / 2);
  return repeated.length > 0 ? new Set(repeated.map(([line]) => line)) : undefined;
}

/** Between the parts of a title. */
const SEPARATOR = /\s+[-–—|·•»«:/]+\s+|\s*[|»·—]\s*|:\s+/g;

/** Takes off what most of these titles end with or begin with, if there is such a thing. */
export function titleEnding(titles: readonly string[]): ((title: string) => string) | undefined {
  const given = titles.filter((title) => title !== '' && title.length <= MAX_LINE);
  if (given.length < FEWEST_FOR_TITLES) return undefined;
  const ending = mostShared(given, (title, found) => title.slice(found.index));
  const beginning = mostShared(given, (title, found) => title.slice(0, found.index + found[0].length));
  if (ending === undefined && beginning === undefined) return undefined;
  return (title) => {
    const ended = ending !== undefined && title.length > ending.length && title.endsWith(ending);
    const short = ended ? title.slice(0, -ending.length) : title;
    const begun = beginning !== undefined && short.length > beginning.length && short.startsWith(beginning);
    return begun ? short.slice(beginning.length) : short;
  };
}

/** The longest part that more than half of the titles share, and not in all of which it leaves the same. */
function mostShared(
  titles: readonly string[],
  part: (title: string, found: RegExpExecArray) => string,
): string | undefined {
  const rests = new Map<string, Set<string>>();
  const counts = new Map<string, number>();
  for (const title of titles) {
    for (const found of title.matchAll(SEPARATOR)) {
      const shared = part(title, found);
      if (found.index === 0 || shared.length === title.length) continue;
      counts.set(shared, (counts.get(shared) ?? 0) + 1);
      const rest = rests.get(shared) ?? new Set();
      rests.set(shared, rest.add(title.replace(shared, '')));
    }
  }
  const most = [...counts].filter(
    ([shared, count]) => count > titles.length / 2 && (rests.get(shared)?.size ?? 0) >= FEWEST_FOR_TITLES,
  );
  return most.sort(([a], [b]) => b.length - a.length)[0]?.[0];
}

/** Titles that so many pages have that they say nothing of any. */
export function sharedTitles(titles: readonly string[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const title of titles) counts.set(title, (counts.get(title) ?? 0) + 1);
  const least = Math.max(FEWEST_FOR_SHARED, titles.length / 20);
  return new Set(
    [...counts].filter(([title, count]) => title !== '' && count >= least).map(([title]) => title),
  );
}

/** The canonical link of a page, without parsing it. */
export function canonicalOf(html: string): string | undefined {
  for (const [tag] of html.slice(0, 100_000).matchAll(/<link\s[^>]{0,2000}>/gi)) {
    if (!/\brel\s*=\s*["']?canonical\b/i.test(tag)) continue;
    const [, , quoted, bare] = /\bhref\s*=\s*(?:(["'])(.*?)\1|([^\s>]+))/i.exec(tag) ?? [];
    return quoted ?? bare;
  }
  return undefined;
}

/** A path or URL without what servers leave out: `guide/index.html`, `guide/` and `guide` are one. */
function canonicalKey(url: string): string {
  return url
    .replace(/^[a-z]+:\/\/[^/]*/i, '')
    .replace(/[?#].*$/s, '')
    .replace(/(^|\/)index\.\w+$/i, '$1')
    .replace(/\.html?$/i, '')
    .replace(/^\/+|\/+$/g, '');
}

/** Pages that name as their original another one that names itself, by their paths. */
export function duplicatesIn(canonicals: ReadonlyMap<string, string>): ReadonlySet<string> {
  const originals = new Set<string>();
  const copies = new Map<string, string[]>();
  for (const [path, canonical] of canonicals) {
    const key = canonicalKey(canonical);
    const own = canonicalKey(path);
    if (key === own || (own !== '' && key.endsWith(`/${own}`))) originals.add(key);
    else copies.set(key, [...(copies.get(key) ?? []), path]);
  }
  const duplicates = new Set<string>();
  for (const [key, paths] of copies) {
    // Where most pages name one, which is nearly always the first page, that is a slip of whoever made the template.
    const isSlip = paths.length > 2 && paths.length > canonicals.size / 2;
    if (originals.has(key) && !isSlip) for (const path of paths) duplicates.add(path);
  }
  return duplicates;
}
