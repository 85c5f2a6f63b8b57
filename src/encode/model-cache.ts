// What an isolate keeps of models: the networks that it has memory for, least recently used first out. Only what is ready is
// kept, never a promise of it; a failure leaves nothing behind, and the next request tries anew.

import { SparsedgeError } from '../core/errors.ts';
import { MOST_GRAPH_BYTES } from '../core/model/contract.ts';
import type { Clock, Timer } from '../query/search/meter.ts';
import { Turns } from './turns.ts';

export interface RoomOptions {
  readonly clock: Clock;
  readonly timer: Timer;
  /** Bytes of network files that are open at once, at most: MOST_GRAPH_BYTES unless given. */
  readonly mostBytes?: number;
}

/** A model whose files are read. */
export interface Unopened<T> {
  /** Of its network's file; 0 without one. */
  readonly bytes: number;
  /** Makes it, waiting for nothing outside the isolate. */
  open(): Promise<Opened<T>>;
}

export interface Opened<T> {
  readonly value: T;
  /** Gives its memory back. */
  release(): Promise<void>;
}

const LOOK_MS = 5;
/** Reading 20 MB takes a second or two; a request that was cancelled meanwhile keeps others waiting for this long. */
const LAPSE_MS = 5_000;
const TRIES = 3;
/** Of any size: a model without a network has its vocabulary in memory. */
const MOST_MODELS = 4;

/** Keeps models, and hands them out to one request at a time: a network's runtime has one stack. */
export class Room {
  readonly #turns: Turns;
  readonly #mostBytes: number;
  /** Least recently used first. */
  readonly #kept = new Map<string, Opened<unknown> & { readonly bytes: number }>();

  constructor({ clock, timer, mostBytes = MOST_GRAPH_BYTES }: RoomOptions) {
    this.#turns = new Turns({ clock, timer, lookMs: LOOK_MS, lapseMs: LAPSE_MS });
    this.#mostBytes = mostBytes;
  }

  /**
   * Does work with a model.
   *
   * @param name of the model: equal names are equal models
   * @throws SparsedgeError `unavailable` when reading it takes too long; what reading, opening and the work throw
   */
  async use<T, R>(
    name: string,
    read: () => Promise<Unopened<T>>,
    work: (value: T) => Promise<R>,
  ): Promise<R> {
    for (let tries = 0; tries < TRIES; tries++) {
      const done = await this.#turns.take(async (isMine) => {
        const model = this.#find(name) ?? (await this.#open(name, read, isMine));
        return model && { result: await work(model.value as T) };
      });
      if (done) return done.result;
    }
    throw new SparsedgeError('unavailable', `storage takes too long to read the model ${name}`, {
      model: name,
    });
  }

  #find(name: string): Opened<unknown> | undefined {
    const kept = this.#kept.get(name);
    if (kept) {
      this.#kept.delete(name);
      this.#kept.set(name, kept);
    }
    return kept;
  }

  /** Nothing if reading took so long that it is another request's turn. */
  async #open<T>(
    name: string,
    read: () => Promise<Unopened<T>>,
    isMine: () => boolean,
  ): Promise<Opened<T> | undefined> {
    const unopened = await read();
    if (!isMine()) return undefined;
    const { bytes } = unopened;
    await this.#clear(bytes);
    const opened = await unopened.open();
    this.#kept.set(name, { ...opened, bytes });
    return opened;
  }

  /** Makes room for a model. */
  async #clear(bytes: number): Promise<void> {
    for (const [name, kept] of this.#kept) {
      const used = [...this.#kept.values()].reduce((sum, each) => sum + each.bytes, bytes);
      if (used <= this.#mostBytes && this.#kept.size < MOST_MODELS) return;
      this.#kept.delete(name);
      await kept.release();
    }
  }
}
