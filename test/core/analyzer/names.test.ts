import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameTerms } from '../../../src/core/analyzer/names.ts';

const RULES = { joined: true, letters: false };

test.each([
  ['os.path.join', ['os.path.join'], ['os', 'path', 'join']],
  ['--dry-run', ['--dry-run', 'dry-run'], []],
  ['XMLHttpRequest', [], ['XML', 'Http', 'Request']],
  ['APIs and J2EE and I2C', [], []],
  ['v1.2.3', ['1.2.3', '1.2.', '1.2.3.'], []],
  ['3.14', ['3.14.'], []],
  ["l'été", [], ['été']],
  ['C++, F#.', [], []],
  ['Notepad++', ['notepad++'], []],
  ['~/.bashrc', ['~/.bashrc'], []],
])('%j gives its terms', (text, whole, parts) => {
  expect(nameTerms(text, RULES)).toEqual({ whole, parts });
});

test.each([
  'e.g. this, i.e. that',
  'well-known and/or read-only',
  'pages 10-20',
  'a dash - here',
  "don't can't they're",
])('prose has no names: %j', (text) => {
  expect(nameTerms(text, { ...RULES, joined: false })).toEqual({ whole: [], parts: [] });
});

test('a name has the same terms wherever it stands', () => {
  const name = fc.constantFrom(
    'std::vector',
    'max_connections',
    '@scope/pkg',
    'useLayoutEffect',
    'v3.11.7',
    '.NET',
  );
  fc.assert(
    fc.property(
      name,
      fc.constantFrom('', 'see ', '(', '"'),
      fc.constantFrom('', '.', ',', ')', ' too'),
      (name, before, after) => {
        expect(nameTerms(before + name + after, RULES)).toEqual(nameTerms(name, RULES));
      },
    ),
  );
});

test.each([
  'a-'.repeat(1 << 19),
  'aB'.repeat(1 << 19),
  '1.'.repeat(1 << 19),
  "a'".repeat(1 << 19),
  '+'.repeat(1 << 20),
  '_.'.repeat(1 << 19),
])('a megabyte of signs is looked through in time', (text) => {
  expect(nameTerms(text, RULES).whole.length).toBeLessThan(1 << 20);
});
