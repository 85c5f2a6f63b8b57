// Other ways to search without a server: what a client has to fetch, and what it finds. Each engine with its defaults.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Distribution } from '../figures.ts';
import { K } from '../indexes/query-cost.ts';
import { latestChild, residentBytes } from '../machine/inspector.ts';

/** Versions to install: not among this project's dependencies, since packages for some platforms cannot be had. */
export const VERSIONS = { pagefind: '1.6.0', minisearch: '7.2.0', '@orama/orama': '3.1.18' } as const;

/** What to build and to ask. */
export interface RivalOrder {
  readonly rival: RivalName;
  /** Where the rivals are installed. */
  readonly modules: string;
  readonly corpus: string;
  readonly queries: readonly { readonly id: string; readonly text: string }[];
  readonly folder: string;
}

/** What has to be fetched before the first query; gzipped where a server would. */
interface Opening {
  readonly requests: number;
  readonly bytes: number;
  readonly gzippedBytes: number;
}

/** What building and searching took, and what was found. */
export interface RivalFigures {
  readonly documents: number;
  readonly seconds: number;
  readonly peakMegabytes: number;
  readonly opening: Opening;
  readonly perQuery: { readonly requests: Distribution; readonly bytes: Distribution };
  readonly milliseconds: Distribution;
  /** Share of queries with any hit. */
  readonly answered: number;
  readonly run: Readonly<Record<string, readonly string[]>>;
}

interface RivalDocument {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

interface Built {
  readonly opening: Opening;
  /** Of memory, where another process built the index. */
  readonly peakBytes?: number;
  search(text: string): Promise<{ ids: string[]; requests: number; bytes: number }>;
}

type Rival = (documents: readonly RivalDocument[], modules: string, folder: string) => Promise<Built>;

export const RIVALS = { pagefind, minisearch, orama } as const satisfies Record<string, Rival>;
export type RivalName = keyof typeof RIVALS;

/** A serialized index is all fetched, whatever is asked. */
function whole(serialized: string): Opening {
  const bytes = Buffer.from(serialized);
  return { requests: 1, bytes: bytes.length, gzippedBytes: gzipSync(bytes).length };
}

async function minisearch(documents: readonly RivalDocument[], modules: string): Promise<Built> {
  const { default: MiniSearch } = await installed(modules, 'minisearch/dist/es/index.js');
  const index = new MiniSearch({ fields: ['title', 'text'], storeFields: ['title', 'text'] });
  index.addAll(documents);
  return {
    opening: whole(JSON.stringify(index)),
    async search(text) {
      const hits = index.search(text) as { id: string }[];
      return { ids: hits.slice(0, K).map(({ id }) => id), requests: 0, bytes: 0 };
    },
  };
}

async function orama(documents: readonly RivalDocument[], modules: string): Promise<Built> {
  const { create, insertMultiple, save, search } = await installed(modules, '@orama/orama/dist/esm/index.js');
  const index = create({ schema: { title: 'string', text: 'string' } });
  await insertMultiple(index, documents);
  return {
    opening: whole(JSON.stringify(save(index))),
    async search(term) {
      const { hits } = (await search(index, { term, limit: K })) as { hits: { id: string }[] };
      return { ids: hits.map(({ id }) => id), requests: 0, bytes: 0 };
    },
  };
}

/** Pagefind's files are gzipped already, and each query fetches those that it needs: its own code tells which. */
async function pagefind(
  documents: readonly RivalDocument[],
  modules: string,
  folder: string,
): Promise<Built> {
  const { createIndex } = await installed(modules, 'pagefind/lib/index.js');
  const { index } = await createIndex({});
  for (const { id, title, text } of documents) {
    await index.addCustomRecord({
      url: `/${id}`,
      content: `${title} ${text}`,
      language: 'en',
      meta: { title },
    });
  }
  await index.writeFiles({ outputPath: folder });
  const peakBytes = residentBytes(latestChild('pagefind_extend')).peak;
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const parts = { requests: 0, bytes: 0 };
  const rest = new Map<string, number>();
  globalThis.fetch = async (input) => {
    const { pathname } = new URL(String(input));
    const file = readFileSync(join(folder, pathname));
    if (/\.pf_(index|fragment)/.test(pathname)) {
      parts.requests++;
      parts.bytes += file.length;
    } else rest.set(pathname, file.length);
    return new Response(file);
  };
  const code = readFileSync(join(folder, 'pagefind.js'));
  const { createInstance } = await import(pathToFileURL(join(folder, 'pagefind.js')).href);
  const search: Built['search'] = async (text) => {
    const before = { ...parts };
    // Each query has an instance of its own, which has kept nothing from others.
    const { results } = await createInstance({ basePath: 'http://pagefind/' }).search(text);
    const shown = await Promise.all(
      (results as { data(): Promise<{ url: string }> }[]).slice(0, K).map((result) => result.data()),
    );
    return {
      // Pagefind makes its own address of what it was given, which ends as that did.
      ids: shown.map(({ url }) => url.slice(url.lastIndexOf('/') + 1)),
      requests: parts.requests - before.requests,
      bytes: parts.bytes - before.bytes,
    };
  };
  await search('anything');
  const bytes = [...rest.values()].reduce((sum, length) => sum + length, 0);
  const opening = {
    requests: rest.size + 1,
    bytes: bytes + code.length,
    gzippedBytes: bytes + gzipSync(code).length,
  };
  return { opening, peakBytes, search };
}

// biome-ignore lint/suspicious/noExplicitAny: what is not installed with the project has no types here.
async function installed(modules: string, path: string): Promise<any> {
  return import(pathToFileURL(join(modules, 'node_modules', path)).href);
}
