// What to build: parsed once, complete, and frozen before anything is read.

import { join } from 'node:path';
import { z } from 'zod';
import { ANALYZERS, type AnalyzerName } from '../../src/core/analyzer/analysis.ts';
import { SparsedgeError } from '../../src/core/errors.ts';
import { MAX_WINDOW_DOCUMENTS } from '../../src/core/format/manifest.ts';
import { analyzerOf, MOST_ADDED } from '../../src/core/model/contract.ts';
import { modelEncoder } from '../model/encoding/model-encoder.ts';
import { openModelFolder } from '../model/model-folder.ts';
import { partsEncoder } from '../model/vector-parts.ts';
import { type CollectionLanguages, inflectedBy } from '../stages/encode/collection-languages.ts';
import type { DocumentEncoder } from '../stages/encode/encoder.ts';
import { countingEncoder } from '../stages/encode/text-encoder.ts';
import { vectorEncoder } from '../stages/encode/vectors.ts';
import { MERGES, type Merge } from '../stages/expand/merge.ts';
import { fieldRulesSchema } from '../stages/read/fields/rules.ts';
import { GROUPINGS, type Grouping, STORES } from '../stages/shard/index-plan.ts';
import { bm25 } from '../stages/weighting/bm25.ts';
import { tfidf } from '../stages/weighting/tfidf.ts';
import { given } from '../stages/weighting/weighting.ts';

/** The folder of the model that weighs a space of which nothing is said. */
export const DEFAULT_MODEL = join(import.meta.dirname, '../../models/sparsedge-en');
/** BM25's parameters where neither the user nor a model says otherwise: Anserini's. */
const BM25 = { k1: 0.9, b: 0.4 };
/**
 * BM25's b where documents are sections of pages: how long those are, their layout decides, and a model has learned its
 * own of passages. Of 80 questions to four documentation sites the default model with its b of .75 has the right page
 * first 30 times, with this 35 times.
 */
const PAGES_B = 0.4;
/**
 * How many times a word of a title counts. BM25's nDCG@10 of CACM is .479 with 1 and .499 with 2, of Cranfield .365 and
 * .373, of SciFact .681 and .688; the default model, which weighs words by where they stand, has .501 and .493 of CACM.
 */
const TITLE_WEIGHT = 2;
/**
 * What a word of a page's title weighs in addition in all sections of the page, of what a word weighs that is said
 * once: however often a section says what its page is about, saturation makes little of it.
 */
const PAGE_TITLE = 0.5;

const spaceSchema = z.strictObject({
  /** The id of its model, or its encoder, unless given. */
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/)
    .optional(),
  encoder: z.enum(['bm25', 'tfidf', 'vectors', 'model']).optional(),
  /** The folder of the model that weighs the terms, if one does; of `vectors`, those of queries alone. */
  model: z.string().min(1).optional(),
  /** A folder of parts that the model has encoded: they are taken as they are. */
  parts: z.string().min(1).optional(),
  /** A model has its own. */
  analyzer: z.enum(ANALYZERS).optional(),
  /** BM25's saturation and length normalisation; a model may have its own. */
  k1: z.number().nonnegative().optional(),
  b: z.number().min(0).max(1).optional(),
  /** BM25's document lengths: exact, or rounded as Lucene stores them. */
  lengths: z.enum(['exact', 'lucene']).optional(),
  /**
   * How many times a word of a title counts, where words are counted or a model counts them. With 0, words are all that
   * there is, as for Lucene: no names, no functional words for want of others, and no whole titles.
   */
  titleWeight: z
    .number()
    .refine(
      (weight) => weight === 0 || (weight >= 1 && weight <= 100),
      'expected 0, or a number from 1 to 100',
    )
    .optional(),
  /**
   * How much more a word of a page's title weighs in all sections of the page than the section alone says, of what a
   * word weighs that is said once. Only sections have titles of pages.
   */
  pageTitle: z.number().min(0).max(10).optional(),
  /** How many stems that a document lacks are added to it, where the model can; 0 adds none. */
  added: z.int().min(0).max(MOST_ADDED).optional(),
  /** How predicted queries are merged; the encoder's family has its way. */
  merge: z.enum(MERGES).optional(),
  /** Predicted queries of a document that are merged, at most. */
  maxQueries: z.int().positive().optional(),
  /** How a query's terms count; vectors need it said. */
  query: z.enum(['count', 'binary']).optional(),
  quantizer: z
    .strictObject({
      /** The weight that becomes impact 255; the largest weight when not given. */
      maximum: z.number().positive().optional(),
      rounding: z.enum(['nearest', 'floor']).optional(),
    })
    .prefault({}),
});

const configSchema = z.strictObject({
  spaces: z.array(spaceSchema).min(1).prefault([{}]),
  /** A file of predicted queries, or a folder of its parts: documents are searched by them, too. */
  expansions: z.string().min(1).optional(),
  /** Where the index is to be served from: R2, R2 with documents among static assets, or static assets alone. */
  store: z.enum(STORES).default('r2'),
  /** Whether a document's page has its vector, by which its score can be settled; if auto, in several windows. */
  vectors: z.enum(['auto', 'always', 'never']).default('auto'),
  /** Whether words are kept as they are typed, to complete and correct questions by. */
  words: z.boolean().default(true),
  /** Documents in a window, at most: their sums are added up together. */
  windowDocuments: z.int().positive().max(MAX_WINDOW_DOCUMENTS).default(MAX_WINDOW_DOCUMENTS),
  /** How a window's documents are numbered: as they were read, or so that those that are alike are close. */
  order: z.enum(['input', 'similarity']).default('similarity'),
  /**
   * Which documents are sections of one page, so that pages are found by what all of their sections say: those of one
   * URL but for what follows its #, or none. Those of a folder of pages are, unless this says otherwise.
   */
  group: z.enum(GROUPINGS).optional(),
  /** The types of fields, where they are not what the values show: a file for --schema says the same. */
  schema: fieldRulesSchema.optional(),
});

/** What to build, as a user writes it. */
export type BuildConfigInput = z.input<typeof configSchema>;
type WrittenSpace = z.output<typeof spaceSchema>;
/** A space, with everything that was not said filled in: by its model's contract where it has one. */
export interface SpaceConfig extends WrittenSpace {
  readonly name: string;
  readonly encoder: NonNullable<WrittenSpace['encoder']>;
  readonly lengths: NonNullable<WrittenSpace['lengths']>;
  readonly k1: number;
  readonly b: number;
  /** Nothing where words are all that there is: see WrittenSpace, 0, and a CIFF. */
  readonly titleWeight: number | undefined;
  readonly analyzer: AnalyzerName;
  readonly quantizer: { readonly maximum?: number | undefined; readonly rounding: 'nearest' | 'floor' };
  /** The SHA-256 of the model's contract: a build that goes on does so with the same model. */
  readonly modelSha256?: string;
}
/** What to build. */
export type BuildConfig = Omit<z.output<typeof configSchema>, 'spaces' | 'group'> & {
  readonly spaces: readonly SpaceConfig[];
  readonly group: Grouping;
};

/**
 * Completes a configuration.
 *
 * @param ofPages whether the documents are sections of pages
 * @param nameOf what the caller calls a part of the configuration, where it is not a file that has it
 * @throws SparsedgeError `bad-input` that lists everything that is wrong
 */
export function parseConfig(
  input: unknown,
  ofPages = false,
  nameOf?: (path: readonly PropertyKey[]) => string,
): BuildConfig {
  const parsed = configSchema.safeParse(input);
  if (!parsed.success) {
    const { error } = parsed;
    const said = nameOf
      ? error.issues.map(({ path, message }) => `${nameOf(path)}: ${message}`).join('\n')
      : `the configuration is wrong:\n${z.prettifyError(error)}`;
    throw new SparsedgeError('bad-input', said);
  }
  const expanded = parsed.data.expansions !== undefined;
  const group = parsed.data.group ?? (ofPages ? 'url' : 'none');
  const spaces = parsed.data.spaces.map((space) =>
    completePageTitle(completeExpansion(completeSpace(space, ofPages), expanded), ofPages && group === 'url'),
  );
  const names = spaces.map(({ name }) => name);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) throw new SparsedgeError('bad-input', `two spaces are named "${repeated}"`);
  return { ...parsed.data, spaces, group };
}

/** @throws SparsedgeError `bad-input` for what a model does not leave open, or for a folder that holds none */
function completeSpace(space: WrittenSpace, ofPages: boolean): SpaceConfig {
  const { model = isOpen(space) ? DEFAULT_MODEL : undefined, analyzer = 'english', quantizer } = space;
  const { encoder = model === undefined ? 'bm25' : 'model', lengths = 'exact' } = space;
  const { titleWeight = model === undefined ? TITLE_WEIGHT : 1 } = space;
  if (encoder === 'vectors' ? space.parts !== undefined : (encoder === 'model') !== (model !== undefined)) {
    throw new SparsedgeError(
      'bad-input',
      'the encoder "model" needs the folder of a model, "vectors" may have one for queries, and no other takes one',
    );
  }
  if (space.parts !== undefined && model === undefined) {
    throw new SparsedgeError('bad-input', 'parts are of a model: say which');
  }
  mustHaveUse(space, encoder);
  if (model === undefined) {
    if (space.added) throw noneAdded(encoder);
    const { k1 = BM25.k1, b = BM25.b } = space;
    const { rounding = 'nearest' } = quantizer;
    const name = space.name ?? encoder;
    return {
      ...space,
      name,
      encoder,
      lengths,
      analyzer,
      k1,
      b,
      titleWeight: titleWeight || undefined,
      quantizer: { ...quantizer, rounding },
    };
  }
  const taken = (['analyzer', 'query'] as const).find((option) => space[option] !== undefined);
  if (taken) throw new SparsedgeError('bad-input', `${taken} is for the model ${model} to say`, { model });
  const { contract, name: modelName } = openModelFolder(model);
  const { k1, b } = { ...BM25, ...contract.bm25 };
  if (space.added && !contract.added) throw noneAdded(`the model ${contract.id}`);
  return {
    ...space,
    name: space.name ?? spaceNameOf(contract.id),
    encoder,
    model,
    lengths,
    titleWeight: titleWeight || undefined,
    analyzer: analyzerOf(contract),
    k1: space.k1 ?? k1,
    b: space.b ?? (ofPages ? PAGES_B : b),
    added: encoder === 'model' ? (space.added ?? contract.added?.most) : undefined,
    quantizer: {
      // Vectors made elsewhere may have been multiplied: the largest of them says how far they go.
      maximum: quantizer.maximum ?? (encoder === 'vectors' ? undefined : contract.quantizer.maximum),
      rounding: quantizer.rounding ?? contract.quantizer.rounding,
    },
    modelSha256: modelName.sha256,
  };
}

/** @throws SparsedgeError `bad-input` for what an encoder has no use for, and would pass over */
function mustHaveUse(space: WrittenSpace, encoder: SpaceConfig['encoder']): void {
  const ofBm25 = encoder === 'bm25' || encoder === 'model' ? [] : (['k1', 'b', 'lengths'] as const);
  const ofText = encoder === 'vectors' ? (['titleWeight'] as const) : [];
  const ofVectors = encoder === 'vectors' || encoder === 'model' ? [] : (['query'] as const);
  const useless = [...ofBm25, ...ofText, ...ofVectors].find((option) => space[option] !== undefined);
  if (useless === undefined) return;
  const [what, whose] =
    useless === 'titleWeight'
      ? ['a weight of titles', 'encoders that read text']
      : [useless, useless === 'query' ? 'vectors' : 'BM25'];
  throw new SparsedgeError(
    'bad-input',
    `${what} is for ${whose}, and the encoder ${encoder} has no use for it`,
    {
      option: useless,
      encoder,
    },
  );
}

function noneAdded(by: string): SparsedgeError {
  return new SparsedgeError(
    'bad-input',
    `${by} adds no stems to documents: only a model with neighbours does`,
    {
      expected: 'a model whose files have neighbours',
      found: by,
    },
  );
}

/** Whether nothing is said of how terms are weighed. Parameters of BM25 alone ask for BM25. */
function isOpen({ encoder, analyzer, query, k1, b, lengths }: WrittenSpace): boolean {
  return [encoder, analyzer, query, k1, b, lengths].every((said) => said === undefined);
}

/** A model's id as the name of a space, which has fewer characters to choose from. */
function spaceNameOf(id: string): string {
  return id.replace(/[._]/g, '-').slice(0, 32);
}

/**
 * @throws SparsedgeError `bad-input` for a space that cannot be expanded, or that says how without anything to merge
 */
function completeExpansion(space: SpaceConfig, expanded: boolean): SpaceConfig {
  if (!expanded) {
    if ((space.merge ?? space.maxQueries) === undefined) return space;
    throw new SparsedgeError(
      'bad-input',
      'merge and maxQueries are about predicted queries: give expansions',
    );
  }
  if (space.encoder === 'vectors') {
    throw new SparsedgeError(
      'bad-input',
      'vectors made elsewhere are finished: expansions are for encoders that read text',
    );
  }
  return { ...space, merge: space.merge ?? usualMerge(space) };
}

/**
 * @param ofPages whether documents are sections of pages that are found together
 * @throws SparsedgeError `bad-input` where titles of pages are to weigh more and there are none, or nothing is weighed
 */
function completePageTitle(space: SpaceConfig, ofPages: boolean): SpaceConfig {
  const isPossible = ofPages && hasWordsBesides(space);
  if (space.pageTitle && !isPossible) {
    throw new SparsedgeError(
      'bad-input',
      ofPages
        ? `${space.name} weighs no titles of pages: only BM25, tf·idf and models of stems do`
        : 'only sections of pages have titles of pages: expected a folder of pages, grouped by url',
    );
  }
  return { ...space, pageTitle: isPossible ? (space.pageTitle ?? PAGE_TITLE) || undefined : undefined };
}

/** DeepImpact weighs a word at its first occurrence, so that more of them would only fill its windows. */
export function usualMerge({ model }: Pick<SpaceConfig, 'model'>): Merge {
  const head = model === undefined ? undefined : openModelFolder(model).contract.head;
  return head === 'deepimpact' ? 'distinct' : 'doc2query';
}

/** Whether words of a space are stemmed in the ways of their documents' languages: where English ones are stemmed. */
export function isInflected(space: SpaceConfig): boolean {
  return space.analyzer !== 'bert-words' && hasWordsBesides(space);
}

/** Whether something stands beside words that are weighed here. */
function hasWordsBesides({ encoder, titleWeight, model }: SpaceConfig): boolean {
  if (titleWeight === undefined) return false;
  if (encoder !== 'model') return encoder !== 'vectors';
  return openModelFolder(model!).contract.head === 'residual';
}

/**
 * The encoder that a space asks for.
 *
 * @param languages of the documents, where words are stemmed in their ways
 * @param threads on which a model's network runs
 */
export function encoderOf(
  space: SpaceConfig,
  languages?: CollectionLanguages,
  threads?: number,
): DocumentEncoder {
  const inflected = inflectedBy(languages);
  switch (space.encoder) {
    case 'bm25':
      return countingEncoder(
        'bm25',
        space.analyzer,
        bm25(space.k1, space.b, space.lengths),
        space.titleWeight,
        inflected,
      );
    case 'tfidf':
      return countingEncoder('tfidf', space.analyzer, tfidf, space.titleWeight, inflected);
    case 'vectors':
      return vectorEncoderOf(space);
    case 'model':
      return modelEncoderOf(space, threads);
  }
}

/** Vectors made elsewhere; a model that is named weighs their queries. */
function vectorEncoderOf({ analyzer, query = 'count', model }: SpaceConfig): DocumentEncoder {
  const encoder = vectorEncoder(analyzer, query);
  if (model === undefined) return encoder;
  const { query: weighed, model: name } = modelEncoder(openModelFolder(model), given);
  return { ...encoder, query: weighed, model: name };
}

function modelEncoderOf({ model, parts, k1, b, lengths }: SpaceConfig, threads?: number): DocumentEncoder {
  const encoder = modelEncoder(openModelFolder(model!), bm25(k1, b, lengths), { threads });
  return parts === undefined ? encoder : partsEncoder(encoder, parts);
}
