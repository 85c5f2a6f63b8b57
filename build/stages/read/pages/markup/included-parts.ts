// Parts of pages that have files of their own: MDX imports them, and VitePress includes them by a comment. What is no
// page itself is read where it is shown.

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
const COMMENT = /<!--\s*@include:\s*([^\s<>{}#]+\.md)\s*-->/g;

/** The parts of a site's pages. */
export class IncludedParts {
  readonly #texts = new Map<string, string>();
  #kept = 0;

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
      const target = file.startsWith('@site/') ? file.slice(6) : posix.join(posix.dirname(path), file);
      const text = this.#texts.get(target);
      if (text === undefined) return undefined;
      room.left -= Math.max(text.length, LEAST);
      if (room.left < 0) return undefined;
      return `\n\n${this.#filled(target, text, depth + 1, room)}\n\n`;
    };
    const imported = new Map(Array.from(markdown.matchAll(IMPORT), ([, name, , file]) => [name, file]));
    return markdown
      .replace(COMMENT, (whole, file: string) => partOf(file) ?? whole)
      .replace(TAG, (whole, name: string) => {
        const file = imported.get(name);
        return (file === undefined ? undefined : partOf(file)) ?? whole;
      });
  }
}
