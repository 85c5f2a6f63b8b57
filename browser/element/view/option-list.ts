// The listbox of a combobox: focus stays in the input, and the input says which option is active.

import { make, setAttributes } from './elements.ts';
import type { Option } from './hit-list.ts';

/** How far the keys that turn pages move. */
const PAGE = 5;

export class OptionList {
  readonly element: HTMLElement;
  readonly #input: HTMLInputElement;
  #options: readonly Option[] = [];
  #active = -1;

  /** @param label what the list is called */
  constructor(input: HTMLInputElement, label: string) {
    this.#input = input;
    this.element = make('div', {
      role: 'listbox',
      id: 'list',
      class: 'list',
      part: 'list',
      'aria-label': label,
      hidden: true,
    });
    this.element.addEventListener('pointermove', (event) => {
      const over = (event.target as Element).closest('[role=option]');
      const index = this.#options.findIndex(({ element }) => element === over);
      if (index >= 0 && index !== this.#active) this.#activate(index);
    });
    // Else the input loses focus, and with it the keys.
    this.element.addEventListener('mousedown', (event) => {
      if (event.button === 0) event.preventDefault();
    });
  }

  get size(): number {
    return this.#options.length;
  }

  get active(): Option | undefined {
    return this.#options[this.#active];
  }

  optionOf(node: EventTarget | null): Option | undefined {
    return this.#options.find(({ element }) => element.contains(node as Node | null));
  }

  /** Shows other options: none of them is active. */
  show(options: readonly Option[], elements: readonly Node[]): void {
    this.#options = [];
    this.element.replaceChildren();
    this.element.scrollTop = 0;
    this.#activate(-1);
    this.add(options, elements);
  }

  /** Shows further options behind these. */
  add(options: readonly Option[], elements: readonly Node[]): void {
    const known = this.#options.length;
    options.forEach(({ element }, i) => {
      element.id = `option-${known + i}`;
    });
    this.#options = [...this.#options, ...options];
    this.element.append(...elements);
    this.element.hidden = this.#options.length === 0;
    setAttributes(this.#input, { 'aria-expanded': String(!this.element.hidden) });
  }

  /** Makes an option active and brings it into view. */
  activate(index: number): void {
    this.#activate(index);
    const { active } = this;
    if (this.#active === 0) active?.element.closest('[role=group]')?.scrollIntoView({ block: 'nearest' });
    active?.element.scrollIntoView({ block: 'nearest' });
  }

  /** Whether a key moves the active option: it did so if it does. */
  move(key: string): boolean {
    const last = this.#options.length - 1;
    if (last < 0) return false;
    const at = this.#active;
    const targets: Readonly<Record<string, number | undefined>> = {
      ArrowDown: at === last ? 0 : at + 1,
      ArrowUp: at <= 0 ? last : at - 1,
      PageDown: Math.min(last, at + PAGE),
      PageUp: Math.max(0, at - PAGE),
      // While no option is active, these keys are the input's own.
      Home: at < 0 ? undefined : 0,
      End: at < 0 ? undefined : last,
    };
    const target = targets[key];
    if (target === undefined) return false;
    this.activate(target);
    return true;
  }

  #activate(index: number): void {
    this.active?.element.setAttribute('aria-selected', 'false');
    this.#active = index;
    this.active?.element.setAttribute('aria-selected', 'true');
    setAttributes(this.#input, { 'aria-activedescendant': this.active?.element.id });
  }
}
