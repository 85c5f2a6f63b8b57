// JSON as it is written: integers that a number does not hold exactly become text, and no key counts twice. JSON.parse
// rounds the one and keeps the last of the other, without a word.

/**
 * What JSON says, with integers beyond ±(2^53 − 1) as the text that they are written as.
 *
 * @throws SyntaxError as JSON.parse
 */
export function exactJson(json: string): unknown {
  const parsed: unknown = JSON.parse(json);
  // Nearly all records are cleared by this: so many digits in a row at the beginning of a value.
  return /(?:^|[:,[])\s*-?\d{16}/.test(json) ? JSON.parse(withQuotedIntegers(json)) : parsed;
}

/** JSON, which is sound, with quotes around integers that are not exact as numbers. */
function withQuotedIntegers(json: string): string {
  let quoted = '';
  let copied = 0;
  const sign = /"|-?\d[\d.eE+-]*/g;
  for (let found = sign.exec(json); found !== null; found = sign.exec(json)) {
    const [text] = found;
    if (text === '"') sign.lastIndex = endOfString(json, found.index) + 1;
    else if (/^-?\d+$/.test(text) && !Number.isSafeInteger(Number(text))) {
      quoted += `${json.slice(copied, found.index)}"${text}"`;
      copied = sign.lastIndex;
    }
  }
  return quoted + json.slice(copied);
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
