// The pages of an input as one site. Before any page is read, all are looked at: what stands on most pages is the text
// of none, what most titles end with is no part of any, and of pages that name another as their original only that is
// read.

import { basename } from 'node:path';
import { compile } from 'css-select';
import picomatch from 'picomatch';
import type { Document } from '../../../../src/core/document.ts';
import { SparsedgeError } from '../../../../src/core/errors.ts';
import type { Fields } from '../../../../src/core/fields.ts';
import { LANGUAGE_FIELDS } from '../language/codes.ts';
import { languagesByPath } from '../language/languages-by-path.ts';
import { baseOf, cleanPath, servedPath, urlOf } from './address.ts';
import { generatorOf } from './generators/find-generator.ts';
import {
  type Generator,
  hasNoAddress,
  isPart,
  languageAt,
  markdownPath,
  slugPlaced,
} from './generators/generator.ts';
import { HugoBundles } from './generators/hugo.ts';
import { addressKeys, type GeneratorName } from './generators/known-generators.ts';
import { parseHtml } from './html.ts';
import { bodyOf, matterOf, parseMarkdown } from './markdown.ts';
import { IncludedParts } from './markup/included-parts.ts';
import { plainDocument } from './plain-text.ts';
import { documentsOf, type KeptOut, type Page } from './sections/chunk.ts';
import { SiteLinks } from './sections/link-names.ts';
import { canonicalOf, duplicatesIn, repeatedLines, sharedTitles, titleEnding } from './survey-pages.ts';

/** What is to be read of pages, and how. */
export interface PageOptions {
  /** Only pages whose paths match one of these patterns. */
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  /** Of HTML pages, only what these CSS selectors find. */
  readonly select?: readonly string[] | undefined;
  readonly ignoreSelector?: readonly string[] | undefined;
  readonly drafts?: boolean | undefined;
  /** When the site is built: see MarkdownOptions. */
  readonly clock?: number | undefined;
  /** Where the site stands. */
  readonly baseUrl?: string | undefined;
  /** Without `.html` and `index`. */
  readonly cleanUrls?: boolean | undefined;
  /**
   * The HTML is searched in the very site that it is: URLs are paths below that, a folder's for its `index.html`, also
   * where a page names another host in its canonical link. So what is tried at one address leads nowhere else.
   */
  readonly inPlace?: boolean | undefined;
  /** Detected unless it is named. */
  readonly generator?: GeneratorName | undefined;
}

export type PageFormat = 'html' | 'markdown' | 'text';

/** A page's file, by its path in the input. */
export interface PageFile {
  /** With `/` between its parts. */
  readonly path: string;
  readonly format: PageFormat;
  readonly read: () => Promise<string>;
}

/** What marks the text of each page that is to be found; pages may also write about it. */
const BODY = /\bdata-(?:sparsedge|pagefind)-body\b/;

/** Generators that make pages of HTML with front matter. */
const TEMPLATED: ReadonlySet<GeneratorName> = new Set(['hugo', 'jekyll', 'eleventy']);

/** Of large sites, so many pages are looked at whole. */
const SAMPLE = 150;

/** How the pages of an input are read. */
export class Site {
  readonly #options: PageOptions;
  readonly #generator: Generator;
  readonly #base: URL | undefined;
  readonly #isIncluded: (path: string) => boolean;
  readonly #isExcluded: (path: string) => boolean;
  #repeated: ReadonlySet<string> | undefined;
  #titleEnding: ((title: string) => string) | undefined;
  #sharedTitles: ReadonlySet<string> = new Set();
  #duplicates: ReadonlySet<string> = new Set();
  #languages: ReadonlyMap<string, string> = new Map();
  #hasBody = false;
  readonly #links: SiteLinks;
  readonly #parts: IncludedParts;
  #hiddenParts = 0;
  #bundles = new HugoBundles([]);

  /**
   * @param folder that the pages are in, where the site's generator is looked for
   * @throws SparsedgeError `bad-input` when an option is malformed
   */
  constructor(folder: string, options: PageOptions) {
    this.#options = options;
    this.#base = options.baseUrl === undefined ? undefined : baseOf(options.baseUrl);
    this.#links = new SiteLinks(this.#base);
    this.#generator = generatorOf(folder, options.generator);
    this.#parts = new IncludedParts(partRoots(this.#generator));
    mustBeSelectors([...(options.select ?? []), ...(options.ignoreSelector ?? [])]);
    this.#isIncluded = matcher(options.include) ?? (() => true);
    this.#isExcluded = matcher(options.exclude) ?? (() => false);
  }

  /** What makes the site, and the file that says so; undefined where none does, or where it was named. */
  get generator(): { readonly name: GeneratorName; readonly foundBy: string } | undefined {
    const { name, foundBy } = this.#generator;
    const isFound = this.#options.generator === undefined && foundBy !== undefined;
    return isFound ? { name, foundBy } : undefined;
  }

  /** Lines of text that are left out because they stand on most pages. */
  get repeatedLines(): number {
    return this.#repeated?.size ?? 0;
  }

  /** Parts of the pages read so far that were left out because they are not shown, or not read out. */
  get hiddenParts(): number {
    return this.#hiddenParts;
  }

  /** Looks at pages before they are read. A page that cannot be read is passed over here, and found again later. */
  async survey(files: readonly PageFile[]): Promise<void> {
    const chosen = files.filter(({ path }) => this.#pathReason(path) === undefined);
    this.#languages = languagesByPath(chosen.map(({ path }) => path));
    if (this.#generator.name === 'hugo') {
      this.#bundles = new HugoBundles(chosen.map(({ path }) => path));
      for (const { path, read } of chosen.filter(({ path }) => HugoBundles.isOfFolder(path)))
        this.#bundles.add(path, matterOf(await read().catch(() => '')));
    }
    for (const { path, format, read } of files) {
      const isShownElsewhere = format === 'markdown' && this.#isPart(path) && !this.#isExcluded(path);
      if (isShownElsewhere) this.#parts.add(path, bodyOf(await read().catch(() => '')));
    }
    const html = chosen.filter(({ format }) => format === 'html');
    for (const { path, format, read } of chosen) {
      if (format === 'markdown') this.#links.add(path, await read().catch(() => ''), format);
    }
    const every = Math.max(1, Math.ceil(html.length / SAMPLE));
    const canonicals = new Map<string, string>();
    const sample: Page[] = [];
    for (const [i, { path, read }] of html.entries()) {
      const text = await read().catch(() => undefined);
      if (text === undefined) continue;
      this.#links.add(path, text, 'html');
      this.#hasBody ||= BODY.test(text) && (parsedOrNot(text, {})?.isMarked ?? false);
      const canonical = canonicalOf(text);
      if (canonical !== undefined) canonicals.set(path, canonical);
      if (i % every > 0 || html.length < 3) continue;
      const page = parsedOrNot(text, this.#htmlOptions());
      if (page !== undefined) sample.push(page);
    }
    this.#repeated = repeatedLines(sample);
    this.#titleEnding = titleEnding(sample.map(({ title }) => title ?? ''));
    this.#sharedTitles = sharedTitles(sample.map(({ title }) => this.#short(title) ?? ''));
    this.#duplicates = duplicatesIn(canonicals);
  }

  /**
   * The documents of a page, or why it is kept out.
   *
   * @throws SparsedgeError `bad-input` for a malformed page
   */
  documents(path: string, text: string, format: PageFormat): Document[] | KeptOut {
    const reason = this.#pathReason(path);
    if (reason !== undefined) return { keptOut: reason };
    if (format === 'text') return [plainDocument(path, text, urlOf(path, undefined, this.#base))];
    const isTemplate = format === 'html' && this.#isTemplate(text);
    if (isTemplate) format = 'markdown';
    const page = format === 'html' ? this.#html(text) : this.#markdown(path, text, isTemplate);
    if ('keptOut' in page) return page;
    if (format === 'markdown' && hasNoAddress(path, this.#generator, page))
      return { keptOut: 'not a page of the site' };
    if (format === 'html') {
      if (this.#duplicates.has(path)) return { keptOut: 'another page is its canonical' };
      if (this.#hasBody && !page.isMarked) return { keptOut: 'no data-sparsedge-body or data-pagefind-body' };
    }
    this.#hiddenParts += page.hiddenParts;
    const short = this.#short(page.title);
    const isShared = short !== undefined && this.#sharedTitles.has(short);
    const title = isShared ? (firstHeading(page) ?? short) : short;
    const url = this.#url(path, page, format);
    const fields = this.#withLanguage(path, page.fields);
    return documentsOf(path, { ...page, title, fields }, url, this.#links.namesOf(path));
  }

  /** Fields with the language by which a page lies, unless the page says its own. */
  #withLanguage(path: string, fields: Fields | undefined): Fields | undefined {
    const lang = languageAt(path, this.#generator, this.#languages.get(path));
    const isSaid = LANGUAGE_FIELDS.some((name) => fields?.[name] !== undefined);
    return lang === undefined || isSaid ? fields : { lang, ...fields };
  }

  #short(title: string | undefined): string | undefined {
    return title === undefined ? undefined : (this.#titleEnding?.(title) ?? title);
  }

  #isPart(path: string): boolean {
    return isPart(path, this.#generator) || this.#bundles.isPart(path);
  }

  #pathReason(path: string): string | undefined {
    if (!this.#isIncluded(path)) return 'not in --include';
    if (this.#isExcluded(path)) return '--exclude';
    if (this.#isPart(path)) return 'not a page of the site';
    return /^(?:[a-z]{2}(?:-\w+)?\/)?(?:404|_?not[-_]found)(?:\/index)?\.\w+$/i.test(path)
      ? '404 page'
      : undefined;
  }

  #htmlOptions() {
    const { select, ignoreSelector } = this.#options;
    return { select: select?.join(', '), ignore: ignoreSelector?.join(', ') };
  }

  #html(text: string): Page | KeptOut {
    const page = parseHtml(text, { ...this.#htmlOptions(), repeated: this.#repeated });
    return page;
  }

  /** Whether a page of HTML is what a generator makes one of: it has front matter, as its pages of Markdown have. */
  #isTemplate(text: string): boolean {
    return TEMPLATED.has(this.#generator.name) && /^(?:---|\+\+\+)[ \t]*\r?\n/.test(text);
  }

  #markdown(path: string, text: string, isHtml: boolean): Page | KeptOut {
    const { name, anchors, mdx } = this.#generator;
    const isMdx = /\.mdx$/i.test(path) || mdx;
    const { drafts, clock } = this.#options;
    return parseMarkdown(this.#parts.into(path, text), {
      anchors,
      mdx: isMdx,
      isHtml,
      addressKeys: addressKeys(name),
      drafts,
      clock,
    });
  }

  #url(path: string, page: Page, format: PageFormat): string {
    const { address, fields } = page;
    const clean = this.#options.cleanUrls ?? false;
    if (format === 'html' && this.#options.inPlace)
      return urlOf(clean ? cleanPath(path) : servedPath(path), undefined, this.#base);
    if (format === 'html') return urlOf(clean ? cleanPath(path) : path, address, this.#base);
    const said = { ...page, heading: firstHeading(page) };
    const made = markdownPath(path, this.#generator, said);
    const placed = slugPlaced(address, path, this.#generator, fields);
    if (!clean) return urlOf(made, placed, this.#base);
    const bare = markdownPath(path, { ...this.#generator, pages: 'bare' }, said);
    return urlOf(this.#generator.pages === 'folder' ? made : bare, placed, this.#base);
  }
}

/** The folders of the input that paths of included files may be relative to. */
function partRoots({ roots, sources = [], inside }: Generator): readonly string[] {
  const below = sources.filter((each) => each.startsWith(inside)).map((each) => each.slice(inside.length));
  return [...roots, ...below];
}

/** What a page calls itself to its readers. */
function firstHeading({ sections }: Page): string | undefined {
  const headings = sections.filter(({ level }) => level >= 1 && level <= 6);
  return (headings.find(({ level }) => level === 1) ?? headings[0])?.headings.at(-1);
}

function parsedOrNot(text: string, options: Parameters<typeof parseHtml>[1]): Page | undefined {
  try {
    const page = parseHtml(text, options);
    return 'keptOut' in page ? undefined : page;
  } catch {
    // It is refused by its name when it is read.
    return undefined;
  }
}

/** The patterns that ask for plain text by its end: whether a path matches one. */
export function asksForText(include: readonly string[] | undefined): (path: string) => boolean {
  return matcher(include?.filter((pattern) => /te?xt\b/i.test(pattern))) ?? (() => false);
}

/** Whether a path, or its file's name alone, matches one of the patterns. */
function matcher(patterns: readonly string[] | undefined): ((path: string) => boolean) | undefined {
  if (patterns === undefined || patterns.length === 0) return undefined;
  // A folder stands for all that is in it.
  const all = patterns.flatMap((pattern) => {
    const plain = pattern.replace(/^\.?\//, '').replace(/\/$/, '');
    return [plain, `${plain}/**`];
  });
  const matches = picomatch(all, { dot: true });
  return (path) => matches(path) || matches(basename(path));
}

function mustBeSelectors(selectors: readonly string[]): void {
  for (const selector of selectors) {
    try {
      compile(selector);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : cause;
      throw new SparsedgeError('bad-input', `"${selector}" is no CSS selector: ${reason}`, {}, { cause });
    }
  }
}
