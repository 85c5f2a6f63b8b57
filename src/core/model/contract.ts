// The model contract, `model.json`: the one place that says what a model is, so that the pipeline, the command
// line and the Worker cannot disagree. It holds the hash of every file of the model, so the SHA-256 of model.json names
// the whole model: an index records it, and is searched with no other.

import * as z from 'zod';
import type { AnalyzerName } from '../analyzer/analyzer.ts';
import { SparsedgeError } from '../errors.ts';
import { parseGivenJson } from '../format/bytes.ts';
import type { Space } from '../format/manifest.ts';
import { completeFacts, type WordPieceFacts } from '../tokens/wordpiece-facts.ts';

/** Name of the contract in a model's folder. */
export const MODEL_JSON = 'model.json';

/**
 * Where a model lies beside an index, with a slash at the end. Named by its hash too, like everything that is
 * published: an isolate that still answers from an older generation finds the model of that generation.
 */
export function modelPlace({ id, sha256 }: ModelName): string {
  return `models/${id}-${sha256.slice(0, 12)}/`;
}

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
export const fileSchema = z.strictObject({
  /** In the model's folder. */
  name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.int().nonnegative(),
});

/** Pieces that are never terms, unless a contract says otherwise. */
export const DROPPED_PIECES = ['[CLS]', '[SEP]', '[PAD]', '[UNK]', '[MASK]'] as const;

const filesSchema = z.strictObject({
  /**
   * vocab.txt, one piece a line; or tokenizer.json with a WordPiece model. Stems stand in falling order of frequency.
   */
  tokenizer: fileSchema,
  /**
   * ONNX. Inputs `input_ids`, `attention_mask` and, where there is one, `token_type_ids`, all int64 [batch, tokens].
   * The head `residual` without one has gates of 0: plain BM25 values.
   */
  document: fileSchema.optional(),
  /** ONNX of the same form, for the query side `neural`; it may be the document's file. */
  query: fileSchema.optional(),
  /** JSON, {term: weight}, for the query side `table`: the form of OpenSearch's idf.json. */
  table: fileSchema.optional(),
  /** JSON, an array that has the cluster of each piece by its id, −1 for none; for the head `lens`. */
  clusters: fileSchema.optional(),
  /** A stem a line, with the stems that it lends frequency to and hundredths: build/stages/encode/lending.ts. */
  neighbours: fileSchema.optional(),
});

/** Integers weigh a query's terms: round(weight × scale), 100 being what Anserini publishes SPLADE queries with. */
const scale = z.number().positive().max(10_000).default(100);

const tokenizerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('wordpiece'),
    /** What BertNormalizer does to a text; what is not said is as BERT-uncased has it. */
    lowercase: z.boolean().default(true),
    /** As `lowercase` unless given. */
    stripAccents: z.boolean().optional(),
    partIdeographs: z.boolean().optional(),
    cleanText: z.boolean().optional(),
    /** Pieces that are found in text as they stand, before it is cut into words. */
    added: z
      .array(
        z.strictObject({
          piece: z.string().min(1),
          normalized: z.boolean(),
          singleWord: z.boolean(),
          lstrip: z.boolean(),
          rstrip: z.boolean(),
          ofWords: z.boolean(),
        }),
      )
      .optional(),
    /** The special pieces that a window begins and ends with: [CLS] and [SEP] unless given. */
    before: z.array(z.string()).max(8).optional(),
    after: z.array(z.string()).max(8).optional(),
    /** In pieces, [CLS] and [SEP] included. */
    maxLength: z.int().min(3).max(8192),
    /** Pieces that never become terms. */
    dropTokens: z.array(z.string()).default([...DROPPED_PIECES]),
  }),
  /** One id for each word: stems.ts. */
  z.strictObject({
    kind: z.literal('stems'),
    /** In words, [CLS] included. */
    maxLength: z.int().min(2).max(8192),
    /** Ids that words share which the vocabulary does not have. */
    buckets: z.int().min(1).max(65_536),
  }),
]);

const querySchema = z.discriminatedUnion('kind', [
  /** Each distinct term weighs 1. */
  z.strictObject({ kind: z.literal('binary') }),
  /** Each distinct term weighs as often as it occurs: BM25's side of a query. */
  z.strictObject({ kind: z.literal('count') }),
  /**
   * Each term weighs what the table says; `absent` if it says nothing. Once, however often it occurs, as OpenSearch and
   * sentence-transformers have it; or each time, as in BM25, whose long questions repeat what they are about.
   */
  z.strictObject({
    kind: z.literal('table'),
    scale,
    absent: z.number().nonnegative().default(0),
    repeats: z.enum(['once', 'count']).default('once'),
    /** Text put before every query. */
    prefix: z.string().optional(),
  }),
  /** The head over the query's graph. `prefix` is text put before every query: LENS has an instruction. */
  z.strictObject({
    kind: z.literal('neural'),
    scale,
    maxLength: z.int().min(3).optional(),
    prefix: z.string().default(''),
  }),
]);

const modelSchema = z
  .strictObject({
    format: z.literal(1),
    id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/),
    /** What the literature calls it, such as DistilSPLADE-max. */
    family: z.string().optional(),
    head: z.enum(HEADS),
    tokenizer: tokenizerSchema,
    files: filesSchema,
    /** Names of the graph's outputs; its first, and for a gate its second, unless given. */
    outputs: z.strictObject({ values: z.string().optional(), gate: z.string().optional() }).prefault({}),
    /** What the output is. Found from its shape; given here, it is checked. */
    output: z.enum(['pooled', 'logits', 'token-scalar']).optional(),
    /** What makes weights of raw logits or scalars, where the graph does not; each head has its usual one. */
    activation: z.enum(['none', 'relu', 'log1p-relu', 'log1p-log1p-relu', 'exp-half']).optional(),
    vocabulary: z.enum(['word-piece', 'whole-word', 'cluster']),
    /** SparTerm's gate: which terms may have a weight. */
    gate: z
      .strictObject({
        mode: z.enum(['literal-only', 'expansion-only', 'expansion-enhanced']),
        threshold: z.number().min(0).max(1).default(0.7),
      })
      .optional(),
    /** What BM25 weighs values with unless a build says otherwise, for the heads whose values it weighs. */
    bm25: z
      .strictObject({
        k1: z.number().nonnegative(),
        b: z.number().min(0).max(1),
        /**
         * Whether a word's idf counts how much it is said where it is said: weighingBursts in
         * build/stages/weighting/bm25.ts.
         */
        burstiness: z.boolean().default(false),
      })
      .optional(),
    /**
     * Neighbouring words are terms, too: phrases.ts. In a document one weighs this share of what a word as rare would.
     */
    phrases: z.strictObject({ weight: z.number().positive().max(1) }).optional(),
    /** A document gets so many stems that it lacks, lent by those that it has, and no more. */
    added: z.strictObject({ most: z.int().positive().max(MOST_ADDED) }).optional(),
    /** A document beyond maxLength: read in windows whose vectors are merged, or cut off. */
    longDocuments: z.enum(['windows', 'truncate']).default('windows'),
    /** Text put before every document, and before every window of a long one: prompts of sentence-transformers. */
    prefix: z.string().optional(),
    /** A document and a query keep so many of their heaviest terms: max_active_dims of sentence-transformers. */
    maxTerms: z.int().positive().optional(),
    /** What a score is: the sum of products of weights, or that of vectors of length 1. */
    similarity: z.enum(['dot', 'cosine']).optional(),
    query: querySchema,
    quantizer: z
      .strictObject({
        /** The weight that becomes impact 255; the largest of the collection unless given. */
        maximum: z.number().positive().optional(),
        rounding: z.enum(['nearest', 'floor']).default('nearest'),
      })
      .prefault({}),
    /** SPDX identifier, or the name of the terms. */
    licence: z.string().min(1),
    trainedOn: z.string().min(1),
    /** Where it comes from. */
    source: z.string().min(1),
  })
  .check(({ value, issues }) => {
    const wrong = (path: string[], message: string) =>
      issues.push({ code: 'custom', input: value, path, message });
    const { head, tokenizer, vocabulary, files, query, gate, phrases, bm25, added } = value;
    if (vocabulary !== VOCABULARY[head])
      wrong(['vocabulary'], `${head} weighs the terms ${VOCABULARY[head]}, not ${vocabulary}`);
    if (tokenizer.kind === 'stems' && vocabulary !== 'whole-word')
      wrong(['tokenizer', 'kind'], `stems are whole words, and ${head} weighs the terms ${VOCABULARY[head]}`);
    if (vocabulary === 'whole-word') {
      const own = tokenizer.kind === 'wordpiece' && !isUncased(tokenizer);
      if (own)
        wrong(['tokenizer'], `terms are whole words, which are those of BERT-uncased without added pieces`);
      for (const fact of ['prefix', 'maxTerms', 'similarity'] as const)
        if (value[fact] !== undefined) wrong([fact], `terms are whole words: ${head} has no ${fact}`);
    }
    if (bm25 && head !== 'deepct' && head !== 'residual')
      wrong(['bm25'], `BM25 weighs the values of deepct and residual, not of ${head}`);
    if (bm25?.burstiness && head !== 'residual')
      wrong(['bm25', 'burstiness'], `values of ${head} are not counts, and burstiness is a mean of counts`);
    if (phrases && (head !== 'residual' || tokenizer.kind !== 'stems'))
      wrong(
        ['phrases'],
        'phrases are of stems and weighed by BM25: they need the tokenizer stems and the head residual',
      );
    if (added && (head !== 'residual' || tokenizer.kind !== 'stems'))
      wrong(['added'], 'stems are added inside BM25: they need the tokenizer stems and the head residual');
    if ((added !== undefined) !== (files.neighbours !== undefined))
      wrong(['files', 'neighbours'], 'neighbours and how many of them are added go together');
    if (query.kind === 'table' && !files.table) wrong(['files', 'table'], 'the query side is a table');
    if (query.kind === 'neural' && !files.query) wrong(['files', 'query'], 'the query side is neural');
    if (query.kind === 'neural' && vocabulary === 'whole-word')
      wrong(['query', 'kind'], `${head} has no neural query side`);
    if (vocabulary === 'cluster' && !files.clusters) wrong(['files', 'clusters'], 'terms are clusters');
    if ((head === 'sparterm') !== (gate !== undefined))
      wrong(['gate'], 'SparTerm has a gate, and nothing else does');
  });

function isUncased(tokenizer: WordPieceFacts): boolean {
  const { lowercase, stripAccents, partIdeographs, cleanText, added } = completeFacts(tokenizer);
  return lowercase && stripAccents && partIdeographs && cleanText && added.length === 0;
}

/** A model, as its contract says. */
export type ModelContract = z.output<typeof modelSchema>;
export type ModelFile = z.output<typeof fileSchema>;
export type Activation = NonNullable<ModelContract['activation']>;
/** A model's name and the SHA-256 of its model.json, in hexadecimal. */
export type ModelName = NonNullable<Space['encoder']['model']>;

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
  const parsed = modelSchema.safeParse(parseGivenJson(bytes, where));
  if (parsed.success) return parsed.data;
  throw new SparsedgeError('bad-input', `${where} is no model contract:\n${z.prettifyError(parsed.error)}`, {
    file: where,
  });
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

/**
 * Checks that a model is the one that an index was built with.
 *
 * @throws SparsedgeError `model-mismatch` that names both
 */
export function checkModelName(space: Space, found: ModelName | undefined): void {
  const { model: expected } = space.encoder;
  if (expected?.id === found?.id && expected?.sha256 === found?.sha256) return;
  const name = (model: ModelName | undefined) =>
    model ? `${model.id} (SHA-256 ${model.sha256})` : 'no model';
  throw new SparsedgeError(
    'model-mismatch',
    `space ${space.name} was built with ${name(expected)}; at hand is ${name(found)}`,
    { space: space.name, expected: expected?.sha256 ?? '', found: found?.sha256 ?? '' },
  );
}
