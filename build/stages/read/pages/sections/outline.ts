// The sections of a page as they grow: headings and definitions, each with the lines below it.

import type { Anchors } from './anchors.ts';
import { oneLine, type Section } from './chunk.ts';

interface Options {
  readonly repeated?: ReadonlySet<string> | undefined;
  readonly anchors?: Anchors | undefined;
}

interface Growing extends Section {
  readonly body: string[];
  readonly terms: string[];
  readonly weighed: { text: string; times: number }[];
  divided: boolean;
}

/** A section without anything in it. */
function emptySection(level: number): Growing {
  return { headings: [], level, body: [], terms: [], weighed: [], divided: false };
}

/** A heading or a term that is being read. */
interface Title {
  readonly level: number;
  /** Its own id, or that of an element that has just begun. */
  readonly before: string | undefined;
  /** It is written as HTML in a page of Markdown. */
  readonly isOfHtml: boolean;
  /** Its words as they are written, those that stand for pictures marked: ids are made of these. */
  readonly written: { readonly words: string; readonly isPicture: boolean }[];
  /** The first id of what is in it. */
  inside?: string | undefined;
  permalink?: { readonly anchor: string; readonly isSign: boolean } | undefined;
}

type IsKnown = (anchor: string) => boolean;

/** Keywords and types before the name that a signature declares. */
const DECLARING =
  /^(?:(?:abstract|async|classmethod|class|const|def|exception|export|final|fn|function|interface|method|module|new|property|protected|pub|public|private|static|staticmethod|struct|trait|type|enum|macro|var|let)\s+)+/;
/** How Sphinx's domains begin an id that is not in the name. */
const DOMAIN = /^(?:c|cpp|js|rst)\./;
const MAX_NAME = 100;
/** Definitions within so many others are text. */
const MAX_LISTS = 20;

/** Collects words into lines, lines into sections. */
export class Outline {
  readonly #options: Options;
  readonly #sections: Growing[] = [emptySection(0)];
  #current = this.#sections[0];
  /** The headings above, from the highest. */
  #above: Growing[] = [];
  /** The lists of definitions that are open: each with the section that it stands in. */
  readonly #lists: { readonly home: Growing; terms: Growing[] }[] = [];
  #words: string[] = [];
  /** How words of the line are read: they stand behind it, since they are in the midst of words. */
  #readings = '';
  /** How often the words count that are being read, and those that count otherwise than once. */
  #times = 1;
  #heavy: string[] = [];
  #weighed: { text: string; times: number }[] = [];
  #title: Title | undefined;
  /** The id of an element that has just begun: a heading that comes first in it goes by that id. */
  #pendingId: string | undefined;
  #pendingIsPlace = false;

  constructor(options: Options) {
    this.#options = options;
  }

  get inHeading(): boolean {
    return this.#title !== undefined;
  }

  /**
   * @param isPicture the words stand for a picture
   * @param written the words with all their spaces
   */
  say(words: string, isPicture = false, written = words): void {
    if (words === '\n' && this.#title === undefined) this.#sayReadings();
    this.#title?.written.push({ words: written, isPicture });
    if (this.#times !== 1) this.#heavy.push(words);
    if (/\S/.test(words)) {
      if (this.#title === undefined) this.#pendingId = undefined;
      this.#words.push(words);
    } else if (this.#words.length > 0) this.#words.push(words);
  }

  /**
   * Says how the word above the annotation is read.
   *
   * @param continues whether it is a part of the word that was annotated before
   */
  annotate(reading: string, continues: boolean): void {
    this.#readings += continues ? reading : ` ${reading}`;
  }

  #sayReadings(): void {
    const readings = this.#readings;
    this.#readings = '';
    if (readings !== '') this.#words.push(`${readings} `);
  }

  /** From here on words count so many times; what is to be done where that ends. */
  weigh(times: number): () => void {
    const before = this.#times;
    this.#takeHeavy();
    this.#times = times;
    return () => {
      this.#takeHeavy();
      this.#times = before;
    };
  }

  /** What stands here is no text, and parts what stands around it. */
  separate(): void {
    this.say(' ');
  }

  /**
   * An element with an id begins here.
   *
   * @param isPlace it is there for its id alone: a term right after it goes by that
   */
  place(id: string, isPlace = false): void {
    if (this.#title !== undefined) this.#title.inside ??= id;
    else {
      this.#pendingId = id;
      this.#pendingIsPlace = isPlace;
    }
  }

  permalink(anchor: string, isSign: boolean): void {
    if (this.#title !== undefined) this.#title.permalink ??= { anchor, isSign };
  }

  /**
   * Whether a heading begins: not within another.
   *
   * @param isOfHtml it is written as HTML in a page of Markdown
   */
  openHeading(level: number, id: string | undefined, isOfHtml = false): boolean {
    return this.#open(level, id ?? this.#pendingId, isOfHtml);
  }

  openTerm(id: string | undefined): boolean {
    const before = id ?? (this.#pendingIsPlace ? this.#pendingId : undefined);
    return this.#lists.length > 0 && this.#lists.length <= MAX_LISTS && this.#open(7, before);
  }

  #open(level: number, before: string | undefined, isOfHtml = false): boolean {
    if (this.#title !== undefined) return false;
    this.#flush();
    this.#title = { level, before, isOfHtml, written: [] };
    this.#pendingId = undefined;
    return true;
  }

  closeHeading(isKnown: IsKnown): void {
    const title = this.#title;
    const text = this.#takeTitle();
    if (title === undefined || text === '') return;
    const { level } = title;
    while (this.#above.length > 0 && (this.#above.at(-1)?.level ?? 0) >= level) this.#above.pop();
    const { anchors } = this.#options;
    const given = anchorOf(title, isKnown);
    if (given !== undefined && anchors?.takesGiven) anchors.numbered(given);
    const makes = !title.isOfHtml || anchors?.ofHtml ? anchors : undefined;
    const own =
      (makes?.keepsOwn ? undefined : given) ?? (makes && (makes.numbered(slugOf(title, makes)) || undefined));
    const anchor = level === 1 && anchors?.noneAtTop ? undefined : own;
    const section = this.#below(this.#above.at(-1), { ...emptySection(level), anchor }, text);
    this.#above.push(section);
  }

  /** A term with an id is a section of its own, whose text is what follows; terms in a row share it. */
  closeTerm(isKnown: IsKnown): void {
    const title = this.#title;
    const text = this.#takeTitle();
    const list = this.#lists.at(-1);
    if (title === undefined || list === undefined || text === '') return;
    const anchor = anchorOf(title, isKnown);
    if (anchor === undefined) {
      this.#current.body.push(text);
      this.#current.terms.push(...termsIn(text));
      return;
    }
    const last = list.terms.at(-1);
    const shares = last !== undefined && last === this.#current && last.body.length === 0;
    const body = shares ? last.body : [];
    const parent = list.home.level === 0 ? undefined : list.home;
    const name = nameOf(text, anchor);
    const terms = termsIn(text).filter((defined) => defined !== name);
    const term = { ...emptySection(7), anchor, name, body, terms };
    list.terms.push(this.#below(parent, term, text));
  }

  /** A list of definitions begins; what is to be done at its end. */
  openList(): () => void {
    this.say('\n');
    if (this.#title !== undefined) return () => this.say('\n');
    this.#flush();
    const list = { home: this.#current, terms: [] };
    this.#lists.push(list);
    return () => {
      this.#flush();
      if (this.#lists.at(-1) === list) this.#lists.pop();
      // A heading in the list has begun another section, and what follows belongs to that.
      if (this.#current.level === 7) this.#current = list.home;
    };
  }

  finish(): Section[] {
    if (this.#title !== undefined) this.closeHeading(() => true);
    this.#flush();
    const { repeated } = this.#options;
    if (repeated === undefined) return this.#sections;
    return this.#sections.filter(
      ({ level, body, divided, headings }) =>
        level === 0 || body.length > 0 || divided || !repeated.has(headings.at(-1) ?? ''),
    );
  }

  #below(parent: Growing | undefined, section: Growing, text: string): Growing {
    if (parent !== undefined) parent.divided = true;
    const placed = { ...section, headings: [...(parent?.headings ?? []), text] };
    this.#sections.push(placed);
    this.#current = placed;
    return placed;
  }

  /** Those of a title wait until its section has begun. */
  #takeHeavy(): void {
    const text = oneLine(this.#heavy.join(''));
    this.#heavy = [];
    if (text !== '') this.#weighed.push({ text, times: this.#times });
  }

  #takeTitle(): string {
    const text = oneLine(this.#words.join(''));
    this.#words = [];
    this.#title = undefined;
    return text;
  }

  #flush(): void {
    this.#sayReadings();
    this.#takeHeavy();
    this.#current.weighed.push(...this.#weighed);
    this.#weighed = [];
    const { repeated } = this.#options;
    for (const line of this.#words.join('').split('\n')) {
      const text = oneLine(line);
      if (text !== '' && !repeated?.has(text)) this.#current.body.push(text);
    }
    this.#words = [];
  }
}

/** The place that a title's permalink names, where that is on the page; or its id, or that of what is in it. */
function anchorOf({ before, inside, permalink }: Title, isKnown: IsKnown): string | undefined {
  if (permalink?.isSign && isKnown(permalink.anchor)) return permalink.anchor;
  const linked = permalink && (permalink.isSign || isKnown(permalink.anchor)) ? permalink.anchor : undefined;
  return before || inside || linked || undefined;
}

function slugOf({ written }: Title, { slug, withPictures = false }: Anchors): string {
  const words = written.filter(({ isPicture }) => withPictures || !isPicture).map(({ words }) => words);
  // Spaces at the end are those before a component, which is no word.
  return slug(words.join('').trimEnd());
}

/** A term without what declares it, and without its parameters. */
function signatureOf(text: string): string {
  const [signature] = text.split(/\s*[([{]|\s+=\s|:\s|\s+→|\s+->/);
  return signature.replace(DECLARING, '').trim() || text;
}

/** Options of a command, as manuals define them: `-n`, `--max-count` of `-n <number>, --max-count=<number>`. */
const OPTION = /(?<![^\s,|/])--?[\p{L}\p{N}][\p{L}\p{N}-]*/gu;

/** The names that a term without an id defines; of one with an id, those that are not its whole name. */
function termsIn(text: string): string[] {
  return text.startsWith('-') ? [...(text.match(OPTION) ?? [])] : [signatureOf(text)];
}

/** What a term defines: `os.path.join`, of `os.path.join(path, *paths)` with that id. */
function nameOf(text: string, anchor: string): string {
  const id = anchor.replace(DOMAIN, '');
  if (text.includes(id) && id.length > 2) return id;
  const signature = signatureOf(text);
  const last = id.split(/[.:#]+/).at(-1);
  const words = signature.split(/\s+/);
  if (last && words.at(-1)?.replace(/^[*&]+/, '') === last) return id;
  return [...signature].slice(0, MAX_NAME).join('');
}
