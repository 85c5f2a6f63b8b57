// What to build: parsed once, complete, and frozen before anything is read.

import { z } from 'zod';
import { ANALYZERS } from '../src/core/analyzer.ts';
import { SparsedgeError } from '../src/core/errors.ts';
import { bm25, countingEncoder, type DocumentEncoder, tfidf, vectorEncoder } from './encode.ts';

const spaceSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,31}$/)
    .optional(),
  encoder: z.enum(['bm25', 'tfidf', 'vectors']).default('bm25'),
  analyzer: z.enum(ANALYZERS).default('english'),
  /** BM25's saturation and length normalisation. */
  k1: z.number().nonnegative().default(0.9),
  b: z.number().min(0).max(1).default(0.4),
  /** BM25's document lengths: exact, or rounded as Lucene stores them. */
  lengths: z.enum(['exact', 'lucene']).default('exact'),
  /** How a query's terms count; vectors need it said. */
  query: z.enum(['count', 'binary']).optional(),
  quantizer: z
    .strictObject({
      /** The weight that becomes impact 255; the largest weight when not given. */
      maximum: z.number().positive().optional(),
      rounding: z.enum(['nearest', 'floor']).default('nearest'),
    })
    .prefault({}),
});

const configSchema = z.strictObject({
  spaces: z.array(spaceSchema).min(1).prefault([{}]),
  /** Whether document pages share shards, or are objects of their own that can be served where reads are free. */
  documentPages: z.enum(['shards', 'objects']).default('shards'),
  /** Documents in a segment, at most. */
  segmentDocuments: z.int().positive().default(1_000_000),
  /** How a segment's documents are numbered: as they were read, or so that those that are alike are close. */
  order: z.enum(['input', 'similarity']).default('similarity'),
});

/** What to build, as a user writes it. */
export type BuildConfigInput = z.input<typeof configSchema>;
/** What to build. */
export type BuildConfig = z.output<typeof configSchema>;
export type SpaceConfig = BuildConfig['spaces'][number];

/**
 * Completes a configuration.
 *
 * @throws SparsedgeError `bad-input` that lists everything that is wrong
 */
export function parseConfig(input: unknown): BuildConfig {
  const parsed = configSchema.safeParse(input);
  if (!parsed.success)
    throw new SparsedgeError('bad-input', `the configuration is wrong:\n${z.prettifyError(parsed.error)}`);
  const names = parsed.data.spaces.map(spaceName);
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  if (repeated !== undefined) throw new SparsedgeError('bad-input', `two spaces are named "${repeated}"`);
  return parsed.data;
}

/** A space's name: its encoder's, unless it has one of its own. */
export function spaceName(space: SpaceConfig): string {
  return space.name ?? space.encoder;
}

/** The encoder that a space asks for. */
export function encoderOf(space: SpaceConfig): DocumentEncoder {
  switch (space.encoder) {
    case 'bm25':
      return countingEncoder('bm25', space.analyzer, bm25(space.k1, space.b, space.lengths));
    case 'tfidf':
      return countingEncoder('tfidf', space.analyzer, tfidf);
    case 'vectors':
      return vectorEncoder(space.analyzer, space.query ?? 'count');
  }
}
