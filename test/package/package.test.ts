// Slow (npm run test:package): the package, packed, installed by npm, pnpm and both kinds of Yarn in folders elsewhere,
// and for all of a machine's users, and every command of README's first screen run there with Node 20 and Node 24. It
// needs a package registry, and fills caches of its own.

import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { SLOW } from '../fixtures/slow.ts';
import { pack, packageJson, ROOT, run, serve, shellWith, strangersFolder } from './installed.ts';

const MOST_PACKED_BYTES = 10_000_000;
const NODE_24 = dirname(join(ROOT, 'node_modules/node/bin/node'));
/** The machine's own, if it has one beside the repository's. */
const NODE_20 = ['/usr/bin', '/usr/local/bin'].find((folder) => existsSync(join(folder, 'node')));

/** A folder of packages has many files. */
const REMOVAL_MS = 120_000;

let tarball: string;
const place = mkdtempSync(join(tmpdir(), 'sparsedge-tarball-'));
beforeAll(async () => {
  if (SLOW) tarball = await pack(place);
}, 300_000);
afterAll(() => rmSync(place, { recursive: true, force: true }));

test.skipIf(!SLOW)('the package is small', () => {
  expect(statSync(tarball).size).toBeLessThan(MOST_PACKED_BYTES);
});

const YARN = ['--yes', '@yarnpkg/cli-dist@4'];
const YARN_CLASSIC = ['--yes', 'yarn@1.22.22', '--silent'];

const managers: readonly {
  readonly manager: string;
  readonly node: string | undefined;
  readonly version: string;
  readonly install: readonly [string, readonly string[]];
  readonly exec: readonly [string, readonly string[]];
  /** What runs a program of the folder's own; nothing where it has no package to import. */
  readonly program: readonly [string, readonly string[]] | undefined;
}[] = [
  {
    manager: 'npm',
    node: NODE_20,
    version: '20',
    install: ['npm', ['install']],
    exec: ['npx', ['sparsedge']],
    program: ['node', []],
  },
  {
    manager: 'npm',
    node: NODE_24,
    version: '24',
    install: ['npm', ['install']],
    exec: ['npx', ['sparsedge']],
    program: ['node', []],
  },
  {
    manager: 'pnpm',
    node: NODE_24,
    version: '24',
    install: ['npx', ['--yes', 'pnpm@12', 'add']],
    exec: ['npx', ['--yes', 'pnpm@12', 'exec', 'sparsedge']],
    program: ['node', []],
  },
  {
    // Nothing is unpacked, and what is not declared is refused.
    manager: 'Yarn with Plug’n’Play',
    node: NODE_24,
    version: '24',
    install: ['npx', [...YARN, 'add']],
    exec: ['npx', [...YARN, 'run', 'sparsedge']],
    program: ['npx', [...YARN, 'node']],
  },
  {
    manager: 'Yarn 1',
    node: NODE_24,
    version: '24',
    install: ['npx', [...YARN_CLASSIC, 'add']],
    exec: ['npx', [...YARN_CLASSIC, 'run', 'sparsedge']],
    program: ['node', []],
  },
  {
    manager: 'npm for all users',
    node: NODE_24,
    version: '24',
    install: ['npm', ['install', '--global', '--prefix', 'everywhere']],
    exec: ['everywhere/bin/sparsedge', []],
    program: undefined,
  },
];

test.skipIf(!SLOW).each(managers)(
  'a stranger installs it with $manager and Node $version, builds, asks and serves',
  async ({ node, version, install, exec, program }) => {
    if (node === undefined) throw new Error(`there is no Node ${version} here`);
    const { folder, remove } = strangersFolder();
    const cache = mkdtempSync(join(tmpdir(), 'sparsedge-cache-'));
    onTestFinished(() => {
      remove();
      rmSync(cache, { recursive: true, force: true });
    }, REMOVAL_MS);
    const env = shellWith(node, cache);
    const { stdout: found } = await run('node', ['--version'], { cwd: folder, env });
    expect(found).toMatch(new RegExp(`^v${version}\\.`));
    await run(install[0], [...install[1], tarball], { cwd: folder, env });
    const sparsedge = (...args: string[]) => run(exec[0], [...exec[1], ...args], { cwd: folder, env });

    expect((await sparsedge('--version')).stdout.trim()).toBe(packageJson().version);
    await sparsedge('build', 'docs');
    const { stdout } = await sparsedge('search', 'shards/docs', 'rotate a key', '--json');
    const [best] = JSON.parse(stdout).hits;
    expect(best.id).toBe('keys.md#keys');

    const serving = await serve(exec[0], [...exec[1], 'serve', '--port', '0', '--json'], {
      cwd: folder,
      env,
    });
    try {
      const answer = await (await fetch(`${serving.url}v1/search?q=rotate+a+key`)).json();
      expect(answer).toMatchObject({ exact: true, hits: [{ id: 'keys.md#keys' }] });
      writeFileSync(join(folder, 'program.mjs'), PROGRAM);
      if (!program) return;
      const ran = await run(program[0], [...program[1], 'program.mjs', serving.url], { cwd: folder, env });
      expect(JSON.parse(ran.stdout)).toEqual({
        overHttp: 'keys.md#keys',
        here: 'keys.md#keys',
        built: 'b',
      });
    } finally {
      serving.stop();
    }
  },
  900_000,
);

/** A program that uses every entry but the Worker's, which needs a Worker. */
const PROGRAM = `
import { connect } from 'sparsedge';
import { buildIndexOf, folderSource } from 'sparsedge/build';
import { openSearcher } from 'sparsedge/store';

const overHttp = await connect(process.argv[2]).search('rotate a key', { k: 1 });
const here = await (await openSearcher(folderSource('shards/docs'))).search('rotate a key', { k: 1 });
const steps = new Set();
await buildIndexOf({
  documents: [{ id: 'a', text: 'The moon pulls the sea.' }, { id: 'b', text: 'Flour and water make bread.' }],
  folder: 'own',
  config: { spaces: [{ encoder: 'bm25' }] },
  onProgress: ({ step }) => steps.add(step),
});
const own = await (await openSearcher(folderSource('own'))).search('bread');
if (!steps.has('reading and encoding')) throw new Error([...steps].join());
console.log(JSON.stringify({ overHttp: overHttp.hits[0].id, here: here.hits[0].shown.id, built: own.hits[0].shown.id }));
`;

test.skipIf(!SLOW)(
  'its declarations are whole: a program compiles with them, strictly, without skipping libraries',
  async () => {
    const { folder, remove } = strangersFolder();
    onTestFinished(remove, REMOVAL_MS);
    const cache = mkdtempSync(join(tmpdir(), 'sparsedge-cache-'));
    const env = shellWith(NODE_24, cache);
    const types = packageJson().devDependencies;
    const wanted = ['typescript', '@types/node'].map((name) => `${name}@${types[name]}`);
    await run('npm', ['install', tarball, ...wanted], { cwd: folder, env });
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        compilerOptions: {
          module: 'nodenext',
          target: 'es2023',
          strict: true,
          noEmit: true,
          types: ['node'],
        },
        files: ['program.ts'],
      }),
    );
    const entries = "import { connect } from 'sparsedge';\nimport { buildIndexOf } from 'sparsedge/build';\n";
    const right = `${entries}const { hits } = await connect('https://example.com').search('q', { k: 3 });\nhits[0]?.id.length;\nawait buildIndexOf({ documents: [{ id: 'a', text: 'b' }], folder: 'f' });\n`;
    writeFileSync(join(folder, 'program.ts'), right);
    await run('npx', ['tsc', '-p', '.'], { cwd: folder, env });
    // And the types are no `any`.
    writeFileSync(join(folder, 'program.ts'), right.replace('k: 3', "k: 'three'"));
    await expect(run('npx', ['tsc', '-p', '.'], { cwd: folder, env })).rejects.toThrow();
  },
  300_000,
);
