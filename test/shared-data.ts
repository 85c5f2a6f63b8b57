// Collections and published results that carry their own licences lie outside the repository: in the folder that
// SPARSEDGE_DATA names, else in ../shared/data beside the checkout.

import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = process.env.SPARSEDGE_DATA ?? join(import.meta.dirname, '../../shared/data');

/** The path of a file or folder of the shared data; nothing where it is absent, and then its tests are skipped. */
export function sharedData(name: string): string | undefined {
  const path = join(root, name);
  return existsSync(path) ? path : undefined;
}
