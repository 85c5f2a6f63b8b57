// A folder of files of any kinds: which of them are read, and as what; which hold no documents by their names; and
// which may hold some and cannot be read, with the reason. Nothing is passed over without a word.

import { basename, relative, sep } from 'node:path';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { type Found, filesBelow } from '../../work/walk.ts';
import { isBulk } from './bulk-requests.ts';
import { detectContent, detectName, type Format, firstRecord, nameFits, PACKED } from './detect.ts';
import { wrappedRecordsIn } from './jsonl.ts';
import { asText } from './lines/encodings.ts';
import { openSource } from './lines/input-source.ts';
import { columnsOf, type FieldMapping } from './lines/record.ts';
import type { SkippedFile } from './lines/report.ts';
import { PAGE_NAMES } from './page-folder.ts';
import { checkHeader } from './tables/csv.ts';

/** A file that is read. */
interface SurveyedFile {
  readonly path: string;
  readonly format: Format;
}

/** What a folder holds. */
export interface Survey {
  readonly files: readonly SurveyedFile[];
  readonly skipped: readonly SkippedFile[];
  /** Files without documents, by the ends of their names. */
  readonly others: Readonly<Record<string, number>>;
}

/** How a folder is looked at. */
interface Choice {
  readonly format: 'auto' | Format;
  readonly fields: FieldMapping | undefined;
  /** Whether a file, by its path below the folder, is to be read as plain text. */
  readonly isText: (path: string) => boolean;
}

/** A file is read as something; or it is none of documents; or it might be, and is not read. */
type Judged = { readonly format: Format } | { readonly other: string } | { readonly reason: string };

/**
 * Looks at the files below a folder; those whose names do not tell what they are are opened.
 *
 * @param format if given, files of other formats are left alone
 * @throws SparsedgeError `bad-input` when nothing can be read, or less than is skipped: that is a wrong folder, most
 *   likely
 */
export async function survey(folder: string, choice: Choice): Promise<Survey> {
  const { format } = choice;
  const files: SurveyedFile[] = [];
  const skipped: SkippedFile[] = [];
  // Names may be what every other object has.
  const others = Object.create(null) as Record<string, number>;
  // A link to what is read already takes nothing away.
  let missed = 0;
  for await (const found of filesBelow(folder)) {
    const file = relative(folder, found.path).replaceAll(sep, '/');
    const judged = await judge(found, file, choice);
    if ('format' in judged) files.push({ path: found.path, format: judged.format });
    else if ('other' in judged) others[judged.other] = (others[judged.other] ?? 0) + 1;
    else {
      skipped.push({ file, reason: judged.reason });
      if (found.reason === undefined) missed++;
    }
  }
  mustHoldFiles(folder, { files, skipped, others }, { format, missed });
  return { files, skipped, others };
}

async function judge({ path, reason }: Found, file: string, choice: Choice): Promise<Judged> {
  if (reason !== undefined) return { reason };
  const name = basename(path);
  if (choice.format !== 'auto') {
    const { format } = choice;
    return nameFits(name, format) ? { format } : { other: endOf(name) };
  }
  if (OTHER_NAMES.test(name) || OTHER_ENDS.has(endOf(name))) return { other: endOf(name) };
  const format = detectName(name);
  if (format !== undefined) return { format };
  const isPlain = PAGE_NAMES.text.test(name);
  if (isPlain && choice.isText(file)) return { format: 'text' };
  const judged = await judgeContent(path, choice.fields);
  return 'reason' in judged
    ? { reason: UNREAD.get(endOf(name.replace(PACKED, ''))) ?? judged.reason }
    : judged;
}

/** Why documents of other formats are not read, and what to do. */
const UNREAD = new Map([
  ...['.txt', '.text'].map(
    (end) => [end, 'plain text is read where --include asks for it: --include "*.txt"'] as const,
  ),
  ...[
    '.rst',
    '.rest',
    '.adoc',
    '.asciidoc',
    '.org',
    '.textile',
    '.tex',
    '.texi',
    '.pod',
    '.rdoc',
    '.ipynb',
    '.rmd',
    '.qmd',
    '.shtml',
  ].map((end) => [end, 'its format is not read: make the HTML of the site, and index that'] as const),
  ...['.md', '.mdx', '.markdown', '.html', '.htm', '.tar', '.tgz', '.zip', '.7z', '.rar'].map(
    (end) => [end, 'pages are not read from within packed files: unpack it first'] as const,
  ),
  ...['.pdf', '.doc', '.docx', '.odt', '.epub', '.rtf', '.pptx', '.xlsx'].map(
    (end) => [end, 'its format is not read: convert it to HTML, Markdown or plain text'] as const,
  ),
]);

/** Whether bytes are UTF-8, up to a letter that is cut at their end: a tab in others would make a table of them. */
function isText(head: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return !head.includes(0);
  } catch {
    return false;
  }
}

/** What a file that may hold records is, by its first bytes. */
async function judgeContent(path: string, fields: FieldMapping | undefined): Promise<Judged> {
  try {
    const source = await openSource(path);
    try {
      if (source.head.subarray(0, 4).toString('latin1') === 'PAR1') return { format: 'parquet' };
      const text = await asText(source);
      const isNamed = /\.(?:jsonl|ndjson|json|csv|tsv)\b/i.test(basename(path));
      if (!isNamed && !isText(text.head)) return { reason: 'it is neither text nor Parquet' };
      const format = detectContent(text, fields);
      if (format === 'csv') checkHeader(text, fields);
      // Lists of settings are JSON, too.
      const isJson = format === 'jsonl' || format === 'beir';
      if (isJson && !/\.(jsonl|ndjson)\b/i.test(basename(path))) {
        const columns = columnsOf(fields);
        const record = firstRecord(text.head);
        const has = (names: readonly string[]) => record !== undefined && names.some((key) => key in record);
        const list = wrappedRecordsIn(text.head, columns);
        if (list !== undefined)
          return {
            reason: `it is an object around the list ${list.path}: name the file itself to read that`,
          };
        if (!has(columns.id) && !isBulk(text.head))
          return { reason: `it is JSON without an id (${columns.id.join(', ')}) to begin with` };
      }
      return { format };
    } finally {
      source.close();
    }
  } catch (error) {
    if (!(error instanceof SparsedgeError) || error.code !== 'bad-input') throw error;
    const { reason } = error.details;
    return { reason: typeof reason === 'string' ? reason : error.message };
  }
}

function mustHoldFiles(
  folder: string,
  { files, skipped, others }: Survey,
  { format, missed }: { readonly format: 'auto' | Format; readonly missed: number },
): void {
  if (files.length > 0 && missed <= files.length) return;
  const listed = skipped.slice(0, REASONS_SHOWN).map(({ file, reason }) => `\n  ${file}: ${reason}`);
  if (skipped.length > REASONS_SHOWN) listed.push(`\n  and ${skipped.length - REASONS_SHOWN} more`);
  const reason =
    files.length > 0
      ? `most files would be skipped, ${skipped.length}, and only ${files.length} read; with --format, other ` +
        `files are left out by choice`
      : format !== 'auto'
        ? `it has no file whose name is that of ${format}`
        : 'unknown format: it has no corpus.jsonl (beir), no *.md (markdown), no *.html (html) and no file of ' +
          'records (*.jsonl, *.json, *.csv, *.tsv, *.parquet)';
  const besides = Object.entries(others).map(([end, count]) => `${count} ${end}`);
  const rest =
    besides.length > 0 && files.length === 0 ? `; there are ${besides.slice(0, 9).join(', ')}` : '';
  throw new SparsedgeError(
    'bad-input',
    `${folder}: ${reason}${rest}${listed.length > 0 ? `. Skipped:${listed.join('')}` : ''}`,
    { folder, reason, skipped: skipped.length },
  );
}

const REASONS_SHOWN = 10;

/** How a name ends, as it is counted: `.png`; the whole name where it has no end. */
function endOf(name: string): string {
  return /[^.](\.[^./]+)$/.exec(name)?.[1].toLowerCase() ?? name;
}

/** What stands beside documents and is none: pictures, styles, code, settings. */
const OTHER_ENDS = new Set(
  (
    'png jpg jpeg gif svg webp avif ico bmp tiff tif psd ai eps mp3 mp4 m4a m4v mov avi webm ogg ogv wav flac ' +
    'woff woff2 ttf otf eot css scss sass less styl js mjs cjs jsx ts mts cts tsx vue svelte astro map wasm ' +
    'py pyi pyc rb go rs c h cc cpp hpp cs java kt kts scala swift php pl pm lua r jl sh bash zsh fish ps1 bat cmd ' +
    'sql proto graphql gql njk liquid hbs ejs pug j2 jinja tmpl tpl hjson yml yaml toml ini cfg conf properties env ' +
    'lock log crc sum mod pem key crt license po pot mo inv buildinfo snap patch diff bib sty webmanifest exe dll so a o ' +
    'dylib class jar xsl xslt xsd dtd rss atom opf ncx'
  )
    .split(' ')
    .map((end) => `.${end}`),
);

const OTHER_NAMES =
  /^(license|licence|copying|notice|authors|contributors|codeowners|makefile|dockerfile|cname|gemfile|rakefile|procfile|_success|_headers|_redirects|_committed_.*|_started_.*|_metadata|_common_metadata|robots\.txt|humans\.txt|requirements.*\.txt|cmakelists\.txt|sitemap.*\.xml|feed\.xml|browserconfig\.xml|package(-lock)?\.json|tsconfig.*\.json|manifest\.json)$/i;
