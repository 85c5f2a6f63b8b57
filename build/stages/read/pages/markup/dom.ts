// HTML as a tree, by the rules of the HTML standard: what a browser closes by itself is closed here as well.

import type { ChildNode, Document, Element, ParentNode, Text } from 'domhandler';
import { parse } from 'parse5';
import { adapter } from 'parse5-htmlparser2-tree-adapter';

/** A page as a tree. */
export function treeOf(html: string): Document {
  // Without scripts, as this text is read: what is in <noscript> is markup. Locations say what was closed by its tag.
  return parse(html, { treeAdapter: adapter, scriptingEnabled: false, sourceCodeLocationInfo: true });
}

/** Whether the page itself ends this element, and not the end of the page or another tag. */
export function isClosed(element: Element): boolean {
  const place = element.sourceCodeLocation as { endTag?: unknown } | undefined | null;
  return place?.endTag !== undefined;
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

/** Whether a node is text. */
export function isText(node: ChildNode): node is Text {
  return node.type === 'text';
}
