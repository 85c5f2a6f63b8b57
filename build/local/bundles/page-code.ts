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
 * Files that are loaded later, each as a whole: the name, and the modules that it is for, with all that they import and
 * no file before it has. A first question of a search box needs `engine` alone, since each file is one more to wait
 * for; of models, and of rarer questions, what is loaded together is together.
 */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  engine: [
    'browser/engine',
    'query/encode/encode-query',
    'query/language/typed-question',
    'query/encode/words/look-up-words',
    'query/shown/snippet',
  ],
  model: ['browser/page-model'],
  filters: [
    'query/filter/read-filter',
    'query/search/lists/kept-documents',
    'query/search/matches/match-survey',
  ],
  operators: ['query/language/operators', 'query/language/find-satisfying'],
  rules: ['query/language/rules/index-rules', 'query/language/rules/steer', 'query/language/rules/widen'],
  feedback: [
    'query/encode/feedback/feed-back',
    'query/encode/feedback/like-document',
    'query/search/lists/impacts',
  ],
};

/** A language's stemmer and its functional words are one file, beside what all of them need. */
const STEMMING = /@orama[/\\](?:stemmers|stopwords)[/\\]dist[/\\](\w+)\.js$/;

/** An entry and what it loads later. No module is in two files: errors and stemmers are known by what they are. */
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
    // Only the element does something when it is imported.
    treeshake: { moduleSideEffects: (id) => /element\/component\.ts$/.test(id) },
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
  for (const [room, ends] of Object.entries(ROOMS))
    for (const id of imports.keys()) if (ends.some((end) => id.endsWith(`/${end}.ts`))) gather(id, room);
  const languageOf = (id: string) =>
    STEMMING.exec(id)
      ?.slice(1)
      .map((code) => `stemmer-${code}`)[0];
  const chunks = await generate((id) => rooms.get(id) ?? languageOf(id) ?? null);
  await bundle.close();
  return withoutRuntime(new Map(chunks.map(({ fileName, code }) => [fileName, code])));
}

/**
 * The bundler's own helper is a file of its own, a few words long and one more to wait for: it is written into those
 * that import it. Their names stay, which say by that file's what it has.
 */
function withoutRuntime(files: ReadonlyMap<string, string>): Map<string, string> {
  const [runtime] = [...files].filter(([name]) => name.startsWith('rolldown-runtime-'));
  if (!runtime) return new Map(files);
  const [file, helper] = runtime;
  const [, body, own] = /^(.*)export\{(\w+)(?: as t)?\};\s*$/s.exec(helper) ?? [];
  if (body === undefined) throw new Error(`${file} is not what it was: ${helper}`);
  const importing = new RegExp(`import\\{t as (\\w+)\\}from"\\./${file.replaceAll('.', '\\.')}";`);
  return new Map(
    [...files]
      .filter(([name]) => name !== file)
      .map(([name, code]) => {
        const inlined = code.replace(
          importing,
          (_, local) => `const ${local}=(()=>{${body}return ${own}})();`,
        );
        if (inlined.includes(file)) throw new Error(`${name} imports ${file} in another way`);
        return [name, inlined];
      }),
  );
}

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
