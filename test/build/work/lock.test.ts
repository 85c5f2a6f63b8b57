import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { lockFile, lockFolder } from '../../../build/work/lock.ts';
import { NODE } from '../commands/command-line.ts';

const MODULE = pathToFileURL(join(import.meta.dirname, '../../../build/work/lock.ts')).href;

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Another process that locks a folder and says so, or says why it cannot. */
function other(folder: string): { child: ChildProcess; said: Promise<string> } {
  const script = `
    import { lockFolder } from ${JSON.stringify(MODULE)};
    try {
      await lockFolder(${JSON.stringify(folder)}, 'a test');
      // After what the process has to say of a lock that was left behind.
      setImmediate(() => console.log('locked'));
      setInterval(() => {}, 1000);
    } catch (error) {
      console.log(error.code);
    }`;
  const child = spawn(NODE, ['--input-type=module', '-e', script]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const said = new Promise<string>((resolve) =>
    child.stdout.once('data', (data) => resolve(String(data).trim())),
  );
  return { child, said };
}

function killed(child: ChildProcess): Promise<unknown> {
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGKILL');
  return closed;
}

describe('a lock', () => {
  test('is refused while another process holds it, and leaves nothing when it is released', async () => {
    const folder = temporary();
    const lock = await lockFolder(folder, 'a build');
    await expect(lockFolder(folder, 'another')).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(`is in use by process ${process.pid}`),
    });
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
    (await lockFolder(folder, 'another')).release();
  });

  test('of a file is beside it, and stops nobody who writes another', async () => {
    const folder = temporary();
    const lock = await lockFile(join(folder, 'one.jsonl'), 'a test');
    const second = await lockFile(join(folder, 'two.jsonl'), 'a test');
    await expect(lockFile(join(folder, 'one.jsonl'), 'a test')).rejects.toMatchObject({
      code: 'unavailable',
    });
    lock.release();
    second.release();
  });

  test('of a process that was killed is said, and taken over', async () => {
    const folder = temporary();
    const { child, said } = other(folder);
    expect(await said).toBe('locked');
    await expect(lockFolder(folder, 'a test')).rejects.toMatchObject({ code: 'unavailable' });
    await killed(child);
    const sentences: string[] = [];
    const listen = ({ message }: Error) => sentences.push(message);
    process.on('warning', listen);
    const lock = await lockFolder(folder, 'a test');
    await new Promise(setImmediate);
    process.off('warning', listen);
    expect(sentences).toEqual([expect.stringContaining(`was left by process ${child.pid}, which is gone`)]);
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test.skipIf(process.platform !== 'linux')(
    'does not take a process of the same number for the one that held it (needs /proc)',
    async () => {
      const folder = temporary();
      const lock = await lockFolder(folder, 'a test');
      const [name] = readdirSync(folder);
      lock.release();
      const me = { host: hostname(), boot: '', container: '', pid: process.pid };
      // As this process would have written it, had it started at another time.
      const { readFileSync, readlinkSync } = await import('node:fs');
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      const container = readlinkSync('/proc/self/ns/pid');
      writeFileSync(
        join(folder, name!),
        JSON.stringify({ ...me, boot, container, started: '1', task: 'x', holds: true }),
      );
      (await lockFolder(folder, 'a test')).release();
    },
  );

  test.each([
    ['another host', { host: 'elsewhere', boot: 'b', container: 'c' }],
    ['another container', { host: 'HERE', boot: '', container: 'pid:[1]' }],
    ['nobody knows whom, cut off while it was written', undefined],
  ])('of %s is believed while its file is touched, and then no more', async (_, holder) => {
    const folder = temporary();
    const path = join(folder, '.lock-000000000000000000000000');
    const text = JSON.stringify({ ...holder, pid: 1, started: '1', task: 'x', holds: true });
    writeFileSync(path, holder ? text : text.slice(0, 20));
    await expect(lockFolder(folder, 'a test')).rejects.toMatchObject({ code: 'unavailable' });
    const old = new Date(Date.now() - 120_000);
    utimesSync(path, old, old);
    (await lockFolder(folder, 'a test')).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test.skipIf(process.platform === 'win32').each([
    ['that had not written its name', ''],
    [
      'that ended',
      JSON.stringify({ host: hostname(), boot: '', container: '', pid: 1, started: '', task: 'x' }),
    ],
  ])(
    'that is released as another reads it is not called left by a process %s (needs FIFOs)',
    async (_, text) => {
      const folder = temporary();
      const path = join(folder, '.lock-000000000000000000000000');
      execFileSync('mkfifo', [path]);
      const { child, said } = other(folder);
      let warned = '';
      child.stderr!.on('data', (data) => (warned += data));
      // Opens once the other process has opened it; what is read is then of a file that is gone.
      const file = await open(path, 'w');
      rmSync(path);
      await file.writeFile(text);
      await file.close();
      expect(await said).toBe('locked');
      await killed(child);
      expect(warned).toBe('');
    },
  );

  test('of a process that was killed before it wrote its name is told so', async () => {
    const folder = temporary();
    const path = join(folder, '.lock-000000000000000000000000');
    writeFileSync(path, '');
    await expect(lockFolder(folder, 'a test')).rejects.toMatchObject({
      message: expect.stringContaining('is in use by a process that did not write its name; wait'),
    });
  });

  test('is held by one of two that begin at once, and the other ends', async () => {
    for (let pair = 0; pair < 20; pair++) {
      const folder = temporary();
      const both = [other(folder), other(folder)];
      const said = await Promise.all(both.map(({ said }) => said));
      expect(said.sort()).toEqual(['locked', 'unavailable']);
      for (const { child } of both) child.kill('SIGKILL');
    }
  });
});
