// A list of queries in whatever dress a model gives it: one a line, numbered in a line, JSON, tags, a table.

/**
 * The items of an answer, with what numbers and quotes each; of JSON, bare.
 *
 * @param isList whether several were asked for; else whatever stands around the first is of no interest
 */
export function itemsOf(text: string, isList = true): string[] {
  const said = withoutEntities(text.replace(/^\s*```[\w-]*\s*$|^\s*json\s*$/gim, ''))
    .replace(/^(?:[ \t]*\r?\n)+/, '')
    .trimEnd();
  const json = jsonItems(said);
  if (json !== undefined) return json;
  const isOneLine = !/[\r\n]/.test(said);
  const plain = (isOneLine ? said.replaceAll('\\n', '\n') : said)
    .replace(
      /<br\s*\/?>|<\/?(?:ul|ol|queries|questions|search_queries|list|items|answer|final_answer|output|response|result)>/gi,
      '\n',
    )
    .replace(BLOCK, (whole, name: string, inner: string) => (isItem(name) ? `\n${inner}\n` : whole))
    .replace(/\\boxed\{(?:\\text\{)?([^{}]*)\}+/g, '\n$1\n');
  if (!isList) return linesOf(plain);
  const lines = withoutHeadlines(withoutProse(behindHeadline(plain)));
  return tableItems(lines) ?? withoutBullets(lines.flatMap(lines.length === 1 ? dividedItems : inlineItems));
}

/** Tags around whole texts, of which those of queries and of items are taken off. */
const BLOCK = /<([a-z][\w:-]*)(?:\s[^<>]*)?>([^<>]*)<\/\1>/gi;
const ITEM = /^(?:p|q|li|item|entry|suggestion|example)\d*$/i;

function isItem(tag: string): boolean {
  return ITEM.test(tag) || (QUERY.test(tag) && !ABOUT.test(tag));
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  quot: '"',
  apos: "'",
  lt: '<',
  gt: '>',
  nbsp: ' ',
};

function withoutEntities(text: string): string {
  return text
    .replace(/&(amp|quot|apos|nbsp);/g, (_, name: string) => ENTITIES[name])
    .replace(/&#(?:x([\da-f]{1,5})|(\d{1,6}));/gi, (whole, hex: string | undefined, decimal: string) => {
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code >= 32 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    });
}

/** What stands behind a headline that announces the answer, where something does. */
function behindHeadline(text: string): string {
  const named =
    '(?:final answer\\W*|[#*_]+\\s*(?:answer|response|output)\\W*|(?:answer|response|output)\\s*:\\W*)';
  const announced = new RegExp(`^[\\s\\S]*^[^\\p{L}\\n]*${named.replaceAll('\\W', '[^\\p{L}\\n]')}$`, 'imu');
  const behind = text.replace(announced, '');
  return /\p{L}/u.test(behind) ? behind : text;
}

/**
 * The lines of a text without the paragraphs around a list that say something of it: one line that ends as sentences
 * do, and as no line of the list does.
 */
function withoutProse(text: string): string[] {
  const paragraphs = text
    .split(/(?:\r?\n[ \t]*){2,}/)
    .map(linesOf)
    .filter((lines) => lines.length > 0);
  const list = paragraphs.filter((lines) => lines.length > 1).flat();
  if (list.length === 0 || list.some(isSentence)) return paragraphs.flat();
  return paragraphs.filter((lines) => lines.length > 1 || !isSentence(lines[0])).flat();
}

function linesOf(text: string): string[] {
  return text.split(/[\r\n\u2028\u2029]+/).filter((line) => /\S/.test(line));
}

function isSentence(line: string): boolean {
  return /\p{L}.*[.!…。！][*_"'”’)）]*\s*\p{Extended_Pictographic}?\uFE0F?\s*$/u.test(line);
}

/** Lines without headlines: a hash before some of them, or signs of a list before all but them. */
function withoutHeadlines(lines: readonly string[]): string[] {
  const rest = lines.filter((line) => !/^\s*#{1,6}\s/.test(line));
  const kept = rest.length > 0 ? rest : lines;
  const marked = kept.filter((line) => SIGNS.test(line));
  if (marked.length < 2) return [...kept];
  const parents = kept.filter((line, at) => isAbove(line, kept[at + 1]));
  const depth = Math.min(...parents.map(depthOf));
  const children = marked.filter((line) => depthOf(line) > depth && !LABELLED.test(line));
  // What has several items below it is their headline; what has one may be a query, of which it says something.
  if (children.length > parents.length && parents.length > 0)
    return kept.filter((line) => !parents.includes(line));
  return kept.filter((line, at) => SIGNS.test(line) || !isHeadline(line, kept[at + 1]));
}

/** What is said of a query below it: `- Intent: informational`. */
const LABELLED = /^\W*(?:[\p{L}]+ ){0,2}\p{L}+\W{0,3}[:：]/u;

function isAbove(line: string, next: string | undefined): boolean {
  return next !== undefined && SIGNS.test(line) && SIGNS.test(next) && depthOf(next) > depthOf(line) + 1;
}

function depthOf(line: string): number {
  return line.replaceAll('\t', '    ').search(/\S/);
}

/** A line in bold, or one that is short and says what kind of queries follow it. */
function isHeadline(line: string, next: string | undefined): boolean {
  if (next === undefined || !SIGNS.test(next)) return false;
  return (
    /^\s*(\*\*|__)[^*_]+\1:?\s*$/.test(line) ||
    /^(?:\S+\s+){0,3}(?:queries|questions|searches|keywords)\W*$/i.test(line)
  );
}

/** Items without the bullets that stand close before all of them. */
function withoutBullets(items: string[]): string[] {
  const bullet = /^\s*([-–*•·‣▪・●○■□◆◇])(?=[^\s*\d-])/;
  const list = items.filter((item) => !/[:：]\s*$/.test(item));
  const first = bullet.exec(list[0] ?? '')?.[1];
  if (first === undefined || list.length < 2) return items;
  const isList = list.every((item) => bullet.exec(item)?.[1] === first && !item.trimEnd().endsWith(first));
  return isList ? items.map((item) => item.replace(bullet, '')) : items;
}

/** Numbers, bullets and other signs before an item, as many as there are: `> - [ ] 1️⃣ (a) `. */
const SIGNS = new RegExp(
  '^\\s*(?:(?:[-*•–—‣▪●◦·~+→➤►▶∙⁃‑▸▹»★☆◆◇■□❖✔✓✗※◎○]|(?![©®™])\\p{Extended_Pictographic}\\uFE0F?|#{1,6}|>+|\\[[ xX]\\]|\\[\\d{1,3}\\]|#\\d{1,3}[.:)]?|\\(?\\d{1,3}\\\\?[.):]|' +
    '\\d{1,3}\\s+[-–]|\\(?[a-z]\\)|\\d\\uFE0F?\\u20E3|🔟)\\s+|[\\d０-９]{1,3}[．、）]\\s*)+',
  'u',
);

/** An item without what numbers it. */
export function unlisted(item: string): string {
  return item.replace(SIGNS, '');
}

/** Keys of what is no query, beside keys of what is. */
const ABOUT =
  /reason|explan|rationale|intent|type|categor|lang|score|id$|index|number|rank|title|topic|note|label|analysis|thought/i;
const QUERY = /quer|question|search|text|^q\d*$|keyword|phrase|value|content/i;

/** The strings of JSON, wherever it stands; of broken JSON, or Python's, those that are whole. */
function jsonItems(said: string): string[] | undefined {
  const start = said.search(/[[{]/);
  // Prose may hold brackets; JSON begins the answer, or follows what introduces it, and a string or a bracket follows.
  if (
    start === -1 ||
    !/^[[{]\s*(?:["'[{]|$)/.test(said.slice(start)) ||
    !/(?:^|:|^\w+ *=)\s*$/.test(said.slice(0, start))
  )
    return undefined;
  const body = said.slice(start);
  const end = Math.max(body.lastIndexOf(']'), body.lastIndexOf('}'));
  const found = [body.slice(0, end + 1), ...body.split('\n')].map(parsed);
  if (found[0] !== undefined) return stringsOf(found[0]);
  const lines = body.split('\n').filter((line) => /\S/.test(line));
  if (lines.every((line) => parsed(line) !== undefined))
    return lines.flatMap((line) => stringsOf(parsed(line)));
  return looseStrings(body);
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(stringsOf);
  if (typeof value !== 'object' || value === null) return [];
  const entries = Object.entries(value);
  // A list is one of queries, whatever it is called: `{"short": [...], "questions": [...]}`.
  const queries = entries.filter(
    ([key, inner]) => !ABOUT.test(key) && (QUERY.test(key) || Array.isArray(inner)),
  );
  const taken = queries.length > 0 ? queries : entries.filter(([key]) => !ABOUT.test(key));
  return taken.flatMap(([, inner]) => stringsOf(inner));
}

/** Strings between quotes that are no keys, closed ones only. */
function looseStrings(text: string): string[] {
  const quoted = text.matchAll(
    /"((?:[^"\\\n]|\\.)*)"(\s*:)?|(?<=[[,{:]\s*)'((?:[^'\\\n]|\\.|'(?=\w))*)'(\s*:)?/g,
  );
  const strings: string[] = [];
  for (const [, double, doubleKey, single, singleKey] of quoted) {
    if ((doubleKey ?? singleKey) !== undefined) continue;
    strings.push((double ?? single ?? '').replace(/\\(.)/g, '$1'));
  }
  return strings;
}

const RULE = /^\s*\|?\s*:?-{2,}:?\s*(\|\s*:?-{2,}:?\s*)*\|?\s*$/;

/** The bars around a row, and one that has a single cell. */
const EDGES = /^\s*\|\s*|\s*\|\s*$/g;

function isRow(line: string): boolean {
  return /^\s*\|[^|]*\S[^|]*\|\s*$/.test(line);
}

/** The column of queries of a table in Markdown. */
function tableItems(lines: readonly string[]): string[] | undefined {
  const rule = lines.findIndex((line) => RULE.test(line) && line.includes('|'));
  if (rule < 1)
    return lines.length > 1 && lines.every(isRow) ? lines.map((line) => line.replace(EDGES, '')) : undefined;
  const cellsOf = (line: string) =>
    line
      .trim()
      .replace(/^\||\|$/g, '')
      .split(/(?<!\\)\|/)
      .map((cell) => cell.replaceAll('\\|', '|').trim());
  const header = cellsOf(lines[rule - 1] ?? '');
  const rows = lines
    .slice(rule + 1)
    .filter((line) => line.includes('|'))
    .map(cellsOf);
  const named = header.findIndex(
    (name) => /quer|question|search/i.test(name) && !/#|type|intent/i.test(name),
  );
  const length = (column: number) => rows.reduce((sum, cells) => sum + (cells[column]?.length ?? 0), 0);
  const longest = header
    .map((_, column) => column)
    .reduce((best, column) => (length(column) > length(best) ? column : best), 0);
  const column = named === -1 ? longest : named;
  return rows.map((cells) => cells[column] ?? '').filter((cell) => cell !== '');
}

/** The items of an answer in one line, which semicolons or bars may divide, too. */
function dividedItems(line: string): string[] {
  const isDivided = /^[^;]+(?:;\s+[^;]+){2,}$|^[^|]+(?:\s\|\s+[^|]+){2,}$/.test(line);
  return isDivided ? line.split(/;\s+|\s+\|\s+/) : inlineItems(line);
}

/** The items of a line that numbers, bullets or quotes divide; most lines are one item. */
function inlineItems(line: string): string[] {
  const object = /^\s*(?:[-*•]|\d{1,3}[.)])?\s*(\{.*\}),?\s*$/.exec(line);
  const value = object === null ? undefined : parsed(object[1] ?? '');
  if (value !== undefined) return stringsOf(value);
  const first = /^\s*\(?(\d{1,3})[.):]\s/.exec(line);
  if (first !== null) return numberedItems(line, Number(first[1]));
  if (/^\s*[•▪‣●]\s/.test(line)) return line.split(/\s+(?=[•▪‣●]\s)/);
  const quoted = /^\s*(?:["“][^"“”]+["”]\s*[,;]?\s*(?:and\s+|or\s+)?){2,}[.]?\s*$/;
  if (!quoted.test(line)) return [line];
  return Array.from(line.matchAll(/["“]([^"“”]+)["”]/g), ([, item = '']) => item);
}

/** Cut before each next number, so that numbers within queries stay. */
function numberedItems(line: string, first: number): string[] {
  const items: string[] = [];
  let rest = line.trim();
  for (let number = first + 1; ; number++) {
    const next = new RegExp(`[\\s,;]+\\(?${number}[.):]\\s+(?=\\S)`).exec(rest.slice(1));
    if (next === null) break;
    items.push(rest.slice(0, next.index + 1));
    rest = rest.slice(next.index + 1).replace(/^[\s,;]+/, '');
  }
  return [...items, rest];
}
