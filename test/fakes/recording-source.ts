// Storage that records what is read of it.

import type { ByteRange, Source } from '../../src/core/source.ts';

/** A read that was asked for. */
export interface RecordedRead {
  readonly name: string;
  readonly range: ByteRange | undefined;
}

/** A source with the reads that were asked of it, in order; whoever clears them counts afresh. */
export interface RecordingSource extends Source {
  readonly reads: RecordedRead[];
}

/** Records each read before it passes it on. */
export function recordingSource(source: Source): RecordingSource {
  const reads: RecordedRead[] = [];
  return {
    reads,
    read(name, range) {
      reads.push({ name, range });
      return source.read(name, range);
    },
  };
}

/** The bytes of the ranges that were read. */
export function bytesOf(reads: readonly RecordedRead[]): number {
  return reads.reduce((sum, { range }) => sum + (range ? range.end - range.start : 0), 0);
}
