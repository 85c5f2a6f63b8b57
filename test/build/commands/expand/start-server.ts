// Starts the hostile server for a test, and stops it after it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { NODE } from '../command-line.ts';

interface Counts {
  readonly calls: number;
  readonly answered: number;
  readonly failed: number;
  readonly tooMany: number;
  readonly most: number;
}

export interface Server {
  readonly url: string;
  counts(): Promise<Counts>;
}

export async function hostileServer(...args: readonly string[]): Promise<Server> {
  const child = spawn(NODE, [join(import.meta.dirname, 'hostile-server.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill());
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const url = line.toString().trim();
  return { url: `${url}/v1`, counts: async () => (await (await fetch(`${url}/counts`)).json()) as Counts };
}
