// Markdown of the repository as pages of the site: links between files lead from page to page, and headings have the
// anchors that they have where the files are read.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import MarkdownIt, { type Token } from 'markdown-it';
import { anchorsOf } from '../build/stages/read/pages/sections/anchors.ts';
import type { Page } from './contents.ts';

const markdown = new MarkdownIt({ html: true });

/** A heading with what stands below it, down to the next of its level. */
interface Section {
  readonly heading: string;
  readonly level: number;
  readonly tokens: Token[];
}

/** A page without what all pages share. */
export interface Rendered extends Page {
  readonly html: string;
  /** The anchors of its headings. */
  readonly anchors: ReadonlySet<string>;
  /** Files that it shows, such as pictures, by their paths in the repository. */
  readonly shown: ReadonlySet<string>;
}

/**
 * Renders pages, of which each knows the others.
 *
 * @param root the repository
 * @param textOf gives the text of what is no file
 * @throws Error for a section that its file does not have, a section of no page, and a link into a page that leads to
 *   nothing
 */
export function renderPages(
  root: string,
  pages: readonly Page[],
  textOf: (from: string) => string | undefined,
): Rendered[] {
  const files = new Map<string, readonly Section[]>();
  for (const { from } of pages)
    if (!files.has(from)) files.set(from, sectionsOf(textOf(from) ?? readFileSync(join(root, from), 'utf8')));
  const parts = pages.map((page) => ({ page, sections: partOf(page, pages, files.get(page.from)!) }));
  mustHoldAll(
    parts.flatMap(({ sections }) => sections),
    files,
  );
  const anchors = new Map(parts.map(({ page, sections }) => [page, anchorsIn(sections)]));
  return parts.map(({ page, sections }) => {
    const shown = new Set<string>();
    const tokens = sections.flatMap((section) => section.tokens);
    for (const token of tokens.flatMap((each) => [each, ...(each.children ?? [])])) {
      if (token.type === 'image') showFile(root, page, token, shown);
      if (token.type === 'link_open') link(root, page, token, anchors);
    }
    for (const { children } of tokens)
      if (children) children.splice(0, Infinity, ...withoutDeadLinks(children));
    // A section that is called as its page is the page.
    for (const token of tokens.filter(({ tag }) => tag === 'h2').slice(0, 2))
      if (sections[0].heading === page.title) token.tag = 'h1';
    const isTitled = tokens.some(({ tag }) => tag === 'h1');
    const own = isTitled ? '' : `<h1>${markdown.utils.escapeHtml(page.title)}</h1>\n`;
    const html = own + scrollable(markdown.renderer.render(tokens, markdown.options, {}));
    return { ...page, html, anchors: anchors.get(page)!, shown };
  });
}

/** What may be wider than the page is scrolled by keyboard, too. */
function scrollable(html: string): string {
  return html
    .replaceAll('<pre>', '<pre tabindex="0">')
    .replaceAll('<table>', '<div class="wide" tabindex="0"><table>')
    .replaceAll('</table>', '</table></div>');
}

/** A file's sections, each without those below it; headings get their ids. */
function sectionsOf(text: string): Section[] {
  const ids = anchorsOf('github');
  const sections: Section[] = [{ heading: '', level: 0, tokens: [] }];
  const tokens = markdown.parse(text, {});
  for (const [i, token] of tokens.entries()) {
    if (token.type === 'heading_open' && token.level === 0) {
      const heading = textIn(tokens[i + 1]);
      token.attrSet('id', ids.numbered(ids.slug(heading)));
      // A file's own title is no section.
      if (token.tag !== 'h1') sections.push({ heading, level: Number(token.tag[1]), tokens: [] });
    }
    sections.at(-1)!.tokens.push(token);
  }
  return sections;
}

function textIn({ children }: Token): string {
  return (children ?? [])
    .map(({ type, content }) => (type === 'text' || type === 'code_inline' ? content : ''))
    .join('');
}

/** The sections of a page: those that it names, with what stands below them and is not named by another. */
function partOf(page: Page, pages: readonly Page[], all: readonly Section[]): Section[] {
  const { from, sections } = page;
  if (sections === undefined) return [...all];
  const named = new Set(pages.flatMap((each) => (each.from === from ? (each.sections ?? []) : [])));
  return sections.flatMap((heading) => {
    const first = all.findIndex((section) => section.heading === heading);
    if (first === -1) throw new Error(`docs: ${from} has no section "${heading}"`);
    if (heading === '') return [all[first]];
    const { level } = all[first];
    const end = all.findIndex((section, i) => i > first && section.level <= level);
    const below = all.slice(first, end === -1 ? undefined : end);
    return below.filter((section, i) => i === 0 || !named.has(section.heading));
  });
}

function mustHoldAll(held: readonly Section[], files: ReadonlyMap<string, readonly Section[]>): void {
  for (const [from, sections] of files)
    for (const section of sections) {
      const times = held.filter((each) => each === section).length;
      if (times !== 1)
        throw new Error(`docs: "${section.heading}" of ${from} is on ${times} pages, and not on one`);
    }
}

function anchorsIn(sections: readonly Section[]): Set<string> {
  const ids = sections.flatMap(({ tokens }) => tokens.map((token) => attribute(token, 'id')));
  return new Set(ids.filter((id) => id !== ''));
}

/** A link to a file of the repository leads to its page. What is on no page is named and not linked. */
function link(root: string, page: Page, token: Token, anchors: ReadonlyMap<Page, ReadonlySet<string>>): void {
  const href = attribute(token, 'href');
  if (/^[a-z]+:/.test(href)) return;
  const [target = '', anchor = ''] = href.split('#');
  let path = target === '' ? page.from : normalize(join(dirname(page.from), target));
  if (existsSync(join(root, path, 'README.md'))) path = join(path, 'README.md');
  const candidates = [...anchors].filter(([{ from }]) => from === path);
  const [found] = anchor === '' ? candidates : candidates.filter(([, has]) => has.has(anchor));
  if (found !== undefined) {
    token.attrSet(
      'href',
      found[0] === page ? `#${anchor}` : `${found[0].path}.html${anchor === '' ? '' : `#${anchor}`}`,
    );
    return;
  }
  if (candidates.length > 0)
    throw new Error(`docs: ${page.from} links to ${href}, and there is no such section`);
  if (!existsSync(join(root, path)))
    throw new Error(`docs: ${page.from} links to ${href}, and there is no such file`);
  token.attrSet('href', '');
}

/** Children of a block without links that lead nowhere, but with their words. */
function withoutDeadLinks(children: readonly Token[]): Token[] {
  let isDead = false;
  return children.filter((token) => {
    if (token.type === 'link_open') isDead = attribute(token, 'href') === '';
    return !(isDead && (token.type === 'link_open' || token.type === 'link_close'));
  });
}

function attribute(token: Token, name: string): string {
  return String(token.attrGet(name) ?? '');
}

function showFile(root: string, page: Page, token: Token, shown: Set<string>): void {
  const src = attribute(token, 'src');
  if (/^[a-z]+:/.test(src)) return;
  const path = normalize(join(dirname(page.from), src));
  if (!existsSync(join(root, path)))
    throw new Error(`docs: ${page.from} shows ${src}, and there is no such file`);
  shown.add(path);
  token.attrSet('src', `files/${path}`);
}
