// axe-core, which holds pages to WCAG, finds nothing wrong with the element in any of its states.

import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { partsOf, typeQuestion, visitPage } from './browsing.ts';
import { inBrowser } from './in-browser.ts';

inBrowser((here) => {
  /** What is wrong, as sentences. */
  async function violations(page: Page): Promise<string[]> {
    // By the debugger's way, since the page's policy allows no script of others.
    await page.evaluate(axe.source);
    return page.evaluate(async () => {
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      });
      return violations.flatMap(({ id, help, nodes }) =>
        nodes.map(
          ({ target, any }) => `${id}: ${help} (${target.flat().join(' ')}) ${any[0]?.message ?? ''}`,
        ),
      );
    });
  }

  test.each(
    ['light', 'dark'].flatMap((scheme) => ['dialog', 'inline'].map((mode) => [scheme, mode] as const)),
  )('in %s, %s', async (scheme, mode) => {
    const attributes = `mode="${mode}" endpoint="ENDPOINT" facets="topic"`;
    const page = await visitPage(here.browser, here.site.pageWith(attributes), {
      colorScheme: scheme as 'light' | 'dark',
      reducedMotion: 'reduce',
    });
    const { input, options, state, opener } = partsOf(page);
    await (mode === 'dialog' ? opener : input).waitFor();
    expect(await violations(page)).toEqual([]);
    if (mode === 'dialog') await opener.click();
    await input.focus();
    expect(await violations(page)).toEqual([]);

    await typeQuestion(page, 'certifcates');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await options.count()).toBeGreaterThan(0);
    expect(await violations(page)).toEqual([]);
    await page.locator('sparsedge-search').getByRole('button', { name: 'Topic' }).click();
    await page.locator('sparsedge-search').getByLabel('guide').check();
    expect(await violations(page)).toEqual([]);
    await typeQuestion(page, 'zzzzzz');
    expect(await state.textContent()).toContain('Nothing was found');
    expect(await violations(page)).toEqual([]);
    await page.route('**/v1/search?*', (route) => route.abort());
    await input.fill('failing');
    await expect.poll(() => state.textContent()).toContain('did not work');
    expect(await violations(page)).toEqual([]);
    await page.unroute('**/v1/search?*');
    await typeQuestion(page, 'key');
    await page.keyboard.press('Enter');
    if (mode === 'dialog') {
      await page.waitForURL(/\/index\.html/);
      await page.goBack();
    }
    if (mode === 'dialog') await page.keyboard.press('Control+k');
    await input.fill('');
    await expect.poll(() => options.allTextContents()).toEqual(['key']);
    expect(await violations(page)).toEqual([]);
  });

  test('it sees what is wrong', async () => {
    const page = await visitPage(here.browser, here.site.pageWith('mode="inline" endpoint="ENDPOINT"'));
    await partsOf(page).input.evaluate((input) => input.removeAttribute('aria-label'));
    await partsOf(page).input.evaluate((input) => input.removeAttribute('placeholder'));
    expect(await violations(page)).toHaveLength(1);
  });

  test.each([
    ['more contrast of the system', { forcedColors: 'active' as const }],
    ['no motion', { reducedMotion: 'reduce' as const }],
    ['a phone', { viewport: { width: 360, height: 640 }, isMobile: true, hasTouch: true }],
  ])('with %s, what is active is seen, nothing moves and nothing is cut off', async (_, options) => {
    const page = await visitPage(
      here.browser,
      here.site.pageWith('endpoint="ENDPOINT" facets="topic"'),
      options,
    );
    await partsOf(page).opener.click();
    await typeQuestion(page, 'key');
    expect(await violations(page)).toEqual([]);
    const { dialog, options: results } = partsOf(page);
    const box = (await dialog.boundingBox())!;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(page.viewportSize()!.width);
    if ('viewport' in options) expect([box.width, box.height]).toEqual([360, 640]);
    if ('forcedColors' in options)
      expect(await results.first().evaluate((element) => getComputedStyle(element).outlineStyle)).toBe(
        'solid',
      );
    if ('reducedMotion' in options)
      expect(await dialog.evaluate((element) => getComputedStyle(element).animationName)).toBe('none');
  });
});
