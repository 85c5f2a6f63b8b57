// Opening an index: the manifest and its page tables, which then stay resident.

import { corrupt, SparsedgeError } from '../../core/errors.ts';
import { ID_SPACE, type Manifest, readManifest, type Space } from '../../core/format/manifest.ts';
import { decodeTable, pageCount, type SegmentTable } from '../../core/format/page-table.ts';
import type { Source } from '../../core/source.ts';
import { Scratch } from './score.ts';

/** An index ready to be searched. Immutable: it is one generation, whatever is published later. */
export interface OpenIndex {
  readonly source: Source;
  readonly manifest: Manifest;
  /** All of them, or those that are searched here. */
  readonly segments: readonly OpenSegment[];
  readonly scratch: Scratch;
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
 * @param most with more segments than this, none is opened: they are to be searched elsewhere
 * @throws SparsedgeError `not-found` when there is none, `corrupt`, `format-too-old` or `format-too-new`
 */
export async function openIndex(
  source: Source,
  build?: string,
  most = Number.POSITIVE_INFINITY,
): Promise<OpenIndex> {
  const manifest = await readManifest(source, build);
  if (manifest.segments.length > most) return { source, manifest, segments: [], scratch: new Scratch() };
  const segments = await Promise.all(
    manifest.segments.map((_, number) => openSegment(source, manifest, number)),
  );
  return { source, manifest, segments, scratch: new Scratch() };
}

/**
 * Reads the table of one segment.
 *
 * @throws SparsedgeError as openIndex does
 */
export async function openSegment(source: Source, manifest: Manifest, number: number): Promise<OpenSegment> {
  const { documents, table } = manifest.segments[number];
  const { name } = table;
  const bytes = await source.read(name);
  if (bytes.length !== table.bytes) throw corrupt(name, `${table.bytes} bytes`, bytes.length);
  const decoded = decodeTable(bytes, manifest.build, table.crc32, name);
  const { firstDocument } = decoded.documents;
  if (firstDocument[pageCount(decoded.documents)] !== documents) {
    throw corrupt(name, `${documents} documents`, firstDocument[pageCount(decoded.documents)]);
  }
  for (const space of [ID_SPACE, ...manifest.spaces.map((each) => each.name)]) {
    if (!decoded.spaces.has(space))
      throw corrupt(name, `a space ${space}`, [...decoded.spaces.keys()].join(', '));
  }
  return { number, firstDocument: firstDocumentOf(manifest, number), documents, table: decoded };
}

/** The number of a segment's first document in the index. */
function firstDocumentOf({ segments }: Manifest, number: number): number {
  return segments.slice(0, number).reduce((sum, { documents }) => sum + documents, 0);
}

/** Which segment holds a document. */
export function segmentHolding({ segments }: Manifest, document: number): number {
  let end = 0;
  return segments.findIndex(({ documents }) => {
    end += documents;
    return document < end;
  });
}

/** The space of that name, or the index's first. */
export function spaceNamed({ manifest }: { readonly manifest: Manifest }, name?: string): Space {
  if (name === undefined) return manifest.spaces[0];
  const space = manifest.spaces.find((candidate) => candidate.name === name);
  if (space) return space;
  const known = manifest.spaces.map((candidate) => candidate.name).join(', ');
  throw new SparsedgeError('bad-query', `the index has no space "${name}"; it has ${known}`);
}
