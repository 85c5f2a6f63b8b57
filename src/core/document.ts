// What the pipeline reads and what a hit shows.

/** A document as its owner wrote it. */
export interface Document {
  /** Unique in its collection; not empty; any Unicode text without control characters, at most 512 bytes of UTF-8. */
  readonly id: string;
  readonly title?: string;
  readonly text: string;
  readonly url?: string;
  /** Further columns or front matter, shown with a hit and not searched. */
  readonly fields?: Readonly<Record<string, string>>;
  /** What it says its language is, by a code of ISO 639; while an index is built, what that was found to be. */
  readonly language?: string | undefined;
}

/** What of a document is searched, and what a reranker reads: title and text, joined. */
export function searchableText({ title, text }: Document): string {
  return title ? `${title} ${text}` : text;
}
