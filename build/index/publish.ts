// The last stage: a generation becomes the current one of its folder. The one before stays, so that there is a way
// back. What is removed are objects that a manifest here names, or that an unfinished build noted: nothing else is
// ours.

import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { SparsedgeError } from '../../src/core/errors.ts';
import { CURRENT, decodeManifest, type Manifest, manifestName } from '../../src/core/format/manifest.ts';
import { PAGES, pageNames } from '../../src/core/format/page-table.ts';
import type { Source } from '../../src/core/source.ts';
import type { Rules } from '../../src/query/language/rules/rules-schema.ts';
import { openIndex } from '../../src/query/search/open.ts';
import { RULES_NAME, rulesObject, rulesOf } from '../inspect/rules/rules-object.ts';
import { folderSource, missingFile, writeAtomically } from '../work/files.ts';
import { recordName } from '../work/input-record.ts';
import { isOfBuild } from '../work/stage.ts';
import { naming } from '../work/system-error.ts';

/** A copy of the manifest that was current before. Readers have no use for it. */
export const PREVIOUS = 'previous';

/**
 * Looks at a folder before anything is written there.
 *
 * @throws SparsedgeError `bad-input` where a name that an index needs is taken by something else
 */
export function mustBeFreeForIndex(folder: string): void {
  const taken = (name: string, found: string) =>
    new SparsedgeError(
      'bad-input',
      `${join(folder, name)}: expected a part of an index or nothing, found ${found}; choose another folder for the index`,
      { folder, name },
    );
  for (const name of ['objects', 'manifests', 'inputs', 'models', PAGES, 'rules', '.work']) {
    const path = join(folder, name);
    if (existsSync(path) && !isFolder(path)) throw taken(name, 'a file');
  }
  const work = join(folder, '.work');
  if (existsSync(work) && readdirSync(work).length > 0 && !isOfBuild(work)) {
    throw taken('.work', "somebody else's folder");
  }
  for (const name of [CURRENT, PREVIOUS]) {
    const path = join(folder, name);
    if (!existsSync(path)) continue;
    if (isFolder(path)) throw taken(name, 'a folder');
    const start = naming(path, 'read', () => readFileSync(path)).subarray(0, 10);
    if (start.toString('latin1') !== 'sparsedge ') throw taken(name, "somebody else's file");
  }
}

function isFolder(path: string): boolean {
  try {
    readdirSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return false;
    throw error;
  }
}

/**
 * Sets the rules of the current generation, instead of those that it has.
 *
 * @returns what they name and the index does not have
 * @throws SparsedgeError `bad-input` for documents that rules cannot be applied to
 */
export async function setRules(folder: string, rules: Rules): Promise<readonly string[]> {
  const manifest = decodeManifest(readFileSync(join(folder, CURRENT)), CURRENT);
  const { current, missing } = await writeRules(folder, rules, manifest);
  writeAtomically(join(folder, CURRENT), current);
  await prune(folder);
  return missing;
}

/** Writes rules for a generation: nobody reads them before `current` names them. */
async function writeRules(folder: string, rules: Rules, manifest: Manifest) {
  const object = await rulesObject(rules, folderSource(folder), manifest);
  writeAtomically(join(folder, object.name), object.body);
  return object;
}

/** The rules of the current generation, where there is one that can be read. */
async function currentRules(folder: string): Promise<Rules | undefined> {
  if (buildNamedBy(folder, CURRENT) === undefined) return undefined;
  return rulesOf(folderSource(folder), decodeManifest(readFileSync(join(folder, CURRENT)), CURRENT));
}

/**
 * Makes a generation current, with the rules of the one before, keeps that as `previous`, and removes older ones.
 */
export async function publishLocally(folder: string, workFolder: string, build: string): Promise<void> {
  const put = (name: string, bytes: Uint8Array) =>
    writeAtomically(join(folder, name), bytes, join(workFolder, `${name}.partial`));
  const before = buildNamedBy(folder, CURRENT);
  const rules = await currentRules(folder);
  const manifest = readFileSync(join(folder, manifestName(build)));
  const current = rules
    ? (await writeRules(folder, rules, decodeManifest(manifest, manifestName(build)))).current
    : manifest;
  if (before !== undefined && before !== build) put(PREVIOUS, readFileSync(join(folder, CURRENT)));
  put(CURRENT, current);
  await prune(folder);
}

/**
 * Makes the generation before the current one again, and the current one the one before. The rules stay as they are.
 *
 * @returns the build that is current now
 * @throws SparsedgeError `not-found` where there is no way back, `corrupt` where it is not whole
 */
export async function rollBack(folder: string): Promise<string> {
  const [current, previous] = [CURRENT, PREVIOUS].map((name) => join(folder, name));
  if (!existsSync(previous)) {
    throw new SparsedgeError('not-found', `${folder} has no generation before the current one`, { folder });
  }
  const [from, to] = [readFileSync(current), readFileSync(previous)];
  const manifest = await wholeBefore(folder, async () => {
    const decoded = decodeManifest(to, PREVIOUS);
    // It must be there whole before anybody is sent to it.
    await presentObjects(folder, decoded.build);
    return decoded;
  });
  const { build } = manifest;
  const rules = await currentRules(folder);
  writeAtomically(current, rules ? (await writeRules(folder, rules, manifest)).current : to);
  writeAtomically(previous, from);
  return build;
}

/**
 * Looks whether the generation before the current one is whole.
 *
 * @throws SparsedgeError `corrupt`, which says of that one what is wrong with it
 */
export async function wholeBefore<T>(index: string, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (cause) {
    if (!(cause instanceof SparsedgeError) || !['corrupt', 'not-found'].includes(cause.code)) throw cause;
    throw new SparsedgeError(
      'corrupt',
      `${index}: the generation before the current one is damaged, and was not made current: ${cause.message}`,
      { ...cause.details, index, generation: 'before' },
      { cause },
    );
  }
}

/**
 * Removes generations that are neither current nor the one before.
 *
 * @param alsoPrevious removes the one before, too
 * @returns the builds that were removed
 */
export async function prune(folder: string, alsoPrevious = false): Promise<string[]> {
  if (alsoPrevious && buildNamedBy(folder, PREVIOUS) !== undefined) rmSync(join(folder, PREVIOUS));
  const pointers = [CURRENT, PREVIOUS].filter((name) => existsSync(join(folder, name)));
  const keep = new Set(pointers.map((name) => buildNamedBy(folder, name)));
  // A damaged pointer does not say what it needs, so nothing is known to be needless.
  if (!pointers.includes(CURRENT) || keep.has(undefined)) return [];
  const builds = buildsIn(folder);
  // Neither does one whose manifest is gone.
  if ([...keep].some((build) => build !== undefined && !builds.includes(build))) return [];
  const current = buildNamedBy(folder, CURRENT);
  const kept = new Set<string>();
  for (const build of builds.filter((each) => keep.has(each))) {
    // The one before may be damaged, which is why a new one was built. What it needs is not known then, either.
    const isCurrent = build === current;
    const names = isCurrent
      ? await objectsOf(folderSource(folder), build)
      : await knownObjects(folder, build);
    if (!names) return [];
    for (const name of names) kept.add(name);
  }
  const removed: string[] = [];
  for (const build of builds.filter((each) => !keep.has(each))) {
    const names = await knownObjects(folder, build);
    // A damaged generation does not say what is its own.
    if (!names) continue;
    for (const name of names) if (!kept.has(name)) remove(folder, name);
    remove(folder, recordName(build));
    remove(folder, manifestName(build));
    removed.push(build);
  }
  removeRules(folder, pointers);
  return removed;
}

/** Removes rules that no pointer names. */
function removeRules(folder: string, pointers: readonly string[]): void {
  const path = join(folder, 'rules');
  if (!existsSync(path)) return;
  const named = pointers.map((name) => decodeManifest(readFileSync(join(folder, name)), name).rules?.name);
  for (const file of readdirSync(path)) {
    const name = `rules/${file}`;
    if (RULES_NAME.test(name) && !named.includes(name)) remove(folder, name);
  }
}

/** Removes what a build that will not go on has noted, but for what a generation here names. */
export async function removeUnfinished(folder: string, names: readonly string[]): Promise<void> {
  const kept = new Set<string>();
  for (const build of buildsIn(folder))
    for (const name of (await knownObjects(folder, build)) ?? []) kept.add(name);
  for (const name of names) if (!kept.has(name)) remove(folder, name);
}

/** What a build names its objects; a damaged or forged table may name anything, and that is not removed. */
export const OWN_NAME =
  /^(objects\/[0-9a-f]{32}|(manifests|inputs)\/[0-9a-f]{16}|pages\/[0-9a-f]{32}|rules\/[0-9a-f]{16}-[0-9a-f]{16})$/;

function remove(folder: string, name: string): void {
  if (!OWN_NAME.test(name)) return;
  const path = join(folder, name);
  naming(path, 'removed', () => rmSync(path, { force: true }));
}

/** The builds whose manifests are in a folder. */
function buildsIn(folder: string): string[] {
  const path = join(folder, dirname(manifestName('0')));
  return existsSync(path) ? readdirSync(path).filter((name) => /^[0-9a-f]{16}$/.test(name)) : [];
}

/** The build that a copy of a manifest names; nothing where it is missing or damaged. */
function buildNamedBy(folder: string, name: string): string | undefined {
  const path = join(folder, name);
  if (!existsSync(path)) return undefined;
  try {
    return decodeManifest(readFileSync(path), path).build;
  } catch (error) {
    if (error instanceof SparsedgeError) return undefined;
    throw error;
  }
}

/** The names of the objects of a build in a folder; nothing where it is too damaged to say them. */
export async function knownObjects(folder: string, build: string): Promise<string[] | undefined> {
  try {
    return await objectsOf(folderSource(folder), build);
  } catch (error) {
    if (error instanceof SparsedgeError) return undefined;
    throw error;
  }
}

/** How many files the current generation of a folder takes, and how many more the one before, where there is one. */
export async function filesOf(
  folder: string,
): Promise<{ readonly current: number; readonly before: number }> {
  const [current, before] = await Promise.all(
    [CURRENT, PREVIOUS].map(async (name) => {
      const build = buildNamedBy(folder, name);
      return (build === undefined ? undefined : await knownObjects(folder, build)) ?? [];
    }),
  );
  // Its manifest, the copy of that under this name, and its record.
  const filesFor = (names: readonly string[]) => (names.length === 0 ? 0 : 3);
  const shared = new Set(current);
  const apart = before.filter((name) => !shared.has(name));
  return { current: current.length + filesFor(current), before: apart.length + filesFor(before) };
}

/** The names of all objects of a generation but its manifest. */
export async function objectsOf(source: Source, build: string): Promise<string[]> {
  const { manifest, table } = await openIndex(source, build);
  const names = [manifest.table.name];
  for (const run of [...table.spaces.values(), table.documents]) {
    for (const { name } of run.shards) names.push(name);
    for (const name of pageNames(run)) names.push(name);
  }
  // A page of equal content is one object, wherever it is a page.
  return [...new Set(names)];
}

/**
 * The names of the objects of a build in a folder, all of which are there, as is its manifest.
 *
 * @throws SparsedgeError `corrupt` at the first that is missing
 */
export async function presentObjects(folder: string, build: string): Promise<string[]> {
  const mustBeThere = (name: string) => {
    if (!existsSync(join(folder, name))) throw missingFile(folder, name);
  };
  mustBeThere(manifestName(build));
  const names = await objectsOf(folderSource(folder), build);
  for (const name of names) mustBeThere(name);
  return names;
}
