// Files of expansions: JSON lines {doc_id, queries}, one for each document of a corpus and in its order, so that
// joining them with their documents takes no memory and proves that none is missing. A document without queries has a
// line too, and says in `failed` why it has none, if it should have had some.

import { statSync } from 'node:fs';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { writeNamed } from '../../work/files.ts';
import { checkParts, partPath } from '../../work/parts.ts';
import type { EncoderInput } from '../encode/encoder.ts';
import { openText } from '../read/lines/encodings.ts';
import { readLines } from '../read/lines/lines.ts';
import { type Expansion, parseExpansion } from './import-formats.ts';

/** How a part's file ends. */
export const EXPANSIONS = '.jsonl';

/** Writes a file of expansions, whole or not at all. */
export async function writeExpansions(
  path: string,
  expansions: Iterable<Expansion> | AsyncIterable<Expansion>,
): Promise<void> {
  await writeNamed(path, linesOf(expansions));
}

async function* linesOf(expansions: Iterable<Expansion> | AsyncIterable<Expansion>): AsyncGenerator<string> {
  for await (const { id, queries, failed } of expansions) {
    yield `${JSON.stringify({ doc_id: id, queries, ...(failed !== undefined && { failed }) })}\n`;
  }
}

/**
 * Looks at how a file of expansions begins, before work is done for it.
 *
 * @throws SparsedgeError `bad-input` where there is none
 */
export async function checkExpansions(path: string): Promise<void> {
  for await (const _ of readExpansions(path)) return;
}

/** Joins inputs of a build with their expansions: see `aligned`. */
export async function* withExpansions(
  inputs: AsyncIterable<EncoderInput>,
  path: string,
): AsyncGenerator<EncoderInput> {
  for await (const [input, { queries }] of aligned(inputs, ({ document }) => document.id, path))
    yield { ...input, queries };
}

/**
 * Joins whatever has an id with its expansion.
 *
 * @param path of a file, or of a folder of the parts that together are one
 * @throws SparsedgeError `bad-input` when the file is not of these documents, all of them and in this order; when a
 *   part is missing
 */
export async function* aligned<Item>(
  items: AsyncIterable<Item>,
  idOf: (item: Item) => string,
  path: string,
): AsyncGenerator<readonly [Item, Expansion]> {
  const expansions = readExpansions(path);
  try {
    for await (const item of items) {
      const id = idOf(item);
      const next = await expansions.next();
      const found = next.done ? 'no more expansions' : `that of ${JSON.stringify(next.value.id)}`;
      if (next.done || next.value.id !== id)
        throw misaligned(path, `the expansion of ${JSON.stringify(id)}`, found);
      yield [item, next.value];
    }
    const next = await expansions.next();
    if (!next.done) throw misaligned(path, 'the end', `an expansion of ${JSON.stringify(next.value.id)}`);
  } finally {
    await expansions.return(undefined);
  }
}

function misaligned(path: string, expected: string, found: string): SparsedgeError {
  return new SparsedgeError(
    'bad-input',
    `${path}: expected ${expected}, found ${found}. Expansions are in the order of their documents; ` +
      '`sparsedge expand import` puts others into it',
    { file: path, expected, found },
  );
}

/** The expansions of a file, or of a folder of its parts, in the order of their documents. */
export async function* readExpansions(path: string): AsyncGenerator<Expansion> {
  if (!isFolder(path)) return yield* readFile(path);
  const markers = checkParts(path);
  const other = markers.find(({ expander }) => expander !== markers[0].expander);
  if (other) {
    throw new SparsedgeError(
      'bad-input',
      `${path}: parts ${markers[0].part} and ${other.part} were predicted by different models, or asked in different ways`,
      { folder: path },
    );
  }
  const parts = markers.map((part) => readFile(partPath(path, part) + EXPANSIONS));
  try {
    for (let i = 0; ; i = (i + 1) % parts.length) {
      const next = await parts[i].next();
      if (next.done) return;
      yield next.value;
    }
  } finally {
    for (const part of parts) await part.return(undefined);
  }
}

async function* readFile(path: string): AsyncGenerator<Expansion> {
  const source = await openText(path);
  try {
    for await (const lines of readLines(source)) {
      for (const { number, text, problem } of lines) yield parseExpansion(text, problem, `${path}:${number}`);
    }
  } finally {
    source.close();
  }
}

/** @throws SparsedgeError `bad-input` for a path with nothing at its end */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (cause) {
    throw new SparsedgeError('bad-input', `there is no file or folder ${path}`, { file: path }, { cause });
  }
}
