import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextStart, wordEnd } from '../../../../src/core/analyzer/words/word-break.ts';
import { eachWord } from '../../../../src/core/analyzer/words/words.ts';

function words(text: string): string[] {
  const found: string[] = [];
  eachWord(text, (word) => found.push(word));
  return found;
}

/** The rules alone, tried at every place. */
function byRules(text: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = wordEnd(text, at);
    if (end > at) found.push(text.slice(at, end));
    at = end > at ? end : at + (text.codePointAt(at)! > 0xffff ? 2 : 1);
  }
  return found;
}

/** The rule for words of Lucene's grammar over ASCII, as a regular expression. */
const G = "(?:[0-9](?:(?:_*|[.,;'])[0-9])*|[A-Za-z](?:(?:_*|[.:'])[A-Za-z])*)+";
const GRAMMAR = new RegExp(`_*${G}(?:_+${G})*_*`, 'g');

const ascii = fc.string({ unit: fc.constantFrom(...'aB1_.:,;\'"- #*\n\0'), maxLength: 30 });

test('over ASCII the fast path, the rules and the grammar of Lucene agree', () => {
  fc.assert(
    fc.property(ascii, (text) => {
      expect(words(text)).toEqual(text.match(GRAMMAR) ?? []);
      expect(byRules(text)).toEqual(words(text));
    }),
    { numRuns: 5000 },
  );
  const printable = fc.string({
    unit: fc.integer({ min: 0, max: 127 }).map((code) => String.fromCharCode(code)),
  });
  fc.assert(
    fc.property(printable, (text) => {
      expect(words(text)).toEqual(text.match(GRAMMAR) ?? []);
    }),
    { numRuns: 1000 },
  );
});

test('over any text the fast path and the rules agree, also across the window', () => {
  const unit = fc.constantFrom(
    ...'a1_.:\'" ',
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    '________',
    '\u0301',
    '\u200D',
    '\uFE0F',
  );
  const others = fc.constantFrom(
    'é',
    'ש',
    'カ',
    'ひ',
    '漢',
    'ก',
    'ั',
    '😀',
    '🏻',
    '🇺',
    '#',
    '\u20E3',
    '𝐀',
    '\uD800',
    '\uDC00',
  );
  fc.assert(
    fc.property(
      fc.string({ unit: fc.oneof({ weight: 3, arbitrary: unit }, others), maxLength: 60 }),
      (text) => {
        expect(words(text)).toEqual(byRules(text));
      },
    ),
    { numRuns: 5000 },
  );
});

test.each([
  ['A:B A::B 1:2', ['A:B', 'A', 'B', '1', '2']],
  ['1.2 1,2 1;2 1..2 1,.2 A.1 1.A', ['1.2', '1,2', '1;2', '1', '2', '1', '2', 'A', '1', '1', 'A']],
  ['A.B_A..B 1.2_1,2 C_A.:B', ['A.B_A', 'B', '1.2_1,2', 'C_A', 'B']],
  ['_ __ _a_ a_1', ['_a_', 'a_1']],
  ['ac/dc some-dashed R2D2 216.239.63.104', ['ac', 'dc', 'some', 'dashed', 'R2D2', '216.239.63.104']],
  ["'tis O'Reilly's rock'n'roll'", ['tis', "O'Reilly's", "rock'n'roll"]],
  ['user@example.com, C++ and x=y', ['user', 'example.com', 'C', 'and', 'x', 'y']],
])('%j is taken apart as UAX #29 says', (text, expected) => {
  expect(words(text)).toEqual(expected);
});

test.each([
  ['moͤchte naïve Վիքիպեդիայի', ['moͤchte', 'naïve', 'Վիքիպեդիայի']],
  ['我是中国人。 １２３４ Ｔｅｓｔｓ', ['我', '是', '中', '国', '人', '１２３４', 'Ｔｅｓｔｓ']],
  ['仮名遣い カタカナ ﾊﾝｶｸ', ['仮', '名', '遣', 'い', 'カタカナ', 'ﾊﾝｶｸ']],
  ['안녕하세요 한글입니다', ['안녕하세요', '한글입니다']],
  ['การที่ได้ต้องแสดงว่างานดี. แล้วเธอจะไปไหน? ๑๒๓๔', ['การที่ได้ต้องแสดงว่างานดี', 'แล้วเธอจะไปไหน', '๑๒๓๔']],
  ['ສາທາລະນະລັດ ປະຊາຊົນລາວ', ['ສາທາລະນະລັດ', 'ປະຊາຊົນລາວ']],
  ['𩬅艱鍟', ['𩬅', '艱', '鍟']],
  ['か\u3099カ\u3099壹\u3099', ['か\u3099', 'カ\u3099', '壹\u3099']],
  ['カaカ カ_a', ['カ', 'a', 'カ', 'カ_a']],
  ['co\u00ADoperate z\u200Bw', ['co\u00ADoperate', 'z', 'w']],
  ['๑a\u0E31b', ['๑a\u0E31b']],
])('%j is taken apart as StandardTokenizer does', (text, expected) => {
  expect(words(text)).toEqual(expected);
});

test.each([
  ['\u05D0\' \u05D0"\u05D0 \u05D0"b', ["\u05D0'", '\u05D0"\u05D0', '\u05D0', 'b']],
  ["\u05D0\u05D0'a", ["\u05D0\u05D0'a"]],
  ["a:\u05D0' \u05D0\"\u05D0'", ['a:\u05D0', '\u05D0"\u05D0']],
])('Hebrew %j keeps its quotes where the grammar lets it', (text, expected) => {
  expect(words(text)).toEqual(expected);
});

test.each([
  ['poo💩poo💩💩', ['poo', '💩', 'poo', '💩', '💩']],
  ['👩\u200D❤\uFE0F\u200D👩 👨🏼\u200D⚕\uFE0F', ['👩\u200D❤\uFE0F\u200D👩', '👨🏼\u200D⚕\uFE0F']],
  ['🇺🇸🇺🇸🇺', ['🇺🇸', '🇺🇸']],
  ['#\uFE0F\u20E3 3\uFE0F\u20E3 *\u20E3 # *', ['#\uFE0F\u20E3', '3\uFE0F\u20E3', '*\u20E3']],
  ['#\uFE0E 3\uFE0E \u2B55\uFE0E\u200D\u2B55\uFE0E', ['3\uFE0E', '\u2B55', '\u200D\u2B55']],
  [
    '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}a',
    ['🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}', 'a'],
  ],
  ['© 2020™ 🏻', ['©', '2020', '™', '🏻']],
])('emoji in %j are words, sequences whole', (text, expected) => {
  expect(words(text)).toEqual(expected);
});

test('a word is cut after 255 UTF-16 units, before a pair that would be cut in two', () => {
  const word = 'b'.repeat(255);
  expect(words(`x ${word} ${word}b`)).toEqual(['x', word, word, 'b']);
  expect(words(`${'b'.repeat(254)}.b`)).toEqual(['b'.repeat(254), 'b']);
  expect(words(`${'b'.repeat(254)}𝐀𝐀`)).toEqual(['b'.repeat(254), '𝐀𝐀']);
  expect(words(`${'_'.repeat(1000)}a`)).toEqual([`${'_'.repeat(254)}a`]);
});

test('after no word at a place, the next place skips a run that holds none', () => {
  expect(nextStart('_'.repeat(1000), 0)).toBe(745);
  expect(nextStart('- a', 0)).toBe(1);
  expect(nextStart('\u{1F1FA} ', 0)).toBe(2);
});
