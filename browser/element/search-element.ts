// <sparsedge-search>: reads its attributes, and puts a search box into a dialog or where the element stands.

import { open, type SearchClient } from '../open-search.ts';
import { Asker } from './asker.ts';
import css from './element.css';
import { ariaKeys, hotkeysIn, isComposed, isPressed, shownKey } from './hotkeys.ts';
import { RecentQuestions } from './recent.ts';
import { SearchBox } from './search-box.ts';
import { icon, LENS, make } from './view/elements.ts';
import type { Chosen } from './view/facet-bar.ts';
import type { Option } from './view/hit-list.ts';
import { type Messages, messagesOf } from './words/sentences.ts';

const DEFAULT_HOTKEYS = '/,ctrl+k';
const DEFAULT_K = 10;

/** On a server that renders pages there is no HTMLElement, and the element is not defined. */
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

let sheet: CSSStyleSheet | undefined;

/**
 * The element. Its attributes are in README.md; its events are `sparsedge-answer` and `sparsedge-select`.
 */
export class SearchElement extends Base {
  static readonly observedAttributes =
    'index endpoint mode placeholder lang languages k facets filter hotkey base recent highlight clicks'.split(
      ' ',
    );

  #engine: SearchClient | undefined;
  #box: SearchBox | undefined;
  #dialog: HTMLDialogElement | undefined;
  #leave: AbortController | undefined;
  #rendered: Promise<void> | undefined;

  /** What answers, in place of what `index` or `endpoint` say. */
  set engine(engine: SearchClient | undefined) {
    this.#engine = engine;
    if (this.isConnected) this.#rendered = this.#render();
  }

  /** What is being searched for. */
  get question(): string {
    return this.#box?.question ?? '';
  }

  /** Asks a question, in a dialog that it opens or where the element stands. */
  async search(question: string): Promise<void> {
    await this.#rendered;
    this.open();
    this.#box?.ask(question);
  }

  /** Opens the dialog, if the element has one, and focuses the input: as soon as there is one. */
  open(): void {
    if (!this.#box) this.#rendered?.then(() => this.#box && this.open());
    if (this.#dialog && !this.#dialog.open) this.#dialog.showModal();
    this.#box?.input.focus();
    this.#box?.input.select();
  }

  close(): void {
    this.#dialog?.close();
  }

  connectedCallback(): void {
    this.#rendered = this.#render();
  }

  disconnectedCallback(): void {
    this.#leave?.abort();
    this.#box?.stop();
  }

  attributeChangedCallback(_: string, before: string | null, after: string | null): void {
    if (before !== after && this.#leave && this.isConnected) this.#rendered = this.#render();
  }

  async #render(): Promise<void> {
    this.disconnectedCallback();
    this.#leave = new AbortController();
    const { signal } = this.#leave;
    const isDialog = this.getAttribute('mode') !== 'inline';
    const messages = await messagesOf(this.#language() ?? navigator.language);
    // Other attributes, or none: another call does it.
    if (signal.aborted) return;
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    root.adoptedStyleSheets = [sheet];
    const placeholder = this.getAttribute('placeholder') ?? messages.search;
    const close = make(
      'button',
      { type: 'button', class: 'key close' },
      make('span', { class: 'unseen' }, messages.close),
      ' Esc',
    );
    close.addEventListener('click', () => this.close());
    const before = this.#box;
    this.#box = this.#makeBox(messages, placeholder, isDialog, isDialog ? [close] : []);
    const whole = make('div', {
      class: isDialog ? 'dialog-root' : 'inline-root',
      lang: messages.language,
      dir: messages.language === 'ar' ? 'rtl' : undefined,
    });
    const keys = this.#hotkeys();
    if (isDialog) whole.append(...this.#dialogAround(this.#box, messages, placeholder, keys));
    else {
      this.#dialog = undefined;
      whole.append(this.#box.element);
      this.#followUrl(this.#box, signal);
    }
    this.#replace(root, whole, before, this.#box);
    this.#listenToKeys(keys, signal);
    window.addEventListener('online', () => this.#box?.retry(), { signal });
  }

  /** Shows another box in the place of the one there is, if any, to who may be searching in it. */
  #replace(root: ShadowRoot, whole: HTMLElement, before: SearchBox | undefined, box: SearchBox): void {
    const isOpen = root.querySelector('dialog')?.open ?? false;
    const isFocused = isOpen || (before !== undefined && root.activeElement === before.input);
    root.replaceChildren(whole);
    if (isOpen) this.#dialog?.showModal();
    if (isFocused) box.input.focus();
    // Inline, it is in the address of the page.
    if (this.#dialog && before && before.question !== '') box.ask(before.question, before.chosen);
  }

  #makeBox(messages: Messages, placeholder: string, isDialog: boolean, behind: readonly Node[]): SearchBox {
    const facets = (this.getAttribute('facets') ?? '').match(/"[^"]+"(?::\d+)?|[^\s,]+/g) ?? [];
    const scope = this.getAttribute('endpoint') ?? this.getAttribute('index') ?? '';
    return new SearchBox(
      {
        messages,
        placeholder,
        asker: new Asker(() => this.#load()),
        asking: {
          k: Number(this.getAttribute('k')) || DEFAULT_K,
          filter: this.getAttribute('filter') || undefined,
          language: () => (this.getAttribute('languages') === 'all' ? undefined : this.#language()),
          facets,
        },
        showing: {
          base: this.#place('base', '/')?.href ?? location.origin,
          marks: this.getAttribute('highlight') !== 'off',
          untitled: messages.untitled,
        },
        recent: this.getAttribute('recent') === 'off' ? undefined : new RecentQuestions(scope),
        first: isDialog,
        answered: (detail) => {
          this.dispatchEvent(new CustomEvent('sparsedge-answer', { detail, bubbles: true, composed: true }));
        },
        selected: (option, rank, elsewhere) => this.#selected(option, rank, elsewhere),
        changed: () => {
          if (!isDialog) this.#writeUrl();
        },
      },
      ...behind,
    );
  }

  /** That of the page, where the element stands. */
  #language(): string | undefined {
    return (this.closest('[lang]') ?? document.documentElement).getAttribute('lang') || undefined;
  }

  async #load(): Promise<SearchClient> {
    return this.#engine ?? open({ index: this.#place('index'), endpoint: this.#place('endpoint') });
  }

  /** What cannot be used is said where the page's author looks, and counts as an attribute that is not there. */
  #isUnusable(name: string, expected: string): void {
    const found = `${name}="${this.getAttribute(name)}"`;
    reportError(new Error(`sparsedge-search: expected ${expected}, found ${found}`));
  }

  #hotkeys(): readonly string[] {
    const keys = hotkeysIn(this.getAttribute('hotkey') ?? DEFAULT_HOTKEYS);
    if (!keys) this.#isUnusable('hotkey', 'keys such as "/,ctrl+k"');
    return keys ?? DEFAULT_HOTKEYS.split(',');
  }

  #place(name: string, otherwise?: string): URL | undefined {
    const said = this.getAttribute(name) ?? otherwise;
    if (said === undefined) return undefined;
    try {
      return new URL(said, document.baseURI);
    } catch {
      this.#isUnusable(name, 'an address');
      return undefined;
    }
  }

  /** A button that opens the dialog, and the dialog; the page may have a button of its own in the slot. */
  #dialogAround(
    box: SearchBox,
    { search, move, open }: Messages,
    label: string,
    keys: readonly string[],
  ): Node[] {
    const button = make(
      'button',
      {
        type: 'button',
        class: 'opener',
        part: 'button',
        'aria-haspopup': 'dialog',
        'aria-keyshortcuts': keys.map(ariaKeys).join(' ') || undefined,
      },
      icon(LENS),
      make('span', { class: 'opener-text' }, label),
      keys.length > 0
        ? make('kbd', { class: 'key', 'aria-hidden': 'true' }, shownKey(keys.at(-1)!))
        : undefined,
    );
    const slot = make('slot', { name: 'button' }, button);
    slot.addEventListener('click', () => this.open());
    const hint = (keys: string, text: string) =>
      make('span', {}, make('kbd', { class: 'key' }, keys), ` ${text}`);
    const foot = make(
      'div',
      { class: 'foot', part: 'foot', 'aria-hidden': 'true' },
      hint('↑↓', move),
      hint('↵', open),
    );
    box.element.append(foot);
    const dialog = make('dialog', { class: 'dialog', part: 'dialog', 'aria-label': search }, box.element);
    this.#dialog = dialog;
    // A press beside the box is one on the dialog itself, which has no room of its own; whoever selects text in the box
    // may let go there.
    let isBeside = false;
    dialog.addEventListener('mousedown', ({ target }) => {
      isBeside = target === dialog;
    });
    dialog.addEventListener('click', ({ target }) => {
      if (isBeside && target === dialog) dialog.close();
    });
    dialog.addEventListener('close', () => {
      box.stop();
      // WebKit leaves the focus in the closed dialog, where what is typed next would go unseen.
      if (this.shadowRoot!.activeElement === box.input) box.input.blur();
    });
    return [slot, dialog];
  }

  #selected({ hit, section, url }: Option, rank: number, elsewhere: boolean): boolean {
    const endpoint = this.#place('endpoint');
    // What a beacon sends outlives the page, and asks no permission of another origin: it is text.
    if (endpoint && this.hasAttribute('clicks'))
      navigator.sendBeacon(
        String(endpoint).replace(/\/*$/, '/v1/clicks'),
        JSON.stringify({ query: this.question.trim(), id: hit!.id, rank, index: hit!.index }),
      );
    const goes = this.dispatchEvent(
      new CustomEvent('sparsedge-select', {
        detail: { hit, section, url },
        bubbles: true,
        composed: true,
        cancelable: true,
      }),
    );
    // A result on the page that is open: the dialog would hide it.
    if (goes && url !== undefined && !elsewhere) this.close();
    return goes;
  }

  /** Inline, the address has the question and what is chosen, so that it can be shared and gone back to. */
  #followUrl(box: SearchBox, signal: AbortSignal): void {
    const read = () => {
      const parameters = new URLSearchParams(location.search);
      const question = parameters.get('q') ?? '';
      if (question !== box.question) box.ask(question, chosenIn(parameters));
    };
    window.addEventListener('popstate', read, { signal });
    read();
  }

  #writeUrl(): void {
    const { question, chosen } = this.#box!;
    const url = new URL(location.href);
    url.searchParams.delete('q');
    url.searchParams.delete('only');
    if (question !== '') url.searchParams.set('q', question);
    for (const [field, values] of chosen)
      for (const value of values) url.searchParams.append('only', JSON.stringify([field, value]));
    try {
      if (url.href !== location.href) history.replaceState(history.state, '', url);
    } catch {
      // A page without an address of its own has none to change, and none may change as often as keys repeat.
    }
  }

  #listenToKeys(keys: readonly string[], signal: AbortSignal): void {
    document.addEventListener(
      'keydown',
      (event) => {
        if (event.defaultPrevented || isComposed(event) || !keys.some((key) => isPressed(key, event))) return;
        // In the dialog of another one, they are for that one.
        if (event.composedPath().some((node) => node !== this && #dialog in node && node.#dialog?.open))
          return;
        event.preventDefault();
        if (this.#dialog?.open && event.key !== '/') this.close();
        else this.open();
      },
      { signal },
    );
  }
}

/** What the address says is chosen; what it does not say rightly is passed over. */
function chosenIn(parameters: URLSearchParams): Chosen {
  const chosen = new Map<string, (string | number | boolean)[]>();
  for (const text of parameters.getAll('only')) {
    try {
      const [field, value] = JSON.parse(text);
      if (typeof field === 'string' && ['string', 'number', 'boolean'].includes(typeof value))
        chosen.set(field, [...(chosen.get(field) ?? []), value]);
    } catch {
      // Whoever wrote the address wrote no value here.
    }
  }
  return chosen;
}
