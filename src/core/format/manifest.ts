// The manifest of a generation: the one mutable pointer's content and the root of everything else. FORMAT.md,
// "Manifest".

import { ANALYZERS } from '../analyzer/analysis.ts';
import { STEMMED } from '../analyzer/stemming/stemmed-languages.ts';
import { corrupt, SparsedgeError } from '../errors.ts';
import { FIELD_TYPES } from '../fields.ts';
import { OBJECT_NAME, readAs, type Source } from '../source.ts';
import { fromUtf8, parseJson, utf8 } from './bytes.ts';
import { crc32 } from './checksum.ts';
import { BUILD_DIGITS, checkVersion, FORMAT_VERSION } from './header.ts';
import {
  anyText,
  flag,
  integer,
  list,
  number,
  object,
  oneOf,
  optional,
  record,
  type Shaped,
  shaped,
  text,
} from './shape.ts';

/** The object that names the generation to be searched: a copy of that generation's manifest. */
export const CURRENT = 'current';

/** The space whose terms are document ids, each with the one posting of its document. No query searches it. */
export const ID_SPACE = '_id';

/** The space whose terms are words as they are typed, with how often they are said and no postings. */
export const WORDS_SPACE = '_words';

/** The space whose terms are values of fields, each with postings of impact 1. No query searches it. */
export const FIELD_SPACE = '_fields';

/**
 * The most documents of a window. Four bytes for each are what adding up a window's postings goes to and fro in: more
 * would not stay in a processor's cache, where an addition costs a seventh.
 */
export const MAX_WINDOW_DOCUMENTS = 2 ** 20;

/** What a model is called: a part of names of objects. */
export const MODEL_ID = /^[a-z0-9][a-z0-9._-]{0,63}$/;

const count = integer();

const quantizerShape = object({
  /** The weight that becomes impact 255. */
  maximum: number(0, undefined, true),
  rounding: oneOf('nearest', 'floor'),
});

const spaceShape = object({
  name: text(/^[a-z0-9][a-z0-9-]{0,31}$/),
  analyzer: oneOf(...ANALYZERS),
  /** Who weighed the terms, with its parameters: what a reader needs to judge the numbers. */
  encoder: object({
    id: text(),
    parameters: record(number()),
    /** The model that weighed them, where one did: its name, and the SHA-256 of its model.json. */
    model: optional(object({ id: text(MODEL_ID), sha256: text(/^[0-9a-f]{64}$/) })),
  }),
  /**
   * What weighs a query's terms. The analyzer gives them and they count as often as they occur, or 1; or the model
   * gives them, with its tokenizer and perhaps a table of weights, or with a network.
   */
  query: oneOf('count', 'binary', 'tokenizer', 'neural'),
  quantizer: quantizerShape,
  /**
   * The languages of which documents have stems beside their words, where there are any: a question has those of all of
   * them. `parts` is the set of stems by which compounds are cut.
   */
  languages: optional(list(object({ code: oneOf(...STEMMED), parts: optional(anyText) }), 1)),
  terms: count,
  postings: count,
});

const fieldShape = object({
  name: text(),
  type: oneOf(...FIELD_TYPES),
  /** Whether a document may have several values. */
  list: flag,
  /** How many documents have it. */
  documents: count,
  /** How many different values it has; 0 of text, of which only documents are known. */
  values: count,
  /** Of numbers, and of dates in milliseconds since 1970, where there are any. */
  minimum: optional(number()),
  maximum: optional(number()),
  /** To how many digits its numbers are there cut as well: see LEVELS. */
  levels: list(integer(Number.MIN_SAFE_INTEGER)),
});

/** An object that only the manifest names. */
const named = object({ name: text(OBJECT_NAME), bytes: count, crc32: count });

const manifestShape = object({
  /** Names the build: derived from its input and configuration, so equal builds have equal names. */
  build: text(new RegExp(`^[0-9a-f]{${BUILD_DIGITS}}$`)),
  /** The program that built it, with its version, if it says so. Readers do nothing by it. */
  builtBy: optional(text(/^.{1,100}$/su)),
  /** How many numbers of documents there are: they are below it. */
  documents: count,
  /** How many of them are of no document, where there are any. */
  holes: optional(integer(1)),
  /** How many articles the documents are sections of, where they are. */
  articles: optional(count),
  spaces: list(spaceShape, 1),
  /** The fields of documents, where they are known; their values are terms of FIELD_SPACE. */
  fields: optional(list(fieldShape, 1)),
  /** How many words the index can complete and correct by, where it can. */
  words: optional(count),
  /** The number of documents in each window, in order. */
  windows: list(integer(0, MAX_WINDOW_DOCUMENTS), 1),
  table: named,
  /** The rules that steer answers, where there are any: `current` alone names them. */
  rules: optional(named),
});

/** How a space's weights became impacts. */
export type Quantizer = Shaped<typeof quantizerShape>;
/** One impact space: one vocabulary over the documents of the index. */
export type Space = Shaped<typeof spaceShape>;
/** A field of the documents of an index. */
export type IndexedField = Shaped<typeof fieldShape>;
/** What a generation holds. */
export type Manifest = Shaped<typeof manifestShape>;

/** @returns what is wrong, if anything is */
function manifestOf(value: unknown) {
  return shaped(manifestShape, value, ({ documents, holes = 0, spaces }, wrong) => {
    if (holes > documents) wrong('holes', 'there are more holes than numbers');
    for (const [i, { query, encoder }] of spaces.entries())
      if (query !== 'count' && query !== 'binary' && encoder.model === undefined)
        wrong(`spaces.${i}.encoder.model`, 'queries need a model, and none is named');
  });
}

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
  const checked = manifestOf(manifest);
  if (checked.wrong !== undefined) throw new SparsedgeError('bad-input', `no manifest:\n${checked.wrong}`);
  const body = JSON.stringify(checked.value, null, 1);
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
  const { value, wrong } = manifestOf(parseJson(body, where));
  if (wrong !== undefined) throw corrupt(where, 'a manifest', wrong);
  const sum = value.windows.reduce((total, documents) => total + documents, 0);
  if (sum !== value.documents) throw corrupt(where, `${value.documents} documents`, `${sum} in its windows`);
  return value;
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
