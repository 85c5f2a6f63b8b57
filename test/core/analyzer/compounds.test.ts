import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compoundParts, partsIn, partsText } from '../../../src/core/analyzer/stemming/compounds.ts';
import { stemIn } from '../../../src/core/analyzer/stemming/inflected.ts';
import { languageOf } from '../../../src/core/analyzer/stemming/snowball.ts';
import { inflectedIn, type StemmedCode } from '../../../src/core/analyzer/stemming/stemmed-languages.ts';

/** What a word is cut into where a collection has these words. */
function cut(code: StemmedCode, word: string, words: string): readonly string[] {
  const language = languageOf(code);
  const stemOf = (each: string) => stemIn(language, each);
  const stems = new Set(words.split(' ').map(stemOf));
  return compoundParts(word, language.links ?? [], stemOf, (stem) => stems.has(stem));
}

test.each<[StemmedCode, string, string, string[]]>([
  ['de', 'netzwerkkonfiguration', 'netzwerk konfiguration', ['netzwerk', 'konfiguration']],
  ['de', 'netzwerkeinrichtung', 'netzwerke einrichten', ['netzwerk', 'einricht']],
  ['de', 'konfigurationsdateien', 'konfigurationen datei', ['konfiguration', 'datei']],
  ['de', 'plattenverschlüsselung', 'platte verschlüsselung', ['platt', 'verschlussel']],
  ['de', 'kinderzimmer', 'kind zimmer', ['kind', 'zimm']],
  ['nl', 'netwerkinstellingen', 'netwerk instelling', ['netwerk', 'instell']],
  ['nl', 'pakketbeheer', 'pakketten beheer', ['pakket', 'beher']],
  ['sv', 'nätverkskonfiguration', 'nätverk konfiguration', ['natverk', 'konfiguration']],
  ['sv', 'gatubelysning', 'gata belysning', ['gat', 'belysning']],
  ['da', 'installationsvejledning', 'installation vejledning', ['installation', 'vejledning']],
  ['no', 'brukerkontoer', 'bruker konto', ['bruk', 'konto']],
])('%s: %s is made of %s', (code, word, words, parts) => {
  expect(cut(code, word, words)).toEqual(parts);
});

test('a word is cut into as few parts as it can be, and the shortest of them is as long as it can be', () => {
  const words = 'netz werk netzwerk karte netzwerkkarte treiber kartentreiber';
  expect(cut('de', 'netzwerkkartentreiber', words)).toEqual(['netzwerk', 'kartentreib']);
});

test.each([
  ['netzwerk', 'haus garten'],
  ['hausen', 'haus'],
  ['haus', 'haus'],
  ['x'.repeat(49), 'xxxx'],
])('%s is not cut by %s', (word, words) => {
  expect(cut('de', word, words)).toEqual([]);
});

test('a set knows its stems and few others, and keeps words whole that are to stay so', () => {
  const stems = Array.from({ length: 2000 }, (_, i) => `stamm${i}`);
  const text = partsText(stems, ['beispiel']);
  expect(text).toMatch(/^[\w-]+$/);
  expect(text).toHaveLength(2 * 2001);
  const knows = partsIn(text);
  expect(stems.filter((stem) => !knows(stem))).toEqual([]);
  const strangers = Array.from({ length: 10_000 }, (_, i) => `fremd${i}`).filter(knows);
  expect(strangers.length).toBeLessThan(100);
  expect(
    compoundParts(
      'beispiel',
      [''],
      (word) => word,
      (stem) => knows(stem) || stem.length === 4,
    ),
  ).toEqual([]);
});

test('an empty set knows nothing', () => {
  expect(partsIn(partsText([], []))('haus')).toBe(false);
});

test('a text and a question are cut alike: a compound has the stems of its parts beside its own', () => {
  const parts = partsText(['netzwerk', 'konfiguration'], []);
  const stems = inflectedIn({ code: 'de', parts });
  expect(stems('Netzwerkkonfiguration')).toEqual(['netzwerkkonfiguration*', 'netzwerk*', 'konfiguration*']);
  expect(stems('Konfiguration des Netzwerks')).toEqual(['konfiguration*', 'netzwerk*']);
});

test('any word is cut into stems that are known, or not at all', () => {
  const known = ['ab', 'abc', 'bca', 'caab', 'abcabc'];
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', 'b', 'c', 's'), maxLength: 48 }), (word) => {
      const parts = compoundParts(
        word,
        ['', 's'],
        (each) => each,
        (stem) => known.includes(stem),
      );
      expect(parts.length).not.toBe(1);
      expect(parts.every((part) => known.includes(part) && part.length >= 3)).toBe(true);
    }),
  );
});
