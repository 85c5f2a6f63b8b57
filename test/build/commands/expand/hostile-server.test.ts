// Expansion against a server of another process that fails in every way, and against SIGKILL. In full with
// `npm run test:slow`: 10,000 documents, 20 kills; else a part of that.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { SLOW } from '../../../fixtures/slow.ts';
import { CLI, NODE, temporaryFolder } from '../command-line.ts';
import { hostileServer, type Server } from './start-server.ts';

const DOCUMENTS = SLOW ? 10_000 : 500;
const KILLS = SLOW ? 20 : 5;
const CONCURRENCY = 64;
/** One more than the server fails in a row. */
const ATTEMPTS = 4;
const MINUTE = 60_000;

function writeCorpus(folder: string): void {
  const lines = Array.from({ length: DOCUMENTS }, (_, i) =>
    JSON.stringify({ id: `d${i}`, text: `This is document ${i}, which has little to say of itself.` }),
  );
  writeFileSync(join(folder, 'corpus.jsonl'), lines.join('\n'));
}

function expand(folder: string, out: string, { url }: Server): ChildProcess {
  const options = ['--server', url, '--model', 'm', '--json', '--attempts', `${ATTEMPTS}`];
  const args = [CLI, 'expand', 'corpus.jsonl', '-o', out, '--concurrency', `${CONCURRENCY}`, ...options];
  // Too little for anything that is kept of each document, and garbage is not mistaken for it.
  const env = { ...process.env, NODE_OPTIONS: '--max-old-space-size=40 --max-semi-space-size=4' };
  return spawn(NODE, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
}

async function ended(child: ChildProcess): Promise<{ code: number | null; out: string }> {
  let out = '';
  child.stdout!.on('data', (chunk) => (out += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out };
}

/** Resident megabytes of a process, as Linux counts them. */
function memoryOf({ pid }: ChildProcess): number | undefined {
  const path = `/proc/${pid}/status`;
  const found = existsSync(path) ? /VmRSS:\s+(\d+) kB/.exec(readFileSync(path, 'utf8')) : null;
  return found ? Number(found[1]) / 1024 : undefined;
}

/** Numbers from 0 to 1 that are the same each time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test(
  'every document ends expanded or listed with its reason, and killed at any moment the file is that of one run',
  async () => {
    const folder = temporaryFolder();
    writeCorpus(folder);
    const server = await hostileServer('--capacity', '8');
    const started = performance.now();
    const child = expand(folder, 'whole.jsonl', server);
    const memory: number[] = [];
    const watch = setInterval(() => {
      const megabytes = memoryOf(child);
      if (megabytes !== undefined) memory.push(megabytes);
    }, 250);
    const { code, out } = await ended(child);
    clearInterval(watch);
    const duration = performance.now() - started;
    expect(code).toBe(0);

    const whole = readFileSync(join(folder, 'whole.jsonl'), 'utf8');
    const lines = whole
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ doc_id }) => doc_id)).toEqual(Array.from({ length: DOCUMENTS }, (_, i) => `d${i}`));
    const failed = lines.filter((line) => line.queries.length === 0);
    expect(new Set(failed.map((line) => line.failed))).toEqual(
      new Set([
        '400 the context has 4096 tokens; --max-characters shortens documents, --max-tokens answers',
        'no query in any answer: refusal',
        'an answer that broke off',
        // Of 500 documents none has these fates.
        ...(SLOW ? ['500 out of order', 'no query in any answer: empty'] : []),
      ]),
    );
    for (const { doc_id, queries } of lines.filter((line) => line.queries.length > 0))
      expect(queries[0]).toBe(`what is page ${doc_id.slice(1)} about`);
    const totals = JSON.parse(out);
    expect(totals).toMatchObject({ documents: DOCUMENTS, expanded: DOCUMENTS - failed.length });
    const first = await server.counts();
    // It was as hostile as it should be.
    expect(first.failed / (first.answered + first.failed)).toBeGreaterThan(0.1);
    expect(first.tooMany).toBeGreaterThan(0);
    expect(first.most).toBeLessThanOrEqual(8);

    const random = seeded(6);
    let kills = 0;
    for (; kills < KILLS; kills++) {
      const killed = expand(folder, 'killed.jsonl', server);
      await sleep(300 + (random() * 1.2 * duration) / KILLS);
      if (killed.exitCode !== null) break;
      killed.kill('SIGKILL');
      await once(killed, 'close');
      expect(existsSync(join(folder, 'killed.jsonl'))).toBe(false);
    }
    expect(kills).toBe(KILLS);
    expect((await ended(expand(folder, 'killed.jsonl', server))).code).toBe(0);
    expect(readFileSync(join(folder, 'killed.jsonl'), 'utf8')).toBe(whole);
    // Asked twice were at most the documents that were open when it was killed.
    const second = (await server.counts()).answered - first.answered;
    expect(second).toBeLessThanOrEqual(first.answered + KILLS * CONCURRENCY);

    // All is done: nothing is asked again.
    const before = await server.counts();
    expect((await ended(expand(folder, 'killed.jsonl', server))).code).toBe(0);
    expect((await server.counts()).calls).toBe(before.calls);

    if (SLOW) {
      const half = memory.length >> 1;
      const [early, late] = [Math.max(...memory.slice(half >> 1, half)), Math.max(...memory.slice(half))];
      process.stderr.write(
        `${DOCUMENTS} documents in ${(duration / 1000).toFixed(0)} s; ${first.calls} calls, ${first.failed} failed, ` +
          `${first.tooMany} refused; ${failed.length} documents listed as failed; ` +
          `resident memory at most ${early.toFixed(0)} MB in the second quarter, ${late.toFixed(0)} MB in the second half\n`,
      );
      expect(late).toBeLessThan(early + 40);
    }
  },
  SLOW ? 60 * MINUTE : 5 * MINUTE,
);
