import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ANSERINI_TOY, writeCiff } from '../ciff/wire.ts';
import { folderWithIndex, sparsedge, temporaryFolder } from './command-line.ts';

function folderWithToy(name = 'toy.ciff'): string {
  const folder = temporaryFolder();
  copyFileSync(writeCiff(ANSERINI_TOY, name), join(folder, name));
  return folder;
}

interface Answer {
  readonly hits: readonly { readonly id: string; readonly score: number; readonly title?: string }[];
}

async function hits(folder: string, index: string, query: string): Promise<Answer['hits']> {
  const { out } = await sparsedge(folder, ['search', index, query, '--json']);
  return (JSON.parse(out) as Answer).hits;
}

describe('sparsedge export and build', () => {
  test('write an index as CIFF and read it back, with the same answers and the same text', async () => {
    const folder = await folderWithIndex();
    const { code, out } = await sparsedge(folder, [
      'export',
      'shards/pages',
      '--ciff',
      'pages.ciff.gz',
      '--json',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ space: 'bm25', documents: 4 });
    const built = await sparsedge(folder, [
      ...['build', 'pages.ciff.gz', '--documents', 'pages.jsonl', '-o', 'shards/again', '--json'],
    ]);
    expect(built.err).toBe('');
    expect(JSON.parse(built.out)).toMatchObject({
      spaces: [{ name: 'vectors', quantizer: { maximum: 255 } }],
      read: { read: 4, empty: 0, ciff: { documents: 4, corpus: { missing: 0, unused: 0 } } },
    });
    const before = await hits(folder, 'shards/pages', 'salt of the sea');
    expect(before.length).toBe(3);
    expect(await hits(folder, 'shards/again', 'salt of the sea')).toEqual(before);
  });

  test('take counts when an encoder is named that weighs them, and are named after the file', async () => {
    const folder = folderWithToy('toy.ciff.gz');
    const { code, out } = await sparsedge(folder, ['build', 'toy.ciff.gz', '--encoder', 'bm25']);
    expect(code).toBe(0);
    expect(out).toContain('space bm25: bm25 k1 0.9 b 0.4');
    expect(out).toContain("The CIFF describes itself: Export of toy 3-document collection from Anserini's");
    expect(out).toContain('A CIFF has no text');
    expect(out).not.toContain('no query finds them');
    expect(existsSync(join(folder, 'shards/toy/current'))).toBe(true);
  });

  test('say which documents have no text', async () => {
    const folder = folderWithToy();
    writeFileSync(
      join(folder, 'corpus.jsonl'),
      '{"id": "WSJ_1", "text": "a"}\n{"id": "other", "text": "b"}\n',
    );
    const { out } = await sparsedge(folder, ['build', 'toy.ciff', '--documents', 'corpus.jsonl']);
    expect(out).toContain('2 of 3 documents are not in the corpus: they show their ids.');
    expect(out).toContain('1 document of the corpus are not in the CIFF: left out.');
  });

  test('read standard input when told what it is', async () => {
    const folder = folderWithToy();
    const input = readFileSync(join(folder, 'toy.ciff'));
    const { code } = await sparsedge(folder, ['build', '-', '--format', 'ciff', '-o', 'out'], input);
    expect(code).toBe(0);
  });

  test('are not for a model, not even the default one', async () => {
    const folder = folderWithToy();
    writeFileSync(join(folder, 'config.json'), '{"order": "input"}');
    const { code, err } = await sparsedge(folder, ['build', 'toy.ciff', '--config', 'config.json']);
    expect(err).toContain('the space sparsedge-en: expected an encoder that takes numbers');
    expect(code).toBe(2);
  });

  test.each([
    [['build', 'toy.ciff', '--skip-bad'], /--field and --skip-bad say how text is read/],
    [['build', 'toy.txt', '--documents', 'x'], /--documents gives a CIFF its text/],
    [['build', 'toy.ciff', '--k1', '1'], /the encoder vectors has no such parameters/],
    [['build', 'none.ciff'], /there is no file or folder none.ciff/],
    [['export', 'none', '--ciff', 'x.ciff'], /there is no folder none/],
    [['export', 'none'], /--ciff/],
  ])('refuse what has no meaning: %s', async (args, message) => {
    const { code, err } = await sparsedge(folderWithToy(), args);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });
});
