// Which files are pages of Hugo, MkDocs, mdBook, Jekyll, Sphinx and Zola, and where they put them, as their real builds
// have it: Hugo 0.168, MkDocs 1.6 with Material 9, mdBook 0.5, Jekyll 4.3, Sphinx 9 with MyST-Parser, Zola 0.22.

import { expect, test } from 'vitest';
import { folderWith, read } from '../input-files.ts';

type Files = Readonly<Record<string, string>>;

/** A configuration, and pages: what each has, and its URL; undefined for what is no page. */
const SITES: readonly [string, Files, Readonly<Record<string, readonly [string, string | undefined]>>][] = [
  [
    'Hugo: folders that are mounted or are of a language are its content, and nothing else is',
    {
      'hugo.toml':
        '[languages.en]\nlocale="en-US"\n[[module.mounts]]\nsource="content/en"\ntarget="content"\n',
    },
    {
      'content/en/about/_index.md': ['x', 'about/'],
      'content/en/a.md': ['x', 'a/'],
      'content/other/b.md': ['x', undefined],
      'README.md': ['x', undefined],
    },
  ],
  [
    'Hugo: a folder that languages share is of the main one, and files that are mounted are no folders',
    {
      'hugo.yaml':
        'languages: { en: {}, fr: {} }\nmodule:\n  mounts:\n' +
        '    - { source: content/fr, target: content, sites: { matrix: { languages: [fr] } } }\n' +
        '    - { source: content/en, target: content, sites: { matrix: { languages: [fr, en] } } }\n' +
        '    - { source: README.md, target: content/project/README.md }\n',
    },
    {
      'content/en/a.md': ['x', 'a/'],
      'content/fr/a.md': ['x', 'fr/a/'],
    },
  ],
  [
    'Hugo: languages with files of their own, and with folders',
    {
      'config/_default/hugo.toml': 'baseURL="/"\ndefaultContentLanguage="en"\n',
      'config/_default/languages.en.toml': 'contentDir="content/en"\n',
      'config/_default/languages.cs.toml': 'contentDir="content/cs"\nlocale="cs-CZ"\n',
    },
    {
      'content/en/a.md': ['x', 'a/'],
      'content/cs/a.md': ['x', 'cs/a/'],
      'content/base/a.md': ['x', undefined],
    },
  ],
  [
    'Hugo: permalinks and files by section',
    {
      'hugo.toml':
        '[permalinks]\npost="/:year/:month/:day/:slug/"\nnotes="/n/:contentbasename/"\n' +
        '[permalinks.page]\nbooks="/b/:sections[1:]/:slug/:monthname"\n[uglyURLs]\npost=true\n',
    },
    {
      'content/post/_index.md': ['---\ntitle: posts\n---\nx', 'post/'],
      'content/post/b.md': [
        `---\ntitle: "What's *new* in C++ & Go?"\ndate: 2021-03-04\n---\nx`,
        '2021/03/04/whats-new-in-c-go.html',
      ],
      'content/post/c.md': [
        '---\ntitle: y\nslug: My Slug\ndate: 2021-03-04T01:02:03Z\n---\nx',
        '2021/03/04/my-slug.html',
      ],
      'content/notes/two/index.md': ['---\ntitle: Some Note\n---\nx', 'n/two/'],
      'content/books/a/_index.md': ['x', 'books/a/'],
      'content/books/a/c.md': ['---\ntitle: The C Book\ndate: 2020-05-06\n---\nx', 'b/a/the-c-book/may/'],
      'content/page.md': ['x', 'page/'],
    },
  ],
  [
    'Hugo: names, slugs and addresses',
    { 'hugo.toml': '' },
    {
      "content/Docs/What's New (1).md": ['x', 'docs/whats-new-1/'],
      'content/Docs/a - b.md': ['x', 'docs/a---b/'],
      'content/Docs/a.b.md': ['x', 'docs/a.b/'],
      'content/docs/slug.md': ['---\nslug: Other Name\n---\nx', 'docs/other-name/'],
      'content/docs/url.md': ['---\nurl: foo/bar\n---\nx', 'foo/bar/'],
      'content/docs/url2.md': ['---\nurl: /foo/bar.html\n---\nx', '/foo/bar.html'],
      'content/docs/ht.html': ['---\ntitle: t\n---\n<p>x</p>', 'docs/ht/'],
    },
  ],
  [
    'Hugo: capitals are kept where a site says so',
    { 'hugo.yaml': 'disablePathToLower: true' },
    { 'content/Docs/Big Name.md': ['x', 'Docs/Big-Name/'] },
  ],
  [
    'Hugo: parts of bundles, and what is not rendered',
    { 'config.toml': 'baseURL = "/"' },
    {
      'content/docs/bundle/index.md': ['x', 'docs/bundle/'],
      'content/docs/bundle/extra.md': ['x', undefined],
      'content/docs/bundle/sub/index.md': ['x', undefined],
      'content/docs/branch/_index.md': ['---\ncascade:\n  build:\n    render: never\n---\nx', undefined],
      'content/docs/branch/x.md': ['x', undefined],
      'content/docs/nob.md': ['---\nbuild:\n  render: never\n---\nx', undefined],
      'content/docs/headless/index.md': ['---\nheadless: true\n---\nx', undefined],
      'content/docs/y.md': ['x', 'docs/y/'],
    },
  ],
  [
    'MkDocs: pages are below docs/, but for what is excluded',
    {
      'mkdocs.yml': 'exclude_docs: |\n  *.py.md\n  /drafts/\n  !/drafts/kept.md\n  parts/\nhooks: [!ENV X]\n',
    },
    {
      'README.md': ['x', undefined],
      'docs/index.md': ['x', './'],
      'docs/a.py.md': ['x', undefined],
      'docs/drafts/a.md': ['x', undefined],
      'docs/drafts/kept.md': ['x', 'drafts/kept/'],
      'docs/b/parts/a.md': ['x', undefined],
      'docs/templates/a.md': ['x', undefined],
    },
  ],
  [
    "MkDocs: posts of Material's blog",
    { 'mkdocs.yml': 'theme:\n  name: material\nplugins:\n  - blog\n  - search\n' },
    {
      'docs/blog/index.md': ['# Blog', 'blog/'],
      'docs/blog/posts/one.md': [
        '---\ndate: 2022-05-05\n---\n# Größe: more, *better*',
        'blog/2022/05/05/größe-more-better/',
      ],
      'docs/blog/posts/deep/two.md': [
        '---\ndate:\n  created: 2022-05-06\nslug: own-name\n---\n# Two',
        'blog/2022/05/06/own-name/',
      ],
    },
  ],
  [
    'MkDocs: a blog elsewhere, and pages as files',
    {
      'mkdocs.yml':
        'theme: { name: material }\nuse_directory_urls: false\nplugins:\n  - material/blog:\n' +
        '      blog_dir: .\n      post_url_format: "{date}-{file}"\n      post_url_date_format: yyyy\n',
    },
    {
      'docs/a.md': ['x', 'a.html'],
      'docs/posts/one.md': ['---\ndate: 2022-05-05\n---\n# T', '2022-one.html'],
    },
  ],
  [
    'mdBook: pages are those of the summary',
    { 'book.toml': '[book]\ntitle="t"', 'README.md': '# Of the repository' },
    {
      'src/SUMMARY.md': [
        '- [One](./one.md)\n  - [Two](two/README.md#x)\n- [Three](<a b.md>)\n- [Four](a%20c.md)\n- [Draft]()',
        undefined,
      ],
      'src/one.md': ['x', 'one.html'],
      'src/two/README.md': ['x', 'two/'],
      'src/a c.md': ['x', 'a%20c.html'],
      'src/part.md': ['x', undefined],
    },
  ],
  [
    'Jekyll: what is excluded, what is included, and what files are said to have',
    {
      '_config.yml':
        'exclude: [README.md, vendor/]\ninclude: [_pages]\npermalink: /:categories/:title/\ncollections: { docs: { output: true } }\n' +
        'defaults:\n  - scope: { path: "", type: posts }\n    values: { permalink: "/blog/:year/:title/" }\n',
    },
    {
      'README.md': ['x', undefined],
      'vendor/x/a.md': ['x', undefined],
      '_pages/about.md': ['x', '_pages/about/'],
      '_pages/terms.md': ['---\npermalink: /terms/\n---\nx', '/terms/'],
      '_docs/a/b.md': ['x', 'docs/a/b/'],
      '_posts/2024-01-02-p.md': ['x', 'blog/2024/p/'],
      '_posts/2024-01-03-q.md': ['---\ndate: 2025-02-03\nslug: own\n---\nx', 'blog/2025/own/'],
      'fr/index.html': ['---\npermalink: /fr/\ntitle: t\n---\n<p>x {% include y.html %}</p>', '/fr/'],
    },
  ],
  [
    'Sphinx: what is excluded',
    {
      'conf.py':
        "extensions = ['myst_parser']\ntemplates_path = ['_templates']\nexclude_patterns = [\n  '_build',  # made\n  \"includes/*\",\n]\n",
    },
    {
      'a.md': ['x', 'a.html'],
      'includes/b.md': ['x', undefined],
      '_templates/c.html': ['<p>x', undefined],
      '_build/c/d.md': ['x', undefined],
    },
  ],
  [
    'Zola: only content is content, and some of it is not rendered',
    { 'config.toml': 'base_url = "/"' },
    {
      'content/a.md': ['x', 'a/'],
      'content/b/_index.md': ['+++\nrender = false\n+++\nx', undefined],
      'README.md': ['x', undefined],
    },
  ],
];

test.each(SITES)('%s', async (_, config, pages) => {
  const files = Object.fromEntries(Object.entries(pages).map(([path, [text]]) => [path, text]));
  const { documents } = await read(folderWith({ ...config, ...files }));
  const found = documents.map(({ url }) => url?.replace(/#.*/, '')).sort();
  const wanted = Object.values(pages).flatMap(([, url]) =>
    url === undefined ? [] : [encodeURI(decodeURI(url))],
  );
  expect(found).toEqual(wanted.sort());
});

test('a folder of a project in which its pages are not is read as it is', async () => {
  const files = { 'mkdocs.yml': '', 'docs/a.md': 'x', 'site/a/index.html': '<p>x', 'notes/b.md': 'x' };
  const folder = folderWith(files);
  const urls = async (input: string) => (await read(`${folder}/${input}`)).documents.map(({ url }) => url);
  expect(await urls('notes')).toEqual(['b/']);
  expect(await urls('site')).toEqual(['a/index.html']);
  expect(await urls('docs')).toEqual(['a/']);
});

test.each([
  [
    'hugo.toml',
    "[markup.goldmark.parser]\nautoHeadingIDType='blackfriday'",
    'let-s-go-a-b-c-d-e',
    'größe-½-x²-1',
  ],
  ['hugo.toml', '', 'lets-go-abc--d--e', 'größe--x-1'],
  ['hugo.toml', "[markup.goldmark.parser]\nautoHeadingIDType='github'", 'lets-go-abc--d--e', 'größe--x-1'],
  [
    'mkdocs.yml',
    'markdown_extensions:\n  - toc:\n      slugify: !!python/object/apply:pymdownx.slugs.slugify\n        kwds: { case: lower }\n',
    'lets-go-abc--d--e',
    'größe-½-x²-1',
  ],
  [
    'mkdocs.yml',
    'markdown_extensions:\n  - pymdownx.tabbed:\n      slugify: !!python/name:pymdownx.slugs.uslugify\n',
    'lets-go-abc-d-e',
    'groe-12-x2-no1',
  ],
])('ids by %s that says %j', async (name, config, ...ids) => {
  const root = name === 'hugo.toml' ? 'content' : 'docs';
  const page = "## Let’s 'go' a.b/c & d – e\n\nx\n\n## Größe ½ x² №1\n\nx\n";
  const { documents } = await read(folderWith({ [name]: config, [`${root}/a.md`]: page }));
  expect(documents.map(({ url }) => decodeURI(url ?? '').replace(/^.*#/, ''))).toEqual(ids);
});

/** What sites say of the language of all their pages; English is what configurations begin with, and says nothing. */
test.each([
  ['mkdocs.yml', 'theme:\n  name: material\n  language: de\n', 'docs/a.md', 'de'],
  ['mkdocs.yml', 'theme:\n  language: en\n', 'docs/a.md', undefined],
  ['book.toml', '[book]\nlanguage = "fr"\n', 'src/a.md', 'fr'],
  ['_config.yml', 'lang: pt-BR\n', 'a.md', 'pt-BR'],
  ['conf.py', "extensions = ['myst_parser']\nlanguage = 'es'\n", 'a.md', 'es'],
  ['hugo.toml', 'languageCode = "it-IT"\n', 'content/a.md', 'it-IT'],
  ['hugo.toml', 'languageCode = "en-us"\n', 'content/a.md', undefined],
  ['hugo.toml', '[languages.si]\n[languages.en]\n', 'content/a.si.md', 'si'],
])('%s that says %j', async (name, config, path, lang) => {
  const { documents } = await read(folderWith({ [name]: config, [path]: 'x' }));
  expect(documents.map(({ fields }) => fields?.lang)).toEqual([lang]);
});

test('a label of MyST takes an id, and the heading below keeps its own', async () => {
  const markdown = '(setup)=\n\n# Setup\n\na\n\n(other)=\n## Café\n\nb\n\n## Setup\n\nc\n';
  const { documents } = await read(
    folderWith({ 'conf.py': 'extensions = ["myst_parser"]', 'a.md': markdown }),
  );
  expect(documents.map(({ url }) => url)).toEqual(['a.html#id1', 'a.html#cafe', 'a.html#id2']);
});

/** Parts in files of their own, as each generator includes them. */
test.each([
  [
    'book.toml',
    { 'src/SUMMARY.md': '[A](a.md)', 'src/a.md': 'one\n\n{{#include parts/p.md}}', 'src/parts/p.md': 'two' },
  ],
  [
    'book.toml',
    {
      'src/SUMMARY.md': '[A](a.md)',
      'src/a.md': 'one\n\n{{#include p.md:x}}',
      'src/p.md': 'no\n<!-- ANCHOR: x -->\ntwo\n<!-- ANCHOR_END: x -->\nno',
    },
  ],
  ['mkdocs.yml', { 'docs/a.md': 'one\n\n--8<-- "PART.md"\n', 'PART.md': 'two' }],
  ['mkdocs.yml', { 'docs/a.md': 'one\n\n--8<-- "PART.md:2:2"\n', 'PART.md': 'no\ntwo\nno' }],
  [
    'mkdocs.yml',
    {
      'docs/a.md': 'one\n\n--8<-- "PART.md:x"\n',
      'PART.md': 'no\n<!-- --8<-- [start:x] -->\ntwo\n<!-- --8<-- [end:x] -->\nno',
    },
  ],
  ['conf.py', { 'a.md': 'one\n\n```{include} includes/p.md\n:start-line: 0\n```\n', 'includes/p.md': 'two' }],
  [
    'hugo.toml',
    {
      'content/a.md': 'one\n\n{{% include "/_common/p.md" %}}',
      'content/_common/index.md': '---\nheadless: true\n---\n',
      'content/_common/p.md': '---\n---\ntwo',
    },
  ],
  ['_config.yml', { 'a.md': 'one\n\n{% include p.md %}', '_includes/p.md': 'two' }],
] as const)('a part is read where %s has it included: %j', async (name, files) => {
  const said = name === 'conf.py' ? 'extensions = ["myst_parser"]\nexclude_patterns = ["includes"]' : '';
  const { documents } = await read(folderWith({ [name]: said, ...files }));
  expect(documents.map(({ text }) => text)).toEqual(['one\ntwo']);
});

/** Headings that are written as HTML have ids only where a generator gives them when all is HTML. */
test.each([
  ['hugo.toml', 'content/a.md', ['a/', 'a/#two']],
  ['mkdocs.yml', 'docs/a.md', ['a/', 'a/#two']],
  ['_config.yml', 'a.md', ['a.html', 'a.html#two']],
  ['conf.py', 'a.md', ['a.html', 'a.html#two']],
  ['book.toml', 'src/a.md', ['a.html#one', 'a.html#two']],
  ['package.json', 'a.md', ['a.md#one', 'a.md#two']],
])('ids of headings as HTML by %s', async (name, path, urls) => {
  const said = name === 'conf.py' ? 'extensions = ["myst_parser"]' : '';
  const { documents } = await read(
    folderWith({ [name]: said, [path]: '<h2>One</h2>\n\nx\n\n## Two\n\ny\n' }),
  );
  expect(documents.map(({ url }) => url)).toEqual(urls);
});
