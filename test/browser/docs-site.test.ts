// The documentation's site, made as `npm run docs` makes it: whole, without a link that leads nowhere, and searched by
// the product itself.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { buildDocs } from '../../docs/build-docs.ts';
import * as api from '../../src/http/api.ts';
import { openApi } from '../../src/http/openapi.ts';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from './chromium.ts';
import { partsOf, typeQuestion, visitPage } from './element/browsing.ts';
import { startSiteHost } from './sites/site-host.ts';

const site = mkdtempSync(join(tmpdir(), 'sparsedge-docs-'));
beforeAll(() => buildDocs(site, '/manual/'));
afterAll(() => rmSync(site, { recursive: true, force: true }));

const pages = () => readdirSync(site).filter((name) => name.endsWith('.html'));

test('every link leads to a page of the site, and every anchor to something on it', () => {
  const texts = new Map(pages().map((name) => [name, readFileSync(join(site, name), 'utf8')]));
  const broken: string[] = [];
  let links = 0;
  for (const [name, text] of texts) {
    for (const [, target = '', anchor] of text.matchAll(/\shref="([^"#:]*)(?:#([^"]*))?"/g)) {
      links++;
      const there = target === '' ? name : target;
      const found = target.endsWith('.css') ? existsSync(join(site, target)) : texts.has(there);
      if (!found || (anchor && !texts.get(there)!.includes(` id="${decodeURIComponent(anchor)}"`)))
        broken.push(`${name}: ${target}#${anchor}`);
    }
    for (const [, file = ''] of text.matchAll(/<img src="([^":]*)"/g))
      if (!existsSync(join(site, file))) broken.push(`${name}: ${file}`);
  }
  expect(broken).toEqual([]);
  expect(links).toBeGreaterThan(1000);
});

test('the reference has all that the interface has', () => {
  const text = readFileSync(join(site, 'reference.html'), 'utf8');
  const { paths, components } = openApi(api.searchSchemas(100));
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  for (const name of [...operations, ...Object.keys(components.schemas)])
    expect(text).toContain(`>${name}</h`);
  for (const { name } of paths['/v1/search'].get.parameters) expect(text).toContain(`<code>${name}</code>`);
  expect(text).not.toMatch(/undefined|\[object/);
});

describe.skipIf(!CHROMIUM)(CHROMIUM ? 'in a browser' : `skipped: ${NO_CHROMIUM}`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  async function host() {
    const host = await startSiteHost(site, '/manual/');
    onTestFinished(host.stop);
    return host.url;
  }

  test('it is searched by the product itself', async () => {
    const page = await visitPage(browser, `${await host()}index.html`);
    const { opener, options } = partsOf(page);
    await opener.click();
    for (const [question, title] of [
      ['how do I revoke a key', 'Security'],
      ['boost pages that are newer', 'Steering'],
      ['what becomes of data-pagefind-filter', 'Moving over'],
      ['rent a GPU to predict queries', 'Expansion on a GPU'],
      ['search box for Docusaurus', 'Site generators'],
    ] as const) {
      await typeQuestion(page, question);
      await expect
        .poll(
          () =>
            options
              .locator('.title')
              .allTextContents()
              .then((titles) => titles.slice(0, 3)),
          { message: question },
        )
        .toContain(title);
    }
    await options.first().click();
    await expect.poll(() => page.locator('main h1').count()).toBe(1);
  });

  test.each(['light', 'dark'] as const)('axe finds nothing, in %s', async (colorScheme) => {
    const url = await host();
    for (const name of ['index', 'reference', 'tuning-cost']) {
      const page = await visitPage(browser, `${url}${name}.html`, { colorScheme });
      await page.evaluate(axe.source);
      const found = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
      expect(found.violations.map(({ id, nodes }) => `${name}: ${id} ${nodes[0]?.html}`)).toEqual([]);
    }
  });
});
