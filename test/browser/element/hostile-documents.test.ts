import { expect, test } from 'vitest';
import { partsOf, typeQuestion, visitPage } from './browsing.ts';
import { inBrowser } from './in-browser.ts';

const MARKUP = '<img src=x onerror="globalThis.harmed=1"><script>globalThis.harmed=2</script><b>bold</b>';

const DOCUMENTS = [
  { id: 'script', title: 'Harm by script', text: 'harmful words', url: 'javascript:globalThis.harmed=3' },
  { id: 'tab', title: 'Harm by tab', text: 'harmful words', url: ' java\tscript:globalThis.harmed=4' },
  {
    id: 'data',
    title: 'Harm by data',
    text: 'harmful words',
    url: 'data:text/html,<script>alert(1)</script>',
  },
  { id: 'none', title: 'Harm by nonsense', text: 'harmful words', url: 'http://[' },
  {
    id: MARKUP,
    title: MARKUP,
    text: `harmful ${MARKUP} words`,
    url: '/a"onclick="globalThis.harmed=5',
    kind: MARKUP,
  },
  {
    id: 'long',
    title: 'harmful '.repeat(5000),
    text: 'x'.repeat(10_000),
    url: '/long',
  },
  { id: 'fragment', title: 'Harm by fragment', text: 'harmful - words, and & more', url: '/a#b:~:text=c' },
];

inBrowser((here) => {
  test('documents become text and links to the web alone', async () => {
    const page = await visitPage(
      here.browser,
      here.site.pageWith('mode="inline" endpoint="ENDPOINT" facets="kind"'),
    );
    await typeQuestion(page, 'harmful');
    const { options, list, box } = partsOf(page);
    expect(await options.count()).toBe(DOCUMENTS.length);
    const links = await options.evaluateAll((all) => all.map((option) => option.getAttribute('href')));
    expect(links.filter((href) => href !== null).every((href) => href.startsWith(here.site.url))).toBe(true);
    expect(links.filter((href) => href !== null)).toHaveLength(3);
    expect(await list.locator('img, script, b').count()).toBe(0);
    expect(await list.textContent()).toContain(MARKUP);
    await box.getByRole('button', { name: 'Kind' }).click();
    expect(await box.locator('.value').allTextContents()).toContain(`${MARKUP}1`);
    await box.locator('.value', { hasText: MARKUP }).locator('input').check();
    await expect.poll(() => options.count()).toBe(1);
    for (const option of await options.all()) await option.hover();
    expect(await page.evaluate(() => (globalThis as { harmed?: number }).harmed)).toBe(undefined);
    // Nothing is wider than its place, however long a word is.
    await partsOf(page).input.fill('');
    await typeQuestion(page, 'harmful');
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });

  test.each([
    MARKUP,
    '"><svg onload=globalThis.harmed=6>',
    '{}',
    '$& $1 $`',
    '\u202eright to left\u0000',
    '😀'.repeat(300),
    '-"',
    'title:',
    '%E0%A4%A',
  ])('a question is text: %s', async (question) => {
    const page = await visitPage(here.browser, here.site.pageWith('mode="inline" endpoint="ENDPOINT"'));
    const { input, box, state } = partsOf(page);
    await input.fill(question);
    await expect.poll(() => box.getAttribute('data-state')).toMatch(/found|none|failed/);
    expect(await box.locator('img, script, b, svg:not(.icon)').count()).toBe(0);
    if ((await box.getAttribute('data-state')) === 'none')
      expect(await state.textContent()).toContain(`“${(await input.inputValue()).trim()}”`);
    // And it is what whoever opens the address asks.
    const address = page.url();
    await page.goto(address);
    await expect.poll(() => input.inputValue()).toBe(new URL(address).searchParams.get('q'));
    expect(await page.evaluate(() => (globalThis as { harmed?: number }).harmed)).toBe(undefined);
  });

  test('an address that says nonsense is passed over', async () => {
    const page = await visitPage(
      here.browser,
      `${here.site.pageWith('mode="inline" endpoint="ENDPOINT" facets="kind"')}?q=harmful&only=x&only=[1,2]&only={}&only=["kind",{}]&only=["kind","none"]`,
    );
    await expect.poll(() => partsOf(page).state.textContent()).toContain('Nothing was found');
    await partsOf(page).state.getByRole('button', { name: 'Search without filters' }).click();
    await expect.poll(() => partsOf(page).options.count()).toBe(DOCUMENTS.length);
  });

  test('what the browser keeps may be anything', async () => {
    const page = await visitPage(here.browser, here.site.pageWith('endpoint="ENDPOINT"'));
    for (const kept of ['{', '{"length": 3}', '[1, null, {}, "<img src=x onerror=harmed=1>"]', 'null']) {
      await page.evaluate(
        ([key, value]) => localStorage.setItem(key!, value!),
        [`sparsedge:recent:${here.site.worker.url}`, kept],
      );
      await page.reload();
      await page.keyboard.press('Control+k');
      await partsOf(page).input.waitFor();
      expect(await partsOf(page).options.allTextContents()).toEqual(
        kept.includes('img') ? ['<img src=x onerror=harmed=1>'] : [],
      );
    }
  });
}, DOCUMENTS);
