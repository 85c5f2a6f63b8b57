// <sparsedge-search> in a real browser, against the Worker: what a person does with it, by mouse and by keyboard.

import type { BrowserContextOptions, Request } from 'playwright-core';
import { expect, onTestFinished, test } from 'vitest';
import type { SearchElement } from '../../../browser/element/search-element.ts';
import { activeOption, partsOf, typeQuestion, visitPage } from './browsing.ts';
import { inBrowser } from './in-browser.ts';

inBrowser((here) => {
  const visit = (url: string, options?: BrowserContextOptions) => visitPage(here.browser, url, options);

  const inline = 'mode="inline" endpoint="ENDPOINT" facets="topic"';
  const dialog = 'endpoint="ENDPOINT" facets="topic"';

  test('nothing is loaded but the element until somebody is about to search', async () => {
    const page = await visit(here.site.pageWith(dialog));
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await partsOf(page).opener.waitFor();
    expect(asked).toEqual([]);
    await page.keyboard.press('Control+k');
    await typeQuestion(page, 'rotate a key');
    expect(asked.some((url) => url.startsWith(`${here.site.worker.url}v1/search?q=rotate+a+key`))).toBe(true);
  });

  test('a hotkey that is no key leaves the usual ones', async () => {
    // Not as others are visited, where an error of the page is a failure: here one is reported.
    const context = await here.browser.newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    await page.goto(here.site.pageWith(`${dialog} hotkey="nonsense"`));
    await partsOf(page).opener.waitFor();
    expect(await partsOf(page).input.isVisible()).toBe(false);
    await page.keyboard.press('Control+k');
    await typeQuestion(page, 'rotate a key');
  });

  test('results are shown as a question is typed: pages, their sections below them, and what was found marked', async () => {
    const page = await visit(here.site.pageWith(inline));
    await typeQuestion(page, 'rotate a key');
    const { list, input, live } = partsOf(page);
    const first = list.getByRole('group').first();
    expect(await first.getAttribute('aria-label')).toBe('Keys');
    const options = await first.getByRole('option').allTextContents();
    expect(options[0]).toMatch(/^Keyskeys.*Rotate a key/);
    expect(options.length).toBeGreaterThan(1);
    expect(await first.locator('mark').first().textContent()).toMatch(/rotat|key/i);
    expect(await input.getAttribute('aria-expanded')).toBe('true');
    await expect.poll(() => live.textContent()).toMatch(/^Results: \d+$/);
  });

  test('half a word and a wrong letter are found, and what was corrected can be taken back', async () => {
    const page = await visit(here.site.pageWith(inline));
    await typeQuestion(page, 'certif');
    expect(await partsOf(page).options.first().textContent()).toContain('Domains');
    await typeQuestion(page, 'certifcates expire');
    const { note } = partsOf(page);
    expect(await note.textContent()).toBe(
      'Showing results for certificates expire.Search for certifcates expire instead',
    );
    await note.getByRole('button').click();
    await expect.poll(() => note.isVisible()).toBe(false);
  });

  test('the address has the question and the filters, and shows them to whoever opens it', async () => {
    const page = await visit(here.site.pageWith(inline));
    await typeQuestion(page, 'key');
    await page.locator('sparsedge-search').getByRole('button', { name: 'Topic' }).click();
    await page.locator('sparsedge-search').getByLabel('guide').check();
    await expect.poll(() => partsOf(page).list.getByRole('group').count()).toBe(2);
    expect(new URL(page.url()).searchParams.get('q')).toBe('key');
    const shared = await visit(page.url());
    await expect.poll(() => partsOf(shared).list.getByRole('group').count()).toBe(2);
    expect(await partsOf(shared).input.inputValue()).toBe('key');
    expect(await shared.locator('sparsedge-search .facet').textContent()).toBe('Topic: guide');
  });

  test('counts of a field say what each further value of it would find', async () => {
    const page = await visit(here.site.pageWith(inline));
    await typeQuestion(page, 'key');
    const element = page.locator('sparsedge-search');
    await element.getByRole('button', { name: 'Topic' }).click();
    const values = () => element.locator('.value').allTextContents();
    const before = await values();
    expect(before.map((text) => text.replace(/\d+$/, ''))).toEqual(['security', 'guide']);
    await element.getByLabel('guide').check();
    await expect.poll(() => partsOf(page).list.getByRole('group').count()).toBe(2);
    expect(await values()).toEqual(before);
    await element.getByLabel('security').check();
    await expect.poll(() => partsOf(page).list.getByRole('group').count()).toBeGreaterThan(2);
  });

  test('the keyboard alone opens the dialog, goes through the results, opens one and comes back', async () => {
    const page = await visit(here.site.pageWith(dialog));
    const { input, dialog: box, options } = partsOf(page);
    const notes = page.getByLabel('Notes');
    await notes.focus();
    await page.keyboard.type('either/or');
    expect(await notes.inputValue()).toBe('either/or');
    expect(await box.isVisible()).toBe(false);
    await page.keyboard.press('Control+k');
    await typeQuestion(page, 'key');
    expect(await (await activeOption(page))?.textContent()).toContain('Keys');
    const last = (await options.count()) - 1;
    await page.keyboard.press('ArrowUp');
    expect(await (await activeOption(page))?.getAttribute('id')).toBe(`option-${last}`);
    await page.keyboard.press('ArrowDown');
    expect(await (await activeOption(page))?.getAttribute('id')).toBe('option-0');
    await page.keyboard.press('End');
    expect(await (await activeOption(page))?.getAttribute('aria-selected')).toBe('true');
    expect(await (await activeOption(page))?.getAttribute('id')).toBe(`option-${last}`);
    await page.keyboard.press('Home');
    expect(await (await activeOption(page))?.getAttribute('id')).toBe('option-0');
    await page.keyboard.press('Escape');
    expect(await box.isVisible()).toBe(false);
    expect(await notes.evaluate((element) => element === document.activeElement)).toBe(true);

    await page.locator('h1').click();
    await page.keyboard.press('/');
    expect(await box.isVisible()).toBe(true);
    expect(await input.inputValue()).toBe('key');
    await typeQuestion(page, 'revoke');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/keys\//);
  });

  test('Enter is for the question that is typed, whenever it is answered, and opens a tab where that is wanted', async () => {
    const page = await visit(here.site.pageWith(dialog));
    await page.keyboard.press('Control+k');
    await typeQuestion(page, 'key');
    const answers = '**/v1/search?*';
    await page.route(answers, async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      await route.continue();
    });
    const { input, dialog: box } = partsOf(page);
    await input.fill('invoices');
    const [tab] = await Promise.all([
      page.context().waitForEvent('page'),
      page.keyboard.press('Control+Enter'),
    ]);
    await tab.waitForURL(/\/billing\//);
    expect(await box.isVisible()).toBe(true);
    // What is chosen among the results that are shown is meant, though others are on their way.
    await input.fill('domains');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/billing\//);
  });

  test('what a keyboard composes is asked as it is typed', async () => {
    const page = await visit(here.site.pageWith(inline));
    await partsOf(page).input.focus();
    const { options, input } = partsOf(page);
    const session = await page.context().newCDPSession(page);
    await session.send('Input.imeSetComposition', { text: 'invoices', selectionStart: 8, selectionEnd: 8 });
    await expect.poll(() => options.first().textContent()).toContain('Billing');
    await session.send('Input.insertText', { text: 'domains' });
    await expect.poll(() => options.first().textContent()).toContain('Domains');
    expect(await input.inputValue()).toBe('domains');
  });

  test.for([
    ['/', { key: '/', code: 'Digit7', shiftKey: true }, true],
    ['/,ctrl+k', { key: 'k', ctrlKey: true }, true],
    ['Cmd + K', { key: 'k', metaKey: true }, true],
    ['ctrl+k', { key: 'K', ctrlKey: true, shiftKey: true }, false],
    ['ctrl+k', { key: 'л', code: 'KeyK', ctrlKey: true }, true],
    ['ctrl+k', { key: 'л', code: 'KeyL', ctrlKey: true }, false],
    ['ctrl+shift+f', { key: 'F', ctrlKey: true, shiftKey: true }, true],
    ['ctrl+shift+f', { key: 'f', ctrlKey: true }, false],
    ['alt+s', { key: 'ß', code: 'KeyS', altKey: true }, true],
    ['shift+s', { key: 'S', shiftKey: true }, true],
    ['off', { key: 'k', ctrlKey: true }, false],
    ['/', {}, false],
  ] as const)('of the keys %s, %j opens it: %s', async ([hotkey, pressed, opens]) => {
    const page = await visit(here.site.pageWith(`${dialog} hotkey="${hotkey}"`));
    await partsOf(page).opener.waitFor();
    await page.evaluate((init) => {
      const how = { bubbles: true, cancelable: true, ...init };
      // What fills forms in has no key.
      document.body.dispatchEvent(
        'key' in init ? new KeyboardEvent('keydown', how) : new Event('keydown', how),
      );
    }, pressed);
    expect(await partsOf(page).dialog.isVisible()).toBe(opens);
  });

  test('an element that is moved, or of which an attribute changes, keeps what is typed and chosen in it', async () => {
    const page = await visit(here.site.pageWith(dialog));
    await page.keyboard.press('Control+k');
    await typeQuestion(page, 'key');
    const { input, dialog: box, list } = partsOf(page);
    for (const change of [
      () => document.querySelector('sparsedge-search')!.setAttribute('filter', 'topic:guide'),
      () => document.body.append(document.querySelector('sparsedge-search')!),
    ]) {
      await page.evaluate(change);
      await expect.poll(() => list.getByRole('group').count()).toBe(2);
      expect([await box.isVisible(), await input.inputValue()]).toEqual([true, 'key']);
      await page.keyboard.type('s');
      await page.keyboard.press('Backspace');
    }
  });

  test('focus stays in the dialog while it is open', async () => {
    const page = await visit(here.site.pageWith(dialog));
    await partsOf(page).opener.click();
    await typeQuestion(page, 'key');
    const places = new Set<string>();
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab');
      places.add(
        await page.evaluate(() => {
          const host = document.activeElement!;
          return host.tagName === 'BODY'
            ? 'browser'
            : `${host.tagName} ${host.shadowRoot?.activeElement?.className}`;
        }),
      );
    }
    // Beyond its last control a dialog leads to the browser's own, and never to the page behind it.
    places.delete('browser');
    expect([...places].every((place) => place.startsWith('SPARSEDGE-SEARCH'))).toBe(true);
    expect(places.size).toBeGreaterThan(2);
  });

  test('a result leads to its words on the page, which the browser scrolls to and marks', async () => {
    const page = await visit(here.site.pageWith(inline));
    await typeQuestion(page, 'look at when it was used last');
    const link = partsOf(page).options.first();
    expect(await link.getAttribute('href')).toMatch(/\/keys\/index\.html#rotate-a-key:~:text=\S+$/);
    await link.click();
    await page.waitForURL(/\/keys\//);
    await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(500);
    const seen = await page.getByText('To rotate a key').boundingBox();
    expect(seen!.y).toBeGreaterThan(0);
    expect(seen!.y).toBeLessThan(700);
  });

  test('what was searched is offered again, unless that is not wanted, and can be forgotten', async () => {
    const url = here.site.pageWith(dialog);
    const page = await visit(url);
    await page.keyboard.press('Control+k');
    await typeQuestion(page, 'invoices');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/billing\//);
    await page.goto(url);
    await page.keyboard.press('Control+k');
    await expect.poll(() => partsOf(page).options.allTextContents()).toEqual(['invoices']);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => partsOf(page).options.first().textContent()).toContain('Billing');
    await partsOf(page).input.fill('');
    await page.locator('sparsedge-search').getByRole('button', { name: 'Forget them' }).click();
    expect(await partsOf(page).options.count()).toBe(0);
    expect(await page.evaluate(() => localStorage.length)).toBe(0);

    await page.goto(here.site.pageWith(`${dialog} recent="off"`));
    await page.keyboard.press('Control+k');
    await typeQuestion(page, 'invoices');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/billing\//);
    expect(await page.evaluate(() => localStorage.length)).toBe(0);
  });

  test('more results come behind those that are there', async () => {
    const page = await visit(here.site.pageWith('mode="inline" endpoint="ENDPOINT" k="2"'));
    await typeQuestion(page, 'key');
    const { list } = partsOf(page);
    const names = () =>
      list
        .getByRole('group')
        .evaluateAll((groups) => groups.map((group) => group.getAttribute('aria-label')));
    const first = await names();
    expect(first).toHaveLength(2);
    await page.locator('sparsedge-search').getByRole('button', { name: 'More results' }).click();
    await expect.poll(names).toHaveLength(4);
    expect((await names()).slice(0, 2)).toEqual(first);
    expect(new Set(await names()).size).toBe(4);
  });

  test('which result was opened is sent where the page asks for it, with its place, and nowhere else', async () => {
    const opened = async (attributes: string) => {
      const page = await visit(here.site.pageWith(`mode="inline" endpoint="ENDPOINT" k="2" ${attributes}`));
      const sent: Request[] = [];
      page.on('request', (request) => {
        if (request.method() === 'POST') sent.push(request);
      });
      await typeQuestion(page, 'key');
      await page.locator('sparsedge-search').getByRole('button', { name: 'More results' }).click();
      const groups = partsOf(page).list.getByRole('group');
      await expect.poll(() => groups.count()).toBe(4);
      const third = groups.nth(2);
      const title = await third.getAttribute('aria-label');
      await third.getByRole('option').last().click();
      await page.waitForURL((url) => !url.pathname.startsWith('/search-'));
      return { sent, title, path: new URL(page.url()).pathname };
    };
    const { sent, path } = await opened('clicks');
    await expect.poll(() => sent.length).toBe(1);
    expect(sent[0]!.url()).toBe(`${here.site.worker.url}v1/clicks`);
    const { query, id, rank, ...more } = JSON.parse(sent[0]!.postData()!);
    expect([query, rank, more]).toEqual(['key', 3, {}]);
    expect(path).toBe(`/${String(id).split('#')[0]}`);
    // Browsers ask no other origin first for what is plain text; the Worker reads it, and has no dataset here. It is
    // sent again, since of a page that was left nobody hears the answer.
    const type = sent[0]!.headers()['content-type']!;
    expect(type).toMatch(/^text\/plain/);
    const again = { method: 'POST', headers: { 'Content-Type': type }, body: sent[0]!.postData() };
    const answer = await fetch(sent[0]!.url(), again);
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'not-found' }]);
    expect((await opened('')).sent).toEqual([]);
  });

  test('a filter of the page holds, whatever is typed', async () => {
    const page = await visit(here.site.pageWith(`mode="inline" endpoint="ENDPOINT" filter='topic:"guide"'`));
    await typeQuestion(page, 'key');
    const groups = partsOf(page).list.getByRole('group');
    expect(
      await groups.evaluateAll((all) => all.map((group) => group.getAttribute('aria-label')).sort()),
    ).toEqual(['Deploy a site', 'Domains']);
  });

  test.for([
    ['base', 'http://[', 'Billing'],
    ['endpoint', 'https://', 'expected an index or an endpoint'],
    ['index', 'http://[::1', 'expected an index or an endpoint'],
    ['k', 'many', 'Billing'],
    ['k', '-1', 'k must be an integer from 1'],
    ['k', '1000000', 'k must be an integer from 1'],
    ['facets', ',;', 'the index has no field ";"'],
    ['filter', 'topic:', 'the filter, character 8'],
    ['lang', '-', 'Billing'],
    ['hotkey', '+,ctrl+,', 'Billing', true],
    ['hotkey', 'nonsense', 'Billing', true],
    ['hotkey', '/,ctrl+space', 'Billing', true],
    ['hotkey', '', 'Billing'],
    ['hotkey', 'Cmd + Shift + F1,ArrowUp,ö', 'Billing'],
    ['mode', '?', 'Billing'],
    ['placeholder', '', 'Billing'],
  ] as const)(
    'an element whose %s is %s shows its box, and what is wrong',
    async ([name, value, shown, isNoKey = false]) => {
      const errors: string[] = [];
      const context = await here.browser.newContext();
      onTestFinished(() => context.close());
      const page = await context.newPage();
      page.on('pageerror', (error) => errors.push(error.message));
      const place = ['endpoint', 'index'].includes(name) ? '' : 'endpoint="ENDPOINT"';
      await page.goto(here.site.pageWith(`mode="inline" ${place} ${name}="${value}"`));
      await page.evaluate(() =>
        (document.querySelector('sparsedge-search') as SearchElement).search('invoices'),
      );
      await expect.poll(() => partsOf(page).box.innerText()).toContain(shown);
      const expected = ['base', 'endpoint', 'index'].includes(name)
        ? 'an address'
        : isNoKey
          ? 'keys such as "/,ctrl+k"'
          : undefined;
      expect(new Set(errors)).toEqual(
        new Set(expected ? [`sparsedge-search: expected ${expected}, found ${name}="${value}"`] : []),
      );
    },
  );

  test('a page may take a result into its own hands', async () => {
    const page = await visit(here.site.pageWith(inline));
    await page.evaluate(() => {
      document.addEventListener('sparsedge-select', (event) => {
        event.preventDefault();
        document.title = (event as CustomEvent<{ hit: { title: string } }>).detail.hit.title;
      });
    });
    await typeQuestion(page, 'invoices');
    const before = page.url();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    expect(await page.title()).toBe('Billing');
    expect(page.url()).toBe(before);
  });

  test('it speaks the language of the page, from right to left where that is read so', async () => {
    const page = await visit(here.site.pageWith('mode="inline" endpoint="ENDPOINT"', { lang: 'ar' }));
    const { input } = partsOf(page);
    expect(await input.getAttribute('placeholder')).toBe('بحث');
    expect(
      await input.evaluate((element) => getComputedStyle(element.closest('.inline-root')!).direction),
    ).toBe('rtl');
    await typeQuestion(page, 'key');
    await expect.poll(() => partsOf(page).live.textContent()).toMatch(/^النتائج: /);
    const german = await visit(here.site.pageWith('endpoint="ENDPOINT" lang="de-AT"'));
    expect(await partsOf(german).opener.textContent()).toContain('Suchen');
    const other = await visit(here.site.pageWith('endpoint="ENDPOINT"', { lang: 'tlh' }));
    expect(await partsOf(other).opener.textContent()).toContain('Search');
  });
});
