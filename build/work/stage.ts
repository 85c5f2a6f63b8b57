// Stages remember that they finished. A build that was stopped, at whatever moment, goes on after the last finished
// stage when it is run again with the same input and configuration, and ends with the same bytes.

import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { SparsedgeError } from '../../src/core/errors.ts';
import { writeAtomically } from './files.ts';

/** Names a folder's build by its key. */
const OWNER = 'owner';
/** Says that the build of a shared folder is finished. */
const FINISHED = 'finished.json';
/** Names the index that a build is built on. */
export const BEGUN_ON = 'begun-on';
/** How the names of the locks of parts begin. */
export const PART_LOCKS = '.part-';

/** A digest that names a configuration: equal values give equal keys. */
export function keyOf(...values: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex');
}

/**
 * Makes a folder of intermediate files this build's own, emptied if it was another's, whose files would be mistaken for
 * finished ones.
 *
 * @param key of everything that the results of the build's stages depend on
 */
export function claimFolder(folder: string, key: string): void {
  if (isOwnedBy(folder, key)) return;
  rmSync(folder, { recursive: true, force: true });
  writeAtomically(join(folder, OWNER), Buffer.from(key));
}

/**
 * Makes a folder of intermediate files this build's own, where others may do so at the same time; one in which this
 * build is finished stays as it is.
 *
 * @param key of everything that the results of the build's stages depend on
 * @throws SparsedgeError `bad-input` where it is another build's
 */
export function shareFolder(folder: string, key: string): void {
  const owner = join(folder, OWNER);
  if (finishedIn(folder, key) !== undefined || isOwnedBy(folder, key)) return;
  // Whoever writes it at the same time writes the same.
  if (!existsSync(owner))
    writeAtomically(owner, Buffer.from(key), `${owner}.${randomBytes(6).toString('hex')}`);
  if (isOwnedBy(folder, key)) return;
  throw new SparsedgeError(
    'bad-input',
    `${folder} is of an unfinished build of another input or with other options: finish that build, or remove the folder`,
    { folder },
  );
}

/**
 * Says in a shared folder of intermediate files that its build is finished, and removes all others of its files.
 *
 * @param result for those who come late: what JSON can hold
 */
export function markFinished(folder: string, key: string, result: unknown): void {
  writeAtomically(join(folder, FINISHED), Buffer.from(JSON.stringify({ key, result })));
  const kept = [OWNER, FINISHED, BEGUN_ON];
  const isKept = (name: string) => kept.includes(name) || name.startsWith(PART_LOCKS);
  for (const name of readdirSync(folder))
    if (!isKept(name)) rmSync(join(folder, name), { recursive: true, force: true });
  // Last, so that the folder is free for another build once it is empty.
  rmSync(join(folder, OWNER), { force: true });
}

/** What a build's result was, if it is finished and was the last one here. */
export function finishedIn<Result>(folder: string, key: string): Result | undefined {
  const path = join(folder, FINISHED);
  if (!existsSync(path)) return undefined;
  const finished = JSON.parse(readFileSync(path, 'utf8')) as { key: string; result: Result };
  return finished.key === key ? finished.result : undefined;
}

/** Lets a build begin anew whose result is no longer there: somebody has removed the index, and not this folder. */
export function forgetFinished<Result>(folder: string, isThere: (result: Result) => boolean): void {
  const path = join(folder, FINISHED);
  if (!existsSync(path)) return;
  const { result } = JSON.parse(readFileSync(path, 'utf8')) as { result: Result };
  if (!isThere(result)) rmSync(path, { force: true });
}

/** Whether a folder of intermediate files was made by a build, whichever: its owner is named by a key. */
export function isOfBuild(folder: string): boolean {
  const owner = join(folder, OWNER);
  if (existsSync(join(folder, FINISHED))) return true;
  // One that has only begun.
  if (readdirSync(folder).every((name) => /^owner\.[0-9a-f]{12}$/.test(name))) return true;
  return existsSync(owner) && /^[0-9a-f]{64}$/.test(readFileSync(owner, 'utf8'));
}

/** Whether a folder of intermediate files is the build's of that key. */
export function isOwnedBy(folder: string, key: string): boolean {
  const owner = join(folder, OWNER);
  return existsSync(owner) && readFileSync(owner, 'utf8') === key;
}

function markerOf(folder: string, stage: string): string {
  return join(folder, `${stage}.json`);
}

/** What a stage returned, if it has finished, in this run or an earlier one. */
export function resultOf<Result>(folder: string, stage: string): Result | undefined {
  const marker = markerOf(folder, stage);
  if (!existsSync(marker)) return undefined;
  return (JSON.parse(readFileSync(marker, 'utf8')) as { result: Result }).result;
}

/** Lets stages run again that have finished. */
export function forgetStages(folder: string, ...stages: readonly string[]): void {
  for (const stage of stages) rmSync(markerOf(folder, stage), { force: true });
}

/**
 * Runs a stage, or returns what it returned when it finished in an earlier run.
 *
 * @param folder of this build's intermediate files: see claimFolder
 * @param run leaves its files in `folder` and returns what JSON can hold
 */
export async function runStage<Result>(
  folder: string,
  stage: string,
  run: () => Promise<Result>,
): Promise<Result> {
  if (existsSync(markerOf(folder, stage))) return resultOf<Result>(folder, stage) as Result;
  const result = await run();
  // The marker is written last: files that a stopped stage left are never taken for finished ones.
  writeAtomically(markerOf(folder, stage), Buffer.from(JSON.stringify({ result })));
  return result;
}
