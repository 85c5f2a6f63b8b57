// The list of results: a listbox whose groups are pages and whose options are their sections, each a link.

import type { SearchAnswer } from '../../open-search.ts';
import { begunNear, icon, make, marked } from './elements.ts';
import { safeUrl, shownUrl, withFragment } from './target.ts';

export type Hit = SearchAnswer['hits'][number];
export type Section = NonNullable<Hit['sections']>[number];

/** What can be chosen. */
export interface Option {
  readonly element: HTMLElement;
  readonly hit?: Hit;
  readonly section?: Section | undefined;
  readonly url?: string | undefined;
  /** A question that was asked before, instead of a result. */
  readonly recent?: string;
}

/** How results are shown. */
export interface Showing {
  /** What relative addresses of documents are relative to. */
  readonly base: string;
  /** Whether links have the browser mark what was found. */
  readonly marks: boolean;
  readonly untitled: string;
}

const CLOCK = 'M10 5v5l3 2M10 2.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15z';

/** The results of an answer as groups, and their options in order. */
export function groupsOf(
  { hits }: SearchAnswer,
  showing: Showing,
): { readonly groups: HTMLElement[]; readonly options: Option[] } {
  const options: Option[] = [];
  const groups = hits.map((hit) => {
    const [first, ...others] = hit.sections ?? [];
    const best = pageOption(hit, first, showing);
    const rest = others.map((section) => sectionOption(hit, section, showing));
    options.push(best, ...rest);
    const title = best.element.querySelector('.title')!.textContent!;
    return make(
      'div',
      { role: 'group', class: 'page', part: 'page', 'aria-label': title },
      ...[best, ...rest].map(({ element }) => element),
    );
  });
  return { groups, options };
}

/** Questions that were asked before, as options. */
export function recentOptions(questions: readonly string[]): Option[] {
  return questions.map((recent) => ({
    recent,
    element: make(
      'div',
      { role: 'option', class: 'option recent', part: 'option', 'aria-selected': 'false' },
      icon(CLOCK),
      make('span', { dir: 'auto' }, recent),
    ),
  }));
}

/** The page with its best section. */
function pageOption(hit: Hit, section: Section | undefined, showing: Showing): Option {
  const { url = hit.url, snippet = hit.snippet, matches = hit.matches } = section ?? {};
  const { id, title = '' } = hit;
  const heading = headingBelow(section?.heading, title);
  const at = safeUrl(url, showing.base);
  const address = at && shownUrl(at);
  return optionOf(
    { hit, section, at, snippet, matches, showing, extra: 'main' },
    make(
      'span',
      { class: 'line' },
      make('span', { class: 'title', part: 'title', dir: 'auto' }, title || id || showing.untitled),
      address ? make('span', { class: 'address', dir: 'ltr' }, address) : undefined,
    ),
    heading ? make('span', { class: 'heading', dir: 'auto' }, heading) : undefined,
  );
}

function sectionOption(hit: Hit, section: Section, showing: Showing): Option {
  const { heading, url, snippet, matches } = section;
  const at = safeUrl(url, showing.base);
  const shown = headingBelow(heading, hit.title ?? '') || hit.title || showing.untitled;
  return optionOf(
    { hit, section, at, snippet, matches, showing, extra: 'section' },
    make('span', { class: 'heading', dir: 'auto' }, shown),
  );
}

function optionOf(
  about: {
    readonly hit: Hit;
    readonly section: Section | undefined;
    readonly at: URL | undefined;
    readonly snippet: string | undefined;
    readonly matches: Section['matches'];
    readonly showing: Showing;
    readonly extra: string;
  },
  ...children: readonly (HTMLElement | undefined)[]
): Option {
  const { hit, section, at, snippet, matches, showing, extra } = about;
  const url = at && (showing.marks ? withFragment(at, snippet, matches) : at.href);
  const attributes = {
    role: 'option',
    class: `option ${extra}`,
    part: 'option',
    'aria-selected': 'false',
  };
  const element = url
    ? make('a', { ...attributes, href: url, tabindex: -1 }, ...children)
    : make('div', attributes, ...children);
  if (snippet) {
    const passage = begunNear(snippet, matches, extra === 'main' ? 60 : 24);
    element.append(
      make('span', { class: 'snippet', part: 'snippet', dir: 'auto' }, marked(passage.text, passage.ranges)),
    );
  }
  return { element, hit, section, url };
}

/** The headings of a section without the page's own title, with which they begin. */
function headingBelow(heading: string | undefined, title: string): string {
  if (heading === undefined || heading === title) return '';
  const above = `${title} › `;
  return heading.startsWith(above) ? heading.slice(above.length) : heading;
}
