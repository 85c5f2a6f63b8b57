import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sparsedge, temporaryFolder, writeDocuments } from './command-line.ts';
import { startS3 } from './remote/s3-server.ts';

/** Stands in for what Wrangler does at Cloudflare: it notes what it is asked for, and what the bucket has by then. */
const WRANGLER = `
import { appendFileSync, copyFileSync, existsSync, writeFileSync } from 'node:fs';
const [command, ...more] = process.argv.slice(2);
const list = await fetch(process.env.LISTING);
appendFileSync('calls.jsonl', JSON.stringify({ command: [command, ...more].join(' '), there: await list.json() }) + '\\n');
const file = more[more.indexOf('--file') + 1];
if (more[1] === 'put' && more[2].endsWith('/current')) copyFileSync(file, 'bucket-current');
if (more[1] === 'get') {
  if (existsSync('bucket-current')) copyFileSync('bucket-current', file);
  else throw new Error('The specified key does not exist.');
}
if (command === 'deploy')
  writeFileSync(process.env.WRANGLER_OUTPUT_FILE_PATH, JSON.stringify({ type: 'deploy', targets: ['https://x.example'] }));
`;

/** Lets the folder `to` be deployed by what stands in for Wrangler. */
function prepareWrangler(folder: string): void {
  const bin = join(folder, 'to/node_modules/wrangler/bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'wrangler.js'), WRANGLER);
  writeFileSync(join(bin, '../package.json'), '{ "name": "wrangler", "type": "module" }');
  const bound = { binding: 'INDEX', bucket_name: 'indexes' };
  writeFileSync(join(folder, 'to/wrangler.jsonc'), JSON.stringify({ name: 'mine', r2_buckets: [bound] }));
}

test('what is known to be in a bucket is not uploaded again, and all is where nothing is known', async () => {
  const folder = temporaryFolder();
  writeDocuments(folder);
  await sparsedge(folder, ['build', 'pages.jsonl', '--encoder', 'bm25', '-o', 'index']);
  prepareWrangler(folder);
  const record = join(folder, 'to/uploaded.json');
  const uploads = async () => {
    rmSync(join(folder, 'to/calls.jsonl'), { force: true });
    const none = { AWS_ACCESS_KEY_ID: '', LISTING: 'data:application/json,[]' };
    const { code, err } = await sparsedge(folder, ['deploy', 'index', '--to', 'to', '--json'], '', none);
    expect(code, err).toBe(0);
    const calls = readFileSync(join(folder, 'to/calls.jsonl'), 'utf8');
    return calls.match(/r2 object put indexes\/(?!current )/g)?.length ?? 0;
  };
  const all = await uploads();
  expect(all).toBeGreaterThan(2);
  expect(await uploads()).toBe(0);
  const whole = readFileSync(record, 'utf8');
  // As a full disk, a kill or a hand leaves it.
  for (const damaged of [whole.slice(0, -9), '', '[]', '{"indexes":"all"}']) {
    writeFileSync(record, damaged);
    expect(await uploads(), damaged).toBe(all);
    expect(JSON.parse(readFileSync(record, 'utf8'))).toEqual(JSON.parse(whole));
  }
  // Somebody else has published since, and may have pruned.
  writeFileSync(join(folder, 'to/bucket-current'), 'another');
  expect(await uploads()).toBe(all);
  expect(await uploads()).toBe(0);
});

test('an index goes to its bucket as it is published, and the Worker between its objects and current', async () => {
  const folder = temporaryFolder();
  writeDocuments(folder);
  await sparsedge(folder, ['build', 'pages.jsonl', '--encoder', 'bm25', '--store', 'both', '-o', 'index']);
  prepareWrangler(folder);
  const server = await startS3();
  const bucket = server.open('');
  const listing = createServer(async (_, response) =>
    response.end(JSON.stringify([...(await bucket.list()).keys()])),
  );
  listing.listen(0, '127.0.0.1');
  await once(listing, 'listening');
  onTestFinished(() => void listing.close());
  const { port } = listing.address() as AddressInfo;
  const env = { ...server.env, LISTING: `http://127.0.0.1:${port}` };
  const deploy = () => sparsedge(folder, ['deploy', 'index', '--to', 'to', '--json'], '', env);
  const calls = () =>
    readFileSync(join(folder, 'to/calls.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { command: string; there: string[] });

  const { code, out, err } = await deploy();
  expect(code, err).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ url: 'https://x.example', name: 'mine' });
  expect(calls().map(({ command }) => command)).toEqual(['r2 bucket create indexes', 'deploy']);
  const [, { there }] = calls();
  const all = [...(await bucket.list()).keys()];
  expect(there.some((name) => name.startsWith('tables/') || name.startsWith('objects/'))).toBe(true);
  expect(all.filter((name) => !there.includes(name)).sort()).toEqual(
    ['current', all.find((name) => name.startsWith('manifests/'))!, 'publishing'].sort(),
  );
  // Its document pages lie among the assets.
  expect(all.some((name) => name.startsWith('pages/'))).toBe(false);
  expect(existsSync(join(folder, 'to/uploaded.json'))).toBe(false);
});
