// Settings in configurations that are code. They are found by their names and never run: what is computed says nothing.

/** A setting at the beginning of a line or behind another. */
export function setting(name: string, value: string): RegExp {
  return new RegExp(`(?:^|[{,])\\s*${name}\\s*:\\s*${value}`, 'm');
}

/** The text that a setting has, where it is written out. */
export function textSetting(code: string, name: string): string | undefined {
  return setting(name, '(["\'`])([^"\'`\\n]*)\\1').exec(code)?.[2];
}

/** The texts of a list that is written out; a list in which something else stands has none. */
export function listSetting(code: string, name: string): readonly string[] | undefined {
  const [, listed] = setting(name, '\\[([^\\][{}]*)\\]').exec(code) ?? [];
  return listed === undefined
    ? undefined
    : Array.from(listed.matchAll(/["'`]([^"'`\n]+)["'`]/g), ([, text]) => text);
}

/** The keys of an object that a setting has, each with the code of its value. */
export function objectSetting(code: string, name: string): ReadonlyMap<string, string> {
  return keysAfter(code, new RegExp(`\\b${name}\\s*[:=]\\s*\\{`, 'g'))[0] ?? new Map();
}

/** The keys of all objects that stand behind what a pattern finds, whose braces end that. */
export function keysAfter(code: string, pattern: RegExp): ReadonlyMap<string, string>[] {
  return Array.from(code.matchAll(pattern), ({ 0: text, index }) => keysFrom(code, index + text.length));
}

/** The text that a value is, where it is written out. */
export function textOf(value = ''): string | undefined {
  return /^\s*(["'`])([^"'`\n]*)\1\s*$/.exec(value)?.[2];
}

/** A string, a comment, or a sign that opens, closes or parts something. */
const PIECE = /(["'`])(?:\\[\s\S]|(?!\1)[^\\])*\1|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[{}[\](),]/g;

/** @param start behind the brace that opens the object */
function keysFrom(code: string, start: number): ReadonlyMap<string, string> {
  const parts: string[] = [];
  let depth = 0;
  let begun = start;
  PIECE.lastIndex = start;
  for (let piece = PIECE.exec(code); piece !== null && depth >= 0; piece = PIECE.exec(code)) {
    const [sign] = piece;
    if ('{[('.includes(sign)) depth++;
    if ('}])'.includes(sign)) depth--;
    if (depth < 0 || (depth === 0 && sign === ',')) {
      parts.push(code.slice(begun, piece.index));
      begun = piece.index + 1;
    }
  }
  return new Map(
    parts.flatMap((part) => {
      const key = /^(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*(?:(["'`])(.*?)\1|([\w$-]+))\s*:/.exec(part);
      return key === null ? [] : [[key[2] ?? key[3], part.slice(key[0].length)] as const];
    }),
  );
}
