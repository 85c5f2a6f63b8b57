// What hits carry of their documents: the parts that were asked for, a passage, and no more text than an answer has
// room for.

import { type Document, headingOf } from '../core/document.ts';
import { type Fields, type FieldValue, fieldText } from '../core/fields.ts';
import type { AnsweredHit } from '../query/ask.ts';
import type { ShownSection } from '../query/search/search.ts';
import type { ExplainedHit } from '../query/shown/explain.ts';
import type { Marks } from '../query/shown/snippet.ts';
import type { SearchAnswer, SearchInput } from './api.ts';
import type { SectionAnswer } from './schemas/shown-schema.ts';

type ShownHit = SearchAnswer['hits'][number];
/** What is shown of a document. */
interface Shown {
  readonly title?: string | undefined;
  readonly text?: string | undefined;
  readonly url?: string | undefined;
  readonly fields?: Fields | undefined;
}

/** A document as JSON has it: what is empty is left out. */
export function jsonOf({ id, title, text, url, fields }: Document) {
  return { id, title: title || undefined, text, url: url || undefined, fields: fields && { ...fields } };
}

/**
 * The hits of an answer, in their order.
 *
 * @param room for characters of documents
 * @param marks what shows the query in texts, where that is asked for
 */
export function showHits(
  hits: readonly AnsweredHit[],
  input: Pick<SearchInput, 'offset' | 'documents' | 'fields'>,
  marks: Marks | undefined,
  room: number,
  explained: readonly ExplainedHit[] = [],
): ShownHit[] {
  const { offset, documents, fields } = input;
  const chosen = hits.map(({ shown }) => (documents ? choose(jsonOf(shown!), fields) : {}));
  const longest = longestPart(chosen, room);
  let left = room;
  return hits.map(({ document, score, pinned, ranks, rerankScore, shown, sections }, i) => {
    const said = sections?.map((section) => showSection(section, input, marks, left));
    left -= JSON.stringify(said ?? '').length;
    return {
      rank: offset + i + 1,
      document,
      score,
      pinned,
      ranks,
      rerankScore,
      id: shown!.id,
      ...withTitle(cutParts(chosen[i], longest), marks),
      ...marks?.passage(shown!.text),
      sections: said,
      explain: explained[i],
    } as ShownHit;
  });
}

/** A section of a page: of more than an answer has room for, only what it is. */
function showSection(
  { document, score, shown }: ShownSection,
  input: Pick<SearchInput, 'documents'>,
  marks: Marks | undefined,
  room: number,
): SectionAnswer {
  const { id, url } = shown!;
  const bare = { document, score, id };
  if (!input.documents || room <= 0) return bare;
  const heading = headingOf(shown!);
  return {
    ...bare,
    url: url || undefined,
    heading,
    ...(heading !== undefined && marks?.heading(heading)),
    ...marks?.passage(shown!.text),
  };
}

/** A document with what of its title is of the query, where it is shown. */
function withTitle<Part extends Shown>(document: Part, marks: Marks | undefined): Part {
  return document.title === undefined ? document : { ...document, ...marks?.title(document.title) };
}

/** The named parts of a document; all where none are named. */
function choose(document: Shown, names: readonly string[] | undefined): Shown {
  if (!names) return document;
  const wanted = new Set(names);
  const { title, text, url, fields = {} } = document;
  const further = Object.entries(fields).filter(([name]) => wanted.has('fields') || wanted.has(name));
  return {
    title: wanted.has('title') ? title : undefined,
    text: wanted.has('text') ? text : undefined,
    url: wanted.has('url') ? url : undefined,
    fields: further.length > 0 ? Object.fromEntries(further) : undefined,
  };
}

/** How long a part may be so that all together are within the limit: the longest are cut, and to the same length. */
function longestPart(documents: readonly Shown[], limit: number): number {
  const lengths = documents
    .flatMap(({ title = '', text = '', url = '', fields = {} }) => [
      title,
      text,
      url,
      ...Object.values(fields).map(fieldText),
    ])
    .map(({ length }) => length)
    .sort((a, b) => a - b);
  let left = limit;
  for (const [i, length] of lengths.entries()) {
    const share = Math.floor(left / (lengths.length - i));
    if (length > share) return share;
    left -= length;
  }
  return Number.POSITIVE_INFINITY;
}

/** A document whose parts are at most so long, and how long those were that had to be cut. */
function cutParts(
  { title, text, url, fields }: Shown,
  longest: number,
): Shown & { cut?: Record<string, number> } {
  const cut: Record<string, number> = {};
  const within = (name: string, part: string | undefined) => {
    if (part === undefined || part.length <= longest) return part;
    cut[name] = part.length;
    // Between characters: half of a pair is none.
    return part.slice(0, longest).replace(/[\ud800-\udbff]$/, '');
  };
  const valueWithin = (name: string, value: FieldValue): FieldValue => {
    if (typeof value !== 'object') return typeof value === 'string' ? within(name, value)! : value;
    let left = longest + 2;
    const kept = value.filter(({ length }) => {
      left -= length + 2;
      return left >= 0;
    });
    if (kept.length < value.length) cut[name] = fieldText(value).length;
    return kept;
  };
  const shown = {
    title: within('title', title),
    text: within('text', text),
    url: within('url', url),
    fields:
      fields &&
      Object.fromEntries(
        Object.entries(fields).map(([name, value]) => [name, valueWithin(`fields.${name}`, value)]),
      ),
  };
  return Object.keys(cut).length > 0 ? { ...shown, cut } : shown;
}
