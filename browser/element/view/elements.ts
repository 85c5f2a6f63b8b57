// Elements from code. Whatever documents and questions say becomes text nodes and attributes here, and never markup.

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
type Child = Node | string | undefined;

/** An element: an attribute that is true is there without a value, one that is false or undefined is not there. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  for (const child of children) if (child !== undefined) element.append(child);
  return element;
}

export function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) element.removeAttribute(name);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
}

const SVG = 'http://www.w3.org/2000/svg';

/** What stands for searching. */
export const LENS = 'M9 3.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11zM13 13l4 4';

/** A drawing of 20 × 20 by one path. */
export function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  setAttributes(svg, { viewBox: '0 0 20 20', 'aria-hidden': 'true', class: 'icon' });
  const line = document.createElementNS(SVG, 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

/** A text whose ranges, each its start and its end in UTF-16 units, are marked; what is no range is passed over. */
export function marked(text: string, ranges: readonly (readonly [number, number])[] = []): DocumentFragment {
  const fragment = document.createDocumentFragment();
  let at = 0;
  for (const [start, end] of ranges) {
    if (!(start >= at && end > start && end <= text.length)) continue;
    fragment.append(text.slice(at, start), make('mark', { part: 'mark' }, text.slice(start, end)));
    at = end;
  }
  fragment.append(text.slice(at));
  return fragment;
}

/**
 * A passage that begins not far before its first match, for places that show only its beginning.
 *
 * @param before how many characters at most
 */
export function begunNear(
  text: string,
  ranges: readonly (readonly [number, number])[] | undefined,
  before: number,
): { readonly text: string; readonly ranges: readonly (readonly [number, number])[] } {
  const first = ranges?.[0]?.[0] ?? 0;
  if (first <= before * 1.5) return { text, ranges: ranges ?? [] };
  const from = text.indexOf(' ', first - before);
  const cut = from < 0 || from >= first ? first : from + 1;
  return {
    text: `… ${text.slice(cut)}`,
    ranges: (ranges ?? []).map(([start, end]) => [start - cut + 2, end - cut + 2]),
  };
}

/** A sentence with something in the place of its `{}`. */
export function filled(sentence: string, ...children: readonly (Node | string)[]): DocumentFragment {
  const fragment = document.createDocumentFragment();
  const [before = '', after = ''] = sentence.split('{}');
  fragment.append(before, ...children, after);
  return fragment;
}
