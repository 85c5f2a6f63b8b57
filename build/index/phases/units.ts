// The phases of a build are cut into units, and a build may be shared: whoever has the folder of intermediate files can
// do any of them. A unit is a folder that gets its name when it is whole, so that it is there or not, however many make
// it, and whoever is killed. What a unit is, and what comes of it, depends on nothing but the input and the base.
//
// Part i of n does every n-th unit, beginning with the i-th. A part that has no more to do takes those of parts that
// nobody is working at, and waits for the others.

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { type Lock, lockFile } from '../../work/lock.ts';
import { type Part, partPath } from '../../work/parts.ts';
import { isOwnedBy, PART_LOCKS } from '../../work/stage.ts';
import { naming, systemError } from '../../work/system-error.ts';

/** What a unit said of itself, with the folder where its files are. */
export type Done<Result> = Result & { readonly folder: string };

/** Between two looks at what others have done. */
const LOOK_MS = 500;

const RESULT = 'result.json';

/** The units of a build, as one worker has them. */
export class Units {
  readonly #folder: string;
  readonly #key: string;
  readonly #share: Part;
  readonly #isShared: boolean;

  /**
   * @param folder of intermediate files
   * @param key of the build whose they are
   * @param part that this worker is; all of the work unless given
   */
  constructor(folder: string, key: string, part?: Part) {
    this.#folder = folder;
    this.#key = key;
    this.#share = part ?? { part: 1, of: 1 };
    this.#isShared = part !== undefined;
  }

  /** Does what others do not do of a phase; returns what came of all units, once they are there. */
  async all<Result>(
    phase: string,
    count: number,
    run: (unit: number, folder: string) => Promise<Result> | Result,
  ): Promise<Done<Result>[]> {
    await this.share(phase, count, async (units) => {
      for (const unit of units) {
        if (this.isDone(phase, unit)) continue;
        const folder = this.begin(phase, unit);
        this.finish(phase, unit, folder, await run(unit, folder));
      }
    });
    return Array.from({ length: count }, (_, unit) => this.resultOf<Result>(phase, unit)!);
  }

  /**
   * Has units done until all of a phase are.
   *
   * @param run does these, which are this worker's
   */
  async share(phase: string, count: number, run: (units: readonly number[]) => Promise<void>): Promise<void> {
    const { part, of } = this.#share;
    const mine = this.#missing(phase, count, part);
    if (mine.length > 0) await run(mine);
    for (;;) {
      this.mustBeOurs();
      const others = Array.from({ length: of }, (_, i) => i + 1).filter(
        (other) => this.#missing(phase, count, other).length > 0,
      );
      if (others.length === 0) return;
      let hasHelped = false;
      for (const other of others) {
        const lock = await tryLock(lockFile(this.#pathOf(other), TASK));
        if (!lock) continue;
        try {
          const left = this.#missing(phase, count, other);
          if (left.length > 0) await run(left);
          hasHelped = true;
        } finally {
          lock.release();
        }
      }
      if (!hasHelped) await pause();
    }
  }

  /** Whether this worker is to do a unit before it looks at those of others. */
  isMine(unit: number): boolean {
    const { part, of } = this.#share;
    return unit % of === part - 1;
  }

  isDone(phase: string, unit: number): boolean {
    return existsSync(this.#unitFolder(phase, unit));
  }

  /** What a unit said of itself, if it is done. */
  resultOf<Result>(phase: string, unit: number): Done<Result> | undefined {
    if (!this.isDone(phase, unit)) return undefined;
    const folder = this.#unitFolder(phase, unit);
    const path = join(folder, RESULT);
    const text = naming(path, 'read', () => readFileSync(path, 'utf8'));
    return { ...(JSON.parse(text) as Result), folder };
  }

  /** An empty folder for the files of a unit; what somebody who was killed left of that unit is removed. */
  begin(phase: string, unit: number): string {
    this.mustBeOurs();
    const prefix = this.#prefixOf(phase, unit);
    for (const name of readdirSync(this.#folder))
      if (name.startsWith(prefix)) rmSync(join(this.#folder, name), { recursive: true, force: true });
    return this.#makeFolder(prefix);
  }

  /**
   * Does the one unit of a phase that many do at the same time, without a lock: they have found the same. So nobody
   * removes what another has begun.
   */
  mark(phase: string, result: unknown): void {
    if (this.isDone(phase, 0)) return;
    this.mustBeOurs();
    this.finish(phase, 0, this.#makeFolder(this.#prefixOf(phase, 0)), result);
  }

  /**
   * Gives a unit its name.
   *
   * @param folder that begin() gave, with all files in it
   * @param result what JSON can hold
   */
  finish(phase: string, unit: number, folder: string, result: unknown): void {
    const path = this.#unitFolder(phase, unit);
    naming(path, 'written', () =>
      writeFileSync(join(folder, RESULT), JSON.stringify(result), { flush: true }),
    );
    try {
      renameSync(folder, path);
    } catch (error) {
      // Somebody else was faster, with the same bytes.
      if (!existsSync(path)) throw systemError(path, 'written', error);
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** Waits until nobody else works at this worker's part, and keeps others from it. */
  async lockPart(): Promise<Lock> {
    if (!this.#isShared) return { release() {} };
    for (;;) {
      const lock = await tryLock(lockFile(this.#pathOf(this.#share.part), TASK));
      if (lock) return lock;
      await pause();
    }
  }

  /** Whether parts have worked here. */
  hadParts(): boolean {
    return readdirSync(this.#folder).some((name) => name.startsWith(PART_LOCKS));
  }

  /** @throws SparsedgeError `unavailable` where another build has taken the folder of intermediate files */
  mustBeOurs(): void {
    if (isOwnedBy(this.#folder, this.#key)) return;
    throw new SparsedgeError(
      'unavailable',
      `${this.#folder} is no longer this build's: another build has taken its place, or has finished it`,
      { folder: this.#folder },
    );
  }

  #missing(phase: string, count: number, part: number): number[] {
    const units: number[] = [];
    for (let unit = part - 1; unit < count; unit += this.#share.of)
      if (!this.isDone(phase, unit)) units.push(unit);
    return units;
  }

  #prefixOf(phase: string, unit: number): string {
    return `.${basename(this.#unitFolder(phase, unit))}.`;
  }

  #makeFolder(prefix: string): string {
    const folder = join(this.#folder, `${prefix}${randomBytes(6).toString('hex')}`);
    naming(folder, 'written', () => mkdirSync(folder));
    return folder;
  }

  #unitFolder(phase: string, unit: number): string {
    return join(this.#folder, `${phase}.${unit}`);
  }

  #pathOf(part: number): string {
    return partPath(this.#folder, { part, of: this.#share.of });
  }
}

const TASK = 'a part of a build';

/** A lock, unless another process holds it. */
export async function tryLock(lock: Promise<Lock>): Promise<Lock | undefined> {
  try {
    return await lock;
  } catch (error) {
    if (error instanceof SparsedgeError && error.details.pid !== undefined) return undefined;
    throw error;
  }
}

export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
