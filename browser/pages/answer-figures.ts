// What an answer cost and what it proved, as the pages say it.

import type { SearchAnswer } from '../../src/http/client.ts';
import { make } from '../element/view/elements.ts';

const number = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

export function said(value: number): string {
  return number.format(value);
}

/** Bytes in the unit that suits them. */
function size(bytes: number): string {
  return bytes < 1000
    ? `${bytes} B`
    : bytes < 1e6
      ? `${said(Math.round(bytes / 100) / 10)} KB`
      : `${said(bytes / 1e6)} MB`;
}

/** A badge and a sentence. */
export function proofOf({ exact, bound }: SearchAnswer): Node[] {
  const badge = make('span', { class: exact ? 'badge good' : 'badge' }, exact ? 'Exact' : 'Not proved');
  const sentence = exact
    ? ' Proved: nothing that was not read could be among these.'
    : ` Nothing that is missing scores more than ${said(bound)}.`;
  return [badge, document.createTextNode(sentence)];
}

/** What an answer cost, by name. */
export function costOf({ cost }: SearchAnswer): [string, string][] {
  const { reads, bytes, rounds, postings, cachedPages, milliseconds, microdollars } = cost;
  return [
    ['Reads', `${said(reads)} in ${said(rounds)} ${rounds === 1 ? 'round' : 'rounds'}`],
    ['Bytes', size(bytes)],
    ['Cached pages', said(cachedPages)],
    ['Postings', said(postings)],
    ['Storage', `${said(milliseconds)} ms`],
    ['Price', `${said(microdollars)} µ$`],
  ];
}

/** A list of names and what they stand for. */
export function listed(entries: readonly (readonly [string, string])[]): HTMLElement[] {
  return entries.flatMap(([name, text]) => [make('dt', {}, name), make('dd', { dir: 'auto' }, text)]);
}
