import { expect, test } from 'vitest';
import { messagesOf } from '../../../browser/element/words/sentences.ts';
import { TRANSLATIONS } from '../../../browser/element/words/translations.ts';

test('twelve languages say everything, with something put in at the same places', async () => {
  const english = await messagesOf('en');
  const languages = Object.keys(TRANSLATIONS);
  expect(languages).toHaveLength(11);
  for (const language of languages) {
    const messages = await messagesOf(language);
    expect(messages.language).toBe(language);
    expect(TRANSLATIONS[language]!.split('|')).toHaveLength(Object.keys(english).length - 1);
    for (const [name, sentence] of Object.entries(messages)) {
      if (name === 'language') continue;
      expect(sentence, `${name} of ${language}`).toMatch(/\p{L}/u);
      expect(sentence.includes('{}'), `${name} of ${language}`).toBe(
        english[name as keyof typeof english].includes('{}'),
      );
    }
  }
});

test('a language is found by its tag, and English is spoken where there is none', async () => {
  expect((await messagesOf('pt-BR')).language).toBe('pt');
  expect((await messagesOf('ZH_hant')).language).toBe('zh');
  for (const tag of ['en-GB', 'tlh', '', 'constructor', '__proto__'])
    expect((await messagesOf(tag)).language).toBe('en');
});
