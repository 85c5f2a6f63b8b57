// JSON as it is written: integers that a number does not hold exactly become text, as numbers beyond all do, and no key
// counts twice. JSON.parse rounds the one and keeps the last of the other, without a word.

/**
 * What JSON says, with integers beyond ±(2^53 − 1), and 1e999, as the text that they are written as.
 *
 * @throws SyntaxError as JSON.parse
 */
export function exactJson(json: string): unknown {
  const parsed = parsedJson(json);
  // Nearly all records are cleared by this: so many digits in a row at the beginning of a value, or of an exponent.
  return /(?:^|[:,[])\s*-?\d{16}|\d[eE]\+?\d{3}/.test(json) ? parsedJson(withQuotedNumbers(json)) : parsed;
}

/** Python writes NaN and Infinity, which are no JSON, where a number is none. */
function parsedJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    const withNulls = outsideTexts(json, /"|-?\b(?:NaN|Infinity)\b/g, () => 'null');
    if (withNulls === json) throw error;
    return JSON.parse(withNulls);
  }
}

/** JSON with quotes around what is not exact as a number. */
function withQuotedNumbers(json: string): string {
  return outsideTexts(json, /"|-?\d[\d.eE+-]*/g, (text) => {
    const number = Number(text);
    const isExact = /^-?\d+$/.test(text) ? Number.isSafeInteger(number) : Number.isFinite(number);
    return isExact ? text : `"${text}"`;
  });
}

/**
 * JSON in which what stands outside of texts is written anew, whether it is sound or not.
 *
 * @param sign finds that, and quotes
 */
function outsideTexts(json: string, sign: RegExp, write: (found: string) => string): string {
  let written = '';
  let copied = 0;
  for (let found = sign.exec(json); found !== null; found = sign.exec(json)) {
    const [text] = found;
    if (text === '"') {
      sign.lastIndex = endOfString(json, found.index) + 1;
      continue;
    }
    written += json.slice(copied, found.index) + write(text);
    copied = sign.lastIndex;
  }
  return written + json.slice(copied);
}

/**
 * The first key that an object has a second time, at the top of `json` or inside.
 *
 * @param parsed what `json`, which is sound, says
 */
export function repeatedKey(json: string, parsed: unknown): string | undefined {
  // A quote with a colon behind it ends a key, unless it is escaped and within a text: nearly all records are cleared
  // by their number.
  let colons = 0;
  for (let at = json.indexOf('":'); at !== -1; at = json.indexOf('":', at + 2)) colons++;
  if (colons === keysIn(parsed) && !/"\s+:/.test(json)) return undefined;
  const open: (Set<string> | undefined)[] = [];
  const sign = /["{}[\]]/g;
  for (let found = sign.exec(json); found !== null; found = sign.exec(json)) {
    const [text] = found;
    if (text === '{') open.push(new Set());
    else if (text === '[') open.push(undefined);
    else if (text !== '"') open.pop();
    else {
      const end = endOfString(json, found.index);
      sign.lastIndex = end + 1;
      if (!isBeforeColon(json, end + 1)) continue;
      const keys = open.at(-1);
      const key = JSON.parse(json.slice(found.index, end + 1)) as string;
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}

/** How many keys there are in a value, inside of objects and lists, too: however deep, without a stack's limit. */
function keysIn(value: unknown): number {
  let keys = 0;
  const open: object[] = typeof value === 'object' && value !== null ? [value] : [];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const held: unknown[] = Array.isArray(next) ? next : Object.values(next);
    if (!Array.isArray(next)) keys += held.length;
    for (const each of held) if (typeof each === 'object' && each !== null) open.push(each);
  }
  return keys;
}

/** The quote that ends a string. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); ; end = json.indexOf('"', end + 1)) {
    if (end === -1) return json.length;
    let slash = end;
    while (json[slash - 1] === '\\') slash--;
    if ((end - slash) % 2 === 0) return end;
  }
}

/** Whether a colon is next, but for white space. */
function isBeforeColon(json: string, start: number): boolean {
  let at = start;
  while (json.charCodeAt(at) <= 32) at++;
  return json[at] === ':';
}

/** What JSON has no types for, as MongoDB's exports write it: objects of one key. */
const EXTENDED = /\{\s*"\$(?:oid|uuid|date|numberInt|numberLong|numberDouble|numberDecimal)"/;

/**
 * A record in which ids, dates and numbers are none of the objects that MongoDB's Extended JSON makes of them.
 *
 * @param json what it was read from
 */
export function withPlainTypes(json: string, record: Values): Values {
  return EXTENDED.test(json) ? (plain(record) as Values) : record;
}

type Values = Readonly<Record<string, unknown>>;

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const [[name, said] = [], second] = Object.entries(value);
  if (name === undefined || second !== undefined || !name.startsWith('$'))
    return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, plain(held)]));
  const held = plain(said);
  if (name === '$date') return dateOf(held) ?? value;
  if (typeof held !== 'string') return value;
  if (name === '$oid' || name === '$uuid') return held;
  if (!/^\$number(?:Int|Long|Double|Decimal)$/.test(name)) return value;
  const number = Number(held);
  return Number.isFinite(number) && (!/^-?\d+$/.test(held) || Number.isSafeInteger(number)) ? number : held;
}

/** A date is text, or milliseconds where it is before 1970 or far ahead. */
function dateOf(said: unknown): unknown {
  if (typeof said !== 'number') return said;
  const date = new Date(said);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
