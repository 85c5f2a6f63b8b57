// Cuts a page at its headings and definitions into documents that a search can point at. The same page always gives the
// same ids, and no two of one page are equal.
//
// A document's title is the page's, or the name of what it defines. The headings above a section are in
// `fields.heading`, and, since fields are not searched, they also begin its text: `Installing › On Windows` must be
// found by both words.

import type { Document } from '../../../../../src/core/document.ts';
import { type Fields, fieldText } from '../../../../../src/core/fields.ts';
import { languageCode } from '../../language/codes.ts';
import { checked } from '../../lines/record.ts';
import { malformed } from '../../lines/report.ts';
import { anchorsOf } from './anchors.ts';

/** A heading, or the name of a definition, with the text below it. */
export interface Section {
  /** The headings that lead here, the section's own last; none before the first heading. */
  readonly headings: readonly string[];
  /** Of the heading, 1 to 6; 0 for what stands before the first heading, and 7 for a definition. */
  readonly level: number;
  /** The fragment by which the page is opened here, if it has one. */
  readonly anchor?: string | undefined;
  /** What is defined here: `os.path.join`. */
  readonly name?: string | undefined;
  readonly body: readonly string[];
  /** What is defined in its body, under no id: a question that is one of these terms finds the section. */
  readonly terms: readonly string[];
  /** Parts of its body and heading whose words count more often than once, or less. */
  readonly weighed: NonNullable<Document['weighed']>;
  /** Whether sections stand below this one. */
  readonly divided: boolean;
}

/** A page as its format's reader found it. */
export interface Page {
  /** What the page calls itself, apart from its headings. */
  readonly title?: string | undefined;
  /** Where the page says that it stands, if it says so. */
  readonly address?: Address | undefined;
  readonly fields?: Fields | undefined;
  /** Of its text, as it says, as a tag of BCP 47. */
  readonly language?: string | undefined;
  /** What the page says of itself and does not show: its description and its keywords. */
  readonly about: readonly string[];
  /** The first is what stands before any heading. */
  readonly sections: readonly Section[];
  /** Parts with text that is not shown, or not read out. */
  readonly hiddenParts: number;
  /** Whether the page marks what of it is to be found. */
  readonly isMarked?: boolean | undefined;
}

/** A page's word on its own URL. */
export interface Address {
  /** `url` takes the place of the whole path, `slug` that of its last part unless it begins with `/`. */
  readonly kind: 'canonical' | 'url' | 'slug';
  readonly value: string;
  /** What relative addresses of the page are relative to, if it says so. */
  readonly base?: string | undefined;
}

/** A page that is not to be found, and why. */
export interface KeptOut {
  readonly keptOut: string;
}

/** What links call a page, under '', and its places, under their fragments. */
export type LinkNames = ReadonlyMap<string, readonly string[]>;

/** An id has 512 bytes for the path and the slug: 64 characters are at most 256, and already more than anyone reads. */
const MAX_SLUG_CHARACTERS = 64;

/**
 * What each section of a page repeats has no more characters: headings above it, the page's fields. Else a page could
 * make an index many times its own size. A longer heading has a document of its own, and longer fields are with the
 * page's beginning alone.
 */
const MAX_REPEATED = 1000;
const MAX_URL_CHARACTERS = 8192;

/** One line of plain text. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/**
 * The documents of a page. A section's id is `path#slug`; what stands before the first heading has the id `path`. A
 * heading with no text of its own makes a document if no heading stands below it; else it is in the text of the
 * sections under it. A page without headings is one document, whose id is the path without its extension.
 *
 * @param path relative to the folder that is read, with `/` between its parts
 * @param url of the page
 * @param calledBy what links call it
 * @throws SparsedgeError `bad-input` when a document breaks a rule, for instance with a path too long for an id
 */
export function documentsOf(
  path: string,
  page: Page,
  url: string,
  calledBy: LinkNames = new Map(),
): Document[] {
  const language = languageCode(page.language);
  const title = page.title || page.sections.find(({ level }) => level === 1)?.headings.at(-1);
  const ofPage = {
    ...(language !== undefined && { language }),
    ...(title && { pageTitle: cut(title) }),
  };
  return sectionsOf(path, page, url, calledBy, title).map((document) => ({ ...document, ...ofPage }));
}

function sectionsOf(
  path: string,
  page: Page,
  url: string,
  calledBy: LinkNames,
  whole: string | undefined,
): Document[] {
  const { sections, about } = page;
  if (url.length > MAX_URL_CHARACTERS)
    throw malformed(`its URL is longer than ${MAX_URL_CHARACTERS} characters`);
  const filled = sections.filter(
    ({ headings, body, level, divided }) =>
      body.length > 0 || (level > 0 && (!divided || (headings.at(-1) ?? '').length > MAX_REPEATED)),
  );
  const empty = sections.every(({ body }) => body.length === 0);
  if (sections.length === 1 || filled.length === 0 || (empty && filled.length === 1)) {
    const lines = sections.flatMap(({ headings, body }) => [...headings.slice(-1), ...body]);
    const text = [...lines, ...about].join('\n');
    const id = path.replace(/\.[^./]+$/, '');
    const document = checked({ id, title: whole, text, url, fields: page.fields });
    return [{ ...document, ...beside(sections, [...calledBy.values()].flat()) }];
  }
  const short = whole === undefined ? undefined : cut(whole);
  const ids = anchorsOf('github');
  const repeated = shortest(page.fields);
  const anchors = new Set(filled.map(({ anchor }) => anchor));
  // What is called by a place that begins no section is in the page, and in which section is not known.
  const ofPage = [...calledBy].flatMap(([place, names]) => (anchors.has(place) ? [] : names));
  return filled.map((section, i) => {
    const { anchor, level, name, body } = section;
    const headings = section.headings.map((heading, depth) =>
      depth === section.headings.length - 1 ? heading : cut(heading),
    );
    const { said, title, fields, names } =
      i === 0
        ? { said: about, title: whole, fields: page.fields, names: ofPage }
        : { said: [], title: short, fields: repeated, names: [] };
    if (level === 0) {
      const text = [...body, ...said].join('\n');
      return { ...checked({ id: path, title, text, url, fields }), ...beside([section], names) };
    }
    const slug = [...(anchor ?? ids.slug(headings.at(-1) ?? ''))].slice(0, MAX_SLUG_CHARACTERS).join('');
    const below = headings[0] !== undefined && cut(headings[0]) === short ? headings.slice(1) : headings;
    const above = name === undefined || title === undefined ? below : [title, ...below];
    const document = checked({
      id: `${path}#${ids.numbered(slug || 'section')}`,
      title: name ?? title,
      text: [above.join(' › '), ...body, ...said].filter((part) => part !== '').join('\n'),
      url: anchor === undefined ? url : `${url}#${encodeURI(anchor).replaceAll('#', '%23')}`,
      fields: { ...fields, heading: headings.join(' › ') },
    });
    const called = anchor === undefined ? [] : (calledBy.get(anchor) ?? []);
    const isDefinition = name !== undefined && { isDefinition: true };
    return { ...document, ...isDefinition, ...beside([section], [...names, ...called]) };
  });
}

/** Between characters: half of a pair is none. */
function cut(text: string): string {
  return text.length > MAX_REPEATED ? text.slice(0, MAX_REPEATED).replace(/[\ud800-\udbff]$/, '') : text;
}

/** Of a page's fields those that its sections have as well: the shortest, as many as are not too long together. */
function shortest(fields: Page['fields']): Page['fields'] {
  const all = Object.entries(fields ?? {});
  const sizes = all.map(([name, value]) => name.length + fieldText(value).length);
  const order = [...all.keys()].sort((a, b) => sizes[a] - sizes[b] || a - b);
  const kept = new Set<number>();
  let characters = 0;
  for (const at of order) {
    characters += sizes[at];
    if (characters > MAX_REPEATED) break;
    kept.add(at);
  }
  return kept.size === 0 ? undefined : Object.fromEntries(all.filter((_, at) => kept.has(at)));
}

/** What of sections is searched beside their text, as a document has it. */
function beside(
  sections: readonly Section[],
  called: readonly string[],
): Pick<Document, 'names' | 'weighed'> {
  const names = [...called, ...sections.flatMap(({ terms }) => terms)];
  const weighed = sections.flatMap((section) => section.weighed);
  return { ...(names.length > 0 && { names }), ...(weighed.length > 0 && { weighed }) };
}
