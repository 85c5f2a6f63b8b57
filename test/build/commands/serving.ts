// Runs `sparsedge serve` beside a test.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { CLI, NODE } from './command-line.ts';

export interface Serving {
  readonly child: ChildProcess;
  readonly url: string;
  readonly copied: { objects: number; kept: number };
}

/** Starts serving on a free port, in a process group of its own so that nothing of it can stay behind unseen. */
export async function serve(cwd: string, ...args: string[]): Promise<Serving> {
  const child = spawn(NODE, [CLI, 'serve', ...args, '--port', '0', '--json'], { cwd, detached: true });
  onTestFinished(() => {
    if (isAlive(child)) process.kill(-child.pid!, 'SIGKILL');
  });
  let out = '';
  let err = '';
  child.stderr.on('data', (chunk) => (err += chunk));
  for await (const chunk of child.stdout) {
    out += chunk;
    if (out.endsWith('}\n')) return { child, ...JSON.parse(out) };
  }
  throw new Error(`it did not serve: ${err}`);
}

/** Whether any process of the group runs. */
export function isAlive({ pid }: ChildProcess): boolean {
  try {
    process.kill(-pid!, 0);
    return true;
  } catch {
    return false;
  }
}

export async function stop(child: ChildProcess): Promise<number | null> {
  const ended = once(child, 'exit');
  // As Ctrl-C does, to the whole group.
  process.kill(-child.pid!, 'SIGINT');
  const [code] = await ended;
  return code;
}
