// A build is killed by the system, not by an exception: nothing gets to tidy up.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { SLOW } from '../../fixtures/slow.ts';
import { contents } from '../folder-contents.ts';

const root = resolve(import.meta.dirname, '../../..');
const ATTEMPTS = SLOW ? 24 : 6;
const DOCUMENTS = 25_000;

/** Runs a build; kills it after `milliseconds`, if it takes that long. */
function build(input: string, folder: string, milliseconds?: number): Promise<'done' | 'killed'> {
  return new Promise((settle, fail) => {
    const args = ['build', input, '--encoder', 'bm25', '-o', folder];
    const child = spawn(process.execPath, [join(root, 'build/cli.ts'), ...args], { stdio: 'ignore' });
    const timer =
      milliseconds === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), milliseconds);
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (signal === 'SIGKILL') settle('killed');
      else if (code === 0) settle('done');
      else fail(new Error(`the build ended with ${code ?? signal}`));
    });
  });
}

test('a build killed again and again, at whatever moment, ends with the bytes of one run', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-kill-'));
  const input = join(folder, 'corpus.jsonl');
  const lines = Array.from({ length: DOCUMENTS }, (_, i) => {
    const words = Array.from({ length: 30 }, (__, j) => `w${(i * 31 + j * j * 17) % (50 + j * 400)}`);
    return JSON.stringify({ id: `d${i}`, text: words.join(' ') });
  });
  writeFileSync(input, lines.join('\n'));
  const whole = join(folder, 'whole');
  const started = performance.now();
  expect(await build(input, whole)).toBe('done');
  const duration = performance.now() - started;

  const broken = join(folder, 'broken');
  let kills = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // Moments spread over the whole build, in an order that visits its end early.
    const moment = duration * (0.15 + 0.8 * ((attempt * 0.618) % 1));
    if ((await build(input, broken, moment)) === 'killed') kills++;
    // Whatever is current must be whole at every moment.
    if (existsSync(join(broken, 'current')))
      expect(contents(broken).get('/current')).toBe(contents(whole).get('/current'));
  }
  expect(kills).toBeGreaterThan(ATTEMPTS / 4);
  expect(await build(input, broken)).toBe('done');
  const [left, right] = [contents(broken), contents(whole)];
  for (const [path, digest] of right) expect(left.get(path), path).toBe(digest);
  expect([...left.keys()]).toEqual([...right.keys()]);
});
