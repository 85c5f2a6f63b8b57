// Python for tests of training and conversion: they are skipped where it, or a package that they need, is absent.

import { spawnSync } from 'node:child_process';

/** A Python that has these packages. Debian's has PyTorch where the first one on the path has not. */
export function pythonWith(...packages: readonly string[]): string | undefined {
  return ['python3', '/usr/bin/python3'].find(
    (python) => spawnSync(python, ['-c', `import ${packages.join(', ')}`]).status === 0,
  );
}
