// Filters: a row of fields, each of which shows its values with their counts as checkboxes.

import type { SearchAnswer } from '../../open-search.ts';
import { icon, make, setAttributes } from './elements.ts';

export type Value = string | number | boolean;
/** Field → the values of it that are chosen, one of which a result must have. */
export type Chosen = ReadonlyMap<string, readonly Value[]>;

type Counted = NonNullable<SearchAnswer['facets']>[number];

const CHEVRON = 'M5.5 8l4.5 4.5L14.5 8';

interface Field {
  readonly name: string;
  readonly button: HTMLButtonElement;
  readonly label: HTMLElement;
  readonly panel: HTMLFieldSetElement;
  readonly rows: Map<Value, Row>;
}

interface Row {
  readonly element: HTMLLabelElement;
  readonly box: HTMLInputElement;
  readonly count: HTMLElement;
}

export class FacetBar {
  readonly element = make('div', { class: 'facets', part: 'facets', hidden: true });
  readonly #buttons = make('div', { class: 'facet-buttons' });
  readonly #fields = new Map<string, Field>();
  readonly #changed: () => void;
  #open: Field | undefined;

  /** @param changed is called when other values are chosen */
  constructor(changed: () => void) {
    this.#changed = changed;
    this.element.append(this.#buttons);
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** The values that are chosen, fields without any left out. */
  get chosen(): Chosen {
    return new Map(
      [...this.#fields.values()].flatMap(({ name, rows }) => {
        const values = [...rows].filter(([, { box }]) => box.checked).map(([value]) => value);
        return values.length > 0 ? [[name, values] as const] : [];
      }),
    );
  }

  /** Chooses values without telling anybody: they are shown when they are counted. */
  choose(chosen: Chosen): void {
    for (const { rows } of this.#fields.values()) for (const { box } of rows.values()) box.checked = false;
    for (const [name, values] of chosen)
      for (const value of values) this.#rowOf(this.#fieldOf(name), value).box.checked = true;
    this.#label();
  }

  /** Shows what was counted. Rows stay where they are while they are looked at, and those that are used have focus. */
  show(facets: readonly Counted[]): void {
    for (const { field: name, values } of facets) {
      const field = this.#fieldOf(name);
      for (const { count } of field.rows.values()) count.textContent = '0';
      for (const { value, count } of values)
        this.#rowOf(field, value).count.textContent = count.toLocaleString();
      if (this.#open === field) continue;
      const counts = new Map(values.map(({ value, count }) => [value, count]));
      for (const [value, { element, box }] of field.rows) {
        if (counts.has(value) || box.checked) continue;
        element.remove();
        field.rows.delete(value);
      }
      for (const { value } of values) field.panel.append(field.rows.get(value)!.element);
    }
    this.element.hidden = [...this.#fields.values()].every(({ rows }) => rows.size === 0);
    for (const { button, rows } of this.#fields.values()) button.hidden = rows.size === 0;
    this.#label();
  }

  /** Closes what is open. */
  close(): void {
    const field = this.#open;
    if (field === undefined) return;
    const had = field.panel.contains((field.panel.getRootNode() as ShadowRoot).activeElement);
    this.#toggle(field);
    if (had) field.button.focus();
  }

  #toggle(field: Field): void {
    const opens = this.#open !== field;
    this.#open = opens ? field : undefined;
    for (const other of this.#fields.values()) {
      other.panel.hidden = other !== this.#open;
      setAttributes(other.button, { 'aria-expanded': String(other === this.#open) });
    }
  }

  #fieldOf(name: string): Field {
    const known = this.#fields.get(name);
    if (known) return known;
    const title = titleOf(name);
    const id = `facet-${this.#fields.size}`;
    const label = make('span', {}, title);
    const button = make(
      'button',
      { type: 'button', class: 'facet', part: 'facet', 'aria-expanded': 'false', 'aria-controls': id },
      label,
      icon(CHEVRON),
    );
    const panel = make(
      'fieldset',
      { class: 'values', id, hidden: true },
      make('legend', { class: 'unseen' }, title),
    );
    const field: Field = { name, button, label, panel, rows: new Map() };
    button.addEventListener('click', () => this.#toggle(field));
    this.#fields.set(name, field);
    this.#buttons.append(button);
    this.element.append(panel);
    return field;
  }

  #rowOf(field: Field, value: Value): Row {
    const known = field.rows.get(value);
    if (known) return known;
    const box = make('input', { type: 'checkbox' });
    const count = make('span', { class: 'count' }, '0');
    const element = make(
      'label',
      { class: 'value' },
      box,
      make('span', { dir: 'auto' }, String(value)),
      count,
    );
    box.addEventListener('change', () => {
      this.#label();
      this.#changed();
    });
    const row = { element, box, count };
    field.rows.set(value, row);
    field.panel.append(element);
    return row;
  }

  /** Buttons say what is chosen while their values are not shown. */
  #label(): void {
    const { chosen } = this;
    for (const { name, button, label } of this.#fields.values()) {
      const [first, ...others] = chosen.get(name) ?? [];
      label.textContent =
        titleOf(name) +
        (first === undefined ? '' : `: ${first}${others.length > 0 ? ` +${others.length}` : ''}`);
      button.classList.toggle('chosen', first !== undefined);
    }
  }
}

function titleOf(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1).replaceAll(/[-_]/g, ' ');
}
