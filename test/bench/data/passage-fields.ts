// Fields for passages that have none: of few values and of many, strewn over all documents without regard to what they
// say, which is the hardest case for lists of values. Always the same ones.

import { once } from 'node:events';
import { createReadStream, createWriteStream, existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { cacheFolder } from './folders.ts';
import { collectionOf, type Size } from './passages.ts';

/** A number in [0, 1) that a document's place and a field's name decide. */
function chance(place: number, field: string): number {
  let hash = 2166136261 ^ place;
  for (let i = 0; i < field.length; i++) hash = Math.imul(hash ^ field.charCodeAt(i), 16777619);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** A keyword: the first value for this share of documents, and one of the others, all as frequent, for the rest. */
const keyword = (name: string, values: number, first: number) => (place: number) => {
  const at = chance(place, name);
  return `v${at < first ? 0 : 1 + Math.floor(((at - first) / (1 - first)) * (values - 1))}`;
};

/** How many numbers there are. */
export const NUMBERS = 10_000;

/** Fields by name: what a document at a place has. */
export const PASSAGE_FIELDS = {
  two: keyword('two', 2, 0.5),
  hundred: keyword('hundred', 100, 0.05),
  'ten thousand': keyword('ten thousand', 10_000, 0.001),
  // Every value of the first 200,000 is of one document.
  'two hundred thousand': (place: number) => `v${place % 200_000}`,
  number: (place: number) => Math.floor(chance(place, 'number') * NUMBERS),
} as const;
export type PassageField = keyof typeof PASSAGE_FIELDS;

/** The path of a collection whose documents have some of the fields, written when it is first asked for. */
export async function withFields(size: Size, fields: readonly PassageField[]): Promise<string> {
  const plain = await collectionOf(size);
  if (fields.length === 0) return plain;
  const path = join(cacheFolder(), `${size}-${fields.join('-').replaceAll(' ', '')}.jsonl`);
  if (existsSync(path)) return path;
  const out = createWriteStream(`${path}.partial`);
  let place = 0;
  for await (const line of createInterface({ input: createReadStream(plain) })) {
    const own = Object.fromEntries(fields.map((name) => [name, PASSAGE_FIELDS[name](place)]));
    place++;
    const written = out.write(`${JSON.stringify({ ...(JSON.parse(line) as object), ...own })}\n`);
    if (!written) await once(out, 'drain');
  }
  out.end();
  await finished(out);
  renameSync(`${path}.partial`, path);
  return path;
}
