// The steps of each answer, in order. One request works on one generation from its first read to its last.

import { searchableText } from '../core/document.ts';
import { documentsIn } from '../core/format/manifest.ts';
import { ASKED_ONCE, type EdgeOptions, edgeIndex } from '../edge/edge-index.ts';
import { inTime } from '../edge/in-time.ts';
import type { EdgeTally } from '../edge/platform-cache.ts';
import type { Resident, ResidentIndex } from '../edge/resident-index.ts';
import type { DayBudget } from '../edge/spending.ts';
import { ask } from '../query/ask.ts';
import { chooseSpaces, type WeighedSpace } from '../query/encode/spaces.ts';
import { suggest } from '../query/language/suggestions.ts';
import type { Reranker } from '../query/rerank/rerank.ts';
import { type Budget, type Cost, noCost } from '../query/search/meter.ts';
import { microdollarsOf, type PricedStore, readsFor } from '../query/usage/price.ts';
import type { RequestReads } from '../store/request-reads.ts';
import { answerInput, countsOf, describeIndex } from './answer-input.ts';
import type { DocumentAnswer, IndexAnswer, SearchAnswer, SearchInput, SuggestAnswer } from './api.ts';
import { jsonOf } from './hits.ts';
import { expired, generationOf } from './messages/cursor.ts';
import { logFailure } from './messages/problem.ts';

type IndexState = IndexAnswer['index'];

/** What answers are made with. */
export interface Engine {
  /** What the index is called, where there are several. */
  readonly name?: string | undefined;
  readonly resident: ResidentIndex;
  readonly edge: EdgeOptions;
  /** What orders the best hits anew, where a request asks for it. */
  readonly reranker?: Reranker | undefined;
  /** What answers cost is reckoned for this store, and may be at most so much. */
  readonly price?: Price | undefined;
}

/** How answers are paid for. */
interface Price {
  readonly store: PricedStore;
  /** Micro-dollars of a request; a search ends before it would cost more, as with a budget of the caller's. */
  readonly most?: number | undefined;
  /** What all answers of a day may cost. */
  readonly day?: DayBudget | undefined;
}

/** An index in a bucket is the dearest. */
const IN_R2: Price = { store: 'r2' };

/**
 * Answers a search.
 *
 * @param generation that a cursor is of: its search fails early where that is not searched any more
 * @throws SparsedgeError `unavailable` when it cannot be answered by its deadline
 */
export async function answerSearch(
  input: SearchInput,
  engine: Engine,
  generation?: string,
): Promise<SearchAnswer> {
  const { resident, edge, reranker, price = IN_R2 } = engine;
  const started = edge.clock();
  return paid(engine, input.deadlineMs, (reads) =>
    resident.use(async (current) => {
      const open = await ofGeneration(generation, current, engine, reads);
      const tally = { calls: 0, hits: 0 };
      const spaces = chooseSpaces(open.index.manifest, input);
      const typed = 'text' in input.question && (input.prefix || !input.exactWords);
      const asked = { searches: searchesOf(input, spaces), typed, isExplained: input.explain };
      const index = edgeIndex(open.index, edge, tally, asked, reads);
      const budget = withinPrice(budgetOf(input, started, edge), price);
      const { answer, cost } = await answerInput(input, spaces, budget, index, reranker, edge.among);
      return {
        ...answer,
        index: stateOf(open, engine),
        cost: costOf(cost, price, { open, tally, reads, milliseconds: edge.clock() - started }),
      };
    }, reads),
  );
}

/** An isolate that is behind looks once whether the generation of a cursor has become current. */
async function ofGeneration(
  wanted: string | undefined,
  current: Resident,
  engine: Engine,
  reads: RequestReads | undefined,
): Promise<Resident> {
  const isWanted = (open: Resident) => generationOf(stateOf(open, engine)) === wanted;
  if (wanted === undefined || isWanted(current)) return current;
  const fresh = await engine.resident.get(true, reads);
  if (isWanted(fresh)) return fresh;
  throw expired();
}

/** How many searches a request makes, each of all groups; reading vectors is one more call. */
function searchesOf({ fusion, feedback, question }: SearchInput, spaces: readonly WeighedSpace[]): number {
  // A document and its vectors are a call each, which are as many as those of a search at most.
  const before = 'like' in question ? 1 : 0;
  if (fusion) return spaces.length + before;
  return feedback ? 2 + Math.ceil(spaces.length / 2) : 1 + before;
}

/** Answers with what somebody who is typing may mean. */
export async function answerSuggest(
  { q, k }: { readonly q: string; readonly k: number },
  engine: Engine,
): Promise<SuggestAnswer> {
  const { resident, edge, price = IN_R2 } = engine;
  const started = edge.clock();
  return paid(engine, undefined, (reads) =>
    resident.use(async (open) => {
      const tally = { calls: 0, hits: 0 };
      const index = edgeIndex(open.index, edge, tally, ASKED_ONCE, reads);
      const { suggestions, cost } = await suggest(q, k, index);
      return {
        query: q,
        index: stateOf(open, engine),
        suggestions: [...suggestions],
        cost: costOf(cost, price, { open, tally, reads, milliseconds: edge.clock() - started }),
      };
    }, reads),
  );
}

/** Answers with the document of an id. */
export async function answerDocument(id: string, engine: Engine): Promise<DocumentAnswer> {
  const { resident, edge, price = IN_R2 } = engine;
  const started = edge.clock();
  return paid(engine, undefined, (reads) =>
    resident.use(async (open) => {
      const tally = { calls: 0, hits: 0 };
      const cost = noCost();
      const { shown } = await edgeIndex(open.index, edge, tally, ASKED_ONCE, reads).byId(id, cost);
      return {
        index: stateOf(open, engine),
        document: jsonOf(shown),
        cost: costOf(cost, price, { open, tally, reads, milliseconds: edge.clock() - started }),
      };
    }, reads),
  );
}

/** Nobody waits longer to hear in which language an index is. */
const LANGUAGES_MS = 4_000;
/** How much of a document's text is asked for when a search is tried. */
const TRIED_CHARACTERS = 64;

/**
 * Opens the current index anew and asks it what its first document begins with, as any question is asked.
 *
 * @throws SparsedgeError where any step fails, or takes longer than that
 */
export function trySearch(engine: Engine, milliseconds: number): Promise<IndexState> {
  const { resident, edge } = engine;
  return paid(engine, milliseconds, async (reads) => {
    const open = await resident.get(true, reads);
    const index = edgeIndex(open.index, edge, { calls: 0, hits: 0 }, ASKED_ONCE, reads);
    const [first] = (await index.show(documentsIn(open.index.manifest) > 0 ? [0] : [], noCost())).values();
    const text = first ? searchableText(first).slice(0, TRIED_CHARACTERS) : '';
    const spaces = chooseSpaces(open.index.manifest, {});
    await ask({ text, spaces, k: 1, documents: true, budget: {} }, index);
    return stateOf(open, engine);
  });
}

/** The languages of an index that may be chosen by them; of one that cannot be read, none. */
export async function languagesOf({ resident, edge }: Engine): Promise<readonly string[]> {
  try {
    return await inTime(edge, LANGUAGES_MS, (reads) => resident.languages(reads));
  } catch (error) {
    // It is only searched if it is chosen, and then says what is wrong.
    logFailure(error);
    return [];
  }
}

/** What the current index holds. */
export async function answerIndex(engine: Engine): Promise<IndexAnswer> {
  const open = await paid(engine, undefined, (reads) => engine.resident.get(false, reads));
  return { index: stateOf(open, engine), ...describeIndex(open.index.manifest) };
}

/**
 * Does a request's work in time, and accounts for it where a day's answers may cost so much.
 *
 * @throws SparsedgeError `over-budget` when that is spent
 */
async function paid<T extends object>(
  { edge, price = IN_R2 }: Engine,
  milliseconds: number | undefined,
  work: (reads: RequestReads | undefined) => Promise<T>,
): Promise<T> {
  const { day, store } = price;
  if (!day) return inTime(edge, milliseconds, work);
  day.admit();
  let made: RequestReads | undefined;
  let cost: SearchAnswer['cost'] | undefined;
  try {
    const answer: T & { readonly cost?: SearchAnswer['cost'] } = await inTime(edge, milliseconds, (reads) => {
      made = reads;
      return work(reads);
    });
    cost = answer.cost;
    return answer;
  } finally {
    // What fails, or does not say what it cost, is reckoned by its reads.
    const reckoned = { postingReads: made?.attempts ?? 0, documentReads: 0, postings: 0 };
    day.spend(cost?.microdollars ?? microdollarsOf(reckoned, store));
  }
}

/** Which generation answers. */
function stateOf({ index, stale }: Resident, { name }: Engine): IndexState {
  return { name, build: index.manifest.build, rules: index.rules?.name.replace(/^.*-/, ''), stale };
}

/** What is found is shown within the deadline, too: that takes as long as a slow read does. */
function budgetOf(
  { maxReads, maxBytes, deadlineMs }: SearchInput,
  started: number,
  { storage }: EdgeOptions,
): Budget {
  if (deadlineMs === undefined) return { maxReads, maxBytes };
  const showing = storage ? Math.min(deadlineMs / 2, storage.health.patience) : 0;
  return { maxReads, maxBytes, deadline: started + deadlineMs - showing };
}

/** A budget of no more reads than an operator pays for. */
function withinPrice(budget: Budget, { store, most }: Price): Budget {
  const affordable = most === undefined ? undefined : readsFor(most, store);
  return affordable === undefined
    ? budget
    : { ...budget, maxReads: Math.min(affordable, budget.maxReads ?? affordable) };
}

function costOf(
  cost: Cost,
  { store }: Price,
  spent: {
    readonly open: Resident;
    readonly tally: EdgeTally;
    readonly reads: RequestReads | undefined;
    readonly milliseconds: number;
  },
): SearchAnswer['cost'] {
  const { postingReads, documentReads, postings } = cost;
  const { open, tally, reads, milliseconds } = spent;
  const retries = cost.retries + (reads?.retries ?? 0);
  const hedges = cost.hedges + (reads?.hedges ?? 0);
  const work = {
    postingReads,
    documentReads,
    openReads: open.opened.reads,
    repeatedReads: retries + hedges,
    edgeHits: tally.hits,
    postings,
  };
  return {
    ...countsOf(cost),
    edgeCalls: tally.calls,
    edgeHits: tally.hits,
    openReads: open.opened.reads,
    openBytes: open.opened.bytes,
    retries,
    hedges,
    milliseconds,
    microdollars: Math.round(microdollarsOf(work, store) * 1000) / 1000,
  };
}
