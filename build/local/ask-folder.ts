// Asks an index in a folder, in this process and as a Worker would.

import { SparsedgeError } from '../../src/core/errors.ts';
import type { Space } from '../../src/core/format/manifest.ts';
import type { SparseVector } from '../../src/core/sparse.ts';
import { type Answer, ask, type Question } from '../../src/query/ask.ts';
import type { QueryModel } from '../../src/query/encode/query-model.ts';
import { encodeFor } from '../../src/query/encode/query-model.ts';
import { readSpaceWeights } from '../../src/query/encode/space-weights.ts';
import { chooseSpaces, type WeighedSpace } from '../../src/query/encode/spaces.ts';
import { RRF_DEPTH, RRF_K } from '../../src/query/fuse.ts';
import { readRules } from '../../src/query/language/rules/index-rules.ts';
import { type Encode, type Index, localIndex } from '../../src/query/local-index.ts';
import { PagesAtHand } from '../../src/query/search/fetch.ts';
import type { Clock } from '../../src/query/search/meter.ts';
import type { OpenIndex } from '../../src/query/search/open.ts';
import { type Explanation, explain } from '../../src/query/shown/explain.ts';
import { openQueryModel } from '../model/query/open-query-model.ts';
import { openReranker } from '../model/query/reranker.ts';
import { encodedGiven } from './given-query.ts';

/** How to ask, as the options of the command line say it. */
export interface AskOptions {
  readonly space?: string | undefined;
  readonly spaces?: string | undefined;
  readonly fusion?: 'rrf' | undefined;
  readonly rrfK?: number | undefined;
  readonly rrfDepth?: number | undefined;
  readonly model?: string | undefined;
  readonly rerank?: number | undefined;
  readonly reranker?: string | undefined;
  readonly feedback?: 'rm3' | undefined;
  /** False for --no-group. */
  readonly group?: boolean | undefined;
}

/** An index that is asked in this process. */
export interface AskedIndex {
  readonly folder: string;
  readonly index: OpenIndex;
  readonly clock: Clock;
}

/** A question, and its terms where it was encoded elsewhere. */
interface AskedQuestion extends Omit<Question, 'spaces' | 'fusion' | 'rerank' | 'group' | 'feedback'> {
  readonly vector?: SparseVector | undefined;
}

/** An answer, explained where that was asked for. */
export interface FolderAnswer extends Answer {
  readonly explanation?: Explanation | undefined;
}

/** Asks an index in this process. */
export type Ask = (question: AskedQuestion) => Promise<FolderAnswer>;

/**
 * Opens what the options name.
 *
 * @throws SparsedgeError `bad-query` for spaces that the index lacks, `bad-input` for options that do not go together
 */
export async function openAsk({ folder, index, clock }: AskedIndex, options: AskOptions): Promise<Ask> {
  const { fusion, rrfK = RRF_K, rrfDepth = RRF_DEPTH, rerank, reranker, feedback } = options;
  mustGoTogether(options);
  const spaces = spacesNamed(index, options);
  const models = new Map<Space, QueryModel | undefined>();
  for (const { space } of spaces) {
    models.set(space, await openQueryModel(space, folder, options.model));
  }
  const encoded: Encode = (text, space) => encodeFor(space, text, models.get(space));
  const rules = await readRules(index.source, index.manifest);
  const askedOnce = (isAgain: boolean): Index => {
    // A question that is asked again, or explained, wants the pages of before.
    const cache = isAgain ? new PagesAtHand().before() : undefined;
    return localIndex({ index, clock, cache }, encoded, rules);
  };
  const opened = reranker === undefined ? undefined : await openReranker(reranker);
  // Pages are found where there are any: they are not asked for.
  const group = options.group === false ? false : undefined;
  const how = { spaces, rerank, group, feedback, fusion: fusion && { k: rrfK, depth: rrfDepth } };
  return async ({ vector, ...question }) => {
    if (vector !== undefined && feedback !== undefined) {
      throw new SparsedgeError(
        'bad-input',
        '--feedback encodes what is found as it encodes questions: it needs questions that are text, not vectors',
      );
    }
    const asked = askedOnce((feedback ?? question.isLogged) !== undefined);
    const encode: Encode = async (text, space) =>
      vector === undefined ? asked.encode(text, space) : encodedGiven(vector, space);
    const answer = await ask({ ...question, ...how }, { ...asked, encode }, opened);
    if (!question.isLogged) return answer;
    return { ...answer, explanation: await explain(answer, { spaces, rules: question.rules }, asked) };
  };
}

/**
 * The same, as the body of a request to a Worker.
 *
 * @throws SparsedgeError `bad-input` for what a Worker has of its own
 */
export function askedOfWorker(options: AskOptions): object {
  const own = (['model', 'reranker'] as const).find((option) => options[option] !== undefined);
  if (own)
    throw new SparsedgeError(
      'bad-input',
      `--${own} is for searches in this process, and --url asks a Worker, which has its own ${own}`,
    );
  const { space, fusion, rrfK, rrfDepth, rerank, group, feedback } = options;
  const spaces = weightsOf(options);
  return {
    space,
    group: group === false ? false : undefined,
    feedback,
    fusion,
    rrfK,
    rrfDepth,
    spaces: spaces && Object.fromEntries(spaces),
    rerank: rerank === undefined ? undefined : { n: rerank },
  };
}

/**
 * The spaces that the options name, or the one that is searched unless some are named.
 *
 * @throws SparsedgeError `bad-query` for one that the index lacks
 */
export function spacesNamed({ manifest }: OpenIndex, options: AskOptions): WeighedSpace[] {
  return chooseSpaces(manifest, { ...options, spaces: weightsOf(options) });
}

/** The spaces that are searched and how, in a few words. */
export function searched(index: OpenIndex, options: AskOptions): string {
  const spaces = spacesNamed(index, options);
  const weighed = options.spaces !== undefined;
  const names = spaces.map(({ space, weight }) => (weighed ? `${weight}·${space.name}` : space.name));
  const how = options.fusion ? `rrf(${names.join(', ')})` : names.join(' + ');
  const fed = options.feedback ? `${how} with feedback (${options.feedback})` : how;
  return options.rerank === undefined ? fed : `${fed}, best ${options.rerank} reranked`;
}

function weightsOf({ spaces }: AskOptions): ReadonlyMap<string, number> | undefined {
  return spaces === undefined ? undefined : readSpaceWeights(spaces);
}

function mustGoTogether({ spaces, fusion, rrfK, rrfDepth, model, rerank, reranker }: AskOptions): void {
  if (fusion === undefined && (rrfK ?? rrfDepth) !== undefined)
    throw new SparsedgeError('bad-input', '--rrf-k and --rrf-depth need --fusion rrf');
  if ((rerank === undefined) !== (reranker === undefined)) {
    throw new SparsedgeError(
      'bad-input',
      '--rerank and --reranker need each other: one says how many hits to rerank, the other which ' +
        'cross-encoder does',
    );
  }
  if (model !== undefined && (spaces ?? fusion) !== undefined) {
    throw new SparsedgeError(
      'bad-input',
      '--model names the model of one space: with --spaces or --fusion, each space takes the model ' +
        'beside the index',
    );
  }
}
