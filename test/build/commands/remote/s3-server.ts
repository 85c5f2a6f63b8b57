// A server that speaks S3, for a test. That of npm keeps objects and lists, and checks signatures, but it ignores the
// conditions of writes, and writes over an object while others read it. So what concerns these is tested against the
// program that SPARSEDGE_S3_SERVER names, by `npm run test:slow`: versitygw, or moto_server.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import S3rver from '@20minutes/s3rver';
import { onTestFinished } from 'vitest';
import { openStore, type RemoteStore } from '../../../../build/commands/remote/remote-store.ts';
import { freePort } from '../../free-port.ts';
import { temporaryFolder } from '../command-line.ts';

/** A server that holds to conditions and replaces objects whole, where there is one. */
export const STRICT = process.env.SPARSEDGE_S3_SERVER;
const BUCKET = 'indexes';

/** A running server. */
export interface S3Server {
  /** What a command needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Opens an address of its bucket, as the commands do. */
  open(prefix: string): RemoteStore;
  address(prefix: string): string;
}

/** Starts a server, which is gone after the test: that of npm where none is named, or a test needs it. */
export async function startS3(program: string | 'npm' = STRICT ?? 'npm'): Promise<S3Server> {
  const folder = temporaryFolder();
  const [port, key] =
    program === 'npm' ? [await startNpm(folder), 'S3RVER'] : [await start(program, folder), 'test'];
  const env = {
    AWS_ACCESS_KEY_ID: key,
    AWS_SECRET_ACCESS_KEY: key,
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
  };
  const address = (prefix: string) => `s3://${BUCKET}/${prefix}`;
  return { env, address, open: (prefix) => openStore(address(prefix), {}, env) };
}

async function startNpm(directory: string): Promise<number> {
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: BUCKET }],
  });
  const { port } = await server.run();
  onTestFinished(() => server.close());
  return port;
}

async function start(program: string, folder: string): Promise<number> {
  const port = await freePort();
  mkdirSync(join(folder, BUCKET));
  const isMoto = basename(program).startsWith('moto');
  const args = isMoto
    ? ['-H', '127.0.0.1', '-p', `${port}`]
    : ['--access', 'test', '--secret', 'test', '--port', `127.0.0.1:${port}`, 'posix', folder];
  const child = spawn(program, args, { stdio: 'ignore' });
  onTestFinished(async () => {
    child.kill();
    await once(child, 'close');
  });
  for (let tries = 0; ; tries++) {
    try {
      const url = `http://127.0.0.1:${port}/${isMoto ? BUCKET : ''}`;
      await fetch(url, { method: isMoto ? 'PUT' : 'GET' });
      return port;
    } catch (cause) {
      if (tries === 100) throw new Error(`${program} does not answer`, { cause });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
