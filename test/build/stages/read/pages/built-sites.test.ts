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
];

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
    const { documents } = await read(folderWith({ [config]: '', [file]: text }));
    expect(documents.map(({ url }) => decodeURI(url!).split('#')[1])).toEqual(ids.map(([, id]) => id));
  });
});
