// What of pages is indexed, by their authors' choice and by that of whoever builds; and URLs that open the right place.

import { expect, test } from 'vitest';
import type { PageOptions } from '../../../../../build/stages/read/pages/site.ts';
import { fileWith, folderWith, read } from '../input-files.ts';

async function page(name: string, contents: string, pages?: PageOptions) {
  return (await read(fileWith(name, contents), { pages })).documents;
}

async function textOf(name: string, contents: string, pages?: PageOptions): Promise<string> {
  return (await page(name, contents, pages)).map(({ text }) => text).join('\n');
}

/** What a site's folder gives: ids with URLs, and what was kept out with reasons. */
async function site(files: Readonly<Record<string, string>>, pages?: PageOptions) {
  const { documents, report } = await read(folderWith(files), { pages, format: 'html' });
  return {
    ids: documents.map(({ id }) => id),
    urls: documents.map(({ url }) => url),
    titles: documents.map(({ title }) => title),
    texts: documents.map(({ text }) => text),
    keptOut: (report.keptOut ?? []).map(({ file, reason }) => `${file}: ${reason}`),
    repeatedLines: report.repeatedLines ?? 0,
  };
}

test.each([
  ['draft: true', 'draft'],
  ['published: false', 'draft'],
  ['search: false', 'search: false'],
  ['search:\n  exclude: true', 'search: false'],
  ['noindex: true', 'noindex'],
  ['redirect_to: /x', 'redirect'],
  ['layout: redirect', 'redirect'],
])('a page of Markdown with %s is kept out', async (line, reason) => {
  const folder = folderWith({ 'a.md': `---\n${line}\n---\nx\n`, 'b.md': 'y' });
  const { documents, report } = await read(folder);
  expect(documents.map(({ id }) => id)).toEqual(['b']);
  expect(report.keptOut).toEqual([{ file: 'a.md', reason }]);
});

test('drafts are read when they are asked for', async () => {
  expect(await textOf('a.md', '---\ndraft: true\nsearch: false\n---\nx\n', { drafts: true })).toBe('x');
});

test('pages of HTML that are not to be found are kept out with their reasons', async () => {
  const { ids, keptOut } = await site({
    '404.html': '<h1>No</h1>',
    'a.html': '<meta name=ROBOTS content="NOINDEX, follow">x',
    'b.html': '<meta http-equiv=refresh content="0; url=/x">x',
    'c.html': '<html data-pagefind-ignore><p>x',
    'd.html': '<meta name=robots content="index, max-snippet:none-of-it">kept',
    'new/index.html': '<link rel=canonical href="https://acme.test/new/"><p>new',
    'old.html': '<link rel=canonical href="https://acme.test/new/"><p>old',
  });
  expect(ids).toEqual(['d', 'new/index']);
  expect(keptOut).toEqual([
    '404.html: 404 page',
    'a.html: noindex',
    'b.html: redirect',
    'c.html: data-sparsedge-ignore or data-pagefind-ignore',
    'old.html: another page is its canonical',
  ]);
});

const links = (count: number) =>
  Array.from({ length: count }, (_, i) => `<li><a href="p${i}.html">name ${i}</a>`).join('');
const letters = (page: (letter: string) => string) => [...'ABCDEFGHIJ'].map(page).join('');

test('pages that a generator makes of links, for searching or to send on are kept out by what is in them', async () => {
  const { ids, keptOut } = await site({
    'contents.html': `<h1>Contents</h1><ul>${links(60)}</ul>`,
    'docbook.html':
      '<div class=index><h2>Index</h2><div class=indexdiv><dl><dt>abs, <a href=f.html>F</a></dl></div></div>',
    'glossary.html': `<h1>Words</h1>${letters((letter) => `<h2>${letter}</h2><p>${letter} is a letter of which much is to be said. <a href=x.html>See</a>`)}`,
    'names.html': `<h1>All names</h1>${letters((letter) => `<h2>${letter}</h2><ul>${links(4)}</ul>`)}`,
    'sphinx.html':
      '<div role=main><h1>Index</h1><table class="indextable genindextable"><tr><td><a href="a.html">a</a></table></div>',
    'stub.html':
      '<title>Moved</title><script>window.location.replace("/new/")</script><p>Redirecting to <a href="/new/">new</a>',
    'tool.html':
      '<h1>Search</h1><p>From here you can search.<form><input name=q></form><div id="search-results"></div>',
    'uses.html': `<h1>Guide</h1><div class=search-results></div><script>location.href = "/x"</script><p>${'text '.repeat(100)}`,
  });
  expect(ids.map((id) => id.split('#')[0])).toEqual([
    'contents.html',
    ...Array.from({ length: 10 }, () => 'glossary.html'),
    'uses.html',
  ]);
  expect(keptOut).toEqual([
    'docbook.html: index of links',
    'names.html: index of links',
    'sphinx.html: index of links',
    'stub.html: redirect',
    'tool.html: search page',
  ]);
});

test('what is hidden, or hidden from screen readers, is left out and counted', async () => {
  const files = {
    'a.html':
      '<h1>A<span aria-hidden=true>★</span></h1><p>in <i aria-hidden="true">out</i> <b aria-hidden=false>in</b>' +
      '<div hidden>out</div><div hidden=until-found>found</div><svg aria-hidden=true></svg><i aria-hidden=true></i>' +
      '<div role=tabpanel aria-hidden=true>tab</div>',
    'b.html': '<div aria-hidden=true><h1>Whole page</h1><p>under an open window</div>',
  };
  const { documents, report } = await read(folderWith(files));
  expect(documents.map(({ text }) => text)).toEqual(['in in\nfound\ntab', 'under an open window']);
  expect(report.hiddenParts).toBe(3);
});

test('weights for Pagefind are kept with their words, the innermost and at most 10', async () => {
  const html =
    '<h1 data-pagefind-weight=7>Top</h1><p>a <b data-pagefind-weight="2">b <i data-pagefind-weight=0.5>c</i> d</b> e' +
    '<p data-pagefind-weight=99>f<p data-pagefind-weight=heavy>g<h2>Next</h2><p data-pagefind-weight="-1">h';
  const documents = await page('a.html', html);
  expect(documents.map(({ text, weighed }) => [text, weighed])).toEqual([
    [
      'a b c d e\nf\ng',
      [
        { text: 'Top', times: 7 },
        { text: 'b', times: 2 },
        { text: 'c', times: 0.5 },
        { text: 'd', times: 2 },
        { text: 'f', times: 10 },
      ],
    ],
    ['Next\nh', [{ text: 'h', times: 0 }]],
  ]);
});

test('addresses that lead to a page are no text of it and no pages', async () => {
  const front = '---\naliases: [/old/]\nredirect_from: /older/\n---\nx\n';
  const { ids } = await site({ 'old/index.html': '<meta http-equiv=refresh content="0; url=/a/">' });
  expect(ids).toEqual([]);
  expect(await page('a.md', front)).toMatchObject([{ text: 'x' }]);
  expect((await page('a.md', front))[0].fields).toBeUndefined();
});

test('a canonical link that most pages share is a slip, and keeps nothing out', async () => {
  const link = '<link rel=canonical href="https://acme.test/">';
  const { ids } = await site({
    'index.html': `${link}a`,
    'b.html': `${link}b`,
    'c.html': `${link}c`,
    'd.html': `${link}d`,
  });
  expect(ids).toHaveLength(4);
});

test('attributes for Pagefind choose the part, the metadata and the pages', async () => {
  const files = {
    'a.html':
      '<title>A</title><p>out</p><main><p>out</p><div data-pagefind-body><h1 data-pagefind-meta="title">Real</h1>' +
      '<p>in <span data-pagefind-filter="author">Ann</span><img data-pagefind-meta="image[src]" src="x.png" alt=""></p>' +
      '<p data-pagefind-sort="weight:3" data-pagefind-index-attrs="data-said" data-said="shown">y</p></div></main>',
    'b.html': '<p>no such part</p>',
  };
  const { documents, report } = await read(folderWith(files));
  expect(documents).toMatchObject([
    { title: 'Real', text: 'in Ann\nshown\ny', fields: { author: 'Ann', image: 'x.png', weight: '3' } },
  ]);
  expect(report.keptOut).toEqual([
    { file: 'b.html', reason: 'no data-sparsedge-body or data-pagefind-body' },
  ]);
});

test('patterns and selectors choose pages and their parts', async () => {
  const files = {
    'a.html': '<p>x</p><article>one <i class=no>two</i></article>',
    'old/b.html': '<article>three</article>',
    'c.html': '<article>four</article>',
  };
  const { ids, texts, keptOut } = await site(files, {
    exclude: ['old'],
    include: ['{a,b}.html'],
    select: ['article'],
    ignoreSelector: ['.no', 'h6'],
  });
  expect([ids, texts]).toEqual([['a'], ['one']]);
  expect(keptOut).toEqual(['c.html: not in --include', 'old/b.html: --exclude']);
});

test('anchors of HTML are those of the page, or none', async () => {
  const documents = await page(
    'a.html',
    '<section id=s><h2>A</h2>x</section><h2 id="b c">B</h2>x<h3><a id=d class=anchor href="#d">#</a>C</h3>x' +
      '<h3><a href="#whole">D</a></h3>x<h3><a href="https://x.test/#e">E</a> f</h3>x<h3>F<a class=headerlink href="#g">¶</a></h3>x' +
      '<a name=h></a><h3>G</h3>x<h3><a href="#s">H</a></h3>x',
  );
  expect(documents.map(({ url }) => url)).toEqual([
    'a.html#s',
    'a.html#b%20c',
    'a.html#d',
    'a.html',
    'a.html',
    'a.html#g',
    'a.html#h',
    'a.html#s',
  ]);
});

test('definitions with an id are sections with their names, and the text after them is not', async () => {
  const documents = await page(
    'a.html',
    '<title>Paths</title><h1 id=p>Paths</h1>before<dl><dt id="os.path.join">os.path.<b>join</b>(path, *paths)<a class=headerlink href="#os.path.join">¶</a>' +
      '<dd>Joins.<dl><dt id="os.path.join.x">x<dd>inner</dl>after inner</dl><dl><dt id="c.PyList_New">PyObject *PyList_New(n)<dt id="c.PyList_Old">int PyList_Old()<dd>Makes.</dl>' +
      '<dl><dt>term<dd>no section</dl>after',
  );
  expect(documents.map(({ title, url, text }) => [title, url, text])).toEqual([
    ['Paths', 'a.html#p', 'before\nterm\nno section\nafter'],
    ['os.path.join', 'a.html#os.path.join', 'Paths › os.path.join(path, *paths)\nJoins.\nafter inner'],
    ['os.path.join.x', 'a.html#os.path.join.x', 'Paths › os.path.join(path, *paths) › x\ninner'],
    ['PyList_New', 'a.html#c.PyList_New', 'Paths › PyObject *PyList_New(n)\nMakes.'],
    ['PyList_Old', 'a.html#c.PyList_Old', 'Paths › int PyList_Old()\nMakes.'],
  ]);
});

test('what stands on most pages is the text of none, and what most titles end with no part of any', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 10 }, (_, i) => [
      `p${i}.html`,
      `<title>Page ${i} — Acme 3.1 documentation</title><p>Prev Up Home Next</p><p>text ${i}</p><p>Written in ${i % 3}</p>`,
    ]),
  );
  const { titles, texts, repeatedLines } = await site(files);
  expect(titles[3]).toBe('Page 3');
  expect(texts[3]).toBe('text 3\nWritten in 0');
  expect(repeatedLines).toBe(1);
});

test.each([
  [
    'relative, with a base',
    '<base href="https://acme.test/docs/"><link rel=canonical href=b>',
    undefined,
    'https://acme.test/docs/b',
  ],
  [
    'with a fragment',
    '<link rel=canonical href="https://acme.test/c#top">',
    undefined,
    'https://acme.test/c',
  ],
  ['relative to nothing', '<link rel=canonical href="/">', undefined, 'a.html'],
  ['of a scheme that is none of the web', '<link rel=canonical href="file:///c">', undefined, 'a.html'],
  [
    'of another host',
    '<link rel=canonical href="https://other.test/c">',
    'https://acme.test/d',
    'https://acme.test/d/a.html',
  ],
  ['of this host', '<link rel=canonical href="/d/c">', 'https://acme.test/d', 'https://acme.test/d/c'],
])('a canonical link %s', async (_, html, baseUrl, url) => {
  expect((await page('a.html', `${html}<p>x`, { baseUrl }))[0].url).toBe(url);
});

test.each([
  ['docusaurus', 'docusaurus.config.ts', ['guide/', 'guide/install#on-linux']],
  ['vitepress', '.vitepress/config.ts', ['guide/#guide', 'guide/install.html#on-linux']],
  ['mkdocs', 'mkdocs.yml', ['guide/#guide', 'guide/install/#on-linux']],
  ['hugo', 'hugo.toml', ['guide/#guide', 'guide/install/#on-linux']],
  ['astro', 'astro.config.mjs', ['guide/#guide', 'guide/install/#on-linux']],
] as const)(
  'the pages of %s have its URLs, whether it is found or named',
  async (generator, config, urls) => {
    const index = generator === 'hugo' ? 'guide/_index.md' : 'guide/index.md';
    const pages = { [index]: '# Guide\n\nx', 'guide/install.md': '## On Linux\n\nx' };
    const baseUrl = 'https://acme.test/docs';
    const whole = urls.map((url) => `https://acme.test/docs/${url}`);
    const found = folderWith({ ...pages, [config]: '' });
    const named = folderWith(pages);
    for (const [folder, options] of [
      [found, { baseUrl }],
      [named, { baseUrl, generator }],
    ] as const) {
      expect((await read(folder, { pages: options })).documents.map(({ url }) => url)).toEqual(whole);
    }
  },
);

const HEADINGS = [
  "What's new in 3.4?",
  '`defineProps()` & `defineEmits()`',
  'Café Über',
  'Foo / Bar',
  '日本',
  'Duplicate',
  'Duplicate',
];

test.each([
  [
    'github',
    [
      'whats-new-in-34',
      'defineprops--defineemits',
      'café-über',
      'foo--bar',
      '日本',
      'duplicate',
      'duplicate-1',
    ],
  ],
  [
    'vitepress',
    [
      'what-s-new-in-3-4',
      'defineprops-defineemits',
      'cafe-uber',
      'foo-bar',
      '日本',
      'duplicate',
      'duplicate-1',
    ],
  ],
  [
    'mkdocs',
    ['whats-new-in-34', 'defineprops-defineemits', 'cafe-uber', 'foo-bar', '_1', 'duplicate', 'duplicate_1'],
  ],
  [
    'hugo',
    [
      'whats-new-in-34',
      'defineprops--defineemits',
      'café-über',
      'foo--bar',
      '日本',
      'duplicate',
      'duplicate-1',
    ],
  ],
] as const)('headings have the ids that %s gives them', async (generator, anchors) => {
  const documents = await page('a.md', HEADINGS.map((heading) => `## ${heading}\n\nx\n`).join('\n'), {
    generator,
  });
  expect(documents.map(({ url = '' }) => decodeURIComponent(url.split('#')[1]))).toEqual(anchors);
});

test.each([
  ['slug: /getting-started', undefined, '/getting-started'],
  [
    'slug: /getting-started\npermalink: /perm/',
    'https://acme.test/docs/',
    'https://acme.test/docs/getting-started',
  ],
  ['slug: other', 'https://acme.test/', 'https://acme.test/d/other'],
  ['permalink: /perm/', 'https://acme.test/', 'https://acme.test/perm/'],
  ['permalink: /:year/:title/', 'https://acme.test/', 'https://acme.test/d/a.md'],
  ['url: https://other.test/x', 'https://acme.test/', 'https://other.test/x'],
])('front matter with %j makes the URL', async (matter, baseUrl, url) => {
  const { documents } = await read(folderWith({ 'd/a.md': `---\n${matter}\n---\nx\n` }), {
    pages: { baseUrl },
  });
  expect(documents[0].url).toBe(url);
});

test('clean URLs have no .html and no index', async () => {
  const { urls } = await site(
    { 'a.html': 'x', 'b/index.html': 'y', 'index.html': 'z' },
    { cleanUrls: true, baseUrl: 'https://acme.test/' },
  );
  expect(urls).toEqual(['https://acme.test/a', 'https://acme.test/b/', 'https://acme.test/']);
});

test('a base that is no URL of the web is refused', async () => {
  await expect(page('a.md', 'x', { baseUrl: 'docs/' })).rejects.toMatchObject({ code: 'bad-input' });
});

test('a selector that is none is refused, and a selected part is text whatever it is', async () => {
  await expect(page('a.html', 'x', { select: ['a['] })).rejects.toMatchObject({ code: 'bad-input' });
  expect((await page('a.html', '<p>x</p><nav>y</nav>', { select: ['nav'] }))[0].text).toBe('y');
});

test('a title that many pages share gives way to the heading', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 6 }, (_, i) => [
      `p${i}.html`,
      `<title>Acme docs</title><h2>Page ${i}</h2><p>x${i}</p>`,
    ]),
  );
  expect((await site(files)).titles).toEqual(['Page 0', 'Page 1', 'Page 2', 'Page 3', 'Page 4', 'Page 5']);
});

test('pictures are text of headings and no part of their ids', async () => {
  const [document] = await page('a.md', '# ![Logo](l.png) Acme\n\nx\n');
  expect(document).toMatchObject({ id: 'a.md#-acme', title: 'Logo Acme' });
});

test('the id in the front matter of Docusaurus is the last part of the URL', async () => {
  const { documents } = await read(folderWith({ 'd/01-a.md': '---\nid: b\n---\nx', 'd/02-c.md': 'y' }), {
    pages: { generator: 'docusaurus' },
  });
  expect(documents.map(({ url }) => url)).toEqual(['d/b', 'd/c']);
});
