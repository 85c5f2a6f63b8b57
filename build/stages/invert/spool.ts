// The pass over documents: they are read, expanded, encoded and inverted once, batch by batch, and leave as records of what
// to show and sorted spills of what to search.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { encodeDocument } from '../../../src/core/format/document-page.ts';
import { ID_SPACE, type Quantizer } from '../../../src/core/format/manifest.ts';
import type { Progress } from '../../terminal/progress.ts';
import { RecordWriter } from '../../work/records.ts';
import type { DocumentEncoder, EncoderInput } from '../encode/encoder.ts';
import type { MergeRule } from '../expand/merge.ts';
import { Inverter, SortBuffer } from './inverter.ts';

/** Documents handed to an encoder at once. */
const BATCH = 256;

/** A space that is to be built, its encoder opened. */
export interface SpacePlan {
  readonly name: string;
  readonly encoder: DocumentEncoder;
  readonly quantizer: {
    /** The weight that becomes impact 255; the largest weight of the space unless given. */
    readonly maximum?: number | undefined;
    readonly rounding: Quantizer['rounding'];
  };
  /** How the encoder merges predicted queries with a document, if it does. */
  readonly expansion?: MergeRule | undefined;
}

/** What the pass left in its folder. */
export interface Spool {
  readonly documents: number;
  /** Of all documents and values, in order. */
  readonly digest: string;
  /** A record file: each document as it will be shown. */
  readonly documentsPath: string;
  /** Spills of the id space and of each space. */
  readonly idSpills: readonly string[];
  readonly spaces: readonly SpooledSpace[];
}

/** One space's values. */
export interface SpooledSpace {
  readonly name: string;
  readonly spills: readonly string[];
  /** A record file of one record: each document's length, as 32-bit floats. */
  readonly lengthsPath: string;
  /** The mean of the lengths, where it is known better than they say: they may have been rounded elsewhere. */
  readonly meanLength?: number;
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

/** Reads and encodes every document. */
export async function spoolDocuments(
  inputs: AsyncIterable<EncoderInput>,
  plans: readonly SpacePlan[],
  folder: string,
  progress: Progress,
): Promise<Spool> {
  const documentsPath = join(folder, 'documents');
  const records = new RecordWriter(documentsPath);
  const sorted = new SortBuffer();
  const ids = new Inverter(folder, ID_SPACE, sorted);
  const spaces = plans.map((plan) => ({
    ...plan,
    inverter: new Inverter(folder, plan.name, sorted),
    lengths: new LengthList(),
  }));
  const digest = createHash('sha256');
  let documents = 0;

  async function encodeBatch(batch: readonly EncoderInput[]): Promise<void> {
    for (const { document, vector, queries } of batch) {
      const record = encodeDocument(document);
      records.write(record);
      digest.update(record);
      if (vector) digest.update(JSON.stringify([...vector]));
      if (queries) digest.update(JSON.stringify(queries));
    }
    for (const { name, encoder, inverter, lengths } of spaces) {
      const vectors = await encoder.encode(batch);
      for (const [i, vector] of vectors.entries()) {
        // Weights that a network gave are input too: another runtime may give others, and must then name another build.
        if (encoder.network) digest.update(JSON.stringify([...vector]));
        let sum = 0;
        for (const [term, value] of vector) {
          checkValue(value, term, name, batch[i].document.id);
          if (value === 0) continue;
          inverter.add(term, documents + i, value);
          sum += value;
        }
        lengths.push(encoder.lengthOf?.(batch[i]) ?? sum);
      }
    }
    for (const { document } of batch) ids.add(document.id, documents++, 1);
    progress.at(documents);
  }

  for await (const batch of batchesOf(inputs)) await encodeBatch(batch);
  records.close();
  const result = {
    documents,
    digest: digest.digest('hex'),
    documentsPath,
    idSpills: ids.finish(),
    spaces: spaces.map(({ name, inverter, lengths }) => {
      const lengthsPath = join(folder, `${name}.lengths`);
      lengths.write(lengthsPath);
      return { name, spills: inverter.finish(), lengthsPath };
    }),
  };
  progress.end();
  return result;
}

function checkValue(value: number, term: string, space: string, id: string): void {
  if (Number.isFinite(value) && value >= 0) return;
  throw new SparsedgeError(
    'bad-input',
    `document ${JSON.stringify(id)}, space ${space}: the value of ${JSON.stringify(term)} is ${value}; ` +
      'values are finite and not negative',
    { document: id, term, space },
  );
}

/** A growing list of 32-bit floats, for `SpooledSpace.lengthsPath`. */
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

  write(path: string): void {
    const writer = new RecordWriter(path);
    writer.write(new Uint8Array(this.#lengths.buffer, 0, this.#count * 4));
    writer.close();
  }
}
