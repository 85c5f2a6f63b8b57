// What a search did, as lines for people.

import type {
  ExplainedRound,
  ExplainedSearch,
  ExplainedTerm,
  Explanation,
  ReadPage,
} from '../../local/explain.ts';
import { count, counted, size, table } from '../../terminal/layout.ts';

/** The terms and rounds of each search, and what was read of documents after them. */
export function explanationLines({ searches, documents }: Explanation): string[] {
  const lines = searches.flatMap((search) => [...searchLines(search), '']);
  if (documents.reads > 0) {
    lines.push(
      `After that, the documents of the hits took ${counted(documents.reads, 'read')}, ${size(documents.bytes)}.`,
      '',
    );
  }
  return lines;
}

function searchLines({ k, terms, rounds, threshold, bound }: ExplainedSearch): string[] {
  if (terms.length === 0) return ['Without terms, there is nothing to read.'];
  const spaces = [...new Set(terms.map(({ space }) => space))].join(' and ');
  return [
    `The best ${count(k)} by ${counted(terms.length, 'term')} of ${spaces}:`,
    ...table([['  term', 'space', 'weight', 'postings', 'list'], ...terms.map(termRow)], [2, 3]),
    ...rounds.flatMap((round, i) => roundLines(round, i + 1, k)),
    bound === 0
      ? `Then nothing is open: ${reached(threshold, k)}, and unread postings can change nothing.`
      : `Then the search ended early: ${stillOpen(threshold, bound, k)}.`,
  ];
}

function termRow(explained: ExplainedTerm): string[] {
  const { space, term, weight, postings } = explained;
  return [`  ${term}`, space, count(weight), count(postings), placeOf(explained)];
}

function placeOf({ list, postings }: ExplainedTerm): string {
  if (!list) return 'in no page';
  const { kind, firstPage, pages } = list;
  if (kind === 'dictionary') return `${postings > 0 ? 'in' : 'not in'} dictionary page ${firstPage}`;
  return pages === 1
    ? `page ${firstPage} of its own`
    : `pages ${firstPage} to ${firstPage + pages - 1} of its own`;
}

function roundLines(
  { open, reads, bytes, pages, documentPages }: ExplainedRound,
  number: number,
  k: number,
): string[] {
  const why = open ? `is needed because ${stillOpen(open.threshold, open.bound, k)}` : 'is the first';
  const lines = [`Round ${number} ${why}. It takes ${counted(reads, 'read')}, ${size(bytes)}:`];
  for (const [name, numbers] of byRun(pages)) lines.push(`  ${name}: ${pageRanges(numbers)}`);
  for (const [name, numbers] of byRun(documentPages))
    lines.push(`  ${name}: ${pageRanges(numbers)}, of the documents that lead`);
  return lines;
}

function reached(threshold: number, k: number): string {
  return threshold === 0
    ? `fewer than ${count(k)} hits are known`
    : `hit ${count(k)} scores ${count(threshold)}`;
}

function stillOpen(threshold: number, bound: number, k: number): string {
  return `${reached(threshold, k)}, and unread postings could raise a document to ${count(bound)}`;
}

/** The numbers of pages, by the space that they are of. */
function byRun(pages: readonly ReadPage[]): Map<string, number[]> {
  const runs = new Map<string, number[]>();
  for (const { space, page } of pages) runs.set(space, [...(runs.get(space) ?? []), page]);
  return runs;
}

/** 3, 4, 5, 9 → "pages 3 to 5, 9". */
function pageRanges(pages: readonly number[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const page of [...pages].sort((a, b) => a - b)) {
    const range = ranges.at(-1);
    if (range?.last === page - 1) range.last = page;
    else ranges.push({ first: page, last: page });
  }
  const named = ranges.map(({ first, last }) => (first === last ? `${first}` : `${first} to ${last}`));
  return `${pages.length === 1 ? 'page' : 'pages'} ${named.join(', ')}`;
}
