// What an input is, without reading it: equal keys promise equal documents, so that a build that was stopped can go on.

import { randomUUID } from 'node:crypto';
import { readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { SparsedgeError } from '../../src/core/errors.ts';
import { corpusIn } from '../stages/read/beir.ts';
import { pagePaths } from '../stages/read/page-folder.ts';
import type { Reading } from '../stages/read/read.ts';
import { keyOf } from '../work/stage.ts';

const PAGES = /\.(md|mdx|markdown|html?)$/i;

/**
 * The key of an input: of its files' paths, sizes and times, and of how they are read. What comes from standard input
 * cannot be known before it is read, so its key is a new one each time.
 *
 * @throws SparsedgeError `bad-input` when the input cannot be reached
 */
export async function inputKeyOf({ input, format, fields, skipBad, pages }: Reading): Promise<string> {
  if (input === '-') return randomUUID();
  return keyOf((await filesOf(input)).map(nameOf), format, fields, skipBad, pages);
}

/** The key of a file of expansions, or of a folder of their parts. */
export function expansionsKeyOf(path: string): string {
  const isFolder = statOf(path).isDirectory();
  const files = isFolder ? readdirSync(path).sort() : [path];
  return keyOf(files.map((name) => nameOf(isFolder ? join(path, name) : name)));
}

function nameOf(path: string): [path: string, bytes: number, time: number] {
  const { size, mtimeMs } = statOf(path);
  return [realpathSync(path), size, mtimeMs];
}

async function filesOf(input: string): Promise<string[]> {
  if (!statOf(input).isDirectory()) return [input];
  const corpus = corpusIn(input);
  if (corpus !== undefined) return [corpus];
  const paths: string[] = [];
  for await (const path of pagePaths(input, PAGES)) paths.push(path);
  return paths;
}

function statOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (cause) {
    throw new SparsedgeError('bad-input', `there is no file or folder ${path}`, { file: path }, { cause });
  }
}
