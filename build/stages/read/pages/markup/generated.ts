// Pages that hold nothing of their own: indexes that a generator makes of links to other pages, pages that search in
// the browser, stubs that send their readers on. They are known by what is in them, whatever their files are called.

import type { ChildNode, Document, Element } from 'domhandler';
import type { Section } from '../sections/chunk.ts';
import { elementsOf, isElement, textBelow, tokens } from './dom.ts';
import { isLeftOut } from './shown.ts';

/** What Sphinx and DocBook write around an index, and nothing else. */
const INDEX_CLASSES = /^(?:genindextable|modindextable|genindex-jumpbox|indexdiv)$/;
/** An index by letters has so many of them, and so many links. */
const LETTERS = 8;
const LINKS = 30;
/** Where a search in the browser puts what it finds. */
const RESULTS = /^(?:search[-_]?results?(?:[-_](?:list|container|content))?|results?[-_]container)$/i;
/** A script that does nothing but go elsewhere names the place. */
const GOES_ELSEWHERE =
  /\blocation(?:\.href)?\s*=\s*["'`](?!#)|\blocation\.(?:replace|assign)\s*\(\s*["'`](?!#)/;
/** A script that waits until a reader does something: it changes a version or a language, on all pages of a site. */
const WAITS =
  /\bfunction\s+\w|=\s*(?:async\s*)?(?:\w+|\([^()]*\))\s*=>|\baddEventListener\s*\(\s*["'`](?!load|DOMContentLoaded)|\bon(?!load\b)[a-z]+\s*=/;
const HEADING = /^h[1-6]$/;
/** Pages with more characters say something of their own. */
const LITTLE = 400;

/**
 * Why a page is no result of its own, if it is none.
 *
 * @param content its main parts, if it has such
 * @param sections what was read of it
 */
export function generatedBy(
  tree: Document,
  content: readonly Element[],
  sections: readonly Section[],
): string | undefined {
  const said = sections.reduce((sum, { body }) => sum + body.join('').length, 0);
  if (said < LITTLE && endsWithResults(tree, content)) return 'search page';
  let links = 0;
  let linked = 0;
  for (const element of elementsOf(tree)) {
    const { name, attribs } = element;
    const named = [attribs.id ?? '', ...tokens(attribs.class)];
    if (named.some((token) => INDEX_CLASSES.test(token))) return 'index of links';
    if (said < LITTLE && name === 'script' && attribs.src === undefined) {
      const script = textBelow(element);
      if (GOES_ELSEWHERE.test(script) && !WAITS.test(script) && isShort(sections)) return 'redirect';
    }
    if (name !== 'a' || !attribs.href || attribs.href.startsWith('#')) continue;
    links++;
    linked += textBelow(element, 100).trim().length;
  }
  return links >= LINKS && linked * 2 > said && isByLetters(sections) ? 'index of links' : undefined;
}

/**
 * Whether a page's text ends with an empty place for what a search finds. Themes that search on every page have such a
 * place as well, around the text or before its headings.
 */
function endsWithResults(tree: Document, content: readonly Element[]): boolean {
  const roots: readonly ChildNode[] = content.length > 0 ? content : tree.children;
  const open = [...roots].reverse();
  let found = false;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (!isElement(node) || isLeftOut(node, content.length > 0)) continue;
    if (HEADING.test(node.name)) found = false;
    const named = [node.attribs.id ?? '', ...tokens(node.attribs.class)];
    if (named.some((token) => RESULTS.test(token)) && textBelow(node, 100).trim() === '') found = true;
    for (let i = node.children.length - 1; i >= 0; i--) open.push(node.children[i]);
  }
  return found;
}

/** Whether a page has at most one heading. */
function isShort(sections: readonly Section[]): boolean {
  return sections.filter(({ level }) => level > 0).length <= 1;
}

/** Whether nearly all headings are single letters. */
function isByLetters(sections: readonly Section[]): boolean {
  const headings = sections
    .filter(({ level }) => level > 0 && level < 7)
    .map(({ headings: all }) => all.at(-1) ?? '');
  const letters = new Set(headings.filter((heading) => /^[\p{L}\p{N}_#&]$/u.test(heading)));
  return letters.size >= LETTERS && letters.size * 2 > headings.length;
}
