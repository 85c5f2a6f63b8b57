// Parts of pages that have files of their own: MDX imports them, and others include them by a tag, a comment or a
// directive. What is no page itself is read where it is shown.

import { posix } from 'node:path';

/** Parts of more characters together are left alone, and so is what would make a page longer than that. */
const MOST = 1 << 24;
const LONGEST_PAGE = 1 << 20;
/** An empty part counts as one of so many characters. */
const LEAST = 100;
/** Parts may include others. */
const DEEPEST = 4;

const IMPORT = /^import\s+([A-Z]\w*)\s+from\s+(["'])([^"'\n]+\.mdx?)\2/gm;
/** A component with nothing in it. */
const TAG = /<([A-Z]\w*)\b[^<>]*?(?:\/>|>\s*<\/\1>)/g;
/** The ways of including a file, each with its path: what of it is taken may follow behind a colon. */
const INCLUDES = [
  // VitePress
  /<!--\s*@include:\s*([^\s<>{}#]+\.md)\s*-->/g,
  // mdBook
  /(?<!\\)\{\{#include\s+([^{}\n]{1,300}?)\s*\}\}/g,
  // pymdownx.snippets
  /^[ \t]*-{1,2}8<-{1,2}[ \t]+"([^"\n]{1,300})"[ \t]*$/gm,
  // MyST
  /^[ \t]*(?:`{3,}|:{3,})\{include\}[ \t]+(\S{1,300})[ \t]*\n(?:[ \t]*:[\w-]+:[^\n]*\n)*[ \t]*(?:`{3,}|:{3,})[ \t]*$/gm,
  // Shortcodes that sites of Hugo have, and tags of Liquid
  /\{\{[<%]\s*(?:include|readfile|snippet)\s+(?:file=)?"([^"\n{}]{1,300})"\s*\/?[>%]\}\}/g,
  /\{%-?\s*(?:include|include_relative|include_cached)\s+([^\s%{}]{1,300})\s*-?%\}/g,
];

/** The parts of a site's pages. */
export class IncludedParts {
  readonly #texts = new Map<string, string>();
  #roots: readonly string[];
  #kept = 0;

  /** @param roots folders that paths may be relative to, besides that of the page; each with a slash at its end */
  constructor(roots: readonly string[]) {
    this.#roots = [...roots, '', '_includes/'];
  }

  /** @param text of a file that is no page, without its front matter */
  add(path: string, text: string): void {
    if (this.#kept + text.length > MOST) return;
    this.#kept += text.length;
    this.#texts.set(path, text);
  }

  /** A page of Markdown with its parts in their places. */
  into(path: string, markdown: string): string {
    if (this.#texts.size === 0) return markdown;
    return this.#filled(path, markdown, 0, { left: LONGEST_PAGE - markdown.length });
  }

  /** @param room for characters that the page has left: parts that include each other would grow without end */
  #filled(path: string, markdown: string, depth: number, room: { left: number }): string {
    if (depth === DEEPEST) return markdown;
    const partOf = (file: string): string | undefined => {
      const target = this.#target(path, file);
      const whole = target === undefined ? undefined : this.#texts.get(target);
      if (target === undefined || whole === undefined) return undefined;
      const text = takenOf(whole, file.slice(withoutChoice(file).length));
      room.left -= Math.max(text.length, LEAST);
      if (room.left < 0) return undefined;
      return `\n\n${this.#filled(target, text, depth + 1, room)}\n\n`;
    };
    const imported = new Map(Array.from(markdown.matchAll(IMPORT), ([, name, , file]) => [name, file]));
    let filled = markdown;
    for (const include of INCLUDES)
      filled = filled.replace(include, (whole, file: string) => partOf(file) ?? whole);
    return filled.replace(TAG, (whole, name: string) => {
      const file = imported.get(name);
      return (file === undefined ? undefined : partOf(file)) ?? whole;
    });
  }

  /** The part that a page calls so: beside it, or below one of the roots; its name may be without its end. */
  #target(path: string, file: string): string | undefined {
    if (file.startsWith('@site/')) return file.slice(6);
    const plain = withoutChoice(file).replace(/^\/+/, '');
    const candidates = [posix.dirname(path), ...this.#roots].map((folder) => posix.join(folder, plain));
    return candidates.flatMap((each) => [each, `${each}.md`]).find((each) => this.#texts.has(each));
  }
}

/** A path without what says which lines are taken. */
function withoutChoice(file: string): string {
  return file.replace(/(?<=\.\w+):.*$/, '');
}

/** Of a part, the lines that are asked for: `:2:5`, or those between two marks of a name. */
function takenOf(text: string, choice: string): string {
  const lines = text.split(/\r?\n/);
  const [, from, to] = /^:(\d*)(?::(\d*))?$/.exec(choice) ?? [];
  if (choice === '')
    return lines.filter((line) => !/\bANCHOR(?:_END)?:|\[(?:start|end):[\w-]+\]/.test(line)).join('\n');
  if (from !== undefined)
    return lines.slice(from === '' ? 0 : Number(from) - 1, Number(to || lines.length)).join('\n');
  const name = choice.slice(1);
  const at = (mark: RegExp) => lines.findIndex((line) => mark.exec(line)?.groups?.name === name);
  const start = at(/(?:\bANCHOR:\s*|\[start:)(?<name>[\w-]+)/);
  const end = at(/(?:\bANCHOR_END:\s*|\[end:)(?<name>[\w-]+)/);
  return start === -1 ? text : lines.slice(start + 1, end === -1 ? undefined : end).join('\n');
}
