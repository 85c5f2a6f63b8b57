// What the links of a site call its pages: a text whose links mostly lead to one page is a name of it, as people that
// know the page call it. Where the site has an index of functions or settings, these are the names in it.

import { posix } from 'node:path';
import { parseFragment } from 'parse5';
import { titleTerm } from '../../../../../src/core/analyzer/titles.ts';
import { type LinkNames, oneLine } from './chunk.ts';

/** So many different links are kept of a site: beyond, links are passed over. */
const MOST_LINKS = 1_000_000;
/** A link whose text is longer names nothing. */
const LONGEST = 600;
const TAG = /<a\s([^<>]{1,2000})>/gi;
const HREF = /(?:^|\s)href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i;
const MARKDOWN = /\[([^[\]\n]{1,300})\]\(<?([^()[\s>]{1,1000})>?(?:\s+["'(][^)\n]{0,300})?\)/g;

/** A text that is linked, and where its links lead. */
interface Linked {
  readonly text: string;
  /** Page → fragment → links. */
  readonly pages: Map<string, Map<string, number>>;
  all: number;
}

/** Gathers the links of a site's pages. */
export class SiteLinks {
  /** By whole-title term: links that differ in case alone call a page the same. */
  readonly #texts = new Map<string, Linked>();
  /** Where the site stands, without `/` at its ends: absolute paths begin with it. */
  readonly #base: string;
  #kept = 0;
  #names: Map<string, Map<string, string[]>> | undefined;

  constructor(base: URL | undefined) {
    this.#base = (base?.pathname ?? '').replace(/^\/+|\/+$/g, '');
  }

  /** Takes the links of a page to others. */
  add(path: string, text: string, format: 'html' | 'markdown'): void {
    const own = pageKey(path);
    const seen = new Set<string>();
    for (const [href, said] of format === 'html' ? htmlLinks(text) : markdownLinks(text)) {
      const target = this.#target(path, href);
      if (target === undefined || target.page === own || said === '') continue;
      const term = titleTerm(said);
      // A page that says one thing of another twenty times says it once.
      const once = `${target.page}#${target.fragment}\n${term}`;
      if (term === undefined || seen.has(once)) continue;
      seen.add(once);
      this.#count(term, said, target);
    }
  }

  /** What other pages call a page and its places. */
  namesOf(path: string): LinkNames {
    this.#names ??= this.#decide();
    return this.#names.get(pageKey(path)) ?? new Map();
  }

  #count(term: string, text: string, { page, fragment }: Target): void {
    const linked = this.#texts.get(term) ?? { text, pages: new Map<string, Map<string, number>>(), all: 0 };
    const places = linked.pages.get(page) ?? new Map<string, number>();
    if (!places.has(fragment) && ++this.#kept > MOST_LINKS) return;
    this.#texts.set(term, linked);
    linked.pages.set(page, places.set(fragment, (places.get(fragment) ?? 0) + 1));
    linked.all++;
  }

  /** A text is a name of the page to which at least half of its links lead, and of the places there. */
  #decide(): Map<string, Map<string, string[]>> {
    const names = new Map<string, Map<string, string[]>>();
    for (const { text, pages, all } of this.#texts.values()) {
      for (const [page, places] of pages) {
        const here = [...places.values()].reduce((sum, links) => sum + links, 0);
        if (here * 2 < all) continue;
        const called = names.get(page) ?? new Map<string, string[]>();
        for (const fragment of places.keys()) {
          const of = called.get(fragment);
          if (of === undefined) called.set(fragment, [text]);
          else of.push(text);
        }
        names.set(page, called);
      }
    }
    this.#texts.clear();
    return names;
  }

  #target(path: string, href: string): Target | undefined {
    if (/^(?:[a-z][a-z\d+.-]*:|\/\/|#|\?)/i.test(href)) return undefined;
    const [before = '', fragment = ''] = href.split('#');
    const plain = decoded(before.replace(/\?.*$/s, ''));
    const page = plain.startsWith('/') ? this.#below(plain) : posix.join(posix.dirname(path), plain);
    return { page: pageKey(page), fragment: decoded(fragment) };
  }

  #below(path: string): string {
    const own = path.replace(/^\/+/, '');
    return this.#base !== '' && own.startsWith(`${this.#base}/`) ? own.slice(this.#base.length + 1) : own;
  }
}

interface Target {
  readonly page: string;
  /** Empty for the page itself. */
  readonly fragment: string;
}

/** A page by its path or by how links write it: `guide/index.html`, `guide/` and `guide` are one. */
function pageKey(path: string): string {
  return path
    .replace(/\.(?:html?|xht(?:ml)?|mdx?|markdown|mdown|mdwn|mkdn?)$/i, '')
    .replace(/(^|\/)index$/i, '$1')
    .replace(/^(?:\.?\/)+|\/+$|^\.$/g, '');
}

/** Links without parsing the page: [href, text], tags and white space apart. */
function* htmlLinks(html: string): Generator<[string, string]> {
  for (const { index, 0: tag, 1: attributes } of html.matchAll(TAG)) {
    const [, ...values] = HREF.exec(attributes) ?? [];
    const href = values.find((value) => value !== undefined);
    if (href === undefined || href === '') continue;
    const after = html.slice(index + tag.length, index + tag.length + LONGEST);
    const end = after.search(/<\/a\b/i);
    if (end !== -1) yield [unescaped(href), oneLine(unescaped(after.slice(0, end).replace(/<[^>]*>/g, '')))];
  }
}

function* markdownLinks(markdown: string): Generator<[string, string]> {
  for (const [, text, href] of markdown.matchAll(MARKDOWN)) yield [href, oneLine(text.replace(/[`*_]/g, ''))];
}

/** Text with its character references resolved. */
function unescaped(text: string): string {
  if (!text.includes('&')) return text;
  const [node] = parseFragment(text.replaceAll('<', '&lt;')).childNodes;
  return node !== undefined && 'value' in node ? node.value : text;
}

/** A part of a URL as it reads; one that is not encoded as URLs are stays as it is. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
