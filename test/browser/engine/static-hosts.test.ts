// The engine in a real browser, over the sample, from web servers of all kinds: the hits, scores and proofs of the same
// index asked in Node; and what a host does wrong ends in an error that says what, and never hangs.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { SearchAnswer, SearchOptions } from '../../../browser/open-search.ts';
import { folderSource } from '../../../build/work/files.ts';
import { openSearcher, type Searcher } from '../../../src/edge/open-searcher.ts';
import { sparsedge as run } from '../../build/commands/command-line.ts';
import { CHROMIUM, launchChromium, NO_CHROMIUM } from '../chromium.ts';
import { compressing, type Manner, startHost, withRanges } from './static-hosts.ts';

/** In the page. */
declare const sparsedge: typeof import('../../../browser/open-search.ts');

const SAMPLE = join(import.meta.dirname, '../../fixtures/sample');
const QUESTIONS = readFileSync(join(SAMPLE, 'queries.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => (JSON.parse(line) as { text: string }).text);

describe.skipIf(!CHROMIUM)(CHROMIUM ? 'an index on a static host' : `skipped: ${NO_CHROMIUM}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-'));
  let browser: Browser;
  const truth = new Map<string, Searcher>();

  beforeAll(async () => {
    const built = [
      ['pages', ['--into', 'pages', '--encoder', 'bm25']],
      ['model', ['--into', 'model', '--no-expansion']],
      ['shards', ['--into', 'shards', '--encoder', 'bm25', '--store', 'r2']],
    ] as const;
    for (const [name, options] of built) {
      const done = await run(folder, ['build', SAMPLE, ...options]);
      expect(done, done.err).toMatchObject({ code: 0 });
      truth.set(name, await openSearcher(folderSource(join(folder, name))));
    }
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  /** A page of a host that has the index. */
  async function visit(name: string, manner?: Manner): Promise<{ page: Page; asked: string[] }> {
    const host = await startHost(join(folder, name), manner);
    const context = await browser.newContext();
    onTestFinished(async () => {
      await context.close();
      await host.stop();
    });
    const page = await context.newPage();
    await page.goto(host.url);
    await page.waitForFunction(() => 'sparsedge' in globalThis);
    return { page, asked: host.asked };
  }

  /** Asks in the page; a failure as its class, code and message. */
  function ask(page: Page, questions: readonly string[], options: SearchOptions = {}) {
    return page.evaluate(
      async ([questions, options]) => {
        const { open, SearchProblem } = sparsedge;
        try {
          const search = await open({ index: '/' });
          const answers: SearchAnswer[] = [];
          for (const question of questions) answers.push(await search.search(question, options));
          return { answers };
        } catch (error) {
          const { code, message } = error as { code: string; message: string };
          return { isProblem: error instanceof SearchProblem, code, message };
        }
      },
      [questions, options] as const,
    );
  }

  async function expectTruth(page: Page, name: string, questions: readonly string[]): Promise<void> {
    const { answers, message } = await ask(page, questions, { documents: false });
    expect(message).toBeUndefined();
    for (const [i, { hits, exact }] of answers!.entries()) {
      const right = await truth.get(name)!.search(questions[i]!, { k: 10 });
      expect(exact).toBe(right.exact);
      expect(hits.map(({ id, score }) => [id, score])).toEqual(
        right.hits.map(({ shown, score }) => [shown!.id, score]),
      );
    }
  }

  test.each([
    ['pages', 'without ranges', undefined],
    ['pages', 'that compresses by gzip', compressing('gzip')],
    ['pages', 'that compresses by Brotli', compressing('br')],
    ['model', 'without ranges', undefined],
    ['shards', 'without ranges', undefined],
    ['shards', 'with ranges', withRanges],
    ['shards', 'that compresses whatever is asked', compressing('gzip')],
  ])('%s of a host %s are asked as in Node, under a strict policy', async (name, _, manner) => {
    const { page, asked } = await visit(name, manner);
    const refused: string[] = [];
    page.on('console', (line) => line.type() === 'error' && refused.push(line.text()));
    await expectTruth(page, name, QUESTIONS.slice(0, 60));
    expect(refused.filter((line) => line.includes('Content Security Policy'))).toEqual([]);
    expect(asked.some((each) => each.includes('bytes='))).toBe(name === 'shards');
  });

  test('a question in all its forms is read', async () => {
    const { page } = await visit('pages');
    const [question = ''] = QUESTIONS;
    const { answers, message } = await ask(page, [question, `${question} -zzzz`, `${question}x`], {
      snippet: true,
      highlight: true,
      prefix: true,
      explain: true,
    });
    expect(message).toBeUndefined();
    expect(answers![0]!.hits[0]!.highlight).toContain('<mark>');
    expect(await ask(page, ['x'], { filter: 'nothing:here' })).toMatchObject({
      isProblem: true,
      code: 'bad-query',
    });
    expect(await ask(page, [''])).toMatchObject({ isProblem: true, code: 'bad-query' });
  });

  test('a host that fails at times is asked again', async () => {
    let times = 0;
    const { page } = await visit('pages', (_, response) => {
      if (++times % 4 !== 0) return false;
      response.writeHead(503).end();
      return true;
    });
    await expectTruth(page, 'pages', QUESTIONS.slice(0, 10));
    expect(times).toBeGreaterThan(20);
  });

  const isPage = (url = '') => url.startsWith('/pages/');
  test.each<[string, string, RegExp, Manner]>([
    ['has no index', 'not-found', /no object current/, (_, r) => Boolean(r.writeHead(404).end())],
    [
      'answers with a page of HTML in its place',
      'corrupt',
      /DOCTYPE/,
      (_, r) => Boolean(r.writeHead(200, { 'Content-Type': 'text/html' }).end('<!DOCTYPE html><title>404')),
    ],
    [
      'has other bytes in pages',
      'corrupt',
      /checksum/,
      ({ url }, r, bytes) => isPage(url) && Boolean(r.writeHead(200).end(bytes.map((byte) => byte ^ 1))),
    ],
    ['lost pages', 'corrupt', /missing/, ({ url }, r) => isPage(url) && Boolean(r.writeHead(404).end())],
    [
      'sends a manifest without an end',
      'corrupt',
      /at most 1048576 bytes/,
      ({ url }, r) => {
        if (url !== '/current') return false;
        const more = () => r.write(Buffer.alloc(65_536, 'x'), () => !r.destroyed && setImmediate(more));
        r.writeHead(200);
        more();
        return true;
      },
    ],
    [
      'redirects in a circle',
      'unavailable',
      /failed to serve/,
      ({ url }, r) => Boolean(r.writeHead(302, { Location: url! }).end()),
    ],
    ['fails', 'unavailable', /503/, (_, r) => Boolean(r.writeHead(503).end())],
  ])('a host that %s is named for it', async (_, code, message, manner) => {
    const { page } = await visit('pages', manner);
    const failed = await ask(page, QUESTIONS.slice(0, 1));
    expect(failed).toMatchObject({ isProblem: true, code, message: expect.stringMatching(message) });
  });

  test('a host that stalls is waited for no longer than is said, and an answer can be given up', async () => {
    const stalled = { now: 0, ever: 0 };
    const { page } = await visit('pages', ({ url }, response) => {
      if (!isPage(url)) return false;
      stalled.now++;
      stalled.ever++;
      response.once('close', () => stalled.now--);
      return true;
    });
    // What is proved by then is nothing, and the answer says so.
    const { answers } = await ask(page, QUESTIONS.slice(0, 1), { deadlineMs: 200 });
    expect(answers![0]).toMatchObject({ exact: false, hits: [], bound: expect.any(Number) });
    // No read outlives its answer: browsers ask a host six things at a time, and the next question waits for them.
    expect(stalled.ever).toBeGreaterThan(0);
    await expect.poll(() => stalled.now).toBe(0);
    const reason = await page.evaluate(async () => {
      const search = await sparsedge.open({ index: '/' });
      const giving = new AbortController();
      const answer = search.search('moon', { signal: giving.signal });
      giving.abort(new Error('no longer wanted'));
      return answer.catch((error: Error) => error.message);
    });
    expect(reason).toBe('no longer wanted');
  });
});
