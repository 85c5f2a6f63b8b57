// The first bytes of every binary object: what it is, which format, whose build. FORMAT.md, "Objects".

import { corrupt, SparsedgeError } from '../errors.ts';
import { ByteReader, ByteWriter, utf8 } from './bytes.ts';

/** The format this code writes, and the only one it reads. */
export const FORMAT_VERSION = 6;

const MAGIC = { table: 'SpTb', shard: 'SpSh', rules: 'SpRu' } as const;
export type ObjectKind = keyof typeof MAGIC;

/** A build's id: this many lower-case hexadecimal digits. */
export const BUILD_DIGITS = 16;

/** Magic, version, build. */
export const HEADER_BYTES = 4 + 4 + BUILD_DIGITS / 2;

/** The header of an object. */
export function header(kind: ObjectKind, build: string): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(HEADER_BYTES);
  writer.raw(utf8(MAGIC[kind]));
  writer.u32(FORMAT_VERSION);
  for (let i = 0; i < BUILD_DIGITS; i += 2) writer.u8(Number.parseInt(build.slice(i, i + 2), 16));
  return writer.finish();
}

/** Throws unless the version is the one this code reads. */
export function checkVersion(version: number, where: string): void {
  if (version === FORMAT_VERSION) return;
  const newer = version > FORMAT_VERSION;
  throw new SparsedgeError(
    newer ? 'format-too-new' : 'format-too-old',
    `${where} is in format ${version}, and this reads format ${FORMAT_VERSION}: ` +
      (newer ? 'use a newer release of Sparsedge' : 'build the index again'),
    { where, expected: FORMAT_VERSION, found: version },
  );
}

/** Throws unless bytes begin with the header of that kind and build. */
export function checkHeader(bytes: Uint8Array, kind: ObjectKind, build: string, where: string): void {
  const reader = new ByteReader(bytes, where);
  const magic = String.fromCharCode(...reader.raw(4));
  if (magic !== MAGIC[kind]) throw corrupt(where, `magic ${MAGIC[kind]}`, JSON.stringify(magic));
  checkVersion(reader.u32(), where);
  const found = [...reader.raw(BUILD_DIGITS / 2)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  if (found !== build) throw corrupt(where, `build ${build}`, `build ${found}`);
}
