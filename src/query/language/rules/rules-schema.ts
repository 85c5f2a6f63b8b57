// The rules by which the owner of an index steers its answers, as they are written in a file.

import * as z from 'zod';

/** No list of rules is longer. */
const MOST_RULES = 10_000;
const MOST_BOOST = 64;

const words = z
  .string('expected words')
  .max(512, 'expected at most 512 characters')
  .refine((text) => /[\p{L}\p{N}]/u.test(text), 'expected words');
const one = <T extends z.ZodType>(what: T) =>
  z.union(
    [what, z.array(what).min(1, 'expected at least one').max(1000)],
    'expected words, or a list of them',
  );
const list = <T extends z.ZodType>(rule: T) =>
  z.array(rule, 'expected a list').max(MOST_RULES, `expected at most ${MOST_RULES}`).readonly();
const weight = z.number('expected a number').gt(0, 'expected more than 0').max(4, 'expected at most 4');
const factor = z
  .number('expected a factor')
  .min(0, 'expected a factor from 0')
  .max(MOST_BOOST, `expected at most ${MOST_BOOST}`);

const synonym = z.union(
  [
    z.array(words).min(2, 'expected two or more'),
    z.strictObject({ words: z.array(words).min(2, 'expected two or more'), weight: weight.optional() }),
    z.strictObject({ from: one(words), to: one(words), weight: weight.optional() }),
  ],
  'expected a list of words that mean the same, or from and to',
);

const names = z.array(z.string().min(1).max(2048), 'expected a list of ids or URLs').min(1).max(100);
const queryRule = z
  .strictObject({
    /** The question is this text, but for case and punctuation. */
    is: one(words).optional(),
    /** It is of this pattern: * stands for any text. */
    matches: one(words).optional(),
    /** Documents by their ids, URLs or paths, which come first in this order. */
    pin: names.optional(),
    /** Documents that are no results. */
    hide: names.optional(),
  })
  .refine(
    ({ is, matches }) => (is ?? matches) !== undefined,
    'expected is or matches: which questions it is for',
  )
  .refine(({ pin, hide }) => (pin ?? hide) !== undefined, 'expected pin or hide: what it does to them');

const value = z.union([z.string(), z.number(), z.boolean()], 'expected a text, a number, true or false');
const boost = z
  .strictObject({
    /** Patterns of the document's id and of its URL's path, and words of its title. */
    id: z.string().min(1).optional(),
    path: z.string().min(1).optional(),
    title: words.optional(),
    /** A field of the document: it is a value or one of several, or lies between two. */
    field: z.string().min(1).optional(),
    is: one(value).optional(),
    from: value.optional(),
    to: value.optional(),
    factor,
  })
  .refine(
    ({ id, path, title, field }) => (id ?? path ?? title ?? field) !== undefined,
    'expected id, path, title or field: which documents it is for',
  )
  .refine(
    ({ field, is, from, to }) => field !== undefined || (is ?? from ?? to) === undefined,
    'expected a field beside is, from and to',
  );

/** The schema of a file of rules. */
export const rulesSchema = z.strictObject(
  {
    synonyms: list(synonym).optional(),
    queries: list(queryRule).optional(),
    boosts: list(boost).optional(),
    /** Documents count half as much for each half-life by which they are older than the newest. */
    recency: z
      .strictObject({
        /** Of a date, by ISO 8601. */
        field: z.string().min(1),
        halfLifeDays: z.number('expected days').gt(0, 'expected more than 0 days'),
        /** No document counts less; .25 unless given. */
        least: z.number().gt(0, 'expected more than 0').max(1, 'expected at most 1').optional(),
      })
      .optional(),
    /** The field of documents that is a factor of their own. */
    boostField: z.string().min(1).optional(),
    /** What it counts more that a question is a document's title. */
    titles: z.number('expected a factor').gt(0, 'expected more than 0').max(MOST_BOOST).optional(),
  },
  'expected an object with synonyms, queries, boosts, recency, boostField or titles',
);

/** The rules of an index. */
export type Rules = z.infer<typeof rulesSchema>;
/** A rule that multiplies scores of documents. */
export type Boost = z.infer<typeof boost>;
