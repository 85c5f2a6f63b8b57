// What a page says of itself outside its text: title, description, address, and whether it is to be found at all.

import type { Document, Element } from 'domhandler';
import { oneLine } from '../sections/chunk.ts';
import { elementsOf, textBelow } from './dom.ts';

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
  readonly #fields: Record<string, string> = {};
  readonly isIgnored: boolean = false;

  constructor(tree: Document) {
    const said: string[] = [];
    for (const element of elementsOf(tree)) {
      const { name, attribs } = element;
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
        if (key === 'robots') this.robots += ` ${content.toLowerCase()}`;
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
        if (key?.startsWith('docsearch:') && content !== '') this.#fields[key.slice(10)] = content;
        if (attribs['http-equiv']?.toLowerCase() === 'content-language')
          this.language ??= content.split(',')[0];
        this.takeMetadata(element);
      } else if ((name === 'html' || name === 'body') && attribs['data-pagefind-ignore'] !== undefined)
        this.isIgnored = true;
    }
    this.about = [...new Set(said)];
  }

  get fields(): Readonly<Record<string, string>> | undefined {
    return Object.keys(this.#fields).length > 0 ? this.#fields : undefined;
  }

  /** Pagefind's attributes for metadata, filters and sorting: `title`, `author:Ann`, `image[src], alt[alt]`. */
  takeMetadata(element: Element): void {
    const { attribs } = element;
    for (const attribute of ['data-pagefind-meta', 'data-pagefind-filter', 'data-pagefind-sort']) {
      const value = attribs[attribute];
      if (value !== undefined)
        for (const part of value.split(/,\s*(?=[\w-]+(?:\s*[[:,]|\s*$))/)) this.#take(part, element);
    }
  }

  #take(part: string, element: Element): void {
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
    if (key === 'title') this.title = value;
    else if (this.#fields[key] === undefined) this.#fields[key] = value;
    else if (this.#fields[key].length < 1000 && !this.#fields[key].split(', ').includes(value))
      this.#fields[key] += `, ${value}`;
  }
}

/** Why a page is not to be found, if it says so. */
export function keptOutBy(head: HeadFacts): string | undefined {
  if (head.redirects) return 'redirect';
  if (/(?:^|[\s,:])(?:noindex|none)(?:$|[\s,])/.test(head.robots)) return 'noindex';
  return head.isIgnored ? 'data-pagefind-ignore' : undefined;
}
