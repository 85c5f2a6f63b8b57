// Several indexes at once: each answers by its own terms, weights and proof, and their hits are put in one order by
// shares of what was possible in each.
//
// Of SciFact, CACM and Cranfield side by side, with BM25, questions to one of them have .682, .348 and .350 of nDCG@10
// so, where they have .685, .499 and .373 in an index alone; .683, .324 and .318 by sums of the indexes' own weights,
// which are of one scale only where models are the same; and .625, .213 and .137 by reciprocal ranks, since an index
// that has nothing good to say is then heard as much as the others. SciFact cut in two has .684, .686 and .636.

import { SparsedgeError } from '../core/errors.ts';
import type { StorageLimits } from '../store/request-reads.ts';
import { answerSearch, type Engine } from './answers.ts';
import type { SearchAnswer, SearchInput } from './api.ts';

type Cost = SearchAnswer['cost'];
type Hit = SearchAnswer['hits'][number];

/** What an index answered, and the most that a document could have scored there. */
interface Part {
  readonly name: string;
  readonly answer: SearchAnswer;
  readonly most: number;
}

/**
 * Answers a search of one index, or of several.
 *
 * @param generations that are to answer, as generationOf has them
 * @throws SparsedgeError `bad-query` for what is of one index alone; what answerSearch throws, of each index
 */
export async function answerSeveral(
  input: SearchInput,
  engines: readonly [Engine, ...Engine[]],
  generations: readonly string[] = [],
): Promise<SearchAnswer> {
  if (engines.length === 1) return answerSearch(input, engines[0], generations[0]);
  mustBeRanked(input);
  const { k, offset, maxReads, maxBytes } = input;
  const among = engines.length;
  const shareOf = (most: number | undefined) => most && Math.max(1, Math.floor(most / among));
  // Any of the best may be of one index, so each is asked for all of them.
  const share = {
    ...input,
    k: k + offset,
    offset: 0,
    maxReads: shareOf(maxReads),
    maxBytes: shareOf(maxBytes),
  };
  const parts = await Promise.all(engines.map((engine, i) => partOf(share, engine, among, generations[i])));
  return merged(input, parts);
}

/** @throws SparsedgeError `bad-query` */
function mustBeRanked({ question, sort, facets, fusion, rerank, feedback }: SearchInput): void {
  const asked = { sort, facets, fusion, rerank, feedback };
  const [found] = Object.entries(asked).find(([, value]) => value !== undefined) ?? [];
  const unasked = 'browse' in question ? 'browsing' : 'like' in question ? '"like"' : undefined;
  if ((found ?? unasked) === undefined) return;
  const what = found === undefined ? unasked : `"${found}"`;
  throw new SparsedgeError(
    'bad-query',
    `${what} is of one index: several are ranked by the scores of a query`,
  );
}

/** What one of several answers, with its share of what a request may spend. */
async function partOf(input: SearchInput, engine: Engine, among: number, generation?: string): Promise<Part> {
  const { edge, price, name = '' } = engine;
  const storage: StorageLimits | undefined = edge.storage && {
    ...edge.storage,
    most: Math.floor(edge.storage.most / among),
  };
  const most = price?.most && price.most / among;
  try {
    const answer = await answerSearch(
      input,
      {
        ...engine,
        edge: { ...edge, storage, among },
        price: price && { ...price, most },
      },
      generation,
    );
    return { name, answer, most: answer.most ?? 0 };
  } catch (error) {
    if (!(error instanceof SparsedgeError)) throw error;
    const { code, message, details, cause } = error;
    throw new SparsedgeError(code, `index "${name}": ${message}`, { ...details, index: name }, { cause });
  }
}

function merged(input: SearchInput, parts: readonly Part[]): SearchAnswer {
  const { k, offset } = input;
  const hits = parts
    .flatMap((part) => part.answer.hits.map((hit) => hitOf(hit, part)))
    // A sort is stable: equal shares come in the order of the indexes, and within one in that of its proof.
    .sort((a, b) => Number(b.pinned ?? false) - Number(a.pinned ?? false) || b.score - a.score)
    .slice(offset, offset + k)
    .map((hit, i) => ({ ...hit, rank: offset + i + 1 }));
  const [{ answer }] = parts;
  return {
    query: answer.query,
    operators: sharedOperators(parts),
    index: {
      name: parts.map(({ name }) => name).join(','),
      build: parts.map((part) => part.answer.index.build).join(','),
      stale: parts.some((part) => part.answer.index.stale),
    },
    merged: {
      method: 'share',
      indexes: parts.map(({ name, answer, most }) => ({
        name,
        build: answer.index.build,
        rules: answer.index.rules,
        stale: answer.index.stale,
        exact: answer.exact,
        bound: answer.bound,
        most,
        hits: hits.filter((hit) => hit.index === name).length,
        operators: answer.operators,
        prefix: answer.prefix,
        spelling: answer.spelling,
        steering: answer.steering,
        explain: answer.explain,
      })),
    },
    exact: parts.every((part) => part.answer.exact),
    bound: Math.max(...parts.map((part) => shareOf(part.answer.bound, part))),
    hits,
    cost: parts.map((part) => part.answer.cost).reduce(added),
  };
}

/** The operators that every index took: what is a field of one may be words to another. */
function sharedOperators([{ answer }, ...others]: readonly Part[]): SearchAnswer['operators'] {
  const known = others.map((part) => new Set(part.answer.operators?.map((each) => JSON.stringify(each))));
  const shared = answer.operators?.filter((each) => known.every((of) => of.has(JSON.stringify(each))));
  return shared?.length ? shared : undefined;
}

function hitOf(hit: Hit, part: Part): Hit {
  return { ...hit, index: part.name, score: shareOf(hit.score, part), indexScore: hit.score };
}

/** Nothing was asked for that an index knows no weight of: then nothing of it has a score. */
function shareOf(score: number, { most }: Part): number {
  return most === 0 ? 0 : score / most;
}

/** What two searches cost that were made at once. */
function added(a: Cost, b: Cost): Cost {
  const sums = Object.entries(a).map(([name, value]) => [name, value + b[name as keyof Cost]]);
  return {
    ...(Object.fromEntries(sums) as Cost),
    rounds: Math.max(a.rounds, b.rounds),
    milliseconds: Math.max(a.milliseconds, b.milliseconds),
  };
}
