// The JavaScript that stands in MDX: where a module's statements end, what an expression shows, and where JSX is in it.
// It is looked through for brackets, texts and comments, and not parsed: what cannot be told so is left out.

/** Longer expressions are code. */
const LONGEST = 100_000;
/** What may open, close or hide a bracket; a blank line. */
const SIGN = /[([{}\])`]|['"]|\/\/|\/\*|\n[ \t]*(?=\r?\n|$)/g;
const OPEN = '([{';

/**
 * Where statements end that begin at a place: at a blank line that is in no bracket and in no text.
 *
 * @returns undefined where a bracket is never closed
 */
export function endOfStatements(text: string, from: number): number | undefined {
  const open: string[] = [];
  SIGN.lastIndex = from;
  for (let found = SIGN.exec(text); found !== null; found = SIGN.exec(text)) {
    const [sign] = found;
    if (sign[0] === '\n') {
      if (open.length === 0) return found.index;
    } else if (open.at(-1) === '`') {
      SIGN.lastIndex = inTemplate(text, found.index, open);
    } else if (OPEN.includes(sign) || sign === '`') open.push(sign);
    else if (sign.length === 2) SIGN.lastIndex = behindComment(text, found.index);
    else if (sign === '"' || sign === "'") SIGN.lastIndex = behindText(text, found.index);
    else if (open.pop() === undefined) return found.index;
  }
  return open.length === 0 ? text.length : undefined;
}

/** Within a template, only its end and `${` mean something. */
function inTemplate(text: string, at: number, open: string[]): number {
  const isEscaped = text[at - 1] === '\\' && text[at - 2] !== '\\';
  if (text[at] === '`' && !isEscaped) open.pop();
  else if (text[at] === '{' && text[at - 1] === '$') open.push('{');
  return at + 1;
}

function behindComment(text: string, at: number): number {
  const isLine = text[at + 1] === '/';
  // What follows a colon is an address.
  if (isLine && text[at - 1] === ':') return at + 2;
  const end = text.indexOf(isLine ? '\n' : '*/', at + 2);
  return end === -1 ? text.length : end + (isLine ? 0 : 2);
}

/** Behind a text in quotes. An apostrophe within a word, and a quote that its line does not close, are no quotes. */
function behindText(text: string, at: number): number {
  if (/[\p{L}\p{N}]/u.test(text[at - 1] ?? '')) return at + 1;
  const quoted = /(['"])(?:(?!\1)[^\\\n]|\\.)*\1/y;
  quoted.lastIndex = at;
  return quoted.test(text) ? quoted.lastIndex : at + 1;
}

const LITERAL =
  /^\s*(?:'((?:[^'\\\n]|\\[\s\S])*)'|"((?:[^"\\\n]|\\[\s\S])*)"|(?:[\w.]{1,40})?`((?:[^`\\]|\\[\s\S])*)`)\s*$/;

/** The text of an expression that is nothing but a text; what a template has computed is not known. */
export function literalText(expression: string): string | undefined {
  if (expression.length > LONGEST) return undefined;
  const [, single, double, template] = LITERAL.exec(expression) ?? [];
  const text = single ?? double ?? template?.replace(/(?<!\\)\$\{[^{}]*\}/g, ' ');
  return text?.replace(/\\(?:u\{([0-9a-f]{1,6})\}|u([0-9a-f]{4})|x([0-9a-f]{2})|([\s\S]))/gi, unescaped);
}

function unescaped(whole: string, braced?: string, four?: string, two?: string, sign = ''): string {
  const hex = braced ?? four ?? two;
  if (hex === undefined) return { n: '\n', t: '\t', r: '', '\n': '' }[sign] ?? sign;
  const point = Number.parseInt(hex, 16);
  return point > 0x10ffff || (point >= 0xd800 && point < 0xe000) ? whole : String.fromCodePoint(point);
}

const QUOTED = String.raw`(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|\`([^\`\\$]*)\`)`;
const ITEM = new RegExp(
  `(?:(?<=[[,]\\s{0,100})|(?<=[{,]\\s{0,100}(?:['"]?([\\w-]{1,40})['"]?)\\s{0,9}:\\s{0,9}))${QUOTED}(?!\\s{0,9}:)`,
  'g',
);

/**
 * The texts of an expression that is a list, of texts or of objects: the labels of tabs, the questions of an accordion.
 *
 * @param isShown whether readers see what objects have under a key
 */
export function listedTexts(expression: string, isShown: (key: string) => boolean): string {
  if (expression.length > LONGEST || !/^\s*\[/.test(expression)) return '';
  const texts: string[] = [];
  for (const [, key, single, double, template] of expression.matchAll(ITEM))
    if (key === undefined || isShown(key)) texts.push(single ?? double ?? template ?? '');
  return texts.join(' ').replace(/\\(.)/g, '$1');
}

/** JSX begins behind what cannot end an operand of `<`. */
const JSX = /(?:^|[([{,?:&|>;=]|\breturn)\s*<(?=>|[A-Za-z][\w.:-]*(?:[\s/>]))/;

/** From where to where there is JSX in an expression: what it shows, whatever it depends on. */
export function jsxIn(expression: string): readonly [start: number, end: number] | undefined {
  if (expression.length > LONGEST) return undefined;
  const found = JSX.exec(expression);
  if (found === null || expression.slice(0, found.index).includes('/*')) return undefined;
  const start = found.index + found[0].length - 1;
  const end = expression.lastIndexOf('>') + 1;
  return end > start ? [start, end] : undefined;
}

/** Text as Markdown that says the same: as it is where it has no sign, else as code. */
export function asMarkdown(text: string): string {
  if (/^[\p{L}\p{N}\p{M} .,;:?!()'"/-]*$/u.test(text) && !/^\s*(?:\d+[.)]|-)\s/.test(text)) return text;
  const longest = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([ticks]) => ticks.length));
  const isBlock = /\S\s*\n\s*\S/.test(text);
  const ticks = '`'.repeat(Math.max(isBlock ? 3 : 1, longest + 1));
  if (isBlock) return `\n\n${ticks}\n${text}\n${ticks}\n\n`;
  const said = text.trim();
  if (said === '') return text === '' ? '' : ' ';
  return `${/^\s/.test(text) ? ' ' : ''}${ticks} ${said} ${ticks}${/\s$/.test(text) ? ' ' : ''}`;
}
