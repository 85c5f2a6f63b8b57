// Which release this is. The package.json of the package, and of a clone, stands two folders above this one.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The version, as npm has it. */
export const VERSION: string = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'),
).version;
