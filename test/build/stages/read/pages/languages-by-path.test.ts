// The languages that pages have by where they lie.

import { expect, test } from 'vitest';
import { folderWith, read } from '../input-files.ts';

/** Files as they lie, and the languages that they have by that. */
const SITES: readonly (readonly [site: string, files: Readonly<Record<string, string | undefined>>])[] = [
  [
    'Starlight: the main language beside folders of others',
    {
      'src/content/docs/index.md': undefined,
      'src/content/docs/guide/install.mdx': undefined,
      'src/content/docs/de/index.md': 'de',
      'src/content/docs/de/guide/install.mdx': 'de',
      'src/content/docs/pt-br/guide/install.mdx': 'pt-BR',
    },
  ],
  [
    'Hugo: a folder for each language',
    {
      'content/en/a.md': 'en',
      'content/en/only-here.md': 'en',
      'content/fr/a.md': 'fr',
      'content/zh_Hans/a.md': 'zh-Hans',
    },
  ],
  [
    'Docusaurus: translations in i18n, which may lack their originals',
    {
      'docs/a.md': undefined,
      'i18n/ja/docusaurus-plugin-content-docs/current/a.md': 'ja',
      'i18n/ja/docusaurus-plugin-content-docs/current/b.md': 'ja',
    },
  ],
  [
    'MkDocs: a language before the end of names',
    { 'a.md': undefined, 'a.de.md': 'de', 'deep/b.en.md': 'en', 'deep/b.de.md': 'de' },
  ],
  [
    'folders that are called as languages are and mean something else',
    {
      'index.md': undefined,
      'setup.md': undefined,
      'it/index.md': undefined,
      'it/printers.md': undefined,
      'it/setup.md': undefined,
      'it/networks.md': undefined,
      'no/way.md': undefined,
    },
  ],
  [
    'names that end as languages are called and mean something else',
    { 'release.no.md': undefined, 'sum.is.md': undefined, 'v1.0.md': undefined, 'tutorial.md': undefined },
  ],
];

test.each(SITES)('%s', async (_, files) => {
  const pages = Object.fromEntries(Object.keys(files).map((path) => [path, 'One page.']));
  const { documents } = await read(folderWith(pages));
  expect(Object.fromEntries(documents.map(({ id, fields }) => [id, fields?.lang]))).toEqual(
    Object.fromEntries(Object.entries(files).map(([path, lang]) => [path.replace(/\.mdx?$/, ''), lang])),
  );
});

test('what a page says of its language comes before where it lies', async () => {
  const { documents } = await read(
    folderWith({ 'a.md': 'x', 'de/a.md': '---\nlang: de-AT\n---\nx', 'fr/a.html': '<html lang=fr-CA>x' }),
  );
  expect(documents.map(({ fields }) => fields?.lang)).toEqual([undefined, 'de-AT', 'fr-CA']);
});
