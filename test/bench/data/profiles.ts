// Learned sparse encoders as their published statistics describe them, for collections that nobody has to encode.

/** What is known of an encoder's vectors. */
export interface Profile {
  /** At 8.8 million documents, MS MARCO's passages. */
  readonly vocabulary: number;
  /** How the vocabulary grows with the collection (Heaps' exponent); 0 where it is the model's and fixed. */
  readonly heaps: number;
  readonly termsPerDocument: number;
  readonly meanImpact: number;
  /** Zipf and Mandelbrot's law: a term's share of postings is as 1 / (rank + offset) ** exponent. */
  readonly exponent: number;
  readonly offset: number;
  /** Whose published query vectors are asked. */
  readonly queries: 'deepimpact' | 'splade-pp-ed' | 'unicoil';
}

/**
 * Vocabularies, terms a document and DeepImpact's mean impact are published; the other means, exponents and offsets are
 * assumed: word pieces are spread more evenly than words. OpenSearch's queries are not published; uniCOIL's have as
 * many terms (6.6 where OpenSearch has 6.9).
 */
export const PROFILES = {
  deepimpact: {
    vocabulary: 3_514_102,
    heaps: 0.6,
    termsPerDocument: 71,
    meanImpact: 56,
    exponent: 1.05,
    offset: 10,
    queries: 'deepimpact',
  },
  'splade-pp-ed': {
    vocabulary: 28_679,
    heaps: 0,
    termsPerDocument: 119.96,
    meanImpact: 45,
    exponent: 0.9,
    offset: 50,
    queries: 'splade-pp-ed',
  },
  'opensearch-v3': {
    vocabulary: 28_679,
    heaps: 0,
    termsPerDocument: 180.41,
    meanImpact: 40,
    exponent: 0.9,
    offset: 50,
    queries: 'unicoil',
  },
} as const satisfies Record<string, Profile>;
export type ProfileName = keyof typeof PROFILES;

/** Sizes of synthetic collections that are built, named so that results sort as others do, and their documents. */
export const SCALES = { '100k': 100_000, '1m': 1_000_000, '8.8m': 8_841_823 } as const;
export type Scale = keyof typeof SCALES;

/** Sizes of indexes that are searched without being built, with how many queries they are asked. */
export const IMAGINED = {
  '1m': { documents: 1_000_000, queries: 60 },
  '8.8m': { documents: 8_841_823, queries: 60 },
  '30m': { documents: 30_000_000, queries: 30 },
  '100m': { documents: 100_000_000, queries: 12 },
} as const;
export type Imagined = keyof typeof IMAGINED;

const MSMARCO = 8_841_823;

/** How many terms a collection of that many documents has. */
export function vocabularyOf({ vocabulary, heaps }: Profile, documents: number): number {
  return Math.round(vocabulary * Math.min(1, (documents / MSMARCO) ** heaps));
}
