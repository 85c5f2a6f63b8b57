// A site as its generator leaves it, and what is found in it.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { folderSource } from '../../build/work/files.ts';
import type { SiteOptions } from '../../plugins/site/site-options.ts';
import { openSearcher } from '../../src/edge/open-searcher.ts';

/** BM25 needs no model, so that sites are built at once. */
export const FAST = { config: { spaces: [{ encoder: 'bm25' }] } } satisfies SiteOptions;

/** A site as a generator leaves it. */
export function siteOf(pages: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-site-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  write(folder, pages);
  return folder;
}

export function write(folder: string, pages: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(pages)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

export function page(title: string, body: string, head = '', lang = 'en'): string {
  return `<!doctype html><html lang="${lang}"><head><title>${title}</title>${head}</head><body>${body}</body></html>`;
}

export const PAGES = {
  'index.html': page('Mill', '<main><h1>Mill</h1><p>A mill grinds grain to flour.</p></main>'),
  'stones/index.html': page('Stones', '<h1>Stones</h1><p>Dress the stones when flour gets warm.</p>'),
  'belts.html': page('Belts', '<main><h1>Belts</h1><p>A slipping belt wants rosin.</p></main>'),
};

/** The URLs of what a question finds, and their titles. */
export async function found(
  folder: string,
  question: string,
  filter?: string,
): Promise<(string | undefined)[]> {
  const searcher = await openSearcher(folderSource(folder));
  const { hits } = await searcher.search(question, { k: 10, filter });
  return hits.map(({ shown }) => shown!.url);
}
