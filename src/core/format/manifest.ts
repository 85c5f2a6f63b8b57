// The manifest of a generation: the one mutable pointer's content and the root of everything else. FORMAT.md,
// "Manifest".

// The namespace import lets a bundler leave out what of zod is not used: 350 KB of a Worker.
import * as z from 'zod';
import { ANALYZERS } from '../analyzer/analyzer.ts';
import { STEMMED } from '../analyzer/stemming/stemmed-languages.ts';
import { corrupt } from '../errors.ts';
import { FIELD_TYPES } from '../fields.ts';
import { readAs, type Source } from '../source.ts';
import { fromUtf8, parseJson, utf8 } from './bytes.ts';
import { crc32 } from './checksum.ts';
import { BUILD_DIGITS, checkVersion, FORMAT_VERSION } from './header.ts';

/** The object that names the generation to be searched: a copy of that generation's manifest. */
export const CURRENT = 'current';

/** The space whose terms are document ids, each with the one posting of its document. No query searches it. */
export const ID_SPACE = '_id';

/** The space whose terms are words as they are typed, with how often they are said and no postings. */
export const WORDS_SPACE = '_words';

/**
 * The most documents of a window. Four bytes for each are what adding up a window's postings goes to and fro in: more
 * would not stay in a processor's cache, where an addition costs a seventh.
 */
export const MAX_WINDOW_DOCUMENTS = 2 ** 20;

const count = z.int().nonnegative();

const quantizerSchema = z.strictObject({
  /** The weight that becomes impact 255. */
  maximum: z.number().positive(),
  rounding: z.enum(['nearest', 'floor']),
});

const spaceFields = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/),
  analyzer: z.enum(ANALYZERS),
  /** Who weighed the terms, with its parameters: what a reader needs to judge the numbers. */
  encoder: z.strictObject({
    id: z.string().min(1),
    parameters: z.record(z.string(), z.number()),
    /** The model that weighed them, where one did: its name, and the SHA-256 of its model.json. */
    model: z.strictObject({ id: z.string().min(1), sha256: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
  }),
  /**
   * What weighs a query's terms. The analyzer gives them and they count as often as they occur, or 1; or the model
   * gives them, with its tokenizer and perhaps a table of weights, or with a network.
   */
  query: z.enum(['count', 'binary', 'tokenizer', 'neural']),
  quantizer: quantizerSchema,
  /**
   * The languages of which documents have stems beside their words, where there are any: a question has those of all of
   * them. `parts` is the set of stems by which compounds are cut.
   */
  languages: z
    .array(z.strictObject({ code: z.enum(STEMMED), parts: z.string().optional() }))
    .min(1)
    .readonly()
    .optional(),
  terms: count,
  postings: count,
});

const spaceSchema = spaceFields.refine(
  ({ query, encoder }) => query === 'count' || query === 'binary' || encoder.model !== undefined,
  { path: ['encoder', 'model'], error: 'queries need a model, and none is named' },
);

const fieldSchema = z.strictObject({
  name: z.string().min(1),
  type: z.enum(FIELD_TYPES),
  /** Whether a document may have several values. */
  list: z.boolean(),
  /** How many documents have it. */
  documents: count,
  /** How many different values it has; 0 of text, of which only documents are known. */
  values: count,
  /** Of numbers, and of dates in milliseconds since 1970, where there are any. */
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  /** To how many digits its numbers are there cut as well: see LEVELS. */
  levels: z.array(z.int()).readonly(),
});

const manifestFields = z.strictObject({
  /** Names the build: derived from its input and configuration, so equal builds have equal names. */
  build: z.string().regex(new RegExp(`^[0-9a-f]{${BUILD_DIGITS}}$`)),
  /** The program that built it, with its version, if it says so. Readers do nothing by it. */
  builtBy: z.string().min(1).max(100).optional(),
  /** How many numbers of documents there are: they are below it. */
  documents: count,
  /** How many of them are of no document, where there are any. */
  holes: z.int().positive().optional(),
  /** How many articles the documents are sections of, where they are. */
  articles: count.optional(),
  spaces: z.array(spaceSchema).min(1),
  /** The fields of documents, where they are known; their values are terms of FIELD_SPACE. */
  fields: z.array(fieldSchema).min(1).readonly().optional(),
  /** How many words the index can complete and correct by, where it can. */
  words: count.optional(),
  /** The number of documents in each window, in order. */
  windows: z.array(count.max(MAX_WINDOW_DOCUMENTS)).min(1),
  table: z.strictObject({ name: z.string().min(1), bytes: count, crc32: count }),
  /** The rules that steer answers, where there are any: `current` alone names them. */
  rules: z.strictObject({ name: z.string().min(1), bytes: count, crc32: count }).optional(),
});

const manifestSchema = manifestFields.refine(({ documents, holes = 0 }) => holes <= documents, {
  path: ['holes'],
  error: 'there are more holes than numbers',
});

/** How a space's weights became impacts. */
export type Quantizer = z.infer<typeof quantizerSchema>;
/** One impact space: one vocabulary over the documents of the index. */
export type Space = z.infer<typeof spaceSchema>;
/** A field of the documents of an index. */
export type IndexedField = z.infer<typeof fieldSchema>;
/** What a generation holds. */
export type Manifest = z.infer<typeof manifestSchema>;

/** How many documents an index has. */
export function documentsIn({ documents, holes = 0 }: Manifest): number {
  return documents - holes;
}

/** The name of a build's immutable manifest. */
export function manifestName(build: string): string {
  return `manifests/${build}`;
}

/** A manifest as an object: one line of magic, version, checksum and length, then JSON. */
export function encodeManifest(manifest: Manifest): Uint8Array<ArrayBuffer> {
  const body = JSON.stringify(manifestSchema.parse(manifest), null, 1);
  const bytes = utf8(body);
  return utf8(
    `sparsedge ${FORMAT_VERSION} ${crc32(bytes).toString(16).padStart(8, '0')} ${bytes.length}\n${body}`,
  );
}

/**
 * Reads what encodeManifest wrote.
 *
 * @throws SparsedgeError `corrupt`, `format-too-old` or `format-too-new`
 */
export function decodeManifest(bytes: Uint8Array, where: string): Manifest {
  const newline = bytes.indexOf(10);
  const line = fromUtf8(bytes.subarray(0, newline < 0 ? Math.min(bytes.length, 80) : newline), where);
  const match = /^sparsedge (\d{1,9}) ([0-9a-f]{8}) (\d{1,9})$/.exec(line);
  if (!match)
    throw corrupt(
      where,
      'a line "sparsedge <version> <checksum> <length>"',
      JSON.stringify(line.slice(0, 80)),
    );
  checkVersion(Number(match[1]), where);
  const body = bytes.subarray(newline + 1);
  if (body.length !== Number(match[3])) throw corrupt(where, `${match[3]} bytes`, body.length);
  const found = crc32(body).toString(16).padStart(8, '0');
  if (found !== match[2]) throw corrupt(where, `checksum ${match[2]}`, found);
  const parsed = manifestSchema.safeParse(parseJson(body, where));
  if (!parsed.success) throw corrupt(where, 'a manifest', z.prettifyError(parsed.error));
  const sum = parsed.data.windows.reduce((total, documents) => total + documents, 0);
  if (sum !== parsed.data.documents)
    throw corrupt(where, `${parsed.data.documents} documents`, `${sum} in its windows`);
  return parsed.data;
}

/** Reads the manifest that is current, or that of a named build. */
export async function readManifest(source: Source, build?: string): Promise<Manifest> {
  const name = build === undefined ? CURRENT : manifestName(build);
  return readAs(source, name, undefined, (bytes) => {
    const manifest = decodeManifest(bytes, name);
    if (build !== undefined && manifest.build !== build)
      throw corrupt(name, `build ${build}`, `build ${manifest.build}`);
    return manifest;
  });
}
