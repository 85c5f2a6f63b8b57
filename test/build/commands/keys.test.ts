import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { signToken } from '../../../access/key-ring.ts';
import { startLocalWorker } from '../../../build/local/local-worker.ts';
import { keyFile, readKeys, secretOf } from '../../../build/local/runtime/key-file.ts';
import { silent } from '../../../build/terminal/progress.ts';
import { connect } from '../../../src/http/client.ts';
import { sparsedge, temporaryFolder } from './command-line.ts';

const DOCUMENTS = [
  { id: 'a', text: 'The moon pulls the sea.', tenant: 'acme' },
  { id: 'b', text: 'The moon shines.', tenant: 'other' },
];

test('keys are made before there is a folder to deploy from, and for no filter that opens nothing', async () => {
  const folder = temporaryFolder();
  const create = ['keys', 'create', 'deploy/docs-search'];
  for (const path of ['deploy/docs-search', 'deploy/docs-search/keys.json', 'my-keys.json']) {
    const { code, out } = await sparsedge(folder, ['keys', 'create', path]);
    expect([path, code]).toEqual([path, 0]);
    expect(out).toContain(`${path.replace(/search$/, 'search/keys.json')} has what checks it`);
  }
  expect(readKeys(join(folder, 'deploy/docs-search/keys.json'))).toHaveLength(2);
  const { code, err } = await sparsedge(folder, [...create, '--filter', 'tenant:acme OR']);
  expect({ code, err }).toEqual({
    code: 2,
    err: expect.stringMatching(/^sparsedge: the filter, character \d+: expected/),
  });
  expect(readKeys(join(folder, 'deploy/docs-search/keys.json'))).toHaveLength(2);
});

test('keys that are made and revoked at the same time are not lost, nor is one that was revoked back', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'keys.json');
  await Promise.all(
    ['a', 'b'].map((note) => sparsedge(folder, ['keys', 'create', 'keys.json', '--note', note])),
  );
  await sparsedge(folder, ['keys', 'create', 'keys.json', '--note', 'c']);
  const { id } = readKeys(file).at(-1)!;
  const before = readKeys(file).length;
  const all = await Promise.all([
    sparsedge(folder, ['keys', 'revoke', 'keys.json', id]),
    ...['d', 'e', 'f', 'g'].map((note) => sparsedge(folder, ['keys', 'create', 'keys.json', '--note', note])),
  ]);
  for (const { code, err } of all)
    if (code !== 0)
      expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('keys.json is in use by') });
  const [revoked, ...made] = all.map(({ code }) => (code === 0 ? 1 : 0));
  expect(readKeys(file)).toHaveLength(before - revoked + made.reduce<number>((sum, one) => sum + one, 0));
  expect(readKeys(file).some((key) => key.id === id)).toBe(revoked === 0);
});

test('keys are made, listed and revoked, sign tokens, and a Worker is asked with them', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'docs.jsonl'), DOCUMENTS.map((each) => `${JSON.stringify(each)}\n`).join(''));
  await sparsedge(folder, ['build', 'docs.jsonl', '--encoder', 'bm25', '--language', 'en']);
  const keys = async (...args: string[]) => {
    const { code, out, err } = await sparsedge(folder, ['keys', ...args, '--json']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return JSON.parse(out);
  };
  const site = await keys('create', 'keys.json', '--note', 'the site', '--signs', '--expires', '90d');
  const gone = await keys('create', 'keys.json', '--filter', 'tenant:acme');
  expect(site.key).toMatch(/^sek_[0-9a-f]{8}_[\w-]{43}$/);
  const kept = readFileSync(join(folder, 'keys.json'), 'utf8');
  for (const { key } of [site, gone]) expect(kept).not.toContain(key.slice(13));
  expect(statSync(join(folder, 'keys.json')).mode & 0o077).toBe(0);
  const listed = await keys('list', 'keys.json');
  expect(listed.keys).toMatchObject([
    { id: site.id, scope: 'search', signs: true, note: 'the site', expires: expect.any(Number) },
    { id: gone.id, signs: false, filter: 'tenant:acme' },
  ]);
  expect(JSON.stringify(listed)).not.toMatch(/hash/);

  const serve = async () => {
    const settings = { KEYS: secretOf(readKeys(keyFile(join(folder, 'keys.json')))) };
    const worker = await startLocalWorker(join(folder, 'shards/docs'), {
      port: 0,
      settings,
      startProgress: silent,
    });
    onTestFinished(worker.stop);
    return worker;
  };
  const worker = await serve();
  const ids = async (key?: string) =>
    (await connect(worker.url, fetch, key).search('moon')).hits.map(({ id }) => id).sort();
  await expect(ids()).rejects.toMatchObject({ status: 401, code: 'unauthorized' });
  expect(await ids(site.key)).toEqual(['a', 'b']);
  expect(await ids(gone.key)).toEqual(['a']);
  const expires = Math.floor(Date.now() / 1000) + 60;
  expect(await ids(await signToken(site.key, { filter: 'tenant:other', expires }))).toEqual(['b']);
  const env = { SPARSEDGE_KEY: site.key };
  const sign = ['keys', 'sign', '--filter', 'tenant:acme', '--expires', '12h'];
  const signed = await sparsedge(folder, sign, '', env);
  expect(await ids(signed.out.trim())).toEqual(['a']);
  await worker.stop();

  await keys('revoke', 'keys.json', gone.id);
  const after = await serve();
  await expect(connect(after.url, fetch, gone.key).index()).rejects.toMatchObject({ status: 401 });
  expect((await connect(after.url, fetch, site.key).index()).documents).toBe(2);
});

test('what is no key, file or time is refused, and more keys than a secret holds', async () => {
  const folder = temporaryFolder();
  const keys = (...args: string[]) => sparsedge(folder, ['keys', ...args]);
  expect(await keys('list', 'none.json')).toMatchObject({
    code: 2,
    err: expect.stringContaining('found no file'),
  });
  writeFileSync(join(folder, 'wrong.json'), '[{"id":"sek_secret"}]');
  const wrong = await keys('create', 'wrong.json');
  expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('found something else at 0.id') });
  expect(wrong.err).not.toContain('sek_secret');
  for (const when of ['2001-01-01', '90', 'soon'])
    expect(await keys('create', 'keys.json', '--expires', when)).toMatchObject({ code: 2 });
  expect(existsSync(join(folder, 'keys.json'))).toBe(false);
  expect(await keys('create', 'keys.json', '--index', '../docs')).toMatchObject({ code: 2 });
  expect(await keys('sign', '--expires', '1h')).toMatchObject({
    code: 2,
    err: expect.stringContaining('SPARSEDGE_KEY'),
  });
  await keys('create', 'keys.json');
  expect(await keys('revoke', 'keys.json', 'ffffffff')).toMatchObject({ code: 1 });
  const [key] = JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8'));
  const many = Array.from({ length: 60 }, (_, i) => ({ ...key, id: i.toString(16).padStart(8, '0') }));
  writeFileSync(join(folder, 'keys.json'), JSON.stringify(many));
  expect(await keys('create', 'keys.json')).toMatchObject({
    code: 2,
    err: expect.stringContaining('has room for 5120'),
  });
});
