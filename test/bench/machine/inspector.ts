// A Worker's memory, as V8 tells it over the inspector and as the system counts the whole process.

import { readdirSync, readFileSync } from 'node:fs';

/** Bytes of one isolate. */
interface Heap {
  /** Objects, those included that nothing refers to any more and no collection has removed yet. */
  readonly objects: number;
  /** What ArrayBuffers hold, outside the heap proper. */
  readonly buffers: number;
}

/** A connection to an isolate's inspector. */
export interface Inspector {
  heap(): Promise<Heap>;
  /** Has V8 remove what nothing refers to. It gets to that in the isolate's next request, so there must be one. */
  collect(): Promise<void>;
  close(): void;
}

interface HeapUsage {
  readonly usedSize: number;
  readonly backingStorageSize: number;
}

/** Connects to an isolate's inspector, by its own address: workerd has one for each, and Wrangler one before all. */
export async function connectInspector(url: string): Promise<Inspector> {
  const waiting = new Map<number, (result: unknown) => void>();
  // Wrangler only lets in who names a local origin. The option is Node's own, unknown to the types of browsers.
  const options = { headers: { Origin: 'http://127.0.0.1' } } as unknown as string[];
  const socket = new WebSocket(url, options);
  socket.onmessage = ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown };
    if (id === undefined) return;
    waiting.get(id)?.(result);
    waiting.delete(id);
  };
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = () => reject(new Error(`no inspector answers at ${url}`));
  });
  // Wrangler numbers its own messages from 1 on.
  let id = 1_000_000;
  const call = (method: string) =>
    new Promise<unknown>((resolve) => {
      waiting.set(++id, resolve);
      socket.send(JSON.stringify({ id, method }));
    });
  await call('HeapProfiler.enable');
  return {
    async heap() {
      const { usedSize, backingStorageSize } = (await call('Runtime.getHeapUsage')) as HeapUsage;
      return { objects: usedSize, buffers: backingStorageSize };
    },
    async collect() {
      await call('HeapProfiler.collectGarbage');
    },
    close: () => socket.close(),
  };
}

/** The process of that name that this one started last: earlier ones may still be ending. */
export function latestChild(command: string): number {
  const started = readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const stat = readOrNothing(`/proc/${name}/stat`);
    // After the name, proc_pid_stat(5): the parent comes second, the start time twentieth.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ours = fields[1] === String(process.pid) && stat.includes(`(${command})`);
    return ours ? [{ pid: Number(name), at: Number(fields[19]) }] : [];
  });
  const last = started.sort((a, b) => b.at - a.at)[0];
  if (!last) throw new Error(`this process has started no ${command}`);
  return last.pid;
}

/** Bytes of a process that are in memory: now, and the most there have been. */
export function residentBytes(pid: number): { readonly now: number; readonly peak: number } {
  const status = readOrNothing(`/proc/${pid}/status`);
  const kilobytes = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0);
  return { now: kilobytes('VmRSS') * 1024, peak: kilobytes('VmHWM') * 1024 };
}

/** Milliseconds of the processor that the first thread of a process has had: in workerd, the one that runs Workers. */
export function threadMilliseconds(pid: number): number {
  const [nanoseconds] = readOrNothing(`/proc/${pid}/schedstat`).split(' ');
  return Number(nanoseconds) / 1e6;
}

/** Processes end while one looks at them. */
function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
