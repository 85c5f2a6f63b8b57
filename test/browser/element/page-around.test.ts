// <sparsedge-search> in pages that are not made for it: beside others of its kind, in frames without an address, below
// input methods, and under whoever selects text in it.

import { expect, test } from 'vitest';
import type { SearchElement } from '../../../browser/element/search-element.ts';
import { activeOption, partsOf, typeQuestion, visitPage } from './browsing.ts';
import { inBrowser } from './in-browser.ts';

const DOCUMENTS = [
  { id: 'small', text: 'A tide of the moon', 'Price, EUR': 1e-7, 'dc:type': 'a b' },
  { id: 'large', text: 'The tide and the moon', 'Price, EUR': 1e300, 'dc:type': 'c' },
];

inBrowser((here) => {
  const visit = (attributes: string) => visitPage(here.browser, here.site.pageWith(attributes));
  const dialog = 'endpoint="ENDPOINT"';

  test('text that is selected with the mouse may be let go of beside the dialog, and a press there closes it', async () => {
    const page = await visit(dialog);
    const { dialog: opened, input, opener } = partsOf(page);
    await opener.click();
    await typeQuestion(page, 'moon tide');
    const { x, y, width, height } = (await input.boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(5, y + height / 2, { steps: 4 });
    await page.mouse.up();
    expect(await opened.isVisible()).toBe(true);
    expect(await input.evaluate((it: HTMLInputElement) => it.selectionEnd! - it.selectionStart!)).toBe(9);
    await page.mouse.click(5, y + height / 2);
    expect(await opened.isVisible()).toBe(false);
  });

  test('Enter that ends what an input method composes opens nothing', async () => {
    const page = await visit(dialog);
    const { input, opener, options } = partsOf(page);
    await opener.click();
    await typeQuestion(page, 'moon');
    await expect.poll(() => options.count()).toBeGreaterThan(0);
    const isTaken = await input.evaluate(
      (it, init) => !it.dispatchEvent(new KeyboardEvent('keydown', init)),
      // As Safari has it: the composition has ended.
      { key: 'Enter', keyCode: 229, isComposing: false, bubbles: true, composed: true, cancelable: true },
    );
    expect(isTaken).toBe(false);
    expect(await partsOf(page).dialog.isVisible()).toBe(true);
  });

  test('keys with modifiers are those of the text', async () => {
    const page = await visit(dialog);
    const { input, opener } = partsOf(page);
    await opener.click();
    await typeQuestion(page, 'moon');
    await expect.poll(() => activeOption(page)).toBeDefined();
    const before = await input.getAttribute('aria-activedescendant');
    await page.keyboard.press('Shift+Home');
    expect(await input.evaluate((it: HTMLInputElement) => [it.selectionStart, it.selectionEnd])).toEqual([
      0, 4,
    ]);
    expect(await input.getAttribute('aria-activedescendant')).toBe(before);
  });

  test('the keys of a dialog that is open are its own, also beside another element', async () => {
    const page = await visit(`${dialog}></sparsedge-search><sparsedge-search id="other" ${dialog}`);
    const dialogs = page.locator('sparsedge-search dialog');
    await page.locator('#other .opener').click();
    await page.keyboard.press('Control+k');
    expect(await dialogs.evaluateAll((all) => all.map((it) => (it as HTMLDialogElement).open))).toEqual([
      false,
      false,
    ]);
  });

  test('an element that a page makes can be opened at once', async () => {
    const page = await visit('mode="inline" endpoint="ENDPOINT"');
    await partsOf(page).input.waitFor();
    await page.evaluate((endpoint) => {
      const made = document.createElement('sparsedge-search') as SearchElement;
      made.id = 'made';
      made.setAttribute('endpoint', endpoint);
      document.body.append(made);
      made.open();
    }, here.site.worker.url);
    await expect.poll(() => page.locator('#made dialog').isVisible()).toBe(true);
    await page.keyboard.type('moon');
    await expect.poll(() => page.locator('#made [role=option]').count()).toBe(2);
  });

  test('a page that may not change its address so often is searched', async () => {
    const page = await visit('mode="inline" endpoint="ENDPOINT"');
    const { input, options } = partsOf(page);
    await page.evaluate(() => {
      history.replaceState = () => {
        throw new DOMException('more than 100 times per 10 seconds', 'SecurityError');
      };
    });
    await input.pressSequentially('moon');
    await expect.poll(() => options.count()).toBe(2);
  });

  test('a frame that has no address of its own is searched', async () => {
    const inFrame =
      `<script type="module" src="/component.js"></script>` +
      `<sparsedge-search mode="inline" endpoint="ENDPOINT"></sparsedge-search>`;
    const page = await visit(
      `${dialog}></sparsedge-search><iframe srcdoc='${inFrame}'></iframe><sparsedge-search`,
    );
    const frame = page.frameLocator('iframe');
    await frame.getByRole('combobox').pressSequentially('moon');
    await expect.poll(() => frame.locator('sparsedge-search [role=option]').count()).toBe(2);
  });

  test('fields of any name are counted, and any number of them is chosen', async () => {
    const page = await visit(`mode="inline" endpoint="ENDPOINT" facets='"Price, EUR":20 "dc:type"'`);
    const { options } = partsOf(page);
    await typeQuestion(page, 'moon');
    const values = page.locator('sparsedge-search .value');
    await page.locator('sparsedge-search .facet').first().click();
    const found: (string | null)[] = [];
    for (const value of ['1e-7', '1e+300']) {
      await values.filter({ hasText: value }).click();
      await expect.poll(() => options.count()).toBe(1);
      found.push(await options.textContent());
      await values.filter({ hasText: value }).click();
      await expect.poll(() => options.count()).toBe(2);
    }
    expect(found).toEqual([expect.stringMatching(/^small/), expect.stringMatching(/^large/)]);
    expect(await page.locator('sparsedge-search .facet').allTextContents()).toEqual([
      'Price, EUR',
      'Dc:type',
    ]);
  });
}, DOCUMENTS);
