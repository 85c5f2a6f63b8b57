// Pages that hold nothing of their own: indexes that a generator makes of links to other pages, pages that search in
// the browser, stubs that send their readers on. They are known by what is in them, whatever their files are called.

import type { Document } from 'domhandler';
import type { Section } from '../sections/chunk.ts';
import { elementsOf, textBelow, tokens } from './dom.ts';

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
/** Pages with more characters say something of their own. */
const LITTLE = 400;

/**
 * Why a page is no result of its own, if it is none.
 *
 * @param sections what was read of it
 */
export function generatedBy(tree: Document, sections: readonly Section[]): string | undefined {
  const said = sections.reduce((sum, { body }) => sum + body.join('').length, 0);
  let links = 0;
  let linked = 0;
  for (const element of elementsOf(tree)) {
    const { name, attribs } = element;
    const named = [attribs.id ?? '', ...tokens(attribs.class)];
    if (named.some((token) => INDEX_CLASSES.test(token))) return 'index of links';
    if (said < LITTLE && named.some((token) => RESULTS.test(token)) && textBelow(element, 100).trim() === '')
      return 'search page';
    if (said < LITTLE && name === 'script' && attribs.src === undefined) {
      if (GOES_ELSEWHERE.test(textBelow(element)) && isShort(sections)) return 'redirect';
    }
    if (name !== 'a' || !attribs.href || attribs.href.startsWith('#')) continue;
    links++;
    linked += textBelow(element, 100).trim().length;
  }
  return links >= LINKS && linked * 2 > said && isByLetters(sections) ? 'index of links' : undefined;
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
