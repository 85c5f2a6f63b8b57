// A site that is made searchable where it is: what `build --into` puts beside its pages, and what it leaves alone.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { sparsedge, temporaryFolder } from './command-line.ts';

/** A site in a folder of its own, with further files. */
function siteWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = temporaryFolder();
  const html = (title: string, text: string) =>
    `<!doctype html><html lang="en"><title>${title}</title><main><h1>${title}</h1><p>${text}</p></main></html>`;
  const all = {
    'site/index.html': html('Home', 'Where everything begins.'),
    'site/keys/index.html': html('Keys', 'To rotate a key, make a new one and revoke the old one.'),
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

const build = (folder: string, ...more: string[]) =>
  sparsedge(folder, ['build', 'site', '--into', 'site/_search', '--encoder', 'bm25', ...more]);
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();

test('what an earlier release put there goes, and nothing else does', async () => {
  const kept = {
    'site/_search/notes.txt': 'mine',
    'site/_search/mine.js': 'mine();',
    'site/_search/sub/engine-01234567.js': 'mine();',
    'site/evil.js': 'mine();',
  };
  const folder = siteWith({
    ...kept,
    'site/_search/engine-01234567.js': 'of an earlier release',
    'site/_search/component.js': 'of an earlier release',
    'site/_search/.sparsedge-page': [
      'component.js',
      'engine-01234567.js',
      '../evil.js',
      'sub/engine-01234567.js',
      'notes.txt',
      'gone-01234567.js',
      '..',
      '',
    ].join('\n'),
  });
  const first = await build(folder);
  expect(first, first.err).toMatchObject({ code: 0 });
  expect(existsSync(join(folder, 'site/_search/engine-01234567.js'))).toBe(false);
  for (const [name, text] of Object.entries(kept))
    expect([name, readFileSync(join(folder, name), 'utf8')]).toEqual([name, text]);
  const code = readFileSync(join(folder, 'site/_search/component.js'), 'utf8');
  expect(code).toContain('sparsedge-search');
  // What is there is none of the site's pages.
  expect(JSON.parse((await build(folder, '--json')).out)).toMatchObject({ documents: 2 });
  const after = filesIn(folder);
  expect((await build(folder)).code).toBe(0);
  expect(filesIn(folder)).toEqual(after);
});

test("somebody else's file in the place of one of ours is left alone, and nothing is built", async () => {
  const folder = siteWith({ 'site/_search/component.js': 'theirs();' });
  const before = filesIn(folder);
  const { code, err } = await build(folder);
  expect(code).toBe(2);
  expect(err).toMatch(/site\/_search\/component\.js is in the place of .* choose another/s);
  expect(filesIn(folder)).toEqual(before);
  expect(readFileSync(join(folder, 'site/_search/component.js'), 'utf8')).toBe('theirs();');
});

test('the licences of what others wrote of the code go with it', async () => {
  const folder = siteWith();
  expect((await build(folder)).code).toBe(0);
  const notices = readFileSync(join(folder, 'site/_search/LICENSES.txt'), 'utf8');
  expect(notices).toMatch(
    /^@orama\/stemmers [\d.]+ \(.+^fflate [\d.]+ \(MIT\)$.+Permission is hereby granted/ms,
  );
});
