import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

/** A cold isolate parses all of it before it answers. The Worker without a neural encoder was 63 KiB when this was set. */
const MOST_KIB = 75;

test('the Worker stays small', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-bundle-'));
  execFileSync('npx', ['wrangler', 'deploy', '--dry-run', '--outdir', folder], {
    cwd: root,
    stdio: 'pipe',
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
  });
  const kib = gzipSync(readFileSync(join(folder, 'index.js'))).length / 1024;
  expect(kib).toBeLessThan(MOST_KIB);
  // And it is the Worker.
  expect(kib).toBeGreaterThan(20);
});
