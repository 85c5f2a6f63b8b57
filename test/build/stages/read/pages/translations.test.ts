// Where generators put the pages of several languages, and what language those of the main one have.

import { expect, test } from 'vitest';
import { folderWith, read } from '../input-files.ts';

type Pages = Readonly<Record<string, readonly [url: string, lang?: string]>>;

const MKDOCS = 'theme:\n  name: !!python/name:x\nplugins:\n  - search\n  - i18n:\n';
const MKDOCS_LANGUAGES =
  '      languages:\n        - locale: en\n          default: true\n        - locale: pt-BR\n        - locale: fr\n';

/** Files of a project, and for each page its URL and language. */
const SITES: readonly (readonly [site: string, config: Readonly<Record<string, string>>, pages: Pages])[] = [
  [
    'MkDocs without the plugin: a suffix is part of the name',
    { 'mkdocs.yml': 'site_name: x' },
    { 'docs/guide.de.md': ['guide.de/'], 'docs/index.md': ['./'] },
  ],
  [
    'MkDocs with suffixes',
    { 'mkdocs.yml': `${MKDOCS}${MKDOCS_LANGUAGES}` },
    {
      'docs/index.md': ['./', 'en'],
      'docs/index.fr.md': ['fr/', 'fr'],
      'docs/deep/guide.en.md': ['deep/guide/', 'en'],
      'docs/deep/guide.pt-BR.md': ['pt-BR/deep/guide/', 'pt-BR'],
      'docs/v1.0.md': ['v1.0/', 'en'],
    },
  ],
  [
    'MkDocs with folders, of files, in a folder of another name',
    {
      'mkdocs.yml': `docs_dir: manual\nuse_directory_urls: false\n${MKDOCS}      docs_structure: folder\n${MKDOCS_LANGUAGES}`,
    },
    {
      'manual/en/index.md': ['./', 'en'],
      'manual/en/docs/guide.md': ['docs/guide.html', 'en'],
      'manual/fr/docs/guide.md': ['fr/docs/guide.html', 'fr'],
      'manual/fr/README.md': ['fr/', 'fr'],
    },
  ],
  [
    'MkDocs with the plugin as it was before its first version',
    {
      'mkdocs.yml':
        'plugins:\n  i18n:\n    default_language: en\n    languages:\n      en: English\n      ja: x',
    },
    { 'docs/a.md': ['a/', 'en'], 'docs/a.ja.md': ['ja/a/', 'ja'] },
  ],
  [
    'Hugo without languages: a suffix is part of the name',
    { 'hugo.toml': '' },
    { 'content/a.xx.md': ['a.xx/'], 'content/b.md': ['b/'] },
  ],
  [
    'Hugo with suffixes',
    {
      'hugo.toml':
        'DefaultContentLanguage = "en"\n[languages.en]\n[languages.de]\nlanguageCode = "de-AT"\n[languages.pt-BR]\n',
    },
    {
      'content/_index.de.md': ['de/', 'de-AT'],
      'content/Guide.md': ['guide/', 'en'],
      'content/Guide.en.md': ['guide/', 'en'],
      'content/docs/a.de.md': ['de/docs/a/', 'de-AT'],
      'content/docs/a.pt-br.md': ['pt-br/docs/a/', 'pt-BR'],
    },
  ],
  [
    'Hugo with folders, each language below its own, from a folder of configurations',
    {
      'config/_default/hugo.yaml': 'defaultContentLanguage: de\ndefaultContentLanguageInSubdir: true',
      'config/_default/languages.yaml':
        'de:\n  contentDir: content/deutsch\nen:\n  contentDir: ./content/english/\n',
    },
    { 'content/deutsch/a.md': ['de/a/', 'de'], 'content/english/content/a.md': ['en/content/a/', 'en'] },
  ],
  [
    'Hugo, each language below its own, with folders of languages that it knows nothing of',
    { 'hugo.toml': 'defaultContentLanguageInSubdir = true\n[languages.en]\n[languages.de]\n' },
    {
      'content/en/a.md': ['en/en/a/', 'en'],
      'content/de/a.md': ['en/de/a/', 'de'],
      'content/x.md': ['en/x/', 'en'],
      'content/y.de.md': ['de/y/', 'de'],
    },
  ],
  [
    'Hugo with mounts',
    {
      'hugo.toml':
        '[languages.en]\n[languages.fr]\n[[module.mounts]]\nsource = "content/en"\ntarget = "content"\nlang = "en"\n' +
        '[[module.mounts]]\nsource = "texts/fr"\ntarget = "content"\nlang = "fr"\n',
    },
    { 'content/en/a.md': ['a/', 'en'], 'texts/fr/a.md': ['fr/a/', 'fr'] },
  ],
  [
    'Zola',
    { 'zola.toml': 'base_url = "/"\ndefault_language = "en"\n[languages.fr]\n' },
    { 'content/a.md': ['a/', 'en'], 'content/b/_index.fr.md': ['fr/b/', 'fr'] },
  ],
  [
    'Docusaurus: docs, posts and pages, with a version and docs of another name',
    {
      'docusaurus.config.ts':
        "export default { i18n: { defaultLocale: 'en', locales: ['en', 'zh-Hans'] }, plugins: [" +
        "['@docusaurus/plugin-content-docs', { id: 'team', path: 'team', routeBasePath: 'team' }]] }",
      'versions.json': '["2.0", "1.0"]',
      'versioned_docs/version-2.0/index.mdx': '---\ndraft: true\n---',
      'team/guide.md': '---\ndraft: true\n---',
      'blog/2024-01-05-x.md': '---\ndraft: true\n---',
      'src/pages/about.md': '---\ndraft: true\n---',
    },
    {
      'docs/guide.md': ['docs/next/guide', 'en'],
      'versioned_docs/version-2.0/guide.md': ['docs/guide', 'en'],
      'versioned_docs/version-1.0/01-a/02-guide.md': ['docs/1.0/a/guide', 'en'],
      'i18n/zh-Hans/docusaurus-plugin-content-docs/current/guide.md': ['zh-Hans/docs/next/guide', 'zh-Hans'],
      'i18n/zh-Hans/docusaurus-plugin-content-docs/version-2.0/index.mdx': ['zh-Hans/docs/', 'zh-Hans'],
      'i18n/zh-Hans/docusaurus-plugin-content-docs-team/current/guide.md': ['zh-Hans/team/guide', 'zh-Hans'],
      'i18n/zh-Hans/docusaurus-plugin-content-blog/2024-01-05-x.md': ['zh-Hans/blog/2024/01/05/x', 'zh-Hans'],
      'i18n/zh-Hans/docusaurus-plugin-content-pages/about.md': ['zh-Hans/about', 'zh-Hans'],
    },
  ],
  [
    'Docusaurus: docs at the root, the current version among those that are released',
    {
      'docusaurus.config.js':
        "docs: { routeBasePath: '/', lastVersion: 'current', versions: { current: { label: 'x', path: '3' } } }",
      'versions.json': '["2.0"]',
    },
    {
      'docs/guide.md': ['3/guide'],
      'versioned_docs/version-2.0/guide.md': ['2.0/guide'],
      'i18n/fr/docusaurus-plugin-content-docs/current/guide.md': ['fr/3/guide', 'fr'],
    },
  ],
  [
    'Starlight with a root',
    {
      'astro.config.mjs':
        "starlight({ locales: { root: { label: 'English', lang: 'en' }, // fr: {}\n 'zh-cn': { lang: 'zh-CN' } } })",
    },
    {
      'src/content/docs/guide.md': ['guide/', 'en'],
      'src/content/docs/zh-cn/only.md': ['zh-cn/only/', 'zh-CN'],
      'src/content/docs/fr/x.md': ['fr/x/', 'en'],
    },
  ],
  [
    'Starlight and Astro without a root',
    { 'astro.config.ts': "i18n: { locales: ['de', 'en'], defaultLocale: 'de' }" },
    {
      'src/content/docs/de/a.md': ['de/a/', 'de'],
      'src/pages/en/a.md': ['en/a/', 'en'],
      'src/pages/b.md': ['b/', 'de'],
    },
  ],
  [
    'VitePress, in a folder of its configuration',
    {
      '.vitepress/config/index.ts':
        "export default { srcDir: './text', cleanUrls: true, locales: { root: { lang: 'en-US' }, ko: { label: '}' } } }",
    },
    { 'text/a.md': ['a', 'en-US'], 'text/ko/b.md': ['ko/b', 'ko'] },
  ],
  [
    'VitePress, which rewrites a folder to the root',
    {
      '.vitepress/config.ts':
        "rewrites: { 'en/:rest*': ':rest*' }, locales: { root: { lang: 'en' }, ja: {} }",
    },
    { 'en/a.md': ['a.html', 'en'], 'ja/a.md': ['ja/a.html', 'ja'] },
  ],
  [
    'VuePress in one language, which templates name whatever it is',
    { '.vuepress/config.js': "locales: { '/': { lang: 'en-US' } }" },
    { 'a.md': ['a.html'] },
  ],
  [
    'VuePress',
    { '.vuepress/config.js': "locales: { '/': { lang: 'en-US' }, '/zh/': { lang: 'zh-CN' } }" },
    { 'a.md': ['a.html', 'en-US'], 'zh/README.md': ['zh/', 'zh-CN'] },
  ],
];

test.each(SITES)('%s', async (_, config, pages) => {
  const files = Object.fromEntries(Object.keys(pages).map((path) => [path, 'One page.']));
  const { documents } = await read(folderWith({ ...config, ...files }));
  const found = Object.fromEntries(documents.map(({ id, url, fields }) => [id, [url, fields?.lang]]));
  const expected = Object.entries(pages).map(([path, [url, lang]]) => [
    path.replace(/\.\w+$/, ''),
    [url, lang],
  ]);
  expect(found).toEqual(Object.fromEntries(expected));
});

test('slugs of translations are below their languages', async () => {
  const draft = '---\ndraft: true\n---';
  const originals = { 'docs/a.md': draft, 'versioned_docs/version-1/a/b.md': draft, 'blog/b.md': draft };
  const config = { 'docusaurus.config.js': '', 'versions.json': '["1"]', ...originals };
  const { documents } = await read(
    folderWith({
      ...config,
      'i18n/fr/docusaurus-plugin-content-docs/current/a.md': '---\nslug: /\n---\nx',
      'i18n/fr/docusaurus-plugin-content-docs/version-1/a/b.md': '---\nslug: c\n---\nx',
      'i18n/fr/docusaurus-plugin-content-blog/b.md': '---\nslug: bee\n---\nx',
    }),
  );
  expect(documents.map(({ url }) => url).sort()).toEqual(['fr/blog/bee', 'fr/docs/a/c', 'fr/docs/next/']);
  const hugo = {
    'hugo.toml': '[languages.en]\n[languages.de]\n',
    'content/x/a.de.md': '---\nslug: bee\n---\nx',
    'content/x/b.de.md': '---\nurl: there/\n---\nx',
    'content/x/c.de.md': '---\nurl: /there/\n---\nx',
    'content/x/d.md': '---\nurl: there/\n---\nx',
    'content/x/e.de.md': '---\nurl: https://b.test/e\n---\nx',
  };
  expect((await read(folderWith(hugo))).documents.map(({ url }) => url)).toEqual([
    ...['de/x/bee/', 'de/there/', '/there/', 'there/', 'https://b.test/e'],
  ]);
});

test('Jekyll with Polyglot: what a page says of its language is the folder of its address', async () => {
  const page = (matter: string) => `---\n${matter}\n---\nx`;
  const { documents } = await read(
    folderWith({
      '_config.yml': 'languages: [en, de]\ndefault_lang: en',
      'about.md': page('lang: en'),
      'about-de.md': page('lang: de\npermalink: /about/'),
      '_posts/2024-01-02-p.md': page('lang: de'),
      'other.md': page('lang: fr'),
    }),
  );
  expect(Object.fromEntries(documents.map(({ id, url }) => [id, url]))).toEqual({
    about: 'about.html',
    'about-de': '/de/about/',
    '_posts/2024-01-02-p': 'de/2024/01/02/p.html',
    other: 'other.html',
  });
});

test('the pages of one language have URLs below its folder, and those of a part keep the settings above', async () => {
  const folder = folderWith({
    'mkdocs.yml': `${MKDOCS}      docs_structure: folder\n${MKDOCS_LANGUAGES}`,
    'docs/en/a.md': 'x',
    'docs/fr/b/a.md': 'x',
  });
  const urls = async (part: string) =>
    (await read(`${folder}${part}`)).documents.map(({ url, fields }) => [url, fields?.lang]);
  expect(await urls('/docs')).toEqual([
    ['a/', 'en'],
    ['fr/b/a/', 'fr'],
  ]);
  expect(await urls('/docs/fr')).toEqual([['b/a/', 'fr']]);
  expect(await urls('/docs/fr/b')).toEqual([['a/', 'fr']]);
});
