// `generations`: how much of an index is new after an edit of some documents, built on the index before and without it.

import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buildIndex } from '../../../../build/index/build.ts';
import { parseConfig } from '../../../../build/index/config.ts';
import { objectsOf } from '../../../../build/index/publish.ts';
import { openInputs } from '../../../../build/stages/encode/inputs.ts';
import { newReport } from '../../../../build/stages/read/lines/report.ts';
import { silent } from '../../../../build/terminal/progress.ts';
import { folderSource } from '../../../../build/work/files.ts';
import { documentsIn, ID_SPACE } from '../../../../src/core/format/manifest.ts';
import { type PageRun, pageNames } from '../../../../src/core/format/page-table.ts';
import { type OpenIndex, openIndex } from '../../../../src/query/search/open.ts';
import type { BenchOptions, Results } from '../../benchmark.ts';
import { type Edits, edited } from '../../data/edited-passages.ts';
import { cacheFolder } from '../../data/folders.ts';
import { collectionOf, type Size } from '../../data/passages.ts';
import { round } from '../../figures.ts';
import { indexOf } from '../../indexes/indexes.ts';

/** Objects and bytes, of all and of those that the index before does not have. */
interface Share {
  readonly objects: number;
  readonly newObjects: number;
  readonly bytes: number;
  readonly newBytes: number;
}

/** One new generation. */
export interface GenerationFigures extends Edits {
  readonly onBase: boolean;
  readonly documents: number;
  readonly holes: number;
  readonly seconds: number;
  readonly all: Share;
  readonly kinds: Readonly<Record<string, Share>>;
}

const NOTHING: Edits = { changed: 0, added: 0, removed: 0 };
const FEW: Edits = { ...NOTHING, changed: 10 };
const EDITS: Readonly<Record<string, Edits>> = {
  'changed-1': { ...NOTHING, changed: 1 },
  'changed-10': FEW,
  'changed-1000': { ...NOTHING, changed: 1000 },
  'replaced-10': { ...NOTHING, added: 10, removed: 10 },
};

export async function* bench({ sizes, freshness }: BenchOptions): Results {
  for (const size of sizes) {
    const base = await indexOf(size, freshness, 'assets');
    for (const [name, edits] of Object.entries(EDITS))
      yield [`generations-${size}-${name}`, await compare(size, base, edits, true)];
    yield [`generations-${size}-without-base`, await compare(size, base, FEW, false)];
  }
}

async function compare(size: Size, base: string, edits: Edits, onBase: boolean): Promise<GenerationFigures> {
  const { folder, seconds } = await build(size, edits, onBase ? base : undefined);
  const [old, now] = [await openIndex(folderSource(base)), await openIndex(folderSource(folder))];
  const had = new Set(await objectsOf(folderSource(base), old.manifest.build));
  const share = (names: readonly string[]): Share => {
    const bytes = (of: readonly string[]) =>
      of.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    const fresh = names.filter((name) => !had.has(name));
    return { objects: names.length, newObjects: fresh.length, bytes: bytes(names), newBytes: bytes(fresh) };
  };
  const kinds = Object.fromEntries(
    Object.entries(namesByKind(now)).map(([kind, names]) => [kind, share(names)]),
  );
  const all = share(await objectsOf(folderSource(folder), now.manifest.build));
  rmSync(folder, { recursive: true });
  const { holes = 0 } = now.manifest;
  return {
    ...edits,
    onBase,
    documents: documentsIn(now.manifest),
    holes,
    seconds: round(seconds),
    all,
    kinds,
  };
}

function namesByKind({ manifest, table }: OpenIndex): Record<string, string[]> {
  const terms = table.spaces.get(manifest.spaces[0].name)!;
  const dictionary = new Set(terms.dictionaryPage);
  const names = pageNames(terms);
  const of = (run: PageRun) => pageNames(run);
  return {
    dictionary: names.filter((_, page) => dictionary.has(page)),
    tiers: names.filter((_, page) => !dictionary.has(page)),
    documents: of(table.documents),
    ids: of(table.spaces.get(ID_SPACE)!),
    tables: [manifest.table.name],
  };
}

async function build(
  size: Size,
  edits: Edits,
  base: string | undefined,
): Promise<{ folder: string; seconds: number }> {
  const folder = join(cacheFolder(), `generations-${size}`);
  const workFolder = `${folder}-work`;
  for (const path of [folder, workFolder]) rmSync(path, { recursive: true, force: true });
  const input = await collectionOf(size);
  const read = () => openInputs({ input, format: 'beir', report: newReport() });
  const documents = readFileSync(input).reduce((lines, byte) => lines + (byte === 10 ? 1 : 0), 0);
  const started = performance.now();
  const built = await buildIndex({
    inputs: () => edited(read, documents, edits),
    inputKey: size,
    config: parseConfig({ spaces: [{ encoder: 'bm25' }], store: 'assets' }),
    base,
    folder,
    workFolder,
    startProgress: silent,
  });
  if (built.base?.fresh !== undefined) throw new Error(`nothing was kept of ${base}: ${built.base.fresh}`);
  return { folder, seconds: (performance.now() - started) / 1000 };
}
