// Markdown pages: front matter, and the rest as the HTML that it becomes. So there is one way of reading pages,
// whatever of them was written as Markdown and what as HTML.

import type { FieldValue } from '../../../../src/core/fields.ts';
import { instantOf } from '../lines/instant.ts';
import { fieldValue, setField } from '../lines/record.ts';
import { withoutComponents } from './components.ts';
import { frontMatter, saidIn, scalarText } from './front-matter.ts';
import { type HtmlOptions, parseHtml } from './html.ts';
import { htmlOfMarkdown } from './markdown-html.ts';
import { forbidsIndexing } from './markup/head-facts.ts';
import { withoutTemplateMarks } from './markup/template-marks.ts';
import { type AnchorStyle, anchorsOf } from './sections/anchors.ts';
import type { Address, KeptOut, Page } from './sections/chunk.ts';

/** Keys of front matter that have addresses. */
const ADDRESS_KEYS = ['url', 'slug', 'permalink'] as const;
export type AddressKey = (typeof ADDRESS_KEYS)[number];

/** How Markdown is read. */
export interface MarkdownOptions extends Pick<HtmlOptions, 'repeated'> {
  /** How the site's generator makes ids of headings. */
  readonly anchors?: AnchorStyle | undefined;
  /** Whether the page is MDX. */
  readonly mdx?: boolean | undefined;
  /** Whether what stands below the front matter is HTML. */
  readonly isHtml?: boolean | undefined;
  /** What of front matter is an address: by default all that any generator takes for one. */
  readonly addressKeys?: readonly AddressKey[] | undefined;
  /** Whether drafts are to be found. */
  readonly drafts?: boolean | undefined;
  /** When the site is built, in milliseconds since 1970; without it, no page is too early or too late. */
  readonly clock?: number | undefined;
}

/** What says something of the page to its site's generator and nothing to its readers. */
const SETTINGS = new Set([
  'title',
  'url',
  'draft',
  'published',
  'search',
  'slug',
  'permalink',
  'noindex',
  'unlisted',
  'aliases',
  'redirect_from',
]);
/**
 * A page's front matter, headings and text.
 *
 * @throws SparsedgeError `bad-input` when the front matter is malformed
 */
export function parseMarkdown(markdown: string, options: MarkdownOptions = {}): Page | KeptOut {
  const { anchors = 'github', mdx = false, drafts = false, clock, repeated } = options;
  const { matter, rest } = frontMatter(markdown);
  const reason = keptOutBy(matter, drafts, clock);
  if (reason !== undefined) return { keptOut: reason };
  const body = withoutTemplateMarks(rest);
  const html = options.isHtml ? body : htmlOfMarkdown(withoutComponents(body, mdx), mdx);
  const page = parseHtml(`<!doctype html><main>${html}`, {
    anchors: options.isHtml ? undefined : anchorsOf(anchors),
    repeated,
  });
  if ('keptOut' in page) return page;
  const fields: Record<string, FieldValue> = {};
  // Posts of Material for MkDocs have several dates, of which this one is in their addresses.
  const { created } = recordOf(matter.date);
  if (created !== undefined) setField(fields, 'date', fieldValue(created) ?? '');
  for (const [key, value] of Object.entries(withContained(matter))) {
    const isSetting = SETTINGS.has(key) && !(key === 'draft' && drafts);
    // VuePress takes null for a page that has no pattern.
    const said = key === 'permalinkPattern' ? String(value) : value;
    const kept = isSetting ? undefined : fieldValue(said);
    if (kept !== undefined) setField(fields, key, kept);
  }
  return {
    ...page,
    title: scalarText(matter.title),
    address: addressIn(matter, options.addressKeys ?? ADDRESS_KEYS),
    fields,
    about: saidIn(matter),
  };
}

/** What a page says of itself; nothing where that cannot be read. */
export function matterOf(markdown: string): Readonly<Record<string, unknown>> {
  try {
    return frontMatter(markdown).matter;
  } catch {
    return {};
  }
}

/** A page without its front matter; all of it where that cannot be read. */
export function bodyOf(markdown: string): string {
  try {
    return frontMatter(markdown).rest;
  } catch {
    return markdown;
  }
}

/** Where the usual generators have a page say what is its own affair: Zola, Hugo, and JSON of others. */
const CONTAINERS = ['extra', 'taxonomies', 'params', 'metadata'];

/** Front matter with what is in its containers, which gives way to what stands beside them. */
function withContained(matter: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const contained = CONTAINERS.map((key) => matter[key]).filter(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  );
  return Object.fromEntries([...contained, matter].flatMap((each) => Object.entries(each as object)));
}

function addressIn(
  matter: Readonly<Record<string, unknown>>,
  keys: readonly AddressKey[],
): Address | undefined {
  const said = (key: AddressKey) => (keys.includes(key) ? scalarText(matter[key]) : undefined);
  const slug = said('slug');
  const url = said('url') ?? (slug === undefined ? said('permalink') : undefined);
  if (url !== undefined) return { kind: 'url', value: url };
  return slug === undefined ? undefined : { kind: 'slug', value: slug };
}

/** What keeps a page out of searching where it is true, and where it is false, in the words of usual themes. */
const EXCLUDING = [
  'searchexclude',
  'excludesearch',
  'booksearchexclude',
  'excludefromsearch',
  'searchhidden',
  'hidefromsearch',
  'nosearch',
];
const INCLUDING = ['search', 'searchable', 'insearchindex', 'pagefind', 'algolia'];

/** Why a page is not to be found, if its front matter says so in the words of one of the usual generators. */
function keptOutBy(
  matter: Readonly<Record<string, unknown>>,
  drafts: boolean,
  clock: number | undefined,
): string | undefined {
  const said = new Map(
    Object.entries(withContained(matter)).map(([key, value]) => [
      key.toLowerCase().replace(/[-_]/g, ''),
      value,
    ]),
  );
  const is = (key: string, wanted: boolean) => String(said.get(key)).toLowerCase() === String(wanted);
  if (!drafts && (is('draft', true) || is('published', false))) return 'draft';
  const unmade = recordOf(said.get('build')).render ?? said.get('render');
  if (is('headless', true) || /^(?:never|link|false)$/.test(String(unmade))) return 'not a page of the site';
  const untimely = drafts || clock === undefined ? undefined : untimelyAt(clock, said);
  if (untimely !== undefined) return untimely;
  if (said.has('redirectto') || said.has('redirect') || /^redirect(?:ed)?$/i.test(String(said.get('layout'))))
    return 'redirect';
  const robots = `${said.get('robots') ?? ''} ${robotsIn(said.get('head'))}`;
  if (is('noindex', true) || is('robotsnoindex', true) || is('unlisted', true) || forbidsIndexing(robots))
    return 'noindex';
  if (drafts) return undefined;
  const search = said.get('search') as { exclude?: unknown } | string | undefined | null;
  const isExcluded =
    EXCLUDING.some((key) => is(key, true)) ||
    INCLUDING.some((key) => is(key, false)) ||
    (typeof search === 'object' && String(search?.exclude).toLowerCase() === 'true');
  return isExcluded ? 'search: false' : undefined;
}

/**
 * Whether a page is not published yet or no longer, by the keys of Hugo in its order (`frontmatter` of its
 * configuration).
 */
function untimelyAt(clock: number, said: ReadonlyMap<string, unknown>): string | undefined {
  const first = (...keys: readonly string[]) =>
    keys.map((key) => instantOf(scalarText(said.get(key)) ?? '')).find((instant) => instant !== undefined);
  const published = first('publishdate', 'pubdate', 'published', 'date');
  if (published !== undefined && published > clock) return 'published after the time of --clock';
  const expires = first('expirydate', 'unpublishdate');
  return expires !== undefined && expires < clock ? 'expired before the time of --clock' : undefined;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** What `head` says to search engines: VitePress and Starlight take elements there, as lists or mappings. */
function robotsIn(head: unknown): string {
  const elements = Array.isArray(head) ? head.map((element) => JSON.stringify(element)) : [];
  const robots = elements.filter((element) => /"name":"robots"/i.test(element));
  return robots.flatMap((element) => /"content":"([^"]*)"/i.exec(element)?.[1] ?? []).join(' ');
}
