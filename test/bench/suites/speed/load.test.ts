import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { BenchOptions } from '../../benchmark.ts';
import { bench, type LoadFigures } from './bench-load.ts';

const log = join(tmpdir(), 'load-questions.txt');
writeFileSync(log, 'salt\nyeast\n');

/** What came of forty searches a second, for half a second, of a server. */
async function put(listener: RequestListener): Promise<LoadFigures> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const load = { url, log, rate: 40, seconds: 0.5, limit: 60_000 };
  try {
    for await (const [, figures] of bench({ load } as BenchOptions)) return figures as LoadFigures;
  } finally {
    server.close();
  }
  throw new Error('nothing was measured');
}

test('searches go on arriving while a server stalls, and their latency counts from then', async () => {
  const waiting: (() => void)[] = [];
  const { sustained } = await put((_, response) => {
    waiting.push(() => response.end('{}'));
    if (waiting.length === 8) for (const answer of waiting) answer();
    if (waiting.length > 8) response.end('{}');
  });
  expect(sustained.sent).toBeGreaterThan(8);
  expect(sustained.answered).toBe(sustained.sent);
  expect(sustained.holds).toBe(true);
  // The first of them waited until the eighth arrived.
  expect(sustained.latency.max).toBeGreaterThan(100);
});

test('connections that break are told by their code', async () => {
  const { sustained } = await put((_, response) => response.destroy());
  expect(sustained).toMatchObject({ answered: 0, refused: {}, failed: { ECONNRESET: sustained.sent } });
});

test('a rate does not hold where searches are refused, which is said by status', async () => {
  let asked = 0;
  const { sustained, doubled } = await put((_, response) => {
    const isRefused = asked++ % 4 === 0;
    if (isRefused) response.writeHead(503, asked % 8 === 1 ? { 'Retry-After': '1' } : {});
    response.end(isRefused ? '{"code":"overloaded"}' : '{}');
  });
  expect(sustained.holds).toBe(false);
  for (const { sent, answered, refused, failed, memory } of [sustained, doubled]) {
    const clean = refused['503 overloaded'];
    expect(clean).toBeGreaterThan(0);
    expect(answered + clean + (refused['503 overloaded without Retry-After'] ?? 0)).toBe(sent);
    expect(failed).toEqual({});
    // The server is in this process.
    expect(memory?.peakMegabytes).toBeGreaterThan(10);
    expect(memory?.peakMegabytes).toBeLessThan(process.memoryUsage.rss() / 500_000);
  }
  expect(doubled.sent).toBeGreaterThan(sustained.sent);
});
