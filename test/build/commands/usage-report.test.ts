import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { sparsedge, temporaryFolder } from './command-line.ts';

const ACCOUNT = '0123456789abcdef0123456789abcdef';

/** Stands in for Cloudflare's SQL interface, which runs nowhere else: it answers by what a query asks for. */
async function startSql(answer: (sql: string) => object[] | number) {
  const asked: { sql: string; path: string; token: string | undefined }[] = [];
  const server = createServer(async (request, response) => {
    let sql = '';
    for await (const chunk of request) sql += chunk;
    asked.push({ sql, path: request.url!, token: request.headers.authorization });
    const rows = answer(sql);
    if (typeof rows === 'number') response.writeHead(rows).end('Authentication error');
    else response.end(JSON.stringify({ meta: [], data: rows, rows: rows.length }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const run = (...options: string[]) =>
    sparsedge(temporaryFolder(), ['report', '--dataset', 'docs_search', ...options], '', {
      CLOUDFLARE_API_BASE_URL: url,
      CLOUDFLARE_API_TOKEN: 'secret',
      CLOUDFLARE_ACCOUNT_ID: ACCOUNT,
    });
  return { asked, run };
}

test('a report says what was asked, not found and not opened', async () => {
  const { asked, run } = await startSql((sql) => {
    if (/AS searches/.test(sql))
      return [
        { searches: '200', withoutHits: '10', unproved: '1', milliseconds: '24000', microdollars: '80' },
      ];
    if (/DISTINCT/.test(sql)) return [{ question: 'rotate a key' }];
    if (/'click'/.test(sql)) return [{ n: '50' }];
    if (/double1 = 0/.test(sql)) return [{ question: 'pricing', n: '9' }];
    if (/double1 > 0/.test(sql))
      return [
        { question: 'rotate a key', n: '70' },
        { question: 'install', n: '8' },
        { question: 'once', n: '1' },
      ];
    return [{ question: 'rotate a key', n: '70' }];
  });
  const { code, out } = await run('--days', '7', '--top', '3', '--index', "o'clock", '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({
    days: 7,
    searches: 200,
    withoutHits: 10,
    unproved: 1,
    clicks: 50,
    milliseconds: 120,
    microdollars: 80,
    asked: [{ question: 'rotate a key', searches: 70 }],
    notFound: [{ question: 'pricing', searches: 9 }],
    notOpened: [{ question: 'install', searches: 8 }],
  });
  expect(asked).toHaveLength(6);
  for (const { sql, path, token } of asked) {
    expect([path, token]).toEqual([`/accounts/${ACCOUNT}/analytics_engine/sql`, 'Bearer secret']);
    expect(sql).toMatch(
      / FROM docs_search WHERE timestamp > NOW\(\) - INTERVAL '7' DAY AND index1 = 'o\\'clock' /,
    );
    expect(sql).toMatch(/FORMAT JSON$/);
  }
  const lines = (await run()).out;
  expect(lines).toContain('200 searches in 30 days, 50 clicks\n');
  expect(lines).toMatch(/without a hit +10, 5\.0 %\n/);
  expect(lines).toMatch(/With hits that nobody opened:\n +install +8\n/);
});

test('a report of nothing is one of zeros', async () => {
  const { run } = await startSql(() => []);
  expect(JSON.parse((await run('--json')).out)).toMatchObject({
    searches: 0,
    clicks: 0,
    asked: [],
    notOpened: [],
  });
});

test('a report says what is missing, wrong or refused', async () => {
  const refused = await startSql(() => 403);
  expect(await refused.run()).toMatchObject({
    code: 2,
    err: expect.stringContaining('403: Authentication error'),
  });
  const broken = await startSql(() => 502);
  expect(await broken.run()).toMatchObject({ code: 1, err: expect.stringContaining('answered 502') });
  expect(await broken.run('--account', 'me')).toMatchObject({
    code: 2,
    err: expect.stringContaining('32 hexa'),
  });
  const options = ['report', '--dataset', 'x; DROP'];
  const environment = { CLOUDFLARE_API_TOKEN: 'secret', CLOUDFLARE_ACCOUNT_ID: ACCOUNT };
  expect(await sparsedge(temporaryFolder(), options, '', environment)).toMatchObject({
    code: 2,
    err: expect.stringContaining('expected letters, digits and _'),
  });
  expect(await sparsedge(temporaryFolder(), options, '', { CLOUDFLARE_API_TOKEN: '' })).toMatchObject({
    code: 2,
  });
});
