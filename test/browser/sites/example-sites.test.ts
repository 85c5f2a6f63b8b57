// Slow (npm run test:plugins): each of examples/sites as somebody has it who installs its generator and the packed
// package: built, put on a static host below a path, and searched in a browser; built again when a page has changed;
// and searched in the generator's development server. It needs a package registry.

import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { SLOW } from '../../fixtures/slow.ts';
import { pack, packageJson, ROOT, run, shellWith } from '../../package/installed.ts';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from '../chromium.ts';
import { partsOf, typeQuestion, visitPage } from '../element/browsing.ts';
import { startSiteHost } from './site-host.ts';

const VITE = ['BASE_URL', 'DEV', 'MODE', 'PROD', 'SSR'];
const NODE = dirname(join(ROOT, 'node_modules/node/bin/node'));

/** What a question must find first: a title, and the path of the page below the site. */
interface Asked {
  readonly on: string;
  readonly question: string;
  readonly title: string;
  readonly leadsTo: string;
  /** Of another language, or kept out: no result. */
  readonly never?: string;
}

interface ExampleSite {
  readonly name: string;
  readonly out: string;
  readonly base: string;
  readonly asked: readonly Asked[];
  /** A page to which a sentence is added, and where it is found. */
  readonly edited: string;
  readonly facet?: string;
}

const SITES: readonly ExampleSite[] = [
  {
    name: 'eleventy',
    out: '_site',
    base: '/garden/',
    asked: [
      { on: '', question: 'why does my heap smell', title: 'Compost', leadsTo: 'notes/compost/' },
      {
        on: 'notes/compost/',
        question: 'slugs at night',
        title: '',
        leadsTo: '',
        never: 'Unfinished thoughts',
      },
    ],
    edited: 'pages/notes/tomatoes.md',
    facet: 'vegetables',
  },
  {
    name: 'vitepress',
    out: '.vitepress/dist',
    base: '/ferry/',
    asked: [
      {
        on: '',
        question: 'resume an interrupted copy',
        title: 'Sail',
        leadsTo: 'guide/sail',
        never: 'Ablegen',
      },
      {
        on: 'de/',
        question: 'Überfahrt abgebrochen',
        title: 'Ablegen',
        leadsTo: 'de/guide/sail',
        never: 'Sail',
      },
    ],
    edited: 'guide/harbours.md',
  },
  {
    name: 'astro',
    out: 'dist',
    base: '/kiln/',
    asked: [{ on: '', question: 'glaze crawls on a dusty pot', title: 'Glazes', leadsTo: 'guides/glazes/' }],
    edited: 'src/pages/guides/firing.md',
  },
  {
    name: 'starlight',
    out: 'dist',
    base: '/loom/',
    asked: [
      { on: '', question: 'cloth ripples', title: 'Warp', leadsTo: 'warp/', never: 'Kette' },
      { on: 'de/', question: 'Stoff schlägt Wellen', title: 'Kette', leadsTo: 'de/warp/', never: 'Warp' },
      { on: 'warp/', question: 'tapestry', title: '', leadsTo: '', never: 'Tapestry' },
    ],
    edited: 'src/content/docs/warp.md',
  },
  {
    name: 'docusaurus',
    out: 'build',
    base: '/quarry/',
    asked: [
      { on: '', question: 'a line cut off in the middle', title: 'Dig', leadsTo: 'dig', never: 'Graben' },
      { on: 'de/', question: 'abgeschnittene Zeile', title: 'Graben', leadsTo: 'de/dig', never: 'Dig' },
    ],
    edited: 'docs/dig.md',
  },
];

describe.skipIf(!SLOW || !CHROMIUM)(CHROMIUM ? 'sites of generators' : `skipped: ${NO_CHROMIUM}`, () => {
  const place = mkdtempSync(join(tmpdir(), 'sparsedge-sites-'));
  let tarball: string;
  let browser: Browser;
  // Vitest sets what Vite takes for the mode and the base of a site.
  const env = {
    ...shellWith(NODE, join(place, 'cache')),
    ...Object.fromEntries(VITE.map((name) => [name, undefined])),
  };

  beforeAll(async () => {
    tarball = await pack(place);
    browser = await launchChromium();
  }, 600_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(place, { recursive: true, force: true });
  }, 600_000);

  test.each(SITES)('$name is searched where it is', async (site) => {
    const folder = await install(site.name);
    const npm = (...args: string[]) => run('npm', args, { cwd: folder, env });
    await npm('run', 'build');
    const host = await startSiteHost(join(folder, site.out), site.base);
    onTestFinished(host.stop);
    for (const asked of site.asked) await ask(host.url, asked);
    if (site.facet !== undefined) await chooseFacet(host.url, site.facet);

    appendFileSync(join(folder, site.edited), '\n## A zeppelin\n\nThe zeppelin came on a Tuesday.\n');
    await npm('run', 'build');
    const page = await searching(`${host.url}${site.asked[0]!.on}`);
    await typeQuestion(page, 'zeppelin on a Tuesday');
    await expect.poll(() => partsOf(page).options.first().textContent()).toContain('A zeppelin');
    expect(host.missing.filter((path) => path.includes('_search'))).toEqual([]);

    const dev = await startDevelopment(folder, site.base);
    await ask(dev, site.asked[0]!);
  });

  /** An example, with its generator and the package. */
  async function install(name: string): Promise<string> {
    const folder = join(place, name);
    cpSync(join(ROOT, 'examples/sites', name), folder, { recursive: true });
    const file = join(folder, 'package.json');
    const packed = JSON.parse(readFileSync(file, 'utf8'));
    // What examples say is what is released.
    expect(packed.dependencies.sparsedge).toBe(packageJson().version);
    packed.dependencies.sparsedge = `file:${tarball}`;
    writeFileSync(file, JSON.stringify(packed));
    await run('npm', ['install', '--no-audit', '--no-fund'], { cwd: folder, env });
    return folder;
  }

  /** A page on which the search box is open. */
  async function searching(url: string): Promise<Page> {
    const page = await visitPage(browser, url);
    await partsOf(page).opener.click();
    return page;
  }

  async function ask(url: string, { on, question, title, leadsTo, never }: Asked): Promise<void> {
    const page = await searching(`${url}${on}`);
    await typeQuestion(page, question);
    const { options, input } = partsOf(page);
    if (never !== undefined) {
      for (const found of await options.locator('.title').allTextContents())
        expect(found, `${url}${on}: ${question}`).not.toContain(never);
    }
    if (title === '') return;
    await expect.poll(() => options.first().locator('.title').textContent()).toBe(title);
    await input.press('Enter');
    await expect
      .poll(() => new URL(page.url()).pathname.replace(/\/$/, ''))
      .toBe(new URL(leadsTo, url).pathname.replace(/\/$/, ''));
    await expect.poll(() => page.locator('h1').first().textContent()).toContain(title);
  }

  async function chooseFacet(url: string, value: string): Promise<void> {
    const page = await searching(url);
    await typeQuestion(page, 'heap');
    const element = page.locator('sparsedge-search');
    await element.getByRole('button', { name: 'Topic' }).click();
    await element.getByLabel(value).check();
    await expect.poll(() => partsOf(page).options.first().locator('.title').textContent()).toBe('Tomatoes');
  }

  /** The generator's own server; where the site is. */
  async function startDevelopment(folder: string, base: string): Promise<string> {
    const port = await freePort();
    const child: ChildProcess = spawn('npm', ['run', 'dev', '--', `--port=${port}`], {
      cwd: folder,
      env: { ...env, BROWSER: 'none' },
      detached: true,
      stdio: 'ignore',
    });
    onTestFinished(() => {
      process.kill(-child.pid!, 'SIGTERM');
    });
    for (let tries = 0; tries < 1200; tries++) {
      for (const host of ['127.0.0.1', '[::1]']) {
        const url = `http://${host}:${port}${base}`;
        const answer = await fetch(url).catch(() => undefined);
        if (answer?.ok) return url;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${folder} is not served`);
  }
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
