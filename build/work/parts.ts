// One corpus shared among machines: part i of n is made of every n-th piece of it, beginning with the i-th. A part's
// marker is written when all of it is there, so that whoever takes the parts can prove that none is missing.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SparsedgeError } from '../../src/core/errors.ts';
import { writeAtomically } from './files.ts';

/** Which part of how many; parts count from 1. */
export interface Part {
  readonly part: number;
  readonly of: number;
}

/** What a part's marker says. */
export interface PartMarker extends Part {
  /** Of the whole corpus. */
  readonly documents: number;
  /** What predicted its queries, where it is one of an expansion. */
  readonly expander?: string;
}

const MARKER = /^part-(\d+)-of-(\d+)\.json$/;

/** Where a part lies in its folder, without an ending. */
export function partPath(folder: string, { part, of }: Part): string {
  return join(folder, `part-${part}-of-${of}`);
}

/** Says that a part is whole. */
export function writeMarker(folder: string, marker: PartMarker): void {
  writeAtomically(`${partPath(folder, marker)}.json`, Buffer.from(JSON.stringify(marker)));
}

/**
 * The markers of a folder that has every part of one corpus, in their order.
 *
 * @throws SparsedgeError `bad-input` when a part is missing or not finished, or parts are of different corpora
 */
export function checkParts<Marker extends PartMarker>(folder: string): Marker[] {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => MARKER.test(name)) : [];
  const markers = names.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Marker);
  const [first] = markers;
  if (first === undefined)
    throw new SparsedgeError('bad-input', `${folder} has no finished part`, { folder });
  const { of, documents } = first;
  const odd = markers.find((marker) => marker.of !== of || marker.documents !== documents);
  if (odd) {
    const [a, b] = [first, odd].map((m) => `part ${m.part} of ${m.of}, of ${m.documents} documents`);
    throw new SparsedgeError('bad-input', `${folder} has parts that do not belong together: ${a}, and ${b}`, {
      folder,
    });
  }
  const there = new Set(markers.map(({ part }) => part));
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter((part) => !there.has(part));
  if (missing.length > 0) {
    throw new SparsedgeError(
      'bad-input',
      `${folder}: expected ${of} finished parts, found ${there.size}; not there: ${missing.join(', ')}`,
      { folder, expected: of, found: there.size },
    );
  }
  return markers.sort((a, b) => a.part - b.part);
}
