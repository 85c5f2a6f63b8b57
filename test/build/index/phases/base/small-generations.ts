// Generations with small pages, for tests of what one keeps of the one before.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIndex } from '../../../../../build/index/build.ts';
import { type BuildConfigInput, parseConfig } from '../../../../../build/index/config.ts';
import { objectsOf } from '../../../../../build/index/publish.ts';
import { openInputs } from '../../../../../build/stages/encode/inputs.ts';
import { newReport } from '../../../../../build/stages/read/lines/report.ts';
import { silent } from '../../../../../build/terminal/progress.ts';
import { folderSource } from '../../../../../build/work/files.ts';

/** So small that a few dozen documents have pages and tiers of every kind, some of them in several windows. */
const LAYOUT = { longBytes: 8, dictionaryBytes: 64, dividedBytes: 10, documentBytes: 256 };

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'sparsedge-base-'));
}

export type Collection = ReadonlyMap<string, string>;

export interface Written {
  readonly folder: string;
  readonly build: string;
  readonly fresh: string | undefined;
  /** An index, in the order of reading, of the weights that the documents were given: it has no base. */
  readonly oracle: () => Promise<string>;
}

/** Builds a collection as `sparsedge build` does, but with small pages. */
export async function build(
  collection: Collection,
  folder: string,
  base?: string,
  config: BuildConfigInput = {},
): Promise<Written> {
  const workFolder = join(temporaryFolder(), 'work');
  const vectorsPath = join(temporaryFolder(), 'vectors.jsonl');
  const job = { layout: LAYOUT, startProgress: silent };
  const { manifest, base: on } = await buildIndex({
    ...job,
    inputs: async function* () {
      for (const [id, text] of collection) yield { document: { id, text } };
    },
    inputKey: 'small',
    config: parseConfig({
      spaces: [{ encoder: 'bm25', titleWeight: 0 }],
      store: 'assets',
      vectors: 'always',
      windowDocuments: 40,
      ...config,
    }),
    base,
    folder,
    workFolder,
    vectorsPath,
  });
  const oracle = async () => {
    const other = temporaryFolder();
    const { name, quantizer } = manifest.spaces[0];
    await buildIndex({
      ...job,
      inputs: () => openInputs({ input: vectorsPath, report: newReport() }, true),
      inputKey: 'oracle',
      config: parseConfig({
        spaces: [{ name, encoder: 'vectors', quantizer }],
        order: 'input',
        windowDocuments: 40,
      }),
      folder: other,
      workFolder: join(temporaryFolder(), 'work'),
    });
    return other;
  };
  return { folder, build: manifest.build, fresh: on?.fresh, oracle };
}

export const WORDS = [
  'a',
  'b',
  'c',
  'd',
  'e',
  'f',
  'g',
  'h',
  'tide',
  'moon',
  'salt',
  'bread',
  'river',
  'boat',
  'light',
  'stone',
];

/** A text of words, the earlier ones in most texts. */
export function textOf(seed: number): string {
  let state = (seed * 2654435761 + 12345) >>> 0;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return (
    Array.from({ length: 20 }, () => WORDS[Math.floor(next() ** 2 * WORDS.length)]).join(' ') +
    ` only${seed % 50}`
  );
}

export function collectionOf(documents: number, seed = 0): Map<string, string> {
  return new Map(Array.from({ length: documents }, (_, i) => [`d${(i * 7) % 1000}`, textOf(seed + i)]));
}

export async function namesOf({ folder, build }: Written): Promise<Set<string>> {
  return new Set(await objectsOf(folderSource(folder), build));
}
