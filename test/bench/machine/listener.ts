// The process that listens at a URL of this machine, and its memory while it is asked. Only Linux says whose a port is.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { residentBytes } from './inspector.ts';

const SAMPLE_MS = 2_000;
/** The state of a socket that listens, in /proc/net/tcp: see proc_net_tcp(5). */
const LISTENS = '0A';

/** Memory of a process over some time. */
export interface MemoryFigures {
  readonly firstMegabytes: number;
  readonly lastMegabytes: number;
  readonly peakMegabytes: number;
  /** Of the line that fits the samples best. */
  readonly megabytesAnHour: number;
}

/** The number of the process; undefined where it is on another machine, or cannot be told. */
export function listenerOf({ hostname, port, protocol }: URL): number | undefined {
  if (!['127.0.0.1', '[::1]', 'localhost'].includes(hostname) || process.platform !== 'linux')
    return undefined;
  const number = port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
  const hexadecimal = number.toString(16).toUpperCase().padStart(4, '0');
  const sockets = ['tcp', 'tcp6'].flatMap((table) =>
    orElse('', () => readFileSync(`/proc/net/${table}`, 'utf8'))
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local, , state]) => local?.endsWith(`:${hexadecimal}`) && state === LISTENS)
      .map((fields) => `socket:[${fields[9]}]`),
  );
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => openFiles(pid).some((file) => sockets.includes(file)));
}

/** Samples the memory of a process until it is asked for figures; of no process, there are none. */
export function watchMemory(pid: number | undefined): () => MemoryFigures | undefined {
  if (pid === undefined) return () => undefined;
  const samples: (readonly [seconds: number, megabytes: number])[] = [];
  const sample = () => {
    samples.push([performance.now() / 1000, residentBytes(pid).now / 1e6]);
  };
  sample();
  const sampling = setInterval(sample, SAMPLE_MS);
  return () => {
    clearInterval(sampling);
    sample();
    const megabytes = samples.map(([, each]) => Math.round(each));
    return {
      firstMegabytes: megabytes[0],
      lastMegabytes: megabytes[megabytes.length - 1],
      peakMegabytes: Math.max(...megabytes),
      megabytesAnHour: Math.round(slopeOf(samples) * 3600),
    };
  };
}

/** By least squares. */
function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (of: 0 | 1) => points.reduce((sum, point) => sum + point[of], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const together = points.reduce((sum, [px, py]) => sum + (px - x) * (py - y), 0);
  const spread = points.reduce((sum, [px]) => sum + (px - x) ** 2, 0);
  return spread === 0 ? 0 : together / spread;
}

/** Processes and their files come and go while one looks, and some are another person's. */
function openFiles(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return orElse([], () => readdirSync(folder)).map((name) =>
    orElse('', () => readlinkSync(`${folder}/${name}`)),
  );
}

function orElse<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
