// Stemmers that a page loads one by one are those that a Worker has together.

import { expect, test } from 'vitest';
import { loadStemmers } from '../../../browser/page-stemmers.ts';
import { inflecting } from '../../../src/core/analyzer/stemming/inflected.ts';
import { languageOf } from '../../../src/core/analyzer/stemming/snowball.ts';
import { inflectedIn, STEMMED } from '../../../src/core/analyzer/stemming/stemmed-languages.ts';

/** Words of all of their scripts. */
const TEXT =
  'Netzwerkkonfigurationen der Häuser, les chevaux nationaux, las canciones habladas, i gatti mangiavano, husenes ' +
  'bøkene, kirjoitettiin taloissa, σπίτια τρέχουν, книгами читали, књигама, الكتب والمكتبات, किताबों में, புத்தகங்கள், ' +
  'գրքերով, evlerinizden, knygomis, cărțile noastre, os livros falados, de huizen, házakban, leabhair, buku-bukunya';

test('each language has its own, and what is not loaded is refused', async () => {
  await loadStemmers(['de']);
  expect(inflectedIn({ code: 'de' })(TEXT)).toEqual(inflecting(languageOf('de'))(TEXT));
  expect(() => inflectedIn({ code: 'fr' })).toThrow('no stemmers are here');
  await loadStemmers(STEMMED);
  const stems = STEMMED.map((code) => inflectedIn({ code })(TEXT));
  expect(stems).toEqual(STEMMED.map((code) => inflecting(languageOf(code))(TEXT)));
  for (const found of stems) expect(found.length).toBeGreaterThan(0);
  expect(new Set(stems.map((found) => found.join(' '))).size).toBeGreaterThan(20);
});
