// `build`: what it takes to build an index, and how large it becomes.

import type { BenchOptions, Results } from '../../benchmark.ts';
import { build } from '../../indexes/indexes.ts';

export async function* bench({ sizes }: BenchOptions): Results {
  for (const size of sizes) yield [`build-${size}`, await build(size)];
}
