// A real browser for tests: Debian's Chromium, which .ci/run installs, or what SPARSEDGE_CHROMIUM names.

import { type Browser, chromium } from 'playwright-core';
import { programNamed } from './programs.ts';

/** The program, if there is one. */
export const CHROMIUM = programNamed(process.env.SPARSEDGE_CHROMIUM, 'chromium');

/** Why tests are skipped where there is none. */
export const NO_CHROMIUM = 'there is no Chromium: install it, or name one in SPARSEDGE_CHROMIUM';

/** Starts it without a window. */
export function launchChromium(): Promise<Browser> {
  // In a container there is no sandbox to be had; the pages are the tests' own.
  return chromium.launch({ executablePath: CHROMIUM!, args: ['--no-sandbox'] });
}
