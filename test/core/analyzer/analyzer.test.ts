import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ANALYZERS, type AnalyzerName } from '../../../src/core/analyzer/analysis.ts';
import { analyzerNamed } from '../../../src/core/analyzer/analyzer.ts';
import { SparsedgeError } from '../../../src/core/errors.ts';

test('an unknown name is refused', () => {
  expect(() => analyzerNamed('klingon' as AnalyzerName)).toThrow(SparsedgeError);
  expect(() => analyzerNamed('toString' as AnalyzerName)).toThrow(SparsedgeError);
});

/** No control character, no white space, no half of a surrogate pair. */
const CLEAN = /^[^\0-\x20\x7f-\x9f\s\p{Cs}]+$/u;

describe.each(ANALYZERS)('%s', (name) => {
  const analyze = analyzerNamed(name);

  const check = (text: string): void => {
    const terms = analyze(text);
    for (const term of terms) {
      if (!CLEAN.test(term) || term.length > 255)
        expect.fail(JSON.stringify({ text: text.slice(0, 99), term }));
    }
    expect(analyze(text)).toEqual(terms);
  };

  test('no term is empty, too long, or holds white space, controls or unpaired surrogates, whatever the text', () => {
    const units = fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit));
    const odd = fc.constantFrom(
      ...' \0\t\n\x85\xa0\xad\u180e\u200b\u200d\u2028\u202f\u3000\ufeff\ufffd\ud83d\ude00',
      ...'a1_.:é漢ก',
    );
    fc.assert(fc.property(fc.string({ unit: fc.oneof(units, odd) }), check), { numRuns: 3000 });
    fc.assert(fc.property(fc.string({ unit: 'binary' }), check), { numRuns: 1000 });
  });

  test('every single character is safe between letters', () => {
    for (let code = 0; code < 0x20000; code++) {
      const char = String.fromCodePoint(code);
      for (const term of analyze(`a${char}b ${char}`)) if (!CLEAN.test(term)) expect.fail(code.toString(16));
    }
  });

  test.each([
    ['letters', 'a'],
    ['vowels that may be consonants', 'y'],
    ['underscores', '_'],
    ['joiners', '\u200d'],
    ['accents', '\u0301'],
    ['joined letters', 'a:'],
    ['emoji', '😀'],
    ['ideographs', '漢'],
    ['Thai letters', 'กข'],
    ['halves of pairs', '\ud800'],
    ['zeros', '\0'],
    ['key caps', '#\u20e3'],
  ])('a megabyte of %s is analysed in good time', (_, unit) => {
    check(unit.repeat(1_000_000 / unit.length));
  });

  test('the empty text has no terms', () => {
    expect(analyze('')).toEqual([]);
  });
});
