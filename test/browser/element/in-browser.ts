// A browser and a site with the element, for the tests of a file.

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from '../chromium.ts';
import { type ExampleSite, startExampleSite } from './example-site.ts';

/** What is there once a test runs. */
interface Here {
  readonly browser: Browser;
  readonly site: ExampleSite;
}

/**
 * Tests in a real browser, of an element that asks a real Worker.
 *
 * @param site what startExampleSite takes
 */
export function inBrowser(tests: (here: Here) => void, ...site: Parameters<typeof startExampleSite>): void {
  describe.skipIf(!CHROMIUM)(`in a browser (skipped where ${NO_CHROMIUM})`, () => {
    const here: { browser?: Browser; site?: ExampleSite } = {};
    beforeAll(async () => {
      [here.browser, here.site] = await Promise.all([launchChromium(), startExampleSite(...site)]);
    });
    afterAll(async () => {
      await Promise.all([here.browser?.close(), here.site?.stop()]);
    });
    tests(here as Here);
  });
}
