import { expect, test } from 'vitest';
import { inflectedIn, questionStems } from '../../../src/core/analyzer/stemming/stemmed-languages.ts';
import { SparsedgeError } from '../../../src/core/errors.ts';

// Nothing here imports snowball.ts: this is what a Worker without stemmers has.
test('an index that needs stemmers is refused where there are none, with what to do', () => {
  const ask = () => inflectedIn({ code: 'de' });
  expect(ask).toThrow(SparsedgeError);
  expect(ask).toThrow(expect.objectContaining({ code: 'bad-input', details: { language: 'de' } }));
  expect(() => questionStems('Haus', [{ code: 'fr' }])).toThrow('deploy src/languages.ts');
});

test('an index that stems nothing needs none', () => {
  expect(questionStems('house', [])).toEqual(new Map());
});
