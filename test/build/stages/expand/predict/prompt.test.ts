import fc from 'fast-check';
import { expect, test } from 'vitest';
import { documentText, PRESETS } from '../../../../../build/stages/expand/predict/prompt.ts';

const document = (text: string) => ({ id: 'a', text });

test('the published prompt is an instruction, the document and the separator', () => {
  const { prompt, sampling, queries } = PRESETS['llama2-doc2query'];
  expect(prompt('The moon.', 1)).toBe(
    'Predict possible search queries for the following document:\nThe moon.\n---\n',
  );
  expect({ ...sampling, queries }).toEqual({
    temperature: 1,
    topP: 0.95,
    topK: 50,
    maxTokens: 50,
    queries: 80,
  });
});

test('a document is cut between words, with its title before its text', () => {
  expect(documentText({ id: 'a', title: 'Tides', text: 'The moon pulls the sea.' }, 100)).toBe(
    'Tides The moon pulls the sea.',
  );
  expect(documentText(document('The moon pulls the sea.'), 15)).toBe('The moon pulls');
  expect(documentText(document('The moon pulls the sea.'), 14)).toBe('The moon pulls');
  expect(documentText(document('x'.repeat(50)), 10)).toBe('x'.repeat(10));
});

test('whatever the document, it fits, is a beginning of itself, and no character is torn', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 300 });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 120 }), (written, characters) => {
      const cut = documentText(document(written), characters);
      expect(cut.length).toBeLessThanOrEqual(characters);
      expect(written.trim().startsWith(cut)).toBe(true);
      expect(/\p{Cs}/u.test(cut)).toBe(false);
    }),
  );
});

test('instruction and separator survive the longest document', () => {
  for (const preset of Object.values(PRESETS)) {
    const long = preset.prompt(documentText(document('sea '.repeat(1e5)), preset.documentCharacters), 10);
    const short = preset.prompt('zzz', 10);
    const [before, after] = short.split('zzz') as [string, string];
    expect(long.startsWith(before)).toBe(true);
    expect(long.endsWith(after)).toBe(true);
  }
});
