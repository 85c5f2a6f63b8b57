// Every command of README, of the examples and of pages that the documentation alone has, run as a reader would type
// it: each block in a shell of its own, in a folder that has what a clone has, and nothing built yet.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { startS3 } from '../build/commands/remote/s3-server.ts';

const ROOT = join(import.meta.dirname, '../..');
/** These need a network, an account or a GPU: what can be tried of them, test:plugins and test:package try. */
const NOT_HERE = new Set(['agents', 'jobs', 'sites'].map((name) => `examples/${name}/README.md`));
/** A line that begins so serves until it is stopped, on the port that it names or on its default. */
const SERVERS = /^(npx sparsedge serve|npm start|npx wrangler dev|python3 -m http\.server)\b/;
/** The tests run in an installed clone. */
const INSTALLED = 'npm ci && ';

const pages = [
  'README.md',
  ...readdirSync(join(ROOT, 'examples'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `examples/${name}/README.md`),
  'docs/moving.md',
  'docs/tuning-cost.md',
].filter((page) => !NOT_HERE.has(page));

/** The shell blocks of a page. */
function blocksOf(page: string): string[] {
  return Array.from(
    readFileSync(join(ROOT, page), 'utf8').matchAll(/^```sh\n(.*?)^```/gms),
    ([, block]) => block!,
  );
}

/** A file that a page shows, named in its first line. */
function fileOf(page: string, name: string): string {
  const text = readFileSync(join(ROOT, page), 'utf8');
  return new RegExp(`^\`{3}\\w+\\n(# ${name}\\n.*?)^\`{3}\\n`, 'ms').exec(text)![1]!;
}

/** A clone in which nothing was built, with the reader's own documents beside it. */
function clone(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-clone-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  for (const name of readdirSync(ROOT)) {
    if (!['shards', 'docs', '.git', '.wrangler', '.sparsedge'].includes(name)) {
      symlinkSync(join(ROOT, name), join(folder, name));
    }
  }
  mkdirSync(join(folder, 'shards'));
  mkdirSync(join(folder, 'docs'));
  writeFileSync(
    join(folder, 'docs/keys.md'),
    '---\nversion: 4\ndate: 2026-05-01\nboost: 1.5\n---\n# Keys\n\nTo rotate a key, make a new one and revoke the old one.\n',
  );
  writeFileSync(join(folder, 'docs/users.md'), '# Users\n\nAn administrator invites users by mail.\n');
  writeFileSync(join(folder, 'rules.yaml'), fileOf('README.md', 'rules.yaml'));
  cpSync(join(ROOT, 'test/fixtures/sample'), join(folder, 'scifact'), { recursive: true });
  return folder;
}

const servers: ChildProcess[] = [];
afterAll(() => servers.forEach(stop));

function stop({ pid }: ChildProcess): void {
  try {
    process.kill(-pid!, 'SIGTERM');
  } catch {
    // It has ended by itself.
  }
}

const environment = {
  ...process.env,
  PATH: [join(ROOT, 'node_modules/.bin'), process.env.PATH].join(delimiter),
  WRANGLER_SEND_METRICS: 'false',
};

/** Starts a server and waits until it listens. */
async function serve(command: string, cwd: string): Promise<ChildProcess> {
  const port = Number(/--port (\d+)|http\.server (\d+)/.exec(command)?.slice(1).find(Boolean) ?? 8787);
  const server = spawn('bash', ['-c', command], { cwd, env: environment, detached: true, stdio: 'ignore' });
  servers.push(server);
  for (let tries = 0; tries < 600; tries++) {
    if (await isListening(port)) return server;
    if (server.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${command} does not listen on port ${port}`);
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => socket.end(() => resolve(true))).on('error', () => resolve(false));
  });
}

/** @param bucket what commands find their bucket by */
async function run(block: string, cwd: string, bucket: Readonly<Record<string, string>>): Promise<string> {
  let script = '';
  const started: ChildProcess[] = [];
  let out = '';
  const finish = async () => {
    const running = promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
      cwd,
      env: { ...environment, ...bucket },
    });
    // Whoever waits for more to be typed, or for an agent, ends.
    running.child.stdin!.end();
    const { stdout } = await running;
    out += stdout;
    script = '';
  };
  for (const line of block.replaceAll(INSTALLED, '').split('\n')) {
    const [command = ''] = line.split(/\s+#/);
    if (!SERVERS.test(command)) script += `${line}\n`;
    else {
      await finish();
      started.push(await serve(command, cwd));
    }
  }
  await finish();
  if (!block.includes('wrangler dev') || block.includes('curl')) started.forEach(stop);
  return out;
}

test.each(pages)(
  'every command of %s does what it says',
  async (page) => {
    const blocks = blocksOf(page);
    expect(blocks.length).toBeGreaterThan(0);
    const folder = clone();
    const { env } = await startS3();
    for (const block of blocks) {
      const out = await run(block, folder, env);
      // Who is asked a question here knows an answer.
      if (block.includes('curl')) expect(JSON.parse(out).hits.length).toBeGreaterThan(0);
    }
  },
  300_000,
);
