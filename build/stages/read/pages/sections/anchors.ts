// The ids that site generators give headings. What a page's HTML says comes first: these are for Markdown, whose HTML
// is elsewhere.

/** Ways of making an id of a heading's text. */
export type AnchorStyle =
  | 'github'
  | 'kramdown'
  | 'docusaurus'
  | 'nextra'
  | 'vitepress'
  | 'mkdocs'
  | 'pymdownx'
  | 'hugo'
  | 'blackfriday'
  | 'docutils'
  | 'zola'
  | 'eleventy';

/** The ids of one page, as they are given from its top to its bottom. */
export interface Anchors {
  /** The text as an id, before it is numbered; empty for a text that has no letter to make an id of. */
  readonly slug: (heading: string) => string;
  /** The name, or the name with the least number that makes it new. */
  readonly numbered: (name: string) => string;
  /** What pictures are described by is in ids. */
  readonly withPictures?: boolean;
  /** Headings that are written as HTML have ids as well. */
  readonly ofHtml?: boolean;
  /** A heading keeps the id of its words beside one that stands before it. */
  readonly keepsOwn?: boolean;
  /** Ids that headings are given are taken. */
  readonly takesGiven?: boolean;
  /** The page's own heading has no id, though it takes one. */
  readonly noneAtTop?: boolean;
}

/** Starts the ids of a page. */
export function anchorsOf(style: AnchorStyle): Anchors {
  const taken = new Map<string, number>();
  if (style === 'docutils')
    return { slug: SLUGS.docutils, numbered: docutilsIds(), takesGiven: true, keepsOwn: true };
  const isPython = style === 'mkdocs' || style === 'pymdownx';
  const separator = isPython ? '_' : '-';
  const habits: Partial<Anchors> =
    style === 'nextra'
      ? { noneAtTop: true }
      : style === 'docusaurus'
        ? { withPictures: true, noneAtTop: true }
        : { takesGiven: style === 'vitepress' };
  return {
    ...habits,
    ofHtml: OF_HTML.has(style),
    slug: SLUGS[style],
    numbered: (name) => {
      // Python-Markdown numbers even an empty name; the others leave such a heading without a name of its own.
      let free = name === '' && isPython ? '_1' : name;
      // The number last used for this name: a heading repeated ten thousand times must not be tried from 1.
      let n = taken.get(name) ?? (style === 'eleventy' ? 1 : 0);
      while (taken.has(free)) free = `${name}${separator}${++n}`;
      taken.set(name, n);
      if (free !== name) taken.set(free, 0);
      return free;
    },
  };
}

/** docutils gives a name that is taken, and one that is empty, the next of id1, id2 and so on. */
function docutilsIds(): Anchors['numbered'] {
  const taken = new Set<string>();
  let n = 0;
  return (name) => {
    let free = name;
    while (free === '' || taken.has(free)) free = `id${++n}`;
    taken.add(free);
    return free;
  };
}

/** Who gives ids when all is HTML. Docusaurus, Nextra and Hugo, and whatever is written in Python or Ruby, do not. */
const OF_HTML: ReadonlySet<AnchorStyle> = new Set(['github', 'eleventy']);

const SLUGS: Readonly<Record<AnchorStyle, (heading: string) => string>> = {
  // github-slugger, which Astro uses as well: each space is a hyphen, also around what is left out.
  github: withHyphens,
  kramdown: withHyphens,
  docusaurus: withHyphens,
  nextra: withHyphens,
  // The AutoHeadingIDType github of Hugo, whose dashes have become signs before
  hugo: (heading) =>
    heading
      .toLowerCase()
      .trim()
      .replace(/(?<=\s)-{2,3}(?=\s)|(?<=\p{L})-{2,3}(?=\p{L})/gu, '')
      .replace(/\s/g, ' ')
      .replace(/[^\p{L}\p{Nd}_\- ]/gu, '')
      .replaceAll(' ', '-') || 'heading',
  // What Hugo had before, and still has where its configuration says so
  blackfriday: (heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-|-$/g, '') || 'heading',
  // @mdit-vue/shared
  vitepress: (heading) =>
    heading
      // Names of emoji are in no id.
      .replace(/(?<!\S):[a-z\d_+-]+:(?!\S)/g, '')
      .normalize('NFKD')
      .replace(/[\u0300-\u036F]/g, '')
      .replace(/\p{Cc}/gu, '')
      .replace(/[\s~`!@#$%^&*()\-_+=[\]{}|\\;:"'“”‘’<>,.?/]+/g, '-')
      .replace(/^-|-$/g, '')
      .replace(/^(\d)/, '_$1')
      .toLowerCase(),
  // make_id of docutils.nodes, but for the few letters that it spells out
  docutils: (heading) => latinLetters(heading).replace(/^[-0-9]+|-+$/g, ''),
  // @sindresorhus/slugify, which Eleventy's IdAttributePlugin uses, but for the scripts that it spells out
  eleventy: (heading) =>
    heading
      .replaceAll('&', ' and ')
      .toLowerCase()
      .replace(/[äöüßøåæœ]/g, (letter) => SPELLED[letter])
      .replace(/(?<=\p{L})['’](?=s\b)/gu, '')
      .normalize('NFD')
      .replace(/[^a-z\d\s!-/:-@[-`{-~]/g, '')
      .replace(/[^a-z\d]+/g, '-')
      .replace(/^-|-$/g, ''),
  // The crate slug, but for the scripts that it spells out
  zola: (heading) => latinLetters(heading).replace(/^-|-$/g, ''),
  // markdown.extensions.toc of Python-Markdown
  mkdocs: (heading) =>
    heading
      .normalize('NFKD')
      .replace(/[^\w\s-]/g, '')
      .trim()
      .toLowerCase()
      .replace(/[-\s]+/g, '-'),
  // slugify of pymdownx.slugs, as most configurations of MkDocs ask for it
  pymdownx: (heading) =>
    heading
      .normalize('NFC')
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-'),
};

const SPELLED: Readonly<Record<string, string>> = {
  ...{ ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' },
  ...{ ø: 'oe', å: 'aa', æ: 'ae', œ: 'oe' },
};

function latinLetters(heading: string): string {
  return heading
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^\0-\x7f]/g, '')
    .replace(/[^a-z0-9]+/g, '-');
}

function withHyphens(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{Alphabetic}\p{M}\p{Nd}\p{Nl}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}
