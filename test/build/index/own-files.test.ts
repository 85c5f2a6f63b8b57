// A build touches nothing that it did not write, one writer works at a time, and whatever stands where an object should
// be ends in an error that names it.

import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeManifest, encodeManifest } from '../../../src/core/format/manifest.ts';
import { decodeTable, encodeTable, tableChecksum } from '../../../src/core/format/page-table.ts';
import { SLOW } from '../../fixtures/slow.ts';
import { CLI, NODE, sparsedge, temporaryFolder, writeDocuments } from '../commands/command-line.ts';
import { contents } from '../folder-contents.ts';

const BM25 = ['--encoder', 'bm25'];

function build(cwd: string, out: string, ...more: string[]) {
  return sparsedge(cwd, ['build', 'pages.jsonl', '-o', out, ...BM25, ...more]);
}

/** Files of somebody else at every name that an index uses as a folder, or near it. */
function othersFiles(folder: string): ReadonlyMap<string, string> {
  const files = {
    'notes.txt': 'mine',
    'objects/shelf.txt': 'mine',
    'objects/0123456789abcdef0123456789abcdef': 'mine, though it looks like an object',
    'manifests/ship.txt': 'mine',
    'manifests/0123456789abcdef': 'mine, though it looks like a manifest',
    'inputs/form.txt': 'mine',
    'models/car.txt': 'mine',
    'pages/index.html': 'mine',
    'pages/0123456789abcdef0123456789abcdef': 'mine, though it looks like a page',
    'current.txt': 'mine',
    'pages.jsonl.partial': 'mine',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return new Map(Object.entries(files));
}

function expectUntouched(folder: string, files: ReadonlyMap<string, string>): void {
  for (const [name, text] of files) expect(readFileSync(join(folder, name), 'utf8'), name).toBe(text);
}

describe("other people's files", () => {
  test.each(['.', 'docs', 'docs/deep'])(
    'stay as they are whatever is done to an index in %s',
    async (out) => {
      const cwd = temporaryFolder();
      const folder = join(cwd, out);
      mkdirSync(folder, { recursive: true });
      const files = othersFiles(folder);
      for (const [count, more] of [
        [4, []],
        [3, ['--store', 'both']],
        [2, []],
        [2, ['--k1', '1.2']],
      ] as const) {
        writeDocuments(cwd, DOCUMENTS.slice(0, count));
        expect(await build(cwd, out, ...more)).toMatchObject({ code: 0, err: '' });
        expectUntouched(folder, files);
      }
      expect((await sparsedge(cwd, ['rollback', out])).code).toBe(0);
      expect((await sparsedge(cwd, ['verify', out])).code).toBe(0);
      expect((await sparsedge(cwd, ['prune', out])).code).toBe(0);
      expect((await sparsedge(cwd, ['verify', out])).code).toBe(0);
      expectUntouched(folder, files);
      expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
    },
  );

  test('are read again from a folder that its index was built into', async () => {
    const cwd = temporaryFolder();
    const site = join(cwd, 'site/docs');
    mkdirSync(join(site, 'pages'), { recursive: true });
    for (const name of ['one.md', 'two.md', 'pages/three.md'])
      writeFileSync(join(site, name), `# ${name}\n\nSalt.\n`);
    const documents = async (input: string, ...more: string[]) => {
      const { out } = await sparsedge(cwd, ['build', input, '-o', 'site/docs', ...BM25, ...more, '--json']);
      const { documents, read } = JSON.parse(out);
      expect(read.files).toMatchObject({ read: 3, skipped: [] });
      return documents;
    };
    expect(await documents('site/docs')).toBe(3);
    expect(await documents('site/docs', '--store', 'assets')).toBe(3);
    expect(await documents('site/docs', '--k1', '1.5')).toBe(3);
    expect(await documents('site')).toBe(3);
  });

  test('stay where a forged generation names them as its objects', async () => {
    const cwd = temporaryFolder();
    writeDocuments(cwd);
    expect((await build(cwd, 'out')).code).toBe(0);
    writeFileSync(join(cwd, 'mine.txt'), 'mine');
    const folder = join(cwd, 'out');
    const manifest = decodeManifest(readFileSync(join(folder, 'current')), 'current');
    const { name, crc32 } = manifest.table;
    const forged = '00000000000000ff';
    const table = decodeTable(readFileSync(join(folder, name)), manifest.build, crc32, name);
    const documents = {
      ...table.documents,
      digests: undefined,
      shards: [{ name: '../mine.txt', firstPage: 0 }],
    };
    const bytes = encodeTable({ ...table, documents }, forged);
    writeFileSync(join(folder, 'objects/forged'), bytes);
    const entry = { name: 'objects/forged', bytes: bytes.length, crc32: tableChecksum(bytes, name) };
    const path = join(folder, 'manifests', forged);
    writeFileSync(path, encodeManifest({ ...manifest, build: forged, table: entry }));
    expect((await sparsedge(cwd, ['prune', 'out'])).code).toBe(0);
    // It cannot be read, so what is its own is not known.
    expect(existsSync(path)).toBe(true);
    expect(readFileSync(join(cwd, 'mine.txt'), 'utf8')).toBe('mine');
  });

  test('stay whatever else is written beside them', async () => {
    const cwd = temporaryFolder();
    writeDocuments(cwd);
    expect((await build(cwd, 'index')).code).toBe(0);
    writeFileSync(join(cwd, 'queries.txt'), 'one\ntwo\nthree\nfour\n');
    const outputs = ['e.jsonl', 'kept.jsonl', 'x.ciff', 'part-1-of-1', 'words.txt', 'model'];
    const files = outputs.flatMap((name) => [`${name}.partial`, `.${name}`, `${name}.lock`, `${name}.tmp`]);
    for (const name of files) writeFileSync(join(cwd, name), 'mine');
    const expansions = ['--expansions', 'e.jsonl', '--keep', '0.5', ...BM25];
    for (const args of [
      ['expand', 'import', 'pages.jsonl', 'queries.txt', '-o', 'e.jsonl'],
      ['filter', 'pages.jsonl', ...expansions, '-o', 'kept.jsonl'],
      ['export', 'index', '--ciff', 'x.ciff'],
      ['words', 'pages.jsonl', '-o', 'words.txt'],
      ['encode', 'pages.jsonl', '--part', '1/1', '-o', '.'],
    ]) {
      expect(await sparsedge(cwd, args), args[0]!).toMatchObject({ code: 0 });
    }
    for (const name of files) expect(readFileSync(join(cwd, name), 'utf8'), name).toBe('mine');
    const ours = [
      'e.jsonl',
      'index',
      'kept.jsonl',
      'pages.jsonl',
      'part-1-of-1',
      'part-1-of-1.json',
      'queries.txt',
    ];
    expect(readdirSync(cwd).sort()).toEqual([...files, ...ours, 'words.txt', 'x.ciff'].sort());
  });

  test.each([
    ['current', 'a file of mine'],
    ['previous', 'another'],
    ['objects', 'a file where a folder is needed'],
    ['manifests', 'the same'],
    ['.work/mine.txt', 'a folder of intermediate files that is not ours'],
    ['.work/owner', 'somebody else, who has such a file as well'],
  ])('where %s should be stop a build before it writes', async (name, text) => {
    const cwd = temporaryFolder();
    writeDocuments(cwd);
    mkdirSync(join(cwd, 'out', name, '..'), { recursive: true });
    writeFileSync(join(cwd, 'out', name), text);
    const before = contents(join(cwd, 'out'));
    const { code, err } = await build(cwd, 'out');
    expect(code).toBe(2);
    expect(err).toContain('choose another folder for the index');
    expect(contents(join(cwd, 'out'))).toEqual(before);
  });

  test('that are called as a journal of an expansion stay, and the command says so', async () => {
    const cwd = temporaryFolder();
    writeDocuments(cwd);
    writeFileSync(join(cwd, 'x.jsonl.journal'), 'my diary of this week, which is long enough');
    const { code, err } = await sparsedge(cwd, [
      ...['expand', 'pages.jsonl', '-o', 'x.jsonl', '--model', 'm', '--server', 'http://127.0.0.1:1/v1'],
    ]);
    expect(code).toBe(2);
    expect(err).toContain('x.jsonl.journal: expected a journal of an earlier run, found another file');
    expect(readFileSync(join(cwd, 'x.jsonl.journal'), 'utf8')).toContain('my diary');
  });
});

const DOCUMENTS = ['a', 'b', 'c', 'd'].map((id) => ({ id, title: id, text: `the text of ${id} and salt` }));

describe('the generation before', () => {
  test('stays through builds of the same input, and is the way back', async () => {
    const cwd = temporaryFolder();
    const buildOf = async (count: number) => {
      writeDocuments(cwd, DOCUMENTS.slice(0, count));
      const { out } = await build(cwd, 'out', '--json');
      return JSON.parse(out).build as string;
    };
    const documents = async () =>
      JSON.parse((await sparsedge(cwd, ['verify', 'out', '--json'])).out).documents;
    const first = await buildOf(2);
    const second = await buildOf(3);
    await buildOf(3);
    await buildOf(3);
    expect(JSON.parse((await sparsedge(cwd, ['rollback', 'out', '--json'])).out).build).toBe(first);
    expect(await documents()).toBe(2);
    expect(JSON.parse((await sparsedge(cwd, ['rollback', 'out', '--json'])).out).build).toBe(second);
    expect(await documents()).toBe(3);
    expect(JSON.parse((await sparsedge(cwd, ['prune', 'out', '--json'])).out).removed).toEqual([first]);
    expect((await sparsedge(cwd, ['rollback', 'out'])).err).toContain('no generation before the current one');
  });
});

describe('two builds at once in one folder', () => {
  const pairs = SLOW ? 200 : 6;

  test(`of ${pairs} pairs one wins and the other ends, and the index is one of the two`, async () => {
    const cwd = temporaryFolder();
    for (const [name, count] of [
      ['one', 40],
      ['two', 60],
    ] as const) {
      mkdirSync(join(cwd, name));
      writeDocuments(
        join(cwd, name),
        Array.from({ length: count }, (_, i) => ({ id: `${name}${i}`, text: `salt ${i}` })),
      );
    }
    let refused = 0;
    for (let pair = 0; pair < pairs; pair++) {
      const ended = await Promise.all(
        ['one', 'two'].map((name) =>
          sparsedge(cwd, ['build', `${name}/pages.jsonl`, '-o', 'out', ...BM25, '--json']),
        ),
      );
      for (const { code, out } of ended) {
        if (code === 0) continue;
        refused++;
        expect(JSON.parse(out).error.code).toBe('unavailable');
      }
      expect(ended.some(({ code }) => code === 0)).toBe(true);
      const verified = await sparsedge(cwd, ['verify', 'out', '--json']);
      expect(verified.code).toBe(0);
      expect([40, 60]).toContain(JSON.parse(verified.out).documents);
      rmSync(join(cwd, 'out'), { recursive: true });
    }
    // Some pairs may by chance have come one after the other.
    expect(refused).toBeGreaterThan(0);
  }, 600_000);

  test('a build that was killed blocks nobody', async () => {
    const cwd = temporaryFolder();
    writeDocuments(
      cwd,
      Array.from({ length: 20_000 }, (_, i) => ({ id: `${i}`, text: `the salt of ${i} seas` })),
    );
    const child = spawn(NODE, [CLI, 'build', 'pages.jsonl', '-o', 'out', ...BM25], { cwd, stdio: 'ignore' });
    while (!existsSync(join(cwd, 'out/.work/owner'))) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    const { code, err } = await build(cwd, 'out');
    expect([code, err]).toEqual([
      0,
      expect.stringMatching(/was left by process \d+, which is gone, and was removed/),
    ]);
  });
});

/** An index that tests copy before they harm it, and its build. */
const whole = { folder: '', build: '' };
beforeAll(async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'sparsedge-whole-'));
  writeDocuments(cwd);
  const { out } = await build(cwd, 'out', '--json');
  Object.assign(whole, { folder: join(cwd, 'out'), build: JSON.parse(out).build });
});
afterAll(() => rmSync(dirname(whole.folder), { recursive: true, force: true }));

describe('verify', () => {
  async function verified(change: (folder: string, build: string) => void) {
    const cwd = temporaryFolder();
    cpSync(whole.folder, join(cwd, 'out'), { recursive: true });
    change(join(cwd, 'out'), whole.build);
    return sparsedge(cwd, ['verify', 'out']);
  }

  test('holds an index to what its build read', async () => {
    const { code, out } = await verified(() => {});
    expect([code, out]).toEqual([0, expect.stringContaining('It holds what its build read.')]);
  });

  test.each([
    ['documents', (record: Record<string, unknown>) => ({ ...record, documents: 5 }), 'that the build read'],
    [
      'other documents',
      (record: Record<string, unknown>) => ({ ...record, digest: '0'.repeat(16) }),
      'of the digest',
    ],
    [
      'postings',
      (record: Record<string, unknown>) => ({ ...record, values: { bm25: 999 } }),
      '999 postings, one for each value that the build encoded',
    ],
  ])('calls no index whole that lacks %s of its input', async (_, change, message) => {
    const { code, err } = await verified((folder, name) => {
      const path = join(folder, 'inputs', name);
      writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')))));
    });
    expect([code, err]).toEqual([1, expect.stringContaining(message)]);
  });

  test('says so where the record is missing', async () => {
    const { code, out } = await verified((folder) => rmSync(join(folder, 'inputs'), { recursive: true }));
    expect([code, out]).toEqual([0, expect.stringContaining('only the index itself was checked')]);
  });
});

describe('in the place of an object', () => {
  /** An index, each of whose objects is replaced in turn; what `search` and `verify` say. */
  async function replaced(replace: (path: string) => void | Promise<void>): Promise<string[]> {
    const cwd = temporaryFolder();
    const said: string[] = [];
    for (const name of [
      'current',
      ...readdirSync(join(whole.folder, 'objects')).map((each) => `objects/${each}`),
    ]) {
      rmSync(join(cwd, 'out'), { recursive: true, force: true });
      cpSync(whole.folder, join(cwd, 'out'), { recursive: true });
      rmSync(join(cwd, 'out', name));
      await replace(join(cwd, 'out', name));
      const { code, err } = await sparsedge(cwd, ['verify', 'out']);
      expect(code, `${name}: ${err}`).toBe(1);
      expect(err).toContain(join('out', name));
      said.push(err);
    }
    return said;
  }

  test('a folder is damage, by the path of the object', async () => {
    const said = await replaced((path) => void mkdirSync(path));
    expect(said.every((err) => err.includes('expected a file, found a folder'))).toBe(true);
  });

  test('a FIFO that nobody writes to is damage, and waits for nobody', async () => {
    const said = await replaced((path) => void execFileSync('bash', ['-c', 'mkfifo "$0"', path]));
    expect(said.every((err) => err.includes('expected a file, found something else'))).toBe(true);
  });

  test('a socket is damage', async () => {
    const servers: ReturnType<typeof createServer>[] = [];
    const said = await replaced(
      (path) => new Promise((resolve) => servers.push(createServer().listen(path.slice(-100), resolve))),
    ).finally(() => servers.forEach((server) => server.close()));
    expect(said.length).toBeGreaterThan(2);
  });

  test('a file of six gigabytes is damage, and no reason to run out of memory', async () => {
    const said = await replaced((path) => {
      writeFileSync(path, '');
      truncateSync(path, 6 * 2 ** 30);
    });
    expect(said.every((err) => err.includes('expected at most 1073741824 bytes, found 6442450944'))).toBe(
      true,
    );
  });
});

test('a disk that is full ends a build with the file that could not be written', async () => {
  const cwd = temporaryFolder();
  writeDocuments(
    cwd,
    Array.from({ length: 3000 }, (_, i) => ({ id: `${i}`, text: `the salt of ${i} seas` })),
  );
  // A limit on the size of files is refused as a full disk is, and needs no device of its own.
  const script = `ulimit -f 100; exec "${NODE}" "${CLI}" build pages.jsonl -o out --encoder bm25`;
  const child = spawn('bash', ['-c', script], { cwd });
  let err = '';
  child.stderr.on('data', (chunk) => (err += chunk));
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect([code, err]).toEqual([1, expect.stringMatching(/^sparsedge: out\/\.work\/\S+ cannot be written: /)]);
});
