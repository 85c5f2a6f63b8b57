// `parsing`: whether the time that a page takes is linear in its length, for pages that are meant to be slow. Each
// shape is read at four sizes; the figure to look at is the ratio of the times of a size and of half of it.

import { parseHtml } from '../../../../build/stages/read/pages/html.ts';
import { parseMarkdown } from '../../../../build/stages/read/pages/markdown.ts';
import type { Page } from '../../../../build/stages/read/pages/sections/chunk.ts';
import type { Results } from '../../benchmark.ts';

/** Milliseconds, and how many times as long each size took as the one before. */
export interface ParsingFigures {
  readonly megabytes: readonly number[];
  readonly shapes: Readonly<Record<string, { milliseconds: number[]; ratios: number[] }>>;
  readonly largestRatio: number;
}

const MEGABYTES = [1, 2, 4, 8];
const RUNS = 3;

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
};

export async function* bench(): Results {
  const parsers: [string, Readonly<Record<string, Shape>>, (text: string) => unknown][] = [
    ['markdown', MARKDOWN, (text) => parseMarkdown(text)],
    [
      'mdx',
      { braces: '{', tags: '<A b={c}>', closed: '</A>', imports: 'import a from "b"\n\n' },
      (text) => parseMarkdown(text, { mdx: true }),
    ],
    ['html', HTML, (text) => parseHtml(text)],
  ];
  for (const [name, shapes, parse] of parsers) yield [`parsing-${name}`, measured(shapes, parse)];
}

function measured(
  shapes: Readonly<Record<string, Shape>>,
  parse: (text: string) => Page | unknown,
): ParsingFigures {
  const figures: Record<string, { milliseconds: number[]; ratios: number[] }> = {};
  for (const [name, shape] of Object.entries(shapes)) {
    parse(pageOf(shape, 1 << 16));
    const milliseconds = MEGABYTES.map((megabytes) => {
      const text = pageOf(shape, megabytes * 1e6);
      return fastest(() => parse(text));
    });
    const ratios = milliseconds.slice(1).map((time, i) => Number((time / milliseconds[i]).toFixed(2)));
    process.stderr.write(
      `${name.padEnd(28)}${milliseconds.map((time) => `${time.toFixed(0)} ms`.padStart(10)).join('')}   ${ratios.join('  ')}\n`,
    );
    figures[name] = { milliseconds: milliseconds.map(Math.round), ratios };
  }
  const largestRatio = Math.max(...Object.values(figures).flatMap(({ ratios }) => ratios));
  return { megabytes: MEGABYTES, shapes: figures, largestRatio };
}

function pageOf(shape: Shape, length: number): string {
  return typeof shape === 'string' ? shape.repeat(Math.ceil(length / shape.length)) : shape(length);
}

/** The least processor time of several runs, in milliseconds: what else the machine does can only add to it. */
function fastest(run: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < RUNS && (i === 0 || least < 300); i++) {
    globalThis.gc?.();
    const started = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(started);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
