// The indexes that benchmarks search: built once, kept in the cache folder, and built again when the code that decides
// their bytes has changed.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cacheFolder } from '../data/folders.ts';
import { collectionOf, type Size } from '../data/passages.ts';
import type { ProfileName } from '../data/profiles.ts';
import type { BuildFigures, BuildOrder } from './build-child.ts';

/** How current a kept index must be. */
export type Freshness = 'same-code' | 'any' | 'rebuilt';

/** What an index is of. */
type What = Pick<BuildOrder, 'input' | 'space' | 'store' | 'vectors'>;

/** An index, and what its build took. */
interface MeasuredIndex {
  readonly folder: string;
  readonly build: BuildFigures;
}

/** The folder of a collection's index. */
export async function indexOf(
  size: Size,
  freshness: Freshness,
  store: BuildOrder['store'] = 'r2',
): Promise<string> {
  const name = store === 'r2' ? size : `${size}-${store}`;
  if (!isKept(name, freshness)) await buildAs(name, { input: await collectionOf(size), store });
  return folderOf(name);
}

/** Builds a collection's index and tells what that took. */
export async function build(size: Size): Promise<BuildFigures> {
  return buildAs(size, { input: await collectionOf(size) });
}

/** An index of synthetic vectors, and what its build took. */
export async function syntheticIndex(
  profile: ProfileName,
  documents: number,
  freshness: Freshness,
  vectors: boolean,
): Promise<MeasuredIndex> {
  const name = `${profile}-${documents}${vectors ? '-vectors' : ''}`;
  return measuredIndex(name, { input: { profile, documents }, vectors }, freshness);
}

/** An index of that name, and what its build took. */
export async function measuredIndex(name: string, what: What, freshness: Freshness): Promise<MeasuredIndex> {
  const path = join(cacheFolder(), `index-${name}.json`);
  if (!isKept(name, freshness)) writeFileSync(path, JSON.stringify(await buildAs(name, what)));
  return { folder: folderOf(name), build: JSON.parse(readFileSync(path, 'utf8')) as BuildFigures };
}

function isKept(name: string, freshness: Freshness): boolean {
  const built = existsSync(join(folderOf(name), 'current')) && existsSync(stampOf(name));
  if (!built || freshness === 'rebuilt') return false;
  return freshness === 'any' || readFileSync(stampOf(name), 'utf8') === code();
}

async function buildAs(name: string, what: What): Promise<BuildFigures> {
  const folder = folderOf(name);
  const workFolder = join(cacheFolder(), `work-${name}`);
  // What an interrupted run left would be gone on from, and that is not what is to be measured.
  for (const path of [stampOf(name), workFolder, folder]) rmSync(path, { recursive: true, force: true });
  const before = code();
  const figures = await carryOut({ name, ...what, folder, workFolder });
  writeFileSync(stampOf(name), before);
  return figures;
}

/** Builds an index of any file of documents, which nobody keeps, in `index` below a folder. */
export function buildFrom(
  input: string,
  folder: string,
  how: Pick<BuildOrder, 'space' | 'vectorsPath'> = {},
): Promise<BuildFigures> {
  const [index, workFolder] = [join(folder, 'index'), join(folder, 'work')];
  return carryOut({ name: input, input, ...how, folder: index, workFolder });
}

async function carryOut(order: BuildOrder): Promise<BuildFigures> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(import.meta.dirname, 'build-child.ts'), JSON.stringify(order)],
    { maxBuffer: 1 << 26 },
  );
  return JSON.parse(stdout) as BuildFigures;
}

function folderOf(name: string): string {
  return join(cacheFolder(), `index-${name}`);
}

/** Keeps the digest of the code that built an index. */
function stampOf(name: string): string {
  return join(cacheFolder(), `index-${name}.code`);
}

/** A digest of the code that decides an index's bytes. */
function code(): string {
  const root = join(import.meta.dirname, '../../..');
  const digest = createHash('sha256');
  for (const folder of ['src/core', 'build']) {
    const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((path) => /^(?!commands|evaluate).*\.ts$/.test(path)).sort()) {
      digest.update(name).update(readFileSync(join(root, folder, name)));
    }
  }
  return digest.digest('hex');
}
