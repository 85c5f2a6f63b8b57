// One writer at a time. Whoever is about to write puts a file of its own beside what it writes, and then looks for
// others: of two that begin at once, at least one sees the other, so they never both go on. A file whose process is
// gone is stale, however the process ended, and is removed by whoever sees it; names are never used again, so nobody
// removes a live one.
//
// A process is known by its host, its number and the moment it started, since numbers are used again. Of a process of
// another host or another container a number says nothing: its file must have been touched lately.
//
// Rejected: the library proper-lockfile knows a process by the age of a file alone. It takes a lock away from a process
// that computes for longer than that, and makes everybody wait for one that was killed.

import { randomBytes } from 'node:crypto';
import {
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { NOTICE, SparsedgeError } from '../../src/core/errors.ts';
import { makeFolder } from './files.ts';
import { startOf } from './process-start.ts';
import { naming, systemError } from './system-error.ts';

/** How often a holder touches its file, and for how long the holder of an untouched one is believed to live. */
const BEAT_MS = 5_000;
const BELIEVED_MS = 60_000;
/** Two that begin at once both step back for a moment, at most so often. */
const TRIES = 50;
const STEP_BACK_MS = 40;

/** What a lock's file says of the process that wrote it. */
interface Holder {
  readonly host: string;
  /** Names one run of the host's kernel, and a container on it; empty where the system does not tell. */
  readonly boot: string;
  readonly container: string;
  readonly pid: number;
  /** When the process started, in whatever form the system has it. */
  readonly started: string;
  /** What it does, for people. */
  readonly task: string;
  /** Whether it has looked for others and found none. */
  readonly holds: boolean;
}

/** Whoever has not written yet what it is, or was killed before it could. */
const UNKNOWN: Holder = {
  host: '',
  boot: '',
  container: '',
  pid: 0,
  started: '',
  task: '',
  holds: false,
};

/** A lock that is held until it is released, or until its process ends. */
export interface Lock {
  release(): void;
}

/** Runs a task while a lock is held. */
export async function whileLocked<T>(lock: Promise<Lock>, task: () => Promise<T>): Promise<T> {
  const { release } = await lock;
  try {
    return await task();
  } finally {
    release();
  }
}

/**
 * Locks a folder, which is made if there is none, and is gone again if nothing was put into it.
 *
 * Whoever removes the lock of a process that is gone says so by a warning of the process, NOTICE.
 *
 * @param task what the holder does, for the message that others get
 * @param target what others are told is in use, if it is not the folder
 * @throws SparsedgeError `unavailable`, at once, while another process holds it
 */
export async function lockFolder(folder: string, task: string, target = folder): Promise<Lock> {
  const made = makeFolder(folder);
  const lock = await acquire(folder, '.lock-', target, task);
  return {
    release() {
      lock.release();
      if (made !== undefined) removeEmpty(folder, made);
    },
  };
}

/** Removes folders in each other, up to the outermost one, as long as they are empty. */
function removeEmpty(folder: string, outermost: string): void {
  try {
    for (let at = resolve(folder); at.startsWith(resolve(outermost)); at = dirname(at)) rmdirSync(at);
  } catch {
    // There is something in it.
  }
}

/** Locks a file that is to be written, as lockFolder does a folder. */
export function lockFile(file: string, task: string): Promise<Lock> {
  makeFolder(dirname(file));
  return acquire(dirname(file), `.${basename(file)}.lock-`, file, task);
}

async function acquire(folder: string, prefix: string, target: string, task: string): Promise<Lock> {
  const me: Holder = { ...here(), pid: process.pid, started: startOf(process.pid), task, holds: false };
  for (let tries = 1; ; tries++) {
    const mine = join(folder, `${prefix}${randomBytes(12).toString('hex')}`);
    const wanting = JSON.stringify(me);
    naming(mine, 'written', () => writeFileSync(mine, wanting, { flag: 'wx' }));
    const others = livingOthers(folder, prefix, mine, (stale) => {
      process.emitWarning(
        `the lock of ${target} was left by ${nameOf(stale)}, which is gone, and was removed`,
        NOTICE,
      );
    });
    if (others.length === 0) {
      // In place and of equal length, so that nobody reads a file that is empty for a moment.
      const holding = JSON.stringify({ ...me, holds: true }).padEnd(wanting.length);
      naming(mine, 'written', () => writeFileSync(mine, holding, { flag: 'r+' }));
      const stopBeating = beat(mine);
      return {
        release() {
          stopBeating();
          rmSync(mine, { force: true });
        },
      };
    }
    rmSync(mine, { force: true });
    const holder = others.find(({ holds }) => holds) ?? (tries === TRIES ? others[0] : undefined);
    if (holder) throw isLocked(target, holder);
    await new Promise((resolve) => setTimeout(resolve, STEP_BACK_MS * Math.random()));
  }
}

function isLocked(target: string, holder: Holder): SparsedgeError {
  const { pid, host, task } = holder;
  const where = holder === UNKNOWN ? '' : ` on ${host}, for ${task}`;
  return new SparsedgeError(
    'unavailable',
    `${target} is in use by ${nameOf(holder)}${where}; wait until it ends, or stop it`,
    { target, pid, host, task },
  );
}

function nameOf(holder: Holder): string {
  return holder === UNKNOWN ? 'a process that did not write its name' : `process ${holder.pid}`;
}

/** The processes that hold or want the lock, but for this one; the files of those that are gone are removed. */
function livingOthers(
  folder: string,
  prefix: string,
  mine: string,
  removed: (stale: Holder) => void,
): Holder[] {
  const living: Holder[] = [];
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!name.startsWith(prefix) || path === mine) continue;
    const holder = readHolder(path);
    if (!holder) continue;
    if (isLiving(holder, path, mine)) living.push(holder);
    else if (isRemoved(path)) removed(holder);
  }
  return living;
}

/** Removes a file, unless it is gone: whoever held the lock may have released it and ended since it was read. */
function isRemoved(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw systemError(path, 'removed', error);
  }
}

/** What a file says; one that is being written says nothing yet, and one that was removed meanwhile is no lock. */
function readHolder(path: string): Holder | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    try {
      return JSON.parse(text) as Holder;
    } catch {
      return UNKNOWN;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function isLiving(holder: Holder, path: string, mine: string): boolean {
  const { host, boot, container } = here();
  if (holder.host === host && holder.boot === boot && holder.container === container) {
    return holder.started === startOf(holder.pid);
  }
  // The host was started anew since.
  if (holder.host === host && holder.boot !== boot && boot !== '' && holder.boot !== '') return false;
  // By the clock of whoever keeps the files, which is one clock.
  const age = statSync(mine).mtimeMs - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return age < BELIEVED_MS;
}

/** Where this process runs. */
function here(): Pick<Holder, 'host' | 'boot' | 'container'> {
  const told = (read: () => string) => {
    try {
      return read().trim();
    } catch {
      return '';
    }
  };
  return {
    host: hostname(),
    boot: told(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
    container: told(() => readlinkSync('/proc/self/ns/pid')),
  };
}

/**
 * Touches a file again and again, in a thread of its own: a build computes for minutes without looking up. Its first
 * byte is written anew, so that the time is that of whoever keeps the file.
 */
function beat(path: string): () => void {
  const script = `
    const { workerData } = require('node:worker_threads');
    const { closeSync, openSync, writeSync } = require('node:fs');
    setInterval(() => {
      try {
        const file = openSync(workerData.path, 'r+');
        writeSync(file, '{', 0);
        closeSync(file);
      } catch {}
    }, workerData.everyMs);`;
  // Without the flags of this process, which may say that a script is a module.
  const worker = new Worker(script, { eval: true, execArgv: [], workerData: { path, everyMs: BEAT_MS } });
  // A lock whose file is no longer touched is still held.
  worker.on('error', () => {});
  worker.unref();
  return () => void worker.terminate();
}
