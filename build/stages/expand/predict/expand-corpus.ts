// Runs an expander over a corpus: bounded in memory, stopped at any moment without loss, and with an end result that is
// in the order of the documents, whatever the order in which answers came.

import { setMaxListeners } from 'node:events';
import { dirname } from 'node:path';
import type { Document } from '../../../../src/core/document.ts';
import { SparsedgeError } from '../../../../src/core/errors.ts';
import { makeFolder } from '../../../work/files.ts';
import type { Part } from '../../../work/parts.ts';
import type { Expander, Prediction } from './expander.ts';
import { costOf, type Prices } from './money.ts';
import { type KeptPrediction, nameOf, PredictionJournal } from './prediction-journal.ts';

/** What to expand. */
export interface ExpandJob {
  /** Called twice: documents are counted, and thereby checked, before any of them costs something. */
  readonly documents: () => AsyncIterable<Document>;
  readonly expander: Expander;
  readonly journalPath: string;
  /** Every n-th document, beginning with the i-th. */
  readonly part: Part;
  /** Only so many documents, evenly spread. */
  readonly sample?: number | undefined;
  /** Ask again about documents that failed. */
  readonly retryFailed?: boolean | undefined;
  /** Stop before more than this is spent, runs before this one included. */
  readonly budget?: number | undefined;
  readonly prices: Prices;
  readonly watch: (position: Position) => void;
}

/** How far a job has come. */
export interface Position {
  /** Documents of the job that are done, runs before this one included. */
  readonly done: number;
  readonly total: number;
  /** Of this run. */
  readonly now: { readonly documents: number; readonly tokens: number; readonly seconds: number };
  /** Of all runs. */
  readonly spent: number;
}

/** What a run left in the journal. */
export interface ExpandRun {
  /** Documents of the corpus. */
  readonly documents: number;
  /** Of them, those of the part. */
  readonly ofPart: number;
  readonly journal: PredictionJournal;
  readonly position: Position;
  /** What the journal has of the job's documents as they are, asked as they are to be asked, in their order. */
  predictions(): Generator<KeptPrediction>;
  /** The budget ended it before its end. */
  readonly stopped: boolean;
}

/** So many documents in a row that a server fails, with none answered between them, are no fault of theirs. */
const SERVER_IS_DOWN = 20;

/**
 * Expands what the journal does not have.
 *
 * @throws SparsedgeError `bad-input` for documents that cannot be read or a server that cannot be asked; `unavailable`
 *   when the server fails. What is done is kept, and the same job goes on with it.
 */
export async function expandCorpus(job: ExpandJob): Promise<ExpandRun> {
  const { part, expander } = job;
  let documents = 0;
  for await (const _ of job.documents()) documents++;
  const ofPart = Math.ceil((documents - part.part + 1) / part.of);
  if (ofPart <= 0)
    throw new SparsedgeError('bad-input', `${part.part}/${part.of} of ${documents} documents is nothing`);
  makeFolder(dirname(job.journalPath));
  const journal = new PredictionJournal(job.journalPath, ofPart);
  const total = Math.min(job.sample ?? ofPart, ofPart);
  const expansion = new Expansion(job, journal, { total, ofPart });
  let number = 0;
  let stopped = false;
  try {
    for await (const document of job.documents()) {
      if (number++ % part.of !== part.part - 1) continue;
      const index = Math.floor((number - 1) / part.of);
      if (!isSampled(index, total, ofPart) || expansion.isDone(index, nameOf(document, expander.key)))
        continue;
      // Without money the others are only counted: an earlier run may have gone further.
      stopped ||= !(await expansion.begin(index, document));
    }
    await expansion.end();
  } catch (error) {
    await expansion.abort(error);
    throw error;
  }
  const predictions = () => expansion.predictions();
  return { documents, ofPart, journal, position: expansion.position(), predictions, stopped };
}

/** Whether an item is one of `total` that are evenly spread over `all`. */
function isSampled(index: number, total: number, all: number): boolean {
  return Math.floor(((index + 1) * total) / all) > Math.floor((index * total) / all);
}

/** The documents that are open, and what came of the others. */
class Expansion {
  readonly #job: ExpandJob;
  readonly #journal: PredictionJournal;
  readonly #total: number;
  readonly #open = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  readonly #started = performance.now();
  readonly #usageBefore: number;
  /** Failed by the server since it last answered: listed once it answers again, and shows that it was the document. */
  #suspended: { readonly reason: string; keep(): void }[] = [];
  #answered: boolean;
  /** Whether what the journal has of a document is of this job. */
  readonly #isCurrent: Uint8Array;
  #done = 0;
  #finished = 0;

  constructor(
    job: ExpandJob,
    journal: PredictionJournal,
    { total, ofPart }: { readonly total: number; readonly ofPart: number },
  ) {
    this.#isCurrent = new Uint8Array(ofPart);
    this.#job = job;
    this.#journal = journal;
    this.#total = total;
    this.#usageBefore = journal.usage.input + journal.usage.output;
    this.#answered = journal.done > 0;
    setMaxListeners(0, this.#stop.signal);
  }

  isDone(index: number, of: string): boolean {
    const kept = this.#journal.at(index);
    if (kept?.of !== of || (kept.failure && this.#job.retryFailed)) return false;
    this.#count(index);
    return true;
  }

  /** Begins a document as soon as there is room for it; false when there is no money for it. */
  async begin(index: number, document: Document): Promise<boolean> {
    while (this.#open.size >= this.#job.expander.concurrency) await Promise.race(this.#open);
    this.#stop.signal.throwIfAborted();
    if (!this.#isAffordable()) {
      // What is open may turn out cheaper than was feared.
      while (this.#open.size > 0 && !this.#isAffordable()) await Promise.race(this.#open);
      if (!this.#isAffordable()) return false;
    }
    const open = this.#expand(index, document).catch((error: unknown) => this.#stop.abort(error));
    const closed = open.finally(() => this.#open.delete(closed));
    this.#open.add(closed);
    return true;
  }

  /** Waits for what is open. */
  async end(): Promise<void> {
    await Promise.all(this.#open);
    this.#stop.signal.throwIfAborted();
    if (this.#suspended.length > 0 && !this.#answered) throw this.#serverIsDown();
    this.#settle();
  }

  *predictions(): Generator<KeptPrediction> {
    for (const prediction of this.#journal.inOrder()) if (this.#isCurrent[prediction.index]) yield prediction;
  }

  async abort(reason: unknown): Promise<void> {
    this.#stop.abort(reason);
    await Promise.all(this.#open);
    this.#journal.close();
  }

  position(): Position {
    const { usage } = this.#journal;
    const tokens = usage.input + usage.output - this.#usageBefore;
    const seconds = (performance.now() - this.#started) / 1000;
    return {
      done: this.#done,
      total: this.#total,
      now: { documents: this.#finished, tokens, seconds },
      spent: this.#spent(),
    };
  }

  async #expand(index: number, document: Document): Promise<void> {
    const { expander } = this.#job;
    const of = nameOf(document, expander.key);
    const prediction = await expander.expand(document, this.#stop.signal);
    if (prediction.failure?.ofServer) {
      const { reason } = prediction.failure;
      this.#suspended.push({ reason, keep: () => this.#keep(index, of, document.id, prediction) });
      if (this.#suspended.length >= SERVER_IS_DOWN) throw this.#serverIsDown();
      return;
    }
    if (!prediction.failure) {
      this.#answered = true;
      this.#settle();
    }
    this.#keep(index, of, document.id, prediction);
  }

  #settle(): void {
    for (const { keep } of this.#suspended.splice(0)) keep();
  }

  #keep(index: number, of: string, id: string, prediction: Prediction): void {
    this.#journal.append(index, of, id, prediction);
    this.#count(index);
    this.#finished++;
    this.#job.watch(this.position());
  }

  #count(index: number): void {
    this.#isCurrent[index] = 1;
    this.#done++;
  }

  #serverIsDown(): SparsedgeError {
    const documents = this.#suspended.length;
    const { reason } = this.#suspended.at(-1)!;
    return new SparsedgeError(
      'unavailable',
      `the server failed for the last ${documents} documents in a row and answered nothing in between: ${reason}. ` +
        'What is done is kept; run the same command again',
      { documents, reason },
    );
  }

  #spent(): number {
    return costOf(this.#journal.usage, this.#journal.seconds, this.#job.prices);
  }

  /** Whether one more document can be paid for, when those that are open cost what the others did. */
  #isAffordable(): boolean {
    const { budget } = this.#job;
    if (budget === undefined) return true;
    const spent = this.#spent();
    const each = this.#journal.done === 0 ? 0 : spent / this.#journal.done;
    return spent < budget && spent + each * (this.#open.size + 1) <= budget;
  }
}
