// Where benchmarks find their data, keep what takes long to make, and leave their results.

import { join } from 'node:path';
import { sharedData } from '../../fixtures/shared-data.ts';

/** The path of a file of the shared data, which no benchmark can do without. */
export function requiredData(name: string): string {
  const path = sharedData(name);
  if (path !== undefined) return path;
  throw new Error(
    `no ${name} in the shared data: name its folder in SPARSEDGE_DATA, or put it at ../shared/data beside the checkout`,
  );
}

/** Collections and indexes, kept between runs; safe to delete. */
export function cacheFolder(): string {
  return join(import.meta.dirname, '../../../node_modules/.cache/sparsedge-bench');
}

/** Results, one JSON file for each. */
export function resultsFolder(): string {
  return join(import.meta.dirname, '../results');
}
