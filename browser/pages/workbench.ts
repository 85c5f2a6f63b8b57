// The page that asks one question twice and says where the answers differ.

import type { SearchAnswer } from '../../src/http/client.ts';
import { make } from '../element/view/elements.ts';
import { costOf, proofOf, said } from './answer-figures.ts';
import { askForKey, ownKey } from './own-key.ts';

type Hit = SearchAnswer['hits'][number];

interface Side {
  readonly name: string;
  readonly endpoint: string;
  readonly parameters: string;
}

const form = document.getElementById('form') as HTMLFormElement;
const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement | HTMLTextAreaElement;
const NAMES = ['q', 'a', 'ap', 'b', 'bp', 'list'];
let running = new AbortController();

for (const [name, value] of new URLSearchParams(location.search)) {
  if (NAMES.includes(name)) field(name).value = value;
}
form.addEventListener('submit', (event) => {
  event.preventDefault();
  compare();
});
if (field('q').value !== '' || field('list').value !== '') compare();

async function compare(): Promise<void> {
  running.abort();
  running = new AbortController();
  const { signal } = running;
  const said = new URLSearchParams(
    NAMES.map((name) => [name, field(name).value]).filter(([, value]) => value !== ''),
  );
  history.replaceState(null, '', `?${said}`);
  const questions = field('list')
    .value.split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  document.getElementById('table')!.replaceChildren();
  if (field('q').value.trim() !== '') await compareOne(field('q').value.trim(), signal);
  if (questions.length > 0) await compareAll(questions, signal);
}

async function compareOne(question: string, signal: AbortSignal): Promise<void> {
  const sides = sidesOf();
  const answers = await Promise.all(sides.map((side) => ask(side, question, signal)));
  if (signal.aborted) return;
  const [a, b] = answers;
  document.getElementById('agreement')!.textContent =
    a instanceof Error || b instanceof Error ? '' : agreementOf(a.hits, b.hits);
  document
    .getElementById('sides')!
    .replaceChildren(...sides.map(({ name }, i) => drawSide(name, answers[i], answers[1 - i])));
}

/** A row a question, those that differ most first. */
async function compareAll(questions: readonly string[], signal: AbortSignal): Promise<void> {
  const rows: { readonly question: string; readonly shared: number; readonly text: string }[] = [];
  for (const question of questions) {
    const [a, b] = await Promise.all(sidesOf().map((side) => ask(side, question, signal)));
    if (signal.aborted) return;
    rows.push(
      a instanceof Error || b instanceof Error
        ? {
            question,
            shared: -1,
            text: [a, b].map((one) => (one instanceof Error ? one.message : '')).join(' '),
          }
        : { question, shared: sharedIn(a.hits, b.hits), text: agreementOf(a.hits, b.hits) },
    );
  }
  rows.sort((a, b) => a.shared - b.shared);
  const head = make(
    'tr',
    {},
    make('th', { scope: 'col' }, 'Question'),
    make('th', { scope: 'col' }, 'Agreement'),
  );
  document
    .getElementById('table')!
    .replaceChildren(make('table', {}, make('thead', {}, head), make('tbody', {}, ...rows.map(rowOf))));
}

function rowOf({ question, text }: { readonly question: string; readonly text: string }): HTMLElement {
  const button = make('button', { type: 'button', class: 'link', dir: 'auto' }, question);
  button.addEventListener('click', () => {
    field('q').value = question;
    compareOne(question, running.signal);
  });
  return make('tr', {}, make('th', { scope: 'row' }, button), make('td', {}, text));
}

function sidesOf(): Side[] {
  return ['a', 'b'].map((name) => ({
    name: name.toUpperCase(),
    endpoint: field(name).value.trim() || document.baseURI,
    parameters: field(`${name}p`).value.trim(),
  }));
}

/** An answer, or why there is none. */
async function ask(
  { endpoint, parameters }: Side,
  question: string,
  signal: AbortSignal,
): Promise<SearchAnswer | Error> {
  try {
    const url = new URL(
      'v1/search',
      endpoint.endsWith('/') || endpoint === document.baseURI ? endpoint : `${endpoint}/`,
    );
    url.search = String(
      new URLSearchParams({
        q: question,
        fields: 'title,url',
        ...Object.fromEntries(new URLSearchParams(parameters)),
      }),
    );
    const isOwn = url.origin === location.origin;
    const key = isOwn ? ownKey() : undefined;
    const response = await fetch(url, {
      signal,
      ...(key && { headers: { Authorization: `Bearer ${key}` } }),
    });
    if (isOwn && response.status === 401) askForKey();
    const answer = await response.json();
    return response.ok ? answer : new Error(answer.detail ?? response.statusText);
  } catch (error) {
    return error as Error;
  }
}

/** What a result is on both sides: its page, or else its id. */
function keyOf({ url, id }: Hit): string {
  return (url ?? id).replace(/#.*$/, '');
}

function sharedIn(a: readonly Hit[], b: readonly Hit[]): number {
  const keys = new Set(b.map(keyOf));
  return a.filter((hit) => keys.has(keyOf(hit))).length / Math.max(a.length, b.length, 1);
}

function agreementOf(a: readonly Hit[], b: readonly Hit[]): string {
  const most = Math.max(a.length, b.length);
  if (most === 0) return 'Neither found anything.';
  const both = Math.round(sharedIn(a, b) * most);
  const first = Array.from({ length: most }, (_, i) => i).find(
    (i) => !a[i] || !b[i] || keyOf(a[i]) !== keyOf(b[i]),
  );
  return `${both} of ${most} in both; ${first === undefined ? 'the same order' : `they differ from rank ${first + 1} on`}.`;
}

function drawSide(name: string, answer: SearchAnswer | Error, other: SearchAnswer | Error): HTMLElement {
  if (answer instanceof Error)
    return make('section', {}, make('h2', {}, name), make('p', { class: 'error' }, answer.message));
  const ranks = new Map(other instanceof Error ? [] : other.hits.map((hit, i) => [keyOf(hit), i]));
  const cost = costOf(answer)
    .map(([what, text]) => `${what.toLowerCase()} ${text}`)
    .join(' · ');
  return make(
    'section',
    {},
    make('h2', {}, name),
    make('p', { class: 'proof' }, ...proofOf(answer)),
    make('p', { class: 'cost' }, cost),
    make('ol', { class: 'hits' }, ...answer.hits.map((hit, i) => drawHit(hit, i, ranks.get(keyOf(hit))))),
  );
}

function drawHit(hit: Hit, rank: number, other: number | undefined): HTMLElement {
  const moved = other === undefined ? 0 : other - rank;
  const [kind, mark] =
    other === undefined
      ? ['new', 'only here']
      : moved === 0
        ? ['same', '=']
        : moved > 0
          ? ['up', `▲ ${moved}`]
          : ['down', `▼ ${-moved}`];
  return make(
    'li',
    { class: kind },
    make('span', { class: 'mark' }, mark),
    make('span', { class: 'name', dir: 'auto' }, hit.title || hit.id),
    make('span', { class: 'address', dir: 'ltr' }, `${hit.url ?? hit.id} · ${said(hit.score)}`),
  );
}
