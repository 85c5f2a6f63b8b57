// The code of a Worker, as the runtime takes it: the package brings it bundled, and a clone bundles its sources.

import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The Workers: without more, with stemmers of other languages than English, with the protocol of agents as well, with a
 * network as well.
 */
export type WorkerName = 'index' | 'languages' | 'mcp' | 'neural';

/** Code that imports the others by `./name`. The first of a Worker's modules is its entry. */
export interface WorkerModule {
  readonly name: string;
  readonly type: 'ESModule' | 'CompiledWasm';
  readonly contents: Uint8Array<ArrayBuffer>;
}

/** The date of the runtime's behaviour that the Workers are made for: wrangler.toml has the same. */
export const COMPATIBILITY_DATE = '2026-09-01';

/** In the package: the bundled Workers. */
const BUNDLED = join(import.meta.dirname, '../../../worker');
const SOURCES = join(import.meta.dirname, '../../../src');
const WASM = 'ort-wasm-simd-threaded.wasm';

/** A Worker's modules. */
export async function workerCode(name: WorkerName): Promise<WorkerModule[]> {
  const bundled = join(BUNDLED, `${name}.js`);
  const code = existsSync(bundled) ? readFileSync(bundled) : (await bundleWorker(name)).code;
  const modules: WorkerModule[] = [{ name: `${name}.js`, type: 'ESModule', contents: Uint8Array.from(code) }];
  if (name !== 'neural') return modules;
  const wasm = existsSync(bundled)
    ? join(BUNDLED, WASM)
    : fileURLToPath(import.meta.resolve(`onnxruntime-web/${WASM}`));
  return [...modules, { name: WASM, type: 'CompiledWasm', contents: Uint8Array.from(readFileSync(wasm)) }];
}

/** Bundles a Worker as Wrangler does; its WebAssembly stays a file beside it. */
export async function bundleWorker(
  name: WorkerName,
): Promise<{ readonly code: Uint8Array; readonly inputs: readonly string[] }> {
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    entryPoints: [join(SOURCES, `${name}.ts`)],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    external: ['cloudflare:*'],
    minify: true,
    keepNames: true,
    define: { 'process.env.NODE_ENV': '"production"', 'navigator.userAgent': '"Cloudflare-Workers"' },
    logLevel: 'silent',
    plugins: [
      {
        name: 'compiled modules',
        setup: ({ onResolve }) =>
          onResolve({ filter: /\.wasm$/ }, ({ path }) => ({ path: `./${basename(path)}`, external: true })),
      },
    ],
  });
  return { code: outputFiles[0].contents, inputs: Object.keys(metafile.inputs) };
}
