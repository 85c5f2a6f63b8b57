// Further results, from a Worker whose owner says how many there may be, and which goes on to another generation.

import { expect, test } from 'vitest';
import { partsOf, typeQuestion, visitPage } from './browsing.ts';
import { inBrowser } from './in-browser.ts';

const DOCUMENTS = Array.from({ length: 12 }, (_, i) => ({
  id: `d${i}`,
  title: `Title ${i}`,
  text: `river ${'lamp '.repeat(i)} ${i % 2 === 0 ? 'boat' : 'wind'}`,
}));

inBrowser(
  (here) => {
    const visit = async () => {
      const page = await visitPage(
        here.browser,
        here.site.pageWith('mode="inline" endpoint="ENDPOINT" k="2"'),
      );
      const { list, state } = partsOf(page);
      const more = page.locator('sparsedge-search').getByRole('button', { name: 'More results' });
      const names = () =>
        list
          .getByRole('group')
          .evaluateAll((groups) => groups.map((group) => group.getAttribute('aria-label')));
      return { page, more, names, state };
    };

    test('are offered as long as the Worker has some to give', async () => {
      const { page, more, names, state } = await visit();
      await typeQuestion(page, 'river');
      const shown = [await names()];
      for (const length of [4, 5]) {
        await more.click();
        await expect.poll(names).toHaveLength(length);
        shown.push(await names());
      }
      expect(await more.isVisible()).toBe(false);
      expect(await state.isVisible()).toBe(false);
      for (const [i, some] of shown.entries()) expect(shown.at(-1)!.slice(0, some.length)).toEqual(shown[i]);
      expect(new Set(shown.at(-1)).size).toBe(5);
    });

    test('are of the question that is typed by then', async () => {
      const { page, more, names } = await visit();
      await typeQuestion(page, 'boat');
      const boats = await names();
      await page.evaluate(() => {
        const root = document.querySelector('sparsedge-search')!.shadowRoot!;
        const input = root.querySelector('input')!;
        input.value = 'wind';
        input.dispatchEvent(new InputEvent('input'));
        root.querySelector<HTMLElement>('.more')!.click();
      });
      await expect.poll(async () => (await names())[0]).not.toBe(boats[0]);
      const winds = await names();
      expect(winds).toHaveLength(2);
      for (const name of winds) expect(Number(name!.split(' ')[1]) % 2).toBe(1);
      await more.click();
      await expect.poll(names).toHaveLength(4);
      expect((await names()).slice(0, 2)).toEqual(winds);
    });

    test('are asked for anew where the generation that had them is gone', async () => {
      const { page, more, names } = await visit();
      await typeQuestion(page, 'river');
      const first = await names();
      const body = JSON.stringify({ code: 'cursor-expired', detail: 'gone' });
      let gone = 0;
      await page.route(/cursor=/, (route) => {
        gone++;
        return route.fulfill({ status: 410, body, headers: { 'Access-Control-Allow-Origin': '*' } });
      });
      await more.click();
      await expect.poll(() => gone).toBe(1);
      await expect.poll(names).toEqual(first);
      await page.unroute(/cursor=/);
      await more.click();
      await expect.poll(names).toHaveLength(4);
    });
  },
  DOCUMENTS,
  { MAX_K: '5' },
);
