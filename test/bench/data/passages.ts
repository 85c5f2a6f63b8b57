// The passages that benchmarks index: the 227,190 real ones, evenly taken blocks of them, and a million shorter windows
// over the same texts. Always the same ones, with the same ids.

import { createReadStream, existsSync, mkdirSync, renameSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { cacheFolder, requiredData } from './folders.ts';

const FILES = ['novels', 'openstax', 'powershell'];
const ALL = 227_190;
const MILLION = 1_000_000;
/** Passages that follow one another stay together, as they would in any real collection. */
const BLOCK = 100;
/** Words of a window. */
const WIDTH = 40;

/** Collections by name. Windows of `1m` overlap by about half; those of `1m-apart` do not, and are half as long. */
export const SIZES = {
  '10k': { documents: 10_000, lines: () => blocks(10_000) },
  '100k': { documents: 100_000, lines: () => blocks(100_000) },
  '227k': { documents: ALL, lines: () => blocks(ALL) },
  '1m': { documents: MILLION, lines: () => windows(MILLION, WIDTH) },
  '1m-apart': { documents: MILLION, lines: () => windows(MILLION) },
} as const;
export type Size = keyof typeof SIZES;

interface Passage {
  readonly _id: string;
  readonly title: string;
  readonly text: string;
}

/** The path of a collection as BEIR JSON lines, written when it is first asked for. */
export async function collectionOf(size: Size): Promise<string> {
  const path = join(cacheFolder(), `${size}.jsonl`);
  if (existsSync(path)) return path;
  mkdirSync(cacheFolder(), { recursive: true });
  const file = await open(`${path}.partial`, 'w');
  let written = 0;
  let pending: string[] = [];
  for await (const passage of SIZES[size].lines()) {
    pending.push(`${JSON.stringify(passage)}\n`);
    written++;
    if (pending.length === 10_000) {
      await file.write(pending.join(''));
      pending = [];
    }
  }
  await file.write(pending.join(''));
  await file.close();
  if (written !== SIZES[size].documents) {
    throw new Error(`${size} has ${written} passages; the data is not that of the benchmarks`);
  }
  renameSync(`${path}.partial`, path);
  return path;
}

async function* passages(): AsyncGenerator<Passage> {
  for (const name of FILES) {
    const path = requiredData(`passages/${name}.jsonl.gz`);
    const lines = createInterface({ input: createReadStream(path).pipe(createGunzip()) });
    for await (const line of lines) yield JSON.parse(line) as Passage;
  }
}

/** `count` passages in blocks that are spread evenly over all. */
async function* blocks(count: number): AsyncGenerator<Passage> {
  const [wanted, whole] = [Math.ceil(count / BLOCK), Math.floor(ALL / BLOCK)];
  const before = (block: number) => Math.floor((block * wanted) / whole);
  let [at, kept] = [0, 0];
  for await (const passage of passages()) {
    const block = Math.floor(at++ / BLOCK);
    if (kept < count && before(block + 1) > before(block)) {
      kept++;
      yield passage;
    }
  }
}

/** A book, a chapter or a page: passages with ids that differ after the last hyphen only. */
interface Work {
  readonly id: string;
  readonly title: string;
  readonly words: readonly string[];
}

async function* works(): AsyncGenerator<Work> {
  let [id, title] = ['', ''];
  let words: string[] = [];
  for await (const passage of passages()) {
    const of = passage._id.slice(0, passage._id.lastIndexOf('-'));
    if (of !== id && words.length > 0) {
      yield { id, title, words };
      words = [];
    }
    if (of !== id) [id, title] = [of, passage.title];
    for (const word of passage.text.split(/\s+/)) if (word !== '') words.push(word);
  }
  yield { id, title, words };
}

/**
 * Exactly `count` windows over the words of each work in turn, with the one stride that gives that many.
 *
 * @param width in words; the stride when not given, so that windows do not overlap
 */
async function* windows(count: number, width?: number): AsyncGenerator<Passage> {
  const lengths: number[] = [];
  for await (const { words } of works()) lengths.push(words.length);
  const stride = strideFor(count, lengths, width);
  let left = count;
  for await (const { id, title, words } of works()) {
    const n = Math.min(left, windowsIn(words.length, stride, width));
    for (let i = 0; i < n; i++) {
      const start = Math.floor(i * stride);
      const end = width === undefined ? Math.floor((i + 1) * stride) : start + width;
      yield { _id: `${id}~${i}`, title, text: words.slice(start, end).join(' ') };
    }
    left -= n;
  }
}

function windowsIn(words: number, stride: number, width = stride): number {
  return Math.max(1, Math.ceil((words - width) / stride) + 1);
}

/** The largest stride, to a 4096th of a word, that gives at least `count` windows. */
function strideFor(count: number, lengths: readonly number[], width?: number): number {
  let [low, high] = [1, 64 * 4096];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const total = lengths.reduce((sum, words) => sum + windowsIn(words, middle / 4096, width), 0);
    if (total >= count) low = middle;
    else high = middle - 1;
  }
  return low / 4096;
}
