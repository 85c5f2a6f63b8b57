// Work that is asked for more often than it can be done: one at a time, and of those that wait only the last.

/** Does one thing at a time. */
export class Latest {
  #waiting: (() => Promise<void>) | undefined;
  #running: Promise<void> | undefined;

  /** Does it now, or when what is being done has ended, unless another is asked for before. It must not fail. */
  ask(work: () => Promise<void>): void {
    this.#waiting = work;
    this.#running ??= this.#run();
  }

  /** When all is done that was asked for so far. */
  async done(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let work = this.#take(); work !== undefined; work = this.#take()) await work();
    this.#running = undefined;
  }

  #take(): (() => Promise<void>) | undefined {
    const work = this.#waiting;
    this.#waiting = undefined;
    return work;
  }
}
