// How to ask: the options that `search` and `eval` share, and what they make of them.

import { type Command, Option } from 'commander';
import { SparsedgeError } from '../../src/core/errors.ts';
import type { Space } from '../../src/core/format/manifest.ts';
import { type Answer, ask, type Question } from '../../src/query/ask.ts';
import type { QueryModel } from '../../src/query/encode/query-model.ts';
import { encodeFor } from '../../src/query/encode/query-model.ts';
import { readSpaceWeights } from '../../src/query/encode/space-weights.ts';
import { chooseSpaces, type WeighedSpace } from '../../src/query/encode/spaces.ts';
import { RRF_DEPTH, RRF_K } from '../../src/query/fuse.ts';
import { localIndex } from '../../src/query/local-index.ts';
import { MAX_RERANKED } from '../../src/query/rerank/rerank.ts';
import type { Clock } from '../../src/query/search/meter.ts';
import type { OpenIndex } from '../../src/query/search/open.ts';
import { MAX_K } from '../../src/query/search/search.ts';
import { whole } from '../commands/options/values.ts';
import { openQueryModel } from '../model/open-query-model.ts';
import { openReranker } from '../model/reranker.ts';

/** The options. */
export interface AskOptions {
  readonly space?: string;
  readonly spaces?: string;
  readonly fusion?: 'rrf';
  readonly rrfK?: number;
  readonly rrfDepth?: number;
  readonly model?: string;
  readonly rerank?: number;
  readonly reranker?: string;
}

/** Adds the options to a command. */
export function askOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--space <name>', "which of the index's spaces to search (default: its first)").conflicts([
        'spaces',
        'fusion',
      ]),
    )
    .option('--spaces <weights>', 'several spaces at once, weighed: bm25=1,splade=.7')
    .addOption(
      new Option(
        '--fusion <method>',
        'search each space (all unless named) by itself and fuse the ranks: reciprocal rank fusion',
      ).choices(['rrf']),
    )
    .option('--rrf-k <n>', `the constant of a fusion (default: ${RRF_K})`, whole(0, 10_000))
    .option('--rrf-depth <n>', `how deep the lists of a fusion are (default: ${RRF_DEPTH})`, whole(1, MAX_K))
    .option(
      '--model <folder>',
      'the model of the space, if queries need it (default: the one beside the index)',
    )
    .option('--rerank <n>', 'have the best n reranked', whole(1, MAX_RERANKED))
    .option('--reranker <folder>', 'the cross-encoder that reranks');
}

/** An index that is asked in this process. */
export interface AskedIndex {
  readonly folder: string;
  readonly index: OpenIndex;
  readonly clock: Clock;
}

/** Asks an index in this process. */
export type Ask = (question: Omit<Question, 'spaces' | 'fusion' | 'rerank'>) => Promise<Answer>;

/**
 * Opens what the options name.
 *
 * @throws SparsedgeError `bad-query` for spaces that the index lacks, `bad-input` for options that do not go together
 */
export async function openAsk({ folder, index, clock }: AskedIndex, options: AskOptions): Promise<Ask> {
  const { fusion, rrfK = RRF_K, rrfDepth = RRF_DEPTH, rerank, reranker } = options;
  mustGoTogether(options);
  const spaces = spacesNamed(index, options);
  const models = new Map<Space, QueryModel | undefined>();
  for (const { space } of spaces) {
    models.set(space, await openQueryModel(space, folder, options.model));
  }
  const asked = localIndex({ index, clock }, (text, space) => encodeFor(space, text, models.get(space)));
  const opened = reranker === undefined ? undefined : await openReranker(reranker);
  const how = { spaces, rerank, fusion: fusion && { k: rrfK, depth: rrfDepth } };
  return (question) => ask({ ...question, ...how }, asked, opened);
}

/**
 * The same for a Worker, as its body has it.
 *
 * @throws SparsedgeError `bad-input` for what a Worker settles itself
 */
export function askedOfWorker(options: AskOptions): object {
  const own = (['model', 'reranker'] as const).find((option) => options[option] !== undefined);
  if (own)
    throw new SparsedgeError('bad-input', `--${own} is of searches in this process: the Worker has its own`);
  const { space, fusion, rrfK, rrfDepth, rerank } = options;
  const spaces = weightsOf(options);
  return {
    space,
    fusion,
    rrfK,
    rrfDepth,
    ...(spaces && { spaces: Object.fromEntries(spaces) }),
    ...(rerank !== undefined && { rerank: { n: rerank } }),
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

/** What was searched, in a word. */
export function searched(index: OpenIndex, options: AskOptions): string {
  const spaces = spacesNamed(index, options);
  const weighed = options.spaces !== undefined;
  const names = spaces.map(({ space, weight }) => (weighed ? `${weight}·${space.name}` : space.name));
  const how = options.fusion ? `rrf(${names.join(', ')})` : names.join(' + ');
  return options.rerank === undefined ? how : `${how}, best ${options.rerank} reranked`;
}

function weightsOf({ spaces }: AskOptions): ReadonlyMap<string, number> | undefined {
  return spaces === undefined ? undefined : readSpaceWeights(spaces);
}

function mustGoTogether(options: AskOptions): void {
  const { spaces, fusion, rrfK, rrfDepth, model, rerank, reranker } = options;
  const wrong =
    fusion === undefined && (rrfK ?? rrfDepth) !== undefined
      ? '--rrf-k and --rrf-depth are of --fusion rrf'
      : (rerank === undefined) !== (reranker === undefined)
        ? '--rerank says how many and --reranker by which cross-encoder: both are needed'
        : model !== undefined && (spaces ?? fusion) !== undefined
          ? '--model is of one space; those of several are beside the index'
          : undefined;
  if (wrong !== undefined) throw new SparsedgeError('bad-input', wrong);
}
