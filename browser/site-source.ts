// A static host as storage. Objects are named by what they hold, so whatever the browser has kept of one is right; only
// `current` is asked for anew. Hosts differ in whether they answer with ranges, and compress; all may fail, stall, and
// answer with what is none of the index, without an end.

import { corrupt, SparsedgeError } from '../src/core/errors.ts';
import { CURRENT } from '../src/core/format/manifest.ts';
import { PAGES } from '../src/core/format/page-table.ts';
import type { ByteRange, Decode, Source } from '../src/core/source.ts';
import type { Host } from './static-host.ts';

/** The longest that one object is waited for, however often it is asked for. */
const READ_MS = 60_000;
const MOST_ATTEMPTS = 3;
/** Pauses after failures are drawn up to this, and up to twice as much each time. */
const PAUSE_MS = 250;
/** The longest object of which the index does not say how long it is: the manifest, and what a model says of itself. */
const MOST_TOLD = 2 ** 20;
/** The longest object at all. */
const MOST_BYTES = 2 ** 26;

/**
 * An index on a host.
 *
 * @param signal ends all reads, which then throw its reason
 */
export function siteSource(host: Host, signal: AbortSignal): Source {
  const readAs = async <T>(
    name: string,
    range: ByteRange | undefined,
    decode: Decode<T>,
    bytes?: number,
  ): Promise<T> => {
    const late = new SparsedgeError('unavailable', `${host.folder} did not bring ${name} in time`, {
      object: name,
    });
    const { inTime, over } = within(signal, READ_MS, late);
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          return await decode(await readOnce(host, { name, range, bytes, isAgain: attempt > 1 }, inTime));
        } catch (error) {
          inTime.throwIfAborted();
          if (attempt === MOST_ATTEMPTS || !mayPass(error)) throw error;
          host.retries++;
          await pause(Math.random() * PAUSE_MS * 2 ** attempt, inTime);
        }
      }
    } finally {
      over();
    }
  };
  return { read: (name, range) => readAs(name, range, (read) => read), readAs };
}

/**
 * A signal that also comes after a while, with a reason of its own; and once it is over: what still goes on then, such
 * as reads that a search did not wait for, would keep others from a host, which browsers ask six things at a time.
 */
export function within(
  signal: AbortSignal,
  milliseconds: number,
  late: Error,
): { readonly inTime: AbortSignal; readonly over: () => void } {
  const controller = new AbortController();
  const stop = () => controller.abort(signal.reason);
  const timer = setTimeout(() => controller.abort(late), milliseconds);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  return {
    inTime: controller.signal,
    over: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      controller.abort();
    },
  };
}

/** Whether what failed may succeed: the host may be busy, and what a cache kept may be damaged. */
function mayPass(error: unknown): boolean {
  return error instanceof SparsedgeError && (error.code === 'unavailable' || error.code === 'corrupt');
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

interface Wanted {
  readonly name: string;
  readonly range: ByteRange | undefined;
  /** Of an object that is read whole, where the index says it. */
  readonly bytes: number | undefined;
  /** What was read before was damaged, or failed. */
  readonly isAgain: boolean;
}

async function readOnce(host: Host, wanted: Wanted, signal: AbortSignal): Promise<Uint8Array> {
  const { folder } = host;
  const { name, range, bytes = MOST_TOLD, isAgain } = wanted;
  const details = { object: name };
  // A page that is an object is read whole: no host need have ranges for that, nor compress what it has.
  const isPart = range !== undefined && !name.startsWith(`${PAGES}/`) && !host.hasNoRanges && !isAgain;
  const start = range?.start ?? 0;
  const end = range?.end ?? bytes;
  try {
    const response =
      name === CURRENT && host.asked
        ? await answerOnce(host, signal)
        : await host.fetch(new URL(name, folder), {
            signal,
            cache: isAgain ? 'reload' : name === CURRENT ? 'no-cache' : 'force-cache',
            ...(isPart && { headers: { Range: `bytes=${start}-${end - 1}` } }),
          });
    const { status } = response;
    if (isPart && status !== 206) host.hasNoRanges = true;
    if (response.ok) {
      const before = status === 206 ? 0 : start;
      const body = await bodyOf(response, before, before + end - start, range !== undefined, name);
      if (range && body.length !== end - start) throw corrupt(name, `${end - start} bytes`, body.length);
      return body;
    }
    await response.body?.cancel();
    if (isPart && status === 416) throw corrupt(name, `at least ${end} bytes`, 'fewer');
    // Buckets that nobody may list say so of what they do not have; of what is current, it may be what it says.
    if (status === 404 || status === 410 || (status === 403 && name !== CURRENT))
      throw new SparsedgeError('not-found', `there is no object ${name} at ${folder}`, details);
    throw new SparsedgeError('unavailable', `${folder} answered ${status} for ${name}`, details);
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    if (cause instanceof SparsedgeError) throw cause;
    // A compressed part of an object is no compressed object: the next attempt asks for all of it.
    throw new SparsedgeError('unavailable', `${folder} failed to serve ${name}`, details, { cause });
  }
}

/** What the host was asked for before there was a signal to end it. */
function answerOnce(host: Host, signal: AbortSignal): Promise<Response> {
  const asked = host.asked!;
  host.asked = undefined;
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
    asked.then(resolve, reject);
  });
}

/**
 * The bytes of a body from one to another, and never more in memory.
 *
 * @param isLonger whether there may be more: it is read to its end, so that the browser keeps the object
 */
async function bodyOf(
  response: Response,
  start: number,
  end: number,
  isLonger: boolean,
  name: string,
): Promise<Uint8Array> {
  if (end > MOST_BYTES) throw corrupt(name, `at most ${MOST_BYTES} bytes`, end);
  const chunks: Uint8Array[] = [];
  let at = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    if (done || !value) break;
    if (at < end && at + value.length > start)
      chunks.push(value.subarray(Math.max(0, start - at), Math.max(0, end - at)));
    at += value.length;
    if (isLonger ? at > MOST_BYTES : at > end) {
      await reader!.cancel();
      if (!isLonger) throw corrupt(name, `at most ${end} bytes`, 'more');
      break;
    }
  }
  return joined(chunks);
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [only, ...more] = chunks;
  if (only && more.length === 0) return only;
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}
