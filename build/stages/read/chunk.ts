// Cuts a page at its headings into documents that a search can point at. The same page always gives the same ids, and
// no two of one page are equal.
//
// A document's title is the page's. The headings above a section are in `fields.heading`, and, since fields are not
// searched, they also begin its text: `Installing › On Windows` must be found by both words.

import type { Document } from '../../../src/core/document.ts';
import { checked } from './lines/record.ts';

/** A heading (level 1 to 6) or a block of text (level 0), as plain text on one line or several. */
export interface Piece {
  readonly level: number;
  readonly text: string;
  /** The fragment that the page itself gives a heading. */
  readonly anchor?: string | undefined;
}

/** A page as its format's reader found it. */
export interface Page {
  /** What the page calls itself, apart from its headings. */
  readonly title?: string | undefined;
  readonly url?: string | undefined;
  readonly fields?: Readonly<Record<string, string>>;
  readonly pieces: readonly Piece[];
}

interface Section {
  /** The headings that lead here, the section's own last; none before the first heading. */
  readonly headings: readonly string[];
  readonly anchor: string;
  readonly body: string[];
}

/** An id has 512 bytes for the path and the slug: 64 characters are at most 256, and already more than anyone reads. */
const MAX_SLUG_CHARACTERS = 64;

/** One line of plain text. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/**
 * The documents of a page. A section's id is `path#slug`; what stands before the first heading has the id `path`. A
 * heading with no text of its own makes no document: it is in the text of the sections under it. A page without
 * headings, or with nothing but headings, is one document, whose id is the path without its extension.
 *
 * @param path relative to the folder that is read, with `/` between its parts
 * @throws SparsedgeError `bad-input` when a document breaks a rule, for instance with a path too long for an id
 */
export function documentsOf(path: string, page: Page): Document[] {
  const pieces = page.pieces.filter((piece) => piece.text !== '');
  const sections = sectionsOf(pieces);
  const title = page.title || pieces.find((piece) => piece.level === 1)?.text;
  const url = page.url || path.split('/').map(encodeURIComponent).join('/');
  const filled = sections.filter((section) => section.body.length > 0);
  if (filled.length === 0 || sections.length === 1) {
    const text = pieces.map((piece) => piece.text).join('\n');
    return [checked({ id: path.replace(/\.[^./]+$/, ''), title, text, url, fields: page.fields })];
  }
  const ids = new Map<string, number>();
  return filled.map(({ headings, anchor, body }) => {
    if (anchor === '') return checked({ id: path, title, text: body.join('\n'), url, fields: page.fields });
    const slug = numbered(ids, [...anchor].slice(0, MAX_SLUG_CHARACTERS).join(''));
    const below = headings[0] === title ? headings.slice(1) : headings;
    return checked({
      id: `${path}#${slug}`,
      title,
      text: [below.join(' › '), ...body].filter((part) => part !== '').join('\n'),
      url: `${url}#${encodeURI(anchor)}`,
      fields: { ...page.fields, heading: headings.join(' › ') },
    });
  });
}

/** Of pieces that are not empty. */
function sectionsOf(pieces: readonly Piece[]): Section[] {
  const anchors = new Map<string, number>();
  const above: Piece[] = [];
  let section: Section = { headings: [], anchor: '', body: [] };
  const sections = [section];
  for (const piece of pieces) {
    if (piece.level === 0) {
      section.body.push(piece.text);
      continue;
    }
    while (above.length > 0 && above[above.length - 1].level >= piece.level) above.pop();
    above.push(piece);
    const anchor = piece.anchor || numbered(anchors, slugOf(piece.text));
    section = { headings: above.map(({ text }) => text), anchor, body: [] };
    sections.push(section);
  }
  return sections;
}

/** The fragment that GitHub, and most site generators after it, give a heading. */
function slugOf(heading: string): string {
  const kept = heading.toLowerCase().replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '');
  return kept.trim().replaceAll(' ', '-') || 'section';
}

/** The name, or the name with the least number that makes it new. */
function numbered(taken: Map<string, number>, name: string): string {
  let free = name;
  // The number last used for this name: a page that repeats one heading ten thousand times must not be tried from 1.
  let n = taken.get(name) ?? 0;
  while (taken.has(free)) free = `${name}-${++n}`;
  taken.set(name, n);
  if (free !== name) taken.set(free, 0);
  return free;
}
