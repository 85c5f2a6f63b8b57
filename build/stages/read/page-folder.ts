// Folders of pages: finds the files in an order that depends on their names only, and reads them one at a time.
// Names that start with a dot and `node_modules` are passed over, as are symbolic links, which could lead in a circle.

import { isUtf8 } from 'node:buffer';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { MAX_RECORD_BYTES, NOT_UTF8, TOO_LARGE } from './lines/record.ts';
import { type Batches, type Gate, malformed, refuse } from './lines/report.ts';
import { type PageFile, type PageFormat, type PageOptions, Site } from './pages/site.ts';

/** What the names of each kind of page end with. */
export const PAGE_NAMES = { markdown: /\.(md|mdx|markdown)$/i, html: /\.html?$/i } as const;

/** The page files in a folder and the folders in it, in the order of their names' code units, folder by folder. */
export async function* pagePaths(folder: string, names: RegExp): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  for (const entry of entries) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* pagePaths(path, names);
    else if (entry.isFile() && names.test(entry.name)) yield path;
  }
}

/**
 * Reads a page, or every page in a folder. A page is one record: if it is malformed, none of it is read.
 *
 * @throws SparsedgeError `bad-input` for a malformed page, unless the gate skips them
 */
export async function* readPages(
  input: string,
  gate: Gate,
  { format, options }: { readonly format: PageFormat; readonly options: PageOptions },
): Batches {
  const isFolder = (await stat(input)).isDirectory();
  const site = new Site(isFolder ? input : dirname(input), options);
  const files: (PageFile & { readonly file: string })[] = [];
  for await (const file of isFolder ? pagePaths(input, PAGE_NAMES[format]) : [input]) {
    const path = isFolder ? relative(input, file).replaceAll(sep, '/') : basename(file);
    files.push({ path, file, format, read: () => pageText(file) });
  }
  await site.survey(files);
  if (site.repeatedLines > 0) gate.report.repeatedLines = site.repeatedLines;
  for (const { path, file } of files) {
    let documents: ReturnType<Site['documents']>;
    try {
      documents = site.documents(path, await pageText(file), format);
    } catch (error) {
      refuse(gate, { file }, asMalformed(error));
      continue;
    }
    if (!('keptOut' in documents)) {
      yield documents;
      continue;
    }
    gate.report.keptOut ??= [];
    gate.report.keptOut.push({ file: path, reason: documents.keptOut });
  }
}

/** A parser may give up on a page, for instance one nested too deeply for the stack: that is the page's fault. */
function asMalformed(error: unknown): unknown {
  if (error instanceof SparsedgeError) return error;
  return malformed(`cannot be parsed: ${error instanceof Error ? error.message : error}`);
}

async function pageText(file: string): Promise<string> {
  if ((await stat(file)).size > MAX_RECORD_BYTES) throw malformed(TOO_LARGE);
  const bytes = await readFile(file);
  if (!isUtf8(bytes)) throw malformed(NOT_UTF8, { line: firstBadLine(bytes) });
  const text = bytes.toString('utf8');
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function firstBadLine(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; ; line++) {
    const end = bytes.indexOf(10, start);
    if (end === -1 || !isUtf8(bytes.subarray(start, end))) return line;
    start = end + 1;
  }
}
