import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DOCUMENTS, folderWithIndex, sparsedge, writeDocuments } from './command-line.ts';
import { isAlive, serve, stop } from './serving.ts';

test('serve answers over HTTP until Ctrl-C and leaves no process behind', async () => {
  const folder = await folderWithIndex();
  const { child, url } = await serve(folder, '--max-k', '1000');
  const answer = await (await fetch(`${url}v1/search?q=moon+and+sea&k=1`)).json();
  const here = await sparsedge(folder, ['search', 'shards/pages', 'moon and sea', '-k', '1', '--json']);
  const { hits, index } = JSON.parse(here.out);
  expect(answer).toMatchObject({ hits, exact: true, index: { build: index.build } });
  expect(await (await fetch(`${url}v1/documents/c`)).json()).toMatchObject({ document: DOCUMENTS[2] });

  writeFileSync(join(folder, 'queries.tsv'), 'q1\ttides\n');
  writeFileSync(join(folder, 'qrels.txt'), 'q1 0 a 1\n');
  const files = ['--queries', 'queries.tsv', '--qrels', 'qrels.txt', '--json'];
  const evaluated = await sparsedge(folder, ['eval', 'shards/pages', ...files, '--url', url]);
  expect(JSON.parse(evaluated.out)).toMatchObject({ url, measures: { 'MRR@10': 1 } });

  const twice = await sparsedge(folder, ['serve', '--port', '0']);
  expect(twice).toMatchObject({
    code: 1,
    err: expect.stringMatching(/pages is in use by process \d+ .*for serving/),
  });

  expect(await stop(child)).toBe(0);
  expect(isAlive(child)).toBe(false);
});

test('serve copies only what changed, and serves the index that is current', async () => {
  const folder = await folderWithIndex();
  const first = await serve(folder, 'shards/pages');
  expect(first.copied).toMatchObject({ kept: 0 });
  await stop(first.child);
  const again = await serve(folder, 'shards/pages');
  expect(again.copied).toMatchObject({ objects: 0, kept: first.copied.objects });
  await stop(again.child);

  writeDocuments(folder, [...DOCUMENTS, { id: 'e', text: 'Zebras graze.' }]);
  await sparsedge(folder, ['build', 'pages.jsonl', '--encoder', 'bm25']);
  const newer = await serve(folder, 'shards/pages');
  const { hits } = (await (await fetch(`${newer.url}v1/search?q=zebra`)).json()) as {
    hits: { id: string }[];
  };
  expect(hits).toMatchObject([{ id: 'e' }]);
  await stop(newer.child);
});

test('serve refuses a port that is taken and a folder without an index', async () => {
  const folder = await folderWithIndex();
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const onTaken = await sparsedge(folder, ['serve', 'shards/pages', '--port', String(port)]);
  expect(onTaken).toMatchObject({ code: 2, err: expect.stringContaining(`port ${port} cannot be used`) });
  expect(await sparsedge(folder, ['serve', 'shards'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('shards holds no finished index'),
  });
});

test('serve names a damaged index and ends', async () => {
  const folder = await folderWithIndex();
  const current = join(folder, 'shards/pages/current');
  writeFileSync(current, readFileSync(current, 'utf8').replace('sparsedge', 'sparsely!'));
  const ended = await sparsedge(folder, ['serve', 'shards/pages', '--port', '0']);
  expect(ended).toMatchObject({ code: 1, err: expect.stringContaining('The index is damaged') });
});

/** The processes of the Worker's runtime whose command line names a folder. */
function runtimes(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('workerd');
      } catch {
        return false;
      }
    })
    .map(Number);
}

test.skipIf(process.platform !== 'linux')(
  'serve leaves no process behind when it is killed, and blocks nobody (looks for processes in /proc)',
  async () => {
    const folder = await folderWithIndex();
    const before = new Set(runtimes());
    const { child } = await serve(folder, 'shards/pages');
    const own = runtimes().filter((pid) => !before.has(pid) && parentOf(pid) === child.pid);
    expect(own.length).toBeGreaterThan(0);
    process.kill(child.pid!, 'SIGKILL');
    while (own.some((pid) => parentOf(pid) !== undefined))
      await new Promise((resolve) => setTimeout(resolve, 50));
    const again = await serve(folder, 'shards/pages');
    expect((await fetch(`${again.url}v1/search?q=moon`)).status).toBe(200);
    expect(existsSync(join(folder, '.sparsedge'))).toBe(true);
    const kept = readdirSync(join(folder, '.sparsedge'), { recursive: true }).map(String);
    expect(kept.filter((path) => path.includes('observability'))).toEqual([]);
    await stop(again.child);
  },
);

/** The parent of a process that runs; nothing for one that has ended. */
function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : Number(parent);
  } catch {
    return undefined;
  }
}
