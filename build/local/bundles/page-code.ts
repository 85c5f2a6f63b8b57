// What runs in pages, as browsers take it: the package brings it bundled, and a clone bundles its sources.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'rolldown';
import { NOTICES, noticesOf } from './notices.ts';

/** In the package: the bundles. */
const BUNDLED = join(import.meta.dirname, '../../../page');
/** Their sources. */
export const SOURCES = join(import.meta.dirname, '../../../browser');

/** What a page loads: the module that searches, and the element. */
const ENTRIES = { sparsedge: 'open-search.ts', component: 'element/component.ts' } as const;

/**
 * What pages load, name → text: `sparsedge.js`, which exports `open`, and `component.js`, which defines
 * <sparsedge-search>. A page loads one of them at once, which imports nothing; what it loads when it is wanted are
 * files beside it, named by their content, so that no cache mixes two versions.
 */
export async function pageCode(): Promise<Map<string, string>> {
  if (!existsSync(BUNDLED)) return bundlePages();
  return new Map(readdirSync(BUNDLED).map((name) => [name, readFileSync(join(BUNDLED, name), 'utf8')]));
}

/** Bundles them, with the licences of what others wrote of them. */
export async function bundlePages(): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const modules = new Set<string>();
  for (const [name, path] of Object.entries(ENTRIES))
    for (const [file, code] of await bundled(name, join(SOURCES, path), [noting(modules)]))
      files.set(file, code);
  return files.set(NOTICES, noticesOf(modules));
}

/** Notes of which modules something is in a bundle. */
function noting(modules: Set<string>): Plugin {
  return {
    name: 'noting',
    generateBundle(_, files) {
      for (const file of Object.values(files))
        if (file.type === 'chunk') for (const id of file.moduleIds) modules.add(id);
    },
  };
}

/**
 * An entry and what it loads later. All that the engine imports is one file, since each file is one more to wait for;
 * what words are taken apart by is another, which loads meanwhile. No module is in two: errors and stemmers are known
 * by what they are.
 */
export async function bundled(
  name: string,
  entry: string,
  plugins: readonly Plugin[] = [],
): Promise<Map<string, string>> {
  const { rolldown } = await import('rolldown');
  const imports = new Map<string, readonly string[]>();
  const bundle = await rolldown({
    input: { [name]: entry },
    platform: 'browser',
    // Only stemmers and the element do something when they are imported.
    treeshake: { moduleSideEffects: (id) => /(stemming\/snowball|element\/component)\.ts$/.test(id) },
    logLevel: 'silent',
    plugins: [styleSheets, ...plugins, graphOf(imports)],
  });
  const generate = async (roomOf: (id: string) => string | null) => {
    const { output } = await bundle.generate({
      format: 'esm',
      minify: true,
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
      codeSplitting: { groups: [{ name: roomOf }] },
    });
    return output.filter((each) => each.type === 'chunk');
  };
  // Which modules are left, once what nobody uses is left out.
  const used = new Set((await generate(() => null)).flatMap(({ moduleIds }) => moduleIds));
  const rooms = new Map<string, string>();
  const gather = (id: string, room: string) => {
    if (rooms.has(id) || !used.has(id)) return;
    rooms.set(id, room);
    for (const imported of imports.get(id) ?? []) gather(imported, room);
  };
  for (const [room, end] of Object.entries(ROOMS))
    for (const id of imports.keys()) if (id.endsWith(end)) gather(id, room);
  const isRuntime = (id: string) => id.includes('rolldown/runtime');
  const chunks = await generate((id) => rooms.get(id) ?? (isRuntime(id) ? 'engine' : null));
  await bundle.close();
  return new Map(chunks.map(({ fileName, code }) => [fileName, code]));
}

/** Files that are loaded later as a whole, each with the module that they are for: a module is in the first. */
const ROOMS = { engine: '/browser/engine.ts', words: '/query/encode/encode-query.ts' } as const;

function graphOf(imports: Map<string, readonly string[]>): Plugin {
  return {
    name: 'graph',
    buildEnd() {
      for (const id of this.getModuleIds()) imports.set(id, this.getModuleInfo(id)?.importedIds ?? []);
    },
  };
}

/** A style sheet is the text of it. */
const styleSheets: Plugin = {
  name: 'style sheets',
  async load(id) {
    if (!id.endsWith('.css')) return undefined;
    const { transform } = await import('esbuild');
    const { code } = await transform(readFileSync(id, 'utf8'), { loader: 'css', minify: true });
    return { code: `export default ${JSON.stringify(code.trim())};`, moduleType: 'js' };
  },
};
