// Segments searched by other invocations of this Worker: what a part answers, and the client that asks it. Each
// invocation has six reads in flight of its own, which is what a query over many segments runs out of first.

import type { Document } from '../core/document.ts';
import { SparsedgeError } from '../core/errors.ts';
import { utf8 } from '../core/format/bytes.ts';
import { type Manifest, readManifest } from '../core/format/manifest.ts';
import type { Source } from '../core/source.ts';
import type { Part } from '../query/fan-out.ts';
import { findDocument, readDocuments } from '../query/search/documents.ts';
import type { PageCache } from '../query/search/fetch.ts';
import { type FindRequest, type Found, findTop } from '../query/search/find.ts';
import { type Clock, type Cost, noCost, type Timer } from '../query/search/meter.ts';
import { type OpenIndex, type OpenSegment, openSegment } from '../query/search/open.ts';
import type { Entrypoint } from './platform-cache.ts';
import { failureResponse, rethrown } from './remote-error.ts';

/** What is asked of a part. Deadlines travel as time left, since clocks differ. */
type Call = { readonly build: string; readonly segments: readonly number[] } & (
  | {
      readonly find: Omit<FindRequest, 'terms'> & {
        terms: readonly [string, string, number][];
        leftMs?: number;
      };
    }
  | { readonly show: readonly number[] }
  | { readonly byId: string }
);

interface ShowAnswer {
  readonly documents: readonly [number, Document][];
  readonly cost: Cost;
}
interface ByIdAnswer {
  readonly document?: Document;
  readonly cost: Cost;
}

/** A part of an index that is searched elsewhere, documents by id included. */
export interface RemotePart extends Part {
  byId(id: string): Promise<ByIdAnswer>;
}

/** A part that an entrypoint searches. */
export function remotePart(
  entrypoint: Entrypoint,
  build: string,
  segments: readonly number[],
  clock: Clock,
): RemotePart {
  async function call<Answer>(body: unknown): Promise<Answer> {
    const request = new Request('https://segments/', {
      method: 'POST',
      body: JSON.stringify({ build, segments, ...(body as object) }),
    });
    const response = await entrypoint.fetch(request);
    if (!response.ok) throw await rethrown(response);
    return response.json<Answer>();
  }
  return {
    segments,
    find: ({ terms, budget, ...find }) =>
      call<Found>({
        find: {
          ...find,
          budget,
          terms: terms.map(({ space, term, weight }) => [space, term, weight]),
          ...(budget.deadline !== undefined && { leftMs: budget.deadline - clock() }),
        },
      }),
    show: async (documents) => {
      const answer = await call<ShowAnswer>({ show: documents });
      return { documents: new Map(answer.documents), cost: answer.cost };
    },
    byId: (id) => call<ByIdAnswer>({ byId: id }),
  };
}

/** What a part searches with. */
export interface SegmentEngine {
  readonly source: Source;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly cache: PageCache;
  readonly tables: ResidentTables;
}

/** Answers one call to a part. */
export async function answerSegments(request: Request, engine: SegmentEngine): Promise<Response> {
  try {
    // Only this Worker can reach the entrypoint, so the call is what `remotePart` made it.
    const call = await request.json<Call>();
    const index = await engine.tables.open(engine.source, call.build, call.segments);
    return Response.json(await answer(call, index, engine), { headers: { 'Cache-Control': 'no-store' } });
  } catch (error) {
    return failureResponse(error);
  }
}

async function answer(
  call: Call,
  index: OpenIndex,
  engine: SegmentEngine,
): Promise<Found | ShowAnswer | ByIdAnswer> {
  const { clock, timer, cache } = engine;
  const cost = noCost();
  if ('find' in call) {
    const { terms, budget, leftMs, ...find } = call.find;
    const queryTerms = terms.map(([space, term, weight]) => ({ space, term, weight, key: utf8(term) }));
    const deadline = leftMs === undefined ? {} : { deadline: clock() + leftMs };
    const request = { ...find, terms: queryTerms, budget: { ...budget, ...deadline } };
    return findTop(request, { index, clock, timer, cache });
  }
  if ('show' in call) return { documents: [...(await readDocuments(index, call.show, cost, cache))], cost };
  try {
    return { document: await findDocument(index, call.byId, cost, cache), cost };
  } catch (error) {
    if (error instanceof SparsedgeError && error.code === 'not-found') return { cost };
    throw error;
  }
}

/** The tables of segments that this isolate was asked for, of one build. Holds resolved values only. */
export class ResidentTables {
  #manifest: Manifest | undefined;
  #segments = new Map<number, OpenSegment>();

  /** An index with the given segments open. */
  async open(source: Source, build: string, numbers: readonly number[]): Promise<OpenIndex> {
    if (this.#manifest?.build !== build) {
      this.#manifest = await readManifest(source, build);
      this.#segments = new Map();
    }
    const manifest = this.#manifest;
    const kept = this.#segments;
    const segments = await Promise.all(
      numbers.map(async (number) => kept.get(number) ?? openSegment(source, manifest, number)),
    );
    for (const segment of segments) kept.set(segment.number, segment);
    return { source, manifest, segments };
  }
}
