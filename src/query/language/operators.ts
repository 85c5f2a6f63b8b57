// The language of questions. A question is text; some of it may be operators, which say what documents must or must not
// say:
//
//   "quoted words"          the words stand in a row, in the title or in the text
//   -word  -"quoted words"  they do not
//   title:word  title:"…"   they stand in the title; with the name of any other field of the index, in that field
//   -title:word             they do not
//
// What looks like an operator and is none stays text. An operator stands at the beginning or behind white space or an
// opening parenthesis. A quotation ends before white space, punctuation or the end, so that inches (24" or 27") are
// none. An excluded word is of letters alone, and of three at least where they are ASCII's: -O2, -rf, --dry-run, -j8,
// -lib/x and 10 -20 are text, and so is a dash between spaces; what else is to be excluded is quoted. A field is
// followed by a colon and at once by its word, and its name is one that the index has: std::vector, https://… and
// C:\path are text. Where nothing would be left to search for but what is to be excluded, all of a question is text.

import { SparsedgeError } from '../../core/errors.ts';

/** What documents must or must not say. */
export interface Operator {
  readonly text: string;
  /** Where: `title`, or the name of a further field; in the title or in the text unless given. */
  readonly field?: string | undefined;
  /** Documents that say it are no answer; else only those are. */
  readonly excluded?: true | undefined;
}

/** A question taken apart. */
export interface ReadQuestion {
  /** What is searched for. A question without operators is all of it, unchanged. */
  readonly text: string;
  readonly operators: readonly Operator[];
}

/** Each is looked for in the texts of documents. */
export const MAX_OPERATORS = 32;
/** The field that every index has. */
const TITLE = 'title';

const BEFORE = '(?<![^\\s(])';
const AFTER = '(?=[)\\],.;:!?]*(?:\\s|$))';
const QUOTED = '"(?<straight>[^"]*)"|[\u201C\u201E](?<curly>[^\u201C-\u201F"]*)[\u201D\u201C]';
const FIELD = '(?<field>[\\p{L}_][\\p{L}\\p{N}\\p{M}_.-]*):';
const VALUE = '(?<value>[\\p{L}\\p{N}][^\\s"]*)(?=\\s|$)';
const WORD = `(?<word>\\p{L}[\\p{L}\\p{M}]*(?:['\u2019][\\p{L}\\p{M}]+)*)`;
const OPERATOR = new RegExp(
  `${BEFORE}(?<minus>-?)(?:(?:${FIELD})?(?:${QUOTED})${AFTER}|${FIELD.replace('field', 'of')}${VALUE})` +
    `|${BEFORE}-${WORD}${AFTER}`,
  'gu',
);
const CLOSING = ')],.;:!?';
const SHORT_OPTION = /^[a-z]{1,2}$/i;
const SAYS_SOMETHING = /[\p{L}\p{N}]/u;

/**
 * Takes a question apart.
 *
 * @param fields the names of the index's further fields
 * @throws SparsedgeError `bad-query` for more operators than are looked for, and for fields alone: they find nothing by
 *   themselves
 */
export function readQuestion(question: string, fields: ReadonlySet<string> = new Set()): ReadQuestion {
  const operators: Operator[] = [];
  const text = question.replace(OPERATOR, (written: string, ...matched) => {
    const groups: Readonly<Record<string, string | undefined>> = matched.at(-1);
    const operator = operatorOf(groups, fields);
    if (operator === undefined) return written;
    operators.push(operator);
    const searched = !operator.excluded && (operator.field === undefined || operator.field === TITLE);
    return searched ? operator.text : '';
  });
  if (operators.length === 0) return { text: question, operators };
  if (!SAYS_SOMETHING.test(text)) {
    if (operators.every(({ excluded }) => excluded)) return { text: question, operators: [] };
    throw new SparsedgeError(
      'bad-query',
      'the question names only fields; it needs a word to search for, too',
    );
  }
  if (operators.length > MAX_OPERATORS)
    throw new SparsedgeError(
      'bad-query',
      `the question has ${operators.length} quotations, fields and exclusions; at most ${MAX_OPERATORS} are taken`,
    );
  return { text: text.replace(/\s+/g, ' ').trim(), operators };
}

function operatorOf(
  { minus, word, straight, curly, field, of, value }: Readonly<Record<string, string | undefined>>,
  fields: ReadonlySet<string>,
): Operator | undefined {
  if (word !== undefined) return SHORT_OPTION.test(word) ? undefined : { text: word, excluded: true };
  const text = value === undefined ? (straight ?? curly ?? '').trim() : withoutClosing(value);
  const name = field ?? of;
  const isField = name === undefined || name === TITLE || fields.has(name);
  if (!isField || !SAYS_SOMETHING.test(text)) return undefined;
  return {
    text,
    ...(name !== undefined && { field: name }),
    ...(minus === '-' && { excluded: true as const }),
  };
}

/** A word without the punctuation behind it. */
function withoutClosing(word: string): string {
  let end = word.length;
  while (end > 0 && CLOSING.includes(word[end - 1])) end--;
  return word.slice(0, end);
}
