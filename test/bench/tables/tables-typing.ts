// The tables of questions with mistakes, and of titles while they are typed.

import { JUDGED } from '../data/judged-collections.ts';
import { MISTAKES } from '../data/mistakes.ts';
import { keptResult } from '../figures.ts';
import type { TypingFigures } from '../suites/quality/bench-typing.ts';
import { kilobytes, number, type Table } from './cells.ts';

function results(): [name: string, figures: TypingFigures][] {
  return Object.keys(JUDGED).flatMap((collection) =>
    ['-bm25', ''].flatMap((encoder): [string, TypingFigures][] => {
      const kept = keptResult<TypingFigures>(`typing-${collection}${encoder}`);
      const name = `${collection}, ${encoder === '' ? 'sparsedge-en' : 'BM25'}`;
      return kept ? [[name, kept.figures]] : [];
    }),
  );
}

/** What is won back of questions with mistakes. */
export function mistakesTable(): Table {
  const rows = results().flatMap(([name, { mistakes }]) =>
    MISTAKES.map((mistake) => {
      const { questions, right, exact, corrected, wonBack, reads } = mistakes[mistake];
      const measures = [right, exact, corrected].map((value) => value.toFixed(4));
      return [name, mistake, number(questions), ...measures, `${number(100 * wonBack)} %`, number(reads)];
    }),
  );
  const heads = [
    '',
    'mistake',
    'questions',
    'nDCG@10 without',
    'with',
    'corrected',
    'won back',
    'further reads',
  ];
  return [heads, ...rows];
}

/** What corrections do to questions without mistakes, and what words take. */
export function unmistakenTable(): Table {
  const rows = results().map(([name, { documents, words, bytesADocument, share, unmistaken }]) => {
    const { exact, corrected, lookedUp, questions, furtherReads } = unmistaken;
    return [
      name,
      exact.toFixed(4),
      corrected.toFixed(4),
      `${number(lookedUp)} of ${number(questions)}`,
      number(furtherReads),
      `${number(words)} of ${number(documents)} documents`,
      number(bytesADocument),
      `${number(100 * share)} %`,
    ];
  });
  const heads = ['', 'nDCG@10', 'with corrections', 'with an unknown word', 'further reads of the others'];
  return [[...heads, 'words', 'bytes a document', 'of the index'], ...rows];
}

/** What correcting words that hardly any document has could win at most, and how many questions have some. */
export function hardlyHeldTable(): Table {
  const rows = results().map(([name, { mistakes, unmistaken }]) => [
    name,
    ...MISTAKES.map((mistake) => {
      const { hardlyHeld, questions } = mistakes[mistake];
      return `${hardlyHeld.questions} of ${questions}: ${hardlyHeld.lost.toFixed(4)}`;
    }),
    `${unmistaken.hardlyHeld} of ${unmistaken.questions}`,
  ]);
  return [['', ...MISTAKES, 'without a mistake'], ...rows];
}

/** How soon titles are found, and what a letter costs. */
export function typingTable(): Table {
  const rows = results().map(([name, { typing }]) => {
    const { found, cold, warm } = typing;
    const shares = ['0.25', '0.5', '0.75', '1'].map((share) => `${number(100 * (found[share] ?? 0))} %`);
    const costs = [cold, warm].flatMap(({ reads, bytes }) => [
      `${number(reads.mean)}, ${number(reads.p95)}`,
      `${kilobytes(bytes.mean)}, ${kilobytes(bytes.p95)}`,
    ]);
    return [name, ...shares, ...costs];
  });
  const heads = ['', 'by a quarter', 'by half', 'by three quarters', 'whole'];
  return [[...heads, 'reads, cold', 'KB, cold', 'reads, warm', 'KB, warm'], ...rows];
}

/** What suggestions cost a letter, beside what a search for documents does. */
export function suggestedTable(): Table {
  const rows = results().flatMap(([name, { typing }]) => {
    const { suggested } = typing;
    if (!suggested) return [];
    const costs = [suggested.cold, suggested.warm].flatMap(({ reads, bytes, rounds }) => [
      `${number(reads.mean)}, ${number(reads.p95)}`,
      `${kilobytes(bytes.mean)}, ${kilobytes(bytes.p95)}`,
      `${number(rounds.mean)}, ${number(rounds.p95)}`,
    ]);
    return [[name, `${number(100 * suggested.beginnings)} %`, ...costs]];
  });
  const heads = ['', 'title suggested', 'reads, cold', 'KB, cold', 'rounds, cold', 'reads, warm', 'KB, warm'];
  return [[...heads, 'rounds, warm'], ...rows];
}
