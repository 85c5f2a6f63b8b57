// What the pipeline reads and what a hit shows.

import type { Fields } from './fields.ts';

/** A document as its owner wrote it. */
export interface Document {
  /** Unique in its collection; not empty; any Unicode text without control characters, at most 512 bytes of UTF-8. */
  readonly id: string;
  readonly title?: string;
  readonly text: string;
  readonly url?: string;
  /** Further columns or front matter, shown with a hit and not searched. */
  readonly fields?: Fields;
  /** The title of the page that it is, or is a section of; it is not stored. */
  readonly pageTitle?: string | undefined;
  /** Whether its title is the name of what it defines, and no page's: it is not stored. */
  readonly isDefinition?: boolean;
  /** Further names: what links to it say, and what it defines. A question that is one finds it; they are not stored. */
  readonly names?: readonly string[];
  /** Parts of the text whose words count so many times; it is not stored. */
  readonly weighed?: readonly { readonly text: string; readonly times: number }[];
  /** What it says its language is, by a code of ISO 639; while an index is built, what that was found to be. */
  readonly language?: string | undefined;
}

/** What of a document is searched, and what a reranker reads: title and text, joined. */
export function searchableText({ title, text }: Document): string {
  return title ? `${title} ${text}` : text;
}

/** The headings that lead to a section of a page, if it says them. */
export function headingOf({ fields }: Document): string | undefined {
  return typeof fields?.heading === 'string' ? fields.heading : undefined;
}
