// What pages and their parts are called beside their titles: by the links of their site, and by what they define.

import { expect, test } from 'vitest';
import type { PageOptions } from '../../../../../build/stages/read/pages/site.ts';
import { folderWith, read } from '../input-files.ts';

/** Ids with the names that they are found by. */
async function names(files: Readonly<Record<string, string>>, pages?: PageOptions) {
  const { documents } = await read(folderWith(files), { pages });
  return Object.fromEntries(documents.map((document) => [document.id, document.names ?? []]));
}

test('a text whose links mostly lead to one page is a name of it, or of the place there', async () => {
  const called = await names({
    'api.html': '<h1 id=api>API</h1><p>x<h2 id=bind>Binding</h2><p>y<h2>Other</h2><p id=inside>z',
    'list.html':
      '<a href="api.html#bind">sqlite3_bind_blob()</a> <a HREF=\'./api.html\'><code>Acme</code>&amp;Co</a> ' +
      '<a href="api.html#inside">within</a> <a href="api.html">here</a> <a href="#top">top</a>',
    'b/c.html':
      '<a href="../api#bind">sqlite3_bind_blob</a> <a href="/list.html">here</a> <a href="?q">q</a>',
    'd.html':
      '<a href="list.html">here</a> <a href="https://acme.test/api.html">elsewhere</a> <a href="api.html">open',
  });
  expect(called['api.html#api']).toEqual(['Acme&Co', 'within']);
  expect(called['api.html#bind']).toEqual(['sqlite3_bind_blob']);
  expect(called['api.html#other']).toEqual([]);
  expect(called.list).toEqual(['here']);
});

test('links of Markdown, of clean URLs and below a base name pages as well', async () => {
  const files = {
    'guide/install.md': '# Setting up\n\nx',
    'index.md': 'See [how to *install*](guide/install.md "title") and ![picture](guide/install.md).',
    'news.html': '<a href="/docs/guide/install/">installing it</a> <a href="guide/install">set it up</a>',
  };
  const called = await names(files, { baseUrl: 'https://acme.test/docs/' });
  expect(called['guide/install.md#setting-up']).toEqual([
    'how to install',
    'picture',
    'installing it',
    'set it up',
  ]);
});

test('terms without an id are names of the section that they stand in, with all options', async () => {
  const called = await names({
    'a.html':
      '<h2 id=o>Options</h2><dl><dt>-n &lt;number&gt;, --max-count=&lt;number&gt;<dd>x<dt>core.pager<dd>y' +
      '<dt id=abs>abs(x)<dd>z</dl><h2>Rest</h2>x',
  });
  expect(called['a.html#o']).toEqual(['-n', '--max-count', 'core.pager']);
  expect(called['a.html#abs']).toEqual([]);
});

test('a term right after a place goes by its id', async () => {
  const { documents } = await read(
    folderWith({
      'a.html': '<h1>F</h1><dl><a name=abs></a>\n<dt><p><b>abs(X)</b></dt><dd>Returns.<dt>plain<dd>y</dl>',
    }),
  );
  expect(documents.map(({ title, url, isDefinition = false }) => [title, url, isDefinition])).toEqual([
    ['abs', 'a.html#abs', true],
  ]);
});

test('links that are never closed name nothing', async () => {
  const unclosed = '<a href="b.html">'.repeat(20_000);
  const called = await names({
    'a.html': unclosed,
    'b.html': 'x',
    'c.html': '<a href="b.html">b, by name</a>',
  });
  expect(called.b).toEqual(['b, by name']);
});
