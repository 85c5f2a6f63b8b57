// One corpus encoded by many machines: part i of n encodes every n-th batch of documents, beginning with the i-th, into
// a journal of its own; what a network that reads whole documents makes of them has another one. A build then takes
// every batch from its part and runs no network, so that its bytes are those of one machine. A part's marker is written
// when all of its batches are there.

import { closeSync, existsSync, openSync } from 'node:fs';
import { SparsedgeError } from '../../src/core/errors.ts';
import type { DocumentEncoder, EncoderInput } from '../stages/encode/encoder.ts';
import { batchesOf } from '../stages/invert/spool.ts';
import type { Progress } from '../terminal/progress.ts';
import { makeFolder } from '../work/files.ts';
import { endOfRecord, readRecord } from '../work/journal.ts';
import { checkParts, type Part, type PartMarker, partPath, writeMarker } from '../work/parts.ts';
import { naming } from '../work/system-error.ts';
import { type JournalRecord, journaled, keyOfBatch } from './encoding-journal.ts';

/** What a part's marker says. */
interface EncodedMarker extends PartMarker {
  readonly model: string;
}

/** What a part's path has behind it where the vectors of whole documents are. */
export const CONTEXT = '.context';

/** The networks of a model that a part is encoded by. */
export interface PartEncoders {
  readonly encoder: DocumentEncoder;
  /** The one that reads whole documents, if the model has one. */
  readonly context?: DocumentEncoder | undefined;
}

/** Encodes one part of a corpus into a folder; stopped and run again, it goes on. */
export async function encodePart(
  inputs: AsyncIterable<EncoderInput>,
  { encoder, context }: PartEncoders,
  folder: string,
  { part, of }: Part,
  progress: Progress,
): Promise<EncodedMarker> {
  makeFolder(folder);
  const path = partPath(folder, { part, of });
  const journals = [journaled(encoder, path), ...(context ? [journaled(context, path + CONTEXT)] : [])];
  // A part of a corpus with fewer batches than parts has none, and its files are there all the same.
  for (const each of [path, ...(context ? [path + CONTEXT] : [])])
    naming(each, 'written', () => closeSync(openSync(each, 'a')));
  let [number, documents] = [0, 0];
  try {
    for await (const batch of batchesOf(inputs)) {
      if (number++ % of === part - 1) for (const journal of journals) await journal.encode(batch);
      documents += batch.length;
      progress.at(documents);
    }
  } finally {
    for (const journal of journals) await journal.close?.();
  }
  progress.end();
  // Most likely a wrong path or format.
  if (documents === 0) throw new SparsedgeError('bad-input', 'there are no documents to encode');
  const marker: EncodedMarker = { part, of, model: encoder.model!.sha256, documents };
  writeMarker(folder, marker);
  return marker;
}

/**
 * An encoder that has everything from parts, asked for the batches of a corpus in order, from the one on that `begin`
 * names.
 *
 * @param ending what parts' paths have behind them where this encoder's work is
 * @throws SparsedgeError `bad-input` for a folder in which a part is missing or not finished, or parts are of different
 *   corpora; `model-mismatch` for parts of another model
 */
export function partsEncoder(encoder: DocumentEncoder, folder: string, ending = ''): DocumentEncoder {
  const { of } = checkModelParts(folder, encoder);
  const pathOf = (at: number) => partPath(folder, { part: at + 1, of }) + ending;
  const absent = Array.from({ length: of }, (_, at) => pathOf(at)).find((path) => !existsSync(path));
  if (absent !== undefined) {
    const expected = `what ${encoder.model!.id} made of the part's documents`;
    throw new SparsedgeError(
      'bad-input',
      `${absent}: expected ${expected}; found no file: encode the part with the version of sparsedge that builds`,
      { file: absent, expected },
    );
  }
  const ends = Array.from({ length: of }, () => 0);
  let number = 0;
  return {
    ...encoder,
    begin({ batch }) {
      if (batch < number) {
        number = 0;
        ends.fill(0);
      }
      for (; number < batch; number++) {
        const at = number % of;
        ends[at] = passOver(pathOf(at), ends[at]);
      }
    },
    encode(documents) {
      const at = number++ % of;
      const path = pathOf(at);
      const file = openSync(path, 'r');
      try {
        const found = readRecord<JournalRecord>(file, ends[at]);
        if (found?.record.of !== keyOfBatch(encoder, documents)) {
          throw new SparsedgeError(
            'bad-input',
            `${path}: expected ${describe(documents)}, found ${found ? 'other documents' : 'the end'}`,
            {
              file: path,
            },
          );
        }
        ends[at] = found.end;
        return found.record.vectors.map((entries) => new Map(entries));
      } finally {
        closeSync(file);
      }
    },
  };
}

/** Where the record that begins at `start` ends. */
function passOver(path: string, start: number): number {
  const file = openSync(path, 'r');
  try {
    return endOfRecord(file, start);
  } finally {
    closeSync(file);
  }
}

function describe(documents: readonly EncoderInput[]): string {
  const [first, last] = [documents[0], documents.at(-1)!].map(({ document }) => JSON.stringify(document.id));
  return `the documents ${first} to ${last}`;
}

/** Checks that all parts are there, belong together, and are of this model. */
function checkModelParts(folder: string, { model }: DocumentEncoder): EncodedMarker {
  const markers = checkParts<EncodedMarker>(folder);
  const other = markers.find((marker) => marker.model !== model?.sha256);
  if (other) {
    throw new SparsedgeError(
      'model-mismatch',
      `part ${other.part} in ${folder} was encoded by the model of SHA-256 ${other.model}; at hand is ${model?.id} (SHA-256 ${model?.sha256})`,
      { folder, expected: other.model, found: model?.sha256 ?? '' },
    );
  }
  return markers[0];
}
