// Progress of a long step, for people: a line that is rewritten, with rate and time left, and only on a terminal.

import { oneLine, safeLines } from './layout.ts';

/** Reports how far a step has come. */
export interface Progress {
  /** Says that `done` of `total` (when known) are done. */
  at(done: number, total?: number): void;
  /** Ends the step. */
  end(): void;
}

/** Starts a step. */
export type StartProgress = (label: string, unit: string) => Progress;

/** What is written to: standard error, or whatever stands for it. */
export interface LineStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

const QUIET_MS = 1000;
const REPEAT_MS = 200;

/** Says nothing. */
export const silent: StartProgress = () => ({ at() {}, end() {} });

/** Writes to a terminal once a step has taken longer than a second. */
export function terminalProgress(stream: LineStream): StartProgress {
  return stream.isTTY ? (label, unit) => new TerminalProgress(stream, label, unit) : silent;
}

class TerminalProgress implements Progress {
  readonly #label: string;
  readonly #unit: string;
  readonly #started = performance.now();
  readonly #line: StatusLine;

  constructor(stream: LineStream, label: string, unit: string) {
    this.#label = label;
    this.#unit = unit;
    this.#line = new StatusLine(stream, REPEAT_MS, QUIET_MS);
  }

  at(done: number, total?: number): void {
    this.#line.show(() => this.#describe(done, total));
  }

  end(): void {
    this.#line.clear();
  }

  #describe(done: number, total: number | undefined): string {
    const rate = (1000 * done) / (performance.now() - this.#started);
    const parts = [
      `${this.#label}: ${done.toLocaleString('en')} ${this.#unit}`,
      `${Math.round(rate).toLocaleString('en')}/s`,
    ];
    if (total !== undefined && total > 0) {
      parts[0] += ` of ${total.toLocaleString('en')}`;
      parts.push(`${Math.ceil((total - done) / rate)} s left`);
    }
    return parts.join(', ');
  }
}

/** A line that is rewritten on a terminal, and in a log written again below; not more often than every `pause` ms. */
export class StatusLine {
  readonly #stream: LineStream;
  readonly #pause: number;
  #next: number;
  #visible = false;

  /** @param quiet milliseconds before the line is written for the first time */
  constructor(stream: LineStream, pause: number, quiet: number) {
    this.#stream = stream;
    this.#pause = pause;
    this.#next = performance.now() + quiet;
  }

  /** Writes the line, which is made only if it is time to. */
  show(line: () => string): void {
    const now = performance.now();
    if (now < this.#next) return;
    this.#next = now + this.#pause;
    this.#visible = true;
    this.#stream.write(this.#stream.isTTY ? `\r\x1b[K${this.#fitting(line())}` : `${safeLines(line())}\n`);
  }

  /** A line that went on in the next row could not be removed again. */
  #fitting(line: string): string {
    const { columns = 0 } = this.#stream;
    return columns > 1 ? oneLine(line, columns - 1) : safeLines(line);
  }

  /** Removes the line from a terminal. */
  clear(): void {
    if (this.#visible && this.#stream.isTTY) this.#stream.write('\r\x1b[K');
  }
}
