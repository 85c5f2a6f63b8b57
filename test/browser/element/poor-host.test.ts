// <sparsedge-search> in the page itself, over a static host behind a poor network: slow answers, connections that are
// lost, halves of bodies. It shows what was typed last, says what failed, and works again as soon as the host does.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sparsedge as run } from '../../build/commands/command-line.ts';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from '../chromium.ts';
import { type Host, type Manner, startHost } from '../engine/static-hosts.ts';
import { partsOf, visitPage } from './browsing.ts';

const WORDS = ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot', 'golf', 'hotel'];
const FAILED = /^The search did not work/;

/** Sends all that was asked for late. */
const slow: Manner = (_, response, bytes) => {
  setTimeout(() => response.writeHead(bytes.length > 0 ? 200 : 404).end(bytes), 300);
  return true;
};

/** Promises all that was asked for, and ends in the middle. */
const halved: Manner = (_, response, bytes) => {
  response.writeHead(200, { 'Content-Length': bytes.length });
  response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  return true;
};

/** Takes the question, and hangs up. */
const lost: Manner = ({ socket }) => Boolean(socket.destroy());

const broken: Manner = (_, response) => Boolean(response.writeHead(500).end('<html>oops'));

/** Of so many answers one as `manner` has it, and the others as they should be. */
function atTimes(manner: Manner, every: number): Manner {
  let times = 0;
  return (...asked) => ++times % every === 0 && manner(...asked);
}

describe.skipIf(!CHROMIUM)(`on a poor host (skipped where ${NO_CHROMIUM})`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-poor-'));
  let browser: Browser;
  let host: Host;
  let manner: Manner | undefined;

  beforeAll(async () => {
    const documents = WORDS.map((word, i) => ({
      id: word,
      title: `About ${word}`,
      text: `${word} page${i}`,
    }));
    writeFileSync(join(folder, 'words.jsonl'), documents.map((each) => JSON.stringify(each)).join('\n'));
    const built = await run(folder, ['build', 'words.jsonl', '--into', 'site', '--encoder', 'bm25']);
    expect(built, built.err).toMatchObject({ code: 0 });
    const page = '<sparsedge-search mode="inline" index="/"></sparsedge-search>';
    const script = '<script type="module" src="/component.js"></script>';
    writeFileSync(
      join(folder, 'site/search.html'),
      `<!doctype html><html lang="en"><body>${script}${page}</body>`,
    );
    host = await startHost(join(folder, 'site'), (request, ...rest) => {
      const isIndex = !/\.(html|ico)$/.test(request.url ?? '');
      return isIndex && (manner?.(request, ...rest) ?? false);
    });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await host?.stop();
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => {
    host.asked.length = 0;
    manner = undefined;
  });

  const visit = () => visitPage(browser, `${host.url}search.html`);
  const first = (page: Page) => partsOf(page).options.first().textContent({ timeout: 60_000 });

  test('where answers are slow, no answer comes but that to what was typed last', async () => {
    manner = slow;
    const page = await visit();
    await page.evaluate(() => {
      const answers: string[] = [];
      Object.assign(globalThis, { answers });
      document.addEventListener('sparsedge-answer', (event) =>
        answers.push((event as CustomEvent<{ question: string }>).detail.question),
      );
    });
    const { input } = partsOf(page);
    for (const word of ['alpha', 'bravo', 'charlie']) {
      await input.fill(word);
      await page.waitForTimeout(350);
    }
    await input.fill('delta');
    await expect.poll(() => first(page), { timeout: 60_000 }).toContain('About delta');
    await page.waitForTimeout(1500);
    expect(await first(page)).toContain('About delta');
    const answers = await page.evaluate(() => (globalThis as unknown as { answers: string[] }).answers);
    expect(answers).toEqual(['alpha', 'bravo', 'charlie', 'delta'].slice(-answers.length));
  });

  test.each<[string, Manner]>([
    ['loses connections', lost],
    ['sends half of what it promised', halved],
    ['answers with status 500', broken],
  ])('a host that %s is asked again, and what failed is said until it works', async (_, failing) => {
    manner = atTimes(failing, 3);
    const lucky = await visit();
    await partsOf(lucky).input.fill('echo');
    await expect.poll(() => first(lucky), { timeout: 60_000 }).toContain('About echo');
    manner = failing;
    const page = await visit();
    const { input, state } = partsOf(page);
    await input.fill('hotel');
    await expect.poll(() => state.textContent(), { timeout: 60_000 }).toMatch(FAILED);
    expect(await partsOf(page).list.isVisible()).toBe(false);
    manner = undefined;
    await state.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => first(page), { timeout: 60_000 }).toContain('About hotel');
    expect(await state.isVisible()).toBe(false);
  });

  test('code that did not come is loaded when the search is tried again', async () => {
    const page = await visit();
    const code = '**/engine-*.js';
    await page.route(code, (route) => route.abort('connectionreset'));
    const { input, state } = partsOf(page);
    await input.fill('golf');
    await expect.poll(() => state.textContent(), { timeout: 60_000 }).toMatch(FAILED);
    await page.unroute(code);
    await state.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => first(page), { timeout: 60_000 }).toContain('About golf');
  });

  test('pages that do not come keep nobody from asking something else', async () => {
    const page = await visit();
    const { input } = partsOf(page);
    const isPage = (url = '') => url.startsWith('/pages/');
    manner = ({ url }) => isPage(url);
    await input.fill('foxtrot');
    await expect.poll(() => host.asked.some(isPage)).toBe(true);
    manner = undefined;
    await input.fill('bravo');
    await expect.poll(() => first(page)).toContain('About bravo');
  });
});
