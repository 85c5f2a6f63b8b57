// Finds a key that an object in JSON has twice, of which JSON.parse keeps the last without a word.

/** The first key at the top of `json`, which is `parsed`, that is there a second time. */
export function repeatedKey(json: string, parsed: Readonly<Record<string, unknown>>): string | undefined {
  const count = Object.keys(parsed).length;
  // Nearly all records are cleared by this.
  let colons = 0;
  for (let at = json.indexOf('":'); at !== -1; at = json.indexOf('":', at + 2)) colons++;
  if (colons === count) return undefined;
  const keys = keysOf(json);
  if (keys.length === count) return undefined;
  const seen = new Set<string>();
  for (const key of keys) {
    const name = JSON.parse(key) as string;
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}

/** The keys at the top of an object, as they are written. */
function keysOf(json: string): string[] {
  const keys: string[] = [];
  let at = json.indexOf('{');
  for (;;) {
    const start = json.indexOf('"', at);
    if (start === -1) return keys;
    const end = endOfString(json, start);
    keys.push(json.slice(start, end + 1));
    at = json.indexOf(':', end) + 1;
    while (json.charCodeAt(at) <= 32) at++;
    if (json[at] === '"') at = endOfString(json, at) + 1;
    else if (json[at] === '{' || json[at] === '[') at = endOfNested(json, at);
  }
}

/** The quote that ends a string. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); ; end = json.indexOf('"', end + 1)) {
    let slash = end;
    while (json[slash - 1] === '\\') slash--;
    if ((end - slash) % 2 === 0) return end;
  }
}

/** The place behind a list or an object. */
function endOfNested(json: string, start: number): number {
  const sign = /["{}[\]]/g;
  let depth = 0;
  for (let at = start; ; at++) {
    sign.lastIndex = at;
    const found = sign.exec(json);
    if (found === null) return json.length;
    at = found.index;
    if (found[0] === '"') at = endOfString(json, at);
    else depth += found[0] === '{' || found[0] === '[' ? 1 : -1;
    if (depth === 0) return at + 1;
  }
}
