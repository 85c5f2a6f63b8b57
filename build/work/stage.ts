// Stages remember that they finished. A build that was stopped, at whatever moment, goes on after the last finished
// stage when it is run again with the same input and configuration, and ends with the same bytes.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from './files.ts';

/** A digest that names a configuration: equal values give equal keys. */
export function keyOf(...values: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex');
}

/**
 * Runs a stage, or returns what it returned when it last finished under the same key.
 *
 * @param folder of this build's intermediate files
 * @param key of everything that the stage's result depends on
 * @param run leaves its files in `folder` and returns what JSON can hold
 */
export async function runStage<Result>(
  folder: string,
  name: string,
  key: string,
  run: () => Promise<Result>,
): Promise<Result> {
  const path = join(folder, `${name}.json`);
  if (existsSync(path)) {
    const finished = JSON.parse(readFileSync(path, 'utf8')) as { key: string; result: Result };
    if (finished.key === key) return finished.result;
  }
  mkdirSync(folder, { recursive: true });
  // Whoever stops now leaves files that no marker vouches for.
  rmSync(path, { force: true });
  const result = await run();
  writeAtomically(path, Buffer.from(JSON.stringify({ key, result })));
  return result;
}
