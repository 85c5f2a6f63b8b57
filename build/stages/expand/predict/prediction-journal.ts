// What is predicted is kept at once, in the order in which it comes: a job that is killed goes on with everything that
// was finished, and asks for nothing twice. Memory is one number for each document.

import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, openSync } from 'node:fs';
import type { Document } from '../../../../src/core/document.ts';
import { SparsedgeError } from '../../../../src/core/errors.ts';
import { appendRecord, mustBeJournal, readRecord } from '../../../work/journal.ts';
import { naming } from '../../../work/system-error.ts';
import { addUsage, NO_USAGE, type Prediction, type Usage } from './expander.ts';

/** A document's predictions, as they are kept. */
export interface KeptPrediction extends Prediction {
  /** Of the document among those of the job. */
  readonly index: number;
  /** Names the document and the expander. */
  readonly of: string;
  readonly id: string;
  /** Since the record before, or since the job went on: together, how long it has worked. */
  readonly milliseconds: number;
}

/** Names a document and everything else that its predictions depend on. */
export function nameOf({ id, title, text }: Document, expanderKey: string): string {
  const digest = createHash('sha256').update(JSON.stringify([expanderKey, id, title, text]));
  return digest.digest('hex').slice(0, 32);
}

/** The predictions of a job's documents. */
export class PredictionJournal {
  readonly #path: string;
  readonly #file: number;
  /** Where each document's last record begins, plus one; 0 for none. */
  readonly #start: Float64Array;
  #end = 0;
  #last = performance.now();
  #usage = NO_USAGE;
  #milliseconds = 0;
  #done = 0;

  /**
   * Opens a journal, made if it is not there. What a kill left half written is cut off.
   *
   * @param documents of the job
   */
  constructor(path: string, documents: number) {
    this.#path = path;
    this.#file = naming(path, 'written', () => openSync(path, 'a+'));
    mustBeJournal(this.#file, path);
    this.#start = new Float64Array(documents);
    for (let found = this.#read(0); found; found = this.#read(this.#end)) {
      this.#count(found.record, this.#end);
      this.#end = found.end;
    }
    ftruncateSync(this.#file, this.#end);
  }

  /** Of everything that was ever asked for here. */
  get usage(): Usage {
    return this.#usage;
  }

  /** Of all runs, without the times between them. */
  get seconds(): number {
    return this.#milliseconds / 1000;
  }

  /** Documents that have a record. */
  get done(): number {
    return this.#done;
  }

  /** What is kept of a document. */
  at(index: number): KeptPrediction | undefined {
    const start = this.#start[index];
    if (!start) return undefined;
    const record = this.#read(start - 1)?.record;
    if (record?.index === index) return record;
    throw new SparsedgeError(
      'corrupt',
      `${this.#path}: expected document ${index} at ${start - 1}, found ${record?.index ?? 'no record'}. Does another process write to it?`,
      { file: this.#path },
    );
  }

  /** Keeps a document's predictions, in place of those it had. */
  append(index: number, of: string, id: string, { queries, discarded, usage, failure }: Prediction): void {
    const now = performance.now();
    const milliseconds = Math.round(now - this.#last);
    this.#last = now;
    const prediction = { queries, discarded, usage, ...(failure && { failure }) };
    const record: KeptPrediction = { index, of, id, ...prediction, milliseconds };
    this.#count(record, this.#end);
    this.#end += appendRecord(this.#file, record, this.#path);
  }

  /** The records of documents, in their order; none for a document that has none. */
  *inOrder(): Generator<KeptPrediction> {
    for (let index = 0; index < this.#start.length; index++) {
      const record = this.at(index);
      if (record) yield record;
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  #count({ index, usage, milliseconds }: KeptPrediction, start: number): void {
    this.#usage = addUsage(this.#usage, usage);
    this.#milliseconds += milliseconds;
    // A journal of a longer corpus: what it has beyond this one is nobody's.
    if (index >= this.#start.length) return;
    if (this.#start[index] === 0) this.#done++;
    this.#start[index] = start + 1;
  }

  #read(start: number): { record: KeptPrediction; end: number } | undefined {
    return readRecord<KeptPrediction>(this.#file, start);
  }
}
