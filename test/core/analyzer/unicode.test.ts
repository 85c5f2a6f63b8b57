import { expect, test } from 'vitest';
import { stemsAnalysis } from '../../../src/core/analyzer/stems.ts';
import { unicode, unicodeAnalysis } from '../../../src/core/analyzer/unicode.ts';

// What is expected here was written down once and holds in Node and in workerd: the two must agree.

test.each([
  ['Łódź, ŁÓDŹ!', ['łódź', 'łódź']],
  ['Ｆｕｌｌ ﬁne ①', ['full', 'fine', '1']],
  ['e\u0301te\u0301 été', ['été', 'été']],
  ["l'été O'Neil 3.14 1,000", ["l'été", "o'neil", '3.14', '1,000']],
  ['a:b 12:30 user@example.com foo_bar', ['a', 'b', '12', '30', 'user', 'example.com', 'foo_bar']],
  ['co\u00ADoperate می\u200Cخواهم', ['cooperate', 'میخواهم']],
  ['Москва — столица России', ['москва', 'столица', 'россии']],
  ['नमस्ते दुनिया', ['नमस्ते', 'दुनिया']],
  ['안녕하세요 세계', ['안녕하세요', '세계']],
  ['السلام عليكم', ['السلام', 'عليكم']],
])('%j gives its words', (text, expected) => {
  expect(unicode(text)).toEqual(expected);
});

test.each([
  ['我喜欢搜索引擎', ['我', '喜欢', '搜索', '引擎']],
  ['東京都に住んでいます', ['東京', '都', 'に', '住', 'んで', 'い', 'ます']],
  ['สวัสดีชาวโลก', ['สวัสดี', 'ชาว', 'โลก']],
  ['Tシャツ2枚、ｶﾀｶﾅ', ['t', 'シャツ', '2', '枚', 'カタカナ']],
])('%j, written without spaces, is parted by dictionary', (text, expected) => {
  expect(unicode(text)).toEqual(expected);
});

test.each([`က${'က်'.repeat(400)}`, `ខ${'\u17B6'.repeat(400)}`])(
  'marks without end make no long pair',
  (syllable) => {
    for (const analyze of [unicodeAnalysis, stemsAnalysis])
      for (const name of analyze(syllable + syllable).names) expect(name.length).toBeLessThan(255);
  },
);

test('punctuation and symbols are no words, emoji are', () => {
  expect(unicode('… — « » + = 。、「」 ๏ ฿ 😀👩\u200D💻')).toEqual(['😀', '👩', '💻']);
});

test.each([
  ['ພາສາລາວ', ['ພາ', 'ສາ', 'ລາ', 'ວ'], ['ພາສາ', 'ສາລາ', 'ລາວ']],
  ['စာကိုဖတ်သည်', ['စာ', 'ကို', 'ဖတ်', 'သည်'], ['စာကို', 'ကိုဖတ်', 'ဖတ်သည်']],
  ['အင်္ဂလိပ်', ['အင်္ဂ', 'လိပ်'], ['အင်္ဂလိပ်']],
  ['ເຂົ້າ', ['ເຂົ້າ'], []],
  ['ខ្ញុំ', ['ខ្ញុំ'], []],
  ['ភាសា ខ្មែរ', ['ភា', 'សា', 'ខ្មែ', 'រ'], ['ភាសា', 'ខ្មែរ']],
  ['ญาติ', ['ญาติ'], []],
])('%j is parted the same by every runtime', (text, words, pairs) => {
  expect(unicodeAnalysis(text)).toEqual({ inOrder: words, names: pairs });
});
