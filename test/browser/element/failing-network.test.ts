import { expect, test } from 'vitest';
import { partsOf, typeQuestion, visitPage } from './browsing.ts';
import { inBrowser } from './in-browser.ts';

const INLINE = 'mode="inline" endpoint="ENDPOINT"';
const SEARCHES = '**/v1/search?*';

inBrowser((here) => {
  test('the last question wins, however late the answers to those before it come', async () => {
    const page = await visitPage(here.browser, here.site.pageWith(INLINE));
    const cancelled: string[] = [];
    page.on('requestfailed', (request) => cancelled.push(new URL(request.url()).searchParams.get('q')!));
    let held = 0;
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(SEARCHES, async (route) => {
      const isLast = new URL(route.request().url()).searchParams.get('q') === 'invoices';
      if (!isLast) {
        held++;
        await released;
      }
      await route.continue().catch(() => {});
    });
    const answers: string[] = [];
    await page.exposeFunction('noteAnswer', (question: string) => answers.push(question));
    await page.evaluate(() => {
      document.addEventListener('sparsedge-answer', (event) => {
        (globalThis as unknown as { noteAnswer(q: string): void }).noteAnswer(
          (event as CustomEvent<{ question: string }>).detail.question,
        );
      });
    });
    const { input, options } = partsOf(page);
    for (const question of ['key', 'roles']) {
      await input.fill(question);
      await expect.poll(() => held).toBe(question === 'key' ? 1 : 2);
    }
    await typeQuestion(page, 'invoices');
    expect(await options.first().textContent()).toContain('Billing');
    release();
    await page.waitForTimeout(500);
    expect(await options.first().textContent()).toContain('Billing');
    expect(answers).toEqual(['invoices']);
    // Where typing is slow, what was typed of the last one is asked and given up as well.
    expect(cancelled.slice(0, 2)).toEqual(['key', 'roles']);
  });

  test('results stay while the next ones are waited for, and a bar says that they are', async () => {
    const page = await visitPage(here.browser, here.site.pageWith(INLINE));
    await typeQuestion(page, 'key');
    const { options, box, input } = partsOf(page);
    const before = await options.allTextContents();
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(SEARCHES, async (route) => {
      await released;
      await route.continue();
    });
    await input.pressSequentially(' rotate');
    await expect
      .poll(() => box.locator('.progress').evaluate((bar) => getComputedStyle(bar).opacity))
      .toBe('1');
    expect(await options.allTextContents()).toEqual(before);
    release();
    await expect
      .poll(() => box.locator('.progress').evaluate((bar) => getComputedStyle(bar).opacity))
      .toBe('0');
    expect(await options.allTextContents()).not.toEqual(before);
  });

  test('a failure is said in a sentence, and tried again when it is asked for', async () => {
    const page = await visitPage(here.browser, here.site.pageWith(INLINE));
    const { input, state, options, live, list } = partsOf(page);
    await page.route(SEARCHES, (route) => route.abort());
    await input.fill('key');
    await expect.poll(() => state.textContent()).toBe('The search did not work.Try again');
    expect(await list.isVisible()).toBe(false);
    await expect.poll(() => live.textContent()).toBe('The search did not work.');
    await page.unroute(SEARCHES);
    await state.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => options.count()).toBeGreaterThan(0);
    expect(await state.isVisible()).toBe(false);
  });

  test.each([
    [503, '{"code":"over-budget","detail":"x"}', /^Too much is being searched/],
    [429, '{"code":"too-many","detail":"x"}', /^Too much is being searched/],
    [503, '{"code":"unavailable","detail":"R2 failed"}', /^The search did not work\.R2 failed/],
    [400, '{"code":"bad-query","detail":"there is no field \\"x\\""}', /did not work\.there is no field "x"/],
    [200, '<html>', /did not work/],
    [502, '', /did not work/],
  ])('an answer of status %i says what is to be said', async (status, body, expected) => {
    const page = await visitPage(here.browser, here.site.pageWith(INLINE));
    await page.route(SEARCHES, (route) =>
      route.fulfill({ status, body, headers: { 'Access-Control-Allow-Origin': '*' } }),
    );
    await partsOf(page).input.fill('key');
    await expect.poll(() => partsOf(page).state.textContent()).toMatch(expected);
  });

  test('whoever is offline is told so, and sees results as soon as there is a connection', async () => {
    const page = await visitPage(here.browser, here.site.pageWith(INLINE));
    await page.context().setOffline(true);
    await partsOf(page).input.fill('key');
    await expect.poll(() => partsOf(page).state.textContent()).toMatch(/^You are offline/);
    await page.context().setOffline(false);
    await expect.poll(() => partsOf(page).options.count()).toBeGreaterThan(0);
  });

  test('an element that is told of no index, and one of which there is none, say so', async () => {
    const none = await visitPage(here.browser, here.site.pageWith('mode="inline"'));
    await partsOf(none).input.fill('key');
    await expect.poll(() => partsOf(none).state.textContent()).toContain('expected an index or an endpoint');
    const missing = await visitPage(here.browser, here.site.pageWith('mode="inline" index="/_nothing/"'));
    await partsOf(missing).input.fill('key');
    await expect.poll(() => partsOf(missing).state.textContent()).toMatch(/did not work/);
  });
});
