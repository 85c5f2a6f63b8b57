import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sparsedge, temporaryFolder } from './command-line.ts';

const BM25 = ['--encoder', 'bm25'];

function docs(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'docs'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'docs', name), text);
  return folder;
}

test('build says what of a folder was not read, to people and to programs', async () => {
  const folder = docs({
    'a.md': 'tides',
    'b.jsonl': '{"id":"b","text":"moon"}\n',
    'c.rst': 'Sun\n===\n',
    'd.png': '',
    'e.tsv': 'e\t"Salt" of the sea\n',
  });
  const { code, out } = await sparsedge(folder, ['build', 'docs', ...BM25]);
  expect(code).toBe(0);
  expect(out).toContain('Read 3 files and skipped 1:\n  c.rst: its format is not read');
  expect(out).toContain('Files that are no documents by their names, or of another format: 1 .png.');
  expect(out).toContain("docs/e.tsv: read as MS MARCO's form");
  const { read } = JSON.parse((await sparsedge(folder, ['build', 'docs', ...BM25, '--json'])).out);
  expect(read).toMatchObject({
    read: 3,
    files: { read: 3, skipped: [{ file: 'c.rst' }], others: { '.png': 1 } },
    notes: [expect.stringContaining('MS MARCO')],
  });
});

test('build says which generator it takes Markdown for the sources of, and by which file', async () => {
  const folder = docs({ 'a.md': 'tides' });
  const options = ['build', 'docs', ...BM25];
  const said = 'By ../mkdocs.yml, the Markdown is taken for the sources of a site that MkDocs makes';
  expect((await sparsedge(folder, options)).out).not.toContain('the sources of a site');
  writeFileSync(join(folder, 'mkdocs.yml'), '');
  expect((await sparsedge(folder, options)).out).toContain(said);
  const { read } = JSON.parse((await sparsedge(folder, [...options, '--json'])).out);
  expect(read.generator).toEqual({ name: 'mkdocs', foundBy: '../mkdocs.yml' });
  expect((await sparsedge(folder, [...options, '--generator', 'hugo'])).out).not.toContain(said);
  expect((await sparsedge(folder, ['deploy', 'docs', '--dry-run', ...BM25])).err).toContain(said);
  writeFileSync(join(folder, 'docs', 'a.md'), '');
  writeFileSync(join(folder, 'docs', 'b.html'), '<p>tides');
  expect((await sparsedge(folder, [...options, '--format', 'html'])).out).not.toContain(said);
});

test('build ends with exit code 2 where most files of a folder would be skipped', async () => {
  const folder = docs({ 'a.md': 'tides', 'b.rst': 'Moon\n', 'c.txt': 'sun' });
  const { code, err } = await sparsedge(folder, ['build', 'docs', ...BM25]);
  expect(code).toBe(2);
  expect(err).toContain('docs: most files would be skipped, 2, and only 1 read');
  expect(err).toContain('\n  b.rst: ');
});

test('build names the files of documents that have one id', async () => {
  const folder = docs({ 'guide.md': 'one', 'guide.markdown': 'two' });
  const { code, err } = await sparsedge(folder, ['build', 'docs', ...BM25]);
  expect(code).toBe(2);
  expect(err).toContain('the id "guide": docs/guide.markdown and docs/guide.md; ids must be unique');
});

test('a name that only links say finds its page, before pages that have its words', async () => {
  const folder = docs({
    'bind.html': '<title>Binding values</title><h1 id=top>Binding values</h1><p>How to.',
    'list.html': '<h1>Functions</h1><p>All of them:<p><a href="bind.html">acme_bind_blob()</a>',
    'news.html': '<h1>News</h1><p>acme_bind_blob is faster: acme_bind_blob, acme bind blob.',
  });
  expect((await sparsedge(folder, ['build', 'docs', ...BM25])).code).toBe(0);
  const { out } = await sparsedge(folder, ['search', 'shards/docs', 'acme_bind_blob', '--json']);
  expect(JSON.parse(out).hits[0].id).toBe('bind.html#top');
});

test('build says what fields there are and why, and takes a schema of them that it wrote', async () => {
  const folder = docs({
    'a.jsonl':
      '{"id":"a","text":"x","version":"1","tags":["api"],"price":3.5}\n{"id":"b","text":"y","version":"n/a"}\n' +
      '{"id":"c","text":"z","version":"2","price":4}\n',
  });
  const { out } = await sparsedge(folder, ['build', 'docs', ...BM25, '--schema-out', 'fields.json']);
  expect(out).toMatch(/Fields, by which documents are filtered/);
  expect(out).toMatch(/price +number +2 documents\n/);
  expect(out).toMatch(/tags +list of keywords +1 document\n/);
  expect(out).toMatch(/version +keyword +3 documents +not a number: "n\/a" in "b"\n/);
  const written = JSON.parse(readFileSync(join(folder, 'fields.json'), 'utf8'));
  expect(written).toEqual({
    fields: { price: 'number', tags: { type: 'keyword', list: true }, version: 'keyword' },
  });
  written.fields.version = 'number';
  writeFileSync(join(folder, 'fields.json'), JSON.stringify(written));
  const build = (...more: string[]) =>
    sparsedge(folder, ['build', 'docs', ...BM25, '--schema', 'fields.json', ...more]);
  const refused = await build();
  expect(refused.code).toBe(2);
  expect(refused.err).toContain('docs/a.jsonl:2: the field version: expected a number such as 3 or -2.5');
  const skipping = await build('--skip-bad');
  expect(skipping.out).toMatch(/version +number +2 documents +as the schema says/);
  expect(skipping.out).toContain('Skipped 1 malformed record:\n');
});

test('a schema of fields that is wrong is refused with what is wrong, and two schemas are one too many', async () => {
  const folder = docs({ 'a.md': 'tides' });
  const write = (name: string, content: unknown) =>
    writeFileSync(join(folder, name), JSON.stringify(content));
  write('fields.json', { fields: { version: 'integer' } });
  const wrong = await sparsedge(folder, ['build', 'docs', ...BM25, '--schema', 'fields.json']);
  expect(wrong.code).toBe(2);
  expect(wrong.err).toMatch(/the schema of fields fields.json is wrong:\n.*\n.*fields.version/);
  write('config.json', { spaces: [{ encoder: 'bm25' }], schema: { fields: { version: 'number' } } });
  write('fields.json', {});
  const both = await sparsedge(folder, [
    'build',
    'docs',
    '--config',
    'config.json',
    '--schema',
    'fields.json',
  ]);
  expect(both.code).toBe(2);
  expect(both.err).toContain('both --schema and the configuration have a schema of fields');
  const one = await sparsedge(folder, ['build', 'docs', '--config', 'config.json']);
  expect(one.out).toContain('No document has what the schema of fields names: "version".');
});
