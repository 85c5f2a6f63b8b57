// The model contract, `model.json`: the one place that says what a model is, so that the pipeline, the command
// line and the Worker cannot disagree. It holds the hash of every file of the model, so the SHA-256 of model.json names
// the whole model: an index records it, and is searched with no other.

import type { AnalyzerName } from '../analyzer/analysis.ts';
import { SparsedgeError } from '../errors.ts';
import { parseGivenJson } from '../format/bytes.ts';
import { MODEL_ID } from '../format/manifest.ts';
import {
  anyText,
  flag,
  integer,
  kinds,
  list,
  missing,
  number,
  object,
  oneOf,
  optional,
  type Shaped,
  shaped,
  text,
} from '../format/shape.ts';
import { completeFacts, type WordPieceFacts } from '../tokens/wordpiece-facts.ts';

/**
 * The largest query network that a Worker opens: the memory of a session is three to four times its file, and an
 * isolate has 128 MB for everything.
 */
export const MOST_GRAPH_BYTES = 20_000_000;

/** The most stems that may be added to a document. */
export const MOST_ADDED = 1000;

/** What a graph's output means; src/core/heads/ has the definition of each. */
export const HEADS = [
  'splade-sum',
  'splade-max',
  'splade-doc',
  'deepimpact',
  'deepct',
  'sparterm',
  'residual',
  'lens',
] as const;
export type Head = (typeof HEADS)[number];

/** What the terms are: pieces of words, words as the tokenizer's analyzer gives them, or clusters of pieces. */
type Vocabulary = 'word-piece' | 'whole-word' | 'cluster';

/** The terms that each head weighs. */
export const VOCABULARY: Readonly<Record<Head, Vocabulary>> = {
  'splade-sum': 'word-piece',
  'splade-max': 'word-piece',
  'splade-doc': 'word-piece',
  deepimpact: 'whole-word',
  deepct: 'whole-word',
  sparterm: 'word-piece',
  residual: 'whole-word',
  lens: 'cluster',
};

/** A file of a model. */
export const fileShape = object({
  /** In the model's folder. */
  name: text(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
  sha256: text(/^[0-9a-f]{64}$/),
  bytes: integer(),
});

/** Pieces that are never terms, unless a contract says otherwise. */
export const DROPPED_PIECES = ['[CLS]', '[SEP]', '[PAD]', '[UNK]', '[MASK]'] as const;

const filesShape = object({
  /**
   * vocab.txt, one piece a line; or tokenizer.json with a WordPiece model. Stems stand in falling order of frequency.
   */
  tokenizer: fileShape,
  /**
   * ONNX. Inputs `input_ids`, `attention_mask` and, where there is one, `token_type_ids`, all int64 [batch, tokens].
   * The head `residual` without one has gates of 0: plain BM25 values.
   */
  document: optional(fileShape),
  /** ONNX of the same form, for the query side `neural`; it may be the document's file. */
  query: optional(fileShape),
  /** JSON, {term: weight}, for the query side `table`: the form of OpenSearch's idf.json. */
  table: optional(fileShape),
  /** JSON, an array that has the cluster of each piece by its id, −1 for none; for the head `lens`. */
  clusters: optional(fileShape),
  /** A stem a line, with the stems that it lends frequency to and hundredths: build/stages/encode/lending.ts. */
  neighbours: optional(fileShape),
  /** ONNX of the same inputs that gives a vector for a text, [batch, dimensions]; and its vocabulary. */
  context: optional(fileShape),
  contextTokenizer: optional(fileShape),
  /** Vectors of stems, which say how well these fit a document's, its own and lent ones: fitting.ts. */
  ownRows: optional(fileShape),
  lentRows: optional(fileShape),
});

/** Integers weigh a query's terms: round(weight × scale), 100 being what Anserini publishes SPLADE queries with. */
const scale = missing(number(0, 10_000, true), 100);

const tokenizerShape = kinds({
  wordpiece: {
    /** What BertNormalizer does to a text; what is not said is as BERT-uncased has it. */
    lowercase: missing(flag, true),
    /** As `lowercase` unless given. */
    stripAccents: optional(flag),
    partIdeographs: optional(flag),
    cleanText: optional(flag),
    /** Pieces that are found in text as they stand, before it is cut into words. */
    added: optional(
      list(
        object({
          piece: text(),
          normalized: flag,
          singleWord: flag,
          lstrip: flag,
          rstrip: flag,
          ofWords: flag,
        }),
      ),
    ),
    /** The special pieces that a window begins and ends with: [CLS] and [SEP] unless given. */
    before: optional(list(anyText, 0, 8)),
    after: optional(list(anyText, 0, 8)),
    /** In pieces, [CLS] and [SEP] included. */
    maxLength: integer(3, 8192),
    /** Pieces that never become terms. */
    dropTokens: missing(list(anyText), DROPPED_PIECES),
  },
  /** One id for each word: stems.ts. */
  stems: {
    /** In words, [CLS] included. */
    maxLength: integer(2, 8192),
    /** Ids that words share which the vocabulary does not have. */
    buckets: integer(1, 65_536),
  },
});

const queryShape = kinds({
  /** Each distinct term weighs 1. */
  binary: {},
  /** Each distinct term weighs as often as it occurs: BM25's side of a query. */
  count: {},
  /**
   * Each term weighs what the table says; `absent` if it says nothing. Once, however often it occurs, as OpenSearch and
   * sentence-transformers have it; or each time, as in BM25, whose long questions repeat what they are about.
   */
  table: {
    scale,
    absent: missing(number(0), 0),
    repeats: missing(oneOf('once', 'count'), 'once'),
    /** In pieces, the prompt's included: what is beyond is not read. */
    maxLength: optional(integer(1)),
    /** Text put before every query. */
    prefix: optional(anyText),
  },
  /** The head over the query's graph. `prefix` is text put before every query: LENS has an instruction. */
  neural: {
    scale,
    maxLength: optional(integer(3)),
    prefix: missing(anyText, ''),
  },
});

const modelShape = object({
  format: oneOf(1),
  id: text(MODEL_ID),
  /** What the literature calls it, such as DistilSPLADE-max. */
  family: optional(anyText),
  head: oneOf(...HEADS),
  tokenizer: tokenizerShape,
  files: filesShape,
  /** Names of the graph's outputs; its first, and for a gate its second, unless given. */
  outputs: missing(object({ values: optional(anyText), gate: optional(anyText) }), {}),
  /** What the output is. Found from its shape; given here, it is checked. */
  output: optional(oneOf('pooled', 'logits', 'token-scalar')),
  /** What makes weights of raw logits or scalars, where the graph does not; each head has its usual one. */
  activation: optional(oneOf('none', 'relu', 'log1p-relu', 'log1p-log1p-relu', 'exp-half')),
  vocabulary: oneOf('word-piece', 'whole-word', 'cluster'),
  /** SparTerm's gate: which terms may have a weight. */
  gate: optional(
    object({
      mode: oneOf('literal-only', 'expansion-only', 'expansion-enhanced'),
      threshold: missing(number(0, 1), 0.7),
    }),
  ),
  /** What BM25 weighs values with unless a build says otherwise, for the heads whose values it weighs. */
  bm25: optional(
    object({
      k1: number(0),
      b: number(0, 1),
      /**
       * Whether a word's idf counts how much it is said where it is said: weighingBursts in
       * build/stages/weighting/bm25.ts.
       */
      burstiness: missing(flag, false),
    }),
  ),
  /**
   * Neighbouring words are terms, too: phrases.ts. In a document one weighs this share of what a word as rare would.
   */
  phrases: optional(object({ weight: number(0, 1, true) })),
  /** A document gets so many stems that it lacks, lent by those that it has, and no more. */
  added: optional(object({ most: integer(1, MOST_ADDED) })),
  /** A document's vector says how much its own stems count, and those that it is lent: fitting.ts. */
  context: optional(
    object({
      /** In pieces of a window, [CLS] and [SEP] included. */
      maxLength: integer(3, 8192),
      /** What a stem's fit is multiplied with before its exponential multiplies frequencies: its own, and lent ones. */
      own: number(0, 100),
      lent: number(0, 100),
    }),
  ),
  /** A document beyond maxLength: read in windows whose vectors are merged, or cut off. */
  longDocuments: missing(oneOf('windows', 'truncate'), 'windows'),
  /** Text put before every document, and before every window of a long one: prompts of sentence-transformers. */
  prefix: optional(anyText),
  /** A document and a query keep so many of their heaviest terms: max_active_dims of sentence-transformers. */
  maxTerms: optional(integer(1)),
  /** What a score is: the sum of products of weights, or that of vectors of length 1. */
  similarity: optional(oneOf('dot', 'cosine')),
  query: queryShape,
  quantizer: missing(
    object({
      /** The weight that becomes impact 255; the largest of the collection unless given. */
      maximum: optional(number(0, undefined, true)),
      rounding: missing(oneOf('nearest', 'floor'), 'nearest'),
    }),
    {},
  ),
  /** SPDX identifier, or the name of the terms. */
  licence: text(),
  trainedOn: text(),
  /** Where it comes from. */
  source: text(),
});

type Wrong = (path: string, message: string) => void;

/** What does not go together. */
function checkTogether(value: ModelContract, wrong: Wrong): void {
  const { head, tokenizer, vocabulary, files, query, gate, phrases, bm25, added } = value;
  if (vocabulary !== VOCABULARY[head])
    wrong('vocabulary', `${head} weighs the terms ${VOCABULARY[head]}, not ${vocabulary}`);
  if (tokenizer.kind === 'stems' && vocabulary !== 'whole-word')
    wrong('tokenizer.kind', `stems are whole words, and ${head} weighs the terms ${VOCABULARY[head]}`);
  if (vocabulary === 'whole-word') {
    const own = tokenizer.kind === 'wordpiece' && !isUncased(tokenizer);
    if (own)
      wrong('tokenizer', `terms are whole words, which are those of BERT-uncased without added pieces`);
    for (const fact of ['prefix', 'maxTerms', 'similarity'] as const)
      if (value[fact] !== undefined) wrong(fact, `terms are whole words: ${head} has no ${fact}`);
  }
  if (bm25 && head !== 'deepct' && head !== 'residual')
    wrong('bm25', `BM25 weighs the values of deepct and residual, not of ${head}`);
  if (bm25?.burstiness && head !== 'residual')
    wrong('bm25.burstiness', `values of ${head} are not counts, and burstiness is a mean of counts`);
  if (phrases && (head !== 'residual' || tokenizer.kind !== 'stems'))
    wrong(
      'phrases',
      'phrases are of stems and weighed by BM25: they need the tokenizer stems and the head residual',
    );
  if (added && (head !== 'residual' || tokenizer.kind !== 'stems'))
    wrong('added', 'stems are added inside BM25: they need the tokenizer stems and the head residual');
  if ((added !== undefined) !== (files.neighbours !== undefined))
    wrong('files.neighbours', 'neighbours and how many of them are added go together');
  checkContext(value, wrong);
  if (query.kind === 'table' && !files.table) wrong('files.table', 'the query side is a table');
  if (query.kind === 'neural' && !files.query) wrong('files.query', 'the query side is neural');
  if (query.kind === 'neural' && vocabulary === 'whole-word')
    wrong('query.kind', `${head} has no neural query side`);
  if (vocabulary === 'cluster' && !files.clusters) wrong('files.clusters', 'terms are clusters');
  if ((head === 'sparterm') !== (gate !== undefined))
    wrong('gate', 'SparTerm has a gate, and nothing else does');
}

function checkContext({ context, files, head, tokenizer }: ModelContract, wrong: Wrong): void {
  for (const role of ['context', 'contextTokenizer', 'ownRows', 'lentRows'] as const)
    if ((context !== undefined) !== (files[role] !== undefined))
      wrong(`files.${role}`, 'context, its network, the tokenizer of that and rows go together');
  if (context && (head !== 'residual' || tokenizer.kind !== 'stems'))
    wrong(
      'context',
      'rows are of stems and multiply counts: they need the tokenizer stems and the head residual',
    );
}

function isUncased(tokenizer: WordPieceFacts): boolean {
  const { lowercase, stripAccents, partIdeographs, cleanText, added } = completeFacts(tokenizer);
  return lowercase && stripAccents && partIdeographs && cleanText && added.length === 0;
}

/** A model, as its contract says. */
export type ModelContract = Shaped<typeof modelShape>;
export type ModelFile = Shaped<typeof fileShape>;
export type Activation = NonNullable<ModelContract['activation']>;

/** The analyzer that gives the words of a model. */
export function analyzerOf({ tokenizer }: ModelContract): AnalyzerName {
  return tokenizer.kind === 'stems' ? 'stems' : 'bert-words';
}

/**
 * Reads a model's contract.
 *
 * @param where the file, for messages
 * @throws SparsedgeError `bad-input` that lists everything that is wrong
 */
export function parseModel(bytes: Uint8Array, where: string): ModelContract {
  const { value, wrong } = shaped(modelShape, parseGivenJson(bytes, where), checkTogether);
  if (wrong === undefined) return value;
  throw new SparsedgeError('bad-input', `${where} is no model contract:\n${wrong}`, { file: where });
}

/**
 * Checks that a file of a model is the one that its contract names.
 *
 * @param code `corrupt` for a model that lies beside an index: it was whole when it was put there
 * @throws SparsedgeError of that code, which names the file, what was expected and what was found
 */
export function checkModelFile(
  expected: ModelFile,
  found: Omit<ModelFile, 'name'>,
  where: string,
  code: 'bad-input' | 'corrupt',
): void {
  const fact = found.bytes === expected.bytes ? 'sha256' : 'bytes';
  if (found[fact] === expected[fact]) return;
  const said =
    fact === 'bytes'
      ? [expected.bytes, found.bytes].map((n) => `${n} bytes`)
      : [expected, found].map(({ sha256 }) => `SHA-256 ${sha256}`);
  throw new SparsedgeError(code, `${where}: expected ${said[0]}, found ${said[1]}`, {
    file: where,
    expected: expected[fact],
    found: found[fact],
  });
}
