import { availableParallelism } from 'node:os';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { answerFile } from './test/fixtures/fixture-files.ts';

/** Tests of code that runs on both sides run on both sides. */
const shared = ['test/core/**/*.test.ts', 'test/query/**/*.test.ts'];

/** Slow forms of tests take as long as they take, also where others use the machine. */
const slow = process.env.SPARSEDGE_SLOW !== undefined;
const testTimeout = slow ? 14_400_000 : 300_000;

/** Packages that need not be there are missing as they are in Node: Vite would put a module of its own in their place. */
const missingPeers = {
  name: 'missing-peers',
  enforce: 'pre' as const,
  resolveId: (id: string) =>
    id === 'onnxruntime-node' || id === 'node-llama-cpp' ? { id, external: true } : undefined,
};

export default defineConfig({
  test: {
    // One more than Vitest takes of two processors: what tests wait for is mostly other processes.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    globalSetup: './test/fixtures/temporary-folder.ts',
    provide: { slow },
    projects: [
      {
        plugins: [missingPeers],
        test: {
          name: 'node',
          include: [
            ...shared,
            'test/agents/**/*.test.ts',
            'test/bench/**/*.test.ts',
            'test/browser/**/*.test.ts',
            'test/build/**/*.test.ts',
            'test/examples/**/*.test.ts',
            'test/models/**/*.test.ts',
            'test/package/**/*.test.ts',
            'test/plugins/**/*.test.ts',
            'test/repository/**/*.test.ts',
          ],
          testTimeout,
          hookTimeout: 300_000,
          // A browser beside other tests is slow at times: what is polled for is that it comes, not when.
          expect: { poll: { timeout: 30_000 } },
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              durableObjects: { SPENDING: { className: 'Spending', useSQLite: true } },
            },
          }),
        ],
        test: {
          name: 'workerd',
          include: [...shared, 'test/worker/**/*.test.ts'],
          exclude: ['test/worker/neural/**'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
      {
        plugins: [
          cloudflareTest({
            main: './src/neural.ts',
            wrangler: { configPath: './wrangler.toml' },
            miniflare: { serviceBindings: { FILES: answerFile } },
          }),
        ],
        test: {
          name: 'neural',
          include: ['test/worker/neural/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
