// The weights of a query's terms: OpenSearch's idf.json as it is, or those of sentence-transformers'
// SparseStaticEmbedding, a vector over the vocabulary in safetensors: eight bytes of length, JSON that says where each
// tensor lies, and the tensors.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { parseJson } from '../../../src/core/format/bytes.ts';
import type { WordPieces } from '../../../src/core/tokens/wordpiece.ts';

const headerSchema = z.record(
  z.string(),
  z.looseObject({
    dtype: z.string().optional(),
    shape: z.array(z.int().nonnegative()).optional(),
    data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]).optional(),
  }),
);

/**
 * The table of a SparseStaticEmbedding's folder, as the JSON {term: weight}.
 *
 * @throws SparsedgeError `bad-input` for weights in another form, or of another vocabulary
 */
export function readStaticTable(folder: string, { pieces }: WordPieces): Uint8Array {
  const where = join(folder, 'model.safetensors');
  if (!existsSync(where)) {
    throw wrong(where, "a query's weights", 'no file: say where they are with --table <idf.json>');
  }
  const weights = readVector(readFileSync(where), 'weight', where);
  if (weights.length > pieces.length) {
    throw wrong(where, `at most ${pieces.length} weights, one for each piece`, `${weights.length}`);
  }
  const table = Array.from(weights, (weight, id) => [pieces[id], weight] as const).filter(
    ([, weight]) => weight !== 0,
  );
  return Buffer.from(JSON.stringify(Object.fromEntries(table)));
}

/** A tensor of one dimension in float32. */
function readVector(file: Uint8Array, name: string, where: string): Float32Array {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const length = file.length < 8 ? Number.POSITIVE_INFINITY : Number(view.getBigUint64(0, true));
  if (length > file.length - 8) throw wrong(where, 'a header', `${file.length} bytes`);
  const header = headerSchema.safeParse(parseJson(file.subarray(8, 8 + length), where));
  const tensor = header.success ? header.data[name] : undefined;
  const { dtype, shape, data_offsets: offsets } = tensor ?? {};
  if (dtype !== 'F32' || shape?.length !== 1 || offsets === undefined) {
    throw wrong(where, `a vector ${name} of F32`, tensor ? `${dtype} [${shape}]` : 'none of that name');
  }
  const data = file.slice(8 + length + offsets[0], 8 + length + offsets[1]);
  if (data.length !== 4 * shape[0])
    throw wrong(where, `${4 * shape[0]} bytes of ${name}`, `${data.length} bytes`);
  return new Float32Array(new Uint8Array(data).buffer);
}

function wrong(where: string, expected: string, found: string): SparsedgeError {
  return new SparsedgeError('bad-input', `${where}: expected ${expected}, found ${found}`, {
    file: where,
    expected,
    found,
  });
}
