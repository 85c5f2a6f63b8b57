// HTML pages as a browser would read them out: a page's text, cut where its headings and definitions are. White space
// means nothing, as in a browser; in <pre> neither, since this text is for search.

import { selectAll } from 'css-select';
import type { ChildNode, Document, Element } from 'domhandler';
import { OF_HTML } from './markdown-html.ts';
import {
  elementsOf,
  isElement,
  isText,
  isWordOfItsOwn,
  saidToSearch,
  textBelow,
  tokens,
  treeOf,
} from './markup/dom.ts';
import { generatedBy } from './markup/generated.ts';
import { HeadFacts, keptOutBy } from './markup/head-facts.ts';
import { isHidden, isLeftOut } from './markup/shown.ts';
import type { Anchors } from './sections/anchors.ts';
import { type Address, type KeptOut, oneLine, type Page } from './sections/chunk.ts';
import { decoded } from './sections/link-names.ts';
import { Outline } from './sections/outline.ts';

/** How pages are read. */
export interface HtmlOptions {
  /** Only what these selectors find is text. */
  readonly select?: string | undefined;
  /** What this selector finds is not text. */
  readonly ignore?: string | undefined;
  /** Lines that stand on most pages of a site, and are not the text of any. */
  readonly repeated?: ReadonlySet<string> | undefined;
  /** Makes ids of headings that have none: for what was Markdown, which gets them elsewhere. */
  readonly anchors?: Anchors | undefined;
}

/** Elements that begin a new line. */
const BLOCKS = new Set(
  (
    'address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption figure ' +
    'footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr legend li listing main menu nav noframes ol optgroup option ' +
    'p plaintext pre search section summary table tbody tfoot thead tr ul xmp'
  ).split(' '),
);
const HEADING = /^h[1-6]$/;
/** Images, by those who make pages of AMP, too. */
const IMAGE = /^(?:amp-)?img$/;
/** Elements whose content is text and no markup: never closed, they hold the rest of the page. */
const RAW = new Set(['iframe', 'noembed', 'noframes', 'textarea', 'title', 'xmp']);

/**
 * A page's title, address, headings and text. Where there is a main part, only what is in it is text: around it stand
 * the banners and footers that all pages of a site share.
 */
export function parseHtml(html: string, options: HtmlOptions = {}): Page | KeptOut {
  const tree = treeOf(html);
  const head = new HeadFacts(tree);
  const reason = keptOutBy(head);
  if (reason !== undefined) return { keptOut: reason };
  const reader = new Reader(tree, head, options);
  let page = reader.page(address(head));
  // A page may have all of its text in what is named as others name what stands beside theirs.
  const isEmpty = page.sections.every(({ level, body }) => level === 0 && body.length === 0);
  if (isEmpty) page = new Reader(tree, head, options, false).page(address(head));
  const { content } = reader;
  const generated = options.select === undefined ? generatedBy(tree, content, page.sections) : undefined;
  return generated === undefined ? page : { keptOut: generated };
}

function address({ canonical, base }: HeadFacts): Address | undefined {
  return canonical === undefined ? undefined : { kind: 'canonical', value: canonical, base };
}

function marksBody(tree: Document): boolean {
  for (const element of elementsOf(tree)) if (saidToSearch(element, 'body') !== undefined) return true;
  return false;
}

/** The parts of a page that are its text, the outermost ones. */
function contentOf(tree: Document, select: string | undefined): readonly Element[] {
  if (select !== undefined) return outermost(tree, selectAll<ChildNode, Element>(select, tree) as Element[]);
  const found: Record<'marked' | 'docsearch' | 'main', Element[]> = {
    marked: [],
    docsearch: [],
    main: [],
  };
  for (const element of elementsOf(tree)) {
    const { name, attribs } = element;
    if (saidToSearch(element, 'body') !== undefined) found.marked.push(element);
    if (tokens(attribs.class).includes('DocSearch-content')) found.docsearch.push(element);
    if (name === 'main' || attribs.role === 'main') found.main.push(element);
  }
  for (const list of [found.marked, found.docsearch, found.main]) {
    // Of those in one another only the outermost is looked at: else each of a thousand would be.
    const parts = outermost(tree, list);
    if (parts.some((element) => textBelow(element).trim() !== '')) return parts;
  }
  return [];
}

/** Those that are in no other of them, in the order of the page. */
function outermost(tree: Document, elements: readonly Element[]): Element[] {
  const wanted = new Set<ChildNode>(elements);
  const found: Element[] = [];
  const open: ChildNode[] = wanted.size === 0 ? [] : [...tree.children].reverse();
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (isElement(node) && wanted.has(node)) found.push(node);
    else if ('children' in node) push(open, node.children);
  }
  return found;
}

/** What has been read and what is open. */
class Reader {
  readonly #tree: Document;
  readonly #head: HeadFacts;
  readonly #options: HtmlOptions;
  readonly #ignored: ReadonlySet<Element>;
  readonly #outline: Outline;
  readonly #ids: ReadonlySet<string>;
  readonly #byName: boolean;
  #content: ReadonlySet<Element> = new Set();
  /** Inside a heading or a term, a link to a place on the page: nearly always its permalink, which is not its text. */
  #inPermalink = false;
  #reparsed = false;
  #hiddenParts = 0;

  /** @param byName whether ids and classes tell what stands beside the text */
  constructor(tree: Document, head: HeadFacts, options: HtmlOptions, byName = true) {
    this.#byName = byName;
    this.#tree = tree;
    this.#head = head;
    this.#options = options;
    const { ignore } = options;
    this.#ignored = new Set(
      ignore === undefined ? [] : (selectAll<ChildNode, Element>(ignore, tree) as Element[]),
    );
    const ids = new Set<string>();
    for (const { attribs } of elementsOf(tree))
      for (const id of [attribs.id, attribs.name]) if (id) ids.add(id);
    this.#ids = ids;
    this.#outline = new Outline(options);
  }

  /** The parts of the page that were read; none where it has no such parts, and all of it was. */
  get content(): readonly Element[] {
    return [...this.#content];
  }

  page(address: Address | undefined): Page {
    const content = contentOf(this.#tree, this.#options.select);
    this.#content = new Set(content);
    this.#walk(content.length > 0 || this.#options.select !== undefined ? content : this.#tree.children);
    const { title, about, fields, language } = this.#head;
    const sections = this.#outline.finish();
    const isMarked = marksBody(this.#tree);
    return { title, address, about, fields, language, sections, hiddenParts: this.#hiddenParts, isMarked };
  }

  /** Visits nodes in the order of the page. Functions among them are what happens when an element ends. */
  #walk(nodes: readonly ChildNode[]): void {
    const open: (ChildNode | (() => void))[] = [...nodes].reverse();
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (typeof next === 'function') next();
      else if (isText(next)) this.#text(next.data);
      else if (isElement(next)) this.#element(next, open);
      // The content of a template is a tree of its own.
      else if (next.type === 'root') push(open, (next as unknown as Document).children);
    }
  }

  #element(element: Element, open: (ChildNode | (() => void))[]): void {
    if (this.#ignored.has(element)) return;
    if (isLeftOut(element, this.#content.size > 0, this.#byName) && !this.#isChosen(element)) {
      if (element.name !== 'rp') this.#outline.separate();
      if (isHidden(element) && /\S/.test(textBelow(element, 100))) this.#hiddenParts++;
      return;
    }
    if (element.name === 'rt') {
      this.#outline.annotate(oneLine(textBelow(element)), continuesReading(element));
      return;
    }
    const leave = this.#enter(element);
    if (leave !== undefined) open.push(leave);
    if (RAW.has(element.name) && !this.#reparsed) {
      this.#reparsed = true;
      push(open, treeOf(textBelow(element)).children);
    } else push(open, element.children);
  }

  /** A chosen part is text whatever it is called. */
  #isChosen(element: Element): boolean {
    const { select } = this.#options;
    return select === undefined ? saidToSearch(element, 'body') !== undefined : this.#content.has(element);
  }

  /** Begins an element, and says what is to be done at its end. */
  #enter(element: Element): (() => void) | undefined {
    const times = timesOf(element);
    if (times === undefined) return this.#begin(element);
    const unweigh = this.#outline.weigh(times);
    const leave = this.#begin(element);
    return () => {
      unweigh();
      leave?.();
    };
  }

  #begin(element: Element): (() => void) | undefined {
    const { name, attribs } = element;
    const outline = this.#outline;
    const id = attribs.id || (name === 'a' ? attribs.name : undefined) || undefined;
    if (HEADING.test(name) && outline.openHeading(Number(name[1]), id, OF_HTML in attribs)) {
      return () => outline.closeHeading(this.#knownAnchor);
    }
    if (name === 'dt' && outline.openTerm(id)) return () => outline.closeTerm(this.#knownAnchor);
    if (id !== undefined) outline.place(id, name === 'a' && attribs.href === undefined);
    if (name === 'a' && attribs.href?.startsWith('#') && outline.inHeading) {
      this.#inPermalink = true;
      outline.permalink(decoded(attribs.href.slice(1)), isSign(element));
      return () => {
        this.#inPermalink = false;
      };
    }
    if (IMAGE.test(name) && attribs.alt) outline.say(` ${oneLine(attribs.alt)} `, true, attribs.alt);
    for (const shown of (saidToSearch(element, 'index-attrs') ?? '').split(',')) {
      const value = attribs[shown.trim()];
      if (value) outline.say(` ${oneLine(value)} `);
    }
    if (name === 'dl') return outline.openList();
    if (isWordOfItsOwn(element)) {
      outline.say(' ');
      return () => outline.say(' ');
    }
    if (
      !BLOCKS.has(name) &&
      !isLineOfCode(element) &&
      !/(?:^|;)\s*display\s*:\s*(?:block|flex|grid|table)/i.test(attribs.style ?? '')
    )
      return undefined;
    outline.say('\n');
    return () => outline.say('\n');
  }

  readonly #knownAnchor = (anchor: string): boolean => this.#ids.has(anchor);

  #text(text: string): void {
    if (this.#inPermalink && !/[\p{L}\p{N}]/u.test(text)) return;
    this.#outline.say(text.replace(/\s+/g, ' '), false, text);
  }
}

/** How often the words in an element count, where its author says so: from 0 to 10, as for Pagefind. */
function timesOf(element: Element): number | undefined {
  const said = saidToSearch(element, 'weight');
  const times = said === undefined || said.trim() === '' ? Number.NaN : Number(said);
  return Number.isFinite(times) ? Math.min(Math.max(times, 0), 10) : undefined;
}

/** Whether an element is a line of code: style sheets begin it anew, and some pages have nothing else between lines. */
function isLineOfCode({ name, attribs }: Element): boolean {
  return (
    name === 'span' && /(?:^|\s)(?:line|code-line|token-line|view-line)(?:\s|$)/.test(attribs.class ?? '')
  );
}

/** Whether the reading of a part of a word goes on in another: of the same ruby, or of one right behind it. */
function continuesReading(rt: Element): boolean {
  // Between the two are letters and brackets.
  for (let { prev } = rt, i = 0; prev !== null && i < 8; { prev } = prev, i++)
    if (isElement(prev) && prev.name === 'rt') return true;
  const before = rt.parent?.prev ?? null;
  return before !== null && isElement(before) && before.name === 'ruby';
}

/** Whether a link is a sign and not words: `¶`, `#`, an icon. */
function isSign(link: Element): boolean {
  return !/[\p{L}\p{N}]/u.test(textBelow(link, 100));
}

function push(open: (ChildNode | (() => void))[] | ChildNode[], children: readonly ChildNode[]): void {
  for (let i = children.length - 1; i >= 0; i--) open.push(children[i]);
}
