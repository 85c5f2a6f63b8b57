// The pages that the Worker serves, in a real browser: the search page with its explanations, and the workbench.

import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createKey } from '../../access/key-ring.ts';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from './chromium.ts';
import { partsOf, typeQuestion, visitPage } from './element/browsing.ts';
import { type ExampleSite, startExampleSite } from './element/example-site.ts';

describe.skipIf(!CHROMIUM)(`in a browser (skipped where ${NO_CHROMIUM})`, () => {
  let browser: Browser;
  let site: ExampleSite;

  beforeAll(async () => {
    [browser, site] = await Promise.all([launchChromium(), startExampleSite()]);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), site?.stop()]);
  });

  /** A page of the Worker, which its own policy must let do all that it does. */
  async function visitWorker(
    path: string,
    colorScheme: 'light' | 'dark' = 'light',
    width = 1280,
    url = site.worker.url,
  ): Promise<Page> {
    const page = await visitPage(browser, 'about:blank', { colorScheme, viewport: { width, height: 800 } });
    page.on('console', (message) => {
      expect(message.text()).not.toMatch(/Content Security Policy|TrustedHTML/);
    });
    await page.goto(`${url}${path}`);
    return page;
  }

  async function violations(page: Page): Promise<string[]> {
    await page.evaluate(axe.source);
    return page.evaluate(async () => {
      const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run(document);
      return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help} ${html}`));
    });
  }

  test.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)(
    'the search page finds, says what it cost and proved, and explains: %s, %i wide',
    async (scheme, width) => {
      const page = await visitWorker('', scheme, width);
      await partsOf(page).input.waitFor();
      expect(await violations(page)).toEqual([]);
      await typeQuestion(page, 'rotate a key');
      expect(await page.locator('#facts').textContent()).toMatch(
        /^5 pages in \d+ sections, build [0-9a-f]{16}$/,
      );
      expect(await page.locator('#proof').textContent()).toMatch(/^Exact/);
      const cost = await page.locator('#cost').textContent();
      for (const name of ['Reads', 'Bytes', 'Price']) expect(cost).toContain(name);
      await page.getByText('Explain the scores').click();
      const bars = page.locator('.bars .bar');
      await expect.poll(() => bars.count()).toBe(await partsOf(page).list.getByRole('group').count());
      const shares = await bars.evaluateAll((all) =>
        all.map((bar) =>
          [...bar.children].reduce((sum, part) => sum + Number((part as HTMLElement).style.flexGrow), 0),
        ),
      );
      for (const sum of shares) expect(sum).toBeCloseTo(1, 5);
      const drawn = await bars.first().evaluate((bar) => bar.children[0]!.getBoundingClientRect().width);
      expect(drawn).toBeGreaterThan(10);
      expect(await page.locator('#explanation thead').textContent()).toBe('TermWeightDocumentsFrom');
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    },
  );

  test('what is chosen is explained as it was chosen', async () => {
    const page = await visitWorker('');
    await partsOf(page).input.waitFor();
    await page.getByText('Explain the scores').waitFor({ state: 'hidden' });
    await typeQuestion(page, 'key');
    await page.getByText('Explain the scores').click();
    await page.getByRole('button', { name: 'Topic' }).click();
    await page.getByLabel('guide').check();
    await expect.poll(() => page.locator('.bar-title').allTextContents()).toHaveLength(2);
    expect((await page.locator('.bar-title').allTextContents()).sort()).toEqual(['Deploy a site', 'Domains']);
  });

  test('a result whose site is elsewhere is shown as it is in the index', async () => {
    const page = await visitWorker('');
    await partsOf(page).input.waitFor();
    await typeQuestion(page, 'invoices');
    await partsOf(page).options.first().click();
    const shown = page.locator('#document');
    await expect.poll(() => shown.textContent()).toContain('Invoices are sent on the first day');
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await shown.isVisible()).toBe(false);
  });

  test('the workbench says where two answers differ, and its address is what is compared', async () => {
    const page = await visitWorker('workbench');
    await page.getByLabel('Question', { exact: true }).fill('key');
    await page.getByLabel('Parameters').nth(1).fill('filter=topic:guide');
    await page.getByRole('button', { name: 'Compare' }).click();
    const agreement = page.locator('#agreement');
    await expect
      .poll(() => agreement.textContent())
      .toMatch(/^2 of \d in both; they differ from rank 1 on\.$/);
    const [a, b] = await page.locator('.hits').all();
    expect(await a!.locator('.new').count()).toBe((await a!.locator('li').count()) - 2);
    expect(await b!.locator('.mark').allTextContents()).toEqual([
      expect.stringMatching(/^▲ \d$/),
      expect.stringMatching(/^▲ \d$/),
    ]);
    expect(await violations(page)).toEqual([]);
    const shared = await visitWorker(`workbench${new URL(page.url()).search}`, 'dark', 390);
    await expect.poll(() => shared.locator('#agreement').textContent()).toBe(await agreement.textContent());
    expect(await violations(shared)).toEqual([]);
    expect(await shared.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  });

  test('the workbench compares a list of questions, and says why a side does not answer', async () => {
    const page = await visitWorker(
      `workbench?${new URLSearchParams({ q: 'key', bp: 'k=0', list: 'key\n\ninvoices' })}`,
    );
    await expect.poll(() => page.locator('.error').textContent()).toContain('from 1 to 100');
    await expect.poll(() => page.locator('tbody tr').count()).toBe(2);
    await page.getByLabel('Parameters').nth(1).fill('');
    await page.getByRole('button', { name: 'Compare' }).click();
    await expect.poll(() => page.locator('tbody tr').first().textContent()).toMatch(/the same order\.$/);
    await page.getByRole('button', { name: 'invoices' }).click();
    await expect.poll(() => page.locator('.hits .name').first().textContent()).toBe('Billing');
  });

  test('where keys are needed, the pages ask for one, and keep it for this Worker', async () => {
    const { key, stored } = await createKey({ scope: 'search' });
    const kept = await startExampleSite(undefined, { KEYS: JSON.stringify([stored]) });
    onTestFinished(() => kept.stop());
    const page = await visitWorker('', 'light', 390, kept.worker.url);
    await expect.poll(() => page.locator('#facts').textContent()).toMatch(/^a key is needed/);
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Key').fill(`${key.slice(0, -2)}AA`);
    await page.getByRole('button', { name: 'Use it' }).click();
    await expect.poll(() => page.locator('#facts').textContent()).toMatch(/^the key or token is not valid/);
    await page.getByLabel('Key').fill(key);
    await page.keyboard.press('Enter');
    await partsOf(page).input.waitFor();
    await typeQuestion(page, 'rotate a key');
    expect(await partsOf(page).options.first().textContent()).toContain('Rotate');
    await page.goto(`${kept.worker.url}workbench`);
    // Another site is asked without it.
    const asked: (string | undefined)[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/v1/search')) asked.push(request.headers().authorization);
    });
    await page.getByLabel('Question', { exact: true }).fill('key');
    await page.getByLabel('Endpoint').nth(1).fill(site.worker.url);
    await page.getByRole('button', { name: 'Compare' }).click();
    await expect.poll(() => page.locator('#agreement').textContent()).toMatch(/the same order\.$/);
    expect(asked.sort()).toEqual([`Bearer ${key}`, undefined]);
  });

  test("the Worker's element says that it has no engine", async () => {
    const page = await visitWorker('');
    // The page's own code writes what it is told of the index, and is not to find its parts gone.
    await expect.poll(() => page.locator('#facts').textContent()).toContain('build');
    await page.evaluate(() => {
      const element = document.createElement('sparsedge-search');
      element.setAttribute('mode', 'inline');
      element.setAttribute('index', '/_search/');
      document.body.replaceChildren(element);
    });
    await partsOf(page).input.fill('key');
    await expect.poll(() => partsOf(page).state.textContent()).toContain('has no engine');
  });
});
