// `encode`: how many documents a second a model weighs, by `sparsedge encode` of 10,000 passages, on one thread and on
// as many as there are cores; a model with a network that reads whole documents is given 1,000. With onnxruntime-web,
// and with onnxruntime-node where it is installed (`npm install --no-save -P onnxruntime-node`).

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, join } from 'node:path';
import { openModelFolder } from '../../../../build/model/model-folder.ts';
import type { BenchOptions, Results } from '../../benchmark.ts';
import { cacheFolder } from '../../data/folders.ts';
import { collectionOf } from '../../data/passages.ts';
import { round } from '../../figures.ts';

const CLI = join(import.meta.dirname, '../../../../build/cli.ts');
const WITHOUT_NATIVE = join(import.meta.dirname, '../../machine/without-native.ts');
const COLLECTION = '10k';
const DOCUMENTS = 10_000;
/** Of a model with a network that reads whole documents, which takes some twenty times as long. */
const FEWER = 1000;

/** What networks run with. */
const RUNTIMES = { 'onnxruntime-web': ['--import', WITHOUT_NATIVE], 'onnxruntime-node': [] } as const;

/** A number of threads, and what they do together. */
interface Pace {
  readonly threads: number;
  /** By the clock, starting included. */
  readonly documentsPerSecond: number;
}

export interface EncodeFigures {
  readonly model: string;
  readonly documents: number;
  readonly paces: Readonly<Partial<Record<keyof typeof RUNTIMES, readonly Pace[]>>>;
}

export async function* bench({ models: [model] }: BenchOptions): Results {
  const documents = openModelFolder(model).contract.context ? FEWER : DOCUMENTS;
  const input = someOf(await collectionOf(COLLECTION), documents);
  const paces: Partial<Record<keyof typeof RUNTIMES, Pace[]>> = {};
  for (const [runtime, flags] of Object.entries(RUNTIMES) as [keyof typeof RUNTIMES, readonly string[]][]) {
    if (!installed(runtime)) {
      console.error(`${runtime} is not installed, and not measured`);
      continue;
    }
    paces[runtime] = [];
    for (const threads of new Set([1, cpus().length])) {
      const seconds = await encode(flags, input, model, threads);
      paces[runtime].push({ threads, documentsPerSecond: round(documents / seconds) });
    }
  }
  const figures: EncodeFigures = { model: basename(model), documents, paces };
  yield [`encode-${figures.model}`, figures];
}

/** A file of so many lines of another, evenly taken. */
function someOf(path: string, lines: number): string {
  const some = join(cacheFolder(), `${lines}-of-${basename(path)}`);
  const found = readFileSync(path, 'utf8').trimEnd().split('\n');
  const every = found.length / lines;
  writeFileSync(some, Array.from({ length: lines }, (_, i) => `${found[Math.floor(i * every)]}\n`).join(''));
  return some;
}

function installed(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}

async function encode(
  flags: readonly string[],
  input: string,
  model: string,
  threads: number,
): Promise<number> {
  const out = mkdtempSync(join(cacheFolder(), 'encode-'));
  try {
    const start = performance.now();
    const command = [CLI, 'encode', input, '--model', model, '--part', '1/1', '-o', out];
    await finished([...flags, ...command, '--threads', `${threads}`]);
    return (performance.now() - start) / 1000;
  } finally {
    rmSync(out, { recursive: true });
  }
}

function finished(parameters: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, parameters, { stdio: ['ignore', 'ignore', 'inherit'] });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`encode ended with ${code}`))));
  });
}
