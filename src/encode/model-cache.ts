// The models that an isolate keeps open: as many networks as it has memory for, the least recently used closed first.
// Only what is ready is kept, never a promise of it; a failure leaves nothing behind, and the next request tries anew.

import { SparsedgeError } from '../core/errors.ts';
import { MOST_GRAPH_BYTES } from '../core/model/contract.ts';
import type { Clock, Timer } from '../query/search/meter.ts';
import { Mutex } from './mutex.ts';

export interface ModelCacheOptions {
  readonly clock: Clock;
  readonly timer: Timer;
  /** Bytes of network files that are open at once, at most: MOST_GRAPH_BYTES unless given. */
  readonly mostBytes?: number | undefined;
}

/** A model whose files have been read. */
export interface UnopenedModel<T> {
  /** The size of its network's file; 0 without one. */
  readonly bytes: number;
  /** Makes the model, waiting for nothing outside the isolate. */
  open(): Promise<OpenedModel<T>>;
}

export interface OpenedModel<T> {
  readonly value: T;
  /** Gives the model's memory back. */
  release(): Promise<void>;
}

const POLL_MS = 5;
/** Reading 20 MB takes a second or two; a request that was cancelled meanwhile keeps others waiting for this long. */
const EXPIRY_MS = 5_000;
const TRIES = 3;
/** The most models of any size: one without a network has its vocabulary in memory. */
const MOST_MODELS = 4;

/** Keeps models, and lends them to one request at a time: a network's runtime has one stack. */
export class ModelCache {
  readonly #mutex: Mutex;
  readonly #mostBytes: number;
  /** Least recently used first. */
  readonly #kept = new Map<string, OpenedModel<unknown> & { readonly bytes: number }>();

  constructor({ clock, timer, mostBytes = MOST_GRAPH_BYTES }: ModelCacheOptions) {
    this.#mutex = new Mutex({ clock, timer, pollMs: POLL_MS, expiryMs: EXPIRY_MS });
    this.#mostBytes = mostBytes;
  }

  /**
   * Runs a task with a model.
   *
   * @param name of the model: equal names are equal models
   * @throws SparsedgeError `unavailable` when reading it takes too long; what reading, opening and the task throw
   */
  async use<T, R>(
    name: string,
    read: () => Promise<UnopenedModel<T>>,
    task: (value: T) => Promise<R>,
  ): Promise<R> {
    for (let tries = 0; tries < TRIES; tries++) {
      const done = await this.#mutex.run(async (stillHeld) => {
        const model = this.#find(name) ?? (await this.#open(name, read, stillHeld));
        return model && { result: await task(model.value as T) };
      });
      if (done) return done.result;
    }
    throw new SparsedgeError('unavailable', `storage takes too long to read the model ${name}`, {
      model: name,
    });
  }

  #find(name: string): OpenedModel<unknown> | undefined {
    const kept = this.#kept.get(name);
    if (kept) {
      this.#kept.delete(name);
      this.#kept.set(name, kept);
    }
    return kept;
  }

  /** Nothing if reading took so long that another request holds the lock. */
  async #open<T>(
    name: string,
    read: () => Promise<UnopenedModel<T>>,
    stillHeld: () => boolean,
  ): Promise<OpenedModel<T> | undefined> {
    const unopened = await read();
    if (!stillHeld()) return undefined;
    const { bytes } = unopened;
    await this.#evictFor(bytes);
    const opened = await unopened.open();
    this.#kept.set(name, { ...opened, bytes });
    return opened;
  }

  /** Closes models until there is memory for one more of that size. */
  async #evictFor(bytes: number): Promise<void> {
    for (const [name, kept] of this.#kept) {
      const used = [...this.#kept.values()].reduce((sum, each) => sum + each.bytes, bytes);
      if (used <= this.#mostBytes && this.#kept.size < MOST_MODELS) return;
      this.#kept.delete(name);
      await kept.release();
    }
  }
}
