// Cloudflare's local runtime: miniflare, which brings workerd. It is 150 MB and only for commands that run a Worker, so
// the package does not bring it: it is taken from where it is installed, or fetched through npm, once.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { makeFolder } from '../../work/files.ts';
import { isNotInstalled } from '../../work/system-error.ts';

/** The one that the Workers are tested with: package.json has the same. */
const MINIFLARE = 'miniflare@5.20260918.0-alpha';

/** The library. */
export type MiniflareModule = typeof import('miniflare');

/**
 * Loads the library: as it is installed beside this package, or in the project of the working folder, or as it was
 * fetched before, or as it can be fetched now.
 *
 * @param say tells a person what is waited for
 * @throws SparsedgeError `unavailable` where it cannot be fetched, with what to install
 */
export async function loadMiniflare(say: (line: string) => void): Promise<MiniflareModule> {
  try {
    return await import('miniflare');
  } catch (error) {
    if (!isNotInstalled(error)) throw error;
  }
  const fetched = join(cacheFolder(), MINIFLARE.replace('@', '-'));
  const found = installedFrom(process.cwd()) ?? installedFrom(fetched) ?? (await fetchTo(fetched, say));
  return import(pathToFileURL(found).href);
}

function installedFrom(folder: string): string | undefined {
  if (!existsSync(folder)) return undefined;
  try {
    return createRequire(join(folder, 'package.json')).resolve('miniflare');
  } catch {
    return undefined;
  }
}

async function fetchTo(folder: string, say: (line: string) => void): Promise<string> {
  say(`Fetching ${MINIFLARE}, Cloudflare's local runtime, into ${folder}: about 150 MB, once.`);
  makeFolder(folder);
  // Its packages need no scripts: the runtime is a package of its own for each platform.
  const quiet = ['--no-audit', '--no-fund', '--no-package-lock', '--ignore-scripts', '--loglevel=error'];
  const failure = await runNpm(['install', '--prefix', folder, ...quiet, MINIFLARE]);
  const found = installedFrom(folder);
  if (failure === undefined && found !== undefined) return found;
  throw new SparsedgeError(
    'unavailable',
    `this needs Cloudflare's local runtime, which npm could not fetch (${failure ?? 'it is not there'}); ` +
      `install it beside sparsedge: npm install ${MINIFLARE}`,
    { install: MINIFLARE },
  );
}

/** @returns what went wrong, if anything did */
function runNpm(args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    // npm is a script there, which only a shell runs; and a shell wants quotes.
    const shell = process.platform === 'win32';
    const npm = spawn('npm', shell ? args.map((arg) => `"${arg}"`) : args, {
      shell,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    npm.stderr.on('data', (chunk) => (said += chunk));
    npm.on('error', (error) => resolve(error.message));
    npm.on('close', (code) =>
      resolve(code === 0 ? undefined : said.trim().split('\n').slice(0, 3).join(' ')),
    );
  });
}

/** Where programs keep what they can fetch again. */
function cacheFolder(): string {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (process.platform === 'win32')
    return join(LOCALAPPDATA ?? join(homedir(), 'AppData/Local'), 'sparsedge');
  if (process.platform === 'darwin') return join(homedir(), 'Library/Caches/sparsedge');
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'sparsedge');
}
