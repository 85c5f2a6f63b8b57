// Wrangler as a child process: what signs in to Cloudflare and uploads. Its own login, or CLOUDFLARE_API_TOKEN, is
// used, and never read here.

import { type SpawnOptions, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { SparsedgeError } from '../../src/core/errors.ts';
import { secretIn } from './runtime/key-file.ts';

/** The release that is fetched where none is installed. */
const WRANGLER = 'wrangler@4';
const OLDEST_NODE = 22;

/** How a command of Wrangler's ended. */
interface WranglerRun {
  readonly code: number;
  readonly said: string;
}

/**
 * Runs a command of Wrangler's in a folder: the one that is installed there or beside this package, or what npx
 * fetches.
 *
 * @param shown whether a person sees what it says, and may answer it; otherwise it is returned
 * @throws SparsedgeError `unavailable` where it cannot be started
 */
function wrangler(
  folder: string,
  args: readonly string[],
  {
    shown = false,
    env = {},
  }: { readonly shown?: boolean; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<WranglerRun> {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major < OLDEST_NODE) {
    throw new SparsedgeError(
      'unavailable',
      `deploying to Cloudflare needs Node ${OLDEST_NODE} or later, as Wrangler does, and this is Node ${process.versions.node}; ` +
        'with --local it does not',
    );
  }
  const options: SpawnOptions = {
    cwd: folder,
    // What a program is to read goes to its standard output, so that what Wrangler says goes beside it.
    stdio: shown ? ['inherit', 2, 'inherit'] : ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false', ...env },
  };
  const script = installed(folder);
  const child =
    script === undefined
      ? spawn('npx', ['--yes', WRANGLER, ...args], { ...options, shell: process.platform === 'win32' })
      : spawn(process.execPath, [script, ...args], options);
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (chunk) => (said += chunk));
    child.stderr?.on('data', (chunk) => (said += chunk));
    child.on('error', (cause) =>
      reject(
        new SparsedgeError('unavailable', `Wrangler cannot be started: ${cause.message}`, {}, { cause }),
      ),
    );
    child.on('close', (code) => resolve({ code: code ?? 1, said }));
  });
}

/** Wrangler's script, where it is installed for the folder or beside this package. */
function installed(folder: string): string | undefined {
  for (const from of [resolve(folder, 'package.json'), import.meta.filename]) {
    try {
      return join(dirname(createRequire(from).resolve('wrangler/package.json')), 'bin/wrangler.js');
    } catch {
      // Not there.
    }
  }
  return undefined;
}

/**
 * Deploys the Worker of a folder, with its keys, where it has some.
 *
 * @returns the URLs at which it answers
 * @throws SparsedgeError `unavailable` where Wrangler fails, which says why itself
 */
export async function deployWorker(folder: string): Promise<string[]> {
  const place = mkdtempSync(join(tmpdir(), 'sparsedge-deploy-'));
  const report = join(place, 'report.jsonl');
  try {
    const secret = secretIn(folder);
    const secrets = join(place, 'secrets.json');
    if (secret !== undefined) writeFileSync(secrets, JSON.stringify({ KEYS: secret }), { mode: 0o600 });
    const args = secret === undefined ? ['deploy'] : ['deploy', '--secrets-file', secrets];
    const { code } = await wrangler(folder, args, {
      shown: true,
      env: { WRANGLER_OUTPUT_FILE_PATH: report },
    });
    if (code !== 0)
      throw new SparsedgeError('unavailable', 'Wrangler did not deploy the Worker; it says why above');
    const lines = readFileSync(report, 'utf8').trim().split('\n');
    const events = lines.map((line) => JSON.parse(line) as { type: string; targets?: string[] });
    return events.filter(({ type }) => type === 'deploy').flatMap(({ targets = [] }) => targets);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/**
 * Makes a bucket unless there is one.
 *
 * @throws SparsedgeError `unavailable` where Wrangler fails for another reason
 */
export async function makeBucket(folder: string, bucket: string): Promise<void> {
  const { code, said } = await wrangler(folder, ['r2', 'bucket', 'create', bucket]);
  // 10004 is R2's number for a bucket that its owner has.
  if (code !== 0 && !/already exists|10004/.test(said)) throw failed(`to make the bucket ${bucket}`, said);
}

/**
 * Puts a file into a bucket.
 *
 * @throws SparsedgeError `unavailable` where Wrangler fails
 */
export async function putObject(folder: string, bucket: string, name: string, path: string): Promise<void> {
  const where = ['r2', 'object', 'put', `${bucket}/${name}`, '--file', path, '--remote'];
  const { code, said } = await wrangler(folder, where);
  if (code !== 0) throw failed(`to upload ${name}`, said);
}

/**
 * An object of a bucket as text.
 *
 * @returns undefined where the bucket has none of the name
 * @throws SparsedgeError `unavailable` where Wrangler fails
 */
export async function getObject(folder: string, bucket: string, name: string): Promise<string | undefined> {
  const place = mkdtempSync(join(tmpdir(), 'sparsedge-deploy-'));
  try {
    const file = join(place, 'object');
    const where = ['r2', 'object', 'get', `${bucket}/${name}`, '--file', file, '--remote'];
    const { code, said } = await wrangler(folder, where);
    if (code === 0) return readFileSync(file, 'utf8');
    if (/key does not exist/.test(said)) return undefined;
    throw failed(`to read ${name}`, said);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

function failed(what: string, said: string): SparsedgeError {
  const words = said
    .trim()
    .split('\n')
    .filter((line) => /\S/.test(line))
    .slice(-4)
    .join(' ')
    .trim();
  return new SparsedgeError('unavailable', `Wrangler failed ${what}: ${words}`);
}
