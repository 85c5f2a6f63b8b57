// Storage for benchmarks: an index in memory, and a meter that tells what each read was for.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ID_SPACE } from '../../../src/core/format/manifest.ts';
import { locatePages, pageCount, pageNames, type TermTable } from '../../../src/core/format/page-table.ts';
import type { Source } from '../../../src/core/source.ts';
import { type OpenIndex, openIndex } from '../../../src/query/search/open.ts';

/** Every object of a folder, by name. */
export function loadObjects(folder: string): Map<string, Uint8Array> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path.slice(folder.length + 1), readFileSync(path)];
    }),
  );
}

/** Bytes of one query's reads by what they hold; `first` are those of its first round. */
export interface Metered {
  reads: number;
  bytes: number;
  rounds: number;
  dictionaryBytes: number;
  longBytes: number;
  documentBytes: number;
  documentReads: number;
  firstRoundReads: number;
  firstRoundBytes: number;
}

/** An index whose reads are counted by someone who does not take the engine's word. */
export interface MeteredIndex {
  readonly index: OpenIndex;
  /** What was read since it was last asked. */
  take(): Metered;
}

/** Opens an index from memory and meters it. */
export async function openMetered(source: Source): Promise<MeteredIndex> {
  const index = await openIndex(source);
  const holdings = holdingsOf(index);
  let metered = nothing();
  let waiting = 0;
  const counting: Source = {
    async read(name, range) {
      // Reads that are asked for while none is waiting begin a round: nothing here takes time, so all reads of a round
      // are asked for before the first of them comes back.
      if (waiting++ === 0) metered.rounds++;
      const bytes = await source.read(name, range);
      await undefined;
      waiting--;
      count(metered, holdings.get(name), range?.start ?? 0, range?.end ?? bytes.length);
      return bytes;
    },
  };
  return {
    index: { ...index, source: counting },
    take() {
      const taken = metered;
      metered = nothing();
      return taken;
    },
  };
}

function nothing(): Metered {
  return {
    reads: 0,
    bytes: 0,
    rounds: 0,
    dictionaryBytes: 0,
    longBytes: 0,
    documentBytes: 0,
    documentReads: 0,
    firstRoundReads: 0,
    firstRoundBytes: 0,
  };
}

/** The pages of long terms in an object, ascending; undefined stands for an object of documents. */
interface Holding {
  readonly documents: boolean;
  readonly longPages: readonly { readonly start: number; readonly end: number }[];
}

function holdingsOf({ table, manifest }: OpenIndex): Map<string, Holding> {
  const holdings = new Map<string, Holding>();
  for (const { name } of table.documents.shards) holdings.set(name, { documents: true, longPages: [] });
  for (const name of pageNames(table.documents)) holdings.set(name, { documents: true, longPages: [] });
  for (const space of [ID_SPACE, ...manifest.spaces.map(({ name }) => name)]) {
    for (const [name, longPages] of longPagesOf(table.spaces.get(space)!)) {
      holdings.set(name, { documents: false, longPages });
    }
    const terms = table.spaces.get(space)!;
    const dictionary = new Set(terms.dictionaryPage);
    for (const [page, name] of pageNames(terms).entries()) {
      const bytes = { start: 0, end: terms.pageStart[page + 1] - terms.pageStart[page] };
      holdings.set(name, { documents: false, longPages: dictionary.has(page) ? [] : [bytes] });
    }
  }
  return holdings;
}

function longPagesOf(table: TermTable): Map<string, { start: number; end: number }[]> {
  if (table.shards.length === 0) return new Map();
  const pages = new Map(table.shards.map(({ name }) => [name, [] as { start: number; end: number }[]]));
  const dictionary = new Set(table.dictionaryPage);
  for (let page = 0; page < pageCount(table); page++) {
    if (dictionary.has(page)) continue;
    const { object, range } = locatePages(table, page, page + 1);
    pages.get(object)!.push(range);
  }
  return pages;
}

function count(metered: Metered, holding: Holding | undefined, start: number, end: number): void {
  metered.reads++;
  metered.bytes += end - start;
  if (metered.rounds === 1) {
    metered.firstRoundReads++;
    metered.firstRoundBytes += end - start;
  }
  if (holding?.documents) {
    metered.documentReads++;
    metered.documentBytes += end - start;
    return;
  }
  let long = 0;
  for (const page of holding?.longPages ?? []) {
    long += Math.max(0, Math.min(end, page.end) - Math.max(start, page.start));
  }
  metered.longBytes += long;
  metered.dictionaryBytes += end - start - long;
}
