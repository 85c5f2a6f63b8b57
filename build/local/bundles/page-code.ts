// What runs in pages, as browsers take it: the package brings it bundled, and a clone bundles its sources.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Plugin } from 'esbuild';

const SOURCES = join(import.meta.dirname, '../../../browser');

/**
 * Bundles <sparsedge-search>: name → text. `component.js` is all that a page loads at once. What it loads when it is
 * wanted is a file beside it, named by its content, so that no cache mixes two versions; it shares no code with others,
 * since a file of what is shared would be one more to wait for.
 */
export async function bundleElement(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  files.set('component.js', await bundled(join(SOURCES, 'element/component.ts'), files));
  return files;
}

async function bundled(entry: string, files: Map<string, string>): Promise<string> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    outdir: '.',
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    logLevel: 'silent',
    plugins: [styleSheets, laterFiles(files)],
  });
  return outputFiles[0].text;
}

/** A style sheet is the text of it. */
const styleSheets: Plugin = {
  name: 'style sheets',
  setup: ({ onLoad, esbuild }) =>
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await esbuild.transform(readFileSync(path, 'utf8'), { loader: 'css', minify: true });
      return { loader: 'text', contents: code.trim() };
    }),
};

/** What is imported when it is wanted is a file of its own. */
function laterFiles(files: Map<string, string>): Plugin {
  return {
    name: 'files that are loaded later',
    setup: ({ onResolve }) =>
      onResolve({ filter: /^\./ }, async ({ path, kind, resolveDir }) => {
        if (kind !== 'dynamic-import') return undefined;
        const text = await bundled(join(resolveDir, path), files);
        const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
        const name = `${basename(path, '.ts')}-${digest}.js`;
        files.set(name, text);
        return { path: `./${name}`, external: true };
      }),
  };
}
