// Asks the latest question and no other: whatever was asked before it is cancelled, and says nothing any more.

import type { Facet, SearchAnswer, SearchClient, SearchOptions } from '../open-search.ts';
import type { Chosen, Value } from './view/facet-bar.ts';

export interface Asked {
  readonly text: string;
  readonly chosen: Chosen;
  readonly exactWords: boolean;
  /** Where further results begin, as the answer before says it. */
  readonly cursor?: string | undefined;
}

/** What the owner of the page says of every question. */
export interface Asking {
  readonly k: number;
  readonly filter: string | undefined;
  /** Of the page, where its language counts: documents of another are found where none of its own are. */
  readonly language: () => string | undefined;
  /** Fields that are counted, each perhaps in quotation marks, and with how many values: `version:20`. */
  readonly facets: readonly string[];
}

/** The field that has the language of a document, and where a filter speaks of it: not in "golang". */
const LANGUAGE = 'lang';
const OF_LANGUAGE = /\blang\b/;

export class Asker {
  readonly #load: () => Promise<SearchClient>;
  #engine: Promise<SearchClient> | undefined;
  /** Whether documents are in several languages. */
  #isMultilingual: Promise<boolean> | undefined;
  #filter: string | undefined;
  #running: AbortController | undefined;

  /** @param load the engine, which is not loaded before somebody is about to search */
  constructor(load: () => Promise<SearchClient>) {
    this.#load = load;
  }

  /** Loads the engine, if it is not loaded; what fails is tried again with the next question. */
  engine(): Promise<SearchClient> {
    this.#engine ??= this.#load().catch((error) => {
      this.#engine = undefined;
      throw error;
    });
    return this.#engine;
  }

  cancel(): void {
    this.#running?.abort();
  }

  /** What of the documents was searched for the answer that came last, but for what was chosen. */
  get filter(): string | undefined {
    return this.#filter;
  }

  /**
   * Answers a question; nothing if another one, or `cancel`, came meanwhile.
   *
   * @param delay milliseconds to wait for another one
   */
  async ask(asked: Asked, asking: Asking, delay: number): Promise<SearchAnswer | undefined> {
    this.cancel();
    this.#running = new AbortController();
    const { signal } = this.#running;
    try {
      await new Promise((resolve) => setTimeout(resolve, delay));
      signal.throwIfAborted();
      const engine = await this.engine();
      signal.throwIfAborted();
      const { filter } = asking;
      // More hits are of what the first ones are of.
      if (!asked.cursor) this.#filter = await this.#inLanguage(engine, asking);
      signal.throwIfAborted();
      let answer = await answerOf(engine, asked, { ...asking, filter: this.#filter }, signal);
      if (!asked.cursor && answer.hits.length === 0 && this.#filter !== filter) {
        this.#filter = filter;
        answer = await answerOf(engine, asked, asking, signal);
      }
      return signal.aborted ? undefined : answer;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  }

  /** The owner's filter, and the language of the page, unless the owner decides on languages. */
  async #inLanguage(engine: SearchClient, { filter, language, facets }: Asking): Promise<string | undefined> {
    const tag = language();
    if (!tag || facets.some((facet) => fieldOf(facet) === LANGUAGE) || OF_LANGUAGE.test(filter ?? ''))
      return filter;
    this.#isMultilingual ??= engine
      .index()
      .then(({ fields }) => fields.some(({ name, values }) => name === LANGUAGE && values > 1));
    try {
      if (!(await this.#isMultilingual)) return filter;
    } catch {
      // Not everybody who may search may ask that; and what fails for a moment is asked again.
      this.#isMultilingual = undefined;
      return filter;
    }
    return filterOf(filter, new Map([[LANGUAGE, [...new Set([tag, tag.split('-')[0]])]]]));
  }
}

/**
 * Counts of a field say what choosing a further value of it would find, so a field of which values are chosen is
 * counted without them, by a question of its own.
 */
async function answerOf(
  engine: SearchClient,
  { text, chosen, exactWords, cursor }: Asked,
  { k, filter, facets }: Asking,
  signal: AbortSignal,
): Promise<SearchAnswer> {
  const options: SearchOptions = { prefix: true, ...(exactWords && { exactWords }), signal };
  const ask = (more: SearchOptions) => engine.search(text, { ...options, ...more });
  const free = facets.filter((facet) => !chosen.has(fieldOf(facet)));
  const bound = cursor ? [] : facets.filter((facet) => chosen.has(fieldOf(facet)));
  const [answer, ...counted] = await Promise.all([
    ask({
      k,
      cursor,
      snippet: true,
      fields: ['title', 'url'],
      filter: filterOf(filter, chosen),
      facets: free.length > 0 && !cursor ? free.map(facetOf) : undefined,
    }),
    ...bound.map((facet) => {
      const others = new Map([...chosen].filter(([field]) => field !== fieldOf(facet)));
      return ask({ k: 1, documents: false, filter: filterOf(filter, others), facets: [facetOf(facet)] });
    }),
  ]);
  const counts = [...(answer.facets ?? []), ...counted.flatMap((other) => other.facets ?? [])];
  const order = facets.map(fieldOf);
  counts.sort((a, b) => order.indexOf(a.field) - order.indexOf(b.field));
  return { ...answer, facets: counts };
}

function fieldOf(facet: string): string {
  return facet.replace(/:\d+$/, '').replaceAll('"', '');
}

/** What is to be counted, whoever is asked. */
function facetOf(facet: string): string | Facet {
  const field = fieldOf(facet);
  const top = /:(\d+)$/.exec(facet)?.[1];
  return top === undefined ? field : { field, top: Number(top) };
}

/** The owner's filter and what is chosen, as the API reads filters. */
export function filterOf(filter: string | undefined, chosen: Chosen): string | undefined {
  const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;
  const is = (field: string) => (value: Value) =>
    `${quoted(field)}:${typeof value === 'string' ? quoted(value) : value}`;
  const parts = [...chosen].map(([field, values]) => `(${values.map(is(field)).join(' OR ')})`);
  if (filter) parts.unshift(`(${filter})`);
  return parts.length > 0 ? parts.join(' AND ') : undefined;
}
