// Markdown with components: MDX, and the tags that Vue, Docusaurus and others let stand in Markdown. It becomes
// Markdown without them: imports, exports, expressions and tags go, and what the tags enclose, and the titles that they
// carry, stay. Code is left as it is. One pass, in time linear in the length of the page.

import { asMarkdown, endOfStatements, jsxIn, listedTexts, literalText } from './markup/script-parts.ts';

/** Attributes of components that readers see. */
const SHOWN = new Set(
  (
    'title label heading caption description alt summary text name ' +
    'subtitle header tagline content body code message question answer'
  ).split(' '),
);
/** Under which what lists show stands: no attribute is called so. */
const LABELS = '[]';
const HTML_CAPITALS = /^[A-Z][A-Z0-9]*$/;
const ESM =
  /^(?:import\s+(?:['"{*]|[\w$]+\s*(?:,|from\b|;))|export\s+(?:const|let|var|function|default|class|async|type|interface|\{|\*))/;
/** A whole import, which text may follow without a blank line between. */
const IMPORT = /import\s+(?:[^'"`;]{0,5000}?\bfrom\s*)?(['"])[^'"\n]*\1[^\n]*/y;
const FENCE = /[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(`{3,}|~{3,})[^\n]*/y;
/** A line of code that is marked by nothing but its place, and a line that begins an item, in which it is none. */
const INDENTED = /(?: {4}|\t)[^\n]*\S[^\n]*/y;
const LISTED = / {0,3}(?:[-*+]|\d{1,9}[.)])[ \t]/y;
/** `[[toc]]` alone in its line, in whose place generators put a table of contents. */
const CONTENTS = /[ \t]*(?:\[\[?_?toc_?\]\]?|\$\{toc\}|\{\{<? ?toc ?>?\}\})[ \t]*(?=\r?\n|$)/iy;
/** What begins a footnote; without it, a note of one word would be the URL of a link. */
const FOOTNOTE = /[ \t]*\[\^[^\]\n]{1,200}\]:[ \t]*/y;
/** `:::tip Title`, as VitePress, Docusaurus and Starlight mark a box; MyST has `:::{tip} Title`. */
const BOX = /[ \t]*:{3,}[ \t]*(?:\{[\w.:-]+\}|[\w-]*)[ \t]*([^\n]*)/y;

/**
 * The page without its components.
 *
 * @param mdx the whole language: imports, exports and expressions as well
 */
export function withoutComponents(markdown: string, mdx: boolean): string {
  return new Scanner(markdown, mdx).run();
}

interface Tag {
  readonly name: string;
  readonly closing: boolean;
  readonly selfClosing: boolean;
  readonly attributes: ReadonlyMap<string, string>;
  readonly end: number;
}

class Scanner {
  readonly #text: string;
  readonly #mdx: boolean;
  readonly #codeEnds: ReadonlyMap<number, number>;
  readonly #braces: ReadonlyMap<number, number>;
  readonly #closed: ReadonlySet<string>;
  readonly #parts: string[] = [];
  /** JSX within expressions: where it ends, and where the expression does. */
  readonly #jsx: { readonly end: number; readonly resume: number }[] = [];
  /** A bracket of a module is never closed: its statements are then read up to a blank line. */
  #isUnclosed = false;
  /** The end of what is written. */
  #tail = '';
  /** The text stands in a list, or the line above is code by its place. */
  #isListed = false;
  #isIndented = false;
  #at = 0;

  constructor(text: string, mdx: boolean) {
    this.#text = text;
    this.#mdx = mdx;
    this.#codeEnds = codeSpans(text);
    this.#braces = mdx ? matchingBraces(text) : new Map();
    this.#closed = new Set(Array.from(text.matchAll(/<\/([\w.:-]+)/g), ([, name]) => name));
  }

  run(): string {
    const text = this.#text;
    // Everything between these signs is copied in one piece.
    const sign = /[\n`\\{<]/g;
    if (this.#lineStart()) sign.lastIndex = this.#at;
    while (this.#at < text.length) {
      sign.lastIndex = this.#at;
      const found = sign.exec(text);
      const jsx = this.#jsx.at(-1);
      if (jsx !== undefined && (found?.index ?? text.length) >= jsx.end) {
        this.#copy(Math.max(this.#at, jsx.end));
        this.#at = Math.max(this.#at, jsx.resume);
        this.#jsx.pop();
        continue;
      }
      this.#copy(found?.index ?? text.length);
      if (found !== null) this.#sign(found[0]);
    }
    return this.#parts.join('');
  }

  #copy(end: number): void {
    this.#write(this.#text.slice(this.#at, end));
    this.#at = end;
  }

  #write(text: string): void {
    this.#parts.push(text);
    this.#tail = `${this.#tail}${text.slice(-200)}`.slice(-200);
  }

  #sign(sign: string): void {
    if (sign === '\n') {
      this.#copy(this.#at + 1);
      this.#lineStart();
    } else if (sign === '`') {
      const run = /`+/y;
      run.lastIndex = this.#at;
      this.#copy(this.#codeEnds.get(this.#at) ?? this.#at + (run.exec(this.#text)?.[0].length ?? 1));
    } else if (sign === '\\') this.#copy(this.#at + 2);
    else if (sign === '{') this.#expression();
    else this.#angle();
  }

  /** What only the start of a line can be: a fence, an import or export, a box. */
  #lineStart(): boolean {
    const text = this.#text;
    FENCE.lastIndex = this.#at;
    const fence = FENCE.exec(text);
    if (fence !== null) {
      const [sign] = fence[1];
      const close = new RegExp(`^[ \\t>]*${sign}{${fence[1].length},}[ \\t]*$`, 'gm');
      close.lastIndex = FENCE.lastIndex;
      const end = close.exec(text);
      this.#copy(end === null ? text.length : end.index + end[0].length);
      return true;
    }
    if (!this.#mdx && this.#indentedCode()) return true;
    BOX.lastIndex = this.#at;
    const box = BOX.exec(text);
    if (box !== null) {
      this.#at = BOX.lastIndex;
      this.#write(`\n${box[1].replace(/^\[(.*)\]/, '$1').replace(/\{[^{}]*\}$/, '')}\n`);
      return true;
    }
    for (const marker of [CONTENTS, FOOTNOTE]) {
      marker.lastIndex = this.#at;
      if (!marker.test(text)) continue;
      this.#at = marker.lastIndex;
      this.#write('\n');
      return true;
    }
    const isEsm =
      this.#mdx &&
      /(?:^|\n[ \t]*\n|^[ \t]*\n)$/.test(this.#tail) &&
      ESM.test(text.slice(this.#at, this.#at + 200));
    if (!isEsm) return false;
    this.#at = this.#endOfModule();
    return true;
  }

  /** Copies a line that is code because it is indented, behind a blank line and in no list. */
  #indentedCode(): boolean {
    INDENTED.lastIndex = this.#at;
    const isBlank = /^[ \t]*(?:\r?\n|$)/.test(this.#text.slice(this.#at, this.#at + 200));
    const isFar = INDENTED.test(this.#text);
    const isCode =
      isFar && !this.#isListed && (this.#isIndented || /(?:^|\n)[ \t]*\r?\n$|^$/.test(this.#tail));
    if (!isBlank) this.#isIndented = isCode;
    LISTED.lastIndex = this.#at;
    if (!isBlank && !isFar) this.#isListed = LISTED.test(this.#text);
    if (isCode) this.#copy(INDENTED.lastIndex);
    return isCode;
  }

  /** The end of an import; of an export, a blank line that is in no bracket. */
  #endOfModule(): number {
    const text = this.#text;
    IMPORT.lastIndex = this.#at;
    if (IMPORT.test(text)) return IMPORT.lastIndex;
    const end = this.#isUnclosed ? undefined : endOfStatements(text, this.#at);
    if (end !== undefined) return end;
    this.#isUnclosed = true;
    const blank = /\n[ \t]*(?=\r?\n|$)/g;
    blank.lastIndex = this.#at;
    return blank.exec(text)?.index ?? text.length;
  }

  #expression(): void {
    const end = this.#braces.get(this.#at);
    const next = this.#text[this.#at + 1];
    // `{#id}`, `{.class}` and `{: #id}` say something of a heading.
    if (end === undefined || next === '#' || next === '.' || next === ':') {
      this.#copy(this.#at + 1);
      return;
    }
    const inside = this.#text.slice(this.#at + 1, end);
    // Of Docusaurus since 3.10, comments may do so as well.
    const [, id] = /^\s*\/\*\s*(#[^\s{}*]+)\s*\*\/\s*$/.exec(inside) ?? [];
    const isHeading = id !== undefined && /(?:^|\n)#{1,6}[ \t][^\n]*$/.test(this.#tail);
    const said = literalText(inside);
    const jsx = said === undefined && !isHeading ? jsxIn(inside) : undefined;
    this.#write(isHeading ? `{${id}}` : said === undefined ? ' ' : asMarkdown(said));
    this.#at = end + 1;
    if (jsx === undefined) return;
    const start = end - inside.length;
    this.#jsx.push({ end: start + jsx[1], resume: end + 1 });
    this.#at = start + jsx[0];
  }

  #angle(): void {
    if (this.#text.startsWith('<!--', this.#at)) {
      const end = this.#text.indexOf('-->', this.#at);
      this.#copy(end === -1 ? this.#text.length : end + 3);
      return;
    }
    const tag = this.#tag();
    if (tag === undefined) {
      this.#copy(this.#at + 1);
      return;
    }
    if (isComponent(tag.name, this.#mdx)) this.#component(tag);
    else if (this.#mdx) this.#element(tag);
    else this.#copy(tag.end);
  }

  #component({ name, closing, selfClosing, attributes, end }: Tag): void {
    if (!this.#mdx && !closing && !selfClosing && !this.#closed.has(name)) {
      // Most likely `List<String>` of someone who writes about code: a browser would drop it.
      this.#write('&lt;');
      this.#at++;
      return;
    }
    const shown = [...attributes]
      .filter(([key]) => SHOWN.has(key) || key === LABELS)
      .map(([key, value]) => (key === 'code' ? asMarkdown(value) : value.replace(/\s+/g, ' ')))
      .join(' ');
    const isBlock = /(?:^|\n)[ \t>]*$/.test(this.#tail);
    const indent = isBlock ? (/[ \t>]*$/.exec(this.#tail)?.[0] ?? '') : '';
    // Words of a heading that no id of it is made of are those that stand for a picture.
    const isInHeading = shown !== '' && /(?:^|\n)[ \t>]*#{1,6}[ \t][^\n]*$/.test(this.#tail);
    const inline = isInHeading ? `<img alt="${shown.replaceAll('"', '&quot;')}">` : shown;
    this.#write(isBlock ? `\n${shown && `${indent}${shown}\n`}\n${indent}` : ` ${inline} `);
    this.#at = end;
    if (isBlock && this.#mdx) {
      const spaces = /[ \t]+/y;
      spaces.lastIndex = end;
      if (spaces.test(this.#text)) this.#at = spaces.lastIndex;
    }
  }

  /** An HTML element of MDX: its text is Markdown, and its attributes may be expressions. */
  #element({ name, closing, selfClosing, attributes, end }: Tag): void {
    const isAlone =
      /(?:^|\n)[ \t]*$/.test(this.#tail) && /^[ \t]*(?:\n|$)/.test(this.#text.slice(end, end + 200));
    if (name === 'pre') {
      // Its text is that of expressions, and no HTML.
      this.#write('\n\n');
      this.#at = end;
      return;
    }
    const said = [...attributes]
      .filter(([key]) => key !== LABELS)
      .map(([key, value]) => ` ${key}="${value.replaceAll('"', '&quot;')}"`)
      .join('');
    const closedToo = selfClosing && !/^(?:br|hr|img|input|wbr|source|col|area|link|meta)$/.test(name);
    const markup = `<${closing ? '/' : ''}${name}${closing ? '' : said}>${closedToo ? `</${name}>` : ''}`;
    this.#write(isAlone ? `\n${markup}\n` : markup);
    this.#at = end;
  }

  /** The tag that begins here, with JSX's attributes. */
  #tag(): Tag | undefined {
    const text = this.#text;
    const start = /<(\/?)([A-Za-z][\w.:-]*|)/y;
    start.lastIndex = this.#at;
    const begun = start.exec(text);
    if (begun === null) return undefined;
    const attributes = new Map<string, string>();
    const part =
      /\s+|\/\*[\s\S]{0,2000}?\*\/|([A-Za-z_@:#v][\w:.@-]*)(?:\s*=\s*(?:"([^"]{0,5000})"|'([^']{0,5000})'|(?=\{)|([^\s"'=<>`{}]+)))?|\/|>/y;
    let selfClosing = false;
    let last = '';
    for (let at = start.lastIndex; at < this.#at + 20_000; at = part.lastIndex) {
      if (text[at] === '{') {
        const close = this.#braces.get(at);
        if (close === undefined) return undefined;
        const expression = text.slice(at + 1, close);
        const listed = listedTexts(expression, (key) => SHOWN.has(key));
        if (last !== '') attributes.set(last, shownBy(expression));
        if (listed !== '') attributes.set(LABELS, `${attributes.get(LABELS) ?? ''} ${listed}`.trim());
        last = '';
        part.lastIndex = close + 1;
        continue;
      }
      part.lastIndex = at;
      const found = part.exec(text);
      if (found === null) return undefined;
      if (found[0] === '>') {
        const [, closing, name] = begun;
        // A fragment has nothing between its brackets: what has is "a < b and c > d".
        if (name === '' && (!this.#mdx || at > start.lastIndex)) return undefined;
        return { name, closing: closing !== '', selfClosing, attributes, end: part.lastIndex };
      }
      selfClosing = found[0] === '/' || (selfClosing && found[1] === undefined);
      if (found[1] !== undefined) last = found[1];
      if (found[1] !== undefined) attributes.set(found[1], found[2] ?? found[3] ?? found[4] ?? '');
    }
    return undefined;
  }
}

/** What an attribute says whose value is an expression: a text, or that of JSX. */
function shownBy(expression: string): string {
  const said = literalText(expression);
  if (said !== undefined) return said;
  const jsx = jsxIn(expression);
  return jsx === undefined
    ? ''
    : expression
        .slice(...jsx)
        .replace(/<[^<>]*>|\{[^{}]*\}/g, ' ')
        .trim();
}

function isComponent(name: string, mdx: boolean): boolean {
  if (name === '' || name.includes('.')) return true;
  if (/^[A-Z]/.test(name)) return mdx || !HTML_CAPITALS.test(name) || name.length === 1;
  return name.includes('-');
}

/** Where code spans end, by where they begin. */
function codeSpans(text: string): Map<number, number> {
  const ends = new Map<number, number>();
  const open = new Map<number, number>();
  for (const found of text.matchAll(/`+|\n[ \t]*(?=\n)/g)) {
    const { length } = found[0];
    if (found[0][0] === '\n') open.clear();
    else {
      const begun = open.get(length);
      if (begun !== undefined) ends.set(begun, found.index + length);
      if (begun === undefined) open.set(length, found.index);
      else open.delete(length);
    }
  }
  return ends;
}

/** Where braces close, by where they open. Those in strings count as well: they nearly always come in pairs. */
function matchingBraces(text: string): Map<number, number> {
  const ends = new Map<number, number>();
  const open: number[] = [];
  for (const { index } of text.matchAll(/[{}]/g)) {
    if (text[index] === '{') open.push(index);
    else {
      const begun = open.pop();
      if (begun !== undefined) ends.set(begun, index);
    }
  }
  return ends;
}
