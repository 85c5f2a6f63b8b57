// Markdown as HTML, for reading and not for showing: blocks are parted, and only what headings, text and links need is
// marked up. In memory are the blocks of a page, and of what stands in them that of one at a time: a page of nothing
// but signs would otherwise take hundreds of times its size.

import MarkdownIt, { type Env, type MarkdownIt as Parser, type StateBlock, type Token } from 'markdown-it';
import { malformed } from '../lines/report.ts';
import { MAX_ELEMENTS } from './markup/dom.ts';

/** Deeper blocks are read as plain text. */
const MAX_NESTING = 40;
/** A paragraph is three, and one element. */
const MAX_BLOCKS = 3 * MAX_ELEMENTS;
/**
 * `## Heading {#anchor .class}`, `{: #anchor }`, `{id="anchor"}`, as several site generators write it. What each piece
 * may be followed by is said, so that there is one way to read them: else a page could make this take for ever.
 */
const ATTRIBUTES =
  /^\{:?((?:[#.][^\s{}#.]*|(?<=[\s{:])[\w-]+=(?:"[^"{}]*"|'[^'{}]*'|[^\s{}"']+)(?=[\s}])|\s)+)\}\s*$/;
/** Marks a heading that is written as HTML: few generators give such an id. */
export const OF_HTML = 'data-of-html';
const HTML_HEADING = /<h[1-6](?=[\s>])/gi;
const OPTIONS = { html: true, maxNesting: MAX_NESTING };
const markdownBlocks = blocksOf(new MarkdownIt(OPTIONS));
const mdxBlocks = blocksOf(new MarkdownIt(OPTIONS).disable('code'));
/** For what stands in one block. */
const inlineIt = new MarkdownIt(OPTIONS);
inlineIt.core.ruler.enableOnly(['inline', 'text_join']);

/** Blocks that matter only for where lines end. As elements within elements, they would be most of a hostile page. */
const NESTING = ['blockquote', 'bullet_list', 'ordered_list', 'list_item'].flatMap((type) => [
  `${type}_open`,
  `${type}_close`,
]);
/** Of tables only these are kept, and the cells: rows are lines. */
const TABLES = ['table_open', 'tr_open', 'table_close'];
const TABLE_PART = /^(?:table|thead|tbody|tr|th|td)_/;

/** A parser of blocks, which leaves what stands in them as it is. */
function blocksOf(parser: Parser): Parser {
  parser.core.ruler.enableOnly(['normalize', 'block', 'strip_references']);
  const tokenize = parser.block.tokenize.bind(parser.block);
  parser.block.tokenize = (state, start, end) =>
    state.level >= MAX_NESTING ? plainLines(state, start, end) : tokenize(state, start, end);
  parser.block.State = class extends parser.block.State {
    override push(...[type, tag, nesting]: Parameters<StateBlock['push']>): Token {
      const token = super.push(type, tag, nesting);
      if (TABLE_PART.test(type) && !TABLES.includes(type)) this.tokens.pop();
      if (this.tokens.length > MAX_BLOCKS)
        throw malformed(`it has more than ${(MAX_BLOCKS / 3).toLocaleString('en')} blocks`);
      return token;
    }
  };
  return parser;
}

/**
 * @param mdx whether the page is MDX, where lines that are indented are no code
 * @throws SparsedgeError `bad-input` for a page of too many blocks
 */
export function htmlOfMarkdown(markdown: string, mdx: boolean): string {
  const env: Env = {};
  const tokens = (mdx ? mdxBlocks : markdownBlocks).parse(markdown, env);
  let html = '';
  for (const [i, token] of tokens.entries()) html += htmlOf(token, tokens, i, env, mdx);
  return html;
}

function htmlOf(token: Token, tokens: Token[], i: number, env: Env, mdx: boolean): string {
  const { type } = token;
  if (type === 'inline') {
    // Cells stand one after another.
    const before = tokens[i - 1]?.type === 'inline' ? ' ' : '';
    parseInline(token, env);
    const html = inlineIt.renderer.renderInline(token.children ?? [], inlineIt.options, env);
    token.children = null;
    return before + html;
  }
  if (TABLES.includes(type)) return '<hr>';
  if (NESTING.includes(type)) return NESTING.includes(tokens[i + 1]?.type ?? '') ? '' : '<hr>';
  if (type === 'html_block') return withClosedText(token.content).replace(HTML_HEADING, `$& ${OF_HTML}`);
  if (type === 'fence') {
    const title = titleOfCode(token.info);
    const shown = title === undefined ? '' : `<p>${inlineIt.utils.escapeHtml(title)}</p>`;
    return `${shown}<pre><code>${inlineIt.utils.escapeHtml(token.content)}</code></pre>`;
  }
  if (type === 'heading_open') {
    parseInline(tokens[i + 1], env);
    takeAttributes(token, tokens[i + 1], mdx);
  }
  const { renderer, options } = inlineIt;
  return (
    renderer.rules[type]?.(tokens, i, options, env, renderer) ?? renderer.renderToken(tokens, i, options)
  );
}

/**
 * What generators show above code: `title="app.js"` of Docusaurus, MkDocs and Starlight, `filename="app.js"` of Nextra,
 * `[app.js]` of VitePress; and `caption="..."`, `label="..."`.
 */
function titleOfCode(info: string): string | undefined {
  const [, double, single, bare] = CODE_TITLE.exec(info) ?? [];
  return double ?? single ?? bare ?? /\[([^[\]]+)\]/.exec(info.replace(/\{[^{}]*\}/g, ''))?.[1];
}

const CODE_TITLE =
  /(?:^|[\s{,])(?:title|filename|file|caption|label|header)=(?:"([^"]+)"|'([^']+)'|([^\s"'{}]+))/;

/** Parses what stands in a block, once. */
function parseInline(token: Token, env: Env): void {
  if (token.children !== null && token.children.length > 0) return;
  token.children = [];
  const state = new inlineIt.core.State(token.content, inlineIt, env);
  state.tokens = [token];
  inlineIt.core.process(state);
  closeInlineText(token.children);
  for (const text of token.children) if (text.type === 'text') text.content = withoutMarks(text.content);
}

/** What is nested more deeply than any reader could follow stays as it is written. */
function plainLines(state: StateBlock, start: number, end: number): void {
  const token = state.push('code_block', 'code', 0);
  token.content = state.getLines(start, end, state.blkIndent, false);
  state.line = end;
}

function takeAttributes(heading: Token, inline: Token | undefined, mdx: boolean): void {
  const last = inline?.children?.findLast(({ type }) => type === 'text');
  if (last === undefined || last !== inline?.children?.at(-1)) return;
  // Nextra writes `## Heading [#anchor]`; a number there is that of an issue.
  const [bracketed, given] = (mdx && /[ \t]\[#([\p{L}_][^\s[\]]*)\]\s*$/u.exec(last.content)) || [];
  if (bracketed !== undefined && given !== undefined) {
    last.content = last.content.slice(0, -bracketed.length);
    heading.attrSet('id', given);
    return;
  }
  const start = last.content.lastIndexOf('{');
  const [, said] = start === -1 ? [] : (ATTRIBUTES.exec(last.content.slice(start)) ?? []);
  if (said === undefined) return;
  last.content = last.content.slice(0, start).trimEnd();
  const id = /#([^\s{}]+)|\bid=(?:"([^"]*)"|'([^']*)'|(\S+))/.exec(said);
  const anchor = id?.[1] ?? id?.[2] ?? id?.[3] ?? id?.[4];
  if (anchor) heading.attrSet('id', anchor);
}

/** Text without references to footnotes, and with the words of GitHub's alerts. */
function withoutMarks(text: string): string {
  return text
    .replace(/\[\^[^\]\s[]{1,200}\]/g, '')
    .replace(/^\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]/i, (_, kind: string) => kind.toLowerCase());
}

/** Elements whose content is text up to their end tag: without one, they would swallow the rest of the page. */
const SWALLOWING = /<(?:(script|style|title|textarea|xmp|iframe|noembed|noframes|plaintext)\b|!--)/gi;

/** HTML in which tags that would swallow the rest of the page are read as text, as GitHub does. */
function withClosedText(html: string): string {
  const lower = html.toLowerCase();
  const open = new Set<string>();
  let closedTo = 0;
  return html.replace(SWALLOWING, (tag: string, called: string | undefined, at: number) => {
    if (at < closedTo) return tag;
    const end = called === undefined ? '-->' : `</${called.toLowerCase()}`;
    const close = open.has(end) ? -1 : lower.indexOf(end, at);
    if (close === -1) {
      open.add(end);
      return `&lt;${tag.slice(1)}`;
    }
    closedTo = close;
    return tag;
  });
}

function closeInlineText(children: readonly Token[]): void {
  const html = children.filter(({ type }) => type === 'html_inline');
  for (const [i, token] of html.entries()) {
    const [, name] =
      /^<(script|style|title|textarea|xmp|iframe|noembed|noframes|plaintext)\b/i.exec(token.content) ?? [];
    if (name === undefined) continue;
    const end = `</${name.toLowerCase()}`;
    if (!html.slice(i + 1, i + 50).some(({ content }) => content.toLowerCase().startsWith(end)))
      token.type = 'text';
  }
}
