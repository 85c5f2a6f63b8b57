// Where Docusaurus puts pages, and what it makes none of, as its builds have it.

import { expect, test } from 'vitest';
import { folderWith, read } from '../input-files.ts';

/** What is made of a file: its URL, and its language if the site has several; undefined is no page. */
type Pages = Readonly<Record<string, string | readonly [url: string, lang: string] | undefined>>;

const CONFIG = `// import x from './x'
export default {
  i18n: { defaultLocale: 'en', locales: ['en', 'fr'], localeConfigs: { en: { htmlLang: 'en-GB' }, fr: { htmlLang: 'fr-CA' } } },
  themeConfig: { docs: { sidebar: { hideable: true } } },
  presets: [['classic', {
    docs: { lastVersion: '2.0', versions: { current: { path: 'canary' }, '1.0': { path: 'one' } } },
    blog: { showReadingTime: false },
  }]],
  plugins: [
    ['@docusaurus/plugin-content-docs', { id: 'team', path: 'team', routeBasePath: 'team' }],
    [require.resolve('@docusaurus/plugin-content-docs'), /** @type {x} */ ({ id: 'api', path: './api-docs', routeBasePath: '/ref/api' })],
    ['@docusaurus/plugin-content-blog', { id: 'news', path: 'news', routeBasePath: 'nouvelles' }],
  ],
};`;
const PAGES: Pages = {
  'docs/index.md': ['docs/canary/', 'en-GB'],
  'docs/01-guide/index.md': ['docs/canary/guide/', 'en-GB'],
  'docs/Same/same.md': ['docs/canary/Same/', 'en-GB'],
  'docs/02-cat/cat.md': ['docs/canary/cat/cat', 'en-GB'],
  'docs/rd/README.md': ['docs/canary/rd/', 'en-GB'],
  'docs/_part.mdx': undefined,
  'docs/_parts/a.md': undefined,
  'docs/__tests__/a.md': undefined,
  'docs/x.test.md': ['docs/canary/x.test', 'en-GB'],
  'docs/01 - spaced.md': ['docs/canary/spaced', 'en-GB'],
  'docs/1-2-3.md': ['docs/canary/1-2-3', 'en-GB'],
  'docs/Upper Case.md': ['docs/canary/Upper%20Case', 'en-GB'],
  'versioned_docs/version-2.0/a.md': ['docs/a', 'en-GB'],
  'versioned_docs/version-1.0/index.md': ['docs/one/', 'en-GB'],
  'versioned_docs/version-gone/a.md': undefined,
  'team/index.md': ['team/next/', 'en-GB'],
  'team_versioned_docs/version-9/a/01-b.md': ['team/a/b', 'en-GB'],
  'api-docs/x/y.md': ['ref/api/x/y', 'en-GB'],
  'news/2024-05-06-n.md': ['nouvelles/2024/05/06/n', 'en-GB'],
  'blog/2024-06-07_under.md': ['blog/2024/06/07/_under', 'en-GB'],
  'blog/2024/02-09-half.md': ['blog/2024/02/09/half', 'en-GB'],
  'blog/sub/undated.md': ['blog/sub/undated', 'en-GB'],
  'blog/x/index.md': ['blog/x', 'en-GB'],
  'blog/_2024-04-08-part.md': undefined,
  'src/pages/01-num.md': ['01-num', 'en-GB'],
  'src/pages/README.md': ['README', 'en-GB'],
  'src/pages/2024-01-02-x.md': ['2024-01-02-x', 'en-GB'],
  'src/pages/deep/index.md': ['deep/', 'en-GB'],
  'src/pages/_dir/a.md': undefined,
  'i18n/fr/docusaurus-plugin-content-docs/current/Same/same.md': ['fr/docs/canary/Same/', 'fr-CA'],
  'i18n/fr/docusaurus-plugin-content-docs/current/orphan.md': undefined,
  'i18n/fr/docusaurus-plugin-content-docs/version-1.0/index.md': ['fr/docs/one/', 'fr-CA'],
  'i18n/fr/docusaurus-plugin-content-docs-team/version-9/a/01-b.md': ['fr/team/a/b', 'fr-CA'],
  'i18n/fr/docusaurus-plugin-content-docs-api/current/x/y.md': ['fr/ref/api/x/y', 'fr-CA'],
  'i18n/fr/docusaurus-plugin-content-blog-news/2024-05-06-n.md': ['fr/nouvelles/2024/05/06/n', 'fr-CA'],
  'i18n/fr/docusaurus-plugin-content-pages/deep/index.md': ['fr/deep/', 'fr-CA'],
  // What is in the main language's own folder takes the place of what it translates.
  'src/pages/own.md': undefined,
  'i18n/en/docusaurus-plugin-content-pages/own.md': ['own', 'en-GB'],
  'README.md': undefined,
  'notes/x.md': undefined,
  'build/docs/a/index.html': undefined,
};

async function urlsOf(files: Readonly<Record<string, string>>) {
  const { documents } = await read(folderWith(files));
  return Object.fromEntries(
    documents.map(({ id, url, fields }) => [id, fields?.lang ? [url, fields.lang] : url]),
  );
}

function made(pages: Pages) {
  const named = Object.entries(pages).filter(([, url]) => url !== undefined);
  return Object.fromEntries(named.map(([path, url]) => [path.replace(/\.\w+$/, ''), url]));
}

test('each plugin of content has its folder, its route and its versions', async () => {
  const files = Object.fromEntries(Object.keys(PAGES).map((path) => [path, 'x']));
  const versions = { 'versions.json': '["2.0", "1.0"]', 'team_versions.json': '["9"]' };
  expect(await urlsOf({ ...files, ...versions, 'docusaurus.config.js': CONFIG })).toEqual(made(PAGES));
});

/** Front matter, by a file, and where that page is. */
const ADDRESSED: readonly (readonly [file: string, matter: string, url: string])[] = [
  ['docs/deep/a.md', 'slug: ../up', 'docs/up'],
  ['docs/deep/a.md', 'slug: ./here/there', 'docs/deep/here/there'],
  ['docs/deep/a.md', 'slug: plain/', 'docs/deep/plain/'],
  ['docs/deep/a.md', 'slug: /abs/solute/', 'docs/abs/solute/'],
  ['docs/01-deep/02-a.md', 'id: other', 'docs/deep/other'],
  ['docs/deep/a.md', 'id: other\nslug: mine', 'docs/deep/mine'],
  ['docs/deep/a.md', 'url: /x\npermalink: /y', 'docs/deep/a'],
  ['docs/deep/index.md', 'id: other', 'docs/deep/'],
  ['docs/deep/index.md', 'slug: other', 'docs/deep/other'],
  ['docs/01-deep/02-a.md', 'parse_number_prefixes: false', 'docs/01-deep/02-a'],
  ['blog/deep/2024-01-02-a.md', 'slug: mine', 'blog/mine'],
  ['blog/a.md', 'slug: /b/c', 'blog/b/c'],
  ['src/pages/deep/a.md', 'slug: /b', 'b'],
];

test.each(ADDRESSED)('%s that says %j', async (file, matter, url) => {
  const files = { 'docusaurus.config.js': '', [file]: `---\n${matter}\n---\nx` };
  expect(Object.values(await urlsOf(files))).toEqual([url]);
});

test.each([
  ['', { 'docs/a/index.md': 'docs/a/', 'docs/b.md': 'docs/b', 'blog/2024-01-02-x.md': 'blog/2024/01/02/x' }],
  [
    'trailingSlash: false,',
    { 'docs/a/index.md': 'docs/a', 'docs/b.md': 'docs/b', 'blog/2024-01-02-x.md': 'blog/2024/01/02/x' },
  ],
  [
    'trailingSlash: true,',
    { 'docs/a/index.md': 'docs/a/', 'docs/b.md': 'docs/b/', 'blog/2024-01-02-x.md': 'blog/2024/01/02/x/' },
  ],
  [
    "docs: { path: 'manual', numberPrefixParser: false },",
    { 'manual/01-b.md': 'docs/01-b', 'docs/b.md': undefined },
  ],
  ['docs: { includeCurrentVersion: false },', { 'docs/b.md': undefined }],
  ["docs: false, blog: { routeBasePath: '/' },", { 'docs/b.md': undefined, 'blog/c.md': 'c' }],
] as const)('with the settings %j', async (settings, pages: Pages) => {
  const files = Object.fromEntries(Object.keys(pages).map((path) => [path, 'x']));
  const config = {
    'docusaurus.config.js': `export default { presets: [['classic', {\n${settings}\n}]] }`,
    'src/pages/x.md': 'x',
  };
  const { 'src/pages/x': _, ...found } = await urlsOf({ ...config, ...files });
  expect(found).toEqual(made(pages));
});

test('parts are read in the pages that show them, and in those that parts show', async () => {
  const files = {
    'docusaurus.config.js': '',
    'docs/a.mdx':
      "import One from './_one.mdx'\nimport Two from '@site/docs/deep/_two.md'\n\nin a\n\n<One x={1} />\n\n<Two></Two>\n",
    'docs/_one.mdx': "---\ntitle: none\n---\nimport Two from './deep/_two.md'\n\nin one\n\n<Two />\n",
    'docs/deep/_two.md': "import Again from './_two.md'\n\n## Heading\n\nin two <Again/> <Again/>\n",
    'docs/_unshown.md': 'in none',
    'docs/b.mdx': "import Gone from './_gone.mdx'\n\nin b <Gone />\n",
  };
  const { documents } = await read(folderWith(files));
  const texts = (id: string) => documents.filter((each) => each.id.startsWith(id)).map(({ text }) => text);
  expect(texts('docs/a')[0]).toBe('in a\nin one');
  expect(texts('docs/a')[1]).toContain('Heading\nin two');
  expect(texts('docs/b')).toEqual(['in b']);
  expect(documents.some(({ text }) => text.includes('in none'))).toBe(false);
});

test('parts that show each other again and again end', async () => {
  const part = `import Part from './_part.mdx'\n\nword <Part />${'<Part/> '.repeat(2000)}`;
  const files = { 'docusaurus.config.js': '', 'docs/_part.mdx': part, 'docs/a.mdx': `in a\n\n${part}` };
  const { documents } = await read(folderWith(files));
  const length = documents.map(({ text }) => text.length).reduce((a, b) => a + b, 0);
  expect(length).toBeGreaterThan(20);
  expect(length).toBeLessThan(1 << 20);
});

test('a folder that a computed configuration may name is one of pages', async () => {
  const config =
    "import { docs } from './settings.js'\nexport default { plugins: docs.map((each) => [each]) }";
  expect(await urlsOf({ 'docusaurus.config.js': config, 'manual/a.md': 'x', 'README.md': 'x' })).toEqual({
    'manual/a': 'manual/a',
  });
});

test('ids of headings have the words of pictures, each space, and what a comment names; a title has none', async () => {
  const headings = [
    ['# Setup', undefined],
    ['## Setup', 'setup-1'],
    ['## Rocket 🚀 launch 🎉', 'rocket--launch-'],
    ['## ![pic](p.png) Picture', 'pic-picture'],
    ['### Deep:   spaces', 'deep---spaces'],
    ['## Tab\tinside ½', 'tabinside-'],
    ['## Named {/* #by-comment */}', 'by-comment'],
    ['## Named {#own}', 'own'],
    ['## 你好 Über `code()`', '你好-über-code'],
  ] as const;
  const text = headings.map(([heading]) => `${heading}\n\nx\n\n`).join('');
  const { documents } = await read(folderWith({ 'docusaurus.config.js': '', 'docs/a.md': text }));
  expect(documents.map(({ url }) => decodeURI(url!).split('#')[1])).toEqual(headings.map(([, id]) => id));
});
