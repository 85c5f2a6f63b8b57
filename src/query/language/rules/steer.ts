// What rules say of one question: synonyms of its words, documents that come first and documents that do not come.

import type { AnalyzerName } from '../../../core/analyzer/analysis.ts';
import { analysisNamed } from '../../../core/analyzer/analyzer.ts';
import { foldedLetters } from '../../../core/analyzer/folding.ts';
import type { IndexRules } from './index-rules.ts';
import { listed, matcher, SYNONYM_WEIGHT } from './patterns.ts';

/** Words that are searched beside those of a question. */
export interface Synonym {
  /** What the question says. */
  readonly of: string;
  readonly text: string;
  /** In parts of SYNONYM_UNIT of what a word of the question weighs. */
  readonly weight: number;
}

/** How a question is steered. */
export interface Steering {
  readonly synonyms: readonly Synonym[];
  /** Documents that come first, in this order. */
  readonly pinned: readonly number[];
  /** Of each of these the rule that does so, by its place among those of questions. */
  readonly pinnedBy: readonly number[];
  /** Documents that are no results. */
  readonly hidden: readonly number[];
}

export const SYNONYM_UNIT = 64;
/** Each is encoded as a question is, so no more are searched. */
const MOST_SYNONYMS = 16;

/** What the rules of an index say of a question. */
export function steer(text: string, rules: IndexRules, analyzer: AnalyzerName): Steering {
  return { synonyms: synonymsIn(text, rules, analyzer), ...documentsFor(text, rules) };
}

/** The synonyms of what a question says, each once; its words are compared as the analyzer has them. */
function synonymsIn(text: string, { rules }: IndexRules, analyzer: AnalyzerName): Synonym[] {
  const analyze = analysisNamed(analyzer);
  const wordsOf = (some: string) => analyze(some).inOrder;
  const words = wordsOf(text);
  const says = (some: string) => isWithin(words, wordsOf(some));
  const found = new Map<string, Synonym>();
  const add = (of: string, to: string, weight = SYNONYM_WEIGHT) => {
    if (found.size === MOST_SYNONYMS || found.has(to) || says(to)) return;
    found.set(to, { of, text: to, weight: Math.max(1, Math.round(weight * SYNONYM_UNIT)) });
  };
  for (const rule of rules.synonyms ?? []) {
    const { from, to, weight } = directed(rule);
    for (const of of from.filter(says)) for (const other of to) if (other !== of) add(of, other, weight);
  }
  return [...found.values()];
}

type SynonymRule = NonNullable<IndexRules['rules']['synonyms']>[number];

function directed(rule: SynonymRule): {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly weight?: number | undefined;
} {
  if (Array.isArray(rule)) return { from: rule, to: rule };
  if ('words' in rule) return { from: rule.words, to: rule.words, weight: rule.weight };
  return { from: listed(rule.from), to: listed(rule.to), weight: rule.weight };
}

function isWithin(words: readonly string[], sought: readonly string[]): boolean {
  if (sought.length === 0) return false;
  return words.some((_, at) => sought.every((word, i) => words[at + i] === word));
}

/** The documents of all rules that a question is for: one that is pinned is not hidden. */
function documentsFor(text: string, { rules, queries }: IndexRules): Omit<Steering, 'synonyms'> {
  const asked = plain(text);
  const apply = [...queries.keys()].filter((i) => {
    const { is, matches } = rules.queries![i];
    return (
      listed(is).some((each) => plain(each) === asked) ||
      listed(matches).some((each) => matcher(plain(each))(asked))
    );
  });
  const pinned = [...new Set(apply.flatMap((i) => queries[i].pinned))];
  const pinnedBy = pinned.map((document) => apply.find((i) => queries[i].pinned.includes(document))!);
  const hidden = new Set(apply.flatMap((i) => queries[i].hidden));
  for (const document of pinned) hidden.delete(document);
  return { pinned, pinnedBy, hidden: [...hidden] };
}

/** A question without what does not tell it from another: case, marks, what ends a sentence, more than one space. */
function plain(text: string): string {
  return foldedLetters(text)
    .toLowerCase()
    .replace(/[\s.,;:!?…]+$/, '')
    .trim()
    .replace(/\s+/g, ' ');
}
