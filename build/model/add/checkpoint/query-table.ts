// The weights of a query's terms: OpenSearch's idf.json as it is, or those of sentence-transformers'
// SparseStaticEmbedding, a vector over the vocabulary in safetensors: eight bytes of length, JSON that says where each
// tensor lies, and the tensors.

import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { SparsedgeError } from '../../../../src/core/errors.ts';
import { parseGivenJson } from '../../../../src/core/format/bytes.ts';
import type { SparseVector } from '../../../../src/core/sparse.ts';
import type { WordPieces } from '../../../../src/core/tokens/wordpiece.ts';
import { readJsonFile } from './json-file.ts';

const headerSchema = z.record(
  z.string(),
  z.looseObject({
    dtype: z.string().optional(),
    shape: z.array(z.int().nonnegative()).optional(),
    data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]).optional(),
  }),
);

const configSchema = z.looseObject({ path: z.string().nullish() });
const indexSchema = z.looseObject({ weight_map: z.record(z.string(), z.string()) });

/**
 * The table of a SparseStaticEmbedding's folder, as the JSON {term: weight}.
 *
 * @throws SparsedgeError `bad-input` for weights in another form, or of another vocabulary
 */
export function readStaticTable(folder: string, { pieces }: WordPieces): Uint8Array {
  const config = join(folder, 'config.json');
  const { path } = readJsonFile(config, configSchema) ?? {};
  // Whoever wrote it had the weights there.
  if (path)
    throw wrong(
      config,
      'weights in model.safetensors',
      `"path" ${path}: say where the weights are with --table`,
    );
  const where = fileOf(folder, 'weight');
  const weights = readVector(readFileSync(where), 'weight', where);
  if (weights.length !== pieces.length) {
    throw wrong(where, `${pieces.length} weights, one for each piece`, `${weights.length}`);
  }
  return tableOf(weights, pieces);
}

/** The file that has a tensor: the one of the folder, or the shard that an index names. */
function fileOf(folder: string, tensor: string): string {
  const whole = join(folder, 'model.safetensors');
  if (existsSync(whole)) return whole;
  const list = join(folder, 'model.safetensors.index.json');
  const index = readJsonFile(list, indexSchema);
  if (index === undefined)
    throw wrong(whole, "a query's weights", 'no file: say where they are with --table <idf.json>');
  const name = index.weight_map[tensor];
  if (name === undefined || basename(name) !== name)
    throw wrong(list, `the file of ${tensor}`, name ?? 'none');
  const shard = join(folder, name);
  if (!existsSync(shard)) throw wrong(shard, `the tensor ${tensor}`, 'no file');
  return shard;
}

function tableOf(weights: readonly number[], pieces: readonly string[]): Uint8Array {
  const table = weights
    .map((weight, id) => [pieces[id], weight] as const)
    .filter(([, weight]) => weight !== 0);
  return Buffer.from(JSON.stringify(Object.fromEntries(table)));
}

/**
 * A table of query weights as {term: weight}: as it is, or from a list that has a weight for each piece by its id.
 *
 * @throws SparsedgeError `bad-input` for a list of another length, or of anything but numbers
 */
export function tableById(bytes: Uint8Array, where: string, { pieces }: WordPieces): Uint8Array {
  const table = parseGivenJson(bytes, where);
  if (!Array.isArray(table)) return bytes;
  if (table.length !== pieces.length)
    throw wrong(
      where,
      `{term: weight}, or a weight for each of ${pieces.length} pieces`,
      `${table.length} entries`,
    );
  const strange = table.find((weight) => typeof weight !== 'number' || !(weight >= 0 && weight < Infinity));
  if (strange !== undefined) throw wrong(where, 'weights, numbers from 0', JSON.stringify(strange));
  return tableOf(table, pieces);
}

/** @throws SparsedgeError `bad-input` for terms that are no pieces of the vocabulary, which no query would have */
export function mustBePieces(table: SparseVector, where: string, { ids }: WordPieces): void {
  const strange = [...table.keys()].filter((term) => !ids.has(term));
  if (strange.length === 0) return;
  const shown = strange.slice(0, 5).map((term) => JSON.stringify(term));
  const more = strange.length > shown.length ? `, and ${strange.length - shown.length} more` : '';
  throw wrong(
    where,
    "weights of the vocabulary's pieces",
    `${strange.length} of ${table.size} terms that are none: ${shown.join(', ')}${more}`,
  );
}

/** How the numbers of a tensor are written: their bytes, and how one is read. */
const NUMBERS: Readonly<Record<string, { bytes: number; read: (view: DataView, at: number) => number }>> = {
  F64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  F32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  F16: { bytes: 2, read: (view, at) => half(view.getUint16(at, true)) },
  BF16: { bytes: 2, read: (view, at) => bfloat(view.getUint16(at, true)) },
};

/** IEEE 754's binary16. */
function half(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits >> 15 ? -1 : 1;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

/** The upper half of a float32. */
function bfloat(bits: number): number {
  return new Float32Array(Uint32Array.of(bits << 16).buffer)[0];
}

/** A tensor of one dimension. */
function readVector(file: Uint8Array, name: string, where: string): number[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const length = file.length < 8 ? Number.POSITIVE_INFINITY : Number(view.getBigUint64(0, true));
  if (length > file.length - 8) throw wrong(where, 'a header', `${file.length} bytes`);
  const header = headerSchema.safeParse(parseGivenJson(file.subarray(8, 8 + length), where));
  const tensor = header.success ? header.data[name] : undefined;
  const { dtype = '', shape, data_offsets: offsets } = tensor ?? {};
  const numbers = NUMBERS[dtype];
  const size = (shape ?? []).reduce((product, each) => product * each, 1);
  const isVector = shape !== undefined && Math.max(...shape) === size;
  if (numbers === undefined || !isVector || offsets === undefined) {
    const expected = `a vector ${name} of ${Object.keys(NUMBERS).join(', ')}`;
    throw wrong(where, expected, tensor ? `${dtype} [${shape}]` : 'none of that name');
  }
  const [start, end] = offsets;
  if (end - start !== numbers.bytes * size || 8 + length + end > file.length)
    throw wrong(
      where,
      `${numbers.bytes * size} bytes of ${name}`,
      `${Math.min(end, file.length - 8 - length) - start} bytes`,
    );
  const values = Array.from({ length: size }, (_, i) =>
    numbers.read(view, 8 + length + start + i * numbers.bytes),
  );
  const strange = values.findIndex((value) => !Number.isFinite(value));
  if (strange >= 0) throw wrong(where, 'finite weights', `${values[strange]} of piece ${strange}`);
  return values;
}

function wrong(where: string, expected: string, found: string): SparsedgeError {
  return new SparsedgeError('bad-input', `${where}: expected ${expected}, found ${found}`, {
    file: where,
    expected,
    found,
  });
}
