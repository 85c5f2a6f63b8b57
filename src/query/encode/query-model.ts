// The query side of a model, chosen from its contract: tokens that count, a table of learned weights, or a network. The
// first two need the tokenizer alone, which is what keeps a query within a free plan's CPU time; the network is handed
// in, since only its runtime differs from place to place.

import { besideWords } from '../../core/analyzer/analysis.ts';
import { analysisNamed } from '../../core/analyzer/analyzer.ts';
import { SparsedgeError } from '../../core/errors.ts';
import { parseGivenJson } from '../../core/format/bytes.ts';
import type { Space } from '../../core/format/manifest.ts';
import type { Batch, Outputs, Vocabulary } from '../../core/heads/batch.ts';
import { batchVectors, padWindows } from '../../core/heads/batch.ts';
import { wholeVector } from '../../core/heads/whole-vector.ts';
import { analyzerOf, type ModelContract } from '../../core/model/contract.ts';
import { checkModelName, type ModelName } from '../../core/model/model-name.ts';
import type { SparseVector } from '../../core/sparse.ts';
import { phrasesOf } from '../../core/tokens/phrases.ts';
import { cutWindows } from '../../core/tokens/tokens.ts';
import { countScale, encodeQuery, hasBesides, withStems } from '../encode/encode-query.ts';
import { type QueryTerm, weighText } from '../search/terms.ts';

/** A model as a query needs it. */
export interface QueryModel {
  readonly name: ModelName;
  readonly contract: ModelContract;
  readonly vocabulary: Vocabulary;
  /** For the query side `table`, as readTable gives it. */
  readonly table?: SparseVector | undefined;
  /** For the query side `neural`: runs the query's graph. */
  readonly run?: ((batch: Batch) => Promise<Outputs>) | undefined;
}

/** A query as one space has it. */
export interface EncodedQuery {
  readonly terms: readonly QueryTerm[];
  /** What the integers of `terms` are for a weight of 1. */
  readonly scale: number;
  /** Terms that are words of the language, whether or not a document has them, where a model knows words. */
  readonly known?: ReadonlySet<string> | undefined;
  /** What a text is to the model of the space, where that has terms of its own: repeats included. */
  readonly pieces?: Pieces | undefined;
}

/** A text → a model's terms. */
export type Pieces = (text: string) => readonly string[];

/**
 * Text → terms, as the space says: by its analyzer, or by the model that it was built with.
 *
 * @throws SparsedgeError `model-mismatch` for another model, or none; what weighText throws
 */
export async function encodeQueryWith(
  text: string,
  space: Space,
  model: QueryModel | undefined,
): Promise<QueryTerm[]> {
  if (space.query === 'count' || space.query === 'binary') return encodeQuery(text, space);
  checkModelName(space, model?.name);
  const weights = await queryWeights(text, model!, hasBesides(space));
  const { query } = model!.contract;
  const weight =
    query.kind === 'table' ? query.absent * query.scale : query.kind === 'neural' ? query.scale : undefined;
  return weighText(withStems(weights, text, space, weight), space.name);
}

/** A text as terms of a space, whose weights a model may have multiplied to make them integers. */
export async function encodeFor(
  space: Space,
  text: string,
  model: QueryModel | undefined,
): Promise<EncodedQuery> {
  const query = model?.contract.query;
  const words = model?.contract.vocabulary === 'whole-word' ? model.vocabulary.pieces.ids : undefined;
  const terms = await encodeQueryWith(text, space, model);
  return {
    terms,
    known: words && new Set(terms.map(({ term }) => term).filter((term) => words.has(term))),
    scale: query && 'scale' in query ? query.scale : countScale(space),
    pieces: model && piecesOf(model),
  };
}

/** A model's pieces of texts. Nothing of its network is kept, which is released when it is not in use. */
export function piecesOf({ contract, vocabulary }: Pick<QueryModel, 'contract' | 'vocabulary'>): Pieces {
  return (text) => {
    const terms = queryTokens(text, { contract, vocabulary });
    return contract.phrases ? [...terms, ...phrasesOf(terms, vocabulary.pieces.ids)] : terms;
  };
}

/** The integer weights of a query's terms. */
async function queryWeights(text: string, model: QueryModel, besides: boolean): Promise<Map<string, number>> {
  const { contract, vocabulary } = model;
  const { query } = contract;
  const weights = new Map<string, number>();
  if (query.kind === 'neural') {
    for (const [term, weight] of await neuralVector(text, model)) {
      // What is not a number is left for weighText to refuse; a weight that rounds to 0 drops its term.
      weights.set(term, Math.round(weight * query.scale));
    }
    return weights;
  }
  const counted = query.kind === 'count' || (query.kind === 'table' && query.repeats === 'count');
  const scale = query.kind === 'table' ? query.scale : 1;
  const add = (term: string, weight: number) => {
    const before = counted ? (weights.get(term) ?? 0) : 0;
    weights.set(term, before + Math.round(weight * scale));
  };
  const { prefix = '', maxLength = undefined } = query.kind === 'table' ? query : {};
  const terms = queryTokens(prefix + text, model, maxLength);
  const weight = tableWeights(terms, model);
  for (const term of terms) add(term, weight(term));
  if (contract.phrases) for (const phrase of phrasesOf(terms, vocabulary.pieces.ids)) add(phrase, 1);
  if (besides) {
    const beside = besideWords(analysisNamed(analyzerOf(contract))(text), text);
    for (const term of beside) add(term, query.kind === 'table' ? query.absent : 1);
  }
  return weights;
}

/** What each term of a query weighs: what a table says, or 1. */
function tableWeights(terms: readonly string[], { contract, table }: QueryModel): (term: string) => number {
  const { query } = contract;
  if (query.kind !== 'table') return () => 1;
  const given = new Map(terms.map((term) => [term, table?.get(term) ?? query.absent]));
  const whole = wholeVector(given, contract);
  return (term) => whole.get(term) ?? 0;
}

/** The terms of a text's pieces, or of the first of them, in order, repeats included, without phrases. */
function queryTokens(
  text: string,
  { contract, vocabulary }: Pick<QueryModel, 'contract' | 'vocabulary'>,
  most = Number.POSITIVE_INFINITY,
): string[] {
  const { ids, words } = vocabulary.pieces.tokenize(text);
  if (contract.vocabulary === 'whole-word')
    return words.filter(({ position }) => position < most).map((word) => word.text);
  return ids
    .slice(0, most)
    .map((id) => vocabulary.terms[id])
    .filter((term) => term !== undefined);
}

/** The head over what the query's graph gives; what is beyond the maximum length is not read. */
async function neuralVector(
  text: string,
  { contract, vocabulary, run, name }: QueryModel,
): Promise<SparseVector> {
  if (contract.query.kind !== 'neural' || !run) {
    throw new SparsedgeError(
      'bad-query',
      `the model ${name.id} encodes queries with a network, and none runs here`,
      {
        model: name.id,
      },
    );
  }
  const { prefix, maxLength = contract.tokenizer.maxLength } = contract.query;
  const windows = cutWindows(
    vocabulary.pieces.tokenize(prefix + text),
    vocabulary.pieces,
    maxLength,
    'truncate',
  );
  const batch = padWindows(windows, windows[0].ids.length, vocabulary.pieces);
  const [vector] = batchVectors(contract, batch, await run(batch), vocabulary);
  return wholeVector(vector, contract);
}

/**
 * Reads a table of query weights, {term: weight}.
 *
 * @throws SparsedgeError `bad-input` for anything else
 */
export function readTable(bytes: Uint8Array, where: string): SparseVector {
  const entries = Object.entries(parseGivenJson(bytes, where) ?? {});
  const wrong = entries.find(
    ([, weight]) => typeof weight !== 'number' || !(weight >= 0) || weight === Number.POSITIVE_INFINITY,
  );
  if (entries.length > 0 && wrong === undefined) return new Map(entries as [string, number][]);
  throw new SparsedgeError(
    'bad-input',
    `${where}: expected weights of terms, numbers from 0; found ${wrong ? JSON.stringify(wrong) : 'none'}`,
    { file: where },
  );
}
