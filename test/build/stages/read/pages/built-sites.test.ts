// Where generators put pages, what they make none of, and the ids of headings, as their builds have it.

import { describe, expect, test } from 'vitest';
import { folderWith, read } from '../input-files.ts';

interface BuiltSite {
  readonly site: string;
  readonly config: Readonly<Record<string, string>>;
  /** The URL of each page; a page may say something of itself. Undefined is no page. */
  readonly pages: Readonly<Record<string, string | readonly [url: string, matter: string] | undefined>>;
}

const SITES: readonly BuiltSite[] = [
  {
    site: 'VitePress, which leaves files out and rewrites paths',
    config: {
      '.vitepress/config.mts': `export default defineConfig({
        srcExclude: ['**/TODO.md', 'drafts/**', '**/*.draft.md'],
        rewrites: { 'packages/:pkg/src/(.*)': 'pkg-:pkg/(.*)', 'special/old.md': 'new/place.md', 'c/(a+)+.md': 'd.md' },
      })`,
    },
    pages: {
      'a.md': ['a.html', 'slug: b\npermalink: /c\nurl: /d'],
      'deep/TODO.md': undefined,
      'drafts/x.md': undefined,
      'a.draft.md': undefined,
      'packages/foo/src/deep/er.md': 'pkg-foo/deep/er.html',
      'packages/foo/src/index.md': 'pkg-foo/',
      'packages/foo/lib/x.md': 'packages/foo/lib/x.html',
      'special/old.md': 'new/place.html',
      'c/aaa.md': 'c/aaa.html',
      'pkg/[id].md': undefined,
      '_partial.md': '_partial.html',
    },
  },
  {
    site: 'VitePress in a folder of sources',
    config: {
      '.vitepress/config.ts': `export default {
        srcDir: './src', cleanUrls: true,
        rewrites: { 'packages/:pkg/src/:rest*': ':pkg/:rest*', 'special/:name.md': 'sp-:name.md', 'zh/:path(.*)': 'chinese/:path' },
      }`,
    },
    pages: {
      'README.md': undefined,
      'src/README.md': 'README',
      'src/packages/foo/src/deep/er.md': 'foo/deep/er',
      'src/packages/foo/src/index.md': 'foo/',
      'src/special/a.md': 'sp-a',
      'src/zh/only.md': 'chinese/only',
    },
  },
  {
    site: 'VuePress',
    config: {
      '.vuepress/config.js': "export default { pagePatterns: ['**/*.md', '!.vuepress', '!excluded/**'] }",
    },
    pages: {
      '_posts/_a.md': 'posts/a.html',
      'slug.md': ['slug.html', 'slug: b'],
      'perma.md': ['own/place/', 'permalink: own/place/'],
      'none.md': ['none.html', 'permalink: null'],
      'pattern.md': [
        'p/2024/03/04/pattern.html',
        'date: 2024-03-04\npermalinkPattern: /p/:year/:month/:day/:slug.html',
      ],
      'excluded/a.md': undefined,
    },
  },
  {
    site: 'VuePress with a pattern',
    config: { '.vuepress/config.ts': "export default { permalinkPattern: '/:year/:month/:day/:slug.html' }" },
    pages: {
      '2024-01-02-post.md': '2024/01/02/post.html',
      '_posts/2024-02-03-deep.md': '2024/02/03/deep.html',
      'a/b.md': '0000/00/00/b.html',
      'date.md': ['2022/02/02/date.html', 'date: 2022-02-02'],
      'own.md': ['own.html', 'permalinkPattern: null'],
    },
  },
  {
    site: 'Nextra',
    config: { 'next.config.mjs': "import nextra from 'nextra'" },
    pages: {
      'README.md': undefined,
      'out/a.html': undefined,
      'content/README.mdx': 'README',
      'content/_part.mdx': '_part',
      'content/(group)/a.mdx': '(group)/a',
      'content/slug.mdx': ['slug', 'slug: other'],
      'content/folder/index.mdx': 'folder',
      'app/(x)/hid/page.mdx': 'hid',
      'app/_private/page.mdx': undefined,
    },
  },
  {
    site: 'Starlight',
    config: { 'astro.config.mjs': "starlight({ locales: { root: { lang: 'en' }, fr: {} } })" },
    pages: {
      'README.md': undefined,
      'dist/a/index.html': undefined,
      'src/content/docs/index.mdx': './',
      'src/content/docs/v1.0.md': 'v10/',
      "src/content/docs/Deep Folder/it's (x), y!.md": 'deep-folder/its-x-y/',
      'src/content/docs/a/C++ & C.md': 'a/c--c/',
      'src/content/docs/a/x🚀.md': 'a/x/',
      'src/content/docs/a/under_score.md': 'a/under_score/',
      'src/content/docs/a/readme.md': 'a/readme/',
      'src/content/docs/a/b.md': ['other/', 'slug: other'],
      'src/content/docs/fr/c.md': ['fr/own/place/', 'slug: fr/own/place'],
      'src/content/docs/_part.md': undefined,
      'src/content/docs/_dir/x.md': '_dir/x/',
      'src/pages/UP Case.md': 'UP%20Case/',
      'src/pages/_hidden.md': undefined,
      'src/pages/_dir/a.md': undefined,
      'src/pages/fold/index.md': 'fold/',
    },
  },
  {
    site: 'Starlight, which makes files',
    config: {
      'astro.config.mjs':
        "defineConfig({ trailingSlash: 'never', build: { format: 'file' }, integrations: [starlight({ locales: { en: {}, fr: {} } })] })",
    },
    pages: {
      'src/content/docs/en/index.mdx': 'en.html',
      'src/content/docs/en/a/index.md': 'en/a.html',
      'src/content/docs/en/a/b.md': 'en/a/b.html',
      'src/content/docs/en/c.md': ['other.html', 'slug: other'],
      'src/pages/index.md': './',
    },
  },
  {
    site: 'Eleventy, with data beside templates and above them',
    config: {
      'eleventy.config.js': "export default (c) => { c.ignores.add('drafts/**'); }",
      '.eleventyignore': '# of notes\nignored/\n',
      'posts/posts.json': '{ "permalink": "/blog/{{ page.fileSlug }}/", "lang": "it" }',
      'hidden/hidden.json': '{ "permalink": false }',
      'code/code.11tydata.js': "export default { permalink: '/coded/{{ page.fileSlug }}/' }",
      'made/made.11tydata.js': 'export default { permalink: (data) => data.page.url }',
      'one.json': '{ "permalink": "/by-data/" }',
      'two.11tydata.json': '{ "permalink": "/two-by-data/index.html" }',
    },
    pages: {
      'content/c.md': 'content/c/',
      'same/same.md': 'same/',
      'deep/README.md': 'deep/README/',
      '2024-05-06-dated.md': '2024-05-06-dated/',
      'slug.md': ['slug/', 'slug: other\nurl: /other/'],
      'a.md': ['own/place/', 'permalink: own/place/index.html'],
      'b.md': ['own.html', 'permalink: /own.html'],
      'c.md': [
        `t/some-title/c/`,
        'title: Some Title\npermalink: "/t/{{ title | slugify }}/{{page.fileSlug}}/"',
      ],
      'd.md': ['d/', 'permalink: "/{% if x %}y{% endif %}/"'],
      'e.md': ['e/', 'permalink: "/{{ unknown }}/"'],
      'drafts/x.md': undefined,
      'ignored/x.md': undefined,
      '_data/x.md': undefined,
      '_site/a/index.html': undefined,
      'hidden/x.md': undefined,
      'hidden/back.md': ['back/', 'permalink: /back/'],
      'posts/2024-01-02-first.md': 'blog/first/',
      'posts/index.md': 'blog/posts/',
      'posts/sub/2024-03-04-third.md': 'blog/third/',
      'code/x.md': 'coded/x/',
      'made/x.md': 'made/x/',
      'one.md': 'by-data/',
      'two.md': 'two-by-data/',
    },
  },
  {
    site: 'Eleventy with a folder of input',
    config: {
      'eleventy.config.mjs': "export const config = { dir: { input: 'site', output: 'public' } }",
      'site/de/de.json': '{ "permalink": "/deutsch/{{ page.fileSlug }}/" }',
    },
    pages: {
      'README.md': undefined,
      'site/index.md': './',
      'site/de/a.md': 'deutsch/a/',
      'public/index.html': undefined,
    },
  },
  {
    site: 'Eleventy, whose folder of input is said by a script',
    config: { '.eleventy.js': '', 'package.json': '{ "scripts": { "build": "eleventy --input=pages" } }' },
    pages: { 'README.md': undefined, 'pages/a.md': 'a/' },
  },
];

test('permalinks of Eleventy that make no page of Markdown, and languages that its data say', async () => {
  const files = {
    'eleventy.config.js': '',
    'a.md': '---\npermalink: false\n---\nx',
    'b.md': '---\npermalink: /b.txt\n---\nx',
    'posts/posts.json': '{ "lang": "it" }',
    'posts/c.md': 'x',
    'posts/d.md': '---\nlang: de\n---\nx',
  };
  const { documents, report } = await read(folderWith(files));
  expect(documents.map(({ id, fields }) => [id, fields?.lang])).toEqual([
    ['posts/c', 'it'],
    ['posts/d', 'de'],
  ]);
  expect(report.keptOut?.map(({ file }) => file)).toEqual(['a.md', 'b.md']);
});

test.each(SITES)('$site', async ({ config, pages }) => {
  const files = Object.entries(pages).map(([path, page]) => [
    path,
    Array.isArray(page) ? `---\n${page[1]}\n---\nx` : 'x',
  ]);
  const { documents } = await read(folderWith({ ...config, ...Object.fromEntries(files) }));
  const named = Object.entries(pages).flatMap(([path, page]) =>
    page === undefined ? [] : [[path.replace(/\.\w+$/, ''), typeof page === 'string' ? page : page[0]]],
  );
  const found = documents.map(({ id, url }) => [id, url?.replace(/^\//, '')]);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(named));
});

test('what VitePress includes is read where it is shown, unless it is a page', async () => {
  const files = {
    '.vitepress/config.js': "export default { srcExclude: ['parts/**'] }",
    'a.md': 'in a\n\n<!--@include: ./parts/x.md-->\n\n<!--@include: ./b.md-->\n',
    'parts/x.md': 'in x',
    'b.md': 'in b',
  };
  const { documents } = await read(folderWith(files));
  expect(documents.map(({ id, text }) => [id, text])).toEqual([
    ['a', 'in a\nin x'],
    ['b', 'in b'],
  ]);
});

/** Headings of one page, in order, and their ids. */
const HEADINGS: Readonly<
  Record<
    string,
    { readonly file: string; readonly config: string; readonly ids: readonly (readonly [string, string])[] }
  >
> = {
  VitePress: {
    file: 'a.md',
    config: '.vitepress/config.js',
    ids: [
      ['Explicit {#my-id}', 'my-id'],
      ['My id', 'my-id-1'],
      ['Tab\tinside', 'tabinside'],
      ['Hello :tada: world', 'hello-world'],
      ['Rocket 🚀 launch', 'rocket-🚀-launch'],
      ['![pic](p.png) Picture', 'picture'],
    ],
  },
  Nextra: {
    file: 'content/a.mdx',
    config: 'next.config.js',
    ids: [
      ['Own [#own-id]', 'own-id'],
      ['Mended [#123]', 'mended-123'],
      ['![pic](p.png) Picture', '-picture'],
    ],
  },
  Eleventy: {
    file: 'a.md',
    config: 'eleventy.config.js',
    ids: [
      ['Setup', 'setup'],
      ['Setup', 'setup-2'],
      ['Setup', 'setup-3'],
      ["What's *new* — in 2.0?", 'whats-new-in-2-0'],
      ['Über die Größe & Straße é', 'ueber-die-groesse-and-strasse-e'],
      ['1. First_step / second', '1-first-step-second'],
    ],
  },
  Astro: {
    file: 'src/content/docs/a.md',
    config: 'astro.config.mjs',
    ids: [
      ['Rocket 🚀 launch 🎉', 'rocket--launch-'],
      ['![pic](p.png) Picture', '-picture'],
      ['Deep:   spaces', 'deep---spaces'],
      ['½ İ', '-i̇'],
    ],
  },
};

describe.each(Object.entries(HEADINGS))('%s', (_, { file, config, ids }) => {
  test('ids of headings', async () => {
    const text = ids.map(([heading]) => `## ${heading}\n\nx\n\n`).join('');
    const { documents } = await read(
      folderWith({ [config]: 'addPlugin(IdAttributePlugin) // nextra', [file]: text }),
    );
    expect(documents.map(({ url }) => decodeURI(url!).split('#')[1])).toEqual(ids.map(([, id]) => id));
  });
});

/** What a generator wrote lies within the folder of its sources, where rules of sources would leave it out. */
test.each([
  ['astro.config.mjs', '', 'dist'],
  ['astro.config.mjs', '', 'dist/de'],
  ['docusaurus.config.js', 'export default { presets: [] };', 'build'],
  ['.vitepress/config.ts', 'export default {};', '.vitepress/dist'],
  ['.vitepress/config.ts', "export default { srcDir: 'src', srcExclude: ['**'] };", '.vitepress/dist'],
  ['docs/.vuepress/config.js', 'export default {};', 'docs/.vuepress/dist'],
  ['eleventy.config.js', '', '_site'],
  ['eleventy.config.js', "export default () => ({ dir: { input: 'content' } });", '_site'],
  ['_config.yml', 'title: Loom', '_site'],
  ['hugo.toml', '', 'public'],
  ['config.toml', "base_url = 'https://example.org'", 'public'],
  ['book.toml', '', 'book'],
  ['mkdocs.yml', 'site_name: Loom', 'site'],
  ['conf.py', '', '_build/html'],
  ['next.config.mjs', "import nextra from 'nextra';", 'out'],
])('beside %s (%s), the pages in %s are read as they were written', async (config, said, out) => {
  const html = (title: string) =>
    `<!doctype html><html lang="en"><head><title>${title}</title></head><body><main><h1>${title}</h1><p>Of ${title}.</p></main></body></html>`;
  const paths = [
    'index.html',
    'warp/index.html',
    'weft.html',
    'docs/loom/index.html',
    'TODO.html',
    'app/x.html',
  ];
  const pages = paths.map((path, i) => [`${out}/${path}`, html(`Page ${i}`)]);
  const folder = folderWith({ [config]: said, ...Object.fromEntries(pages) });
  const { documents } = await read(`${folder}/${out}`);
  expect(documents.map(({ id }) => id.split('#')[0]).sort()).toEqual(paths.sort());
});
