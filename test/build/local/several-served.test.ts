import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeDeployment } from '../../../build/local/deployment.ts';
import { startLocalWorker } from '../../../build/local/local-worker.ts';
import { nameIndexes, splitName } from '../../../build/local/named-indexes.ts';
import { silent } from '../../../build/terminal/progress.ts';
import { connect } from '../../../src/http/client.ts';
import { sparsedge, temporaryFolder, writeDocuments } from '../commands/command-line.ts';

const POSTS = [
  { id: 'a', text: 'A post on the moon.' },
  { id: 'p', text: 'A post on sourdough.' },
];

/** Builds an index of pages and one of posts for a store. */
async function build(folder: string, store: string): Promise<string[]> {
  writeDocuments(folder);
  writeFileSync(join(folder, 'posts.jsonl'), POSTS.map((post) => `${JSON.stringify(post)}\n`).join(''));
  for (const name of ['pages', 'posts']) {
    const args = ['build', `${name}.jsonl`, '--encoder', 'bm25', '--store', store];
    const { code, err } = await sparsedge(folder, args);
    expect({ code, err }).toMatchObject({ code: 0 });
  }
  return ['pages', 'posts'].map((name) => join(folder, 'shards', name));
}

test.each(['assets', 'both', 'r2'])(
  'indexes for the store %s are served together, and as they are deployed, by their names',
  async (store) => {
    const folder = temporaryFolder();
    const [pages, posts] = await build(folder, store);
    const indexes = nameIndexes([`docs=${pages}`, posts!].map(splitName));
    const to = join(folder, 'deploy');
    const written = await writeDeployment({
      indexes,
      folder: to,
      name: 'both-of-them',
      store: store as 'r2',
      worker: 'index',
    });
    expect(written.indexes).toBe('docs,posts');
    const placed = indexes.map(({ name }) => ({ name, folder: join(to, 'assets', name) }));
    for (const each of store === 'assets' ? [indexes, placed] : [indexes]) {
      const { url, stop } = await startLocalWorker(each, { port: 0, startProgress: silent });
      onTestFinished(stop);
      const client = connect(url);
      expect(await client.indexes()).toEqual(['docs', 'posts']);
      const ids = async (index?: string) => (await client.search('moon', { index })).hits.map(({ id }) => id);
      expect((await ids()).sort()).toEqual(['a', 'b']);
      expect(await ids('posts')).toEqual(['a']);
      const { hits, merged, exact } = await client.search('moon', { index: 'docs,posts' });
      expect(hits.map(({ index, id }) => `${index}/${id}`).sort()).toEqual(['docs/a', 'docs/b', 'posts/a']);
      expect([exact, merged!.indexes.map(({ hits }) => hits)]).toEqual([true, [2, 1]]);
      expect((await client.document('a', { index: 'posts' })).document.text).toBe('A post on the moon.');
      expect((await client.index({ index: 'posts' })).documents).toBe(2);
      await expect(client.search('moon', { index: 'other' })).rejects.toMatchObject({ code: 'not-found' });
    }
    // Each has its own folder, and `current` comes last.
    const [first] = written.objects;
    if (store === 'assets') expect(first).toBeUndefined();
    else expect(written.objects.map(({ name }) => name)).toContain('posts/current');
    expect(written.assets > 0).toBe(store !== 'r2');
    // One index less is another deployment.
    const less = {
      indexes: indexes.slice(0, 1),
      folder: to,
      name: 'x',
      store: store as 'r2',
      worker: 'index' as const,
    };
    await expect(writeDeployment(less)).rejects.toThrow(
      /its INDEXES among "vars" is "docs,posts": make it "docs"/,
    );
  },
);

test('what cannot be one deployment is refused', async () => {
  const folder = temporaryFolder();
  await build(folder, 'assets');
  await sparsedge(folder, ['build', 'posts.jsonl', '--encoder', 'bm25', '-o', 'shards/Posts']);
  const serve = (...folders: string[]) => sparsedge(folder, ['serve', ...folders, '--port', '0']);
  expect(await serve('shards/pages', 'shards/Posts')).toMatchObject({
    code: 2,
    err: expect.stringContaining('"Posts" is no name of an index'),
  });
  expect(await serve('shards/pages', 'posts=shards/Posts')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/is built for the store assets, and .* for r2/),
  });
  expect(await serve('shards/pages', 'pages=shards/posts')).toMatchObject({
    code: 2,
    err: expect.stringContaining('two indexes are called "pages"'),
  });
  const plan = await sparsedge(folder, ['deploy', 'shards/pages', 'shards/posts', '--dry-run', '--json']);
  expect(JSON.parse(plan.out)).toMatchObject({
    indexes: [
      { name: 'pages', folder: 'shards/pages' },
      { name: 'posts', folder: 'shards/posts' },
    ],
    store: 'assets',
  });
});
