// A time limit around everything that a request does: opening, encoding, waiting for room, searching, showing.

import { SparsedgeError } from '../core/errors.ts';
import { RequestReads } from '../store/request-reads.ts';
import type { EdgeOptions } from './edge-index.ts';

/** The longest that a request is worked on that names no deadline. */
const MOST_MS = 30_000;
/** Reads end that much before their request does, so that what waits for them ends in order and gives its room back. */
const SOONER = 0.98;

/**
 * Does a request's work.
 *
 * @param work gets what the request reads by: nothing where storage is trusted
 * @throws SparsedgeError `unavailable` when the time is over; what the work throws
 */
export function inTime<T>(
  { storage }: EdgeOptions,
  milliseconds: number | undefined,
  work: (reads: RequestReads | undefined) => Promise<T>,
): Promise<T> {
  if (!storage) return work(undefined);
  const most = milliseconds ?? MOST_MS;
  const reads = new RequestReads(storage, storage.clock() + most * SOONER);
  return new Promise((resolve, reject) => {
    const cancel = storage.alarm(most, () =>
      reject(new SparsedgeError('unavailable', `there is no answer after ${most} ms`, { deadlineMs: most })),
    );
    work(reads).then(resolve, reject).finally(cancel);
  });
}
