// The package as a stranger has it: packed, and installed in an empty folder elsewhere.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

export const ROOT = join(import.meta.dirname, '../..');

/** Compiles and packs; the path of the tarball. */
export async function pack(into: string): Promise<string> {
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', into], { cwd: ROOT });
  // Whatever the script before packing says comes first.
  const [{ filename }] = JSON.parse(stdout.slice(stdout.search(/^\[/m))) as [{ filename: string }];
  return join(into, filename);
}

/** An empty folder whose path has spaces, umlauts and Chinese, with documents of a reader's own in `docs`. */
export function strangersFolder(): { readonly folder: string; readonly remove: () => void } {
  const parent = mkdtempSync(join(tmpdir(), 'sparsedge-package-'));
  const folder = join(parent, 'Über uns 搜索');
  mkdirSync(join(folder, 'docs'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"name": "stranger", "private": true, "type": "module"}');
  // Yarn takes the folder for a project of its own by this file.
  writeFileSync(join(folder, 'yarn.lock'), '');
  writeFileSync(
    join(folder, 'docs/keys.md'),
    '# Keys\n\nTo rotate a key, make a new one and revoke the old one.\n',
  );
  writeFileSync(join(folder, 'docs/users.md'), '# Users\n\nAn administrator invites users by mail.\n');
  return { folder, remove: () => rmSync(parent, { recursive: true, force: true }) };
}

/** How a stranger's shell is: nothing of this repository, and the Node that is asked for comes first. */
export function shellWith(node: string, cache: string): NodeJS.ProcessEnv {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|VITEST|NODE_ENV$|NODE_OPTIONS$)/.test(name)),
  );
  const path = (process.env.PATH ?? '').split(delimiter).filter((each) => !each.startsWith(ROOT));
  return {
    ...env,
    PATH: [node, ...path].join(delimiter),
    npm_config_cache: cache,
    XDG_CACHE_HOME: cache,
    YARN_CACHE_FOLDER: join(cache, 'yarn'),
    YARN_GLOBAL_FOLDER: join(cache, 'yarn-global'),
    YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
  };
}

/** Runs a command to its end. */
export async function run(
  command: string,
  args: readonly string[],
  options: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return promisify(execFile)(command, args, { ...options, maxBuffer: 1 << 26 });
}

/** Starts a server with --json, and waits until it says where it listens. */
export async function serve(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<{ readonly url: string; readonly stop: () => void }> {
  const child: ChildProcess = spawn(command, args, { ...options, detached: true });
  let err = '';
  child.stderr!.on('data', (chunk) => (err += chunk));
  const stop = () => {
    if (child.exitCode === null) process.kill(-child.pid!, 'SIGINT');
  };
  let out = '';
  for await (const chunk of child.stdout!) {
    out += chunk;
    if (out.endsWith('}\n')) return { url: (JSON.parse(out) as { url: string }).url, stop };
  }
  throw new Error(`it did not serve: ${err}`);
}

/** What package.json says. */
export function packageJson(): {
  version: string;
  exports: Record<string, string | { types: string; default: string }>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
} {
  return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
}
