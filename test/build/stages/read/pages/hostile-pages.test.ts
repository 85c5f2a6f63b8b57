// Pages that are made to take for ever, or to become many times their own size. A test that does not end fails.

import { expect, test } from 'vitest';
import { folderWith, read, readBad } from '../input-files.ts';

const page = async (name: string, text: string) => (await read(folderWith({ [name]: text }))).documents;
const refusal = async (name: string, text: string) => {
  const folder = folderWith({ [name]: text });
  const error = await read(folder).then(
    () => undefined,
    (cause) => cause,
  );
  expect(error).toMatchObject({ code: 'bad-input' });
  return (error as Error).message.replace(`${folder}/`, '');
};

test.each([
  ['attributes that could be read in many ways', `# T {${'#ab=c'.repeat(100_000)}!}`],
  ['white space in attributes', `# T {${' '.repeat(1_000_000)}!}`],
])('%s of a heading end', async (_, text) => {
  const [{ title }] = await page('a.md', `${text}\n\nwords`);
  expect(title).toMatch(/^T/);
});

test('attributes of headings are read as generators write them', async () => {
  for (const said of ['{#b}', '{: #b .c }', '{.c #b}', '{.c k=v #b}', '{id="b"}', '{k="x y" #b}']) {
    const documents = await page('a.md', `# A\n\none\n\n## B ${said}\n\ntwo`);
    expect([said, documents[1].url]).toEqual([said, expect.stringMatching(/#b$/)]);
  }
});

test.each([
  ['an attribute of white space', `<p data-pagefind-meta="a${' '.repeat(300_000)}]">words`],
  ['a string that is never closed', `<p>words<p data-pagefind-meta="a:${'"'.repeat(10)}`],
])('%s is no metadata, and the text is read', async (_, html) => {
  expect(await page('a.html', html)).toMatchObject([{ text: expect.stringContaining('words') }]);
});

test('front matter in JSON that is never closed is text', async () => {
  const [{ text }] = await page('a.md', `{"${'\\"'.repeat(300_000)}\n\nwords`);
  expect(text).toContain('words');
});

test.each([
  [
    'twice',
    '---\na: 1\nb:\n  c: 1\na: 2\n---\n',
    'a.md:5: front matter is not YAML: the key a is there twice',
  ],
  [
    'twice inside',
    '---\na: 1\nb:\n  c: 1\n  c: 2\n---\n',
    'a.md:5: front matter is not YAML: the key c is there twice',
  ],
  [
    'nested too deeply',
    `---\na: ${'['.repeat(100_000)}\n---\n`,
    'a.md:2: front matter is not YAML: it is nested too deeply',
  ],
  [
    'nested in lists',
    `---\n${'- '.repeat(100_000)}a\n---\n`,
    'a.md:2: front matter is not YAML: it is nested too deeply',
  ],
  [
    'anchored often',
    `---\na: 1\nb: ${'&a '.repeat(10_000)}c\n---\n`,
    /^a\.md:3: front matter is not YAML: A node can have at most one anchor \(column 7 of "b: &a .{1,60}…"\)$/,
  ],
  [
    'too long',
    `---\n${'k: v\n'.repeat(300_000)}---\n`,
    'a.md:1: front matter is 1500000 characters long: expected at most 1048576, or a line --- that ends it earlier',
  ],
  [
    'aliases of aliases',
    `---\na0: &a0 [x]\n${Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]\n`).join('')}---\n`,
    /^a\.md:2: front matter cannot be read: Excessive alias count/,
  ],
])('front matter is refused with its line: %s', async (_, text, message) => {
  const said = await refusal('a.md', `${text}\nwords`);
  if (typeof message === 'string') expect(said).toBe(message);
  else expect(said).toMatch(message);
});

test.each([
  [
    'a colon in a value',
    'title: a: b',
    'a.md:2: front matter is not YAML: Nested mappings are not allowed in compact mappings (column 8 of "title: a: b"); ' +
      'put a value that has ": " in it in quotes, and begin each key where the others begin',
  ],
  [
    'a tab',
    'a: x\nb:\n\tc: x',
    'a.md:4: front matter is not YAML: Tabs are not allowed as indentation (column 1 of "\\tc: x"); indent with spaces',
  ],
  [
    'a quote that stays open',
    'a: x\r\ntitle: "b\r\n',
    /^a\.md:\d: front matter is not YAML: Missing closing "quote .*; close what is opened, or put the value in quotes$/,
  ],
  [
    'a sign of YAML',
    'title: @b',
    'a.md:2: front matter is not YAML: Plain value cannot start with reserved character @ (column 8 of "title: @b"); ' +
      'put such a value in quotes',
  ],
])('what is wrong with YAML is said with its place and what to write: %s', async (_, yaml, message) => {
  const said = await refusal('a.md', `---\n${yaml}\n---\nwords`);
  if (typeof message === 'string') expect(said).toBe(message);
  else expect(said).toMatch(message);
});

test('front matter of many keys is read', async () => {
  const keys = Array.from({ length: 20_000 }, (_, n) => `k${n}: v\n`).join('');
  const [{ fields }] = await page('a.md', `---\n${keys}---\n\nwords`);
  expect(Object.keys(fields ?? {})).toHaveLength(20_000);
});

test('a tree that would be as large as the square of its page is refused', async () => {
  const html = Array.from({ length: 2000 }, (_, n) => `<font size=${n}><p>a`).join('');
  expect(await refusal('a.html', html)).toMatch(
    /^a\.html: its tags, closed as browsers close them, make more than [\d,]+ elements$/,
  );
});

test('such a page among others is named, and passed over where that is asked for', async () => {
  const hostile = Array.from({ length: 2000 }, (_, n) => `<font size=${n}><p>a`).join('');
  const folder = folderWith({ 'a.html': '<p>a', 'b.html': '<p>b', 'c.html': hostile, 'd.html': '<p>d' });
  const { stopped, ids, report } = await readBad(folder);
  expect(stopped).toMatchObject({ message: expect.stringContaining(`${folder}/c.html: its tags`) });
  expect(ids).toEqual(['a', 'b', 'd']);
  expect(report.reasons).toEqual([expect.stringContaining(`${folder}/c.html: its tags`)]);
});

test('what sections repeat of their page is bounded, and is whole once', async () => {
  const long = 'word '.repeat(2000).trim();
  const html = `<title>T</title><h1>${long}</h1>${'<h2>b</h2>c'.repeat(50)}`;
  const documents = await page('a.html', html);
  expect(documents).toHaveLength(51);
  expect(documents.filter(({ text }) => text.includes(long))).toHaveLength(1);
  expect(documents.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(100_000);
  const matter = `---\ntitle: ${long}\nnote: ${long}\n---\n${'## b\n\nc\n\n'.repeat(50)}`;
  const pages = await page('a.md', matter);
  expect(pages.filter(({ title }) => title === long)).toHaveLength(1);
  expect(pages.filter(({ fields }) => fields?.note === long)).toHaveLength(1);
});

test('a page nested too deeply for anyone is read, or refused by its name', async () => {
  for (const tag of [
    '<div>',
    '<b>',
    '<ul><li>',
    '<table><tr><td>',
    '<svg>',
    '<p><template>',
    '<select>',
    '<dl><dd>',
  ])
    expect([tag, await page('a.html', `${tag.repeat(20_000)}words`)]).toMatchObject([
      tag,
      [{ text: 'words' }],
    ]);
});
