import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameTerms, otherSpellings } from '../../../src/core/analyzer/names.ts';

const RULES = { joined: true, letters: false, colons: true, possessives: false };

test.each([
  ['os.path.join', ['os.path.join'], ['os', 'path', 'join']],
  ['--dry-run', ['--dry-run'], ['dryrun']],
  ['XMLHttpRequest', [], ['XML', 'Http', 'Request']],
  ['APIs and J2EE and I2C', [], []],
  ['v1.2.3', ['1.2.3', 'v1', '1.2.', '1.2.3.'], []],
  ['python3.11', ['3.11', '3.11.'], ['python3', 'python']],
  ['3.14', ['3.14.'], []],
  ["l'été", [], ['été']],
  ['C++, F#.', [], []],
  ['Notepad++', ['notepad++'], []],
  ['~/.bashrc', ['~/.bashrc'], []],
  ['AT&T and R&D, this & that', ['at&t', 'r&d'], []],
  ['String#length', ['string#length'], []],
  ['node:fs', ['node:fs'], ['node', 'fs']],
  ['a std::vector, 10:30, localhost:8080', ['std::vector'], []],
  ['python3 and OAuth2', [], ['OAuth2', 'Auth2', 'python', 'OAuth']],
  ['md5, x86, sha256, B12 and 3D', [], []],
  ["Hawai'i and O'Brien", [], ['Hawaii', 'Brien', 'OBrien']],
  ["сім'я", [], ['сімя']],
  ["it's, we're and they'd don't", [], []],
])('%j gives its terms', (text, whole, parts) => {
  expect(nameTerms(text, RULES)).toEqual({ whole, parts });
});

test('the owner of what is possessed is a part where words keep their possessive', () => {
  const { parts } = nameTerms("the dog's, Beyoncé's, it's and dogs'", { ...RULES, possessives: true });
  expect(parts).toEqual(['dog', 'Beyoncé']);
});

test.each([
  ['서울에서 서울은 서울에서는 서울의', ['서울', '서울', '서울', '서울']],
  ['물을 집으로 길로 학생들이', ['물', '집', '학생']],
  ['국가 가을 마을 컴퓨터', []],
])('%j has nouns without particles', (text, parts) => {
  expect(nameTerms(text, RULES).parts).toEqual(parts);
});

test.each([
  ['Wi-Fi, e-mail.', ['WiFi', 'email']],
  ['(SHA-256) UTF-8 COVID-19 64-bit', ['SHA256', 'UTF8', 'COVID19', '64bit']],
  ['Node.js D3.js Socket.IO H.264', ['Nodejs', 'D3js', 'SocketIO', 'H264']],
  ['TCP/IP CI/CD HTTP/2', ['TCPIP', 'CICD', 'HTTP2']],
  ['RFC 9110, ISO 8601.', ['RFC9110', 'ISO8601']],
])('%j is written in one as well', (text, parts) => {
  expect(nameTerms(text, { ...RULES, joined: false })).toEqual({ whole: [], parts });
});

test.each([
  'U.S. and e.g. this, i.e. that',
  'C, C++, C#, .NET, 3.11, 10-20, 1/2',
  'and/or client/server I/O',
  'state-of-the-art, 2026-11-27',
  'RFC 9110.5 and IN 1,000 or TLS 1.3',
  'well-preserved',
  'the end.Start again',
])('%j is nothing in one', (text) => {
  expect(nameTerms(text, { ...RULES, joined: false }).parts).toEqual([]);
});

test.each([
  'e.g. this, i.e. that',
  'well-preserved and/or dish-washing-up',
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
  'AB 1'.repeat(1 << 18),
  `AB ${'1'.repeat(1 << 20)}`,
  '에'.repeat(1 << 20),
  '1,000'.repeat(1 << 18),
  '1 000 '.repeat(1 << 18),
  'ا'.repeat(1 << 20),
  'ä'.repeat(1 << 20),
  'ا\u200C'.repeat(1 << 19),
])('a megabyte of signs is looked through in time', (text) => {
  const { whole, parts } = nameTerms(text, RULES);
  expect(whole.length).toBeLessThan(1 << 20);
  for (const term of new Set([...whole, ...parts, ...otherSpellings(text)]))
    expect(term.length).toBeLessThan(255);
});
