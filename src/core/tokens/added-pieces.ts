// Added pieces, as the library `tokenizers` finds them (added_vocabulary.rs): first those of the text as it is written,
// then, in what lies between, those of normalized text. Of several at one place the longest counts.

import type { AddedPiece } from './wordpiece-facts.ts';

/** A text as ids of added pieces and, between them, normalized text. */
export type AddedPieces = (text: string) => readonly (number | string)[];

/** A piece as it is looked for. */
interface Sought extends AddedPiece {
  readonly content: string;
  readonly id: number;
}

const LETTER_BEFORE = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200c\u200d]$/u;
const LETTER_BEHIND = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\u200c\u200d]/u;

/** Prepares the search for added pieces. */
export function addedPieces(
  added: readonly AddedPiece[],
  ids: ReadonlyMap<string, number>,
  normalize: (text: string) => string,
): AddedPieces {
  if (added.length === 0) return (text) => [normalize(text)];
  const sought = added.map((each) => ({
    ...each,
    content: each.normalized ? normalize(each.piece) : each.piece,
    id: ids.get(each.piece)!,
  }));
  const inWritten = finder(sought.filter(({ normalized }) => !normalized));
  const inNormal = finder(sought.filter(({ normalized }) => normalized));
  return (text) =>
    inWritten(text).flatMap((part) => (typeof part === 'number' ? [part] : inNormal(normalize(part))));
}

function finder(sought: readonly Sought[]): (text: string) => (number | string)[] {
  const wanted = sought.filter(({ content }) => content !== '');
  if (wanted.length === 0) return (text) => [text];
  const byContent = new Map(wanted.map((each) => [each.content, each]));
  // Alternatives are tried in order, so the longest comes first.
  const longestFirst = [...byContent.keys()].sort((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map((content) => content.replace(SIGNS, '\\$&')).join('|'), 'gu');
  return (text) => {
    const parts: (number | string)[] = [];
    let from = 0;
    for (const { 0: content, index } of text.matchAll(pattern)) {
      const piece = byContent.get(content)!;
      let [start, end] = [index, index + content.length];
      if (piece.singleWord && !standsAlone(text, start, end)) continue;
      if (piece.lstrip) start = Math.max(from, text.slice(0, start).trimEnd().length);
      if (piece.rstrip) end = text.length - text.slice(end).trimStart().length;
      if (start > from) parts.push(text.slice(from, start));
      parts.push(piece.id);
      from = end;
    }
    if (from < text.length) parts.push(text.slice(from));
    return parts;
  };
}

/** What has a meaning in a pattern. */
const SIGNS = /[\\^$.*+?()[\]{}|/]/g;

function standsAlone(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - 2), start);
  return !LETTER_BEFORE.test(before) && !LETTER_BEHIND.test(text.slice(end, end + 2));
}
