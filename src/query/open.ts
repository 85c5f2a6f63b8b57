// Opening an index: the manifest and its page tables, which then stay resident.

import { corrupt, SparsedgeError } from '../core/errors.ts';
import { ID_SPACE, type Manifest, readManifest, type Space } from '../core/manifest.ts';
import type { Source } from '../core/source.ts';
import { decodeTable, pageCount, type SegmentTable } from '../core/table.ts';

/** An index ready to be searched. Immutable: it is one generation, whatever is published later. */
export interface OpenIndex {
  readonly source: Source;
  readonly manifest: Manifest;
  readonly segments: readonly OpenSegment[];
}

/** A range of documents with everything resident for it. */
export interface OpenSegment {
  readonly number: number;
  /** The index's number of the segment's first document. */
  readonly firstDocument: number;
  readonly documents: number;
  readonly table: SegmentTable;
}

/**
 * Opens the current generation, or that of a named build: one read for the manifest, one for each segment's table.
 *
 * @throws SparsedgeError `not-found` when there is none, `corrupt`, `format-too-old` or `format-too-new`
 */
export async function openIndex(source: Source, build?: string): Promise<OpenIndex> {
  const manifest = await readManifest(source, build);
  const firstDocuments: number[] = [];
  let documents = 0;
  for (const segment of manifest.segments) {
    firstDocuments.push(documents);
    documents += segment.documents;
  }
  const segments = await Promise.all(
    manifest.segments.map(async (segment, number): Promise<OpenSegment> => {
      const { name, bytes: length, crc32: checksum } = segment.table;
      const bytes = await source.read(name);
      if (bytes.length !== length) throw corrupt(name, `${length} bytes`, bytes.length);
      const table = decodeTable(bytes, manifest.build, checksum, name);
      const { firstDocument } = table.documents;
      if (firstDocument[pageCount(table.documents)] !== segment.documents) {
        throw corrupt(name, `${segment.documents} documents`, firstDocument[pageCount(table.documents)]!);
      }
      for (const space of [ID_SPACE, ...manifest.spaces.map(({ name }) => name)]) {
        if (!table.spaces.has(space))
          throw corrupt(name, `a space ${space}`, [...table.spaces.keys()].join(', '));
      }
      return { number, firstDocument: firstDocuments[number]!, documents: segment.documents, table };
    }),
  );
  return { source, manifest, segments };
}

/** The space of that name, or the index's first. */
export function spaceNamed({ manifest }: OpenIndex, name?: string): Space {
  if (name === undefined) return manifest.spaces[0]!;
  const space = manifest.spaces.find((candidate) => candidate.name === name);
  if (space) return space;
  const known = manifest.spaces.map((candidate) => candidate.name).join(', ');
  throw new SparsedgeError('bad-query', `the index has no space "${name}"; it has ${known}`);
}
