// The generation before the current one is gone back to whole, or not at all.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { objectsOf, rollBack } from '../../../build/index/publish.ts';
import { folderSource } from '../../../build/work/files.ts';
import { decodeManifest } from '../../../src/core/format/manifest.ts';
import { DOCUMENTS, sparsedge, temporaryFolder, writeDocuments } from '../commands/command-line.ts';

test('a generation is not gone back to where a file of it is missing or damaged, and the message says of which one', async () => {
  const cwd = temporaryFolder();
  const out = join(cwd, 'out');
  for (const count of [2, 3]) {
    writeDocuments(cwd, DOCUMENTS.slice(0, count));
    await sparsedge(cwd, ['build', 'pages.jsonl', '-o', 'out', '--encoder', 'bm25']);
  }
  const current = readFileSync(join(out, 'current'));
  const { build: before } = decodeManifest(readFileSync(join(out, 'previous')), 'previous');
  const manifest = `manifests/${before}`;
  const refused = {
    code: 'corrupt',
    message: expect.stringContaining('the generation before the current one'),
  };
  for (const name of [manifest, ...(await objectsOf(folderSource(out), before))]) {
    const bytes = readFileSync(join(out, name));
    rmSync(join(out, name));
    await expect(rollBack(out), `without ${name}`).rejects.toMatchObject(refused);
    writeFileSync(join(out, name), bytes);
  }
  for (const name of [manifest, 'previous']) {
    const bytes = readFileSync(join(out, name));
    writeFileSync(
      join(out, name),
      bytes.map((byte, at) => (at === 40 ? byte ^ 1 : byte)),
    );
    const { code, err } = await sparsedge(cwd, ['rollback', 'out']);
    expect(code).toBe(1);
    expect(err).toMatch(/the generation before the current one is damaged.*\nThe current one stays as it is/);
    writeFileSync(join(out, name), bytes);
  }
  expect(readFileSync(join(out, 'current'))).toEqual(current);
  expect(await rollBack(out)).toBe(before);
});
