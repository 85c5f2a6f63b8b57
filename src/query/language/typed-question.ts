// A question that is being typed, or may be mistyped. Whether its words are there is known with the first round of
// reads; only then is looked what was meant, and what was read is at hand afterwards.

import type { Manifest, Space } from '../../core/format/manifest.ts';
import type { SurfaceWord } from '../../core/tokens/surface-words.ts';
import type { EncodedQuery } from '../encode/query-model.ts';
import { encodeAll, type WeighedSpace } from '../encode/spaces.ts';
import type { WordsFound, WordsQuestion } from '../encode/words/look-up-words.ts';
import { type CorrectedText, unfinishedWord } from '../encode/words/typed-words.ts';
import { PagesAtHand } from '../search/fetch.ts';
import { addCost, type Cost, noCost } from '../search/meter.ts';
import { markCorrected, type PrefixReport, prefixQuestion, WatchedWords, withCompletions } from './typing.ts';

/** What is asked. */
export interface TypedQuestion {
  readonly text: string;
  readonly spaces: readonly WeighedSpace[];
  /** The last word is not finished: it stands for those that begin so. */
  readonly prefix?: boolean | undefined;
  /** Words that no document has are taken for those that were meant. */
  readonly spelling?: boolean | undefined;
  /** Whether the answer is going to be explained: see shown/. Its cost then says what was read. */
  readonly isLogged?: boolean | undefined;
}

/** What was made of it. */
export interface TypedReport {
  /** What the last word stood for, where it was not finished. */
  readonly prefix?: PrefixReport | undefined;
  /** The question that was answered, where words were corrected. */
  readonly spelling?: CorrectedText | undefined;
}

/** What it is asked of: an Index that has words. */
interface TypedIndex {
  readonly manifest: Manifest;
  readonly encode: (text: string, space: Space) => Promise<EncodedQuery>;
  words(question: WordsQuestion, cost: Cost, pages?: PagesAtHand): Promise<WordsFound>;
}

/** What surrounds the searches of a question. */
export interface Reading {
  /** What it has read so far. */
  readonly pages?: PagesAtHand | undefined;
  /** Words that may turn out to be in no document: the search then ends. */
  readonly watched?: WatchedWords | undefined;
  /** What it has cost so far. */
  readonly spent?: Cost | undefined;
}

/** An answer, or the terms that no document has. */
export interface FoundOrAbsent {
  readonly hits: readonly unknown[];
  readonly exact: boolean;
  readonly cost: Cost;
  readonly absent?: ReadonlySet<string> | undefined;
}

/**
 * Finds what a question asks for.
 *
 * @param find searches for encoded terms
 */
export async function findTyped<Found extends FoundOrAbsent>(
  question: TypedQuestion,
  index: TypedIndex,
  find: (text: string, queries: readonly EncodedQuery[], reading: Reading) => Promise<Found>,
): Promise<Found & TypedReport> {
  const { text, spaces, spelling } = question;
  const typing = { spent: noCost(question.isLogged), pages: new PagesAtHand() };
  const unfinished = question.prefix ? unfinishedWord(text) : undefined;
  const { queries, prefix } = await encodeTyped(text, spaces, unfinished, index, typing);
  const watched = spelling ? new WatchedWords(text, spaces, queries, prefix && unfinished) : undefined;
  const first = await find(text, queries, { ...typing, watched });
  addCost(typing.spent, first.cost);
  const lookUp = (words: WordsQuestion) => index.words(words, typing.spent, typing.pages);
  const isEmpty = !first.absent && first.exact && first.hits.length === 0;
  const meant = first.absent
    ? await watched!.corrected(first.absent, lookUp)
    : await (isEmpty ? watched?.respaced(lookUp) : undefined);
  if (!first.absent && !meant) return { ...first, cost: typing.spent, prefix };
  const again = meant
    ? await encodeTyped(meant.text, spaces, unfinished && unfinishedWord(meant.text), index, typing)
    : { queries, prefix };
  const marked = meant ? markCorrected(again.queries, spaces, text, meant) : again.queries;
  const answer = await find(meant?.text ?? text, marked, typing);
  addCost(typing.spent, answer.cost);
  if (isEmpty && answer.hits.length === 0) return { ...first, cost: typing.spent, prefix };
  return { ...answer, cost: typing.spent, prefix: again.prefix, spelling: meant };
}

/** A question's terms, with those that its last word may become. */
async function encodeTyped(
  text: string,
  spaces: readonly WeighedSpace[],
  unfinished: SurfaceWord | undefined,
  index: TypedIndex,
  { spent, pages }: { readonly spent: Cost; readonly pages: PagesAtHand },
): Promise<{ queries: EncodedQuery[]; prefix?: PrefixReport | undefined }> {
  const queries = await encodeAll(text, spaces, index);
  if (!unfinished) return { queries };
  const asked = prefixQuestion(text, unfinished.word, spaces);
  const { completions, titles = [] } = await index.words(asked, spent, pages);
  const { words, more } = completions!;
  const found = titles.reduce((sum, each) => sum + each.length, 0);
  if (words.length === 0 && found === 0) return { queries };
  const completed: EncodedQuery[] = [];
  for (const [i, { space }] of spaces.entries()) {
    const titled = titles[asked.titles!.spaces.indexOf(space.name)] ?? [];
    const encode = (word: string) => index.encode(word, space);
    completed.push(
      await withCompletions(queries[i], space, completions!, titled, index.manifest.documents, encode),
    );
  }
  const named = words.map(({ word }) => word);
  return { queries: completed, prefix: { word: unfinished.word, words: named, more, titles: found } };
}
