// One index by many machines: processes that share the folder of an index, each with a part, some of them killed.

import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test, vi } from 'vitest';
import { SLOW } from '../../fixtures/slow.ts';
import { CLI, NODE, sparsedge, temporaryFolder } from '../commands/command-line.ts';
import { contents } from '../folder-contents.ts';

// Each test starts a good many processes; how long those take is no matter here.
vi.setConfig({ testTimeout: 900_000 });

const DOCUMENTS = 3000;
/** Windows of so few documents that there are several, of spools and of ranges of terms, too. */
const SMALL = ['--window-documents', '400', '--encoder', 'bm25'];

const folder = mkdtempSync(join(tmpdir(), 'sparsedge-parts-'));
const corpus = join(folder, 'corpus.jsonl');
let whole: Map<string, string>;

beforeAll(async () => {
  const lines = Array.from({ length: DOCUMENTS }, (_, i) => {
    const words = Array.from({ length: 30 }, (__, j) => `w${(i * 31 + j * j * 17) % (50 + j * 400)}`);
    return JSON.stringify({ id: `d${i}`, title: `of topic ${i % 9}`, text: words.join(' ') });
  });
  writeFileSync(corpus, lines.join('\n'));
  const { code, err } = await sparsedge(folder, ['build', corpus, '-o', 'whole', ...SMALL]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  whole = contents(join(folder, 'whole'));
  return () => rmSync(folder, { recursive: true });
}, 600_000);

interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<'killed' | 'done'>;
}

function startPart(index: string, part: number, of: number, input = corpus, options = SMALL): Running {
  const process = spawn(NODE, [CLI, 'build', input, '-o', index, '--part', `${part}/${of}`, ...options]);
  let err = '';
  process.stderr.on('data', (chunk) => (err += chunk));
  process.stdout.resume();
  const ended = new Promise<'killed' | 'done'>((resolve, reject) => {
    process.on('error', reject);
    process.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve('killed');
      else if (code === 0) resolve('done');
      else reject(new Error(`part ${part} of ${of} ended with ${code ?? signal}: ${err}`));
    });
  });
  return { process, ended };
}

/** Waits until some part has got so far, or has ended. */
async function until(index: string, unit: string, running: readonly Running[]): Promise<void> {
  const hasEnded = () => running.some(({ process }) => process.exitCode !== null);
  while (!existsSync(join(index, '.work', unit)) && !hasEnded())
    await new Promise((resolve) => setTimeout(resolve, 20));
}

test.each([1, 3, 8])('%i parts at once end with the bytes of a build by one', async (of) => {
  const index = join(temporaryFolder(), 'index');
  // The last one first.
  const running = Array.from({ length: of }, (_, i) => startPart(index, of - i, of));
  await Promise.all(running.map(({ ended }) => ended));
  expect(contents(index)).toEqual(whole);
});

test('parts killed in every phase and run again end with the same bytes', async () => {
  const index = join(temporaryFolder(), 'index');
  let kills = 0;
  for (const unit of ['encode.2', 'weigh.4', 'order.1', 'quantize.2', 'shard.0', 'documents.3']) {
    const running = [1, 2, 3].map((part) => startPart(index, part, 3));
    await until(index, unit, running);
    for (const { process } of running) process.kill('SIGKILL');
    const ended = await Promise.all(running.map(({ ended }) => ended));
    kills += ended.filter((how) => how === 'killed').length;
  }
  expect(kills).toBeGreaterThan(8);
  const running = [1, 2, 3].map((part) => startPart(index, part, 3));
  await Promise.all(running.map(({ ended }) => ended));
  expect(contents(index)).toEqual(whole);
});

test('a part does the work of those that never come, and a build without parts that of all who are gone', async () => {
  const index = join(temporaryFolder(), 'index');
  const second = startPart(index, 2, 4);
  await until(index, 'order.1', [second]);
  second.process.kill('SIGKILL');
  expect(await second.ended).toBe('killed');
  const last = startPart(index, 4, 4);
  expect(await last.ended).toBe('done');
  expect(contents(index)).toEqual(whole);

  const other = join(temporaryFolder(), 'index');
  const first = startPart(other, 1, 8);
  await until(other, 'encode.0', [first]);
  first.process.kill('SIGKILL');
  await first.ended;
  const { code } = await sparsedge(folder, ['build', corpus, '-o', other, ...SMALL]);
  expect(code).toBe(0);
  expect(contents(other)).toEqual(whole);
});

test('a part that comes when the index is there finds it, and another build begins when one is finished', async () => {
  const index = join(temporaryFolder(), 'index');
  await startPart(index, 1, 2).ended;
  const before = contents(index);
  const late = ['build', corpus, '-o', index, '--part', '2/2'];
  expect(await sparsedge(folder, [...late, ...SMALL])).toMatchObject({ code: 0, err: '' });
  expect(contents(index)).toEqual(before);
  const other = await sparsedge(folder, [...late, ...SMALL, '--k1', '2']);
  expect(other).toMatchObject({ code: 0, err: '' });
  expect(contents(index).get('/current')).not.toEqual(before.get('/current'));
  expect(contents(index).get('/previous')).toEqual(before.get('/current'));
});

test('parts whose index was removed, and not their own folder, build it again', async () => {
  const index = join(temporaryFolder(), 'index');
  for (const lost of [['current'], ['manifests'], readdirSync(join(folder, 'whole'))]) {
    await startPart(index, 1, 1).ended;
    // As a shell's `rm -r index/*` does.
    for (const name of lost) rmSync(join(index, name), { recursive: true });
    await Promise.all([startPart(index, 1, 2).ended, startPart(index, 2, 2).ended]);
    expect(contents(index).get('/current')).toEqual(whole.get('/current'));
    rmSync(index, { recursive: true });
  }
});

test('parts of other options are refused while an index is built', async () => {
  const index = join(temporaryFolder(), 'index');
  const first = startPart(index, 1, 2);
  await until(index, 'encode.0', [first]);
  const other = await sparsedge(folder, [
    'build',
    corpus,
    '-o',
    index,
    '--part',
    '2/2',
    ...SMALL,
    '--k1',
    '2',
  ]);
  expect(other.code).toBe(2);
  expect(other.err).toContain('.work is of an unfinished build of another input or with other options');
  expect(await first.ended).toBe('done');
  expect(contents(index)).toEqual(whole);
});

test('parts on a base end with the bytes of a build by one on it, killed, late, and in the folder of the base', async () => {
  const cwd = temporaryFolder();
  const edited = join(cwd, 'edited.jsonl');
  const lines = readFileSync(corpus, 'utf8').split('\n');
  const another = JSON.stringify({ id: 'another', text: 'w1 w2 w3 w4 w5' });
  writeFileSync(edited, [...lines.filter((_, i) => i % 300 !== 7), another].join('\n'));
  const assets = [...SMALL, '--store', 'assets'];
  const [base, index] = [join(cwd, 'base'), join(cwd, 'index')];
  expect((await sparsedge(cwd, ['build', corpus, '-o', base, ...assets])).code).toBe(0);
  cpSync(base, index, { recursive: true });
  cpSync(base, join(cwd, 'alone'), { recursive: true });
  const alone = await sparsedge(cwd, ['build', edited, '-o', 'alone', '--base', 'alone', ...assets]);
  expect(alone.out).toMatch(/Built on alone, build [0-9a-f]{16}: \d+ of \d+ objects are new/);
  const expected = contents(join(cwd, 'alone'));
  const options = [...assets, '--base', index];
  const start = (part: number) => startPart(index, part, 3, edited, options);
  for (const unit of ['encode.1', 'base.0', 'quantize.2', 'documents.3']) {
    const running = [1, 2, 3].map(start);
    await until(index, unit, running);
    for (const { process } of running) process.kill('SIGKILL');
    await Promise.all(running.map(({ ended }) => ended));
  }
  await Promise.all([1, 2].map((part) => start(part).ended));
  expect(contents(index)).toEqual(expected);
  // It is not built on itself.
  expect(await start(3).ended).toBe('done');
  expect(contents(index)).toEqual(expected);
});

/** Numbers from 0 to 1 that are the same in every run. */
function* random(seed: number): Generator<number, never> {
  let state = seed;
  while (true) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    yield state / 0x7fffffff;
  }
}

test.runIf(SLOW)(
  'eight parts of many documents, one of them killed again and again, end with the bytes of one machine',
  async () => {
    const cwd = temporaryFolder();
    const many = join(cwd, 'many.jsonl');
    const numbers = random(7);
    const text = () => Array.from({ length: 40 }, () => `w${Math.floor(numbers.next().value ** 3 * 20_000)}`);
    const line = (_: unknown, i: number) => JSON.stringify({ id: `d${i}`, text: text().join(' ') });
    writeFileSync(many, Array.from({ length: 120_000 }, line).join('\n'));
    const options = ['--window-documents', '16384', '--encoder', 'bm25'];
    expect((await sparsedge(cwd, ['build', many, '-o', 'one', ...options])).code).toBe(0);
    const index = join(cwd, 'index');
    const running = Array.from({ length: 8 }, (_, i) => startPart(index, i + 1, 8, many, options));
    let kills = 0;
    // On a machine that is busy with other things, parts that are killed on and on would come to no end.
    while (kills < 24 && !running.some(({ process }) => process.exitCode !== null)) {
      await new Promise((resolve) => setTimeout(resolve, 4000 * numbers.next().value));
      const at = Math.floor(8 * numbers.next().value);
      if (running[at]!.process.exitCode !== null || !running[at]!.process.kill('SIGKILL')) continue;
      kills++;
      await running[at]!.ended;
      running[at] = startPart(index, at + 1, 8, many, options);
    }
    await Promise.all(running.map(({ ended }) => ended));
    expect(kills).toBeGreaterThan(3);
    expect(contents(index)).toEqual(contents(join(cwd, 'one')));
  },
);

test('parts refuse standard input, which can be read but once', async () => {
  const { code, err } = await sparsedge(folder, ['build', '-', '-o', 'none', '--part', '1/2'], '{"id":"a"}');
  expect(code).toBe(2);
  expect(err).toContain('standard input can be read but once');
});
