// What a build recorded of its input, beside the index: `verify` holds the index to it, and another build can keep what
// this one decided. Readers of the index have no use for it, and an index without one is verified by itself alone.

import { join } from 'node:path';
import * as z from 'zod';
import { corrupt, SparsedgeError } from '../../src/core/errors.ts';
import { parseJson, utf8 } from '../../src/core/format/bytes.ts';
import type { Source } from '../../src/core/source.ts';
import { writeAtomically } from './files.ts';

const count = z.int().nonnegative();
const statisticsSchema = z.strictObject({ documents: count, meanLength: z.number().nonnegative() });

const schema = z.strictObject({
  documents: count,
  /** Of all documents as they are stored: see UnorderedDigest. */
  digest: z.string().regex(/^[0-9a-f]{16}$/),
  /** For each space, how many values above 0 encoding gave: each is a posting. */
  values: z.record(z.string(), count),
  /** What an index that is built on this one keeps. */
  kept: z.strictObject({
    store: z.string(),
    layout: z.strictObject({
      longBytes: z.number(),
      dictionaryBytes: z.number(),
      dividedBytes: z.number(),
      documentBytes: z.number(),
    }),
    /** Documents that have come since all were put in order. */
    added: count,
    /** What each space's terms were weighed with. */
    statistics: z.record(z.string(), statisticsSchema),
  }),
});

/** What a space's weighting was told of the collection. */
export type SpaceStatistics = z.infer<typeof statisticsSchema>;

/** What went into a build. */
export type InputRecord = z.infer<typeof schema>;

/** Where the record of a build lies. */
export function recordName(build: string): string {
  return `inputs/${build}`;
}

/** Writes what a build read, before its manifest. */
export function writeInputRecord(folder: string, build: string, record: InputRecord): void {
  writeAtomically(
    join(folder, recordName(build)),
    utf8(`${JSON.stringify(schema.parse(record), null, 1)}\n`),
  );
}

/**
 * What a build recorded, if it is there.
 *
 * @throws SparsedgeError `corrupt` where it is no such record
 */
export async function readInputRecord(source: Source, build: string): Promise<InputRecord | undefined> {
  const name = recordName(build);
  try {
    const parsed = schema.safeParse(parseJson(await source.read(name), name));
    if (parsed.success) return parsed.data;
    throw corrupt(name, 'what the build read', z.prettifyError(parsed.error));
  } catch (error) {
    if (error instanceof SparsedgeError && error.code === 'not-found') return undefined;
    throw error;
  }
}
