// What generators of sites let people write in Markdown: the marks go, and what they say and enclose stays.

import { expect, test } from 'vitest';
import { withoutTemplateMarks } from '../../../../../build/stages/read/pages/markup/template-marks.ts';
import { fileWith, read } from '../input-files.ts';

async function textOf(name: string, contents: string): Promise<string> {
  const { documents } = await read(fileWith(name, contents));
  return documents.map(({ text }) => text).join('\n');
}

test.each([
  ['a box', '!!! note "Mind this"\n    Body *words*.\n\nafter', 'Mind this\nBody words.\nafter'],
  ['a box without a title', '??? tip\n    body\n\nafter', 'tip\nbody\nafter'],
  ['a box that has no title', '!!! danger inline end ""\n    body', 'body'],
  [
    'titles of code',
    '```js {1} title="a.js"\nb\n```\n```sh [c d]\ne\n```\n```py filename=f.py\ng\n```',
    'a.js\nb\nc d\ne\nf.py\ng',
  ],
  ['a caption of MyST', '```{figure} a.png\n:width: 1\n:alt: In words\n\nBelow\n```', 'In words Below'],
  ['code in a box', '!!! note "N"\n\n    ```js title="x"\n    a = 1\n    ```\n\nafter', 'N\nx\na = 1\nafter'],
  [
    'boxes in a tab',
    '=== "Linux"\n\n    !!! tip\n        deep\n\n    back\n\nout',
    'Linux\ntip\ndeep\nback\nout',
  ],
  ['a tag of Liquid', '{% tab title="On Linux" %}\nbody\n{% endtab %}\nafter', 'On Linux\nbody\nafter'],
  ['a tag of Hugo', '{{< alert title="Mind" color="info" >}}body{{< /alert >}} after', 'Mind body after'],
  ['a title without a name', '{{% expand "More of it" %}}\nbody\n{{% /expand %}}', 'More of it\nbody'],
  [
    'a tag that names a page',
    'see [this]({{< ref "a.md" >}}) and {% include a.html %} on',
    'see this and on',
  ],
  ['where a link leads', '[text]({{ site.url }}/a) and [b]({% link b.md %})', 'text and b'],
  [
    'code of Liquid',
    '{% highlight ruby %}\nputs "{% raw %}{{ a }}{% endraw %}"\n{% endhighlight %}\nafter',
    'puts "{{ a }}"\nafter',
  ],
  ['attributes below', 'one\n{: .notice }\n\ntwo {{ kept }}\n{:.b}', 'one\ntwo {{ kept }}'],
  ['a table of contents', '* TOC\n{:toc}\n\nbody', 'body'],
  ['attributes behind', '[a](#){ .button } ![b](c.png){width=50% #d} _e_{: .f} {x}', 'a b e {x}'],
  [
    'directives of MyST',
    '(here)=\n:::{tip} Title\n:class: x\nbody\n:::\n\n```{code} js\n:linenos:\na\n```',
    'Title\nbody\na',
  ],
  ['what mdBook includes', 'a\n\n{{#include b.rs:2:10}}\n\nc', 'a\nc'],
  ['boxes of Docsify', '!> important *words*\n\n?> a tip', 'important words\na tip'],
  ['an include', '--8<-- "a.md"\nbody', 'body'],
  [
    'tags on several lines',
    'a\n\n{{< card\n  link="/x"\n  title="One"\n  subtitle="Two" >}}\n\n{% include b.html\n  title="Three" %}\n\nc',
    'a\nOne Two\nThree\nc',
  ],
  ['long tags', `a {{< card link="${'x'.repeat(500)}" title="One" >}} b`, 'a One b'],
  ['tags that are indented', '{{< tree >}}\n    {{< tree/file name="a.md" >}}\n{{< /tree >}}', 'a.md'],
  [
    'tags of Liquid that are indented',
    '{% if a %}\n\n    {% for b in c %}\n\nx\n\n    {% endfor %}\n{% endif %}',
    'x',
  ],
  ['comments', 'a{% comment %}\nb\n{% endcomment %}\n{::comment}\nc\n{:/comment}\n{{/* d */}} e', 'a\ne'],
  ['a comment without an end', 'a {% comment %} b', 'a b'],
  ['what Liquid takes as it is', '```\n{% raw %}{{ a }}{% endraw %}\n```', '{{ a }}'],
  [
    'contents of MyST',
    'a\n\n```{toctree}\n:maxdepth: 2\nguide/one\nTwo words <guide/two>\n```\n',
    'a\nTwo words',
  ],
  ['pictures by their names', '- :material-account-circle: a :octicons-arrow-24: b:c-d:', 'a b:c-d:'],
  [
    'roles of MyST',
    '{ref}`the guide <guide>` {py:class}`~a.b.C` {math}`x` {not} `y`',
    'the guide C x {not} y',
  ],
  [
    'what mdBook includes in code',
    '```rust\n{{#rustdoc_include ../a.rs:2}}\n\\{{#include b}}\n```',
    '\\{{#include b}}',
  ],
  [
    'code',
    '`{% x %}` and `{{< y >}}`\n\n```\n{% z %}\n!!! note\n```\n',
    '{% x %} and {{< y >}}\n{% z %} !!! note',
  ],
  ['what only looks like it', 'a !!! b === "c" {% d', 'a !!! b === "c" {% d'],
  ['tuples', 'gives {:ok, value} or {:error}\n\n{:ok, pid}', 'gives {:ok, value} or {:error}\n{:ok, pid}'],
  ['hashes', '{:a => 1} and {:b=>2}', '{:a => 1} and {:b=>2}'],
])('%s', async (_, markdown, text) => {
  expect(await textOf('a.md', markdown)).toBe(text);
});

test.each([
  ['# A\n{: #one .b }\n\nx', 'a.md#one'],
  ['A\n===\n{: #two}\n\nx', 'a.md#two'],
  ['!!! note\n    ## In\n\n    x', 'a.md#in'],
  ['## [A](b.md) {: #three .c}\n\nx', 'a.md#three'],
  ['## Use <Badge text="new" />\n\nx', 'a.md#use'],
])('the id of the heading in %j', async (markdown, url) => {
  const { documents } = await read(fileWith('a.md', markdown));
  expect(documents.at(-1)?.url).toBe(url);
});

test('text may follow an import of MDX in the next line', async () => {
  const mdx =
    "import A from './a'\nimport {\n  B,\n} from './b';\nimport './c.css'\n# One\n\nexport const d = {\n\n  e: 1,\n}\n\nbody";
  const { documents } = await read(fileWith('a.mdx', mdx));
  expect(documents).toMatchObject([{ title: 'One', text: 'body' }]);
});

// A test that does not end fails.
test.each([
  '{%',
  '{{<',
  '{{< a ',
  '{{< \n',
  '{% comment %}',
  '{::comment} a',
  '{{/* ',
  '{a}`',
  ':material-',
  '](',
  '](#){ .a',
  '](#){.a=',
  '{: ',
  '`',
  '!!! a "',
  '!!! a\n    ',
  '=== "a"\n',
])('a page of nothing but %j is read', (sign) => {
  expect(withoutTemplateMarks(sign.repeat(400_000 / sign.length)).length).toBeGreaterThan(1000);
});
