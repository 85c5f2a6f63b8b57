// HTML as a tree, by the rules of the HTML standard: what a browser closes by itself is closed here as well.

import { getHeapStatistics } from 'node:v8';
import { type ChildNode, type Document, Element, type ParentNode, type Text } from 'domhandler';
import { parse } from 'parse5';
import { adapter } from 'parse5-htmlparser2-tree-adapter';
import { malformed } from '../../lines/report.ts';

/**
 * A page may have no more elements. Each takes 0.4 to 0.8 kilobytes, so the largest page of nothing but tags would take
 * more memory than there is, and that cannot be caught.
 */
export const MAX_ELEMENTS = Math.floor(getHeapStatistics().heap_size_limit / 1400);

/** The attributes of an element. They inherit none; made by `Object.create(null)` they take four times as much. */
class Attributes {
  [name: string]: string;
}
Reflect.deleteProperty(Attributes.prototype, 'constructor');
Object.setPrototypeOf(Attributes.prototype, null);
const NONE: Attributes = Object.freeze(new Attributes());

/** All that is asked of an element's place in the page: whether its own tag closes it. */
const OPEN = Object.freeze({}) as NonNullable<Element['sourceCodeLocation']>;
const CLOSED = Object.freeze({ endTag: OPEN }) as NonNullable<Element['sourceCodeLocation']>;

/** The library's trees hold two dictionaries more for each element, and places of its tags. */
const treeAdapter: typeof adapter = {
  ...adapter,
  createElement(name, namespace, attrs) {
    // What a second tag says of these is added to them.
    if (name === 'html' || name === 'body') return adapter.createElement(name, namespace, attrs);
    const attribs = attrs.length > 0 ? new Attributes() : NONE;
    for (const { name, value } of attrs) attribs[name] = value;
    const element = new Element(name, attribs, []);
    element.namespace = namespace;
    return element;
  },
  setNodeSourceCodeLocation(node, location) {
    if ('children' in node && location) node.sourceCodeLocation = OPEN;
  },
  updateNodeSourceCodeLocation(node, end) {
    if ('endTag' in end) node.sourceCodeLocation = CLOSED;
  },
};

/**
 * A page as a tree.
 *
 * @throws SparsedgeError `bad-input` for a page that would have more elements than there is memory for
 */
export function treeOf(html: string): Document {
  // A tag that is never closed is opened anew in each block that follows, by the standard: the tree would be as large
  // as the square of the page.
  const most = Math.min(MAX_ELEMENTS, 100_000 + 4 * html.length);
  let elements = 0;
  const counting: typeof adapter = {
    ...treeAdapter,
    createElement(name, namespace, attrs) {
      if (++elements > most)
        throw malformed(
          `its tags, closed as browsers close them, make more than ${most.toLocaleString('en')} elements`,
        );
      return treeAdapter.createElement(name, namespace, attrs);
    },
  };
  // Without scripts, as this text is read: what is in <noscript> is markup. Locations say what was closed by its tag.
  return parse(html, { treeAdapter: counting, scriptingEnabled: false, sourceCodeLocationInfo: true });
}

/** Whether the page itself ends this element, and not the end of the page or another tag. */
export function isClosed(element: Element): boolean {
  return element.sourceCodeLocation === CLOSED;
}

/** All elements below a node, in the order of the page, however deep. */
export function* elementsOf(root: ParentNode): Generator<Element> {
  const open: ChildNode[] = [...root.children].reverse();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (isElement(node)) yield node;
    if ('children' in node) for (let i = node.children.length - 1; i >= 0; i--) open.push(node.children[i]);
  }
}

/** The text below a node, to which at most so many nodes contribute: beyond some thousands, nothing hangs on more. */
export function textBelow(root: ParentNode, most = 5000): string {
  const parts: string[] = [];
  const open: ChildNode[] = [root as Element];
  for (let node = open.pop(); node !== undefined && most > 0; node = open.pop(), most--) {
    if (isText(node)) parts.push(node.data);
    else if ('children' in node)
      for (let i = node.children.length - 1; i >= 0; i--) open.push(node.children[i]);
  }
  return parts.join('');
}

/** Whether a node is an element, scripts and styles included. */
export function isElement(node: ChildNode): node is Element {
  return node.type === 'tag' || node.type === 'script' || node.type === 'style';
}

/** The words of a class, an id or another attribute that is a list. */
export function tokens(value: string | undefined): string[] {
  return value === undefined ? [] : value.split(/\s+/).filter((token) => token !== '');
}

/** What an element says to whoever searches, in our attribute or Pagefind's: `data-sparsedge-body`. */
export function saidToSearch({ attribs }: Element, use: string): string | undefined {
  return attribs[`data-sparsedge-${use}`] ?? attribs[`data-pagefind-${use}`];
}

/** Whether a node is text. */
export function isText(node: ChildNode): node is Text {
  return node.type === 'text';
}

const APART = new Set(['td', 'th', 'label', 'input']);
const ALIKE = new Set(['a', 'kbd', 'span', 'button']);

/**
 * Whether an element's words are apart from those beside it, though no space is between: cells, labels, the number of a
 * note, and what is beside another of its kind and class, such as links, keys, tags and components, which style sheets
 * draw as boxes. Pieces of code and single letters are not: highlighters and animations make such of one word.
 */
export function isWordOfItsOwn(element: Element): boolean {
  const { name, attribs, prev } = element;
  if (APART.has(name) || isNoteNumber(element)) return true;
  if (!(ALIKE.has(name) || name.includes('-')) || prev === null || !isElement(prev)) return false;
  if (prev.name !== name || prev.attribs.class !== attribs.class) return false;
  if (name === 'span' && !attribs.class) return false;
  const [before, own] = [textBelow(prev, 50), textBelow(element, 50)];
  if (!/[\p{L}\p{N}]$/u.test(before) || !/^[\p{L}\p{N}]/u.test(own) || before.length + own.length < 3)
    return false;
  for (let { parent } = element, i = 0; parent !== null && i < 8; parent = parent.parent, i++)
    if (isElement(parent) && (parent.name === 'pre' || parent.name === 'code')) return false;
  return true;
}

/** Whether an element leads to a note: a raised link to a place on the page, or a raised number behind a word. */
function isNoteNumber({ name, attribs, children, prev }: Element): boolean {
  const isLink = (node: ChildNode) =>
    isElement(node) && node.name === 'a' && node.attribs.href?.startsWith('#') === true;
  const [child] = children;
  if (child === undefined) return false;
  if (name === 'a') return attribs.href?.startsWith('#') === true && isElement(child) && child.name === 'sup';
  if (name !== 'sup') return false;
  // What has an exponent or an index is a letter or two, or a unit, and no word.
  const isBehindWord = prev !== null && isText(prev) && /\p{Ll}{4}$/u.test(prev.data);
  return children.some(isLink) || (isBehindWord && isText(child) && /^[\s\d,-]+$/.test(child.data));
}
