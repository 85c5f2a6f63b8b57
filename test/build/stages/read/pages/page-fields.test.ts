// What pages say of themselves to whoever searches: their fields.

import { expect, test } from 'vitest';
import { fileWith, folderWith, read } from '../input-files.ts';

async function page(name: string, contents: string) {
  return (await read(fileWith(name, contents))).documents;
}

test('attributes of our own say the same, and several values of a filter are a list', async () => {
  const html =
    '<html lang="en-GB"><main data-sparsedge-body><h1 data-sparsedge-meta="title">Real</h1><p>in ' +
    '<b data-sparsedge-filter="tag">api</b><b data-sparsedge-filter="tag">cli</b><b data-sparsedge-filter="tag">api</b>' +
    '<i data-sparsedge-ignore>out</i><span data-sparsedge-sort="weight:3" data-sparsedge-filter="constructor:x"></span></main>';
  const [document] = await page('a.html', html);
  expect(document).toMatchObject({ title: 'Real', text: 'in apicliapi' });
  expect(document.fields).toEqual({
    lang: 'en-GB',
    tag: ['api', 'cli'],
    weight: '3',
    constructor: 'x',
    heading: 'Real',
  });
});

test('what many pages say of themselves becomes fields, and gives way to what is said to searchers', async () => {
  const meta = (attribute: string, content: string) => `<meta ${attribute} content="${content}">`;
  const html = [
    meta('name=author', 'Ann'),
    meta('name=keywords', 'sea, moon,, sea'),
    meta('property="article:published_time"', '2024-01-31T12:00:00+01:00'),
    meta('property="article:tag"', 'tides'),
    meta('property="article:tag"', 'salt, sea'),
    meta('name="docsearch:version"', '3.1, latest'),
    meta('name="sparsedge:author"', 'Bob'),
    meta('name=viewport', 'width=device-width'),
    '<p>x',
  ].join('');
  expect((await page('a.html', html))[0].fields).toEqual({
    keywords: ['sea', 'moon'],
    published: '2024-01-31T12:00:00+01:00',
    tag: ['tides', 'salt, sea'],
    version: ['3.1', 'latest'],
    author: 'Bob',
  });
});

test('sections have the short fields of their page, and its beginning has all', async () => {
  const long = 'x'.repeat(990);
  const matter = `---\nabout: ${long}\ntag: api\nversion: 2\n---\n`;
  const documents = await page('a.md', `${matter}one\n# H\ntwo\n`);
  expect(documents.map(({ fields }) => fields)).toEqual([
    { about: long, tag: 'api', version: '2' },
    { tag: 'api', version: '2', heading: 'H' },
  ]);
});
test('attributes for DocSearch are honoured', async () => {
  const html =
    '<meta name="docsearch:version" content="3.1"><p>out</p><div class="x DocSearch-content"><p>in</p><p class="docsearch-ignore">out</p></div>';
  expect(await page('a.html', html)).toMatchObject([{ text: 'in', fields: { version: '3.1' } }]);
});

test('what stands in the containers of generators are fields, and gives way to what stands beside them', async () => {
  const zola =
    '+++\ntemplate = "a"\n[taxonomies]\ntags = ["api"]\n[extra]\nrelease = true\ntemplate = "b"\n+++\nx\n';
  expect((await page('a.md', zola))[0].fields).toEqual({ template: 'a', tags: ['api'], release: true });
  const hugo = '---\nparams:\n  version: 2\n  deep:\n    no: field\nextra: word\n---\nx\n';
  expect((await page('a.md', hugo))[0].fields).toEqual({ version: '2', extra: 'word' });
});

test('attributes count wherever they stand, as for Pagefind 1.6: around the text, and in what is no text', async () => {
  const html =
    '<html data-pagefind-filter="root:1"><title>T</title>' +
    '<meta data-pagefind-default-meta="image[content], author:Nobody" content="/d.png">' +
    '<body data-pagefind-filter="section:Docs"><header><b data-pagefind-meta="author">Ann</b></header>' +
    '<nav><b data-pagefind-filter="tag">nav</b></nav><main data-pagefind-body><h1>A</h1><p>text</p>' +
    '<div data-pagefind-ignore><b data-pagefind-filter="tag">index</b> hidden</div>' +
    '<div data-pagefind-ignore=all><b data-pagefind-filter="tag">all</b><i data-pagefind-ignore=all>x</i></div>' +
    '</main><footer><b data-pagefind-meta="title">Below</b></footer>';
  const [document] = await page('a.html', html);
  expect(document).toMatchObject({ title: 'Below', text: 'A\ntext' });
  expect(document.fields).toEqual({
    root: '1',
    image: '/d.png',
    section: 'Docs',
    author: 'Ann',
    tag: ['nav', 'index'],
    heading: 'A',
  });
});

test.each([
  ['date:May 5, 2026', { date: 'May 5, 2026' }],
  ['a, b', { a: 'text', b: 'text' }],
  ['src[data-src], alt[data-alt], said:one, two: three', { src: 'x', alt: 'y', said: 'one, two: three' }],
  ['x[xlink:href], a', { x: 'z', a: 'text' }],
  ['a[data-src', {}],
  [',, :no name, a', {}],
])('the attribute %j: what follows a colon is a value to the end', async (said, fields) => {
  const html = `<p data-src=x data-alt=y xlink:href=z data-pagefind-meta="${said}">text</p>`;
  expect((await page('a.html', html))[0].fields ?? {}).toEqual(fields);
});

test('a page that writes of data-pagefind-body marks nothing', async () => {
  const { documents } = await read(
    folderWith({
      'a.html':
        '<h1>Moving</h1><p>Say <code>&lt;main data-pagefind-body></code>, or data-sparsedge-body.</p>',
      'b.html': '<h1>Other</h1><p>x</p>',
      'c.html': '<p>x</p><!-- <main data-pagefind-body> -->',
    }),
  );
  expect(documents).toHaveLength(3);
});
