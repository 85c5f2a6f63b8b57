// Pages of the kinds that people have, each with what a reader of the page would read.

import { expect, test } from 'vitest';
import type { PageOptions } from '../../../../../build/stages/read/pages/site.ts';
import { fileWith, read } from '../input-files.ts';

async function page(name: string, contents: string, pages?: PageOptions) {
  return (await read(fileWith(name, contents), { pages })).documents;
}

async function textOf(name: string, contents: string, pages?: PageOptions): Promise<string> {
  return (await page(name, contents, pages)).map(({ text }) => text).join('\n');
}

test.each([
  [
    'a paragraph',
    'Start the server<br>then open the browser<br/>finally',
    'Start the server\nthen open the browser\nfinally',
  ],
  ['a cell', '| a | b |\n|---|---|\n| `color` | red<br>green<br >blue |', 'a b\ncolor red\ngreen\nblue'],
  ['a heading', '# One<br>two\n\nx', 'One two\nx'],
  ['a long word', 'super<wbr>califragilistic', 'supercalifragilistic'],
  ['a list', '- one<BR>two\n- three', 'one\ntwo\nthree'],
])('in %s of Markdown a break parts words, and a place to break does not', async (_, markdown, text) => {
  expect((await textOf('a.md', markdown)).replace(/^x$/, 'One two\nx')).toBe(text);
});

test.each([
  ['cells', '<table><tr><td>a</td><td>b</td></tr><tr><th>c<td>d</table>', 'a b\nc d'],
  ['items', '<ul><li>a<li>b</ul><dl><dt>c<dd>d</dl>', 'a\nb\nc\nd'],
  ['blocks', '<div>a<div>b</div>c</div><section>d</section>e<hr>f', 'a\nb\nc\nd\ne\nf'],
  ['inline elements', 'a<b>b</b><code>c</code>', 'abc'],
  ['what is shown as a block', '<span style="display:block">a</span><span>b</span>', 'a\nb'],
  ['labels', '<label>Tab A</label><label>Tab B</label><input>c', 'Tab A Tab B c'],
  [
    'links, keys and tags',
    '<a href=x>a1</a><a href=y>b1</a><p><kbd>Ctrl</kbd><kbd>C</kbd><p>' +
      '<span class=tag>one</span><span class=tag>two</span>',
    'a1 b1\nCtrl C\none two',
  ],
  [
    'tokens of code, names and single letters',
    '<pre><span class=n>foo</span><span class=n>Bar</span></pre>' +
      '<span class=p>os.path.</span><span class=p>join</span> <span class=c>H</span><span class=c>i</span>' +
      '<span>a</span><span>bc</span>',
    'fooBar\nos.path.join Hiabc',
  ],
  ['lines of code', '<pre><span class=line><i>a</i> b</span><span class="line x">c</span></pre>', 'a b\nc'],
  ['what is left out', 'a<button>Copy</button>b', 'a b'],
  ['components', '<my-tab>One</my-tab><my-tab>Two</my-tab>c<x-icon></x-icon>d', 'One Two cd'],
  [
    'numbers of notes, and no exponents',
    'word<sup><a href="#f1">1</a></sup> note<a href="#f2"><sup>2</sup></a> claim<sup>3</sup> x<sup>2</sup> ' +
      'H<sub>2</sub>O cm<sup>3</sup> 1<sup>st</sup>',
    'word 1 note 2 claim 3 x2 H2O cm3 1st',
  ],
  [
    'annotated words',
    '<p><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rp>(</rp><rt>じ</rt><rp>)</rp></ruby>を<ruby>食<rt>た</rt></ruby>べる' +
      '<p><ruby>東<rt>とう</rt></ruby><ruby>京<rt>きょう</rt></ruby>へ',
    '漢字を食べる かんじ た\n東京へ とうきょう',
  ],
  ['soft hyphens', 'a&shy;b', 'a\u00ADb'],
])('%s are parted as a browser parts them', async (_, html, text) => {
  expect(await textOf('a.html', html)).toBe(text);
});

test.each([
  ['svg', '<svg viewBox="0 0 1 1"><path d="M0 0"><p>after</p><h2 id=n>Next</h2><p>more</p>'],
  ['svg around a section', '<svg><path><section>after</section><h2 id=n>Next</h2><p>more</p>'],
  ['template', '<template><p>after</p><h2 id=n>Next</h2><p>more</p>'],
  ['noscript', '<noscript><p>after</p><h2 id=n>Next</h2><p>more</p>'],
  ['details', '<details><summary>s</summary><p>after</p><h2 id=n>Next</h2><p>more</p>'],
  ['nav', '<nav><p>after</p><h2 id=n>Next</h2><p>more</p>'],
  ['textarea', '<textarea><p>after</p><h2 id=n>Next</h2><p>more</p>'],
  ['select', '<div><select><p>after</p></div><h2 id=n>Next</h2><p>more</p>'],
])('what follows a %s that is never closed is not lost', async (_, html) => {
  const text = await textOf('a.html', `<title>T</title><h1>First</h1><p>before</p>${html}`);
  for (const word of ['before', 'after', 'Next', 'more']) expect(text).toContain(word);
});

test.each([
  ['of headings', '<h2 id=a><button>What is it?</button></h2><p>x', 'What is it?\nx'],
  ['of headings with more in them', '<h2 id=a>It <button>Copy</button></h2><p>x', 'It\nx'],
  ['of terms', '<dl><dt><button>Term <i>+</i></button><dd>x</dl>', 'Term +\nx'],
  ['of what can be opened', '<details><summary><button>More</button></summary>x</details>', 'More\nx'],
  [
    'of tabs',
    '<div role=tablist><button role=tab>One</button><button role=tab>Two</button></div>x',
    'One Two\nx',
  ],
  ['of what is done', '<p>a <button>Copy</button> b</p>', 'a b'],
])('buttons are text where they are labels: those %s', async (_, html, text) => {
  expect(await textOf('a.html', `<main>${html}</main>`)).toBe(text);
});

test('a shadow tree is shown, and other templates are not', async () => {
  const html =
    '<my-card><template shadowrootmode=open><p>one</p></template><p>two</p></my-card><template>no</template>';
  expect(await textOf('a.html', html)).toBe('one\ntwo');
});

test('the reading of a word in a heading stands below it', async () => {
  const [{ text, fields }] = await page('a.html', '<h2 id=a>見<ruby>出<rt>だ</rt></ruby>し</h2><p>text');
  expect([fields?.heading, text]).toEqual(['見出し', '見出し\nだ\ntext']);
});

test.each([
  [
    'a page that its scripts show',
    '<html style="visibility:hidden"><body style="display:none"><p>text',
    'text',
  ],
  ['all of it in what is named as navigation', '<body><div class="layout sidebar"><p>text</p></div>', 'text'],
  [
    'a menu of dishes',
    '<main><p>a</p><div class=menu><p>Soup and salad</p></div></main>',
    'a\nSoup and salad',
  ],
  ['a menu of links', '<main><p>a</p><ul class=menu><li><a href=b>b</a><li><a href=c>c</a></ul></main>', 'a'],
  ['a sidebar beside text', '<body><p>a</p><div class=sidebar><p>b</p></div>', 'a'],
])('no text is taken for what stands beside it: %s', async (_, html, text) => {
  expect(await textOf('a.html', html)).toBe(text);
});

test('a closed template, noscript and picture are no text', async () => {
  const html = '<p>a</p><template>b</template><noscript>c</noscript><svg><text>d</text></svg><p>e</p>';
  expect(await textOf('a.html', html)).toBe('a\ne');
});

test('what is hidden, controls and what stands around the main part are no text', async () => {
  const text = await textOf(
    'a.html',
    '<header><h2>Site</h2></header><aside>Menu</aside><div role="main"><h1>T</h1><p hidden>x1</p><p style="color:red;display: none">x2</p>' +
      '<div data-pagefind-ignore>x3</div><select><option>x4</select><p data-nosnippet>x5</p><dialog>x6</dialog>' +
      '<pre><span class="lineno">12</span><code>npm install</code></pre><aside>Note</aside>' +
      '<div role="tabpanel" hidden>tab</div></div><footer>x7</footer>',
  );
  expect(text).toBe('npm install\nNote\ntab');
});

test('headings without text of their own are found, and those with headings below are not', async () => {
  const documents = await page(
    'a.md',
    '# API\n\n## getUser\n\n### of a group\n\n## setUser\n\n## deleteUser\n\nx\n',
  );
  expect(documents.map(({ id, text }) => [id, text])).toEqual([
    ['a.md#of-a-group', 'getUser › of a group'],
    ['a.md#setuser', 'setUser'],
    ['a.md#deleteuser', 'deleteUser\nx'],
  ]);
});

test('headings in lists, quotes, details and HTML begin sections', async () => {
  const documents = await page(
    'a.md',
    '# Steps\n\n1. First\n\n   ## Inner {#inner}\n\n   a\n\n> ## Quoted\n> b\n\n<details>\n<summary>More</summary>\n\n' +
      '## In details\n\nc\n\n</details>\n\n<h2 id="raw">Raw</h2>\n\nd\n',
  );
  expect(documents.map(({ id }) => id)).toEqual([
    'a.md#steps',
    'a.md#inner',
    'a.md#quoted',
    'a.md#in-details',
    'a.md#raw',
  ]);
});

test.each([
  ['{#one .wide}', 'one'],
  ['{: #two }', 'two'],
  ['{id="three"}', 'three'],
  ["{ .a id='four' data-x=1 }", 'four'],
  ['{#v1.2}', 'v1.2'],
  ['{not an attribute}', 'h-not-an-attribute'],
])('a heading with %s has the id %s', async (attributes, id) => {
  const [document] = await page('a.md', `# H ${attributes}\n\nx\n`);
  expect(document.id).toBe(`a.md#${id}`);
});

test('MDX keeps its text and the titles of its components, and no code', async () => {
  const text = await textOf(
    'a.mdx',
    "import { Tabs } from '@theme/tabs';\nimport X from './x'\n\nexport const a = {\n  b: 1,\n};\n\n# Use {/* not this */} it\n\n" +
      'Version {version} and {"said"}.\n\n<Tabs>\n  <TabItem label="npm" onClick={() => a > b}>\n    Run **npm**.\n  </TabItem>\n</Tabs>\n\n' +
      '<Card\n  title="wallabies"\n  href="/x"\n/>\n\n<div className={x}>\n  in *html*\n</div>\n\n```js\nimport kept from "{code}"\n```\n\nand `{code}` <>too</>\n',
  );
  expect(text).toBe(
    'Version and said.\nnpm\nRun npm.\nwallabies\nin html\nimport kept from "{code}"\nand {code} too',
  );
});

test.each([
  ['a list', "export const a = [\n  'x',\n\n  'y',\n]"],
  ['a component', "export const A = () => (\n  <div>\n\n    don't\n  </div>\n)"],
  ['a template', 'export const css = `\n.a { b: c }\n\n.d { e: $' + '{f} }\n`'],
  ['a comment', 'export const a = { // it is {\n\n  b: 1, /* ` */ c: "http://x/{" }'],
])('MDX exports may hold blank lines in %s', async (_, module) => {
  for (const text of [module, module.replaceAll('\n', '\r\n')])
    expect(await textOf('a.mdx', `${text}\n\nThe text.`)).toBe('The text.');
});

test.each([
  ['a text with quotes', '{"don\'t lose"} it', "don't lose it"],
  [
    'code in a template',
    '<C>\n{`let a = "b";\n\nif (a < b) { c("d") }`}\n</C>',
    'let a = "b"; if (a < b) { c("d") }',
  ],
  ['a computed template', '{`one $' + '{x} two`}', 'one two'],
  ['code between <pre>', '<pre>{`\na <tag>\n\nb`}</pre>', 'a <tag> b'],
  ['what depends', '{isShown && <Note title="T">Some **words**</Note>} more', 'T Some words more'],
  ['what is listed', '{all.map((i) => (\n  <li key={i.id}>An item {i.name}</li>\n))}', 'An item'],
  ['comments', '{/* <b>no</b> */}<C /* no */ title="yes" />', 'yes'],
  ['lists of labels', "<Tabs items={['One', \"Two's\"]}>x</Tabs>", "One Two's x"],
  [
    'labels of listed objects',
    "<Tabs values={[\n  {label: 'One', value: 'no'},\n  {value: 'no', \"label\": 'Two'},\n]} deps={[a, 1]}>x</Tabs>",
    'One Two x',
  ],
  ['attributes of JSX', '<C description={<>one <b>two</b></>} />', 'one two'],
  ['comparisons', 'if a < b and c > d, {x < 3} then', 'if a < b and c > d, then'],
])('MDX shows %s', async (_, mdx, text) => {
  expect((await textOf('a.mdx', mdx)).replace(/\s+/g, ' ')).toBe(text);
});

test('MDX exports may hold blank lines, and attributes texts in braces', async () => {
  const text = await textOf(
    'a.mdx',
    'export default function Layout({ children }) {\n  const a = 1;\n\n  return <div>{children}</div>;\n}\n\nText. <Card title={"said"} n={1} />\n',
  );
  expect(text).toBe('Text. said');
});

test.each([
  [
    'a component',
    '<Note>\nWrite a `<script>` tag so that visitors see it.\n</Note>\n\nNext.',
    'Write a <script> tag so that visitors see it.\nNext.',
  ],
  [
    'an element that is none',
    '<note>\nWrite a `<script>` tag.\n</note>\n\nNext.',
    'Write a `<script>` tag.\nNext.',
  ],
  ['code by its place', 'A\n\n    <B c="d">\n    List<E>\n\nF', 'A\n<B c="d"> List<E>\nF'],
  ['a list, where nothing is code by its place', '- A\n\n    <B title="C">d</B>', 'A\nC\nd'],
  ['a type', 'A List<String> of Map<K, V> and Promise<T>.', 'A List<String> of Map<K, V> and Promise<T>.'],
  ['footnotes', 'Say[^1] it.\n\n[^1]: word\n[^2]: <https://acme.test>', 'Say it.\nword\nhttps://acme.test'],
  ['an alert', '> [!NOTE]\n> Read on.', 'note Read on.'],
  ['a place for contents', '[[toc]]\n\nText [toc] here.', 'Text [toc] here.'],
  ['a title', 'Set <title> of the page.\n\nNext.', 'Set <title> of the page.\nNext.'],
  ['a comment never closed', 'a <!-- b\n\nNext.', 'a <!-- b\nNext.'],
  ['a box', '::: tip Read this\nIt is **good**.\n:::\n\nNext.', 'Read this\nIt is good.\nNext.'],
])('nothing is lost in Markdown with %s', async (_, markdown, text) => {
  expect(await textOf('a.md', markdown)).toBe(text);
});

test.each([
  ['TOML', '+++\ntitle = "T"\ndate = 2026-01-01\ntags = ["zebra"]\n[hero]\ntext = "fast"\n+++\n\nBody.\n'],
  ['YAML', '---\ntitle: T\ndate: 2026-01-01\ntags:\n  - zebra\nhero:\n  text: fast\n---\n\nBody.\n'],
  [
    'JSON',
    '{\n  "title": "T", "date": "2026-01-01",\n  "tags": ["zebra"], "hero": {"text": "fast"}\n}\n\nBody.\n',
  ],
  [
    'marked JSON',
    '---json\n{"title": "T", "date": "2026-01-01", "tags": ["zebra"], "hero": {"text": "fast"}}\n---\nBody.\n',
  ],
])('front matter in %s gives the title, fields, and words that are searched', async (_, markdown) => {
  expect(await page('a.md', markdown)).toEqual([
    {
      id: 'a',
      title: 'T',
      pageTitle: 'T',
      text: 'Body.\nzebra\nfast',
      url: 'a.md',
      fields: { date: '2026-01-01', tags: ['zebra'] },
    },
  ]);
});

test('malformed TOML is told with its line', async () => {
  await expect(page('a.md', '+++\na = 1\nb = = 2\n+++\n')).rejects.toMatchObject({
    code: 'bad-input',
    details: { line: 3 },
  });
});

test('a page nested more deeply than any reader could follow is read whole', async () => {
  const depth = 5000;
  expect(await textOf('a.html', `${'<div>'.repeat(depth)}deep${'</div>'.repeat(depth)}`)).toBe('deep');
  expect(await textOf('a.md', `${'> '.repeat(depth)}deep`)).toContain('deep');
  expect(await textOf('b.md', `${'- '.repeat(depth)}deep`)).toContain('deep');
  expect(await textOf('c.md', `${'*a **'.repeat(depth)}deep`)).toContain('deep');
});
