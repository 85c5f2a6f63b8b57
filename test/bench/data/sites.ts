// Documentation sites as Debian's packages have them: their pages, and what is asked of them. Questions are written by
// hand; titles and names are taken from the pages by rule, and by none of the code that is measured but for the part
// that all titles of a site end with.

import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import type { Element } from 'domhandler';
import {
  elementsOf,
  isElement,
  isText,
  textBelow,
  treeOf,
} from '../../../build/stages/read/pages/markup/dom.ts';
import { titleEnding } from '../../../build/stages/read/pages/survey-pages.ts';

/** The sites, by the order of their tables, each with the file that describes it. */
export const SITES = {
  django: 'sites/django.json',
  sqlite: 'sites/sqlite.json',
  postgresql: 'sites/postgresql.json',
  git: 'sites/git.json',
} as const;
export type SiteName = keyof typeof SITES;

/** A site, as its file describes it. */
interface SiteData {
  /** The Debian package, and where its pages lie below the root. */
  readonly package: string;
  readonly folder: string;
  /** Pages that list what others define: their own terms define nothing. */
  readonly indexes?: readonly string[];
  /** Pages whose links are names, each to the page that defines it. */
  readonly lists?: readonly string[];
  /** What readers ask, with the pages that answer. */
  readonly questions: readonly Asked[];
}

/** A question, and the pages of which one should come first. */
export interface Asked {
  readonly text: string;
  readonly pages: readonly string[];
}

/** A site that is there. */
export interface FoundSite {
  readonly name: SiteName;
  readonly package: string;
  readonly folder: string;
  readonly questions: readonly Asked[];
  /** Every title that one page alone has. */
  readonly titles: readonly Asked[];
  /** Names that one page alone defines, evenly taken. */
  readonly names: readonly Asked[];
}

const NAMES = 100;

/**
 * A site's pages and what is asked of them.
 *
 * @param root below which the package is unpacked: `/` where it is installed
 */
export function siteIn(root: string, name: SiteName): FoundSite {
  const data = readFileSync(join(import.meta.dirname, SITES[name]), 'utf8');
  const { package: of, folder: below, questions, indexes = [], lists = [] } = JSON.parse(data) as SiteData;
  const folder = join(root, below);
  if (!existsSync(folder)) {
    throw new Error(
      `there is no ${folder}: install Debian's ${of}, or unpack it with "dpkg -x" below a folder and name that ` +
        'with --folder',
    );
  }
  const titles: [string, string][] = [];
  const names: [string, string][] = [];
  for (const page of pagesOf(folder)) {
    const tree = treeOf(readFileSync(join(folder, page), 'utf8'));
    const elements = [...elementsOf(tree)];
    const title = elements.find((element) => element.name === 'title');
    titles.push([oneLine(title === undefined ? '' : textBelow(title)), page]);
    if (lists.includes(page)) names.push(...listed(elements, folder, page));
    else if (!indexes.includes(page))
      for (const defined of elements.map(definedBy)) if (defined !== undefined) names.push([defined, page]);
  }
  const short = titleEnding(titles.map(([title]) => title)) ?? ((title: string) => title);
  const ofOne = unique(names);
  return {
    name,
    package: of,
    folder,
    questions,
    titles: unique(titles.map(([title, page]) => [short(title), page])),
    names: Array.from({ length: Math.min(NAMES, ofOne.length) }, (_, i) => {
      return ofOne[Math.floor((i * ofOne.length) / Math.min(NAMES, ofOne.length))]!;
    }),
  };
}

/** The file that a path in a folder leads to, by its path in the folder: a link and its target are one page. */
export function pageAt(folder: string, path: string): string {
  const file = join(folder, path);
  return existsSync(file) ? relative(realpathSync(folder), realpathSync(file)) : path;
}

/** Each page once. */
function pagesOf(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.html?$/.test(path),
  );
  return [...new Set(files.map((path) => pageAt(folder, path)))].sort();
}

/** Texts that stand for one page alone, in the order of their code units. */
function unique(pairs: readonly (readonly [text: string, page: string])[]): Asked[] {
  const pages = new Map<string, Set<string>>();
  for (const [text, page] of pairs) pages.set(text, (pages.get(text) ?? new Set()).add(page));
  return [...pages]
    .filter(([text, of]) => text !== '' && of.size === 1)
    .map(([text, of]) => ({ text, pages: [...of] }))
    .sort((a, b) => (a.text < b.text ? -1 : 1));
}

/** A name and no word: it has a sign or a hump in it, is in capitals, or is called. */
const NAME = /^-{0,2}[A-Za-z$.][\w$.:-]*[\w+]$/;
const NAMED = /\w[_.:]+\w|^-|[a-z][A-Z]|^[A-Z][A-Z0-9]{3,}$/;
const DECLARING =
  /^(?:(?:abstract|async|class|classmethod|const|exception|function|property|static|type)\s+)+/;
/** Before the title of a section: "20.3. ", "(5) ". */
const NUMBER = /^(?:[A-Z]?[\d.]*\d\.|\(\d+\))\s+/;

/** The name that a term or a heading of a section defines, if it defines one. */
function definedBy(element: Element): string | undefined {
  if (element.name !== 'dt' && !/^h[2-6]$/.test(element.name)) return undefined;
  const text = ownText(element).replace(NUMBER, '').replace(DECLARING, '');
  const [, name = '', called, rest = ''] = /^([^\s(=[,;<¶]+)(\()?(.*)$/.exec(text) ?? [];
  const isCalled = called !== undefined;
  const isWhole = isCalled || /^[¶#]?$/.test(rest) || (element.name === 'dt' && /^[\s=[(<]/.test(rest));
  return isWhole && NAME.test(name) && (isCalled || NAMED.test(name)) ? name : undefined;
}

/** The text of an element but for its links to elsewhere: those point to what others define. */
function ownText(element: Element): string {
  const parts: string[] = [];
  const collect = ({ children }: Element): void => {
    for (const child of children) {
      if (isText(child)) parts.push(child.data);
      else if (isElement(child)) {
        const isElsewhere = child.name === 'a' && !(child.attribs.href ?? '#').startsWith('#');
        if (child.name === 'br' || isElsewhere) parts.push(' ');
        if (!isElsewhere) collect(child);
      }
    }
  };
  collect(element);
  return oneLine(parts.join(''));
}

function listed(elements: readonly Element[], folder: string, page: string): [string, string][] {
  const links = elements.filter(({ name, attribs }) => name === 'a' && attribs.href !== undefined);
  return links.flatMap((link): [string, string][] => {
    const text = oneLine(textBelow(link)).replace(/\(\)$/, '');
    const [file = ''] = link.attribs.href.split('#');
    const target = normalize(join(dirname(page), file));
    return NAME.test(text) && NAMED.test(text) && existsSync(join(folder, target))
      ? [[text, pageAt(folder, target)]]
      : [];
  });
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
