// Quick: what the package promises that needs no installing.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { COMPATIBILITY_DATE } from '../../build/local/bundles/worker-code.ts';
import { packageJson, ROOT } from './installed.ts';

/** The source of an entry that is compiled. */
function sourceOf(entry: string): string {
  const { default: path } = packageJson().exports[entry] as { default: string };
  return join(ROOT, path.replace('./dist/', '').replace(/\.js$/, '.ts'));
}

test('the client imports nothing but an engine when it is wanted, and the entry for storage nothing of Node', async () => {
  const bundled = async (entry: string) => {
    const { outputFiles } = await build({
      entryPoints: [sourceOf(entry)],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      minify: true,
      logLevel: 'silent',
      external: ['./engine.ts'],
    });
    return outputFiles[0]!.text;
  };
  const client = await bundled('.');
  expect(client).toContain('v1/search');
  expect(client.length).toBeLessThan(4_000);
  expect(client).not.toMatch(/^import/);
  // A module of Node would be an error of the bundler's.
  await expect(bundled('./store')).resolves.toContain('Range');
  await expect(bundled('./build')).rejects.toThrow(/node:/);
});

test('whatever the sources import is a dependency, or an optional one of which the package says when it is missing', () => {
  const { dependencies, peerDependencies } = packageJson();
  /** Bundled by package/assemble.ts, or not reached from there; the last two are of what VitePress bundles. */
  const inside = ['cloudflare:workers', 'esbuild', 'onnxruntime-web', 'rolldown', 'vue', 'vitepress'];
  const known = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies), ...inside]);
  const imported = ['src', 'build', 'plugins'].flatMap((half) =>
    readdirSync(join(ROOT, half), { recursive: true, withFileTypes: true })
      .filter(({ name }) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
      .flatMap(({ parentPath, name }) =>
        Array.from(
          readFileSync(join(parentPath, name), 'utf8').matchAll(/(?:from |import\()'([^.'][^']*)'/g),
          ([, specifier = '']) => specifier,
        ),
      ),
  );
  const packages = imported
    .filter((name) => !name.startsWith('node:') && !builtinModules.includes(name))
    .map((name) => (name.includes(':') ? name : name.split('/', name.startsWith('@') ? 2 : 1).join('/')));
  expect([...new Set(packages)].filter((name) => !known.has(name))).toEqual([]);
  expect(packages).toContain('commander');
});

test('the runtime that is fetched, the one that is asked for and the one that tests use are one', () => {
  const { devDependencies, peerDependencies } = packageJson();
  const source = readFileSync(join(ROOT, 'build/local/runtime/miniflare.ts'), 'utf8');
  const [, fetched] = /MINIFLARE = 'miniflare@([^']+)'/.exec(source)!;
  expect([peerDependencies.miniflare, devDependencies.miniflare]).toEqual([fetched, fetched]);
  expect(readFileSync(join(ROOT, 'wrangler.toml'), 'utf8')).toContain(
    `compatibility_date = "${COMPATIBILITY_DATE}"`,
  );
});

test('every entry that is a module has types, which a strict compiler asks for', () => {
  const untyped = Object.entries<string | { types?: string }>(packageJson().exports).filter(
    ([name, entry]) => !/\.(json|astro)$/.test(name) && (typeof entry === 'string' || !entry.types),
  );
  expect(untyped).toEqual([]);
});

test('the package that is assembled has the command, its entries, one model and one WebAssembly file, and works', () => {
  execFileSync(process.execPath, ['package/assemble.ts'], { cwd: ROOT });
  for (const entry of Object.values(packageJson().exports)) {
    for (const path of typeof entry === 'string' ? [entry] : Object.values(entry))
      expect(existsSync(join(ROOT, path)), path).toBe(true);
  }
  const names = readdirSync(join(ROOT, 'dist'), { recursive: true, encoding: 'utf8' });
  expect(names.filter((name) => /\.(wasm|onnx)$/.test(name))).toHaveLength(2);
  expect(names.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))).toEqual([]);

  const folder = mkdtempSync(join(tmpdir(), 'sparsedge ünd '));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['dist', 'node_modules', 'package.json'])
    symlinkSync(join(ROOT, name), join(folder, name));
  const cli = join(ROOT, 'dist/build/cli.js');
  const sparsedge = (...args: string[]) =>
    execFileSync(process.execPath, [cli, ...args], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
  const sample = join(ROOT, 'dist/test/fixtures/sample');
  sparsedge('build', sample, '-o', 'index', '--encoder', 'bm25');
  expect(
    JSON.parse(sparsedge('search', 'index', 'limescale in the kettle', '--json')).hits.length,
  ).toBeGreaterThan(0);
  // Whoever takes a bundle takes what others wrote of it.
  expect(readFileSync(join(ROOT, 'dist/worker/LICENSES.txt'), 'utf8')).toMatch(/^hono .*^zod .*/ms);
  expect(readFileSync(join(ROOT, 'dist/page/LICENSES.txt'), 'utf8')).toMatch(
    /^@orama\/stemmers .*^fflate .*/ms,
  );
});
