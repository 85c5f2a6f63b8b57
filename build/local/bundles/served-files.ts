// What a Worker serves to browsers, as browser/ has it: the search page, the workbench, and the element.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'rolldown';
import { bundled, SOURCES } from './page-code.ts';

/** A file, and as what browsers are to take it. */
export interface ServedFile {
  readonly type: string;
  readonly text: string;
}

/** What is loaded by its name. */
const SCRIPTS = {
  'search-page': 'pages/search-page.ts',
  workbench: 'pages/workbench.ts',
  component: 'element/component.ts',
} as const;

/** The pages and all that they load: path → file. */
export async function bundleServedFiles(): Promise<Map<string, ServedFile>> {
  const { transform } = await import('esbuild');
  const source = (name: string) => readFileSync(join(SOURCES, 'pages', name), 'utf8');
  const html = (name: string) => ({
    type: 'text/html; charset=utf-8',
    text: source(name).replace(/\n\s+/g, '\n'),
  });
  const { code } = await transform(source('pages.css'), { loader: 'css', minify: true });
  const files = new Map<string, ServedFile>([
    ['/', html('search.html')],
    ['/workbench', html('workbench.html')],
    ['/pages.css', { type: 'text/css; charset=utf-8', text: code }],
  ]);
  for (const [name, path] of Object.entries(SCRIPTS))
    for (const [file, text] of await bundled(name, join(SOURCES, path), [withoutEngine]))
      files.set(`/${file}`, { type: 'text/javascript; charset=utf-8', text });
  return files;
}

/** The element that a Worker serves asks Workers. */
const withoutEngine: Plugin = {
  name: 'without engine',
  resolveId: (imported) => (imported === './engine.ts' ? join(SOURCES, 'pages/no-engine.ts') : undefined),
};
