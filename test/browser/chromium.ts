// A real browser for tests: Debian's Chromium, which .ci/run installs, or what SPARSEDGE_CHROMIUM names.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** The program, if there is one. */
export const CHROMIUM = [
  process.env.SPARSEDGE_CHROMIUM,
  ...(process.env.PATH ?? '').split(delimiter).flatMap((folder) => [join(folder, 'chromium')]),
].find((path) => path !== undefined && path !== '' && isProgram(path));

/** Why tests are skipped where there is none. */
export const NO_CHROMIUM = 'there is no Chromium: install it, or name one in SPARSEDGE_CHROMIUM';

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts it without a window. */
export function launchChromium(): Promise<Browser> {
  // In a container there is no sandbox to be had; the pages are the tests' own.
  return chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
}
