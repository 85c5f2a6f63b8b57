// What of a page is its text: what a reader is shown, without the navigation around it and without what its author
// excludes from searching.

import type { Element } from 'domhandler';
import { elementsOf, isClosed, isElement, saidToSearch, textBelow, tokens } from './dom.ts';

/** Never text, whether closed or not. */
const NEVER = new Set([
  'script',
  'style',
  'rp',
  'annotation',
  'annotation-xml',
  'head',
  'datalist',
  'option',
]);
/** Not text where the page closes them. Where it does not, the rest of the page is in them, and a reader sees it. */
const CLOSED = new Set(
  (
    'template noscript svg iframe object embed canvas audio video nav button select textarea ' +
    'search menuitem'
  ).split(' '),
);
const CHROME_ROLES = new Set(['navigation', 'search', 'banner', 'contentinfo', 'menu', 'menubar', 'toolbar']);
/** Names that site generators give what stands beside the text. */
const CHROME =
  /^(?:toc|(?!(?:no|has|with|show|hide)-)(?:[a-z]+-){1,2}toc|fancy[-_]?toc|toc[-_]?(?:list|container|nav|sidebar|toggle)|table-?of-?contents|on-?this-?page|page-?toc|contents topic|sphinxsidebar\w*|side-?bar|breadcrumbs?|nav-?(?:header|footer|bar)|pagination(?:-nav)?|prev-?next|skip-?(?:link|nav)|edit-?this-?page|searchbox|nosearch|related|menu)$/i;
/** Names among them that a page's own parts have as well: dishes, what else is like this, notes. */
const AMBIGUOUS = /^(?:related|menu|side-?bar)$/i;
/** Beside code: the numbers of its lines. */
const LINE_NUMBERS =
  /^(?:line-?nos?|line-?numbers?(?:-wrapper)?|linenos|hljs-ln-numbers|lnt?|gutter|ln-num|line-number)$/i;
const EXCLUDED_CLASSES = /^(?:docsearch-ignore|algolia-ignore|no-?index|search-exclude|robots-noindex)$/i;
const EXCLUDED_ATTRIBUTES = [
  'data-nosnippet',
  'data-search-exclude',
  'data-algolia-ignore',
  'data-docsearch-ignore',
  'data-noindex',
];

/**
 * Whether an element and all in it are not text.
 *
 * @param inContent whether it is in a page's main part
 * @param byName whether ids and classes tell what stands beside the text
 */
export function isLeftOut(element: Element, inContent: boolean, byName = true): boolean {
  const { name } = element;
  if (NEVER.has(name)) return true;
  // A browser shows it in place of what it stands in, from the moment the page is there.
  if (name === 'template' && element.attribs.shadowrootmode !== undefined) return false;
  if (name === 'button' && isLabel(element)) return false;
  if (CLOSED.has(name)) return isClosed(element) || name === 'embed';
  if (isExcluded(element) || isHidden(element)) return true;
  if (isChrome(element, inContent, byName)) return isClosed(element) && !holdsPage(element, inContent);
  return isLineNumber(element);
}

/** Whether a button says what it opens and not what it does: that of a tab, or all that a heading or a summary says. */
function isLabel(button: Element): boolean {
  if (button.attribs.role === 'tab') return true;
  for (let { parent } = button, i = 0; parent !== null && i < 4; { parent } = parent, i++) {
    if (!isElement(parent) || !/^(?:h[1-6]|dt|summary)$/.test(parent.name)) continue;
    // Of a parent with many children it is a small part, and there may be as many others.
    return parent.children.length < 20 && letters(textBelow(parent, 100)) === letters(textBelow(button, 100));
  }
  return false;
}

function letters(text: string): string {
  return text.replace(/[^\p{L}\p{N}]+/gu, '');
}

/** What the author excludes from searching. */
function isExcluded(element: Element): boolean {
  const { name, attribs } = element;
  if (name === 'noindex') return true;
  if ((saidToSearch(element, 'ignore') ?? 'false') !== 'false') return true;
  if (EXCLUDED_ATTRIBUTES.some((attribute) => attribs[attribute] !== undefined)) return true;
  return tokens(attribs.class).some((token) => EXCLUDED_CLASSES.test(token));
}

/** What readers are not shown, or screen readers do not read out. */
export function isHidden(element: Element): boolean {
  const { name, attribs } = element;
  // What hides a whole page shows it once its scripts have run.
  if (name === 'html' || name === 'body') return false;
  if (isDecoration(element)) return true;
  // A closed tab can be opened, and browsers find what is hidden until found.
  if (attribs.hidden !== undefined && attribs.hidden !== 'until-found' && attribs.role !== 'tabpanel')
    return true;
  if ((name === 'dialog' && attribs.open === undefined) || attribs.popover !== undefined) return true;
  return (
    attribs.role !== 'tabpanel' &&
    /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b/i.test(attribs.style ?? '')
  );
}

/**
 * What screen readers pass over: signs, and what stands on the page a second time. A page that was saved under an open
 * window has all of its text in such an element.
 */
function isDecoration(element: Element): boolean {
  const { attribs } = element;
  if (attribs['aria-hidden']?.trim().toLowerCase() !== 'true' || attribs.role === 'tabpanel') return false;
  let elements = 0;
  for (const { name } of elementsOf(element)) {
    if (name === 'h1' || name === 'main') return false;
    if (++elements > 500) break;
  }
  return element.name !== 'body' && element.name !== 'main';
}

/** What stands around the text of many pages. In a page's main part, asides, headers and footers are text. */
function isChrome({ name, attribs }: Element, inContent: boolean, byName: boolean): boolean {
  const { role } = attribs;
  if (role !== undefined && CHROME_ROLES.has(role)) return true;
  if (!inContent && (name === 'aside' || name === 'footer' || name === 'header' || role === 'complementary'))
    return true;
  if (!byName || name === 'body' || name === 'main' || name === 'article') return false;
  return (
    CHROME.test(attribs.id ?? '') ||
    CHROME.test(attribs.class ?? '') ||
    tokens(attribs.class).some((token) => CHROME.test(token))
  );
}

/**
 * What is named as navigation and yet holds text: little of it is in links, or it holds the page's title. Of a name
 * that may mean something else, a little text in a page's main part is enough.
 */
function holdsPage(element: Element, inContent: boolean): boolean {
  let linked = 0;
  let elements = 0;
  for (const inside of elementsOf(element)) {
    if (inside.name === 'h1' || inside.name === 'main' || inside.attribs.role === 'main') return true;
    if (inside.name === 'a' && inside.attribs.href !== undefined) linked += length(textBelow(inside, 100));
    if (++elements > 500) break;
  }
  const all = length(textBelow(element, 1000));
  const { name, attribs } = element;
  const isOwn =
    inContent && [attribs.id ?? '', ...tokens(attribs.class)].some((token) => AMBIGUOUS.test(token));
  return name !== 'aside' && name !== 'footer' && all > (isOwn ? 0 : 300) && linked < all / 3;
}

function length(text: string): number {
  return text.replace(/\s+/g, '').length;
}

function isLineNumber(element: Element): boolean {
  const { attribs } = element;
  const isNamed =
    attribs['data-line-number'] !== undefined ||
    tokens(attribs.class).some((token) => LINE_NUMBERS.test(token));
  return isNamed && /^[\s\d]*$/.test(textBelow(element, 100));
}
