// What a gate found, for people: the questions without their answers, and whether that is too many.

import type { Gated, Judged } from '../../evaluate/gate.ts';
import { counted, oneLine } from '../../terminal/layout.ts';

/** A report of a gate. */
export function gateLines({ folder, passes, share, answered, questions, missing }: Gated): string[] {
  const failed = questions.filter(({ isAnswered }) => !isAnswered);
  const percent = (part: number) => `${Number((100 * part).toFixed(1))} %`;
  return [
    ...failed.flatMap(aboutFailed),
    ...(missing.length > 0
      ? [`The index has no page of these names: ${missing.map((name) => oneLine(name, 120)).join(', ')}`]
      : []),
    ...(failed.length > 0 ? [''] : []),
    `${folder} answers ${answered} of ${counted(questions.length, 'question')}, ` +
      `${percent(answered / questions.length)}; ${percent(share)} are to be answered` +
      `${questions.some(({ must }) => must) ? ', and those that must be' : ''}: ${passes ? 'it passes' : 'it does not pass'}`,
  ];
}

function aboutFailed({ question, pages, must, among, place, first }: Judged): string[] {
  const where = place === undefined ? 'not among the hits' : `at place ${place}`;
  const wanted = among === 1 ? 'first' : `among the first ${among}`;
  return [
    `"${oneLine(question, 120)}"${must ? ', which must be answered' : ''}`,
    `  ${pages.map((page) => oneLine(page, 120)).join(' or ')}: ${where}, expected ${wanted}`,
    `  the first hit is ${first === undefined ? 'none' : oneLine(first, 120)}`,
  ];
}
