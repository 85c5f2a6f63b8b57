// `typing`: what is won back of questions with mistakes, what corrections cost those without, and how soon a title is
// found while it is typed.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { evaluate } from '../../../../build/evaluate/metrics.ts';
import type { Ranked } from '../../../../build/evaluate/trec-run.ts';
import { buildIndex } from '../../../../build/index/build.ts';
import { parseConfig } from '../../../../build/index/config.ts';
import { allIds } from '../../../../build/inspect/lists.ts';
import { sizesOf } from '../../../../build/inspect/sizes.ts';
import { openQueryModel } from '../../../../build/model/query/open-query-model.ts';
import { silent } from '../../../../build/terminal/progress.ts';
import { folderSource } from '../../../../build/work/files.ts';
import { titleTerm } from '../../../../src/core/analyzer/titles.ts';
import type { Document } from '../../../../src/core/document.ts';
import { type Answer, ask } from '../../../../src/query/ask.ts';
import { encodeFor } from '../../../../src/query/encode/query-model.ts';
import { suggest } from '../../../../src/query/language/suggestions.ts';
import { localIndex } from '../../../../src/query/local-index.ts';
import { PagesAtHand } from '../../../../src/query/search/fetch.ts';
import { type OpenIndex, openIndex, spaceNamed } from '../../../../src/query/search/open.ts';
import type { BenchOptions, Results } from '../../benchmark.ts';
import { cacheFolder } from '../../data/folders.ts';
import { HardlyHeld } from '../../data/hardly-held.ts';
import { JUDGED, type Judged } from '../../data/judged-collections.ts';
import { MISTAKES, type Mistake, mistaken } from '../../data/mistakes.ts';
import { type Distribution, distributionOf, round } from '../../figures.ts';

/** Questions with a kind of mistake. */
interface MistakenFigures {
  /** Of those of the collection that have a word for it. */
  readonly questions: number;
  /** nDCG@10 without the mistake, with it, and with it corrected. */
  readonly right: number;
  readonly exact: number;
  readonly corrected: number;
  /** The share of what the mistake takes that correcting wins back. */
  readonly wonBack: number;
  /** Of corrected questions: reads and bytes beyond those of the question without the mistake. */
  readonly reads: number;
  readonly bytes: number;
  /** Questions whose mistake made a word that hardly any document has, and what of nDCG@10 all lose by these. */
  readonly hardlyHeld: { readonly questions: number; readonly lost: number };
}

/** One collection with one encoder. */
export interface TypingFigures {
  readonly documents: number;
  readonly words: number;
  /** Bytes that words take, a document, and as a share of the index. */
  readonly bytesADocument: number;
  readonly share: number;
  readonly mistakes: Readonly<Record<Mistake, MistakenFigures>>;
  /** Questions as they are: what corrections change. */
  readonly unmistaken: {
    readonly questions: number;
    readonly exact: number;
    readonly corrected: number;
    /** Those of which a word was taken for another. */
    readonly changed: readonly string[];
    /** Those that had a word which no document has, and so were read for. */
    readonly lookedUp: number;
    /** Reads beyond those of an exact search: of the others, which are to have none, and of those. */
    readonly furtherReads: number;
    readonly furtherReadsLookedUp: number;
    /** Those that have a word which hardly any document has. */
    readonly hardlyHeld: number;
  };
  readonly typing: TypedFigures;
}

/** Titles, typed letter by letter. */
interface TypedFigures {
  readonly titles: number;
  /** The share of titles that are among the first five once this share of their letters is typed. */
  readonly found: Readonly<Record<string, number>>;
  /** The share of all beginnings whose title is among the first five. */
  readonly beginnings: number;
  /** A letter more, with nothing cached and with what the letters before have read. */
  readonly cold: KeystrokeFigures;
  readonly warm: KeystrokeFigures;
  /** The same, of five suggestions instead of ten documents. */
  readonly suggested: {
    /** The share of all beginnings whose title is among the suggestions. */
    readonly beginnings: number;
    readonly cold: KeystrokeFigures;
    readonly warm: KeystrokeFigures;
  };
}
interface KeystrokeFigures {
  readonly reads: Distribution;
  readonly bytes: Distribution;
  readonly rounds: Distribution;
}

const ENCODERS = ['bm25', 'model'] as const;
const TITLES = 100;
const SHARES = [0.25, 0.5, 0.75, 1];

export async function* bench({ collections }: BenchOptions): Results {
  for (const name of collections) {
    const judged = await JUDGED[name]();
    for (const encoder of ENCODERS)
      yield [`typing-${name}${encoder === 'bm25' ? '-bm25' : ''}`, await measure(judged, encoder)];
  }
}

type Asked = (
  text: string,
  options?: { readonly spelling?: boolean; readonly prefix?: boolean },
) => Promise<Answer>;

async function measure(judged: Judged, encoder: (typeof ENCODERS)[number]): Promise<TypingFigures> {
  const { documents } = judged;
  const folder = join(cacheFolder(), `typing-${judged.name}-${encoder}`);
  await build(documents, folder, encoder);
  const index = await openIndex(folderSource(folder));
  const sizes = sizesOf(index);
  const asked = await asker(index, folder);
  const ids = await allIds(index);
  const held = new HardlyHeld(documents, spaceNamed(index));
  const figures = {
    documents: documents.length,
    words: index.manifest.words!,
    bytesADocument: round(sizes.words / documents.length),
    share: round(sizes.words / sizes.total),
    mistakes: Object.fromEntries(
      await Promise.all(
        MISTAKES.map(
          async (mistake) => [mistake, await withMistake(judged, ids, asked(), mistake, held)] as const,
        ),
      ),
    ) as Record<Mistake, MistakenFigures>,
    unmistaken: {
      ...(await unmistaken(judged, ids, asked())),
      hardlyHeld: judged.queries.filter(({ text }) => held.inQuestion(text)).length,
    },
    typing: { ...(await typed(documents, ids, asked)), suggested: await suggested(documents, index) },
  };
  rmSync(folder, { recursive: true });
  return figures;
}

async function build(
  documents: readonly Document[],
  folder: string,
  encoder: 'bm25' | 'model',
): Promise<void> {
  for (const path of [folder, `${folder}-work`]) rmSync(path, { recursive: true, force: true });
  await buildIndex({
    inputs: async function* () {
      for (const document of documents) yield { document };
    },
    inputKey: folder,
    config: parseConfig({ spaces: [encoder === 'bm25' ? { encoder } : {}] }),
    folder,
    workFolder: `${folder}-work`,
    startProgress: silent,
  });
}

/** Asks an index: each that is made caches nothing from question to question, or all that was read. */
async function asker(index: OpenIndex, folder: string): Promise<(keeps?: boolean) => Asked> {
  const space = spaceNamed(index);
  const model = await openQueryModel(space, folder);
  return (keeps = false) => {
    const cache = keeps ? new PagesAtHand().before() : undefined;
    const local = localIndex({ index, clock: () => 0, cache }, (text, of) => encodeFor(of, text, model));
    return (text, { spelling = false, prefix = false } = {}) =>
      ask(
        { text, spaces: [{ space, weight: 1 }], k: 10, documents: true, budget: {}, spelling, prefix },
        local,
      );
  };
}

async function withMistake(
  { queries, judgments, name }: Judged,
  ids: readonly string[],
  asked: Asked,
  mistake: Mistake,
  held: HardlyHeld,
): Promise<MistakenFigures> {
  const runs = [new Map<string, Ranked[]>(), new Map<string, Ranked[]>(), new Map<string, Ranked[]>()];
  const [reads, bytes]: number[][] = [[], []];
  const hardly = new Set<string>();
  for (const { id, text } of queries) {
    const wrong = mistaken(text, mistake);
    if (wrong === undefined) continue;
    if (held.byMistake(text, wrong)) hardly.add(id);
    const answers = [await asked(text), await asked(wrong), await asked(wrong, { spelling: true })];
    for (const [i, answer] of answers.entries()) runs[i].set(id, rankingOf(answer, ids));
    const [right, , corrected] = answers;
    if (!corrected.spelling) continue;
    reads.push(readsOf(corrected) - readsOf(right));
    bytes.push(corrected.cost.bytes - right.cost.bytes);
  }
  const qrels = new Map([...judgments[name]].filter(([id]) => runs[0].has(id)));
  const measured = runs.map((run) => evaluate(run, qrels, ['nDCG@10']));
  const [right, exact, corrected] = measured.map(({ mean }) => mean['nDCG@10']);
  const lost = [...hardly].reduce(
    (sum, id) => sum + measured[0].perQuery.get(id)!['nDCG@10'] - measured[2].perQuery.get(id)!['nDCG@10'],
    0,
  );
  const mean = (numbers: readonly number[]) =>
    round(numbers.reduce((sum, each) => sum + each, 0) / numbers.length);
  return {
    questions: runs[0].size,
    right: round(right),
    exact: round(exact),
    corrected: round(corrected),
    wonBack: round((corrected - exact) / (right - exact)),
    reads: mean(reads),
    bytes: mean(bytes),
    hardlyHeld: { questions: hardly.size, lost: round(lost / runs[0].size) },
  };
}

async function unmistaken(
  { queries, judgments, name }: Judged,
  ids: readonly string[],
  asked: Asked,
): Promise<Omit<TypingFigures['unmistaken'], 'hardlyHeld'>> {
  const [exact, corrected] = [new Map<string, Ranked[]>(), new Map<string, Ranked[]>()];
  const changed: string[] = [];
  let [lookedUp, furtherReads, furtherReadsLookedUp] = [0, 0, 0];
  for (const { id, text } of queries) {
    const [before, after] = [await asked(text), await asked(text, { spelling: true })];
    exact.set(id, rankingOf(before, ids));
    corrected.set(id, rankingOf(after, ids));
    for (const { typed, text: meant } of after.spelling?.words ?? []) changed.push(`${typed} → ${meant}`);
    const further = readsOf(after) - readsOf(before);
    if (after.cost.rounds > before.cost.rounds) {
      lookedUp++;
      furtherReadsLookedUp += further;
    } else furtherReads += further;
  }
  const nDCG = (run: Map<string, Ranked[]>) =>
    round(evaluate(run, judgments[name], ['nDCG@10']).mean['nDCG@10']);
  return {
    questions: queries.length,
    exact: nDCG(exact),
    corrected: nDCG(corrected),
    changed,
    lookedUp,
    furtherReads,
    furtherReadsLookedUp,
  };
}

async function typed(
  documents: readonly Document[],
  ids: readonly string[],
  asked: (keeps?: boolean) => Asked,
): Promise<Omit<TypedFigures, 'suggested'>> {
  const titled = titlesOnce(documents);
  const cold = { reads: [] as number[], bytes: [] as number[], rounds: [] as number[] };
  const warm = { reads: [] as number[], bytes: [] as number[], rounds: [] as number[] };
  const foundBy = SHARES.map(() => 0);
  let [beginnings, found] = [0, 0];
  for (const { id, title } of titled) {
    const [afresh, goingOn] = [asked(), asked(true)];
    const letters = [...title!];
    for (let length = 1; length <= letters.length; length++) {
      const text = letters.slice(0, length).join('');
      if (text.trim() !== text) continue;
      const answer = await afresh(text, { prefix: true });
      const again = await goingOn(text, { prefix: true });
      for (const [figures, of] of [
        [cold, answer],
        [warm, again],
      ] as const) {
        figures.reads.push(readsOf(of));
        figures.bytes.push(of.cost.bytes);
        figures.rounds.push(of.cost.rounds);
      }
      const isFound = rankingOf(answer, ids)
        .slice(0, 5)
        .some((hit) => hit.id === id);
      beginnings++;
      if (isFound) found++;
      for (const [i, share] of SHARES.entries())
        if (isFound && lastTyped(letters, share) === length) foundBy[i]++;
    }
  }
  return {
    titles: titled.length,
    found: Object.fromEntries(SHARES.map((share, i) => [share, round(foundBy[i] / titled.length)])),
    beginnings: round(found / beginnings),
    cold: summed(cold),
    warm: summed(warm),
  };
}

interface Costs {
  readonly reads: number[];
  readonly bytes: number[];
  readonly rounds: number[];
}

function summed({ reads, bytes, rounds }: Costs): KeystrokeFigures {
  return { reads: distributionOf(reads), bytes: distributionOf(bytes), rounds: distributionOf(rounds) };
}

/** Suggestions for the same beginnings of titles. */
async function suggested(
  documents: readonly Document[],
  index: OpenIndex,
): Promise<TypedFigures['suggested']> {
  const [cold, warm]: [Costs, Costs] = [noCosts(), noCosts()];
  let [beginnings, found] = [0, 0];
  const encode = () => Promise.reject(new Error('nothing is encoded for suggestions'));
  for (const { title } of titlesOnce(documents)) {
    const cache = new PagesAtHand().before();
    const letters = [...title!];
    for (let length = 1; length <= letters.length; length++) {
      const text = letters.slice(0, length).join('');
      if (text.trim() !== text) continue;
      const afresh = await suggest(text, 5, localIndex({ index, clock: () => 0 }, encode));
      const goingOn = await suggest(text, 5, localIndex({ index, clock: () => 0, cache }, encode));
      for (const [figures, { cost }] of [
        [cold, afresh],
        [warm, goingOn],
      ] as const) {
        figures.reads.push(readsOf({ cost }));
        figures.bytes.push(cost.bytes);
        figures.rounds.push(cost.rounds);
      }
      beginnings++;
      // A title that is typed as a whole needs no suggestion.
      const [right, typed] = [titleTerm(title!), titleTerm(text)];
      if (right === typed || afresh.suggestions.some((each) => titleTerm(each.text) === right)) found++;
    }
  }
  return { beginnings: round(found / beginnings), cold: summed(cold), warm: summed(warm) };
}

function noCosts(): Costs {
  return { reads: [], bytes: [], rounds: [] };
}

/** How many letters are typed by a share of a title, no space last. */
function lastTyped(letters: readonly string[], share: number): number {
  let length = Math.ceil(letters.length * share);
  while (length > 1 && letters[length - 1].trim() === '') length--;
  return length;
}

/** A hundred documents whose titles no other has, spread over all. */
function titlesOnce(documents: readonly Document[]): Document[] {
  const counts = new Map<string, number>();
  for (const { title = '' } of documents) {
    const term = titleTerm(title);
    if (term) counts.set(term, (counts.get(term) ?? 0) + 1);
  }
  const once = documents.filter(({ title = '' }) => counts.get(titleTerm(title) ?? '') === 1);
  return Array.from(
    { length: Math.min(TITLES, once.length) },
    (_, i) => once[Math.floor((i * once.length) / TITLES)],
  );
}

function rankingOf({ hits }: Answer, ids: readonly string[]): Ranked[] {
  return hits.map(({ document, score }) => ({ id: ids[document], score }));
}

function readsOf({ cost }: Pick<Answer, 'cost'>): number {
  return cost.postingReads + cost.documentReads;
}
