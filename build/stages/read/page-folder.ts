// Pages: a file each, in the encoding that it declares.

import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { hasMark, IS_GUESSED, IS_UTF32, isUtf32, utf16Of } from './lines/encodings.ts';
import { notUtf8 } from './lines/not-utf8.ts';
import { MAX_RECORD_BYTES, TOO_LARGE } from './lines/record.ts';
import { type Batches, type Gate, malformed, note, type ReadReport, refuse } from './lines/report.ts';
import { withEndTags } from './pages/markup/self-closed.ts';
import type { PageFormat, PageOptions, Site } from './pages/site.ts';

/** What the names of each kind of page end with. */
export const PAGE_NAMES = {
  markdown: /\.(md|mdx|markdown|mdown|mdwn|mkdn?)$/i,
  html: /\.(?:html?|xht(?:ml)?)$/i,
  text: /\.te?xt$/i,
} as const;

/** A page's file, and its name for ids and URLs: its path below the folder that is read, with `/` between its parts. */
export interface PageFile {
  readonly file: string;
  readonly path: string;
  readonly format: PageFormat;
}

/** Looks at pages as one site, before any of them is read. */
export async function openSite(
  folder: string,
  pages: readonly PageFile[],
  options: PageOptions,
  report: ReadReport,
): Promise<Site> {
  // What reads pages is loaded where there are some: it is most of what reading takes to start.
  const { Site } = await import('./pages/site.ts');
  const site = new Site(folder, options);
  await site.survey(pages.map(({ file, path, format }) => ({ path, format, read: () => pageText(file) })));
  if (site.repeatedLines > 0) report.repeatedLines = site.repeatedLines;
  if (pages.some(({ format }) => format === 'markdown')) report.generator = site.generator;
  return site;
}

/**
 * Reads a page. It is one record: if it is malformed, none of it is read.
 *
 * @throws SparsedgeError `bad-input` for a malformed page, unless the gate skips them
 */
export async function* readPage({ file, path, format }: PageFile, site: Site, gate: Gate): Batches {
  let documents: ReturnType<Site['documents']>;
  try {
    documents = site.documents(path, await pageText(file, (said) => sayOnce(gate, file, said)), format);
  } catch (error) {
    refuse(gate, { file }, asMalformed(error));
    return;
  }
  if ('keptOut' in documents) {
    gate.report.keptOut ??= [];
    gate.report.keptOut.push({ file: path, reason: documents.keptOut });
    return;
  }
  if (site.hiddenParts > 0) gate.report.hiddenParts = site.hiddenParts;
  gate.at = { file };
  yield documents;
}

/** A parser may give up on a page, for instance one nested too deeply for the stack: that is the page's fault. */
function asMalformed(error: unknown): unknown {
  if (error instanceof SparsedgeError) return error;
  const reason = error instanceof RangeError ? 'it is nested too deeply' : error;
  return malformed(`cannot be parsed: ${reason instanceof Error ? reason.message : reason}`);
}

/** Says of the first such page what holds for each. */
function sayOnce(gate: Gate, file: string, said: string): void {
  if (!gate.report.notes.some((text) => text.endsWith(said)))
    note(gate, `${file}, the first such page: ${said}`);
}

/**
 * The text of a page's file, as HTML where it is XHTML.
 *
 * @param say what was decided by looking at the page, and could have been meant otherwise
 */
async function pageText(file: string, say?: (said: string) => void): Promise<string> {
  const text = await decodedText(file, say);
  return PAGE_NAMES.html.test(file) ? withEndTags(text, /\.xht(?:ml)?$/i.test(file)) : text;
}

async function decodedText(file: string, say?: (said: string) => void): Promise<string> {
  const bytes = await readWhole(file);
  if (isUtf32(bytes)) throw malformed(IS_UTF32);
  const utf16 = utf16Of(bytes);
  if (utf16 !== undefined && !hasMark(bytes)) say?.(IS_GUESSED);
  const encoding =
    utf16 === undefined ? declaredIn(file, bytes) : utf16 === 'little' ? 'utf-16le' : 'utf-16be';
  if (encoding === undefined || encoding === 'utf-8') {
    const text = bytes.toString('utf8');
    if (!isUtf8(bytes)) {
      // Browsers take pages that say nothing for Windows-1252; but what is UTF-8 elsewhere is damaged.
      const isSilent = encoding === undefined && PAGE_NAMES.html.test(file);
      if (isSilent && !/[^\0-\x7f\ufffd]/.test(text)) {
        say?.('read as Windows-1252, as browsers do, since it names no encoding and is not UTF-8');
        return new TextDecoder('windows-1252').decode(bytes);
      }
      const { line, start, end } = firstBadLine(bytes);
      throw malformed(notUtf8(bytes.subarray(start, end), bytes), { line });
    }
    return text.startsWith('\uFEFF') ? text.slice(1) : text;
  }
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    const why = utf16 === undefined ? 'which the page says it is' : 'which its first bytes say it is';
    throw malformed(`not valid ${encoding.toUpperCase()}, ${why}`);
  }
}

async function readWhole(file: string): Promise<Buffer> {
  try {
    if ((await stat(file)).size > MAX_RECORD_BYTES) throw malformed(TOO_LARGE);
    return await readFile(file);
  } catch (cause) {
    if (cause instanceof SparsedgeError) throw cause;
    throw malformed(`cannot be read (${(cause as NodeJS.ErrnoException).code})`);
  }
}

/** So far into a page browsers look for the name of its encoding. They take one that they come upon later, as well. */
const DECLARED_WITHIN = 1024;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * The encoding that an HTML page declares, by the rules of browsers: a byte-order mark counts for more, UTF-16 is a
 * slip for UTF-8, and Latin-1 is Windows-1252.
 */
function declaredIn(file: string, bytes: Buffer): string | undefined {
  if (!PAGE_NAMES.html.test(file) || bytes.subarray(0, 3).equals(BYTE_ORDER_MARK)) return undefined;
  // What is UTF-8 needs no other name, and a name that stands in an example is none.
  const head = bytes
    .toString('latin1', 0, isUtf8(bytes) ? DECLARED_WITHIN : undefined)
    .replace(/<!--[\s\S]*?(-->|$)/g, '');
  const named =
    /^\s*<\?xml\s[^>]{0,1000}\bencoding\s*=\s*["']([^"']+)["']/.exec(head)?.[1] ??
    /<meta\s[^>]{0,1000}\bcharset\s*=\s*["']?\s*([^\s"'/>;]+)/i.exec(head)?.[1];
  if (named === undefined) return undefined;
  try {
    const { encoding } = new TextDecoder(named === 'x-user-defined' ? 'windows-1252' : named);
    return encoding.startsWith('utf-16') ? 'utf-8' : encoding;
  } catch {
    // A name that says nothing is no declaration to browsers.
    return undefined;
  }
}

function firstBadLine(bytes: Buffer): { line: number; start: number; end: number } {
  for (let start = 0, line = 1; ; line++) {
    const found = bytes.indexOf(10, start);
    const end = found === -1 ? bytes.length : found;
    if (found === -1 || !isUtf8(bytes.subarray(start, end))) return { line, start, end };
    start = end + 1;
  }
}
