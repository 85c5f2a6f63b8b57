// What scores are made of, drawn: a bar a result, as long as its score, and in it each term's share.

import type { SearchAnswer } from '../../src/http/client.ts';
import { make } from '../element/view/elements.ts';
import { said } from './answer-figures.ts';

type Hit = SearchAnswer['hits'][number];
type Part = NonNullable<Hit['explain']>['parts'][number];

/** Colours of terms, by their order in the question; those behind share the last one. */
const COLOURS = 6;

/** What the terms of a hit add to its score, those that add most first. */
function sharesOf({ explain }: Hit): { readonly term: string; readonly share: number }[] {
  const sums = new Map<string, number>();
  let whole = 0;
  for (const part of explain?.parts ?? []) {
    for (const { term, product } of part.terms) {
      const added = product * weightOf(part);
      sums.set(term, (sums.get(term) ?? 0) + added);
      whole += added;
    }
  }
  return [...sums].map(([term, sum]) => ({ term, share: sum / whole })).sort((a, b) => b.share - a.share);
}

/** What a product counts in the score of the hit: rules multiply it, and of a page's section only a share counts. */
function weightOf({ sum, score, share = 1 }: Part): number {
  return sum === 0 ? 0 : (score / sum) * share;
}

/** Draws the explanation of an answer that has one. */
export function drawExplanation({ explain, hits }: SearchAnswer): Node[] {
  const terms = explain?.terms.filter(({ documents }) => documents > 0) ?? [];
  const colours = new Map(terms.map(({ term }, i) => [term, Math.min(i, COLOURS - 1)]));
  const best = Math.max(...hits.map((hit) => hit.explain?.score ?? 0), 1);
  return [
    legendOf(terms, colours),
    make('ol', { class: 'bars' }, ...hits.map((hit) => barOf(hit, best, colours))),
  ];
}

function legendOf(
  terms: NonNullable<SearchAnswer['explain']>['terms'],
  colours: ReadonlyMap<string, number>,
): HTMLElement {
  const rows = terms.map(({ term, weight, documents, from }) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, make('i', { class: `swatch c${colours.get(term)}` }), shownTerm(term)),
      make('td', {}, said(weight)),
      make('td', {}, said(documents)),
      make('td', {}, [...new Set(from.map(({ kind }) => kind))].join(', ')),
    ),
  );
  const head = ['Term', 'Weight', 'Documents', 'From'].map((name) => make('th', { scope: 'col' }, name));
  return make('table', {}, make('thead', {}, make('tr', {}, ...head)), make('tbody', {}, ...rows));
}

function barOf(hit: Hit, best: number, colours: ReadonlyMap<string, number>): HTMLElement {
  const shares = sharesOf(hit);
  const text = shares
    .map(({ term, share }) => `${shownTerm(term)} ${said(Math.round(share * 100))} %`)
    .join(', ');
  const bar = make('div', { class: 'bar', role: 'img', 'aria-label': text || 'no explanation' });
  bar.style.inlineSize = `${Math.max(2, ((hit.explain?.score ?? 0) / best) * 100)}%`;
  for (const { term, share } of shares) {
    const segment = make('span', { class: `c${colours.get(term) ?? COLOURS - 1}`, title: shownTerm(term) });
    segment.style.flexGrow = String(share);
    bar.append(segment);
  }
  const parts = hit.explain?.parts ?? [];
  return make(
    'li',
    {},
    make('span', { class: 'bar-title', dir: 'auto' }, hit.title ?? hit.id),
    make('span', { class: 'bar-score' }, said(hit.score)),
    bar,
    make('details', {}, make('summary', {}, text || 'No term'), ...parts.map((part) => sumOf(part))),
  );
}

/** A part as the sum that it is. */
function sumOf({ id, terms, sum, factor, score, share }: Part): HTMLElement {
  const rows = terms.map(({ term, weight, impact, product, in: where = [] }) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row' }, shownTerm(term)),
      make('td', {}, `${said(weight)} × ${impact}`),
      make('td', {}, said(product)),
      make('td', {}, where.join(', ')),
    ),
  );
  const end = [
    `Sum ${said(sum)}`,
    factor === undefined ? '' : `, × ${factor}⁄64 by rules = ${said(score)}`,
    share === undefined ? '' : `, of which its page counts ${share}⁄1024`,
  ].join('');
  return make(
    'div',
    { class: 'part' },
    make('strong', { dir: 'auto' }, id),
    make('table', {}, make('tbody', {}, ...rows)),
    make('p', {}, end),
  );
}

/** A term as a person reads it: that of a whole title is kept with signs between its words. */
function shownTerm(term: string): string {
  return term.startsWith('=') ? `“${term.slice(1).replaceAll('=', ' ')}”` : term;
}
