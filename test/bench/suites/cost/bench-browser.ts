// `browser`: documentation sites that are searched in the page, with no server: what a first answer takes of a reader
// who has nothing kept, over a slow link, and how good it is, beside Pagefind. Every question is asked by a new reader.

import { execFile } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium as launcher } from 'playwright-core';
import type { SearchAnswer, SearchOptions } from '../../../../src/http/client.ts';
import type { BenchOptions, Results } from '../../benchmark.ts';
import { cacheFolder } from '../../data/folders.ts';
import { type FoundSite, pageAt, type SiteName, siteIn } from '../../data/sites.ts';
import { type Distribution, distributionOf } from '../../figures.ts';
import { type SlowHost, startSlowHost } from '../../machine/slow-host.ts';
import { indexWithPagefind } from '../../rivals/pagefind-browser.ts';
import { VERSIONS } from '../../rivals/rivals.ts';
import { type Found, fileOf, foundOf } from '../quality/bench-sites.ts';

/** Pages of an answer: as many as Pagefind's own interface shows at first. */
const K = 5;

/** What a new reader waits for. */
interface Figures {
  /** Before the first result is known whole, with its excerpt. */
  readonly milliseconds: Distribution;
  readonly requests: Distribution;
  readonly bytes: Distribution;
  /** JavaScript and WebAssembly of them. */
  readonly code: Distribution;
  readonly questions: Found;
}

/** What an answer reads of the index. */
interface Reading {
  readonly reads: Distribution;
  readonly rounds: Distribution;
  readonly bytes: Distribution;
}

/** An engine on a site. */
export interface BrowserEngine extends Figures {
  readonly engine: string;
  readonly version?: string;
  /** Sections by themselves, as they rank without their pages. */
  readonly ungrouped?: Found;
  readonly reading?: Readonly<Record<'grouped' | 'ungrouped', Reading>>;
}

export interface BrowserFigures {
  readonly site: SiteName;
  readonly engines: readonly BrowserEngine[];
}

/** What a page does for a reader: it runs in the browser. */
type Asking = (order: Order) => Promise<Asked>;
interface Order {
  readonly question: string;
  readonly k: number;
  /** The folder that searches, with slashes around it. */
  readonly place: string;
}
interface Asked {
  readonly milliseconds: number;
  /** Ids or paths, the best first. */
  readonly hits: readonly string[];
  readonly ungrouped?: readonly string[];
  readonly costs?: readonly SearchAnswer['cost'][];
}

interface Engine {
  readonly version?: string;
  /** Makes the site searchable in place, by the folder of the engine's name. */
  readonly index: (folder: string, name: string) => Promise<unknown>;
  readonly ask: Asking;
}

const ENGINES: Readonly<Record<string, Engine>> = {
  'sparsedge-en': { index: (folder, name) => build(folder, name, []), ask: askOurselves },
  bm25: { index: (folder, name) => build(folder, name, ['--encoder', 'bm25']), ask: askOurselves },
  pagefind: {
    version: VERSIONS.pagefind,
    index: (folder, name) => indexWithPagefind(folder, join(folder, name)),
    ask: askPagefind,
  },
};

export async function* bench({ folder = '/', sites, chromium, engines }: BenchOptions): Results {
  const browser = await launcher.launch({ executablePath: chromium, args: ['--no-sandbox'] });
  try {
    for (const name of sites) {
      const measured = await engineFigures(siteIn(folder, name), engines ?? Object.keys(ENGINES), browser);
      yield [`browser-${name}`, { site: name, engines: measured } satisfies BrowserFigures];
    }
  } finally {
    await browser.close();
  }
}

/** All engines on one copy of a site, asked in turn: what else the machine does, it does to all of them. */
async function engineFigures(
  site: FoundSite,
  engines: readonly string[],
  browser: Browser,
): Promise<BrowserEngine[]> {
  const copy = join(cacheFolder(), `browser-${site.name}`);
  rmSync(copy, { recursive: true, force: true });
  cpSync(site.folder, copy, { recursive: true, dereference: true });
  for (const name of engines) await ENGINES[name]!.index(copy, name);
  const host = await startSlowHost(copy);
  try {
    const readers = new Map<string, Reader[]>(engines.map((name) => [name, []]));
    for (const { text } of site.questions)
      for (const [name, before] of readers)
        before.push(
          await reader(browser, host, ENGINES[name]!.ask, { question: text, k: K, place: `/${name}/` }),
        );
    return [...readers].map(([name, asked]) => figuresOf(name, site, asked));
  } finally {
    await host.stop();
    rmSync(copy, { recursive: true, force: true });
  }
}

function figuresOf(name: string, site: FoundSite, readers: readonly Reader[]): BrowserEngine {
  const { version } = ENGINES[name]!;
  const pages = (hits: readonly string[]) => [
    ...new Set(hits.map((hit) => pageAt(site.folder, fileOf(hit)))),
  ];
  const found = (kind: 'hits' | 'ungrouped') =>
    foundOf(
      site.questions,
      new Map(site.questions.map((asked, i) => [asked, pages(readers[i]![kind] ?? [])])),
    );
  const reading = (i: number): Reading => {
    const costs = readers.map(({ costs }) => costs![i]!);
    return {
      reads: distributionOf(costs.map(({ reads }) => reads)),
      rounds: distributionOf(costs.map(({ rounds }) => rounds)),
      bytes: distributionOf(costs.map(({ bytes }) => bytes)),
    };
  };
  return {
    engine: name,
    ...(version !== undefined && { version }),
    milliseconds: distributionOf(readers.map(({ milliseconds }) => milliseconds)),
    requests: distributionOf(readers.map(({ requests }) => requests)),
    bytes: distributionOf(readers.map(({ bytes }) => bytes)),
    code: distributionOf(readers.map(({ code }) => code)),
    questions: found('hits'),
    ...(readers[0]?.costs && {
      ungrouped: found('ungrouped'),
      reading: { grouped: reading(0), ungrouped: reading(1) },
    }),
  };
}

/** An answer, and what was sent for it. */
interface Reader extends Asked {
  readonly requests: number;
  readonly bytes: number;
  readonly code: number;
}

/** One who has never been there asks one question. */
async function reader(browser: Browser, host: SlowHost, ask: Asking, order: Order): Promise<Reader> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    let sent: ReturnType<SlowHost['take']> = [];
    await page.exposeFunction('answered', () => {
      sent = host.take();
      // What is asked besides is not waited for.
      host.isSlow = false;
    });
    host.isSlow = true;
    await page.goto(host.url);
    host.take();
    const asked = await page.evaluate(ask, order);
    const ofIt = sent.filter(({ path }) => path !== '/favicon.ico');
    const sum = (all: typeof sent) => all.reduce((bytes, each) => bytes + each.bytes, 0);
    const code = sum(ofIt.filter(({ path }) => /\.js$|\/wasm\./.test(path)));
    return { ...asked, requests: ofIt.length, bytes: sum(ofIt), code };
  } finally {
    await context.close();
  }
}

/** As the search box asks; then anew with nothing kept, by sections, where what is read is the only thing counted. */
async function askOurselves({ question, k, place }: Order): Promise<Asked> {
  const script = `${place}sparsedge.js`;
  const started = performance.now();
  const { open } = await import(script);
  const options: SearchOptions = { prefix: true, snippet: true, k, fields: ['title', 'url'] };
  const ask = async (more: SearchOptions): Promise<SearchAnswer> =>
    (await open({ index: place })).search(question, { ...options, ...more });
  const grouped = await ask({});
  const milliseconds = performance.now() - started;
  await (globalThis as unknown as { answered(): Promise<void> }).answered();
  const ungrouped = await ask({ group: false, k: 10 * k });
  const { cost } = await ask({ group: false });
  const ids = ({ hits }: SearchAnswer) => hits.map(({ id }) => id);
  return { milliseconds, hits: ids(grouped), ungrouped: ids(ungrouped), costs: [grouped.cost, cost] };
}

async function askPagefind({ question, k, place }: Order): Promise<Asked> {
  const script = `${place}pagefind.js`;
  const started = performance.now();
  const pagefind = await import(script);
  const { results } = await pagefind.search(question);
  const shown = results.slice(0, k).map((result: { data(): Promise<unknown> }) => result.data());
  await shown[0];
  const milliseconds = performance.now() - started;
  const hits: { raw_url?: string; url: string }[] = await Promise.all(shown);
  await (globalThis as unknown as { answered(): Promise<void> }).answered();
  return { milliseconds, hits: hits.map(({ raw_url, url }) => raw_url ?? url) };
}

/** By the command line, as a site's owner does it. */
async function build(folder: string, name: string, options: readonly string[]): Promise<void> {
  const cli = join(import.meta.dirname, '../../../../build/cli.ts');
  const said = ['build', folder, '--into', join(folder, name), '--format', 'html', ...options];
  await promisify(execFile)(process.execPath, [cli, ...said], { maxBuffer: 1 << 26 });
}
