// The indexes of a deployment, by name or by the language of what they hold: each is made when somebody first asks for
// it, and closed when others that were asked for since need the memory. They share the caches of their isolate.

import { SparsedgeError } from '../core/errors.ts';
import type { ResidentIndex } from './resident-index.ts';

/** About what page tables of indexes may take that wait for the next request: an isolate has 128 MB for everything. */
const OPEN_BYTES = 32 * 1024 * 1024;

/** What an index is searched with. */
interface Searched {
  readonly resident: ResidentIndex;
}

/** Which indexes a request is for. */
export interface Named {
  /** Names separated by commas. */
  readonly index?: string | undefined;
  /** A language tag, as of a page. */
  readonly lang?: string | undefined;
}

/** Indexes that are made on demand. */
export class Indexes<Engine extends Searched> {
  /** The default first; of a deployment of one index, that has no name. */
  readonly names: readonly string[];
  readonly #make: (name: string) => Engine;
  /** The least recently used first. */
  readonly #made = new Map<string, Engine>();

  /** @param names none for a deployment of one index, which is made by the name "" */
  constructor(names: readonly string[], make: (name: string) => Engine) {
    this.names = names;
    this.#make = make;
  }

  /**
   * Those that a request is for: the default, unless it names some or a language.
   *
   * @param languagesOf asks one which languages it has
   * @param allowed the only names that whoever asks may name, where some are
   * @throws SparsedgeError `forbidden` for others; `not-found` for a name that none has; `bad-query` for one that is
   *   given twice
   */
  async chosen(
    { index, lang }: Named,
    languagesOf: (engine: Engine) => Promise<readonly string[]>,
    allowed?: readonly string[],
  ): Promise<readonly [Engine, ...Engine[]]> {
    const known = allowed ? this.names.filter((name) => allowed.includes(name)) : this.names;
    const mustBeAllowed = (name: string) => {
      if (!allowed || (name !== '' && allowed.includes(name))) return;
      throw new SparsedgeError(
        'forbidden',
        name === '' ? 'the key is for no index here' : `the key is not for the index "${name}"`,
      );
    };
    if (index !== undefined) {
      const names = index.split(',').map((name) => name.trim());
      if (new Set(names).size < names.length)
        throw new SparsedgeError('bad-query', `index names ${index}: each index is searched once`);
      for (const name of names) mustBeAllowed(name);
      return names.map((name) => this.#engine(name)) as [Engine, ...Engine[]];
    }
    const [byDefault = ''] = known;
    mustBeAllowed(byDefault);
    if (lang === undefined || known.length < 2) return [this.#engine(byDefault)];
    const code = languageOf(lang);
    const languages = await Promise.all(known.map((name) => languagesOf(this.#engine(name))));
    const found = languages.findIndex((codes) => codes.includes(code));
    return [this.#engine(known[found] ?? byDefault)];
  }

  #engine(name: string): Engine {
    if (!this.names.includes(name) && !(name === '' && this.names.length === 0)) {
      throw new SparsedgeError('not-found', `there is no index "${name}" here`, { index: name });
    }
    const engine = this.#made.get(name) ?? this.#make(name);
    this.#made.delete(name);
    this.#made.set(name, engine);
    let bytes = 0;
    for (const { resident } of [...this.#made.values()].reverse()) {
      bytes += resident.bytes;
      if (bytes > OPEN_BYTES && resident !== engine.resident) resident.close();
    }
    return engine;
  }
}

/** The language of a tag of BCP 47, as manifests write it: Norwegian is one, however it is written. */
function languageOf(tag: string): string {
  const [code] = tag.toLowerCase().split(/[-_]/);
  return code === 'nb' || code === 'nn' ? 'no' : code;
}
