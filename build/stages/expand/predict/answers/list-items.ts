// A list of queries in whatever dress a model gives it: one a line, numbered in a line, JSON, tags, a table.

/** The items of an answer, with what numbers and quotes each; of JSON, bare. */
export function itemsOf(text: string): string[] {
  const said = text.replace(/^\s*```[\w-]*\s*$/gm, '').trim();
  const json = jsonItems(said);
  if (json !== undefined) return json;
  const isOneLine = !/[\r\n]/.test(said);
  const plain = (isOneLine ? said.replaceAll('\\n', '\n') : said)
    .replace(
      /<br\s*\/?>|<\/?(?:ul|ol|queries|questions|search_queries|list|items|answer|final_answer|output|response|result)>/gi,
      '\n',
    )
    .replace(/<(query|question|q|li|item|search_query)(?:\s[^<>]*)?>([^<>]*)<\/\1>/gi, '\n$2\n');
  const lines = plain.split(/[\r\n\u2028\u2029]+/).filter((line) => /\S/.test(line));
  return tableItems(lines) ?? withoutLetters(lines.flatMap(inlineItems));
}

/** Numbers, bullets and other signs before an item, as many as there are: `> - [ ] 1️⃣ (a) `. */
const SIGNS = new RegExp(
  '^\\s*(?:(?:[-*•–—‣▪●◦·~+→➤►▶✅]|#{1,6}|>+|\\[[ xX]\\]|\\[\\d{1,3}\\]|#\\d{1,3}[.:)]?|\\(?\\d{1,3}\\\\?[.):]|' +
    '\\d{1,3}\\s+[-–]|\\(?[a-z]\\)|\\d\\uFE0F?\\u20E3|🔟)\\s+|[\\d０-９]{1,3}[．、）]\\s*)+',
  'u',
);

/** An item without what numbers it. */
export function unlisted(item: string): string {
  return item.replace(SIGNS, '');
}

/** Items without letters or Roman numbers, where these count: `e. coli` is no item e. */
function withoutLetters(items: readonly string[]): string[] {
  const marks = items.map((item) => /^\s*([a-z]+)\.\s/i.exec(item)?.[1].toLowerCase());
  const counts = (order: string) =>
    items.length > 1 && marks.join(' ') === order.split(' ').slice(0, items.length).join(' ');
  const isCounted =
    counts('a b c d e f g h i j k l m n o p q r s t') || counts('i ii iii iv v vi vii viii ix x xi xii');
  return isCounted ? items.map((item) => item.replace(/^\s*[a-z]+\.\s+/i, '')) : [...items];
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
    !/(?:^|:)\s*$/.test(said.slice(0, start))
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
  const queries = entries.filter(([key]) => QUERY.test(key) && !ABOUT.test(key));
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

/** The column of queries of a table in Markdown. */
function tableItems(lines: readonly string[]): string[] | undefined {
  const rule = lines.findIndex((line) => RULE.test(line) && line.includes('|'));
  if (rule < 1) return undefined;
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

/** The items of a line that numbers, bullets or quotes divide; most lines are one item. */
function inlineItems(line: string): string[] {
  const object = /^\s*[-*•]?\s*(\{.*\}),?\s*$/.exec(line);
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
