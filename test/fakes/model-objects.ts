// Models as they are published: a contract and its files, beside an index.

import { utf8 } from '../../src/core/format/bytes.ts';
import type { Space } from '../../src/core/format/manifest.ts';
import { modelPlace } from '../../src/core/model/model-name.ts';

/** What a model is made of. */
export interface ModelParts {
  readonly id: string;
  /** The graph's name in the model's folder. */
  readonly onnx: string;
  readonly graph: Uint8Array<ArrayBuffer>;
  readonly vocabulary: Uint8Array<ArrayBuffer>;
  readonly clusters?: Uint8Array<ArrayBuffer> | undefined;
  readonly table?: Uint8Array<ArrayBuffer> | undefined;
  /** More of the contract. */
  readonly more?: object;
}

/** A model as objects, and the space of an index that was built with it. */
export async function modelObjects(parts: ModelParts): Promise<{
  readonly space: Space;
  readonly objects: ReadonlyMap<string, Uint8Array>;
}> {
  const { id, onnx, graph, vocabulary, clusters, table, more } = parts;
  const contract = utf8(
    JSON.stringify({
      format: 1,
      id,
      head: 'splade-max',
      tokenizer: { kind: 'wordpiece', maxLength: 64 },
      files: {
        tokenizer: await described('vocab.txt', vocabulary),
        query: await described(onnx, graph),
        clusters: clusters && (await described('clusters.json', clusters)),
        table: table && (await described('table.json', table)),
      },
      vocabulary: 'word-piece',
      query: { kind: 'neural', scale: 1 },
      licence: 'Apache-2.0',
      trainedOn: 'nothing',
      source: 'test/fixtures/models',
      ...more,
    }),
  );
  const space: Space = {
    name: 'pieces',
    analyzer: 'bert-words',
    encoder: { id: 'model', parameters: {}, model: { id, sha256: await sha256(contract) } },
    query: 'neural',
    quantizer: { maximum: 3, rounding: 'nearest' },
    terms: 30_522,
    postings: 0,
  };
  const place = modelPlace(space.encoder.model!);
  const objects = new Map<string, Uint8Array>([
    [`${place}model.json`, contract],
    [`${place}vocab.txt`, vocabulary],
    [`${place}${onnx}`, graph],
  ]);
  if (clusters) objects.set(`${place}clusters.json`, clusters);
  if (table) objects.set(`${place}table.json`, table);
  return { space, objects };
}

/** A file as a contract names it. */
export async function described(name: string, bytes: Uint8Array<ArrayBuffer>) {
  return { name, bytes: bytes.length, sha256: await sha256(bytes) };
}

/** In hexadecimal. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
