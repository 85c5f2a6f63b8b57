// The languages that pages have by where they lie, as generators have translations: `de/guide.md` beside `guide.md` or
// `en/guide.md`, `guide.de.md` beside either, and `i18n/de/…`.
//
// A folder may be called as a language is and mean something else, such as `it/`. So it is one only if at least half of
// its pages lie elsewhere, too, in another language or in none. An index page says nothing: most folders have one.

import { knownCode } from './codes.ts';

/** A path as one that a language is taken out of. */
interface Reading {
  readonly tag: string;
  /** The path without the language: the same for all translations of a page. */
  readonly page: string;
  /** The folder, or the place of names with a suffix, that is of that language if this is. */
  readonly place: string;
  /** Whether it is one, whatever else there is. */
  readonly isSure: boolean;
}

/** The languages of those pages whose paths say theirs, as tags of BCP 47. */
export function languagesByPath(paths: readonly string[]): ReadonlyMap<string, string> {
  const readings = new Map(paths.map((path) => [path, [...readingsOf(path)]]));
  const translations = new Map<string, Set<string>>();
  const add = (page: string, tag: string) =>
    translations.set(page, (translations.get(page) ?? new Set()).add(tag));
  for (const path of paths) add(path, '');
  for (const { page, tag } of [...readings.values()].flat()) add(page, tag);
  const places = new Map<string, { pages: number; translated: number }>();
  for (const { page, place } of [...readings.values()].flat()) {
    if (/(?:^|\/)(?:_?index|readme)\.\w+$/i.test(page)) continue;
    const { pages, translated } = places.get(place) ?? { pages: 0, translated: 0 };
    const isTranslated = translations.get(page)!.size > 1;
    places.set(place, { pages: pages + 1, translated: translated + (isTranslated ? 1 : 0) });
  }
  const isOfLanguage = ({ place, isSure }: Reading): boolean => {
    const { pages, translated } = places.get(place) ?? { pages: 0, translated: 0 };
    return isSure || (translated > 0 && translated * 2 >= pages);
  };
  const found = new Map<string, string>();
  for (const [path, all] of readings) {
    const reading = all.find(isOfLanguage);
    if (reading !== undefined) found.set(path, reading.tag);
  }
  return found;
}

function* readingsOf(path: string): Generator<Reading> {
  const parts = path.split('/');
  const name = parts.pop()!;
  for (const [i, part] of parts.entries()) {
    const tag = tagOf(part);
    if (tag === undefined) continue;
    const page = [...parts.toSpliced(i, 1), name].join('/');
    yield { tag, page, place: parts.slice(0, i + 1).join('/'), isSure: parts[i - 1] === 'i18n' };
  }
  const [, stem, suffix, end] = /^(.+)\.([^.]+)(\.\w+)$/.exec(name) ?? [];
  const tag = tagOf(suffix);
  if (tag !== undefined)
    yield { tag, page: [...parts, `${stem}${end}`].join('/'), place: `*.${suffix}`, isSure: false };
}

/** A name as a tag of a language that documents are likely to be in: `de`, `pt-BR`, `zh_Hans`. */
export function tagOf(name = ''): string | undefined {
  if (!/^[a-z]{2,3}(?:[-_](?:[a-z]{4}|[a-z]{2}|\d{3}))?$/i.test(name)) return undefined;
  return knownCode(name) === undefined ? undefined : Intl.getCanonicalLocales(name.replace('_', '-'))[0];
}
