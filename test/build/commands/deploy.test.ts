import { execFile, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../../src/http/client.ts';
import { CLI, DOCUMENTS, NODE, sparsedge, temporaryFolder, writeDocuments } from './command-line.ts';

const ROOT = join(import.meta.dirname, '../../..');

/** What Wrangler says of a folder that it would deploy. */
async function dryRun(folder: string): Promise<string> {
  const wrangler = join(ROOT, 'node_modules/wrangler/bin/wrangler.js');
  const { stdout, stderr } = await promisify(execFile)(NODE, [wrangler, 'deploy', '--dry-run'], {
    cwd: folder,
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
  });
  return stdout + stderr;
}

/** Deploys the documents of a folder on this machine, until the test ends. */
async function runLocally(folder: string, options: readonly string[] = []) {
  const args = ['deploy', 'pages.jsonl', '--encoder', 'bm25', '--local', '--port', '0', '--json', ...options];
  const child = spawn(NODE, [CLI, ...args], { cwd: folder, detached: true });
  onTestFinished(() => {
    if (child.exitCode === null) process.kill(-child.pid!, 'SIGKILL');
  });
  let out = '';
  for await (const chunk of child.stdout) {
    out += chunk;
    if (out.endsWith('}\n')) break;
  }
  return JSON.parse(out);
}

test('documents are behind a URL with one command, from a folder that Wrangler takes as it is', async () => {
  const folder = temporaryFolder();
  writeDocuments(folder);
  const { url, name, cost } = await runLocally(folder);
  expect(name).toBe('pages-search');
  const client = connect(url);
  const answer = await client.search('moon and sea', { k: 1, fields: ['title'] });
  expect(answer).toMatchObject({ exact: true, hits: [{ id: 'a', title: 'Tides' }] });
  expect(answer.hits[0]!.text).toBeUndefined();
  // A question too long for a URL is asked by a body.
  const long = await client.search(`moon ${'é'.repeat(2000)}`, { spaces: { bm25: 1 } });
  expect(long.hits.map(({ id }) => id).sort()).toEqual(['a', 'b']);
  expect((await client.document('c')).document).toEqual(DOCUMENTS[2]);
  expect(await client.index()).toMatchObject({
    documents: 4,
    builtBy: expect.stringMatching(/^sparsedge \d/),
  });
  await expect(client.search('moon', { k: 5000 })).rejects.toMatchObject({ status: 400, code: 'bad-query' });
  await expect(client.document('none')).rejects.toMatchObject({ status: 404, code: 'not-found' });
  // Reads of assets are free, so a query is a request and its processor time.
  const [{ store, million }] = cost.stores;
  expect({ store, cold: million.cold < 0.4, free: cost.stores[0].freeRefuses }).toEqual({
    store: 'assets',
    cold: true,
    free: [],
  });
  expect(answer.cost.microdollars).toBeLessThan(0.4);

  const deployed = join(folder, 'deploy/pages-search');
  const said = await dryRun(deployed);
  expect(said).toMatch(/env\.INDEX\s+Assets/);
  expect(said).toContain('--dry-run: exiting now.');
});

test('a limit for the day is deployed with what adds up, and questions are refused beyond it', async () => {
  const folder = temporaryFolder();
  writeDocuments(folder);
  const { url } = await runLocally(folder, ['--daily-budget', '0.00002']);
  let spent = 0;
  let response = await fetch(`${url}v1/search?q=moon`);
  while (response.ok && spent < 100) {
    const { cost } = (await response.json()) as { cost: { microdollars: number } };
    spent += cost.microdollars;
    response = await fetch(`${url}v1/search?q=moon`);
  }
  const { code, most } = (await response.json()) as { code: string; most: number };
  expect([response.status, code, most]).toEqual([503, 'over-budget', 20]);
  // Answers, and reports of them.
  expect(spent).toBeGreaterThan(20 * 0.8);
  expect(spent).toBeLessThan(20);
  const left = Number(response.headers.get('retry-after'));
  const midnight = new Date().setUTCHours(24, 0, 0, 0);
  expect(Math.abs(left - (midnight - Date.now()) / 1000)).toBeLessThan(5);

  const deployed = join(folder, 'deploy/pages-search');
  expect(await dryRun(deployed)).toMatch(/env\.SPENDING \(Spending\)\s+Durable Object/);
  const other = ['deploy', 'shards/pages', '--daily-budget', '1', '--local'];
  expect(await sparsedge(folder, other)).toMatchObject({
    code: 2,
    err: expect.stringContaining('has 20 MAX_MICRODOLLARS_A_DAY: make it 1000000'),
  });
});

test('an index for R2 is deployed from a bucket, and its configuration is left to its owner', async () => {
  const folder = temporaryFolder();
  writeDocuments(folder);
  await sparsedge(folder, ['build', 'pages.jsonl', '--encoder', 'bm25', '--store', 'both', '-o', 'index']);
  const { out } = await sparsedge(folder, ['deploy', 'index', '--dry-run']);
  expect(out).toMatch(
    /make the R2 bucket index-search-index.*\n.*deploy the Worker.*\n.*make the new index the current/,
  );
  // A plan writes nothing.
  expect(existsSync(join(folder, 'deploy'))).toBe(false);

  const { writeDeployment } = await import('../../../build/local/deployment.ts');
  const to = {
    indexes: [{ name: '', folder: join(folder, 'index') }],
    folder: join(folder, 'to'),
    store: 'both',
    worker: 'index',
  } as const;
  const first = await writeDeployment({ ...to, name: 'first' });
  expect(first).toMatchObject({ name: 'first', bucket: 'first-index', kept: false, assets: 1 });
  expect(first.objects.at(-1)!.name).toBe('current');
  expect(first.objects.some(({ name }) => name.startsWith('pages/'))).toBe(false);
  expect(await dryRun(to.folder)).toMatch(/first-index/);

  const config = join(to.folder, 'wrangler.jsonc');
  writeFileSync(config, readFileSync(config, 'utf8').replace('"first"', '"mine"'));
  expect(await writeDeployment({ ...to, name: 'first' })).toMatchObject({ name: 'mine', kept: true });
  await expect(writeDeployment({ ...to, name: 'first', store: 'assets' })).rejects.toThrow(
    /is for an index in a bucket/,
  );

  // Its owner may comment settings out, and add others of the same names.
  writeFileSync(
    config,
    `{
      // "vars": { "MAX_MICRODOLLARS_A_DAY": 5 },
      "services": [{ "name": "other" }],
      "r2_buckets": [{ "binding": "OWN", "bucket_name": "own" }, { "binding": "INDEX", "bucket_name": "old" }, ],
      /* "name": "former", */
      "name": "mine",
    }`,
  );
  expect(await writeDeployment({ ...to, name: 'first' })).toMatchObject({
    name: 'mine',
    bucket: 'old',
    microdollarsADay: undefined,
  });
  writeFileSync(config, '{\n  "name": "mine"\n  "vars": {}\n}');
  await expect(writeDeployment({ ...to, name: 'first' })).rejects.toThrow(
    /expected JSON with comments, found CommaExpected in line 3/,
  );
});

test('a deployment holds what its index needs and nothing from before, without taking the space twice', async () => {
  const folder = temporaryFolder();
  writeDocuments(folder);
  const build = ['build', 'pages.jsonl', '--encoder', 'bm25', '--store', 'assets', '-o', 'index'];
  await sparsedge(folder, build);
  const { writeDeployment } = await import('../../../build/local/deployment.ts');
  const to = {
    indexes: [{ name: '', folder: join(folder, 'index') }],
    folder: join(folder, 'to'),
    store: 'assets',
    worker: 'index',
  } as const;
  const files = () =>
    readdirSync(join(to.folder, 'assets'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  const first = await writeDeployment({ ...to, name: 'x' });
  expect(files()).toHaveLength(first.assets);
  const page = files().find((path) => path.includes('/pages/'))!;
  expect(statSync(page).nlink).toBe(2);
  const current = readFileSync(join(to.folder, 'assets/current'));

  writeDocuments(folder, [{ id: 'z', text: 'Something else altogether.' }]);
  await sparsedge(folder, build);
  // What is deployed changes when it is deployed, and not when the index is built.
  expect(readFileSync(join(to.folder, 'assets/current'))).toEqual(current);
  const second = await writeDeployment({ ...to, name: 'x' });
  expect(files()).toHaveLength(second.assets);
  expect(readFileSync(join(to.folder, 'assets/current'))).toEqual(
    readFileSync(join(folder, 'index/current')),
  );
});

test('the example to deploy by a button is as a deployment is written', async () => {
  const folder = temporaryFolder();
  const example = join(ROOT, 'examples/deploy');
  for (const name of ['docs', 'wrangler.jsonc', 'package.json'])
    cpSync(join(example, name), join(folder, name), { recursive: true });
  const { code, err } = await sparsedge(folder, ['build', 'docs', '--store', 'assets', '-o', 'shards/docs']);
  expect({ code, err }).toMatchObject({ code: 0 });
  const { writeDeployment } = await import('../../../build/local/deployment.ts');
  const to = {
    indexes: [{ name: '', folder: join(folder, 'shards/docs') }],
    store: 'assets',
    worker: 'index',
    name: 'my-search',
  } as const;
  expect(await writeDeployment({ ...to, folder })).toMatchObject({ kept: true, name: 'my-search' });
  expect(await dryRun(folder)).toMatch(/env\.INDEX\s+Assets/);
  // And it says what a new one would.
  await writeDeployment({ ...to, folder: join(folder, 'new') });
  const settings = (path: string) =>
    readFileSync(join(path, 'wrangler.jsonc'), 'utf8').replace(/^\/\/.*\n/, '');
  expect(settings(example)).toBe(settings(join(folder, 'new')));
});

test.each([
  '--encoder=bm25',
  '--title-weight=3',
  '--skip-bad',
  '--no-expansion',
  '--out=elsewhere',
  '--drafts',
])('%s is refused where an index is deployed, of which it would change nothing', async (option) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'index'));
  writeFileSync(join(folder, 'index/current'), '');
  const { code, err } = await sparsedge(folder, ['deploy', 'index', option, '--dry-run']);
  const said = `${option.split('=')[0]} says how documents are built, and index is an index`;
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(said) });
});

test('what is wrong is said before anything is deployed', async () => {
  const folder = temporaryFolder();
  writeDocuments(folder);
  await sparsedge(folder, ['build', 'pages.jsonl', '--encoder', 'bm25', '-o', 'index']);
  const other = await sparsedge(folder, ['deploy', 'index', '--store', 'assets', '--dry-run']);
  expect(other).toMatchObject({ code: 2, err: expect.stringContaining('is built for the store r2') });
  const name = await sparsedge(folder, ['deploy', 'index', '--name', 'My Site', '--dry-run']);
  expect(name).toMatchObject({ code: 2, err: expect.stringContaining('must be of letters from a to z') });
});

test('two inputs that would be built into one folder are refused before anything is built', async () => {
  const folder = temporaryFolder();
  for (const place of ['x/docs', 'y/docs']) {
    mkdirSync(join(folder, place), { recursive: true });
    writeFileSync(join(folder, place, 'a.md'), `# ${place}\n`);
  }
  const deploy = (...inputs: string[]) =>
    sparsedge(folder, ['deploy', ...inputs, '--encoder', 'bm25', '--name', 'two', '--dry-run']);
  const said = /y\/docs would have one index, in shards\/docs: expected a folder for each/;
  expect(await deploy('a=x/docs', 'b=y/docs')).toMatchObject({ code: 2, err: expect.stringMatching(said) });
  expect(existsSync(join(folder, 'shards'))).toBe(false);
  expect(await deploy('x/docs')).toMatchObject({ code: 0 });
  // Nor may a build take the place of an index that is deployed beside it.
  expect(await deploy('a=shards/docs', 'b=y/docs')).toMatchObject({
    code: 2,
    err: expect.stringMatching(said),
  });
  const twice = ['deploy', 'a=shards/docs', 'b=shards/docs', '--name', 'two', '--dry-run'];
  expect(await sparsedge(folder, twice)).toMatchObject({ code: 0 });
});

test('files of somebody else are never removed for a deployment, and half a copy of its own is made anew', async () => {
  const folder = temporaryFolder();
  writeDocuments(folder);
  await sparsedge(folder, ['build', 'pages.jsonl', '--encoder', 'bm25', '--store', 'assets', '-o', 'index']);
  const { writeDeployment } = await import('../../../build/local/deployment.ts');
  for (const foreign of ['worker/mine.js', 'worker/src/index.js', 'assets/logo.png', 'assets/a/b/logo.png']) {
    const to = join(folder, foreign.replaceAll('/', '-'));
    const file = join(to, foreign);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, 'mine');
    const write = () => {
      const indexes = [{ name: '', folder: join(folder, 'index') }];
      return writeDeployment({ indexes, folder: to, store: 'assets', worker: 'index', name: 'x' });
    };
    await expect(write()).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(file),
    });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(existsSync(join(to, 'wrangler.jsonc'))).toBe(false);

    renameSync(file, join(file, '../.assetsignore'));
    const { assets } = await write();
    const written = () =>
      readdirSync(join(to, 'assets'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
        .map((entry) => join(entry.parentPath, entry.name));
    expect(written()).toHaveLength(assets);
    const sizes = written().map((path) => statSync(path).size);
    for (const path of written()) {
      const bytes = readFileSync(path);
      rmSync(path);
      writeFileSync(path, bytes.subarray(0, -1));
    }
    await write();
    expect(written().map((path) => statSync(path).size)).toEqual(sizes);
    expect(readFileSync(join(file, '../.assetsignore'), 'utf8')).toBe('mine');
  }
});
