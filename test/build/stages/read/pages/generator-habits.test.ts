// Where generators of sites put pages, and what their themes keep out of searching.

import { describe, expect, test } from 'vitest';
import { folderWith, read } from '../input-files.ts';

async function urls(files: Readonly<Record<string, string>>): Promise<Record<string, string | undefined>> {
  const { documents } = await read(folderWith(files));
  return Object.fromEntries(documents.map(({ id, url }) => [id, url]));
}

test('Docusaurus has pages below docs/, posts below their dates, and slugs within both', async () => {
  const files = {
    'docs/intro.md': '---\nslug: /\n---\nx',
    'docs/01-guide/02-install.md': '---\nid: setup\n---\nx',
    'docs/3.2-notes.md': 'x',
    'docs/2024-01-02.md': 'x',
    'docs/a/s.md': '---\nslug: rel\n---\nx',
    'blog/2024-01-05-hello.md': 'x',
    'blog/team/2024-02-06-dir/index.md': 'x',
    'blog/b.md': '---\nslug: bee\n---\nx',
    'src/pages/about.mdx': 'x',
  };
  const config = (docs: string) => ({
    'docusaurus.config.js': `export default { presets: [['classic', { docs: ${docs} }]] }`,
  });
  const found = await urls({ ...files, ...config("{ sidebarPath: 'x' }") });
  expect(found).toEqual({
    'docs/intro': 'docs/',
    'docs/01-guide/02-install': 'docs/guide/setup',
    'docs/3.2-notes': 'docs/3.2-notes',
    'docs/2024-01-02': 'docs/2024-01-02',
    'docs/a/s': 'docs/a/rel',
    'blog/2024-01-05-hello': 'blog/2024/01/05/hello',
    'blog/team/2024-02-06-dir/index': 'blog/2024/02/06/team/dir',
    'blog/b': 'blog/bee',
    'src/pages/about': 'about',
  });
  expect(await urls({ ...files, ...config("{ routeBasePath: '/' }") })).toMatchObject({
    'docs/intro': './',
    'docs/01-guide/02-install': 'guide/setup',
    'blog/b': 'blog/bee',
  });
});

test('a slug is a folder where the pages of its generator are', async () => {
  const page = '---\nslug: bee\n---\nx';
  expect(await urls({ 'hugo.toml': '', 'content/a/b.md': page })).toEqual({ 'content/a/b': 'a/bee/' });
  expect(await urls({ 'astro.config.mjs': '', 'src/content/docs/b.md': page })).toEqual({
    'src/content/docs/b': 'bee/',
  });
  expect(await urls({ 'docusaurus.config.js': '', 'docs/b.md': page })).toEqual({ 'docs/b': 'docs/bee' });
});

test('a setting is found wherever it stands in a configuration', async () => {
  const config = 'export default defineConfig({ title: "x", cleanUrls: true })';
  expect(await urls({ '.vitepress/config.mts': config, 'a.md': 'x' })).toEqual({ a: 'a' });
});

test.each(['false', '"posts/{{ title | slug }}/"', '/:year/:title/'])(
  'the permalink %s is no address',
  async (permalink) => {
    expect(await urls({ 'a.md': `---\npermalink: ${permalink}\n---\nx` })).toEqual({ a: 'a.md' });
  },
);

test.each([
  ['search_exclude: true', 'search: false'],
  ['excludeSearch: true', 'search: false'],
  ['bookSearchExclude: true', 'search: false'],
  ['searchHidden: true', 'search: false'],
  ['extra:\n  in_search_index: false', 'search: false'],
  ['searchable: false', 'search: false'],
  ['robotsNoIndex: true', 'noindex'],
  ['head:\n  - - meta\n    - name: robots\n      content: noindex', 'noindex'],
  ['head:\n  - tag: meta\n    attrs: { name: robots, content: noindex }', 'noindex'],
  ['Draft: true', 'draft'],
  ['excludeSearch: false\nhead:\n  - - meta\n    - name: robots\n      content: index', undefined],
  ['head:\n  - - meta\n    - name: description\n      content: of noindex', undefined],
])('front matter that says %j', async (matter, reason) => {
  const { report } = await read(folderWith({ 'a.md': `---\n${matter}\n---\nx`, 'b.md': 'y' }));
  expect(report.keptOut?.[0]?.reason).toBe(reason);
});

test('what opens over a page when it is asked for is hidden', async () => {
  const { documents } = await read(
    folderWith({ 'a.html': '<p>a<div popover>b</div><dialog>c</dialog><p>d' }),
  );
  expect(documents.map(({ text }) => text)).toEqual(['a\nd']);
});

test('a heading has the id that its permalink names, where the page has it', async () => {
  const html =
    '<section id=one><span id=old></span><h2>One<a href="#one">¶</a></h2>x</section>' +
    '<a id=two></a><h3 id=two-1>Two<a href="#two"><svg></svg></a></h3>x<h3 id=three>Three<a href="#gone">#</a></h3>x' +
    '<h3 id=four><a href="#one">Four</a></h3>x';
  const { documents } = await read(folderWith({ 'a.html': html }));
  expect(documents.map(({ url }) => url)).toEqual([
    'a.html#one',
    'a.html#two',
    'a.html#three',
    'a.html#four',
  ]);
});

test('a table of contents in the main part is no text, whatever its generator calls it', async () => {
  const html =
    '<main><aside class="td-sidebar-toc"><ul><li>out</ul></aside><div class="hextra-toc">out</div>' +
    '<div class="with-toc"><p>in</div></main>';
  const { documents } = await read(folderWith({ 'a.html': html }));
  expect(documents.map(({ text }) => text)).toEqual(['in']);
});

/** Files of a project, and where its generator puts each page; undefined is no page. */
const PROJECTS: readonly [
  string,
  Readonly<Record<string, string>>,
  Readonly<Record<string, string | undefined>>,
][] = [
  [
    'mdBook: pages are files, a README is the page of its folder, and the summary is none',
    { 'book.toml': '[book]' },
    {
      'src/README.md': './',
      'src/SUMMARY.md': undefined,
      'src/ch01-install.md': 'ch01-install.html',
      'src/part/README.md': 'part/',
      'src/part/Deep Dive.md': 'part/Deep%20Dive.html',
    },
  ],
  [
    'Next.js with Nextra: routes of app, of content and of pages',
    { 'next.config.mjs': 'import nextra from "nextra"' },
    {
      'app/page.mdx': './',
      'app/docs/guide/page.mdx': 'docs/guide',
      'app/(site)/about/page.mdx': 'about',
      'app/docs/old.mdx': undefined,
      'components/note.mdx': undefined,
      'content/index.mdx': './',
      'content/docs/page.mdx': 'docs/page',
      'src/content/start.md': 'start',
      'pages/old/index.mdx': 'old',
    },
  ],
  [
    'Next.js with slashes',
    { 'next.config.js': 'export default {\n  trailingSlash: true, pageExtensions: ["mdx"] }' },
    { 'app/a/page.mdx': 'a/' },
  ],
  [
    'Sphinx with MyST: pages are files',
    { 'conf.py': 'extensions = ["myst_parser"]' },
    { 'index.md': './', 'guide/a.md': 'guide/a.html', 'guide/index.md': 'guide/' },
  ],
  ['mdBook in a folder of another name', { 'book.toml': '[book]\nsrc = "text"' }, { 'text/a.md': 'a.html' }],
  [
    'GitBook: pages are bare, a README is the page of its folder',
    { '.gitbook.yaml': 'root: ./docs/' },
    { 'docs/README.md': './', 'docs/SUMMARY.md': undefined, 'docs/a/README.md': 'a', 'docs/a/b.md': 'a/b' },
  ],
  [
    'Zola: pages are folders, without dates',
    { 'config.toml': 'base_url = "https://a.test"' },
    { 'content/_index.md': './', 'content/Blog/2024-01-02-One Two.md': 'blog/one-two/' },
  ],
  ['Zola by its newer name', { 'zola.toml': 'base_url = "/"' }, { 'content/a.md': 'a/' }],
  ['a config.toml of another program', { 'config.toml': 'x = 1' }, { 'content/a.md': 'content/a.md' }],
  ['a config.toml of a server', { 'config.toml': 'base_url = "/"' }, { 'docs/a.md': 'docs/a.md' }],
  ['a conf.py of another program', { 'conf.py': 'DEBUG = True' }, { 'a.md': 'a.md' }],
  ['Next.js without Markdown', { 'next.config.js': '' }, { 'docs/a.md': 'docs/a.md' }],
  [
    'VuePress: pages are files, a README is the page of its folder',
    { '.vuepress/config.js': '' },
    { 'README.md': './', 'guide/README.md': 'guide/', 'guide/a.md': 'guide/a.html' },
  ],
  [
    'Eleventy: pages are folders, and includes are no pages',
    { 'eleventy.config.js': 'export default { dir: { input: process.env.INPUT } }' },
    { 'index.md': './', 'a/b.md': 'a/b/', 'content/c.md': 'c/', '_includes/x.md': undefined },
  ],
  [
    'Jekyll, which says nothing else: files, and posts by their dates',
    { '_config.yml': 'title: x' },
    {
      'index.md': './',
      'about.md': 'about.html',
      'a/index.md': 'a/',
      'b/README.md': 'b/',
      '_posts/2024-03-09-Hello-there.markdown': '2024/03/09/Hello-there.html',
      'news/_posts/2024-3-9-x.md': 'news/2024/03/09/x.html',
      '_includes/footer.html': undefined,
      '_layouts/page.html': undefined,
      '_notes/a.md': undefined,
    },
  ],
  [
    'Jekyll with permalinks of its own',
    {
      '_config.yml':
        'permalink: pretty\ncollections:\n  docs:\n    output: true\n    permalink: /:collection/:path/\n' +
        '  posts:\n    permalink: /news/:year/:month/:title/\n  parts:\n    output: false\n  notes: { output: true }',
    },
    {
      'about.md': 'about/',
      '_docs/install/windows.md': 'docs/install/windows/',
      '_posts/2024-03-09-x.md': 'news/2024/03/x/',
      '_parts/a.md': undefined,
      '_notes/b.md': 'notes/b/',
    },
  ],
  [
    'Jekyll with a style in its template',
    { '_config.yml': 'permalink: /:categories/:title:output_ext' },
    { '_posts/2024-03-09-x.md': 'x.html', 'about.md': 'about.html' },
  ],
  [
    'a configuration of Jekyll that cannot be read',
    { '_config.yml': 'a: b: c\n\t' },
    { 'about.md': 'about.html' },
  ],
  [
    'Jupyter Book is not Jekyll',
    { '_config.yml': '', '_toc.yml': '' },
    { 'about.md': 'about.md', '_x/a.md': '_x/a.md' },
  ],
  [
    'Hugo: layouts and archetypes are no pages',
    { 'hugo.toml': '' },
    { 'content/a.md': 'a/', 'layouts/x.html': undefined, 'archetypes/default.md': undefined },
  ],
];

test.each(PROJECTS)('%s', async (_, config, pages) => {
  const files = Object.fromEntries(Object.keys(pages).map((path) => [path, 'x']));
  const { documents } = await read(folderWith({ ...config, ...files }));
  const found = Object.fromEntries(documents.map(({ id, url }) => [id, url]));
  const named = Object.entries(pages).filter(([, url]) => url !== undefined);
  expect(found).toEqual(Object.fromEntries(named.map(([path, url]) => [path.replace(/\.\w+$/, ''), url])));
});

test('categories of posts are in their addresses, and parts of a project are by its configuration above', async () => {
  const files = {
    'a/_config.yml': 'collections: { docs: { output: true, permalink: "/:collection/:path/" } }',
    'a/_docs/x.md': 'x',
    'a/_docs/_deep/y.md': 'y',
  };
  const { documents } = await read(`${folderWith(files)}/a/_docs`);
  expect(documents.map(({ url }) => url).sort()).toEqual(['docs/_deep/y/', 'docs/x/']);
  const post = (matter: string) => ({
    '_config.yml': '',
    '_posts/2024-01-02-p.md': `---\n${matter}\n---\nx`,
  });
  for (const [matter, folder] of [
    ['categories: Big News', 'big/news/'],
    ['category: Big News', 'big-news/'],
    ['categories: [One Two, b]', 'one-two/b/'],
    ['title: none', ''],
  ] as const)
    expect(Object.values(await urls(post(matter)))).toEqual([`${folder}2024/01/02/p.html`]);
});

test("docutils' and Zola's ids are of Latin letters; docutils' begin with none of digits, and are numbered apart", async () => {
  const markdown =
    "# 2. What's *new*?\n\na\n\n## Café & Bar\n\nb\n\n## Setup\n\nc\n\n## Setup\n\nd\n\n## 你好\n\ne\n";
  const found = await urls({ 'conf.py': 'extensions = ["myst_parser"]', 'a.md': markdown });
  expect(Object.values(found)).toEqual(
    ['what-s-new', 'cafe-bar', 'setup', 'id1', 'id2'].map((id) => `a.html#${id}`),
  );
});

describe.each(['', '\n', '\r\n \t\n\n'])('behind %j', (empty) => {
  test.each([
    '---\ntitle: Tide\n---',
    '+++\ntitle = "Tide"\n+++',
    ';;;\n{"title": "Tide"}\n;;;',
    '{"title": "Tide"}',
  ])('front matter is read: %j', async (matter) => {
    const { documents } = await read(folderWith({ 'a.md': `${empty}${matter}\n\nThe moon.\n` }));
    expect(documents).toMatchObject([{ title: 'Tide', text: 'The moon.' }]);
  });
});

test('behind an empty line, what only looks like front matter is text', async () => {
  const { documents } = await read(folderWith({ 'a.md': '\n---\nsaid: he: so\n---\nx' }));
  expect(documents.map(({ text }) => text).join('\n')).toContain('said: he: so');
});
