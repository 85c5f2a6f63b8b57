// The ids that site generators give headings. What a page's HTML says comes first: these are for Markdown, whose HTML
// is elsewhere.

/** Ways of making an id of a heading's text. */
export type AnchorStyle = 'github' | 'vitepress' | 'mkdocs' | 'hugo' | 'docutils' | 'zola';

/** The ids of one page, as they are given from its top to its bottom. */
export interface Anchors {
  /** The text as an id, before it is numbered; empty for a text that has no letter to make an id of. */
  readonly slug: (heading: string) => string;
  /** The name, or the name with the least number that makes it new. */
  readonly numbered: (name: string) => string;
}

/** Starts the ids of a page. */
export function anchorsOf(style: AnchorStyle): Anchors {
  const taken = new Map<string, number>();
  if (style === 'docutils') return { slug: SLUGS.docutils, numbered: docutilsIds() };
  const separator = style === 'mkdocs' ? '_' : '-';
  return {
    slug: SLUGS[style],
    numbered: (name) => {
      // Python-Markdown numbers even an empty name; the others leave such a heading without a name of its own.
      let free = name === '' && style === 'mkdocs' ? '_1' : name;
      // The number last used for this name: a heading repeated ten thousand times must not be tried from 1.
      let n = taken.get(name) ?? 0;
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

const SLUGS: Readonly<Record<AnchorStyle, (heading: string) => string>> = {
  // github-slugger, which Docusaurus and Astro use as well.
  github: (heading) => lettersAndHyphens(heading.toLowerCase()),
  hugo: (heading) => lettersAndHyphens(heading.toLowerCase()) || 'heading',
  // @mdit-vue/shared
  vitepress: (heading) =>
    heading
      .normalize('NFKD')
      .replace(/[\u0300-\u036F]/g, '')
      .replace(/\p{Cc}/gu, '')
      .replace(/[\s~`!@#$%^&*()\-_+=[\]{}|\\;:"'“”‘’<>,.?/]+/g, '-')
      .replace(/^-|-$/g, '')
      .replace(/^(\d)/, '_$1')
      .toLowerCase(),
  // make_id of docutils.nodes, but for the few letters that it spells out
  docutils: (heading) => latinLetters(heading).replace(/^[-0-9]+|-+$/g, ''),
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
};

function latinLetters(heading: string): string {
  return heading
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^\0-\x7f]/g, '')
    .replace(/[^a-z0-9]+/g, '-');
}

function lettersAndHyphens(heading: string): string {
  return heading
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .trim()
    .replaceAll(' ', '-');
}
