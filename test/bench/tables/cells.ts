// What stands in the cells of tables.

/** Rows of cells, headings first. */
export type Table = readonly (readonly string[])[];

/** As the formatter would have it: cells padded, numbers flush right. */
export function markdown(table: Table): string {
  const [headings, ...rows] = table;
  const widths = headings!.map((_, i) => Math.max(3, ...table.map((cells) => cells[i].length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |\n`;
  const rule = widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [headings!, rule, ...rows].map(line).join('');
}

export function number(value: number): string {
  return value.toLocaleString('en', {
    maximumSignificantDigits: value < 1000 ? 3 : 21,
    maximumFractionDigits: 2,
  });
}

export function megabytes(bytes: number): string {
  return number(Number((bytes / 2 ** 20).toPrecision(3)));
}

export function kilobytes(bytes: number): string {
  return number(Math.round(bytes / 1024));
}

/** Median and 99th percentile. */
export function spreadOf(
  { median, p99 }: { readonly median: number; readonly p99: number },
  show: (value: number) => string = number,
): string {
  return `${show(median)} / ${show(p99)}`;
}
