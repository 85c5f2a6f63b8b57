// Lists whose items are counted: `1.`, `Q1 –`, `①`, `第一、`, `**١)**`. Numbers are written in many ways, and nobody can
// name all of what stands around them; but it is the same in every item, and the numbers go on by one. So a list is
// recognized by its order, and what counts an item is never mistaken for a part of it: `3d tides` counts nothing.

import { unlisted } from './list-items.ts';

/** Items, and how many lines around them were none. */
export interface Listed {
  readonly items: readonly string[];
  readonly around: number;
}

/** A way to write numbers: from 1 on, as many as there are. */
type Numerals = (number: number) => string | undefined;

/** The zeros of decimal digits: ASCII, Arabic, Persian, Devanagari, Bengali, Tamil, Thai, Khmer, Burmese, wide. */
const ZEROS = [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xbe6, 0xe50, 0x17e0, 0x1040, 0xff10];
/** The ones of signs that hold a number: in circles, in brackets, before full stops, in black and in double circles. */
const ONES = [0x2460, 0x2474, 0x2488, 0x2776, 0x2780, 0x278a, 0x24f5];
const HAN = '一 二 三 四 五 六 七 八 九 十 十一 十二 十三 十四 十五 十六 十七 十八 十九 二十'.split(' ');
const ROMAN = 'i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx'.split(' ');
const LETTERS = 'a b c d e f g h i j k l m n o p q r s t'.split(' ');
const ENDINGS = ['st', 'nd', 'rd'];

const DECIMALS: readonly Numerals[] = ZEROS.map(
  (zero) => (number) => String(number).replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit))),
);
const SIGNS: readonly Numerals[] = ONES.map(
  (one) => (number) =>
    number <= (one < 0x2776 ? 20 : 10) ? String.fromCodePoint(one + number - 1) : undefined,
);
const ORDINALS: Numerals = (number) => `${number}${ENDINGS[number - 1] ?? 'th'}`;
const NAMED: readonly Numerals[] = [HAN, ROMAN, LETTERS].flatMap((names) => [
  (number) => names[number - 1],
  (number) => names[number - 1]?.toUpperCase(),
]);

/** What may follow a number; stars only where some stand before it. */
const BEHIND = /^[\s.:)\]}】）〕』、，。।：．\-–—>#/|\\]*/u;
const BEHIND_STARS = /^[\s.:)\]}】）〕』、，。।：．\-–—>#/|\\*_]*/u;
const MOST_BEFORE = 24;
/** Lines among which the second item is looked for: what explains the first may stand between. */
const NEAR = 8;

/** Lines among which the first item is looked for. */
const SOON = 40;

/** How a list counts: what stands before and behind each number. */
interface Dress {
  readonly before: string;
  readonly numerals: Numerals;
  readonly behind: string;
}

/**
 * The items of lines, without what counts them. Where some are counted, lines before the first and behind the last are
 * none, unless a bullet or another kind of number says that they are.
 *
 * @param document whose words are no labels: queries may be about the chapters of a book
 */
export function withoutCounts(written: readonly string[], document: string): Listed {
  const lines = written.map((line) => line.trimStart());
  for (const [at, line] of lines.slice(0, SOON).entries()) {
    for (const dress of dressesOf(line, lines.slice(at + 1, at + NEAR), document)) {
      const numbers = numbersOf(lines, at, dress);
      // A number with nothing but a space behind it may be part of a query: `2 tides a day`.
      const least = /[^ ]/.test(dress.behind) ? 2 : 3;
      if (numbers.filter((number) => number > 0).length >= least) return listed(lines, at, numbers, dress);
    }
  }
  return { items: lines, around: 0 };
}

/** The ways in which a line may be the first that is counted, and one behind it the second. */
function dressesOf(line: string, behind: readonly string[], document: string): Dress[] {
  return [...DECIMALS, ...SIGNS, ORDINALS, ...NAMED].flatMap((numerals) => {
    const one = numerals(1)!;
    const dresses: Dress[] = [];
    for (let at = line.indexOf(one); at >= 0 && at <= MOST_BEFORE; at = line.indexOf(one, at + 1)) {
      const dress = dressOf(line, at, behind, numerals);
      if (dress !== undefined && isLabel(dress, document)) dresses.push(dress);
    }
    return dresses;
  });
}

function dressOf(line: string, at: number, behind: readonly string[], numerals: Numerals): Dress | undefined {
  const before = line.slice(0, at);
  const [one, two] = [numerals(1)!, numerals(2)!];
  const next = behind.find((each) => each.startsWith(before + two));
  if (next === undefined) return undefined;
  const shape = /[*_]/.test(before) ? BEHIND_STARS : BEHIND;
  const [first, second] = [line.slice(at + one.length), next.slice(at + two.length)];
  const common = commonStart(shape.exec(first)![0], shape.exec(second)![0]);
  // Letters that count have nothing but signs beside them, and numbers behind a word have a sign behind them.
  const isName = NAMED.includes(numerals);
  const hasWord = /\p{L}/u.test(before);
  if (isName && hasWord) return undefined;
  if ((isName || hasWord) && !/\S/.test(common)) return undefined;
  const isNumber = common !== '' || SIGNS.includes(numerals);
  return isNumber && /[\p{L}\p{N}]/u.test(first) ? { before, numerals, behind: common } : undefined;
}

/** Whether what stands before numbers is a label, and no words of queries. */
function isLabel({ before }: Dress, document: string): boolean {
  const words = before.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? [];
  const about = document.toLowerCase();
  return words.length <= 2 && words.every((word) => LABELS.has(word) || !about.includes(word));
}

const LABELS = new Set(['q', 'query', 'question', 'search', 'no']);

function commonStart(a: string, b: string): string {
  let end = 0;
  while (end < a.length && a[end] === b[end]) end++;
  return a.slice(0, end);
}

/** The number of each line from `start` on; 0 for what is not counted. A list may begin anew under each headline. */
function numbersOf(lines: readonly string[], start: number, dress: Dress): number[] {
  let next = 1;
  return lines.map((line, at) => {
    const number = at < start ? undefined : [next, 1].find((each) => isCountedBy(line, each, dress));
    if (number === undefined) return 0;
    next = number + 1;
    return number;
  });
}

function isCountedBy(line: string, number: number, dress: Dress): boolean {
  const counted = countOf(number, dress);
  return counted !== undefined && line.startsWith(counted);
}

function countOf(number: number, { before, numerals, behind }: Dress): string | undefined {
  const written = numerals(number);
  return written === undefined ? undefined : before + written + behind;
}

function listed(lines: readonly string[], start: number, numbers: readonly number[], dress: Dress): Listed {
  const end = numbers.findLastIndex((number) => number > 0);
  const items: string[] = [];
  for (const [at, line] of lines.entries()) {
    const counted = numbers[at] > 0 ? countOf(numbers[at], dress) : undefined;
    if (counted !== undefined) items.push(line.slice(counted.length));
    else if ((at > start && at < end) || unlisted(line) !== line) items.push(line);
  }
  return { items, around: lines.length - items.length };
}
