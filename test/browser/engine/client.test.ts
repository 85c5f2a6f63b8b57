// The client and what stands between it and a Worker: signals that end a request wherever it is, and gateways that
// answer with what is none of the API's. And what the element counts, of an index that is searched in the page.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Asker } from '../../../browser/element/asker.ts';
import { open } from '../../../browser/open-search.ts';
import { connect } from '../../../src/http/client.ts';
import { sparsedge } from '../../build/commands/command-line.ts';
import { type Host, startHost } from './static-hosts.ts';

/** A server that answers every request in the same way. */
async function answering(answer: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(answer!).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const JSON_TYPE = { 'Content-Type': 'application/json' };

test.each([
  ['before any answer', () => {}],
  ['in the middle of an answer', (response: { write(text: string): void }) => response.write('{"hits": [')],
])('a signal ends a request %s, which throws its reason', async (_, begin) => {
  let begun = () => {};
  const url = await answering((_, response) => {
    response.writeHead(200, JSON_TYPE);
    begin(response);
    response.flushHeaders();
    begun();
  });
  const client = connect(url);
  const facets = [{ field: 'lang', values: ['en'] }];
  const calls = [
    (signal: AbortSignal) => client.search('river', { signal }),
    (signal: AbortSignal) => client.search('river', { facets, signal }),
    (signal: AbortSignal) => client.suggest('riv', { signal }),
    (signal: AbortSignal) => client.document('a', { signal }),
    (signal: AbortSignal) => client.index({ signal }),
    (signal: AbortSignal) => client.indexes({ signal }),
  ];
  for (const call of calls) {
    for (const reason of [undefined, new Error('gone'), 'another question', null, 0]) {
      const there = new Promise<void>((resolve) => {
        begun = resolve;
      });
      const controller = new AbortController();
      const thrown = call(controller.signal).then(
        () => 'an answer',
        (error: unknown) => error,
      );
      await there;
      // The head of the answer has come, or it is on its way.
      await new Promise((resolve) => setTimeout(resolve, 5));
      controller.abort(reason);
      expect(await thrown).toBe(controller.signal.reason);
    }
    const late = await call(AbortSignal.timeout(20)).catch((error: Error) => error.name);
    expect(late).toBe('TimeoutError');
  }
});

test.each([
  [502, 'null'],
  [502, '3'],
  [503, '"busy"'],
  [502, '[]'],
  [504, '<html>'],
  [500, ''],
  [404, '{"message": "no"}'],
  [200, '<html>'],
  [200, ''],
])('a gateway that answers %i with %s is said to be unreadable', async (status, body) => {
  const url = await answering((_, response) => response.writeHead(status, JSON_TYPE).end(body));
  const expected = { name: 'SearchProblem', status, code: 'unreadable' };
  await expect(connect(url).search('river')).rejects.toMatchObject(expected);
});

describe('an index that is searched in the page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sparsedge-'));
  let host: Host;

  beforeAll(async () => {
    const records = Array.from({ length: 40 }, (_, i) =>
      JSON.stringify({
        id: `d${i}`,
        text: 'a river',
        tag: `t${String(i % 20).padStart(2, '0')}`,
        odd: i % 2 === 1,
      }),
    );
    writeFileSync(join(folder, 'records.jsonl'), records.join('\n'));
    const built = await sparsedge(folder, ['build', 'records.jsonl', '--into', 'index', '--encoder', 'bm25']);
    expect(built, built.err).toMatchObject({ code: 0 });
    host = await startHost(join(folder, 'index'));
  });
  afterAll(async () => {
    await host?.stop();
    rmSync(folder, { recursive: true });
  });

  test('has as many values counted as the element is told', async () => {
    const asker = new Asker(() => open({ index: host.url }));
    const asked = { text: 'river', exactWords: false };
    const countsOf = async (facets: readonly string[], chosen: [string, string[]][] = []) => {
      const asking = { k: 3, filter: undefined, language: () => undefined, facets };
      const answer = await asker.ask({ ...asked, chosen: new Map(chosen) }, asking, 0);
      return answer!.facets!.map(({ field, values }) => [field, values.length]);
    };
    expect(await countsOf(['tag', 'odd'])).toEqual([
      ['tag', 10],
      ['odd', 2],
    ]);
    const few = [
      ['tag', 15],
      ['odd', 1],
    ];
    expect(await countsOf(['tag:15', 'odd:1'])).toEqual(few);
    // A field of which a value is chosen is counted without it.
    expect(await countsOf(['tag:15', 'odd:1'], [['tag', ['t01']]])).toEqual(few);
  });

  test.each([1e9, 2 ** 31 - 1, 2 ** 31, 3e9, 5e12, Number.MAX_SAFE_INTEGER])(
    'is waited for %i ms',
    async (deadlineMs) => {
      // Timers ring before anything is read.
      const later: typeof fetch = async (...asked) => {
        await new Promise((resolve) => setTimeout(resolve, 10));
        return fetch(...asked);
      };
      const search = await open({ index: host.url }, { fetch: later });
      expect(await search.search('river', { deadlineMs, k: 3 })).toMatchObject({
        exact: true,
        hits: { length: 3 },
      });
    },
  );

  test.each<[object, RegExp]>([
    [{ fusion: 'sum' }, /fusion must be "rrf"/],
    [{ feedback: 'more' }, /feedback must be "rm3"/],
    [{ facets: [null] }, /facets must be/],
    [{ facets: { field: 'tag' } }, /facets must be/],
    [{ fields: 'title' }, /fields must be/],
    [{ fields: [3] }, /fields must be/],
    [{ k: '3' }, /k must be/],
    [{ deadlineMs: 0 }, /deadlineMs must be/],
  ])('refuses %j as a Worker does', async (options, message) => {
    const search = await open({ index: host.url });
    const refused = { name: 'SearchProblem', status: 400, code: 'bad-query' };
    await expect(search.search('river', options)).rejects.toMatchObject({
      ...refused,
      message: expect.stringMatching(message),
    });
  });
});
