import { expect, test } from 'vitest';
import { fileWith, folderWith, read, readBad } from './input-files.ts';

async function page(markdown: string) {
  return (await read(fileWith('page.md', markdown))).documents;
}

test('a page is cut at its headings, each part with its place on the page', async () => {
  const documents = await page(
    '# Guide\nHello.\n\n## Installing\n### On Windows\nRun *it*.\n\n## Using it\nSee [there](x).\n',
  );
  expect(documents).toEqual([
    {
      id: 'page.md#guide',
      title: 'Guide',
      pageTitle: 'Guide',
      text: 'Hello.',
      url: 'page.md#guide',
      fields: { heading: 'Guide' },
    },
    {
      id: 'page.md#on-windows',
      title: 'Guide',
      pageTitle: 'Guide',
      text: 'Installing › On Windows\nRun it.',
      url: 'page.md#on-windows',
      fields: { heading: 'Guide › Installing › On Windows' },
    },
    {
      id: 'page.md#using-it',
      title: 'Guide',
      pageTitle: 'Guide',
      text: 'Using it\nSee there.',
      url: 'page.md#using-it',
      fields: { heading: 'Guide › Using it' },
    },
  ]);
});

test('text before the first heading is a document with the id of the page', async () => {
  const documents = await page('Intro.\n\n# A\nx\n');
  expect(documents.map(({ id, url }) => [id, url])).toEqual([
    ['page.md', 'page.md'],
    ['page.md#a', 'page.md#a'],
  ]);
});

test('a page without headings is one document without an extension in its id', async () => {
  expect(await page('Just text.\n')).toEqual([{ id: 'page', text: 'Just text.', url: 'page.md' }]);
});

test('a page of nothing but headings is one document', async () => {
  expect(await page('# A\n## B\n')).toEqual([
    { id: 'page', title: 'A', pageTitle: 'A', text: 'A\nB', url: 'page.md' },
  ]);
});

test('equal headings are numbered, around headings that already look numbered', async () => {
  const documents = await page('# A\nx\n# A-1\nx\n# A\nx\n# A\nx\n# !\nx\n');
  expect(documents.map(({ id }) => id.slice(8))).toEqual(['a', 'a-1', 'a-2', 'a-3', 'section']);
});

test('a heading may name its own anchor', async () => {
  const [document] = await page('# Résumé of it {#cv}\nx\n');
  expect(document).toMatchObject({ id: 'page.md#cv', title: 'Résumé of it' });
});

test('a very long heading is cut in the id and whole in the URL', async () => {
  const [document] = await page(`# ${'あ'.repeat(300)}\nx\n`);
  expect(document.id).toBe(`page.md#${'あ'.repeat(64)}`);
  expect(document.url).toBe(`page.md#${'%E3%81%82'.repeat(300)}`);
});

test('markup is left out of the text, and lists, quotes, code and HTML keep theirs', async () => {
  const markdown =
    'A **b** `c`\nd &amp; ![alt](i.png) <kbd>k</kbd>\n\n- one\n- two\n\n> said\n\n```js\nlet x;\n```\n\n<div>in <b>div</b></div>\n\n[ref]: http://x\n';
  const [document] = await page(markdown);
  expect(document.text).toBe('A b c d & alt k\none\ntwo\nsaid\nlet x;\nin div');
});

test('front matter gives title, URL and fields, as they are written', async () => {
  const matter =
    '---\ntitle: "From: above"\nurl: https://example.org/p\nversion: 1.10\ndraft: false\ntags: [a]\nnone:\n---\n';
  expect(await page(`${matter}# H\nx\n`)).toEqual([
    {
      id: 'page.md#h',
      title: 'From: above',
      pageTitle: 'From: above',
      text: 'H\nx\na',
      url: 'https://example.org/p#h',
      fields: { version: '1.10', tags: ['a'], heading: 'H' },
    },
  ]);
});

test('null in front matter is nothing, and in quotes a word', async () => {
  const matter = '---\ntitle: ~\ndescription: null\nsubtitle: "null"\ntags: [a, Null]\n---\ntext';
  const [document] = (await read(fileWith('a.md', matter))).documents;
  expect(document).toEqual({
    id: 'a',
    text: 'text\nnull\na',
    url: 'a.md',
    fields: { subtitle: 'null', tags: ['a'] },
  });
});

test('a thematic break at the start is not front matter', async () => {
  const [document] = await page('---\nplain text\n\n---\nmore\n');
  expect(document.text).toBe('plain text\nmore');
});

test('folders are read in the order of names, and hidden ones and installed packages are not', async () => {
  const folder = folderWith({
    'b.md': 'x',
    'a/z.markdown': 'x',
    'a/k é.md': 'x',
    'B.MD': 'x',
    '.git/x.md': 'x',
    'node_modules/p/README.md': 'x',
    'notes.txt': 'x',
  });
  const { documents } = await read(folder);
  expect(documents.map(({ id }) => id)).toEqual(['B', 'a/k é', 'a/z', 'b']);
  expect(documents[1].url).toBe('a/k%20%C3%A9.md');
});

test.each([
  [
    'with front matter that is not YAML',
    Buffer.from('---\na: b: c\n---\ntext\n'),
    /^front matter is not YAML: \S/,
    2,
  ],
  ['that is not UTF-8', Buffer.from([65, 10, 66, 10, 0xff, 10]), /^not valid UTF-8$/, 3],
  ['larger than 16 MiB', Buffer.alloc(16 * 1024 * 1024 + 1, 65), /^larger than 16 MiB$/, undefined],
])('a page %s is malformed and the others are read', async (_, bytes, reason, line) => {
  const folder = folderWith({ 'a.md': 'x', 'b.md': bytes, 'c.md': '\uFEFF# C\r\nx' });
  const { stopped, ids, report } = await readBad(folder);
  expect(stopped).toMatchObject({ code: 'bad-input', details: { file: `${folder}/b.md` } });
  expect((stopped as { details: object }).details).toMatchObject(line === undefined ? {} : { line });
  expect((stopped as { details: { reason: string } }).details.reason).toMatch(reason);
  expect(ids).toEqual(['a', 'c.md#c']);
  expect(report.skipped).toBe(1);
});
