// Why an answer is as it is, as lines for people.

import type { LoggedProof, LoggedRound } from '../../../src/query/search/meter.ts';
import { SECTION_UNIT } from '../../../src/query/search/sums/article-scores.ts';
import { FACTOR_UNIT } from '../../../src/query/search/sums/factors.ts';
import type { TermOrigin } from '../../../src/query/search/terms.ts';
import type {
  ExplainedHit,
  ExplainedPart,
  ExplainedTerm,
  Explanation,
} from '../../../src/query/shown/explain.ts';
import { count, counted, size, table, visible } from '../../terminal/layout.ts';

/** The terms of the question, and what each round read and proved. */
export function explanationLines({ terms, rounds, cost }: Explanation): string[] {
  const reads = cost.postingReads + cost.documentReads;
  return [
    terms.length === 0 ? 'Without terms, no score is added up.' : 'What was searched for:',
    ...(terms.length === 0 ? [] : termTable(terms)),
    ...rounds.flatMap((round) => roundLines(round, rounds)),
    `Explaining the hits took ${reads === 0 ? 'no further read' : `${counted(reads, 'further read')}, ${size(cost.bytes)}`}.`,
    '',
  ];
}

function termTable(terms: readonly ExplainedTerm[]): string[] {
  return table([['  term', 'space', 'weight', 'documents', 'list', 'from'], ...terms.map(termRow)], [2, 3]);
}

function termRow(explained: ExplainedTerm): string[] {
  const { space, term, weight, documents, from } = explained;
  return [
    `  ${term}`,
    space,
    count(weight),
    count(documents),
    placeOf(explained),
    from.map(originOf).join(', '),
  ];
}

function placeOf({ list, documents }: ExplainedTerm): string {
  if (!list) return 'in no page';
  const { kind, firstPage, pages } = list;
  if (kind === 'dictionary') return `${documents > 0 ? 'in' : 'not in'} dictionary page ${firstPage}`;
  return pages === 1
    ? `page ${firstPage} of its own`
    : `pages ${firstPage} to ${firstPage + pages - 1} of its own`;
}

function originOf({ kind, of, text }: TermOrigin): string {
  if (kind === 'synonym') return `the synonym "${text}" of "${of}"`;
  if (kind === 'correction') return `"${text}", for "${of}"`;
  if (kind === 'prefix') return text === undefined ? 'a title that begins so' : `"${text}", which begins so`;
  if (kind === 'like') return `the document ${of}`;
  return kind === 'feedback' ? 'the best documents' : 'the question';
}

function roundLines({ round, reads, proof }: LoggedRound, all: readonly LoggedRound[]): string[] {
  const bytes = reads.reduce((sum, read) => sum + read.bytes, 0);
  const beside = all.filter((other) => other.round === round).length > 1 && proof ? ` (${whose(proof)})` : '';
  return [
    `Round ${round}${beside} takes ${reads.length === 0 ? 'no read' : `${counted(reads.length, 'read')}, ${size(bytes)}`}.`,
    ...Array.from(byRun({ reads }), ([name, pages]) => `  ${name}: ${pageRanges(pages)}`),
    ...(proof ? [`  ${proved(proof)}.`] : []),
  ];
}

/** Of searches that went on side by side, which one. */
function whose({ spaces, windows }: LoggedProof): string {
  return `${spaces.join(' and ')}, windows ${windows.from} to ${windows.to - 1}`;
}

function proved({ k, threshold, bound }: LoggedProof): string {
  const reached =
    threshold === 0
      ? `fewer than ${count(k)} hits are known`
      : `hit ${count(k)} scores at least ${count(threshold)}`;
  return bound === 0
    ? `Then nothing is open: ${reached}, and unread postings can change nothing`
    : `Then ${reached}, and unread postings could raise a document to ${count(bound)}`;
}

/** The numbers of pages, by the space that they are of. */
function byRun({ reads }: Pick<LoggedRound, 'reads'>): Map<string, number[]> {
  const runs = new Map<string, number[]>();
  for (const { space, page } of reads.flatMap(({ pages }) => pages))
    runs.set(space, [...(runs.get(space) ?? []), page]);
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

/** What a hit's score is made of. */
export function hitExplanation({ score, pinnedBy, parts }: ExplainedHit): string[] {
  if (pinnedBy !== undefined) return [`     put first by rule ${pinnedBy + 1} of questions`];
  if (parts.length === 1) return [`     ${sumOf(parts[0])}`];
  const isPage = parts.some(({ share }) => share !== undefined);
  return [
    ...(isPage ? [`     ${count(score)} is the sum of its sections:`] : []),
    ...parts.map((part) => `       ${visible(part.space ?? part.id)}: ${sumOf(part)}`),
  ];
}

function sumOf({ terms, sum, factor, boosts, score, share }: ExplainedPart): string {
  const added = terms.map(
    ({ term, weight, impact, in: sources }) =>
      `${visible(term)} ${weight} × ${impact}${sources ? ` (${sources.join(', ')})` : ''}`,
  );
  const by = [
    ...(boosts?.rules.map(({ rule, factor: times }) => `boost ${rule + 1}: ${times}`) ?? []),
    ...(boosts?.own === undefined ? [] : [`its own: ${boosts.own}`]),
    ...(boosts?.recency === undefined ? [] : [`its age: about ${boosts.recency.toPrecision(2)}`]),
  ];
  const reasons = by.length === 0 ? '' : ` (${by.join(', ')})`;
  const times = factor === undefined ? '' : `, times ${factor}/${FACTOR_UNIT}${reasons} in ${FACTOR_UNIT}ths`;
  const shared = share === undefined ? '' : `, of which a page has ${share} in ${SECTION_UNIT}ths`;
  return `${count(score)} is ${added.join(' + ') || 0}${times === '' ? '' : ` = ${count(sum)}`}${times}${shared}`;
}
