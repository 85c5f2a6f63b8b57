import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_OPERATORS, type Operator, readQuestion } from '../../../src/query/language/operators.ts';

const FIELDS = new Set(['author', 'node']);

function read(question: string) {
  return readQuestion(question, FIELDS);
}

describe('a question', () => {
  test.each<[string, string, Operator[]]>([
    ['"vitamin D" dose', 'vitamin D dose', [{ text: 'vitamin D' }]],
    ['dose of "vitamin D".', 'dose of vitamin D.', [{ text: 'vitamin D' }]],
    ['("vitamin D")', '(vitamin D)', [{ text: 'vitamin D' }]],
    ['\u201Cvitamin D\u201D dose', 'vitamin D dose', [{ text: 'vitamin D' }]],
    ['\u201Evitamin D\u201C dose', 'vitamin D dose', [{ text: 'vitamin D' }]],
    ['"C:\\path" open', 'C:\\path open', [{ text: 'C:\\path' }]],
    ['jaguar -car', 'jaguar', [{ text: 'car', excluded: true }]],
    ['jaguar -cars, please', 'jaguar , please', [{ text: 'cars', excluded: true }]],
    ['-car jaguar', 'jaguar', [{ text: 'car', excluded: true }]],
    ["-don't worry", 'worry', [{ text: "don't", excluded: true }]],
    ['café -thé', 'café', [{ text: 'thé', excluded: true }]],
    ['東京 -駅', '東京', [{ text: '駅', excluded: true }]],
    ['gcc -"O2" flags', 'gcc flags', [{ text: 'O2', excluded: true }]],
    ['jaguar -"big cat"', 'jaguar', [{ text: 'big cat', excluded: true }]],
    ['title:river boat', 'river boat', [{ text: 'river', field: 'title' }]],
    ['title:"river boat" x', 'river boat x', [{ text: 'river boat', field: 'title' }]],
    ['boat -title:river', 'boat', [{ text: 'river', field: 'title', excluded: true }]],
    ['title:std::vector, use', 'std::vector use', [{ text: 'std::vector', field: 'title' }]],
    ['boat author:smith', 'boat', [{ text: 'smith', field: 'author' }]],
    [
      '"a b"  -cat\ttitle:dog "c"',
      'a b dog c',
      [{ text: 'a b' }, { text: 'cat', excluded: true }, { text: 'dog', field: 'title' }, { text: 'c' }],
    ],
  ])('%s has operators', (question, text, operators) => {
    expect(read(question)).toEqual({ text, operators });
  });

  test.each([
    'state-of-the-art e-mail',
    'well - known',
    'well -- known',
    'a \u2013 b \u2014 c',
    'gcc -O2 -Wall2 -j8',
    'rm -rf /tmp',
    'ls -la',
    'tar -x -f',
    'npm --dry-run',
    'cc -lm -I/usr/include -std=c++17 -fno-exceptions',
    '10 -20 degrees',
    '-5',
    '-o-',
    'x -foo_bar -foo.bar -foo/bar -covid19',
    '-verbose',
    '-"not this"',
    '-one -"two"',
    'std::vector',
    'https://example.com/a:b?c=d',
    'mailto:someone@example.com',
    'C:\\path\\file',
    'c:\\path',
    'localhost:8080',
    '12:30',
    'key: value',
    'title: a story',
    'title::before',
    'title:/x',
    'Title:Story',
    'a:hover',
    'foo:bar author::x subtitle:x',
    'https://title:word@host',
    "it's 5'10\" tall",
    '24" or 27" monitors',
    'a 24" "unclosed',
    'say "" or " "',
    '"!?" and "..."',
    'print("hello")x',
    '<a href="x">',
    'x="a b" c="d"',
    'rock \u2018n\u2019 roll',
    '\u00ABguillemets\u00BB',
    '',
    '   spaces   stay   ',
    '"',
    '-',
    ':',
  ])('%j is text as it stands', (question) => {
    expect(read(question)).toEqual({ text: question, operators: [] });
  });

  test('asks for fields that the index has, and no others', () => {
    expect(readQuestion('fs node:fs').operators).toEqual([]);
    expect(read('fs node:fs')).toEqual({ text: 'fs', operators: [{ text: 'fs', field: 'node' }] });
    expect(() => read('author:smith -cat')).toThrow('names only fields');
  });

  test('has no more operators than are looked for', () => {
    const most = Array.from({ length: MAX_OPERATORS }, (_, i) => `"word ${i}"`).join(' ');
    expect(read(most).operators).toHaveLength(MAX_OPERATORS);
    expect(() => read(`${most} -more`)).toThrow(`at most ${MAX_OPERATORS}`);
  });

  test('without a quotation mark, a hyphen or a colon is never changed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!/["\u201C\u201E:-]/.test(text));
        expect(read(text)).toEqual({ text, operators: [] });
      }),
      { numRuns: 300 },
    );
  });

  test('says the words of what documents must say, whatever it is made of', () => {
    const piece = fc.constantFrom(
      '"',
      '-',
      'title:',
      'author:',
      ' ',
      'word',
      'x',
      '\u201C',
      '\u201D',
      '!',
      ':',
      '(',
      '9',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24 }), (pieces) => {
        const question = pieces.join('');
        let taken: ReturnType<typeof read>;
        try {
          taken = read(question);
        } catch (error) {
          expect(String(error)).toMatch(/names only fields/);
          return;
        }
        if (taken.operators.length === 0) expect(taken.text).toBe(question);
        for (const { text, field, excluded } of taken.operators) {
          expect(question).toContain(text);
          expect(text).toMatch(/[\p{L}\p{N}]/u);
          if (!excluded && field !== 'author') expect(taken.text).toContain(text.replace(/\s+/g, ' ').trim());
        }
      }),
      { numRuns: 5000 },
    );
  });
});
