// Makes dist/, which is what the package has besides its command: the compiled sources in the places that they have in
// a clone, so that what one file finds by its path another finds there, too; the default model and the sample; the
// Workers and the element for pages, bundled; and of ONNX Runtime the one loader and the one WebAssembly file that are
// used. `npm pack` runs it.

import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { build, transformSync } from 'esbuild';
import * as z from 'zod';
import { NOTICES, noticesOf } from '../build/local/bundles/notices.ts';
import { bundlePages } from '../build/local/bundles/page-code.ts';
import { bundleWorker, type WorkerName } from '../build/local/bundles/worker-code.ts';
import { fieldRulesSchema } from '../build/stages/read/fields/rules.ts';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
/** Where `tsc -b` leaves what it compiles. */
const COMPILED = join(ROOT, 'node_modules/.cache/types');
const RUNTIME = join(ROOT, 'node_modules/onnxruntime-web/dist');

const { version, exports: entries } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const workers: readonly WorkerName[] = ['index', 'languages', 'mcp', 'neural'];

rmSync(DIST, { recursive: true, force: true });
for (const folder of ['worker', 'page']) mkdirSync(join(DIST, folder), { recursive: true });
compile();
const asTheyAre = [
  'models/sparsedge-en',
  'test/fixtures/sample',
  'plugins/docusaurus.cjs',
  'plugins/docusaurus.d.cts',
  'plugins/docusaurus-theme',
  'plugins/Search.astro',
];
for (const path of asTheyAre) cpSync(join(ROOT, path), join(DIST, path), { recursive: true });
writeFileSync(join(DIST, 'package.json'), `${JSON.stringify({ type: 'module', version })}\n`);
writeFileSync(
  join(DIST, 'fields.schema.json'),
  `${JSON.stringify(z.toJSONSchema(fieldRulesSchema, { io: 'input' }), null, 2)}\n`,
);
for (const [name, text] of await bundlePages()) writeFileSync(join(DIST, 'page', name), text);
const inputs = new Set([...(await addRuntime()), ...(await addWorkers())]);
writeFileSync(join(DIST, 'worker', NOTICES), noticesOf(inputs));

/** All JavaScript of the two halves, and the declarations that the entries of the package lead to. */
function compile(): void {
  execFileSync(
    process.execPath,
    [
      join(ROOT, 'node_modules/typescript/bin/tsc'),
      '-b',
      'src',
      'browser',
      'build',
      'plugins',
      'agents',
      'access',
    ],
    {
      cwd: ROOT,
      stdio: 'inherit',
    },
  );
  const declared = new Set<string>();
  for (const { types } of Object.values<{ types?: string }>(entries)) {
    // Of what is CommonJS, declarations are by hand, and lead to those of the module that it imports.
    if (types !== undefined)
      addDeclarations(types.replace('./dist/', '').replace('.d.cts', '.d.ts'), declared);
  }
  // What the sources no longer have may be there from before.
  const exclude = ['browser/element/**', 'browser/pages/**'];
  const compiled = globSync('{src,access,agents,browser,build,plugins}/**/*.js', {
    cwd: COMPILED,
    exclude,
  }).filter((path) => existsSync(join(ROOT, path.replace(/\.js$/, '.ts'))));
  for (const path of [...compiled, ...declared]) {
    mkdirSync(dirname(join(DIST, path)), { recursive: true });
    const text = readFileSync(join(COMPILED, path), 'utf8');
    // Editors show the comments of declarations; those of code would be a sixtieth of the package.
    writeFileSync(
      join(DIST, path),
      path.endsWith('.js') ? transformSync(text, { format: 'esm' }).code : text,
    );
  }
}

/** A file of declarations, and those that it imports. */
function addDeclarations(path: string, declared: Set<string>): void {
  if (declared.has(path)) return;
  declared.add(path);
  const text = readFileSync(join(COMPILED, path), 'utf8');
  for (const [, target = ''] of text.matchAll(/(?:from|import\()\s*['"](\.[^'"]+)\.ts['"]/g))
    addDeclarations(join(dirname(path), `${target}.d.ts`), declared);
}

/** ONNX Runtime in Node. */
async function addRuntime(): Promise<string[]> {
  for (const name of ['ort-wasm-simd-threaded.mjs', 'ort-wasm-simd-threaded.wasm'])
    copyFileSync(join(RUNTIME, name), join(DIST, 'worker', name));
  const { metafile } = await build({
    entryPoints: [join(RUNTIME, 'ort.node.min.mjs')],
    outfile: join(DIST, 'worker/ort.node.js'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    minify: true,
    metafile: true,
    logLevel: 'error',
  });
  const session = join(DIST, 'build/model/session.js');
  const code = readFileSync(session, 'utf8');
  const bundled = code.replace('import("onnxruntime-web")', 'import("../../worker/ort.node.js")');
  if (bundled === code) throw new Error(`${session} does not import onnxruntime-web`);
  writeFileSync(session, bundled);
  return Object.keys(metafile.inputs);
}

async function addWorkers(): Promise<string[]> {
  const found: string[] = [];
  for (const name of workers) {
    const { code, inputs } = await bundleWorker(name);
    writeFileSync(join(DIST, 'worker', `${name}.js`), code);
    found.push(...inputs);
  }
  return found;
}
