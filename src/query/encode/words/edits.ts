// How far a word is from what was typed: letters left out, put in, taken for others, and two that changed places, each
// once (optimal string alignment). What happens more often in typing counts for less.

/** An edit, in bits: a word that is said so many times as often is as likely an edit further away. */
const EDIT = 10;
/** Two letters changed places, or one was taken for its neighbour on the keyboard, or for another vowel. */
const SLIP = 8;
/** A letter is typed once that is said twice, or twice in place of once. */
const DOUBLED = 7;
/** The first letter is seldom wrong. */
const FIRST = 3;

const ROWS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
const VOWELS = 'aeiouy';

/** Of letters, those that touch them on a keyboard. */
const NEIGHBOURS: ReadonlySet<string> = new Set(
  ROWS.flatMap((row, r) =>
    [...row].flatMap((letter, i) => {
      const below = ROWS[r + 1] ?? '';
      const beside = [row[i + 1], below[i - 1], below[i]].filter(
        (other) => other !== undefined && other !== '',
      );
      return beside.flatMap((other) => [letter + other, other + letter]);
    }),
  ),
);

/** Measures words against one that was typed. */
export class Edits {
  readonly #typed: readonly string[];
  readonly #most: number;
  readonly #rows: readonly [Float64Array, Float64Array, Float64Array];

  /**
   * @param typed what was typed
   * @param most edits that are looked for
   */
  constructor(typed: string, most: number) {
    this.#typed = [...typed];
    this.#most = most;
    const row = () => new Float64Array(this.#typed.length + 1);
    this.#rows = [row(), row(), row()];
  }

  /** How many edits make a word of what was typed, and what they cost in bits; undefined where they are too many. */
  to(word: string): { readonly edits: number; readonly bits: number } | undefined {
    const letters = [...word];
    if (Math.abs(letters.length - this.#typed.length) > this.#most) return undefined;
    const edits = this.#least(letters, ONE, this.#most);
    if (edits > this.#most) return undefined;
    return { edits, bits: this.#least(letters, BITS, Number.POSITIVE_INFINITY) };
  }

  /** The least that edits cost; more than `limit` where they cost more. */
  #least(word: readonly string[], costs: Costs, limit: number): number {
    const typed = this.#typed;
    let [before, last, row] = this.#rows;
    last[0] = 0;
    for (let j = 1; j <= typed.length; j++) last[j] = last[j - 1] + costs.extra(typed, j - 1);
    for (let i = 1; i <= word.length; i++) {
      row[0] = last[0] + costs.missing(word, i - 1);
      let least = row[0];
      for (let j = 1; j <= typed.length; j++) {
        const same = word[i - 1] === typed[j - 1];
        let cost = last[j - 1] + (same ? 0 : costs.other(word, i - 1, typed[j - 1]));
        cost = Math.min(cost, last[j] + costs.missing(word, i - 1), row[j - 1] + costs.extra(typed, j - 1));
        if (!same && i > 1 && j > 1 && word[i - 1] === typed[j - 2] && word[i - 2] === typed[j - 1])
          cost = Math.min(cost, before[j - 2] + costs.swapped(i - 2));
        row[j] = cost;
        least = Math.min(least, cost);
      }
      if (least > limit) return least;
      [before, last, row] = [last, row, before];
    }
    return last[typed.length];
  }
}

interface Costs {
  /** A letter of the word is missing in what was typed. */
  missing(word: readonly string[], at: number): number;
  /** One was typed that the word has not. */
  extra(typed: readonly string[], at: number): number;
  /** One was typed for another. */
  other(word: readonly string[], at: number, typed: string): number;
  swapped(at: number): number;
}

const ONE: Costs = { missing: () => 1, extra: () => 1, other: () => 1, swapped: () => 1 };

const BITS: Costs = {
  missing: (word, at) => single(word, at) + first(at),
  extra: (typed, at) => single(typed, at) + first(at),
  other: (word, at, typed) => (isSlip(word[at], typed) ? SLIP : EDIT) + first(at),
  swapped: (at) => SLIP + first(at),
};

function first(at: number): number {
  return at === 0 ? FIRST : 0;
}

function single(letters: readonly string[], at: number): number {
  return letters[at] === letters[at - 1] || letters[at] === letters[at + 1] ? DOUBLED : EDIT;
}

function isSlip(a: string, b: string): boolean {
  return NEIGHBOURS.has(a + b) || (VOWELS.includes(a) && VOWELS.includes(b));
}
