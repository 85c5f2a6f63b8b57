// `parsing`: whether the time that a page takes is linear in its length, for pages that are meant to be slow. Each
// shape is read at four sizes; the figure to look at is the ratio of the times of a size and of half of it.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { newReport } from '../../../../build/stages/read/lines/report.ts';
import { Site } from '../../../../build/stages/read/pages/site.ts';
import { readDocuments } from '../../../../build/stages/read/read.ts';
import { SparsedgeError } from '../../../../src/core/errors.ts';
import type { Results } from '../../benchmark.ts';

interface ShapeFigures {
  /** Of processor time, for each size. */
  readonly milliseconds: number[];
  /** How many times as long each size took as the one before. */
  readonly ratios: number[];
  /** What reading the largest says, where that is no documents. */
  readonly refused?: string | undefined;
}

export interface ParsingFigures {
  readonly megabytes: readonly number[];
  readonly shapes: Readonly<Record<string, ShapeFigures>>;
  readonly largestRatio: number;
}

const MEGABYTES = [1, 2, 4, 8];
/** Of each size, and as many again where a ratio looks large: what else a machine does can only add to a time. */
const RUNS = 3;
/** Shorter times are noise. */
const FEWEST_MILLISECONDS = 20;

/** A piece that is repeated, or what makes a page of that many characters. */
type Shape = string | ((length: number) => string);

const nested =
  (line: (depth: number) => string, deepest: number): Shape =>
  (length) => {
    const lines: string[] = [];
    for (let size = 0, depth = 0; size < length; depth = (depth + 1) % deepest) {
      lines.push(line(depth));
      size += lines.at(-1)?.length ?? 0;
    }
    return lines.join('');
  };

/** Pieces, each with its number. */
const numbered =
  (piece: (n: number) => string) =>
  (length: number): string => {
    const pieces: string[] = [];
    for (let n = 0, size = 0; size < length; n++) {
      pieces.push(piece(n));
      size += pieces[n].length;
    }
    return pieces.join('');
  };

const MARKDOWN: Readonly<Record<string, Shape>> = {
  'nested lists': nested((depth) => `${'  '.repeat(depth)}- a\n`, 500),
  'lists in one line': '- ',
  'nested quotes': nested((depth) => `${'> '.repeat(depth)}a\n\n`, 500),
  'quotes in one line': '> ',
  'links `[a](<b `': '[a](<b ',
  'links `[`': '[',
  'links `![`': '![',
  'links `[a](`': '[a](',
  'links `[](`': '[](',
  'emphasis `*a_ `': '*a_ ',
  'emphasis `*a **a `': '*a **a ',
  'emphasis `**a`': '**a',
  'tables of one column': (length) => `a|b\n-|-\n${'x|y\n'.repeat(length / 4)}`,
  'tables of many columns': (length) =>
    `${'|a'.repeat(1000)}|\n${'|-'.repeat(1000)}|\n${'|\n'.repeat(length / 2)}`,
  'code `` `a ``': (length) => {
    let text = '';
    for (let n = 1; text.length < length; n = (n % 1000) + 1) text += `${'`'.repeat(n)}a `;
    return text;
  },
  'tags `<a `': '<a ',
  'tags `<Note `': '<Note ',
  'tags `<T>`': '<T>',
  'comments `<!-- a `': '<!-- a ',
  'scripts `a <script> `': 'a <script> ',
  'braces `{`': '# a {',
  headings: '# a {#b}\n\n',
  references: '[a]: b\n\n[a]\n\n',
  entities: '&amp',
  boxes: '::: a\n',
  footnotes: '[^',
  spaces: (length) => `a\n${' '.repeat(length)}b`,
  'references, each another': numbered((n) => `[a${n}]: b\n\n[a${n}] `),
  'references alone': numbered((n) => `[a${n}]: b\n`),
  'references `[a]: b "`': '[a]: b "',
  'references `[a]: <`': '[a]: <\n',
  'footnotes, each another': numbered((n) => `[^${n}]: a\n\na[^${n}]\n\n`),
  'emphasis `*a_b**c__d`': '*a_b**c__d',
  'emphasis of alternating kinds': '*_',
  'emphasis `***a** `': '***a** ',
  'strikes `~~a`': '~~a',
  'code of one sign': '`a',
  'fences never closed': '```\na\n',
  'fences of growing length': numbered((n) => `${'`'.repeat(3 + (n % 500))}\n`),
  'pipes `|`': '|',
  'tables `|a|`': '|a|\n|-|\n',
  'quotes with lists': '> - ',
  'numbers `1. `': '1. ',
  'headings `=`': 'a\n=\n',
  'heading and attributes': (length) => `# a {${'#ab=c'.repeat(length / 5)}!}`,
  escapes: '\\*',
  'autolinks `<http://a `': '<http://a ',
  'entities `&#`': '&#',
  'sections `<![CDATA[`': '<![CDATA[ ',
  'instructions `<?`': 'a <? ',
  'declarations `<!A`': 'a <!A ',
  'blocks `<div>`': '<div>\n\n',
  paragraphs: 'a\n\n',
  'hard breaks': 'a  \n',
  'contents `[[toc]]`': '[[toc]]\n',
  'a long heading above many': (length) =>
    `# ${'a '.repeat(length / 4)}\n\n${'## b\n\nc\n\n'.repeat(length / 20)}`,
  'front matter of many keys': (length) => `---\n${numbered((n) => `k${n}: a\n`)(length)}---\n\na`,
  'front matter above many headings': (length) =>
    `---\n${numbered((n) => `k${n}: a\n`)(length / 2)}---\n\n${'## b\n\n'.repeat(length / 12)}`,
  'front matter of lists in lists': (length) => `---\na: ${'['.repeat(length)}\n---\n\na`,
  'front matter of aliases': (length) =>
    `---\na0: &a0 [x]\n${numbered((n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]\n`)(length)}---\n\na`,
  'front matter that is no YAML': (length) => `---\n${'a: b: c\n'.repeat(length / 8)}---\n\na`,
  'front matter in TOML': (length) => `+++\n${numbered((n) => `k${n} = "a"\n`)(length)}+++\n\na`,
  'front matter of tables in TOML': (length) => `+++\n${numbered((n) => `[a.b${n}]\n`)(length)}+++\n\na`,
  'front matter of lists in TOML': (length) => `+++\na = ${'['.repeat(length)}\n+++\n\na`,
  'front matter in JSON': (length) => `{${numbered((n) => `"k${n}":1,`)(length)}"a":1}\n\na`,
  'front matter `{"\\"`': (length) => `{"${'\\"'.repeat(length / 2)}`,
};
const MDX: Readonly<Record<string, Shape>> = {
  braces: '{',
  'braces in braces': (length) => `${'{a '.repeat(length / 5)}${'} '.repeat(length / 5)}`,
  tags: '<A b={c}>',
  'tags never ended': '<A b={',
  closed: '</A>',
  'nested tags': (length) => `${'<A>'.repeat(length / 7)}${'</A>'.repeat(length / 7)}`,
  fragments: '<>',
  imports: 'import a from "b"\n\n',
  'exports never ended': 'export const a = {\n\n',
  'comments never ended': '{/* a ',
  'strings `{"`': '{"',
};
const HTML: Readonly<Record<string, Shape>> = {
  '<div>': '<div>',
  '<div><p>': '<div><p>a',
  '<b>': '<b>',
  '<b id=…>': (length) => {
    let text = '';
    for (let n = 0; text.length < length; n++) text += `<b id=${n}>`;
    return text;
  },
  '<b><p>': '<b><p>a',
  '<a>': '<a>a',
  '<b><i><p></b>': '<b><i><p></b>',
  '<table>': '<table>',
  '<table> of rows': (length) => `<table>${'<tr><td>a'.repeat(length / 9)}`,
  '<table> with text': (length) => `<table>${'a<br>'.repeat(length / 5)}`,
  '<ul><li>': '<ul><li>a',
  '<dl><dt id>': '<dl><dt id=a>a<dd>',
  '<dt id>': (length) => `<dl>${'<dt id=a>a<dd>b'.repeat(length / 15)}`,
  '<h1>': '<h1>a',
  '<h1>…<h6>': '<h1>a<h2>a<h3>a<h4>a<h5>a<h6>a',
  '<svg>': '<svg>',
  '<template>': '<template>',
  '<nav>': '<nav><a href=b>a',
  '<div class=menu>': '<div class=menu>a</div>',
  '<div class=menu> nested': (length) =>
    `${'<div class=menu>a'.repeat(length / 23)}${'</div>'.repeat(length / 23)}`,
  '</p></x>': '</p></x>',
  attributes: (length) => {
    let text = '<p ';
    for (let n = 0; text.length < length; n++) text += `a${n} `;
    return `${text}>a`;
  },
  '<': '<',
  spaces: (length) => `a${' '.repeat(length)}b`,
  'attribute never closed': (length) => `<p title="${'a '.repeat(length / 2)}`,
  'attribute of many classes': (length) => `<p class="${'a '.repeat(length / 2)}">a`,
  'attribute of styles': (length) => `<p style="${'; '.repeat(length / 2)}">a`,
  'attributes, each on a tag': numbered((n) => `<p a${n}=b>`),
  'data-pagefind-meta of spaces': (length) => `<p data-pagefind-meta="a${' '.repeat(length)}]">a`,
  'data-pagefind-meta of many': (length) =>
    `<p data-pagefind-meta="${numbered((n) => `a${n}:b, `)(length)}">a`,
  'data-pagefind-filter': numbered((n) => `<p data-pagefind-filter=a>${n}</p>`),
  '<meta>': numbered((n) => `<meta name=description content=a${n}>`),
  '<select>': '<select>',
  '<select><option>': '<select><option>a',
  '<table><tr><td>': '<table><tr><td>',
  '<table>a<b>': '<table>a<b>',
  '<table><b><p>': (length) => `<table>${'<b><p>a'.repeat(length / 7)}`,
  '<a><b><i><u>…<p>': '<a><b><i><u><s><em><code><p>a',
  'formatting, each another': numbered((n) => `<font size=${n}><p>`),
  '<a><p></a>': '<a><p></a>',
  '<b><div></b>': '<b><div></b>',
  '<font><div>…</font>': (length) =>
    `${'<font size=1><div>'.repeat(length / 25)}${'</font>'.repeat(length / 25)}`,
  '</b>': (length) => `${'<b><i>'.repeat(length / 20)}${'</b>'.repeat(length / 8)}`,
  '<!--': '<!--',
  '<!-- a --><': '<!-- a --><',
  '<![CDATA[': '<![CDATA[a',
  '<?': '<?',
  '&amp': '&amp',
  '&#': '&#',
  '&CounterClockwise': '&CounterClockwiseContourIntegra',
  '<script>': '<script>',
  '<script><!--': '<script><!--<script>',
  '<textarea>': '<textarea>',
  '<plaintext>': '<plaintext>',
  '<iframe>': '<iframe>',
  '<noscript>': '<noscript>a',
  '<title>': '<title>a</title>',
  '<button><p>': '<button><p>',
  '<ruby><rt>': '<ruby><rt>a',
  '<math><mi>': '<math><mi>',
  '<svg><foreignObject><p>': '<svg><foreignObject><p>',
  '<body>': numbered((n) => `<body a${n}>`),
  '<frameset>': '<frameset>',
  '<main>': '<main>',
  '<main>, each closed': '<main></main>',
  '<div data-pagefind-body>': '<div data-pagefind-body>',
  '<details>': '<details>a',
  '<a href=#a> in a heading': (length) => `<h1>${'<a href=#a>'.repeat(length / 11)}`,
  'a long heading above many': (length) =>
    `<h1>${'a '.repeat(length / 4)}</h1>${'<h2>b</h2>c'.repeat(length / 22)}`,
  'a long term': (length) => `<dl><dt id=a>${'a '.repeat(length / 2)}`,
};
/** Files of records, by the ends of their names. */
const RECORDS: Readonly<Record<string, readonly [name: string, shape: Shape]>> = {
  'one line': ['a.jsonl', (length) => JSON.stringify({ id: 'a', text: 'a '.repeat(length / 2) })],
  'short lines': ['a.jsonl', numbered((n) => `{"id":${n},"text":"a"}\n`)],
  'blank lines': ['a.jsonl', (length) => `{"id":1,"text":"a"}${'\n'.repeat(length)}`],
  'lists in lists': [
    'a.jsonl',
    (length) => `{"id":1,"text":"a","x":${'['.repeat(length / 2)}${']'.repeat(length / 2)}}`,
  ],
  'objects in objects': [
    'a.jsonl',
    (length) => `{"id":1,"text":"a","x":${'{"a":'.repeat(length / 6)}1${'}'.repeat(length / 6)}}`,
  ],
  'lists never closed': ['a.jsonl', (length) => `{"id":1,"text":"a","x":${'['.repeat(length)}`],
  'many keys': ['a.jsonl', (length) => `{"id":1,"text":"a",${numbered((n) => `"k${n}":1,`)(length)}"z":1}`],
  'one key, again and again': ['a.jsonl', (length) => `{"id":1,${'"text":"a",'.repeat(length / 11)}"z":1}`],
  escapes: ['a.jsonl', (length) => `{"id":1,"text":"${'\\"'.repeat(length / 2)}"}`],
  'an array of one line': [
    'a.json',
    (length) => `[${numbered((n) => `{"id":${n},"text":"a"},`)(length)}{"id":"z"}]`,
  ],
  'an array never closed': ['a.json', (length) => `[${numbered((n) => `{"id":${n},"text":"a"},\n`)(length)}`],
  'a quote never closed, commas': ['a.csv', (length) => `id,text\n1,"${'a\n'.repeat(length / 2)}`],
  'a quote never closed, one line': ['a.csv', (length) => `id,text\n1,"${'a '.repeat(length / 2)}`],
  'a quote never closed, tabs': ['a.tsv', (length) => `id\ttext\n1\t"${'a\n'.repeat(length / 2)}`],
  'quotes that open in each row': ['a.tsv', (length) => `id\ttext\n${'1\t"a\n'.repeat(length / 6)}`],
  'quotes, tabs': ['a.tsv', (length) => `id\ttext\n1\t"${'""'.repeat(length / 2)}`],
  'quotes, commas': ['a.csv', (length) => `id,text\n1,"${'""'.repeat(length / 2)}"\n`],
  commas: ['a.csv', (length) => `id,text\n1,${','.repeat(length)}\n`],
  'a header of many columns': ['a.csv', (length) => `id,text,${numbered((n) => `c${n},`)(length)}z\n`],
};

export async function* bench(): Results {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-parsing-'));
  try {
    const site = new Site(folder, {});
    const page = (path: string, format: 'html' | 'markdown', shapes: Readonly<Record<string, Shape>>) =>
      measured(Object.entries(shapes), (_, text) => site.documents(path, text, format));
    yield ['parsing-html', await page('a.html', 'html', HTML)];
    yield ['parsing-mdx', await page('a.mdx', 'markdown', MDX)];
    yield ['parsing-markdown', await page('a.md', 'markdown', MARKDOWN)];
    const files = Object.entries(RECORDS).map(([what, [, shape]]): [string, Shape] => [what, shape]);
    yield [
      'parsing-records',
      await measured(files, async (what, text) => {
        const input = join(folder, RECORDS[what][0]);
        writeFileSync(input, text);
        for await (const _ of readDocuments({ input, report: newReport() }));
      }),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

type Read = (what: string, text: string) => unknown;

async function measured(shapes: readonly [string, Shape][], read: Read): Promise<ParsingFigures> {
  const figures: Record<string, ShapeFigures> = {};
  for (const [name, shape] of shapes) {
    const once = (megabytes: number) => {
      const text = pageOf(shape, megabytes * 1e6);
      return timeOf(() => read(name, text));
    };
    await once(0.06);
    let refused: string | undefined;
    const times = MEGABYTES.map(() => Number.POSITIVE_INFINITY);
    for (let round = 0; round < 2 * RUNS && (round < RUNS || Math.max(...ratiosOf(times)) > 2.4); round++) {
      if (round > 0 && round < RUNS && times[0] > 100) continue;
      for (const [i, megabytes] of MEGABYTES.entries()) {
        const { milliseconds, error } = await once(megabytes);
        times[i] = Math.min(times[i], milliseconds);
        refused = error;
      }
    }
    const ratios = ratiosOf(times);
    const shown = times.map((time) => `${time.toFixed(0)} ms`.padStart(10)).join('');
    process.stderr.write(
      `${name.padEnd(32)}${shown}   ${ratios.join('  ')}   ${refused?.slice(0, 90) ?? ''}\n`,
    );
    figures[name] = { milliseconds: times.map(Math.round), ratios, ...(refused && { refused }) };
  }
  const largestRatio = Math.max(...Object.values(figures).flatMap(({ ratios }) => ratios));
  return { megabytes: MEGABYTES, shapes: figures, largestRatio };
}

function ratiosOf(times: readonly number[]): number[] {
  const least = times.map((time) => Math.max(time, FEWEST_MILLISECONDS));
  return least.slice(1).map((time, i) => Number((time / least[i]).toFixed(2)));
}

function pageOf(shape: Shape, length: number): string {
  return typeof shape === 'string' ? shape.repeat(Math.ceil(length / shape.length)) : shape(length);
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Processor time, in milliseconds. To refuse is a way of reading; any other failure is none. */
async function timeOf(run: () => unknown): Promise<{ milliseconds: number; error: string | undefined }> {
  collectGarbage();
  let error: string | undefined;
  const started = process.cpuUsage();
  try {
    await run();
  } catch (cause) {
    if (!(cause instanceof SparsedgeError) || cause.code !== 'bad-input') throw cause;
    error = cause.message;
  }
  const { user, system } = process.cpuUsage(started);
  return { milliseconds: (user + system) / 1000, error };
}
