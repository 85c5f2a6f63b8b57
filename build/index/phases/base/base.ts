// The index that another is built on: opened with what its build recorded, and refused where the other could keep
// nothing of it.

import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SparsedgeError } from '../../../../src/core/errors.ts';
import type { Space } from '../../../../src/core/format/manifest.ts';
import { type OpenIndex, openIndex } from '../../../../src/query/search/open.ts';
import type { SpacePlan } from '../../../stages/invert/spool.ts';
import type { IndexPlan } from '../../../stages/shard/index-plan.ts';
import { folderSource, writeAtomically } from '../../../work/files.ts';
import { type InputRecord, readInputRecord } from '../../../work/input-record.ts';
import { BEGUN_ON } from '../../../work/stage.ts';

/** An index that another is to be built on. */
export interface Base {
  readonly folder: string;
  readonly index: OpenIndex;
  /** What its build decided. */
  readonly kept: InputRecord['kept'];
}

/**
 * Opens a base.
 *
 * @param build the current one of the folder unless given
 * @throws SparsedgeError `bad-input` where there is none, or none of this program's making; whatever opening throws
 */
export async function openBase(folder: string, build?: string): Promise<Base> {
  const source = folderSource(folder);
  const index = await openIndex(source, build).catch((error: unknown) => {
    throw error instanceof SparsedgeError ? unfit(folder, error.message, error) : error;
  });
  const { build: id, spaces } = index.manifest;
  const kept = (await readInputRecord(source, id))?.kept;
  if (!kept || spaces.some(({ name }) => !kept.statistics[name]))
    throw unfit(folder, `expected what its build recorded, found nothing of all its spaces in inputs/${id}`);
  return { folder, index, kept };
}

/**
 * The build of the base that an unfinished build, or a finished one of parts, began on, if it had one: since then its
 * folder may have another.
 */
export function begunOn(workFolder: string): string | undefined {
  const path = join(workFolder, BEGUN_ON);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** Notes which base a build begins on. */
export function noteBase(workFolder: string, { index }: Base): void {
  const { build } = index.manifest;
  if (begunOn(workFolder) === build) return;
  const path = join(workFolder, BEGUN_ON);
  // Parts that begin at the same time write the same.
  writeAtomically(path, Buffer.from(build), `${path}.${randomBytes(6).toString('hex')}`);
}

/**
 * Looks whether an index can be built on a base.
 *
 * @throws SparsedgeError `bad-input` that says what the two do not have in common
 */
export function mustSuit({ folder, index, kept }: Base, { spaces, store, order }: IndexPlan): void {
  const { manifest } = index;
  if (order === 'input') {
    throw new SparsedgeError(
      'bad-input',
      'documents can keep their numbers, or be numbered as they are read: leave out --base or --order input',
    );
  }
  if (store === 'r2') {
    throw new SparsedgeError(
      'bad-input',
      'a base lets pages keep their names, and with the store r2 pages have none of their own, since they share objects: ' +
        'use --store both or assets, or leave out --base',
    );
  }
  if (kept.store !== store)
    throw unfit(folder, `it is made for the store ${kept.store}, and this build for ${store}`);
  const names = manifest.spaces.map(({ name }) => name).join(', ');
  const wanted = spaces.map(({ name }) => name).join(', ');
  if (names !== wanted) throw unfit(folder, `its spaces are ${names}, and this build's ${wanted}`);
  for (const [i, plan] of spaces.entries()) mustWeighAlike(folder, manifest.spaces[i], plan);
}

function mustWeighAlike(folder: string, space: Space, { encoder, quantizer }: SpacePlan): void {
  const { analyzer, query, encoder: base } = space;
  const said: readonly [string, unknown, unknown][] = [
    ['analyzer', analyzer, encoder.analyzer],
    ['encoder', base.id, encoder.id],
    ['model', base.model, encoder.model],
    ['parameters', base.parameters, encoder.weighting.parameters],
    ['weights of queries', query, encoder.query],
    ['rounding', space.quantizer.rounding, quantizer.rounding],
    ['largest weight', space.quantizer.maximum, quantizer.maximum ?? space.quantizer.maximum],
  ];
  for (const [what, found, expected] of said) {
    const [there, here] = [found, expected].map((each) => JSON.stringify(sorted(each)) ?? 'none');
    if (there !== here)
      throw unfit(folder, `its space ${space.name} has the ${what} ${there}, and this build's ${here}`);
  }
}

/** A value whose fields are in the order of their names. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function unfit(folder: string, reason: string, cause?: unknown): SparsedgeError {
  return new SparsedgeError(
    'bad-input',
    `${folder} cannot be the base of this build: ${reason}; leave out --base to build without one`,
    { folder },
    { cause },
  );
}
