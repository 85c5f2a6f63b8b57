// Numbers, sizes and tables as people read them.

/** 1234567 → 1,234,567. */
export function count(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 0 });
}

/** A number with a noun: `1 document`, `2 documents`. */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${value === 1 ? noun : pluralOf(noun)}`;
}

function pluralOf(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(ch|sh|s|x)$/.test(noun) ? `${noun}es` : `${noun}s`;
}

/** 123456 → 121 KB. */
export function size(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit + 1 < units.length) {
    value /= 1024;
    unit++;
  }
  // From 99.5 on, two digits would be written with an exponent.
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toPrecision(2)} ${units[unit]}`;
}

/** Seconds, as precise as is of use. */
export function duration(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** Rows in columns, what is in them made visible; the columns named in `right` are flush right. */
export function table(cells: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const rows = cells.map((row) => row.map(visible));
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  return rows.map((row) =>
    row
      .map((cell, i) => (right.includes(i) ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd(),
  );
}

/** What steers a terminal or hides what a line says: controls, marks of direction, and separators of lines. */
const STEERING = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Text from a document, a query or a file, with signs in the place of what would steer a terminal. */
export function visible(text: string): string {
  return text.replace(STEERING, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
  });
}

/** What lines of our own are made of: breaks, tabs, and the bold that `styleText` writes. */
const OWN = new RegExp(`(\n|\t|${String.fromCharCode(0x1b)}\\[(?:1|22)m)`);

/** Lines for a terminal: whatever slipped into them from elsewhere is made visible, too. */
export function safeLines(text: string): string {
  return text
    .split(OWN)
    .map((part, i) => (i % 2 === 1 ? part : visible(part)))
    .join('');
}

/** Text on one line of at most `width` characters. */
export function oneLine(text: string, width: number): string {
  const line = visible(text.replace(/\s+/g, ' ').trim());
  return line.length <= width ? line : `${line.slice(0, width - 1).trimEnd()}…`;
}
