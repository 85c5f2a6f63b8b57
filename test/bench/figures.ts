// Results: how they are summed up, and the files that keep them with the command that made them.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { resultsFolder } from './data/folders.ts';

/** Many numbers as a few. */
export interface Distribution {
  readonly mean: number;
  readonly median: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Sums up numbers; a percentile is the least number that this share of all does not exceed. */
export function distributionOf(values: Iterable<number>): Distribution {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0);
  return {
    mean: round(sorted.reduce((sum, value) => sum + value, 0) / Math.max(1, sorted.length)),
    median: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
  };
}

/** How often each number occurs. */
export function histogramOf(values: Iterable<number>): Record<number, number> {
  const histogram: Record<number, number> = {};
  for (const value of values) histogram[value] = (histogram[value] ?? 0) + 1;
  return histogram;
}

/** Four significant digits, which is more than any of this repeats to; whole numbers stay. */
export function round(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}

/** A result as it is kept. */
export interface Kept<Figures> {
  readonly benchmark: string;
  readonly command: string;
  readonly node: string;
  readonly cpu: { readonly model: string; readonly count: number };
  readonly figures: Figures;
}

/** A result with where it comes from. */
export function resultOf<Figures>(benchmark: string, command: string, figures: Figures): Kept<Figures> {
  const [cpu] = cpus();
  return {
    benchmark,
    command,
    node: process.version,
    cpu: { model: cpu?.model ?? 'unknown', count: cpus().length },
    figures,
  };
}

/** Keeps a result until the next one of that name. */
export function keepResult(name: string, result: Kept<unknown>): void {
  mkdirSync(resultsFolder(), { recursive: true });
  writeFileSync(resultPath(name), `${JSON.stringify(result, null, 2)}\n`);
}

/** The result of that name, if there is one. */
export function keptResult<Figures>(name: string): Kept<Figures> | undefined {
  try {
    return JSON.parse(readFileSync(resultPath(name), 'utf8')) as Kept<Figures>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Names of all results of a benchmark. */
export function keptNames(benchmark: string): string[] {
  const names = readdirSync(resultsFolder()).filter((name) => name.startsWith(`${benchmark}-`));
  return names.map((name) => name.replace(/\.json$/, '')).sort();
}

function resultPath(name: string): string {
  return join(resultsFolder(), `${name}.json`);
}
