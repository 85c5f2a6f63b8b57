// Folders of which somebody has removed files: whatever is done with the index says which file is missing and what to
// do about it, and building again mends it.

import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { presentObjects } from '../../../build/index/publish.ts';
import { verifyIndex } from '../../../build/inspect/verify.ts';
import { silent } from '../../../build/terminal/progress.ts';
import { folderSource } from '../../../build/work/files.ts';
import { sparsedge } from '../commands/command-line.ts';

const place = mkdtempSync(join(tmpdir(), 'sparsedge-missing-'));
const linesOf = (texts: readonly string[]) =>
  texts.map((text, i) => JSON.stringify({ id: `${i}`, title: text, text: `${text} and the sea` })).join('\n');

async function build(file: string, folder: string) {
  return sparsedge(place, ['build', file, '--encoder', 'bm25', '-o', folder]);
}

beforeAll(async () => {
  writeFileSync(join(place, 'pages.jsonl'), linesOf(['moon', 'tide', 'salt']));
  writeFileSync(join(place, 'more.jsonl'), linesOf(['moon', 'tide', 'salt', 'pepper']));
  writeFileSync(join(place, 'rules.yaml'), 'synonyms:\n  - [moon, luna]\n');
  expect((await build('pages.jsonl', 'whole')).code).toBe(0);
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** A copy of the index without its objects. */
function withoutObjects(name: string): string {
  cpSync(join(place, 'whole'), join(place, name), { recursive: true });
  for (const object of readdirSync(join(place, name, 'objects')))
    rmSync(join(place, name, 'objects', object));
  return name;
}

test('every object and the manifest of a build are missed, by their names', async () => {
  const whole = join(place, 'whole');
  const [manifest = ''] = readdirSync(join(whole, 'manifests'));
  const objects = readdirSync(join(whole, 'objects')).map((name) => `objects/${name}`);
  expect(objects.length).toBeGreaterThan(3);
  expect((await presentObjects(whole, manifest)).sort()).toEqual(objects.sort());
  for (const name of [...objects, `manifests/${manifest}`]) {
    const path = join(whole, name);
    renameSync(path, join(place, 'held'));
    const missed = { code: 'corrupt', message: `${path}: expected a file that the index needs, found none` };
    await expect(presentObjects(whole, manifest)).rejects.toMatchObject(missed);
    // `current` is a copy of the manifest, so that readers need no other.
    if (objects.includes(name))
      await expect(verifyIndex(folderSource(whole), silent)).rejects.toMatchObject(missed);
    renameSync(join(place, 'held'), path);
  }
});

test('every command says which file is missing, and what to do', async () => {
  const gone = withoutObjects('gone');
  for (const [command = '', ...args] of [
    ['search', gone, 'moon'],
    ['suggest', gone, 'mo'],
    ['inspect', gone],
    ['verify', gone],
    ['cost', gone],
    ['export', gone, '--ciff', 'gone.ciff'],
    ['rules', gone, 'rules.yaml'],
    ['deploy', gone, '--dry-run'],
    ['serve', gone, '--port', '0'],
  ]) {
    const { code, err } = await sparsedge(place, [command, ...args]);
    expect({ command, code, err }).toEqual({
      command,
      code: 1,
      err: expect.stringMatching(
        /^sparsedge: gone\/objects\/[0-9a-f]{32}: expected a file that the index needs, found none\nThe index is damaged: build it again, .*\n$/,
      ),
    });
  }
});

test('building again mends it, from the same input and from another', async () => {
  for (const input of ['pages.jsonl', 'more.jsonl']) {
    const folder = withoutObjects(`mended-${input}`);
    const { code, err } = await build(input, folder);
    expect({ code, err: err.replace(/^(?!sparsedge:).*\n?/gm, '') }).toEqual({ code: 0, err: '' });
    expect((await sparsedge(place, ['verify', folder])).code).toBe(0);
  }
});

test('where rules are lost or damaged, commands say so, and all goes on once others are set, or none', async () => {
  expect((await sparsedge(place, ['rules', 'whole', 'rules.yaml'])).code).toBe(0);
  for (const harm of ['lost', 'damaged']) {
    const folder = `rules-${harm}`;
    cpSync(join(place, 'whole'), join(place, folder), { recursive: true });
    const [name = ''] = readdirSync(join(place, folder, 'rules'));
    const path = join(place, folder, 'rules', name);
    if (harm === 'lost') rmSync(path);
    else writeFileSync(path, readFileSync(path).fill(0, 20, 24));
    const commands = [
      ['search', folder, 'moon'],
      ['rules', folder, '--show'],
      ['build', 'more.jsonl', '--encoder', 'bm25', '-o', folder],
      ['deploy', folder, '--name', 'x', '--dry-run'],
    ];
    for (const args of commands) {
      const { code, err } = await sparsedge(place, args);
      expect({ args, code, err }).toEqual({
        args,
        code: 1,
        err: expect.stringMatching(
          /^sparsedge: .*rules\/[0-9a-f-]{33}[\s\S]*\nThe rules are lost: set others with/,
        ),
      });
    }
    const mending = harm === 'lost' ? '--remove' : 'rules.yaml';
    expect((await sparsedge(place, ['rules', folder, mending])).code).toBe(0);
    for (const args of commands) expect(await sparsedge(place, args)).toMatchObject({ code: 0 });
  }
});
