// The search itself, the same in a dialog and in a page: an input, filters, results, and what there is to say of them.

import type { SearchAnswer, SearchProblem } from '../open-search.ts';
import { type Asked, type Asker, type Asking, filterOf } from './asker.ts';
import type { AnswerEvent } from './events.ts';
import { isComposed } from './hotkeys.ts';
import type { RecentQuestions } from './recent.ts';
import { filled, icon, LENS, make } from './view/elements.ts';
import type { Chosen } from './view/facet-bar.ts';
import { FacetBar } from './view/facet-bar.ts';
import { groupsOf, type Hit, type Option, recentOptions, type Showing } from './view/hit-list.ts';
import { OptionList } from './view/option-list.ts';
import type { Messages } from './words/sentences.ts';

/** Milliseconds without a letter before a question is asked: a fast typist's letters are closer. */
const TYPING_DELAY = 90;
/** The same of characters that are being composed, as keyboards of phones do with every word. */
const COMPOSING_DELAY = 300;
/** What is announced waits until typing rests, or every letter would be talked over. */
const ANNOUNCE_DELAY = 700;
/** No question goes further down; a Worker may have a lower limit. */
const MOST_RESULTS = 100;

const CROSS = 'M5 5l10 10M15 5L5 15';

/** What a search box is made with. */
export interface BoxOptions {
  readonly messages: Messages;
  readonly asker: Asker;
  readonly asking: Asking;
  readonly showing: Showing;
  readonly placeholder: string;
  readonly recent: RecentQuestions | undefined;
  /** Whether the first result is active as soon as it is there, so that Enter opens it. */
  readonly first: boolean;
  answered(detail: AnswerEvent['detail']): void;
  /**
   * Whether the browser is to go where the option leads.
   *
   * @param rank of its hit, from 1
   * @param elsewhere whether it goes there in another tab or window
   */
  selected(option: Option, rank: number, elsewhere: boolean): boolean;
  /** The question or what is chosen is another. */
  changed(): void;
}

export class SearchBox {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  readonly #options: BoxOptions;
  readonly #list: OptionList;
  readonly #facets: FacetBar;
  readonly #clear: HTMLButtonElement;
  readonly #note = make('div', { class: 'note', part: 'note', hidden: true });
  readonly #state = make('div', { class: 'state', part: 'state' });
  readonly #more: HTMLButtonElement;
  readonly #live = make('div', { role: 'status', class: 'unseen' });
  #announcing: ReturnType<typeof setTimeout> | undefined;
  /** A question whose words are to be taken as they are. */
  #exact: string | undefined;
  /** What is shown, in order, where more of it is, and of which question it is. */
  #hits: readonly Hit[] = [];
  #next: string | undefined;
  #shown: string | undefined;
  /** Enter was pressed before its question was answered, with these keys: it is for the answer. */
  #entered: MouseEventInit | undefined;

  constructor(options: BoxOptions, ...behind: readonly Node[]) {
    const { messages, placeholder } = options;
    this.#options = options;
    this.input = make('input', {
      type: 'text',
      role: 'combobox',
      class: 'input',
      part: 'input',
      inputmode: 'search',
      enterkeyhint: 'search',
      autocomplete: 'off',
      autocapitalize: 'off',
      autocorrect: 'off',
      spellcheck: 'false',
      maxlength: 1000,
      dir: 'auto',
      placeholder,
      'aria-label': messages.search,
      'aria-autocomplete': 'list',
      'aria-expanded': 'false',
      'aria-controls': 'list',
    });
    this.#list = new OptionList(this.input, messages.results.replace(/[:：]?\s*\{\}.*$/, ''));
    this.#facets = new FacetBar(() => this.#ask(0));
    this.#clear = make(
      'button',
      { type: 'button', class: 'round', hidden: true, 'aria-label': messages.clear },
      icon(CROSS),
    );
    this.#more = make('button', { type: 'button', class: 'button more', hidden: true }, messages.more);
    this.element = make(
      'div',
      { class: 'box', part: 'box' },
      make(
        'div',
        { class: 'head', part: 'head', role: 'search' },
        icon(LENS),
        this.input,
        this.#clear,
        ...behind,
        make('div', { class: 'progress', 'aria-hidden': 'true' }),
      ),
      this.#facets.element,
      make('div', { class: 'body', part: 'body' }, this.#note, this.#list.element, this.#more, this.#state),
      this.#live,
    );
    this.#listen();
    this.#rest();
  }

  get question(): string {
    return this.input.value;
  }

  get chosen(): Chosen {
    return this.#facets.chosen;
  }

  /** Shows the answer to a question that was not typed here. */
  ask(question: string, chosen: Chosen = this.chosen): void {
    this.input.value = question;
    this.#facets.choose(chosen);
    this.#ask(0);
  }

  /** Whether there was something open beside the results, which is closed now. */
  closeFilters(): boolean {
    const { isOpen } = this.#facets;
    this.#facets.close();
    return isOpen;
  }

  /** Asks again what failed, as when the browser is online again. */
  retry(): void {
    if (this.element.dataset.state === 'failed') this.#ask(0);
  }

  /** Keeps the question among those that were asked before. */
  remember(): void {
    this.#options.recent?.add(this.question);
  }

  stop(): void {
    this.#entered = undefined;
    this.#options.asker.cancel();
    clearTimeout(this.#announcing);
  }

  #listen(): void {
    const { asker } = this.#options;
    this.input.addEventListener('focus', () => {
      // What it is needed for will say why it does not load.
      asker.engine().catch(() => {});
      if (this.question.trim() === '') this.#rest();
    });
    this.input.addEventListener('input', (event) => {
      this.#entered = undefined;
      this.#ask((event as InputEvent).isComposing ? COMPOSING_DELAY : TYPING_DELAY);
    });
    this.input.addEventListener('compositionend', () => this.#ask(TYPING_DELAY));
    this.input.addEventListener('keydown', (event) => this.#key(event));
    this.element.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.closeFilters()) stop(event);
    });
    this.#clear.addEventListener('click', () => {
      this.ask('');
      this.input.focus();
    });
    this.#more.addEventListener('click', () => this.#ask(0, this.#next));
    this.#list.element.addEventListener('click', (event) => {
      const option = this.#list.optionOf(event.target);
      if (option) this.#choose(option, event);
    });
  }

  #key(event: KeyboardEvent): void {
    const { ctrlKey, metaKey, shiftKey, altKey } = event;
    if (isComposed(event)) return;
    // With a modifier, keys that move select text, or are the browser's own.
    if (!(ctrlKey || metaKey || shiftKey || altKey) && this.#list.move(event.key)) {
      stop(event);
      // Whoever looks for an option among those that are shown means them.
      this.#shown = this.question.trim();
    } else if (event.key === 'Enter') {
      stop(event);
      this.#enter({ ctrlKey, metaKey, shiftKey });
    } else if (event.key === 'Escape' && !this.#options.first && this.question && !this.#facets.isOpen) {
      stop(event);
      this.ask('');
    }
  }

  /** Opens what is active, or makes the first result so: of what is typed, which may not be answered yet. */
  #enter(keys: MouseEventInit): void {
    const isAnswered = this.element.dataset.busy === undefined || this.question.trim() === this.#shown;
    this.#entered = isAnswered ? undefined : keys;
    if (!isAnswered) return;
    const { active } = this.#list;
    if (active) {
      active.element.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ...keys }));
    } else if (this.#list.size > 0) {
      this.remember();
      this.#list.activate(0);
    }
  }

  #choose(option: Option, event: MouseEvent): void {
    if (option.recent !== undefined) {
      this.ask(option.recent);
      return;
    }
    this.remember();
    const rank = this.#hits.indexOf(option.hit!) + 1;
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
    if (!this.#options.selected(option, rank, elsewhere)) event.preventDefault();
  }

  async #ask(delay: number, cursor?: string): Promise<void> {
    const { asker, asking, answered, changed } = this.#options;
    const text = this.question.trim();
    this.#clear.hidden = this.question === '';
    changed();
    if (text === '') return this.#rest();
    const asked: Asked = {
      text: this.question.trimStart(),
      chosen: this.chosen,
      exactWords: this.#exact === text,
      cursor,
    };
    this.element.dataset.busy = '';
    const started = performance.now();
    try {
      const answer = await asker.ask(asked, asking, delay);
      if (answer === undefined) return;
      delete this.element.dataset.busy;
      if (cursor) this.#showMore(answer);
      else this.#show(text, answer);
      answered({
        question: text,
        filter: filterOf(asker.filter, asked.chosen),
        exactWords: asked.exactWords,
        answer,
        milliseconds: performance.now() - started - delay,
      });
    } catch (error) {
      delete this.element.dataset.busy;
      // What is shown is of a generation that is gone, or of another question by now.
      if (cursor && [400, 410].includes((error as SearchProblem).status)) return this.#ask(0);
      this.#fail(error);
    }
  }

  /** Nothing is asked: what was asked before, or an invitation. */
  #rest(): void {
    const { asker, messages, recent } = this.#options;
    asker.cancel();
    delete this.element.dataset.busy;
    this.#shown = undefined;
    const questions = recent?.list() ?? [];
    const options = recentOptions(questions);
    const elements = options.map(({ element }) => element);
    this.#list.show(options, elements);
    this.#facets.element.hidden = true;
    this.#note.hidden = this.#more.hidden = true;
    if (questions.length === 0) {
      this.#say('start', messages.start);
      return;
    }
    this.#say('recent');
    this.#noteThat(
      make('span', { class: 'label' }, messages.recent),
      this.#button(messages.forget, () => {
        recent?.clear();
        this.#rest();
        this.input.focus();
      }),
    );
  }

  #show(text: string, answer: SearchAnswer): void {
    const { messages, showing, first } = this.#options;
    const { groups, options } = groupsOf(answer, showing);
    this.#list.show(options, groups);
    this.#hits = answer.hits;
    this.#shown = text;
    this.#offerMore(answer);
    this.#facets.show(answer.facets ?? []);
    this.#note.hidden = true;
    if (answer.spelling) this.#noteSpelling(text, answer.spelling.text);
    else if (!answer.exact) this.#noteThat(messages.partial);
    if (answer.hits.length === 0) {
      this.#say('none', filled(messages.none, text), messages.hint);
      if (this.chosen.size > 0)
        this.#state.append(this.#button(messages.anyway, () => this.ask(this.question, new Map())));
    } else {
      this.#say('found');
      this.#announce(
        messages.results.replace('{}', (answer.matches?.count ?? answer.hits.length).toLocaleString()),
      );
      if (first) this.#list.activate(0);
    }
    if (this.#entered) this.#enter(this.#entered);
  }

  #showMore(answer: SearchAnswer): void {
    const { groups, options } = groupsOf(answer, this.#options.showing);
    const at = this.#list.size;
    this.#list.add(options, groups);
    this.#hits = [...this.#hits, ...answer.hits];
    const had = this.#more === (this.element.getRootNode() as ShadowRoot).activeElement;
    this.#offerMore(answer);
    if (had) this.input.focus();
    if (options.length > 0) this.#list.activate(at);
  }

  #offerMore({ next }: SearchAnswer): void {
    this.#next = this.#hits.length < MOST_RESULTS ? next : undefined;
    this.#more.hidden = !this.#next;
  }

  /** Words that no document has were taken for others: which, and a way to mean what was typed. */
  #noteSpelling(typed: string, text: string): void {
    const { messages } = this.#options;
    const asTyped = this.#button('', () => {
      this.#exact = typed;
      this.#ask(0);
      this.input.focus();
    });
    asTyped.append(filled(messages.instead, make('q', {}, typed)));
    const corrected = filled(messages.corrected, make('strong', { dir: 'auto' }, text));
    this.#noteThat(make('span', {}, corrected), asTyped);
    this.#announce(messages.corrected.replace('{}', text));
  }

  #fail(error: unknown): void {
    const { messages } = this.#options;
    // By its name: an engine that is loaded later is a bundle of its own, with a class of its own.
    const problem = (error as Error).name === 'SearchProblem' ? (error as SearchProblem) : undefined;
    // An index that cannot be reached has the same status, and is not busy.
    const isBusy = problem && [429, 503].includes(problem.status) && problem.code !== 'unavailable';
    const isOffline = !navigator.onLine;
    this.#entered = this.#shown = undefined;
    this.#list.show([], []);
    this.#note.hidden = this.#more.hidden = true;
    this.#say(
      'failed',
      isOffline ? messages.offline : isBusy ? messages.busy : messages.failed,
      // What a Worker says of a question that it refuses is for whoever can change it.
      isBusy ? undefined : problem?.message,
    );
    this.#state.append(this.#button(messages.again, () => this.#ask(0)));
  }

  /** Which state this is, in a sentence and what explains it. */
  #say(state: string, sentence?: string | Node, explanation?: string): void {
    this.element.dataset.state = state;
    this.#state.replaceChildren();
    this.#state.hidden = sentence === undefined;
    if (sentence === undefined) return;
    this.#state.append(make('p', { class: 'sentence', dir: 'auto' }, sentence));
    if (explanation) this.#state.append(make('p', { dir: 'auto' }, explanation));
    if (state !== 'start') this.#announce(this.#state.innerText);
  }

  #noteThat(...children: readonly (Node | string)[]): void {
    this.#note.hidden = false;
    this.#note.replaceChildren(...children);
  }

  #button(text: string, pressed: () => void): HTMLButtonElement {
    const button = make('button', { type: 'button', class: 'button' }, text);
    button.addEventListener('click', pressed);
    return button;
  }

  #announce(sentence: string): void {
    clearTimeout(this.#announcing);
    this.#announcing = setTimeout(() => {
      this.#live.textContent = sentence;
    }, ANNOUNCE_DELAY);
  }
}

function stop(event: Event): void {
  event.preventDefault();
  event.stopPropagation();
}
