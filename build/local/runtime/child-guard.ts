// No child outlives this process. The Worker's runtime is a process of its own, which its parent stops; a parent that
// is killed stops nothing. So a guard waits for the end of a pipe that only this process holds, and ends what is left.

import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { startOf } from '../../work/process-start.ts';

/** How often the guard is told which children there are while they are being started. */
const TELL_MS = 200;

/** A guard that runs. */
export interface ChildGuard {
  /** No more children are going to be started. */
  settled(): void;
  /** Ends the guard, which then ends nothing. */
  stop(): void;
}

/** Starts a guard over the children that this process has from now on. */
export function guardChildren(): ChildGuard {
  const guard = spawn(process.execPath, [import.meta.filename], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // A guard that cannot be told is gone, and this process goes on without one.
  guard.stdin.on('error', () => {});
  const tell = () => {
    const children = childrenOf(process.pid).filter((pid) => pid !== guard.pid);
    guard.stdin.write(`${JSON.stringify(children.map((pid) => [pid, startOf(pid)]))}\n`);
  };
  const telling = setInterval(tell, TELL_MS);
  return {
    settled() {
      clearInterval(telling);
      tell();
      guard.unref();
      (guard.stdin as unknown as { unref(): void }).unref();
    },
    stop() {
      clearInterval(telling);
      guard.kill('SIGKILL');
    },
  };
}

function childrenOf(parent: number): number[] {
  if (process.platform === 'win32') return [];
  if (process.platform !== 'linux') {
    const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
    return lines
      .map((line) => line.trim().split(/\s+/).map(Number))
      .flatMap(([pid, of]) => (of === parent ? [pid] : []));
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === parent);
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    // It has ended since the folder was listed.
    return undefined;
  }
}

/** The guard itself: waits until the pipe ends, which is when the process at its other end has. */
async function guard(): Promise<void> {
  let children: readonly (readonly [pid: number, started: string])[] = [];
  for await (const line of createInterface({ input: process.stdin })) children = JSON.parse(line);
  for (const [pid, started] of children) {
    // The number may be another process's by now.
    if (startOf(pid) === started) process.kill(pid, 'SIGKILL');
  }
}

if (process.argv[1] === import.meta.filename) await guard();
