// What a person sees of a long step: a line that is rewritten, with rate and time left, and only on a terminal.

/** Reports how far a step has come. */
export interface Progress {
  /** Says that `done` of `total` (when known) are done. */
  at(done: number, total?: number): void;
  /** Ends the step. */
  end(): void;
}

/** Starts a step. */
export type StartProgress = (label: string, unit: string) => Progress;

const QUIET_MS = 1000;
const REPEAT_MS = 200;

/** Says nothing. */
export const silent: StartProgress = () => ({ at() {}, end() {} });

/** Writes to a terminal once a step has taken longer than a second. */
export function terminalProgress(stream: { write(text: string): unknown; isTTY?: boolean }): StartProgress {
  if (!stream.isTTY) return silent;
  return (label, unit) => {
    const started = performance.now();
    let shown = started + QUIET_MS - REPEAT_MS;
    let visible = false;
    return {
      at(done, total) {
        const now = performance.now();
        if (now - shown < REPEAT_MS) return;
        shown = now;
        visible = true;
        stream.write(`\r\x1b[K${describe(label, unit, { done, total, seconds: (now - started) / 1000 })}`);
      },
      end() {
        if (visible) stream.write('\r\x1b[K');
      },
    };
  };
}

interface Position {
  readonly done: number;
  readonly total: number | undefined;
  readonly seconds: number;
}

function describe(label: string, unit: string, { done, total, seconds }: Position): string {
  const rate = done / seconds;
  const parts = [
    `${label}: ${done.toLocaleString('en')} ${unit}`,
    `${Math.round(rate).toLocaleString('en')}/s`,
  ];
  if (total !== undefined && total > 0) {
    parts[0] += ` of ${total.toLocaleString('en')}`;
    parts.push(`${Math.ceil((total - done) / rate)} s left`);
  }
  return parts.join(', ');
}
