// What a page says of itself: title, description, address, fields, and whether it is to be found at all.

import type { Document, Element } from 'domhandler';
import type { Fields, FieldValue } from '../../../../../src/core/fields.ts';
import { setField } from '../../lines/record.ts';
import { oneLine } from '../sections/chunk.ts';
import { elementsOf, saidToSearch, textBelow } from './dom.ts';

/** What a page's head says, and what attributes of its body say to search engines. */
export class HeadFacts {
  title: string | undefined;
  /** Of its text, as a tag of BCP 47. */
  readonly language: string | undefined;
  readonly canonical: string | undefined;
  readonly base: string | undefined;
  readonly robots: string = '';
  /** Whether it sends its readers elsewhere. */
  readonly redirects: boolean = false;
  readonly about: string[] = [];
  /** What is said to be searched by, and what any page may say of itself, which gives way to it. */
  readonly #fields = new Map<string, string[]>();
  readonly #usual = new Map<string, string[]>();
  readonly isIgnored: boolean = false;

  constructor(tree: Document) {
    const said: string[] = [];
    // Attributes count wherever they stand, as for Pagefind: in banners, in navigation, in what is ignored as text.
    const ignored = new Set<Element>();
    for (const element of elementsOf(tree)) {
      const { name, attribs } = element;
      if (saidToSearch(element, 'ignore') === 'all' && !ignored.has(element)) {
        ignored.add(element);
        for (const inside of elementsOf(element)) ignored.add(inside);
      }
      if (!ignored.has(element)) this.#takeMetadata(element);
      if (name === 'html' || name === 'body')
        this.language = attribs.lang || attribs['xml:lang'] || this.language;
      if (name === 'title' && element.namespace !== 'http://www.w3.org/2000/svg')
        this.title ??= oneLine(textBelow(element));
      else if (name === 'link' && / canonical /i.test(` ${attribs.rel} `))
        this.canonical ??= attribs.href?.trim();
      else if (name === 'base') this.base ??= attribs.href?.trim();
      else if (name === 'meta') {
        const key = attribs.name?.toLowerCase();
        const content = oneLine(attribs.content ?? '');
        if (key === 'robots') this.robots += ` ${content}`;
        if (
          attribs['http-equiv']?.toLowerCase() === 'refresh' &&
          /^\d{1,2}(?:\.\d*)?\s*(?:[;,]|\s)\s*\S/.test(content)
        )
          this.redirects = true;
        if (
          (key === 'description' || key === 'keywords' || attribs.property === 'og:description') &&
          content !== ''
        )
          said.push(content);
        this.#takeMeta(key ?? attribs.property?.toLowerCase() ?? '', content);
        if (attribs['http-equiv']?.toLowerCase() === 'content-language')
          this.language ??= content.split(',')[0];
      } else if ((name === 'html' || name === 'body') && saidToSearch(element, 'ignore') !== undefined)
        this.isIgnored = true;
    }
    this.about = [...new Set(said)];
    if (this.language) this.#usual.set('lang', [oneLine(this.language)]);
  }

  /** What the page says of itself: of each field one value, or a list. */
  get fields(): Fields | undefined {
    if (this.#fields.size + this.#usual.size === 0) return undefined;
    const fields: Record<string, FieldValue> = {};
    for (const [name, values] of [...this.#usual, ...this.#fields])
      setField(fields, name, values.length === 1 ? values[0] : values);
    return fields;
  }

  #takeMeta(key: string, content: string): void {
    if (content === '') return;
    const [, owner, name] = /^(sparsedge|docsearch):(.+)$/.exec(key) ?? [];
    if (name !== undefined) {
      const isList = owner === 'docsearch' && name === 'version';
      for (const value of isList ? listed(content) : [content]) put(this.#fields, name, value);
      return;
    }
    const usual = USUAL.get(key);
    if (usual === undefined) return;
    for (const value of usual === 'keywords' ? listed(content) : [content]) put(this.#usual, usual, value);
  }

  /**
   * Attributes for metadata, filters and sorting, ours and Pagefind's: `title`, `author:Ann`, `image[src], alt[alt]`.
   * What follows a colon is a value to the end: `date:May 5, 2026`.
   */
  #takeMetadata(element: Element): void {
    for (const { attribute, isDefault } of METADATA) {
      const value = element.attribs[attribute];
      if (value === undefined) continue;
      const fields = isDefault ? this.#usual : this.#fields;
      for (const [part] of value.matchAll(/(?:[^,:[]|\[[^\]]*\]?)+(?::.*)?/gs))
        this.#take(part, element, fields);
    }
  }

  #take(part: string, element: Element, fields: Map<string, string[]>): void {
    const sign = part.search(/[:[\]]/);
    const key = (sign === -1 ? part : part.slice(0, sign)).trim();
    const rest = sign === -1 ? '' : part.slice(sign).trim();
    const attribute = /^\[([^\]]+)\]$/.exec(rest)?.[1];
    const said = rest.startsWith(':') ? rest.slice(1) : undefined;
    if (key === '' || (rest !== '' && attribute === undefined && said === undefined)) return;
    const value = oneLine(
      attribute !== undefined ? (element.attribs[attribute] ?? '') : (said ?? textBelow(element)),
    );
    if (value === '') return;
    if (key !== 'title') put(fields, key, value);
    else if (fields === this.#fields) this.title = value;
  }
}

/** Defaults hold where the page says nothing else. */
const METADATA = ['sparsedge', 'pagefind'].flatMap((owner) =>
  ['meta', 'filter', 'sort', 'default-meta'].map((use) => ({
    attribute: `data-${owner}-${use}`,
    isDefault: use === 'default-meta',
  })),
);

/** What many pages say of themselves in elements `meta`, and the fields that it becomes. */
const USUAL = new Map([
  ['author', 'author'],
  ['keywords', 'keywords'],
  ['date', 'date'],
  ['dc.date', 'date'],
  ['dcterms.date', 'date'],
  ['article:published_time', 'published'],
  ['article:modified_time', 'modified'],
  ['article:section', 'section'],
  ['article:tag', 'tag'],
]);

/** A page has no more values of a field, and they are together no longer. */
const MOST_VALUES = 100;
const MOST_CHARACTERS = 1000;

function put(fields: Map<string, string[]>, name: string, value: string): void {
  const values = fields.get(name);
  if (values === undefined) {
    fields.set(name, [value]);
    return;
  }
  const characters = values.reduce((sum, { length }) => sum + length, 0);
  if (values.length < MOST_VALUES && characters < MOST_CHARACTERS && !values.includes(value))
    values.push(value);
}

function listed(content: string): string[] {
  return content
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

/**
 * Whether rules for robots keep a page out, as Google documents them: a list, in letters of any case, in which `none`
 * is also a value of other rules (`max-image-preview:none`). Rules for a robot by its name, such as `googlebot`, are
 * not asked for: they are of no other robot, and a site may well find what that one is not to show.
 */
export function forbidsIndexing(rules: string): boolean {
  const listed = rules.toLowerCase().replace(/\s*:\s*/g, ':');
  return listed.split(/[\s,;]+/).some((rule) => rule === 'noindex' || rule === 'none');
}

/** Why a page is not to be found, if it says so. */
export function keptOutBy(head: HeadFacts): string | undefined {
  if (head.redirects) return 'redirect';
  if (forbidsIndexing(head.robots)) return 'noindex';
  return head.isIgnored ? 'data-sparsedge-ignore or data-pagefind-ignore' : undefined;
}
