// HTML pages, as the stream of tags that htmlparser2 gives: what a reader of the page would read, as plain text, cut
// where its headings are. White space means nothing, as in a browser; in <pre> neither, since this text is for search.

import { Parser } from 'htmlparser2';
import { oneLine, type Page, type Piece } from './chunk.ts';

/** What is on the page but is not its text. */
const DROPPED = new Set(['script', 'style', 'nav', 'template', 'noscript', 'svg', 'iframe', 'object']);
/** Elements that begin a new line. */
const BLOCKS = new Set(
  (
    'address article aside blockquote body br caption dd details dialog div dl dt fieldset figcaption figure footer ' +
    'form header hr li main ol option p pre section summary table tbody tfoot thead tr ul'
  ).split(' '),
);
const HEADING = /^h[1-6]$/;

/**
 * A page's title, canonical URL, headings and text. Where there is a <main>, only what is in it is text: around it
 * stand the banners and footers that all pages of a site share.
 */
export function parseHtml(html: string): Page {
  const page = new Reader();
  const parser = new Parser(
    {
      onopentag: (name, attributes) => page.open(name, attributes),
      ontext: (text) => page.text(text),
      onclosetag: (name) => page.close(name),
    },
    { decodeEntities: true },
  );
  parser.end(html);
  return page.finish();
}

/** What has been read and what is open. */
class Reader {
  #pieces: Piece[] = [];
  #words: string[] = [];
  #title: string | undefined;
  #url: string | undefined;
  #heading: { readonly tag: string; anchor: string | undefined } | undefined;
  /** The id of an element that has just begun: a heading that comes first in it goes by that id. */
  #pendingId: string | undefined;
  #inTitle = false;
  /** Inside a heading, a link to a place on the page: nearly always its permalink, a sign that is not its text. */
  #inFragmentLink = false;
  #dropped = 0;
  #main: 'not seen' | 'open' | 'closed' = 'not seen';

  open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'title' && this.#title === undefined && this.#dropped === 0) {
      this.#inTitle = true;
      this.#title = '';
      return;
    }
    if (name === 'link' && attributes.rel?.toLowerCase() === 'canonical') this.#url ??= attributes.href;
    if (DROPPED.has(name)) this.#dropped++;
    if (this.#dropped > 0 || this.#main === 'closed') return;
    if (name === 'main' && this.#main === 'not seen') {
      this.#main = 'open';
      this.#pieces = [];
      this.#words = [];
    }
    const id = attributes.id || (name === 'a' ? attributes.name : undefined);
    if (HEADING.test(name)) {
      this.#flush(0);
      this.#heading = { tag: name, anchor: id || this.#pendingId };
      this.#pendingId = undefined;
      return;
    }
    if (this.#heading !== undefined) {
      this.#heading.anchor ??= id;
      if (name === 'a' && attributes.href?.startsWith('#')) this.#inFragmentLink = true;
    } else if (id) {
      this.#pendingId = id;
    }
    if (BLOCKS.has(name)) this.#words.push('\n');
    if (name === 'td' || name === 'th') this.#words.push(' ');
    if (name === 'img' && attributes.alt) this.#words.push(` ${oneLine(attributes.alt)} `);
  }

  text(text: string): void {
    if (this.#inTitle) this.#title += text;
    else if (this.#dropped === 0 && this.#main !== 'closed') {
      if (this.#inFragmentLink && !/[\p{L}\p{N}]/u.test(text)) return;
      if (this.#pendingId !== undefined && /\S/.test(text)) this.#pendingId = undefined;
      this.#words.push(text.replace(/\s+/g, ' '));
    }
  }

  close(name: string): void {
    if (name === 'title') this.#inTitle = false;
    if (DROPPED.has(name) && this.#dropped > 0) this.#dropped--;
    if (this.#dropped > 0) return;
    if (name === 'a') this.#inFragmentLink = false;
    if (name === this.#heading?.tag) {
      this.#flush(Number(name[1]), this.#heading.anchor);
      this.#heading = undefined;
    }
    if (BLOCKS.has(name)) this.#words.push('\n');
    if (name === 'main' && this.#main === 'open') {
      this.#flush(0);
      this.#main = 'closed';
    }
  }

  finish(): Page {
    this.#flush(0);
    return { title: oneLine(this.#title ?? ''), url: this.#url, pieces: this.#pieces };
  }

  #flush(level: number, anchor?: string): void {
    const words = this.#words.join('');
    this.#words = [];
    const text =
      level > 0
        ? oneLine(words)
        : words
            .replace(/ *\n[ \n]*/g, '\n')
            .replace(/ {2,}/g, ' ')
            .trim();
    if (text !== '') this.#pieces.push({ level, text, anchor });
  }
}
