// What generators of sites let people write in Markdown beside it: tags of Liquid (`{% tab title="Linux" %}`) and of
// Hugo (`{{< figure >}}`), attributes (`{: #id .class }`), and the boxes and tabs of MkDocs (`!!! note "Title"`). The
// marks go; the titles that they carry and what they enclose stay. Code is left as it is. One pass, in time linear in
// the length of the page.

/** Names of arguments whose values readers see. */
const SHOWN =
  /^(?:title|subtitle|label|heading|header|caption|alt|summary|text|name|content|description|body)$/;
/** Tags whose arguments name a file, a page or a film, and no title. */
const NAMING =
  /^(?:ref|relref|link|post_url|include\w*|readfile|icon|youtube|vimeo|gist|tweet|embed|im(?:g|age))$/;
const FENCE = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?(?:(`{3,})(?=[^`]*$)|(~{3,}))(\{?)/;
/** A tag that begins code, alone in its line. */
const CODE = /^[ \t]*\{[%{][%<]?-?[ \t]*(highlight|codeblock)\b[^{}]*\}\}?[ \t]*$/;
const BOX = /^([ \t]*)(?:!!!|\?\?\?\+?)[ \t]+([\w-]+)(?:[ \t]+[\w-]+)*[ \t]*(?:"(.*)")?[ \t]*$/;
const TAB = /^([ \t]*)===[!+]?[ \t]+"(.*)"[ \t]*$/;
/** An include of MkDocs, alone in its line. */
const SNIPPET = /^[ \t]*;?-{1,2}8<-{1,2}(?:[ \t].*)?$/;
/** A place that MyST names. */
const TARGET = /^[ \t]*\(([\w:.-]+)\)=[ \t]*$/;
/** An option of a directive of MyST, below its first line, and what of one is shown. */
const OPTION = /^[ \t]*:[\w-]+:(?:[ \t].*)?$/;
const SHOWN_OPTION = /^([ \t]*):(?:caption|title|alt):[ \t]*(\S.*)$/;
/** A tag of Hugo or Liquid, with nothing beside it. */
const TAG_ALONE = /^\s*\{(?:\{[<%](?!\/\*)[^{}]*[>%]\}|%[^{}]*%)\}\s*$/;
/** What mdBook includes in code. */
const INCLUDED = /(?<!\\)\{\{#(?:include|rustdoc_include|playground)[^{}\n]*\}\}/g;
const LONG_FENCE = '`'.repeat(12);
/** One way of making it, so that there is one way of reading it: else a page could make this take for ever. */
const QUOTED = String.raw`(?:[#.][\w:-]+|[\w-]+=(?:"[^"{}\n]{0,200}"|'[^'{}\n]{0,200}'))`;
const ATTRIBUTE = String.raw`(?:${QUOTED}|[\w-]+=[^\s{}"']{1,200})`;
/** What Kramdown takes in braces behind a colon: attributes and their names. No tuple of Elixir is: `{:ok, value}`. */
const LISTED = String.raw`(?:${QUOTED}|(?:no_)?toc|[\w-]{1,40}:)`;
const LIST = `[ \\t]{0,3}${LISTED}(?:[ \\t]{1,3}${LISTED}){0,20}[ \\t]{0,3}`;
/** Attributes alone in their line, of the block above. */
const ATTRIBUTES = new RegExp(`^[ \\t>]*\\{:([:/][^{}]*|${LIST})\\}[ \\t]*$`);
const MARKS = new RegExp(
  [
    // What MyST says of code that is none, such as {ref}`the guide <guide>`.
    '\\{[a-zA-Z][\\w:.+-]{0,40}\\}(?=`)(?:`([^`\\n]{0,1000})`)?',
    // Code, which is copied.
    '(`+)[^`\\n]{0,1000}`+',
    '\\{%([^\\n{}]{0,3000}?|[^\\n]{0,200}?)%\\}',
    '\\{\\{[<%](?!/\\*)([^\\n{}]{0,3000}?|[^\\n]{0,200}?)[>%]\\}\\}',
    // What mdBook includes.
    '\\{\\{#[^{}\\n]{0,200}\\}\\}',
    // Pictures that Material for MkDocs has names for.
    ':(?:material|octicons|fontawesome|simple)-[a-z\\d-]{1,80}:',
    // Where a link leads to.
    '(?<=\\]\\([ \\t]{0,3})\\{\\{[^{}\\n]{0,200}\\}\\}',
    // Attributes of Kramdown within a line; those of links and pictures right behind them.
    `\\{:(?:[:/][^{}\\n]{0,300}|${LIST})\\}`,
    `(?<=[)\\]])\\{[ \\t]{0,3}${ATTRIBUTE}(?:[ \\t]{1,3}${ATTRIBUTE}){0,20}[ \\t]{0,3}\\}`,
  ].join('|'),
  'g',
);

/** The page without such marks. */
export function withoutTemplateMarks(markdown: string): string {
  if (!/\{[%:{#.\w \t]|^[ \t]*(?:!!!|\?\?\?|===[!+]? )|^[!?]>|8<--|\)=|:\w+-/m.test(markdown))
    return markdown;
  const lines = new Lines();
  for (const line of onLines(withoutComments(markdown)).split(/\r?\n/)) lines.add(line);
  return lines.text;
}

/** What begins and ends what a generator passes over: of Liquid, of Kramdown and of Hugo. */
const COMMENTS = [
  [/\{%-?[ \t]*comment\b[^{}\n]*%\}/g, /\{%-?[ \t]*endcomment[ \t]*-?%\}/g],
  [/\{::comment\}/g, /\{:\/(?:comment)?\}/g],
  [/\{\{\/\*/g, /\*\/\}\}/g],
] as const;

function withoutComments(markdown: string): string {
  let text = markdown;
  for (const [open, close] of COMMENTS) {
    const kept: string[] = [];
    let at = 0;
    for (open.lastIndex = 0; ; ) {
      const begun = open.exec(text);
      close.lastIndex = open.lastIndex;
      const end = begun === null ? null : close.exec(text);
      if (begun === null || end === null) break;
      kept.push(text.slice(at, begun.index));
      at = close.lastIndex;
      open.lastIndex = at;
    }
    if (at > 0) text = kept.join('') + text.slice(at);
  }
  // What stands between these is what Liquid takes as it is; it looks for them in code as well.
  return text.replace(/\{%-?[ \t]*(?:end)?raw[ \t]*-?%\}/g, '');
}

/** Each tag on one line, where its arguments stand on several. */
function onLines(markdown: string): string {
  return markdown.replace(/\{(?:\{[<%](?!\/\*)|%)[^{}]{0,3000}[>%]\}\}?/g, (tag) =>
    tag.includes('\n') ? tag.replace(/\s*\n\s*/g, ' ') : tag,
  );
}

/** The lines read so far, and what is open in them. */
class Lines {
  readonly #lines: string[] = [];
  /** How far the boxes are indented that are open: what is in them stands four columns further in. */
  readonly #boxes: number[] = [];
  /** What ends the code that is being read. */
  #codeEnd: RegExp | undefined;
  /** The code that is being read names pages, whose titles are shown in their place. */
  #isContents = false;
  #isList = false;
  /** The line above begins a directive, or is an option of it. */
  #isDirective = false;

  get text(): string {
    return this.#lines.join('\n');
  }

  add(whole: string): void {
    const line = this.#inBox(whole);
    if (this.#codeEnd !== undefined) {
      this.#inCode(line, this.#codeEnd);
      return;
    }
    if (this.#beginsCode(line)) return;
    const isOption = this.#isDirective && OPTION.test(line);
    this.#isDirective = isOption || /^[ \t]*:{3,}[ \t]*\{/.test(line);
    const [, indent, shown] = (isOption && SHOWN_OPTION.exec(line)) || [];
    const [, target] = TARGET.exec(line) ?? [];
    if (shown !== undefined) this.#lines.push('', `${indent}${shown}`, '');
    else if (target !== undefined) this.#lines.push('', `<a id="${target}"></a>`, '');
    else if (isOption || SNIPPET.test(line)) this.#lines.push('');
    else if (!this.#beginsBox(line) && !this.#attributes(line)) this.#text(line);
  }

  /** The line as it stands in the boxes that it is in. Those that it is not in end here. */
  #inBox(line: string): string {
    if (this.#boxes.length === 0 || !/\S/.test(line)) return line;
    const indent = columnsOf(line);
    const isOut = () => indent < (this.#boxes.at(-1) ?? Number.NEGATIVE_INFINITY) + 4;
    while (this.#codeEnd === undefined && isOut()) this.#boxes.pop();
    return `${' '.repeat(Math.max(0, indent - 4 * this.#boxes.length))}${line.trimStart()}`;
  }

  #inCode(line: string, end: RegExp): void {
    const isOption = this.#isDirective && OPTION.test(line);
    this.#isDirective = isOption;
    if (end.test(line)) {
      this.#codeEnd = undefined;
      this.#lines.push(/[%>]\}/.test(line) ? LONG_FENCE : line);
    } else {
      const text = this.#isContents ? (/^\s*(\S.*?)\s*<[^<>]*>\s*$/.exec(line)?.[1] ?? '') : line;
      const shown = isOption ? SHOWN_OPTION.exec(line)?.[2] : text.replace(INCLUDED, '');
      if (shown !== undefined) this.#lines.push(shown);
    }
  }

  #beginsCode(line: string): boolean {
    const [, ticks, tildes, brace] = FENCE.exec(line) ?? [];
    const sign = ticks ?? tildes;
    const [, tag] = sign === undefined ? (CODE.exec(line) ?? []) : [];
    if (sign !== undefined) {
      this.#codeEnd = new RegExp(`^[ \\t>]*${sign[0]}{${sign.length},}[ \\t]*$`);
      this.#isDirective = brace !== '';
      this.#isContents = /\{toctree\}/.test(line);
      this.#lines.push(line);
    } else if (tag !== undefined) {
      this.#codeEnd = new RegExp(`\\{[{%][<%]?-?[ \\t]*(?:end|/)${tag}\\b`);
      this.#lines.push('', LONG_FENCE);
    }
    return this.#codeEnd !== undefined;
  }

  #beginsBox(line: string): boolean {
    const [, indent, kind, title] = BOX.exec(line) ?? [];
    const [, tabIndent, tab] = TAB.exec(line) ?? [];
    const before = indent ?? tabIndent;
    if (before === undefined) return false;
    this.#lines.push('', before + (tab ?? title ?? kind), '');
    this.#boxes.push(columnsOf(before) + 4 * this.#boxes.length);
    return true;
  }

  /** Attributes of the block above: of a heading, its id. Below a list they may ask for a table of contents. */
  #attributes(line: string): boolean {
    const [, said] = ATTRIBUTES.exec(line) ?? [];
    if (said === undefined) return false;
    const above = this.#lines.at(-1) ?? '';
    const isUnderlined = /^[ \t]*(?:=+|-+)[ \t]*$/.test(above) && this.#lines.length > 1;
    const [id] = /#[\w:.-]+/.exec(said) ?? [];
    if (/(?:^|\s)toc(?:$|\s)/.test(said) && /^[ \t]*(?:[-*+]|\d+\.)[ \t]/.test(above)) this.#lines.pop();
    else if (id !== undefined && (isUnderlined || /^[ \t>]*#{1,6}[ \t]/.test(above))) {
      const at = this.#lines.length - (isUnderlined ? 2 : 1);
      this.#lines[at] = `${this.#lines[at].trimEnd()} {${id}}`;
    }
    this.#lines.push('');
    return true;
  }

  #text(line: string): void {
    const indent = columnsOf(line);
    const isBlank = !/\S/.test(line);
    if (!isBlank && indent < 4) this.#isList = /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]/.test(line);
    const isCode = indent >= 4 && !this.#isList;
    // These are taken before anything looks how far they are indented.
    const isTag = isCode && TAG_ALONE.test(line);
    this.#lines.push(isTag ? withoutMarks(line.trim()) : isCode || isBlank ? line : withoutMarks(line));
  }
}

/** A line of text without marks. Where a tag is all of it, its titles are a paragraph. */
function withoutMarks(given: string): string {
  // Docsify marks what is important so.
  const line = given.replace(/^[!?]>[ \t]/, '');
  const isHeading = /^[ \t>]*#{1,6}[ \t]/.test(line);
  const { length } = line.trimEnd();
  return line.replace(MARKS, (mark: string, ...found: (string | undefined)[]) => {
    const [role, ticks, liquid, hugo] = found;
    const at = Number(found[4]);
    if (ticks !== undefined) return mark;
    if (role !== undefined) return roleText(role);
    const said = liquid ?? hugo;
    // Behind a heading stands what the heading is called.
    if (said === undefined) return isHeading && mark[1] !== '{' && at + mark.length === length ? mark : '';
    const shown = titlesIn(said);
    return mark.length === line.trim().length ? `\n${shown}\n` : ` ${shown && `${shown} `}`;
  });
}

/** What a role of MyST shows: its text, without what it leads to. */
function roleText(role: string): string {
  const [, text = role] = /^(.*\S)\s*<[^<>]*>$/.exec(role) ?? [];
  return `\`${text.replace(/^!|^~.*\.(?=[^.]+$)/, '')}\``;
}

/** What the arguments of a tag show: those named as titles, and what is said in quotes without a name. */
function titlesIn(said: string): string {
  const [, name = ''] = /^[-\s]*([\w/.-]+)/.exec(said) ?? [];
  const titles: string[] = [];
  for (const [, key, double, single] of said.matchAll(
    /(?:([\w-]{1,40})\s{0,3}=\s{0,3})?(?:"([^"]*)"|(?<![\w])'([^']*)')/g,
  )) {
    const value = double ?? single ?? '';
    const isTitle =
      key === undefined ? !NAMING.test(name) && !/^\S*[/#]\S*$|\.\w{2,4}$/.test(value) : SHOWN.test(key);
    if (isTitle && value !== '') titles.push(value);
  }
  return titles.join(' ');
}

/** How far a line is indented. */
function columnsOf(line: string): number {
  let columns = 0;
  for (const sign of line) {
    if (sign === ' ') columns++;
    else if (sign === '\t') columns += 4 - (columns % 4);
    else break;
  }
  return columns;
}
