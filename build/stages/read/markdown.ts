// Markdown pages: YAML front matter, headings, and the text without its markup.

import { fromMarkdown } from 'mdast-util-from-markdown';
import { parseDocument } from 'yaml';
import { oneLine, type Page, type Piece } from './chunk.ts';
import { parseHtml } from './html.ts';
import { malformed } from './lines/report.ts';

type Root = ReturnType<typeof fromMarkdown>;
type Block = Root['children'][number];
/** Any node of the tree, by the parts that text can be in. */
interface Node {
  readonly type: string;
  readonly value?: string | undefined;
  readonly alt?: string | null | undefined;
  readonly children?: readonly Node[] | undefined;
}

/** Their children stand on lines of their own; those of every other node run on. */
const STACKED = new Set(['blockquote', 'list', 'listItem']);
/** `## Heading {#anchor}`, as several site generators write it. */
const EXPLICIT_ANCHOR = /\s*\{#([^\s{}]+)\}$/;

/**
 * A page's front matter, headings and text.
 *
 * @throws SparsedgeError `bad-input` when the front matter is not YAML
 */
export function parseMarkdown(markdown: string): Page {
  const { matter, rest } = frontMatter(markdown);
  const { title, url, ...fields } = matter;
  return { title, url, fields, pieces: fromMarkdown(rest).children.map(pieceOf) };
}

function pieceOf(block: Block): Piece {
  if (block.type !== 'heading') return { level: 0, text: textOf(block) };
  const text = textOf(block);
  const anchor = EXPLICIT_ANCHOR.exec(text)?.[1];
  return { level: block.depth, text: text.replace(EXPLICIT_ANCHOR, ''), anchor };
}

function textOf(node: Node): string {
  if (STACKED.has(node.type)) {
    return (node.children ?? [])
      .map(textOf)
      .filter((text) => text !== '')
      .join('\n');
  }
  if (node.type === 'html') {
    return parseHtml(node.value ?? '')
      .pieces.map((piece) => piece.text)
      .join('\n');
  }
  return oneLine(running(node));
}

function running(node: Node): string {
  if (node.type === 'break') return ' ';
  // A tag inside a paragraph; what it encloses are nodes beside it.
  if (node.type === 'html') return '';
  return node.value ?? node.alt ?? (node.children ?? []).map(running).join('');
}

interface Matter {
  readonly matter: Readonly<Record<string, string>>;
  readonly rest: string;
}

/**
 * Front matter is what stands between a first line `---` and the next such line, if it is a YAML mapping: a page may
 * also begin with a thematic break. Scalars are kept as they are written (YAML's failsafe schema): `version: 1.10` is
 * not 1.1.
 */
function frontMatter(markdown: string): Matter {
  const found = /^---[ \t]*\r?\n([\s\S]*?\n)?(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/.exec(markdown);
  if (found === null) return { matter: {}, rest: markdown };
  const value = mapping(found[1] ?? '');
  if (typeof value === 'string') return { matter: {}, rest: markdown };
  const matter: Record<string, string> = {};
  for (const [key, entry] of Object.entries(value ?? {})) {
    if (typeof entry === 'string' && entry !== '') matter[key] = entry;
  }
  return { matter, rest: markdown.slice(found[0].length) };
}

function mapping(yaml: string): unknown {
  const document = parseDocument(yaml, { schema: 'failsafe' });
  const [error] = document.errors;
  if (error !== undefined) {
    // The library's message goes on with a line counted from the start of the YAML, and the text found there.
    const reason = error.message.replace(/ at line \d+, column \d+:?[\s\S]*/, '');
    throw malformed(`front matter is not YAML: ${reason}`, { line: (error.linePos?.[0].line ?? 0) + 1 });
  }
  return document.toJS();
}
