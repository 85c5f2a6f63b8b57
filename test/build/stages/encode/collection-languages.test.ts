import { expect, test } from 'vitest';
import {
  type CollectionLanguages,
  indexedLanguages,
  inflectedBy,
  inLanguages,
  surveyLanguages,
} from '../../../../build/stages/encode/collection-languages.ts';
import { partsOf, Vocabulary } from '../../../../build/stages/encode/compound-parts.ts';
import type { EncoderInput } from '../../../../build/stages/encode/encoder.ts';
import { languageOf } from '../../../../src/core/analyzer/stemming/snowball.ts';
import { inflectedIn, type StemmedCode } from '../../../../src/core/analyzer/stemming/stemmed-languages.ts';
import type { Document } from '../../../../src/core/document.ts';

const GERMAN =
  'Der Drucker wird mit einem Kabel an den Rechner angeschlossen, und danach wählt man die Einstellungen.';
const ENGLISH =
  'The printer is attached to the computer by a cable, and then the settings are chosen from the menu.';

async function* of(documents: readonly Document[]): AsyncGenerator<EncoderInput> {
  for (const document of documents) yield { document };
}

async function resolved(documents: readonly Document[], given?: string) {
  const found: CollectionLanguages = await surveyLanguages(of(documents), given);
  const counts: Record<string, number> = {};
  const languages: (string | undefined)[] = [];
  for await (const { document } of inLanguages(of(documents), found, counts))
    languages.push(document.language);
  return { found, counts, languages };
}

const texts = (...all: string[]): Document[] => all.map((text, i) => ({ id: String(i), text }));

test('a document whose language does not show is in that of nearly all others', async () => {
  const { languages, counts, found } = await resolved(texts(GERMAN, GERMAN, GERMAN, GERMAN, 'Kabel'));
  expect(languages).toEqual(['de', 'de', 'de', 'de', 'de']);
  expect(counts).toEqual({ de: 5 });
  expect(found.main).toBe('de');
});

test('where documents are in several languages, one that shows none has none', async () => {
  const { languages, counts } = await resolved(texts(GERMAN, ENGLISH, 'Kabel'));
  expect(languages).toEqual(['de', 'en', undefined]);
  expect(counts).toEqual({ de: 1, en: 1 });
});

test('a given language is that of all', async () => {
  expect((await resolved(texts(GERMAN, ENGLISH, ''), 'sv')).languages).toEqual(['sv', 'sv', 'sv']);
});

test('records name their language in a field, and names of other things are none', async () => {
  const named = (fields: Record<string, string>): Document => ({
    id: JSON.stringify(fields),
    text: 'x',
    fields,
  });
  const { languages } = await resolved([
    named({ lang: 'fr-CA' }),
    named({ language: 'nb' }),
    named({ locale: 'pt_BR' }),
    named({ language: 'go' }),
    named({ language: 'German' }),
  ]);
  expect(languages).toEqual(['fr', 'no', 'pt', undefined, undefined]);
});

test('sections are in the language of their page, unless they show another', async () => {
  const { languages } = await resolved([
    { id: 'a.html', text: GERMAN },
    { id: 'a.html#kabel', text: 'Kabel' },
    { id: 'a.html#english', text: ENGLISH },
    { id: 'b.html', text: ENGLISH },
    { id: 'b.html#kabel', text: 'Kabel' },
    { id: 'C#', text: 'Kabel' },
  ]);
  expect(languages).toEqual(['de', 'de', 'en', 'en', 'en', undefined]);
});

test('an index says which languages it stems, and how compounds are cut', () => {
  expect(indexedLanguages({ parts: {} }, { en: 3, ja: 1 })).toBeUndefined();
  expect(indexedLanguages({ parts: { de: 'AB' } }, { ja: 1, fr: 2, de: 1 })).toEqual([
    { code: 'de', parts: 'AB' },
    { code: 'fr' },
  ]);
});

test('documents are stemmed in their languages, and others are not', () => {
  const inflected = inflectedBy({ parts: {} });
  expect(inflected('de')('Häuser')).toEqual(['haus*']);
  for (const code of ['en', 'ja', 'und', undefined]) expect(inflected(code)('Häuser')).toEqual([]);
  expect(inflectedBy(undefined)('de')('Häuser')).toEqual([]);
});

/** What a word is cut into in a collection of these texts. */
function cut(code: StemmedCode, word: string, ...all: string[]): string[] {
  const vocabulary = new Vocabulary();
  for (const text of all) vocabulary.add(text);
  return inflectedIn({ code, parts: partsOf(vocabulary, languageOf(code)) })(word).slice(1);
}

test('compounds are cut into words that the collection has', () => {
  expect(cut('de', 'Netzwerkkonfiguration', 'das Netzwerk', 'die Konfigurationen')).toEqual([
    'netzwerk*',
    'konfiguration*',
  ]);
  expect(cut('de', 'Netzwerkkonfiguration', 'ein Drucker')).toEqual([]);
});

test('a word that only compounds have is one where the rest is a word', () => {
  expect(cut('de', 'Netzwerkkarte', 'Netzwerkkonfiguration', 'Konfiguration', 'Karte')).toEqual([
    'netzwerk*',
    'kart*',
  ]);
});

test('a short part is one if the collection has it more than once, and words that are more common stay whole', () => {
  expect(cut('sv', 'konfigurationsfil', 'en fil', 'två fil', 'konfiguration')).toEqual([
    'konfiguration*',
    'fil*',
  ]);
  expect(cut('sv', 'konfigurationsfil', 'en fil', 'konfiguration')).toEqual([]);
  const often = Array.from({ length: 9 }, () => 'schließlich');
  expect(cut('de', 'schließlich', ...often, 'schließ', 'lich', 'lich')).toEqual([]);
});
