// The page that a Worker serves at its root: a search of its index, with what each answer cost and proved.

import { connect, type SearchAnswer, type SearchProblem } from '../../src/http/client.ts';
import type { AnswerEvent, SelectEvent } from '../element/events.ts';
import { make } from '../element/view/elements.ts';
import { costOf, listed, proofOf, said } from './answer-figures.ts';
import { drawExplanation } from './explain-view.ts';
import { askForKey, ownKey } from './own-key.ts';

/** A field with more values is better searched than chosen from. */
const MOST_VALUES = 200;
const MOST_FACETS = 4;

const here = new URL('.', document.baseURI);
const client = connect(here, fetch, ownKey());
const part = <E extends HTMLElement = HTMLElement>(id: string) => document.getElementById(id) as E;
const aside = document.querySelector('aside')!;
const explain = part<HTMLDetailsElement>('explain');
let latest: AnswerEvent['detail'] | undefined;
let asking = new AbortController();

await start();

/** Shows the search as soon as it is known by what it can be filtered. */
async function start(): Promise<void> {
  const element = make('sparsedge-search', { mode: 'inline', endpoint: here.href, languages: 'all' });
  try {
    const { documents, articles, fields, index } = await client.index();
    const count =
      articles === undefined
        ? `${said(documents)} documents`
        : `${said(articles)} pages in ${said(documents)} sections`;
    part('facts').textContent = `${count}, build ${index.build}`;
    const facets = fields.filter(
      ({ type, values }) => /keyword|boolean/.test(type) && values > 1 && values <= MOST_VALUES,
    );
    if (facets.length > 0)
      element.setAttribute(
        'facets',
        facets
          .slice(0, MOST_FACETS)
          .map(({ name }) => name)
          .join(','),
      );
  } catch (error) {
    part('facts').textContent = (error as Error).message;
    if ((error as SearchProblem).code === 'unauthorized') return askForKey();
  }
  element.engine = client;
  element.addEventListener('sparsedge-answer', (event) => show((event as AnswerEvent).detail));
  element.addEventListener('sparsedge-select', (event) => select(event as SelectEvent));
  part('search').append(element);
  explain.addEventListener('toggle', () => explainLatest());
  await customElements.whenDefined('sparsedge-search');
  element.open();
}

function show(detail: AnswerEvent['detail']): void {
  latest = detail;
  const { question, answer, milliseconds } = detail;
  document.title = `${question} · Search`;
  aside.hidden = false;
  part('proof').replaceChildren(...proofOf(answer));
  part('cost').replaceChildren(
    ...listed([...costOf(answer), ['Here', `${said(Math.round(milliseconds))} ms`]]),
  );
  explainLatest();
}

/** Asks for an explanation of what is shown, while somebody looks at it. */
async function explainLatest(): Promise<void> {
  asking.abort();
  if (!explain.open || latest === undefined) return;
  asking = new AbortController();
  const { signal } = asking;
  const { question, filter, exactWords, answer } = latest;
  try {
    const explained: SearchAnswer = await client.search(question, {
      explain: true,
      prefix: true,
      filter,
      exactWords,
      k: Math.max(1, answer.hits.length),
      fields: ['title'],
      signal,
    });
    part('explanation').replaceChildren(...drawExplanation(explained));
  } catch (error) {
    if (!signal.aborted) part('explanation').textContent = (error as Error).message;
  }
}

/** A document whose address is of a site that is not here is shown as it is in the index. */
async function select(event: SelectEvent): Promise<void> {
  const { hit, section, url } = event.detail;
  const own = section?.url ?? hit.url;
  if (url !== undefined && own !== undefined && URL.canParse(own)) return;
  event.preventDefault();
  const id = section?.id ?? hit.id;
  part('document-title').textContent = hit.title || id;
  part('document-text').textContent = '…';
  part('document-fields').replaceChildren();
  part<HTMLDialogElement>('document').showModal();
  try {
    const { document: whole } = await client.document(id);
    part('document-text').textContent = whole.text;
    const fields = Object.entries({ id, url: whole.url, ...whole.fields }).filter(
      ([, value]) => value !== undefined,
    );
    part('document-fields').replaceChildren(...listed(fields.map(([name, value]) => [name, String(value)])));
  } catch (error) {
    part('document-text').textContent = (error as Error).message;
  }
}
