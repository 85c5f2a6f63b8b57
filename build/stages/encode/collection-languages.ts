// The languages of a collection. A first look at its documents says which there are, which most of them are in, and by
// which stems compounds are cut; then each document gets its language: the one that is given for all of them, or that
// its page or record names, or that shows in its text, or that most others have.

import { inflecting } from '../../../src/core/analyzer/stemming/inflected.ts';
import { languageOf } from '../../../src/core/analyzer/stemming/snowball.ts';
import {
  type IndexedLanguage,
  type Inflected,
  isStemmed,
  type StemmedCode,
} from '../../../src/core/analyzer/stemming/stemmed-languages.ts';
import { type Document, searchableText } from '../../../src/core/document.ts';
import { fieldText } from '../../../src/core/fields.ts';
import { knownCode, LANGUAGE_FIELDS, UNKNOWN } from '../read/language/codes.ts';
import { detectLanguage, isInScript, isLatin } from '../read/language/detect-language.ts';
import { type InflectedIn, uninflected } from './beside.ts';
import { partsOf, Vocabulary } from './compound-parts.ts';
import type { EncoderInput } from './encoder.ts';

/** What a first look at a collection found. */
export interface CollectionLanguages {
  /** Given for all documents. */
  readonly given?: string | undefined;
  /** The language of most documents, where nearly all that show one are in it. */
  readonly main?: string | undefined;
  /** By which stems compounds are cut, for each language that has them. */
  readonly parts: Readonly<Partial<Record<StemmedCode, string>>>;
}

/** Of the documents whose language shows, this share makes theirs that of the others. */
const MAIN_SHARE = 0.75;
/** So many documents are looked at. */
const SURVEYED = 50_000;
/** Of a page that says nothing of its language, so many characters of each section are looked at. */
const SHOWN = 1500;
/** So many sections are looked at together. */
const LONGEST_PAGE = 1000;

/**
 * Looks at a collection.
 *
 * @param given the language of all documents, if it is known
 * @param onSeen is told how many documents were looked at
 */
export async function surveyLanguages(
  inputs: AsyncIterable<EncoderInput>,
  given?: string,
  onSeen: (documents: number) => void = () => {},
): Promise<CollectionLanguages> {
  const counts = new Map<string, number>();
  const vocabularies = new Map<string, Vocabulary>();
  const vocabularyOf = (code: string) => {
    const found = vocabularies.get(code) ?? new Vocabulary();
    vocabularies.set(code, found);
    return found;
  };
  let documents = 0;
  for await (const page of pagesOf(inputs)) {
    for (const [i, shown] of (await shownLanguages(page, given)).entries()) {
      if (shown !== undefined) counts.set(shown, (counts.get(shown) ?? 0) + 1);
      // A document whose language does not show may yet be in that of the others.
      if (shown === undefined || joinsWords(shown))
        vocabularyOf(shown ?? '').add(searchableText(page[i].document));
    }
    documents += page.length;
    onSeen(documents);
    if (documents >= SURVEYED) break;
  }
  const main = mainOf(counts);
  const parts: Partial<Record<StemmedCode, string>> = {};
  for (const code of counts.keys()) {
    if (!joinsWords(code)) continue;
    const vocabulary = vocabularyOf(code);
    if (code === main) vocabulary.addAll(vocabularyOf(''));
    parts[code] = partsOf(vocabulary, languageOf(code));
  }
  return { given, main, parts };
}

function mainOf(counts: ReadonlyMap<string, number>): string | undefined {
  const known = [...counts].filter(([code]) => code !== UNKNOWN);
  const total = known.reduce((sum, [, count]) => sum + count, 0);
  return known.find(([, count]) => count >= MAIN_SHARE * total)?.[0];
}

function joinsWords(code: string): code is StemmedCode {
  return isStemmed(code) && languageOf(code).links !== undefined;
}

/**
 * Documents with their languages.
 *
 * @param counts how many are in each language, moved as documents are taken; those whose language is unknown are not in
 *   it
 */
export async function* inLanguages(
  inputs: AsyncIterable<EncoderInput>,
  { given, main }: CollectionLanguages,
  counts: Record<string, number>,
): AsyncGenerator<EncoderInput> {
  for await (const page of pagesOf(inputs)) {
    for (const [i, shown] of (await shownLanguages(page, given)).entries()) {
      const language = inMain(shown, main) ? main : shown;
      if (language !== undefined) counts[language] = (counts[language] ?? 0) + 1;
      yield { ...page[i], document: { ...page[i].document, language } };
    }
  }
}

/** Whether a document whose language does not show may be in that of the others, as far as its letters go. */
function inMain(shown: string | undefined, main: string | undefined): boolean {
  if (shown === undefined) return true;
  return shown === UNKNOWN && main !== undefined && !isLatin(main);
}

/** Documents of one page together: the sections of a page have its id and a fragment. */
async function* pagesOf(inputs: AsyncIterable<EncoderInput>): AsyncGenerator<EncoderInput[]> {
  let page: EncoderInput[] = [];
  let name: string | undefined;
  for await (const input of inputs) {
    const { document } = input;
    const [own] = document.id.split('#', 1);
    const isOther =
      own !== name ||
      !document.id.includes('#') ||
      page.length === LONGEST_PAGE ||
      namedLanguage(document) !== namedLanguage(page[0].document);
    if (page.length > 0 && isOther) {
      yield page;
      page = [];
    }
    page.push(input);
    name = own;
  }
  if (page.length > 0) yield page;
}

/**
 * The language of each document of a page: what the page names, what the document's text shows, or that which most
 * of the page is in. Pages are often translated in part.
 */
async function shownLanguages(
  page: readonly EncoderInput[],
  given: string | undefined,
): Promise<(string | undefined)[]> {
  if (given !== undefined) return page.map(() => given);
  const texts = page.map(({ document }) => searchableText(document).slice(0, SHOWN));
  const whole = texts.join('\n').slice(0, 2 * SHOWN);
  const named = namedLanguage(page[0].document);
  // Templates name English, whatever is written in them.
  if (named !== undefined && (await isInScript(whole, named))) return page.map(() => named);
  if (page.length === 1) return [await detectLanguage(whole)];
  const own = await Promise.all(texts.map(detectLanguage));
  const shown = mostOf(own) ?? (await detectLanguage(whole));
  return own.map((language) => language ?? shown);
}

/** The most frequent of languages, the first of several; nothing where there is none. */
function mostOf(languages: readonly (string | undefined)[]): string | undefined {
  const counts = new Map<string, number>();
  for (const language of languages)
    if (language !== undefined) counts.set(language, (counts.get(language) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts].find(([, count]) => count === most)?.[0];
}

function namedLanguage({ language, fields = {} }: Document): string | undefined {
  if (language !== undefined) return language;
  const said = LANGUAGE_FIELDS.map((field) => fields[field]).find((value) => value !== undefined);
  // "sql" and "go" are languages, too.
  return knownCode(said === undefined ? undefined : fieldText(said));
}

/** How the documents of a collection are stemmed, each in its language. */
export function inflectedBy(languages: CollectionLanguages | undefined): InflectedIn {
  if (languages === undefined) return uninflected;
  const made = new Map<StemmedCode, Inflected>();
  return (code) => {
    if (!isStemmed(code)) return uninflected(code);
    const inflected = made.get(code) ?? inflecting(languageOf(code), languages.parts[code]);
    made.set(code, inflected);
    return inflected;
  };
}

/**
 * What an index says of its languages; nothing where it stems none.
 *
 * @param counts as inLanguages left them
 */
export function indexedLanguages(
  { parts }: CollectionLanguages,
  counts: Readonly<Record<string, number>>,
): IndexedLanguage[] | undefined {
  const codes = Object.keys(counts).filter(isStemmed).sort();
  if (codes.length === 0) return undefined;
  return codes.map((code) => ({ code, ...(parts[code] !== undefined && { parts: parts[code] }) }));
}
