import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inflecting, stemIn } from '../../../src/core/analyzer/stemming/inflected.ts';
import { languageOf } from '../../../src/core/analyzer/stemming/snowball.ts';
import {
  inflectedIn,
  isStemmed,
  questionStems,
  STEMMED,
  type StemmedCode,
} from '../../../src/core/analyzer/stemming/stemmed-languages.ts';

/** Three forms of a word in each language. */
const FORMS: Readonly<Record<StemmedCode, string>> = {
  ar: 'المدرسة مدرسة مدرستها',
  da: 'indstilling indstillingen indstillinger',
  de: 'Haus Häuser Hauses',
  el: 'σελίδα σελίδας σελίδες',
  es: 'configuración configuraciones configurar',
  fi: 'talo talossa talosta',
  fr: 'installation installations installer',
  ga: 'carr charr gcarr',
  hi: 'किताब किताबें किताबों',
  hu: 'könyv könyvek könyvben',
  hy: 'քաղաք քաղաքի քաղաքը',
  id: 'pasang memasang pemasangan',
  it: 'installazione installazioni installare',
  lt: 'knyga knygos knygų',
  ne: 'किताब किताबहरू किताबको',
  nl: 'instelling instellingen Instelling',
  no: 'innstilling innstillingen innstillinger',
  pt: 'configuração configurações configurar',
  ro: 'fișier fișiere fișierul',
  ru: 'настройка настройки настройкам',
  sr: 'књига књиге књигама',
  sv: 'inställning inställningen inställningar',
  ta: 'புத்தகம் புத்தகங்கள் புத்தகத்தில்',
  tr: 'kitap kitaplar kitabı',
};

const stemmed = (code: StemmedCode, text: string) => inflectedIn({ code })(text);

test.each(STEMMED)('forms of one word meet in %s', (code) => {
  const stems = FORMS[code].split(' ').map((form) => stemmed(code, form));
  expect(stems).toEqual([stems[0], stems[0], stems[0]]);
  expect(stems[0]).toEqual([expect.stringMatching(/^[^*]{2,}\*$/)]);
});

test.each(STEMMED)('functional words of %s have no stem', (code) => {
  const { functional, word } = languageOf(code);
  expect(functional.size).toBeGreaterThan(10);
  const words = [...functional].filter((each) => word.test(each));
  expect(words.flatMap((each) => stemmed(code, each))).toEqual([]);
});

describe('stems', () => {
  test('are the same without the marks that people leave out', () => {
    expect(stemmed('fr', 'élève élèves')).toEqual(stemmed('fr', 'eleve eleves'));
    expect(stemmed('de', 'Häuser')).toEqual(stemmed('de', 'HAUSER'));
    expect(stemmed('ru', 'ёлка')).toEqual(stemmed('ru', 'елка'));
    expect(stemmed('tr', 'İSTANBUL')).toEqual(stemmed('tr', 'istanbul'));
  });

  test('are of words in the script of the language alone', () => {
    expect(stemmed('de', 'Python3 10.0 ключ 設定 /etc/fstab')).toEqual(['etc*', 'fstab*']);
    expect(stemmed('ru', 'ключи server')).toEqual(['ключ*']);
  });

  test('are of what an apostrophe stands before or behind', () => {
    expect(stemmed('fr', "l'installation qu’elle d'Alice")).toEqual(['install*', 'alic*']);
    expect(stemmed('de', "Debian's Andreas'")).toEqual(stemmed('de', 'Debian Andreas'));
  });

  test('of a question are those of all languages, each as often as one of them has it', () => {
    const both = questionStems('Installation Häuser installation', [{ code: 'de' }, { code: 'fr' }]);
    expect(both).toEqual(
      new Map([
        ['installation*', 2],
        ['haus*', 1],
        ['install*', 2],
        ['haus*', 1],
        ['haus*', 1],
        ...[...questionStems('Häuser', [{ code: 'fr' }])],
      ]),
    );
  });

  test.each(STEMMED)('of any text in %s are terms', (code) => {
    const stems = inflecting(languageOf(code));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        for (const stem of stems(text)) {
          expect(stem.length).toBeLessThanOrEqual(255);
          expect(stem).toMatch(/^[^\s\p{Cc}\p{Cs}*]+\*$/u);
        }
      }),
      { numRuns: 30 },
    );
  });

  test.each(STEMMED)('of any word in %s are not empty, and always the same', (code) => {
    const letters = [...new Set(FORMS[code].toLowerCase().replaceAll(' ', ''))];
    const word = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(word, (text) => {
        const stem = stemIn(languageOf(code), text);
        expect(stem).not.toBe('');
        expect(stemIn(languageOf(code), text)).toBe(stem);
      }),
      { numRuns: 50 },
    );
  });
});

test('other codes are not stemmed', () => {
  expect([undefined, 'en', 'ja', 'toString', ''].filter(isStemmed)).toEqual([]);
});
