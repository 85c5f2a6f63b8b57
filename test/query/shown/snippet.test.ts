import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnalyzerName } from '../../../src/core/analyzer/analysis.ts';
import type { Space } from '../../../src/core/format/manifest.ts';
import { encodeQuery } from '../../../src/query/encode/encode-query.ts';
import { matcherOf, snippetOf } from '../../../src/query/shown/snippet.ts';

const spaceOf = (analyzer: AnalyzerName) =>
  ({
    name: 'text',
    analyzer,
    query: 'binary',
    encoder: { parameters: { titleWeight: 2 } },
  }) as unknown as Space;

function matched(text: string, question: string, analyzer: AnalyzerName = 'english'): string[] {
  const space = spaceOf(analyzer);
  const { text: shown, matches } = snippetOf(text, matcherOf([space], encodeQuery(question, space)));
  return matches.map(([start, end]) => shown.slice(start, end));
}

const filler = (characters: number, words = 'and so it went on, ') =>
  words.repeat(Math.ceil(characters / words.length));

test.each([
  ['a word', 'zebrafish', 'Zebrafish,', 'Zebrafish'],
  ['another form', 'happy hoping', 'happiness', 'happiness'],
  ['a word with marks', 'hopital', 'Hôpital,', 'Hôpital'],
  ['a question with marks', 'hôpital', 'Hopital', 'Hopital'],
  ['a letter that is written as two', 'strasse', 'Straße', 'Straße'],
  ['a part of a name', 'layout effect', 'useLayoutEffect()', 'LayoutEffect'],
  ['a name', 'std::vector', 'std::vector<int>', 'std::vector'],
  ['Greek', 'οδυσσεια', 'Οδύσσεια', 'Οδύσσεια'],
])('a match a million characters into a text is shown: %s', (what, question, word, shown) => {
  const text = `${filler(1e6)} ${word} ${filler(3000)}`;
  // Of these two analyzers, one knows forms of words, and the other letters with and without marks.
  expect(matched(text, question, what === 'another form' ? 'english' : 'unicode')).toContain(shown);
});

test.each([
  ['element', 'document.getElementById("x")', ['Element']],
  ['get id', 'getElementById', ['get', 'Id']],
  ['get element', 'getElementById,', ['getElement']],
  ['getElementById', '`getElementById`', ['getElementById']],
  ['connections', 'max_connections=5', ['connections']],
  ['parser', 'HTMLParser', ['Parser']],
  ['known', '(well-known)', ['known']],
  ['--dry-run', '--dry-run', ['--dry-run']],
  ['dry run', '--dry-run', ['dry-run']],
  ['install', 'docs/install/windows.md', ['install']],
  ['moon', "moon's", ["moon's"]],
  ['c++', 'C++', ['C++']],
  ['usa', 'U.S.A.', ['U.S.A']],
  ['key', 'a-b-c-d-e-f-g-h-i-key', ['a-b-c-d-e-f-g-h-i-key']],
])('of what is asked by %j, %j has marked what was found', (question, word, expected) => {
  expect(matched(`so it is ${word} here`, question, 'stems')).toEqual(expected);
});

test('of a name, whatever its parts are, those are marked that are asked for', () => {
  const part = fc.constantFrom('river', 'moon', 'tide', 'salt', 'wind', 'cloud');
  const capital = (text: string) => text[0].toUpperCase() + text.slice(1);
  const forms: readonly ((parts: readonly string[]) => string)[] = [
    (parts) => parts.map((each, i) => (i === 0 ? each : capital(each))).join(''),
    (parts) => parts.map(capital).join(''),
    (parts) => parts.join('_'),
    (parts) => `${parts.join('.')}()`,
    (parts) => parts.join('/'),
  ];
  const names = fc.uniqueArray(part, { minLength: 2, maxLength: 5 });
  fc.assert(
    fc.property(names, fc.nat(), fc.constantFrom(...forms), (parts, which, form) => {
      const asked = parts[which % parts.length];
      expect(matched(`here ${form(parts)} is`, asked, 'stems').map((each) => each.toLowerCase())).toEqual([
        asked,
      ]);
    }),
    { numRuns: 300 },
  );
});

test('a form with other letters is found at the beginning of a long text', () => {
  expect(matched(`${filler(20_000)} wrote ${filler(1e5)}`, 'write', 'stems')).toEqual(['wrote']);
});

test('words that only look alike do not hide the word that is asked for', () => {
  const text = `${filler(1e6, 'partly starting smart parties heart ')} art ${filler(1e5, 'heart apart ')}`;
  expect(matched(text, 'art')).toEqual(['art']);
});

test('the passage with the most terms is chosen wherever it stands, across the ends of spans too', () => {
  for (const at of [2040, 4090, 65_530, 500_000]) {
    const text = `${`moon ${filler(at - 8)}`.slice(0, at - 4)} moon sea ${filler(1e5)}`;
    expect(matched(text, 'moon sea')).toEqual(['moon', 'sea']);
  }
});

test('a word is not torn where a text without spaces is looked at in parts', () => {
  for (let before = 30; before < 45; before++) {
    const text = `${'今'.repeat(before)}東京都${'今'.repeat(before)}`;
    expect(matched(text, '東京', 'unicode')).toHaveLength(1);
    expect(matched(`${'今'.repeat(100_000)}${text}`, '東京', 'unicode')).not.toEqual([]);
  }
});

test('half of a pair is never shown, nor more than a passage', () => {
  const space = spaceOf('unicode');
  const match = matcherOf([space], encodeQuery('moon 𠮷', space));
  fc.assert(
    fc.property(fc.nat(5000), fc.constantFrom('😀', '𠮷', 'x😀', '😀 '), fc.boolean(), (at, sign, late) => {
      const text = sign.repeat(at) + (late ? ' moon ' : '') + sign.repeat(3000);
      const snippet = snippetOf(text, match);
      expect(snippet.text).not.toMatch(/\p{Cs}/u);
      expect(snippet.text.length).toBeLessThan(1500);
      for (const [start, end] of snippet.matches) {
        expect(end).toBeGreaterThan(start);
        expect(snippet.text.slice(start, end)).not.toMatch(/\p{Cs}/u);
      }
      if (late || sign === '𠮷') expect(snippet.matches.length).toBeGreaterThan(0);
    }),
    { numRuns: 200 },
  );
});

test('a text that has a word of the question shows one', () => {
  const words = [
    'river',
    'rivers',
    'drive',
    'Été',
    'ete',
    'don’t',
    'naïve',
    'C++',
    'Мир',
    'мира',
    'x',
    'the',
    '—',
    '水',
  ];
  const word = fc.constantFrom(...words);
  fc.assert(
    fc.property(
      fc.constantFrom('english', 'unicode', 'bert-words'),
      word,
      fc.array(word),
      fc.nat(40),
      (analyzer, asked, around, spans) => {
        const space = spaceOf(analyzer);
        const match = matcherOf([space], encodeQuery(asked, space));
        const text = [
          filler(spans * 1000, 'lorem ipsum, '),
          ...around,
          asked,
          filler(3000, 'dolor sit '),
        ].join(' ');
        const has = text.split(/\s+/).some((each) => match.termsIn(each).length > 0);
        expect(snippetOf(text, match).matches.length > 0).toBe(has);
      },
    ),
    { numRuns: 300 },
  );
});
