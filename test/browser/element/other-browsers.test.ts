// <sparsedge-search> in Firefox and in WebKit, against the Worker and by the keyboard alone: what
// search-element.test.ts does in Chromium.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FIREFOX, Firefox, KEYS, NO_FIREFOX } from '../firefox.ts';
import { HAS_WEBKIT, NO_WEBKIT, WebKit } from '../webkit.ts';
import { type ExampleSite, startExampleSite } from './example-site.ts';

const BROWSERS = [
  { name: 'Firefox', isThere: FIREFOX !== undefined, why: NO_FIREFOX, launch: () => Firefox.launch() },
  { name: 'WebKit', isThere: HAS_WEBKIT, why: NO_WEBKIT, launch: () => WebKit.launch() },
];

describe.for(BROWSERS)('in $name (skipped where $why)', ({ isThere, launch }) => {
  let browser: Firefox | WebKit;
  let site: ExampleSite;
  beforeAll(async () => {
    if (isThere) [browser, site] = await Promise.all([launch(), startExampleSite()]);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), site?.stop()]);
  });

  const within = (selector: string) =>
    `document.querySelector('sparsedge-search').shadowRoot.querySelector('${selector}')`;
  const options = `[...document.querySelector('sparsedge-search').shadowRoot.querySelectorAll('[role=option]')]`;
  const seen = (expression: string) => browser.evaluate(expression);

  test.skipIf(!isThere)(
    'the keyboard alone opens the dialog, types, goes through the results and opens one',
    async () => {
      await browser.visit(site.pageWith('endpoint="ENDPOINT" facets="topic"'));
      // WebKit's driver does not wait for the page's modules.
      await expect.poll(() => seen(`${within('dialog')}.open`)).toBe(false);
      await browser.press([KEYS.control, 'k']);
      await expect.poll(() => seen(`${within('dialog')}.open`)).toBe(true);
      await browser.press(...'rotate a key');
      await expect.poll(() => seen(`${options}[0]?.textContent`)).toMatch(/^Keyskeys.*Rotate a key/);
      expect(await seen(`${within('mark')}.textContent`)).toMatch(/rotat|key/i);
      const active = () => seen(`${within('[role=combobox]')}.getAttribute('aria-activedescendant')`);
      expect(await active()).toBe('option-0');
      await browser.press(KEYS.down);
      expect(await active()).toBe('option-1');
      await browser.press(KEYS.end);
      expect(await active()).toBe(`option-${((await seen(`${options}.length`)) as number) - 1}`);
      await browser.press(KEYS.escape);
      await expect.poll(() => seen(`${within('dialog')}.open`)).toBe(false);
      await browser.press('/');
      await expect.poll(() => seen(`${within('dialog')}.open`)).toBe(true);
      await expect.poll(() => seen(`${options}.length`)).toBeGreaterThan(0);
      await browser.press(KEYS.home, KEYS.enter);
      await expect.poll(() => seen('location.pathname')).toBe('/keys/index.html');
      // WebKit's driver does not tell errors. The site allows itself no pictures, and so no icon.
      const errors = browser instanceof Firefox ? browser.errors : [];
      expect(errors.filter((error) => !error.includes('/favicon.ico'))).toEqual([]);
    },
  );
});
