// The pass over documents: they are read, expanded, encoded and inverted once, batch by batch, and leave as spools:
// records of what to show and sorted spills of what to search. A spool has so many batches, whoever makes it, so that
// many machines can share the documents.

import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { searchableText } from '../../../src/core/document.ts';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { encodeDocument } from '../../../src/core/format/document-page.ts';
import { ID_SPACE, type Quantizer } from '../../../src/core/format/manifest.ts';
import type { SparseVector } from '../../../src/core/sparse.ts';
import type { SpaceStatistics } from '../../work/input-record.ts';
import { RecordWriter } from '../../work/records.ts';
import { UnorderedDigest } from '../../work/unordered-digest.ts';
import type { DocumentEncoder, EncoderInput } from '../encode/encoder.ts';
import type { MergeRule } from '../expand/merge.ts';
import { given } from '../weighting/weighting.ts';
import { Inverter, SortBuffer } from './inverter.ts';
import { writeTermCounts } from './term-counts.ts';

/** Of so many documents, one is in the sample of a spool. */
export const SAMPLE_STRIDE = 128;
/** Documents handed to an encoder at once. */
export const BATCH = 256;

/** A space that is to be built, its encoder opened. */
export interface SpacePlan {
  readonly name: string;
  readonly encoder: DocumentEncoder;
  readonly quantizer: {
    /** The weight that becomes impact 255; the largest weight of the space unless given. */
    readonly maximum?: number | undefined;
    readonly rounding: Quantizer['rounding'];
  };
  /** What its terms are weighed with, where that is kept of another collection. */
  readonly statistics?: SpaceStatistics | undefined;
  /** Whether words are stemmed in the ways of their documents' languages. */
  readonly isInflected?: boolean | undefined;
  /** How the encoder merges predicted queries with a document, if it does. */
  readonly expansion?: MergeRule | undefined;
}

/** Documents that were spooled: files by their names in a folder. */
export interface SpoolFiles {
  readonly folder: string;
  readonly documents: number;
  /** A record file: each document as it will be shown. */
  readonly documentsFile: string;
  /** Spills of ids, of values of fields and of each space, in which documents are numbered from 0. */
  readonly idSpills: readonly string[];
  /** None until all documents are spooled, since no field has a type before. */
  readonly fieldSpills: readonly string[];
  /** How often its documents say each word, where that is counted: what a counter of words wrote. */
  readonly wordSpills?: readonly string[] | undefined;
  readonly spaces: readonly SpaceFiles[];
}

/** One space's values. */
interface SpaceFiles {
  readonly spills: readonly string[];
  /** Spills of which of its terms are of the title of a document's page, where these weigh more. */
  readonly titleSpills?: readonly string[] | undefined;
  /** A record file of one record: each document's length, as 32-bit floats. */
  readonly lengths: { readonly file: string };
}

/** Documents in a row, as they were read. */
export interface Spool extends SpoolFiles {
  /** The number of its first document. */
  readonly first: number;
  /** Of all documents and values, in order. */
  readonly digest: string;
  /** Of all documents, whatever their order: see UnorderedDigest. */
  readonly documentsDigest: string;
  readonly spaces: readonly SpooledSpace[];
  /** Spills of what a sample of its documents holds in the first space, where one was taken. */
  readonly samples?: readonly string[] | undefined;
}

/** One space's values, and what is to be known of them. */
export interface SpooledSpace extends SpaceFiles {
  readonly name: string;
  /** How many values the spills hold. */
  readonly values: number;
  readonly lengths: SpooledLengths;
  /** What writeTermCounts wrote, where the space's weighting asks for it. */
  readonly termCounts?: string | undefined;
}

/** The lengths of documents. */
export interface SpooledLengths {
  /** A record file of one record: each document's length, as 32-bit floats. */
  readonly file: string;
  /** Documents of a length above 0. */
  readonly holders: number;
  /** All lengths added up. */
  readonly total: number;
  /** The mean of the lengths, where it is known better than they say: they may have been rounded elsewhere. */
  readonly mean?: number | undefined;
}

/** Documents as encoders are given them: the same input makes the same batches, none of them empty. */
export async function* batchesOf(inputs: AsyncIterable<EncoderInput>): AsyncGenerator<EncoderInput[]> {
  let batch: EncoderInput[] = [];
  for await (const input of inputs) {
    batch.push(input);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** A spool's place among all, before it is made. */
export interface SpoolPlace {
  /** Its number among the spools. */
  readonly number: number;
  /** The numbers of its first document and its first batch. */
  readonly first: number;
  readonly batch: number;
}

/** A space while documents come. */
interface OpenSpace extends SpacePlan {
  readonly inverter: Inverter;
  /** Of the terms of titles of pages. */
  readonly titles: Inverter | undefined;
  readonly lengths: LengthList;
}

/** Counts the words of what is searched, in spills. */
export interface WordSpills {
  add(text: string): void;
  /** The names of the spills. */
  finish(): string[];
}

/** A batch, and what each space's encoder will have made of it. */
interface Encoding {
  readonly batch: readonly EncoderInput[];
  readonly vectors: readonly Promise<readonly SparseVector[]>[];
}

/** Takes the documents of a spool in batches and writes it. */
export class Spooler {
  readonly #folder: string;
  readonly #place: SpoolPlace;
  readonly #records: RecordWriter;
  readonly #ids: Inverter;
  readonly #spaces: readonly OpenSpace[];
  readonly #words: WordSpills | undefined;
  readonly #sample: Inverter | undefined;
  readonly #digest = createHash('sha256');
  readonly #documentsDigest = new UnorderedDigest();
  #documents = 0;
  /** The batch that is to be inverted, and what encodes the newest one. */
  #last: Encoding | undefined;
  #encoding: Encoding['vectors'] = [];

  constructor(
    plans: readonly SpacePlan[],
    folder: string,
    place: SpoolPlace,
    sorted = new SortBuffer(),
    words?: WordSpills,
    isSampled = false,
  ) {
    this.#words = words;
    // No space's name begins like this, so its files cannot be meant.
    this.#sample = isSampled ? new Inverter(folder, '_sample', sorted) : undefined;
    this.#folder = folder;
    this.#place = place;
    this.#records = new RecordWriter(join(folder, DOCUMENTS_FILE));
    this.#ids = new Inverter(folder, ID_SPACE, sorted);
    this.#spaces = plans.map((plan) => {
      plan.encoder.begin?.(place);
      const inverterOf = (name: string) => new Inverter(folder, name, sorted);
      return {
        ...plan,
        inverter: inverterOf(plan.name),
        titles: plan.encoder.pageTitleTerms && inverterOf(`${plan.name}.titles`),
        lengths: new LengthList(),
      };
    });
  }

  /** Takes a batch, which no other spool has a document of. It is encoded while the one before is inverted. */
  async add(batch: readonly EncoderInput[]): Promise<void> {
    const vectors = this.#spaces.map(async ({ encoder }) => encoder.encode(batch));
    // What fails is thrown once it is waited for.
    for (const encoded of vectors) encoded.catch(() => {});
    this.#encoding = vectors;
    await this.#invertLast();
    for (const { document, vector, queries } of batch) {
      const record = encodeDocument(document);
      this.#records.write(record);
      this.#digest.update(record);
      this.#documentsDigest.add(record);
      this.#words?.add(searchableText(document));
      if (document.language !== undefined && document.language !== 'en')
        this.#digest.update(document.language);
      if (vector) this.#digest.update(JSON.stringify([...vector]));
      if (queries) this.#digest.update(JSON.stringify(queries));
    }
    this.#last = { batch, vectors };
  }

  async #invertLast(): Promise<void> {
    if (!this.#last) return;
    const { batch, vectors } = this.#last;
    for (const [i, space] of this.#spaces.entries()) this.#invert(batch, await vectors[i], space);
    if (this.#sample) this.#takeSample(await vectors[0], this.#sample);
    for (const { document } of batch) this.#ids.add(document.id, this.#documents++, 1);
    this.#last = undefined;
  }

  #invert(
    batch: readonly EncoderInput[],
    vectors: readonly SparseVector[],
    { name, encoder, inverter, titles, lengths }: OpenSpace,
  ): void {
    for (const [i, vector] of vectors.entries()) {
      // Weights that a network gave are input too: another runtime may give others, and must then name another build.
      if (encoder.network) this.#digest.update(JSON.stringify([...vector]));
      let sum = 0;
      for (const [term, value] of vector) {
        checkValue(value, encoder, term, name, batch[i].document.id);
        if (value === 0) continue;
        inverter.add(term, this.#documents + i, value);
        sum += value;
      }
      lengths.push(encoder.lengthOf?.(batch[i]) ?? sum);
      for (const term of encoder.pageTitleTerms?.(batch[i].document) ?? [])
        if (vector.get(term)) titles!.add(term, this.#documents + i, 1);
    }
  }

  #takeSample(vectors: readonly SparseVector[], sample: Inverter): void {
    for (const [i, vector] of vectors.entries()) {
      const number = this.#place.first + this.#documents + i;
      if (number % SAMPLE_STRIDE !== 0) continue;
      for (const [term, value] of vector) if (value !== 0) sample.add(term, number / SAMPLE_STRIDE, 1);
    }
  }

  /** Ends without a spool. What is being encoded is waited for, since a journal may keep it. */
  async abandon(): Promise<void> {
    await Promise.allSettled(this.#encoding);
  }

  async finish(): Promise<Spool> {
    await this.#invertLast();
    this.#records.close();
    return {
      folder: this.#folder,
      first: this.#place.first,
      documents: this.#documents,
      digest: this.#digest.digest('hex'),
      documentsDigest: this.#documentsDigest.value,
      documentsFile: DOCUMENTS_FILE,
      idSpills: this.#ids.finish().map((path) => basename(path)),
      fieldSpills: [],
      wordSpills: this.#words?.finish(),
      samples: this.#sample?.finish().map((path) => basename(path)),
      spaces: this.#spaces.map((space) => this.#finishSpace(space)),
    };
  }

  #finishSpace({ name, encoder, inverter, titles, lengths }: OpenSpace): SpooledSpace {
    const values = inverter.postings;
    const spills = inverter.finish();
    const file = `${name}.lengths`;
    const termCounts = encoder.weighting === given ? undefined : `${name}.counts`;
    if (termCounts !== undefined) writeTermCounts(spills, join(this.#folder, termCounts));
    return {
      name,
      values,
      spills: spills.map((path) => basename(path)),
      titleSpills: titles?.finish().map((path) => basename(path)),
      lengths: { file, ...lengths.write(join(this.#folder, file)) },
      termCounts,
    };
  }
}

const DOCUMENTS_FILE = 'documents';

function checkValue(value: number, { adds }: DocumentEncoder, term: string, space: string, id: string): void {
  if (Number.isFinite(value) && (value >= 0 || adds)) return;
  throw new SparsedgeError(
    'bad-input',
    `document ${JSON.stringify(id)}, space ${space}: the value of ${JSON.stringify(term)} is ${value}; ` +
      'values are finite and not negative',
    { document: id, term, space },
  );
}

/** A growing list of 32-bit floats, for SpooledLengths. */
export class LengthList {
  #lengths = new Float32Array(1024);
  #count = 0;

  push(length: number): void {
    if (this.#count === this.#lengths.length) {
      const grown = new Float32Array(this.#count * 2);
      grown.set(this.#lengths);
      this.#lengths = grown;
    }
    this.#lengths[this.#count++] = length;
  }

  /** Writes the record file; returns what is to be known of it. */
  write(path: string): Pick<SpooledLengths, 'holders' | 'total'> {
    const writer = new RecordWriter(path);
    writer.write(new Uint8Array(this.#lengths.buffer, 0, this.#count * 4));
    writer.close();
    let [holders, total] = [0, 0];
    for (let i = 0; i < this.#count; i++) {
      if (this.#lengths[i] > 0) holders++;
      total += this.#lengths[i];
    }
    return { holders, total };
  }
}
