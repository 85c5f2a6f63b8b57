// Groups of windows that other invocations of this Worker search: what such an invocation answers, and the client that
// asks it. Each invocation has a processor of its own, which a query over very many documents runs out of first.

import type { Document } from '../core/document.ts';
import { SparsedgeError } from '../core/errors.ts';
import { utf8 } from '../core/format/bytes.ts';
import { type Manifest, readManifest } from '../core/format/manifest.ts';
import type { Source } from '../core/source.ts';
import {
  readVectors,
  type VectorTerm,
  type WantedVectors,
} from '../query/encode/feedback/document-vectors.ts';
import { lookUpWords, type WordsFound, type WordsQuestion } from '../query/encode/words/look-up-words.ts';
import type { Group } from '../query/grouped-index.ts';
import { type ConditionalFind, findSatisfying } from '../query/language/find-satisfying.ts';
import { type IndexRules, readRules } from '../query/language/rules/index-rules.ts';
import { type PlacedDocument, placeDocument, readDocuments } from '../query/search/documents.ts';
import type { PageCache } from '../query/search/fetch.ts';
import type { Found } from '../query/search/find.ts';
import { type FoundImpacts, readImpacts, type WantedImpacts } from '../query/search/lists/impacts.ts';
import { type Clock, type Cost, noCost, type Room, type Timer } from '../query/search/meter.ts';
import { type OpenIndex, openGeneration, type WindowRange } from '../query/search/open.ts';
import { RequestReads, type StorageLimits } from '../store/request-reads.ts';
import type { Entrypoint } from './platform-cache.ts';
import { failureResponse, type Log, rethrown } from './remote-error.ts';

/** What is asked of a group: all of it is to be answered in the time that is left. */
type Call = {
  /** Where the index lies, from where the Worker has its own. */
  readonly folder?: string;
  readonly build: string;
  readonly rules?: Manifest['rules'];
  readonly windows: WindowRange;
  readonly leftMs?: number;
  /** Whether costs say what was read. */
  readonly isLogged?: boolean;
} & (
  | { readonly find: FindCall }
  | { readonly show: readonly number[] }
  | { readonly byId: string }
  | { readonly words: WordsQuestion }
  | { readonly vectors: WantedVectors }
  | { readonly impacts: WantedImpacts }
);

/** A ConditionalFind as JSON has it: the deadline travels as time left, since clocks differ. */
interface FindCall extends Omit<ConditionalFind, 'terms'> {
  readonly terms: readonly (readonly [space: string, term: string, weight: number])[];
  readonly leftMs?: number | undefined;
}

interface ShowAnswer {
  readonly documents: readonly [number, Document][];
  readonly cost: Cost;
}
interface WordsAnswer {
  readonly found: WordsFound;
  readonly cost: Cost;
}
interface ImpactsAnswer {
  readonly found: FoundImpacts;
  readonly cost: Cost;
}
interface ByIdAnswer {
  readonly found?: PlacedDocument | undefined;
  readonly cost: Cost;
}

interface VectorsAnswer {
  readonly vectors: readonly (readonly VectorTerm[])[];
  readonly cost: Cost;
}

/** How a group is called. */
export interface GroupCalls {
  readonly clock: Clock;
  /** By which everything is to be answered. */
  readonly deadline?: number | undefined;
  readonly isLogged?: boolean | undefined;
}

/** A group that an entrypoint searches. */
export function remoteGroup(
  entrypoint: Entrypoint,
  { build, rules, folder }: Pick<Manifest, 'build' | 'rules'> & { readonly folder?: string | undefined },
  windows: WindowRange,
  { clock, deadline = Number.POSITIVE_INFINITY, isLogged }: GroupCalls,
): Group {
  async function call<Answer>(body: object): Promise<Answer> {
    const request = new Request('https://windows/', {
      method: 'POST',
      // JSON has no infinity.
      body: JSON.stringify({
        folder,
        build,
        rules,
        windows,
        isLogged,
        leftMs: deadline < Infinity ? deadline - clock() : undefined,
        ...body,
      }),
    });
    const response = await entrypoint.fetch(request);
    if (!response.ok) throw await rethrown(response);
    return response.json<Answer>();
  }
  return {
    windows,
    find: (request) => call<Found>({ find: findCall(request, clock) }),
    show: async (documents) => {
      const answer = await call<ShowAnswer>({ show: documents });
      return { documents: new Map(answer.documents), cost: answer.cost };
    },
    byId: (id) => call<ByIdAnswer>({ byId: id }),
    words: (question) => call<WordsAnswer>({ words: question }),
    vectors: (wanted) => call<VectorsAnswer>({ vectors: wanted }),
    impacts: (wanted) => call<ImpactsAnswer>({ impacts: wanted }),
  };
}

function findCall({ terms, ...find }: ConditionalFind, clock: Clock): FindCall {
  const { deadline } = find.budget;
  return {
    ...find,
    terms: terms.map(({ space, term, weight }) => [space, term, weight]),
    leftMs: deadline === undefined ? undefined : deadline - clock(),
  };
}

function findRequest({ terms, leftMs, ...find }: FindCall, clock: Clock): ConditionalFind {
  return {
    ...find,
    terms: terms.map(([space, term, weight]) => ({ space, term, weight, key: utf8(term) })),
    budget: { ...find.budget, deadline: leftMs === undefined ? undefined : clock() + leftMs },
  };
}

/** What a group is searched with. */
export interface WindowEngine {
  /** Opens storage; wrong settings fail here, as a failure of the call. */
  readonly open: (folder: string) => {
    readonly source: Source;
    readonly storage?: StorageLimits | undefined;
  };
  readonly clock: Clock;
  readonly timer: Timer;
  readonly cache: PageCache;
  readonly room: Room;
  readonly generation: ResidentGeneration;
  readonly log: Log;
}

/** Answers one call to a group. */
export async function answerWindows(request: Request, engine: WindowEngine): Promise<Response> {
  try {
    // Only this Worker can reach the entrypoint, so the call is what `remoteGroup` made it.
    const call = await request.json<Call>();
    const { source, storage } = engine.open(call.folder ?? '');
    const deadline = call.leftMs === undefined ? undefined : engine.clock() + call.leftMs;
    const reads = storage && new RequestReads(storage, deadline);
    const { rules, ...open } = await engine.generation.open(reads ? reads.source(source) : source, call);
    const found = await answer(call, { ...open, windows: call.windows }, rules, engine);
    if (reads) Object.assign(found.cost, { retries: reads.retries, hedges: reads.hedges });
    return Response.json(found, { headers: { 'Cache-Control': 'no-store' } });
  } catch (error) {
    return failureResponse(error, engine.log);
  }
}

async function answer(
  call: Call,
  index: OpenIndex,
  rules: IndexRules | undefined,
  engine: WindowEngine,
): Promise<Found | ShowAnswer | ByIdAnswer | WordsAnswer | VectorsAnswer | ImpactsAnswer> {
  const { clock, timer, cache, room } = engine;
  const cost = noCost(call.isLogged);
  const factors = rules?.factors;
  if ('find' in call)
    return findSatisfying(findRequest(call.find, clock), { index, clock, timer, cache, room, factors });
  if ('show' in call) return { documents: [...(await readDocuments(index, call.show, cost, cache))], cost };
  if ('words' in call) return { found: await lookUpWords(index, call.words, cost, cache), cost };
  if ('vectors' in call) return { vectors: await readVectors(index, call.vectors, cost, cache), cost };
  if ('impacts' in call) return { found: await readImpacts(index, call.impacts, cost, cache), cost };
  try {
    return { found: await placeDocument(index, call.byId, cost, cache), cost };
  } catch (error) {
    if (error instanceof SparsedgeError && error.code === 'not-found') return { cost };
    throw error;
  }
}

/** An open generation with its rules. */
type SteeredIndex = OpenIndex & { readonly rules: IndexRules | undefined };

/** The generation that this isolate was asked for last. Holds resolved values only. */
export class ResidentGeneration {
  #index: SteeredIndex | undefined;

  /** The index of a build, with rules that its own manifest does not name. */
  async open(
    source: Source,
    { build, rules: named }: Pick<Manifest, 'build' | 'rules'>,
  ): Promise<SteeredIndex> {
    const kept = this.#index?.manifest.build === build ? this.#index : undefined;
    if (kept && kept.rules?.name === named?.name) return { ...kept, source };
    const open = kept ?? (await openGeneration(source, await readManifest(source, build)));
    const rules = await readRules(source, { ...open.manifest, rules: named });
    this.#index = { ...open, rules };
    return { ...this.#index, source };
  }
}
