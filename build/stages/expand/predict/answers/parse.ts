// A model's answer → queries. Models number, quote, introduce, apologise, go round in circles and answer in other
// scripts; what is no query is thrown away, and counted by its reason.

import { withoutCounts } from './counted-items.ts';
import { itemsOf, unlisted } from './list-items.ts';
import { isProse, isThought, spoken } from './thoughts.ts';

/** Why a line of an answer is no query. */
export type DiscardReason =
  /** Neither letters nor digits. */
  | 'empty'
  /** "Here are ten queries:", and "Let me know if you need more!". */
  | 'introduction'
  /** "I'm sorry, but as an AI …". */
  | 'refusal'
  /** The same line again in one list, or one phrase again and again in one line. */
  | 'repeat'
  | 'too-short'
  | 'too-long'
  /** Thinking about the task that no tag marks. */
  | 'reasoning'
  /** Code, tags or JSON. */
  | 'markup'
  /** Most letters are of a script that the document does not use. A language of the same script is not noticed. */
  | 'other-script'
  /** The last line of an answer that ran out of tokens. */
  | 'cut-off'
  /** Beyond what was asked for. */
  | 'surplus';

/** Lines thrown away, by reason. */
export type Discarded = Readonly<Partial<Record<DiscardReason, number>>>;

/** An answer, as it came. */
export interface Answer {
  readonly text: string;
  /** It ended because it had used up its tokens. */
  readonly cutOff: boolean;
  /** The server says that the model thought, beside what it answered. */
  readonly reasoned?: boolean | undefined;
  /** The server held back what was answered. */
  readonly filtered?: boolean | undefined;
}

/** Queries, and what was no query. */
export interface Parsed {
  readonly queries: readonly string[];
  readonly discarded: Discarded;
}

const MOST_CHARACTERS = 200;
const MOST_WORDS = 32;

/**
 * Why answers have no query, if the answers say it themselves: what stands in lines is for `discarded` to say.
 *
 * @param maxTokens of one answer
 */
export function silenceOf(answers: readonly Answer[], maxTokens: number): string | undefined {
  const every = (is: (answer: Answer) => boolean | undefined) => answers.length > 0 && answers.every(is);
  if (every(({ filtered }) => filtered)) return 'the server held the answer back: content filter';
  const limit = `the limit of ${maxTokens} tokens`;
  const cut = answers.some(({ cutOff }) => cutOff);
  if (every((answer) => saidBy(answer, '', true).thought)) {
    const how = cut
      ? `the answer was cut off at ${limit} while the model was reasoning`
      : 'the model reasoned and gave no answer';
    return `${how}: raise --max-tokens, or turn reasoning off at the server`;
  }
  return every(({ text, cutOff }) => cutOff && !/\S/.test(text))
    ? `the model used up ${limit} and said nothing: raise --max-tokens`
    : undefined;
}

/**
 * The queries of a document's answers.
 *
 * Sampled answers may agree, and then their query counts as often as it came: doc2query lives on that. A list that
 * repeats itself has only run in circles.
 *
 * @param document the text that was asked about
 * @param perAnswer 1 when an answer is one query, which then is its first line
 * @param most queries that are kept
 */
export function parseAnswers(
  answers: readonly Answer[],
  document: string,
  { perAnswer, most }: { readonly perAnswer: number; readonly most: number },
): Parsed {
  const queries: string[] = [];
  const discarded: Partial<Record<DiscardReason, number>> = {};
  const scripts = scriptsOf(document);
  for (const answer of answers) {
    const seen = new Set<string>();
    const { lines, around, thoughts, isCut } = saidBy(answer, document, perAnswer > 1);
    // Whatever a model that goes on with texts writes behind its query is about nothing.
    const taken = perAnswer === 1 ? lines.slice(0, 1) : lines;
    const count = (reason: DiscardReason, number = 1) => {
      if (number > 0) discarded[reason] = (discarded[reason] ?? 0) + number;
    };
    count('reasoning', thoughts);
    count('introduction', around);
    if (taken.length === 0 && thoughts === 0) count('empty');
    count('surplus', lines.length - taken.length);
    for (const [i, line] of taken.entries()) {
      const query = bare(line);
      const last = i === lines.length - 1;
      const fault =
        faultOf(query, line, scripts) ??
        (isCut && last ? 'cut-off' : undefined) ??
        (seen.has(query.toLowerCase()) ? 'repeat' : undefined) ??
        (queries.length === most ? 'surplus' : undefined);
      seen.add(query.toLowerCase());
      if (fault === undefined) queries.push(query);
      else count(fault);
    }
  }
  return { queries, discarded };
}

interface Said {
  readonly lines: readonly string[];
  /** Lines around a list that counts its items. */
  readonly around: number;
  /** Lines of thinking that no tag marks. */
  readonly thoughts: number;
  /** The last line is not whole. */
  readonly isCut: boolean;
  /** Something was thought, whether tags say so or not. */
  readonly thought: boolean;
}

/** What an answer says, in lines that are not blank, without what was thought first. */
function saidBy(answer: Answer, document: string, isList: boolean): Said {
  const { text, cutOff, reasoned = false, filtered = false } = answer;
  const { text: said, thought } = spoken(text);
  const lines = itemsOf(said, isList);
  const kept = withoutThoughts(lines, cutOff);
  const thoughts = lines.length - kept.length;
  const { items, around } = isList ? withoutCounts(kept, document) : { items: kept, around: 0 };
  return {
    lines: items,
    around,
    thoughts,
    // The limit may have been reached just when a line was whole; a filter stops answers anywhere, too.
    isCut: (cutOff || filtered) && !/\n[ \t]*$/.test(text) && !/^\s*[[{]/.test(said),
    thought: reasoned || thought || thoughts > 0,
  };
}

/**
 * The lines behind the last that thinks, where the first does. If the answer was cut off while it did, or in the midst
 * of prose, there are none.
 */
function withoutThoughts(lines: readonly string[], cutOff: boolean): readonly string[] {
  if (lines.length === 0) return lines;
  const begins = isThought(lines[0] ?? '');
  const prose = lines.filter(isProse).length;
  if (cutOff && (begins || (lines.length > 1 && prose * 2 >= lines.length))) return [];
  return begins ? lines.slice(lines.findLastIndex(isThought) + 1) : lines;
}

/** What some models say of each query before it. */
const KINDS =
  '(?:informational|navigational|transactional|commercial|investigational|short|long|long[- ]tail|keywords?|' +
  'natural language|conversational|factual|questions?|question[- ]based|general|specific|broad|narrow)(?: (?:search )?(?:query|queries|question|keywords?))?';
const LABEL = new RegExp(
  `^(?:${KINDS}|(?:search\\s+)?(?:query|question|term|q)\\s*\\d*|search|user|(?:final )?answer|output)\\s*[:.]\\s*(?=\\S)`,
  'i',
);
const KIND_BEHIND = new RegExp(`\\s+(?:[([]${KINDS}[)\\]]|(?:->|→|⇒|=>)\\s*${KINDS})$`, 'i');

/** A line without its number, bullet, label, quotation marks and emphasis. */
function bare(line: string): string {
  let text = line.normalize('NFC').replace(/\p{Cc}|\p{Cs}|\uFFFD/gu, ' ');
  text = unlisted(text);
  // A label in bold, and not a query in bold.
  text = text.replace(/^\s*(\*\*|__)[^*_:]{1,60}(?::\1|\1\s*:)\s*(?=\S)/, '');
  // What is said of a query in bold or in quotes, behind it.
  text = text.replace(/^\s*(?:(\*\*|__)([^*_]+\s[^*_]+)\1|"([^"]+\s[^"]+)")\s*(?:[-–—]\s|\().*$/, '$2$3');
  text = text.replace(/^\s*``(.*)''\s*$/, '$1').replace(/\*\*|__|`|\\\s*$/g, '');
  text = text.replace(/^\s*([*_])(\S.*\S|\S)\1\s*$/, '$2');
  text = text.trim().replace(LABEL, '').replace(KIND_BEHIND, '');
  text = text.replace(/\s+/g, ' ').trim();
  const quoted = /^(["'“”„‟«»‹›‘’「『〈《＂])(.*)(["'“”‟«»‹›‘’」』〉》＂])[,.;。]?$/u.exec(text);
  return (quoted ? quoted[2] : text).trim();
}

function faultOf(query: string, line: string, scripts: ReadonlySet<string>): DiscardReason | undefined {
  const letters = query.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  if (letters === 0) return 'empty';
  if (REFUSAL.test(query) || REFUSAL_ELSEWHERE.test(query) || NONE.test(query)) return 'refusal';
  if (/<\/?[a-z][^>]*>|[{}]|\\[nt"]|^https?:\/\/|^\s*[|[\]]/i.test(unlisted(line))) return 'markup';
  if (/[:：]$/.test(query) || [INTRODUCTION, CLOSING, ABOUT_QUERIES].some((form) => form.test(query)))
    return 'introduction';
  if (letters < 2) return 'too-short';
  if (query.length > MOST_CHARACTERS || query.split(' ').length > MOST_WORDS) return 'too-long';
  if (goesInCircles(query)) return 'repeat';
  return isForeign(query, scripts) ? 'other-script' : undefined;
}

/** "I can't connect to wifi" is a query; what a model cannot do is provide, generate or help. */
const REFUSAL =
  /^(?:(?:i['’]m|i am|we['’]re) (?:very |so )?sorry\b.{0,3}(?:but|i\b|$)|sorry,? (?:but )?i\b|i apologi[sz]e\b|as an ai\b|(?:unfortunately,? )?i (?:can['’]?t|can ?not|am (?:not able|unable) to|['’]m (?:not able|unable) to|won['’]t) (?:assist|help|provide|generate|create|fulfil|comply|answer|write|predict|produce))/i;
/** In other languages models apologize, too, and go on with what they cannot do. */
const REFUSAL_ELSEWHERE =
  /^(?:es tut mir (?:sehr )?leid|(?:je suis )?désolée?|lo siento|mi dispiace|sinto muito|desculpe|het spijt me|przykro mi|мне (?:очень )?жаль|извините|простите|üzgünüm|很?抱歉|对不起|對不起|申し訳|すみません|죄송).*(?:\b(?:aber|mais|pero|ma|mas|maar|ale|ancak|ama)\b|\bne (?:peux|puis)\b|\bn[oã]o? (?:puedo|posso)\b|\bnon posso\b|\bkann\b|не могу|无法|無法|不能|できません|할 수 없)/iu;
/** What stands for an answer that has none, and says why. */
const NONE =
  /^(?:n\/a|(?:there are )?no (?:search )?(?:queries|questions) (?:can|could|were|are|found|available|possible|to)\b.*|(?:the|this) (?:document|passage|text) (?:does not|doesn['’]t) (?:contain|provide|have|include) .*\b(?:information|content|text|details)\b.*)$/i;
/** What is said of a query on a line of its own, or of all of them. */
const ABOUT_QUERIES = new RegExp(
  '^(?:(?:rationale|(?:search |user )?intent|explanation|justification|purpose|(?:target )?audience|type|category|reason)' +
    '\\s*[:：]\\s*\\S|each (?:of these |search )*(?:query|question)s? ' +
    '(?:reflects|targets|covers|is (?:designed|meant)|captures|represents|addresses|focuses|uses|aims)\\b|' +
    '(?:those|the above)(?: \\d+)? (?:search )?(?:queries|questions)\\b|' +
    "(?:i|we)(?: have|['’]ve)? (?:tried|kept|included|varied|used|focused|aimed|made sure)\\b.*" +
    '\\b(?:queries|questions|phrasing|wording|searchers|document|passage)\\b|' +
    '(?:people|users|someone) (?:might|may|could|would) (?:also )?(?:search|ask|look|type)\\b|' +
    'hope (?:this|these|that|it) (?:helps?|works?|meets|suits|is|are)\\b|' +
    '\\(?\\d+ (?:search )?(?:queries|questions) (?:in )?total\\b)',
  'i',
);
const INTRODUCTION =
  /^(?:sure|certainly|of course|okay|here(?: are|['’]s| is))\b.*\b(?:quer(?:y|ies)|questions?)\b.*[:.!]?$/i;
/** What a model says behind a list, and the headline of one. */
const CLOSING = new RegExp(
  '^(?:let me know\\b|i hope (?:this|these|that|it)\\b|feel free to\\b|(?:please )?note(?: that\\b|:)|' +
    'these (?:search )?(?:quer(?:y|ies)|questions)\\b|would you like (?:me|more|another)\\b|' +
    'is there anything else\\b|' +
    '(?:(?:example|sample|possible|potential|predicted|generated|suggested|search|user) )*(?:queries|questions)$)',
  'i',
);

/** Whether three words in a row come three times. */
function goesInCircles(query: string): boolean {
  const words = query.toLowerCase().split(' ');
  const counts = new Map<string, number>();
  for (let i = 0; i + 3 <= words.length; i++) {
    const three = words.slice(i, i + 3).join(' ');
    const count = (counts.get(three) ?? 0) + 1;
    if (count === 3) return true;
    counts.set(three, count);
  }
  return false;
}

const SCRIPTS = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Arabic',
  'Hebrew',
  'Han',
  'Hiragana',
  'Katakana',
  'Hangul',
  'Devanagari',
  'Bengali',
  'Tamil',
  'Telugu',
  'Thai',
  'Georgian',
  'Armenian',
].map((name) => ({ name, letters: new RegExp(`\\p{Script=${name}}`, 'gu') }));

function scriptsOf(text: string): ReadonlySet<string> {
  return new Set(SCRIPTS.filter(({ letters }) => text.search(letters) >= 0).map(({ name }) => name));
}

function isForeign(query: string, scripts: ReadonlySet<string>): boolean {
  let [foreign, all] = [0, 0];
  for (const { name, letters } of SCRIPTS) {
    const count = query.match(letters)?.length ?? 0;
    all += count;
    if (!scripts.has(name)) foreign += count;
  }
  return foreign * 2 > all;
}
