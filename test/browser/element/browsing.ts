// What tests of the element do in a page, as a person does it.

import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { expect, onTestFinished } from 'vitest';

/** The parts of the element that a person sees. */
export function partsOf(page: Page) {
  const element = page.locator('sparsedge-search');
  return {
    input: element.getByRole('combobox'),
    list: element.getByRole('listbox'),
    options: page.locator('sparsedge-search [role=option]'),
    opener: element.locator('.opener'),
    dialog: element.locator('dialog'),
    box: element.locator('.box'),
    note: element.locator('.note'),
    state: element.locator('.state'),
    live: element.getByRole('status'),
  };
}

/** Types a question, and waits until its answer is shown. */
export async function typeQuestion(page: Page, question: string): Promise<void> {
  const { input } = partsOf(page);
  await input.fill('');
  const answered = page.evaluate(
    (wanted) =>
      new Promise<void>((resolve) => {
        document.addEventListener('sparsedge-answer', (event) => {
          if ((event as CustomEvent<{ question: string }>).detail.question === wanted) resolve();
        });
      }),
    question,
  );
  await input.pressSequentially(question);
  await answered;
}

/** The option that the input says is active. */
export async function activeOption(page: Page): Promise<Locator | undefined> {
  const id = await partsOf(page).input.getAttribute('aria-activedescendant');
  return id === null ? undefined : page.locator(`sparsedge-search #${id}`);
}

/** A page of a new visitor, which must report no error. */
export async function visitPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  onTestFinished(async () => {
    await context.close();
    expect(errors).toEqual([]);
  });
  await page.goto(url);
  return page;
}
