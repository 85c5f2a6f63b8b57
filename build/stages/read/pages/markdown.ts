// Markdown pages: front matter, and the rest as the HTML that it becomes. So there is one way of reading pages,
// whatever of them was written as Markdown and what as HTML.

import MarkdownIt, { type StateBlock, type Token } from 'markdown-it';
import { withoutComponents } from './components.ts';
import { frontMatter, saidIn, scalarText } from './front-matter.ts';
import { type HtmlOptions, parseHtml } from './html.ts';
import { type AnchorStyle, anchorsOf } from './sections/anchors.ts';
import type { Address, KeptOut, Page } from './sections/chunk.ts';

/** How Markdown is read. */
export interface MarkdownOptions extends Pick<HtmlOptions, 'repeated'> {
  /** How the site's generator makes ids of headings. */
  readonly anchors?: AnchorStyle | undefined;
  /** Whether the page is MDX. */
  readonly mdx?: boolean | undefined;
  /** Whether `id` in front matter is the last part of the URL. */
  readonly idIsSlug?: boolean | undefined;
  /** Whether drafts are to be found. */
  readonly drafts?: boolean | undefined;
}

/** What says something of the page to its site's generator and nothing to its readers. */
const SETTINGS = new Set([
  'title',
  'url',
  'draft',
  'published',
  'search',
  'slug',
  'permalink',
  'noindex',
  'unlisted',
]);
/** Deeper blocks are read as plain text. */
const MAX_NESTING = 40;
/** `## Heading {#anchor .class}`, `{: #anchor }`, `{id="anchor"}`, as several site generators write it. */
const ATTRIBUTES = /^\{:?\s*((?:[#.][^\s{}#.]*|[\w-]+=(?:"[^"{}]*"|'[^'{}]*'|[^\s{}"']+)|\s)+)\}\s*$/;

const markdownIt = new MarkdownIt({ html: true, maxNesting: MAX_NESTING });
const mdxIt = new MarkdownIt({ html: true, maxNesting: MAX_NESTING }).disable('code');
/** Blocks that matter only for where lines end. As elements within elements, they would be most of a hostile page. */
const NESTING = ['blockquote', 'bullet_list', 'ordered_list', 'list_item'].flatMap((type) => [
  `${type}_open`,
  `${type}_close`,
]);
/** The same of tables: rows are lines, and cells are apart. */
const TABLES: Readonly<Record<string, string>> = {
  table_open: '',
  thead_open: '',
  tbody_open: '',
  tr_open: '<hr>',
  th_open: ' ',
  td_open: ' ',
  td_close: '',
  th_close: '',
  tr_close: '',
  thead_close: '',
  tbody_close: '',
  table_close: '<hr>',
};
for (const parser of [markdownIt, mdxIt]) {
  for (const [type, html] of Object.entries(TABLES)) parser.renderer.rules[type] = () => html;
  for (const type of NESTING) {
    parser.renderer.rules[type] = (tokens, i) => (NESTING.includes(tokens[i + 1]?.type ?? '') ? '' : '<hr>');
  }
  const tokenize = parser.block.tokenize.bind(parser.block);
  parser.block.tokenize = (state, start, end) =>
    state.level >= MAX_NESTING ? plainLines(state, start, end) : tokenize(state, start, end);
  parser.core.ruler.push('sparsedge', ({ tokens }) => {
    tokens.forEach((token, i) => {
      if (token.type === 'heading_open') takeAttributes(token, tokens[i + 1]);
      if (token.type === 'html_block') token.content = withClosedText(token.content);
      if (token.type === 'inline') {
        closeInlineText(token.children ?? []);
        for (const text of token.children ?? [])
          if (text.type === 'text') text.content = withoutMarks(text.content);
      }
    });
  });
}

/**
 * A page's front matter, headings and text.
 *
 * @throws SparsedgeError `bad-input` when the front matter is malformed
 */
export function parseMarkdown(markdown: string, options: MarkdownOptions = {}): Page | KeptOut {
  const { anchors = 'github', mdx = false, drafts = false, repeated } = options;
  const { matter, rest } = frontMatter(markdown);
  const reason = keptOutBy(matter, drafts);
  if (reason !== undefined) return { keptOut: reason };
  const html = (mdx ? mdxIt : markdownIt).render(withoutComponents(rest, mdx));
  const page = parseHtml(`<!doctype html><main>${html}`, { anchors: anchorsOf(anchors), repeated });
  if ('keptOut' in page) return page;
  const fields: Record<string, string> = {};
  for (const [key, value] of Object.entries(matter)) {
    const text = SETTINGS.has(key) ? undefined : scalarText(value);
    if (text !== undefined) fields[key] = text;
  }
  return {
    ...page,
    title: scalarText(matter.title),
    address: addressIn(options.idIsSlug ? { slug: matter.id, ...matter } : matter),
    fields,
    about: saidIn(matter),
  };
}

function addressIn(matter: Readonly<Record<string, unknown>>): Address | undefined {
  const slug = scalarText(matter.slug);
  const url = scalarText(matter.url) ?? (slug === undefined ? scalarText(matter.permalink) : undefined);
  if (url !== undefined) return { kind: 'url', value: url };
  return slug === undefined ? undefined : { kind: 'slug', value: slug };
}

/** Why a page is not to be found, if its front matter says so in the words of one of the usual generators. */
function keptOutBy(matter: Readonly<Record<string, unknown>>, drafts: boolean): string | undefined {
  const is = (value: unknown, wanted: boolean) => String(value).toLowerCase() === String(wanted);
  const search = matter.search as { exclude?: unknown } | undefined | null;
  if (!drafts && (is(matter.draft, true) || is(matter.published, false))) return 'draft';
  if (matter.redirect_to !== undefined || matter.redirect !== undefined) return 'redirect';
  if (
    is(matter.noindex, true) ||
    is(matter.unlisted, true) ||
    /\b(?:noindex|none)\b/.test(String(matter.robots ?? ''))
  )
    return 'noindex';
  if (drafts) return undefined;
  const excluded = is(search, false) || is(matter.pagefind, false) || is(matter.algolia, false);
  const isExcluded = excluded || (typeof search === 'object' && is(search?.exclude, true));
  return isExcluded ? 'search: false' : undefined;
}

/** What is nested more deeply than any reader could follow stays as it is written. */
function plainLines(state: StateBlock, start: number, end: number): void {
  const token = state.push('code_block', 'code', 0);
  token.content = state.getLines(start, end, state.blkIndent, false);
  state.line = end;
}

function takeAttributes(heading: Token, inline: Token | undefined): void {
  const last = inline?.children?.findLast(({ type }) => type === 'text');
  if (last === undefined || last !== inline?.children?.at(-1)) return;
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
