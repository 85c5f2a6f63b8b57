// <sparsedge-search> in Firefox, against the Worker and by the keyboard alone: what search-element.test.ts does in
// Chromium.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FIREFOX, Firefox, KEYS, NO_FIREFOX } from '../firefox.ts';
import { type ExampleSite, startExampleSite } from './example-site.ts';

describe.skipIf(!FIREFOX)(`in Firefox (skipped where ${NO_FIREFOX})`, () => {
  let firefox: Firefox;
  let site: ExampleSite;
  beforeAll(async () => {
    [firefox, site] = await Promise.all([Firefox.launch(), startExampleSite()]);
  });
  afterAll(async () => {
    await Promise.all([firefox?.close(), site?.stop()]);
  });

  const within = (selector: string) =>
    `document.querySelector('sparsedge-search').shadowRoot.querySelector('${selector}')`;
  const options = `[...document.querySelector('sparsedge-search').shadowRoot.querySelectorAll('[role=option]')]`;
  const seen = (expression: string) => firefox.evaluate(expression);

  test('the keyboard alone opens the dialog, types, goes through the results and opens one', async () => {
    await firefox.visit(site.pageWith('endpoint="ENDPOINT" facets="topic"'));
    expect(await seen(`${within('dialog')}.open`)).toBe(false);
    await firefox.press([KEYS.control, 'k']);
    await expect.poll(() => seen(`${within('dialog')}.open`)).toBe(true);
    await firefox.press(...'rotate a key');
    await expect.poll(() => seen(`${options}[0]?.textContent`)).toMatch(/^Keyskeys.*Rotate a key/);
    expect(await seen(`${within('mark')}.textContent`)).toMatch(/rotat|key/i);
    const active = () => seen(`${within('[role=combobox]')}.getAttribute('aria-activedescendant')`);
    expect(await active()).toBe('option-0');
    await firefox.press(KEYS.down);
    expect(await active()).toBe('option-1');
    await firefox.press(KEYS.end);
    expect(await active()).toBe(`option-${((await seen(`${options}.length`)) as number) - 1}`);
    await firefox.press(KEYS.escape);
    await expect.poll(() => seen(`${within('dialog')}.open`)).toBe(false);
    await firefox.press('/');
    await expect.poll(() => seen(`${within('dialog')}.open`)).toBe(true);
    await expect.poll(() => seen(`${options}.length`)).toBeGreaterThan(0);
    await firefox.press(KEYS.home, KEYS.enter);
    await expect.poll(() => seen('location.pathname')).toBe('/keys/index.html');
    // The site allows itself no pictures, and so no icon.
    expect(firefox.errors.filter((error) => !error.includes('/favicon.ico'))).toEqual([]);
  });
});
