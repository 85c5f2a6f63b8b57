import { beforeAll, describe, expect, it } from 'vitest';
import { COLUMNS, type Dataset } from '../../../src/query/usage/query-log.ts';
import { appOver, clearBucket, collectionIndex, publish } from '../requests.ts';

type Point = Parameters<Dataset['writeDataPoint']>[0];

beforeAll(async () => {
  await clearBucket();
  await publish(collectionIndex());
});

/** An app whose points come back by the names of their columns. */
function logging(settings: object = {}) {
  const points: Point[] = [];
  const app = appOver({
    settings: { QUERIES: { writeDataPoint: (point: Point) => points.push(point) }, ...settings },
  });
  const said = () =>
    points.map(({ blobs, doubles, indexes }) => {
      const named = Object.entries(COLUMNS).map(([name, column]) => {
        const [, type, n] = /^(blob|double)(\d+)$/.exec(column)!;
        return [name, (type === 'blob' ? blobs : doubles)[Number(n) - 1]];
      });
      return { ...Object.fromEntries(named), sampledBy: indexes[0] };
    });
  const click = (body: unknown, headers: HeadersInit = { 'Content-Type': 'application/json' }) =>
    app.send('/v1/clicks', { method: 'POST', headers, body: JSON.stringify(body) });
  return { ...app, said, click };
}

describe('the log of searches', () => {
  it('has counts alone, unless text is asked for', async () => {
    const { get, click, said } = logging();
    const { body } = await get('/v1/search?q=river&k=3&offset=2');
    await click({ query: 'river', id: 'a', rank: 1 });
    expect(said()).toEqual([
      {
        kind: 'search',
        index: '',
        sampledBy: '',
        question: '',
        id: '',
        hits: 3,
        rank: 0,
        offset: 2,
        exact: 1,
        typing: 0,
        milliseconds: body.cost.milliseconds,
        microdollars: body.cost.microdollars,
      },
      expect.objectContaining({ kind: 'click', question: '', id: '', rank: 1 }),
    ]);
  });

  it('has what was asked and opened where it is to be there, one question as one', async () => {
    const { get, post, click, said } = logging({ LOG_QUERIES: 'text' });
    await get(`/v1/search?q=${encodeURIComponent('  River\n BOAT ')}`);
    await get('/v1/search?q=riv&prefix=true');
    await post({ query: `nothing ${'🚲'.repeat(500)}` });
    await post({ terms: { river: 3 } });
    expect((await click({ query: 'river boat', id: 'été %2F?', rank: 7 })).status).toBe(204);
    const [asked, typed, long, terms, opened] = said();
    expect(asked).toMatchObject({ question: 'river boat', hits: 7 });
    expect(typed).toMatchObject({ question: 'riv', typing: 1 });
    expect(long).toMatchObject({ question: `nothing ${'🚲'.repeat(248)}`, hits: 0 });
    expect(terms).toMatchObject({ question: '', kind: 'search' });
    expect(opened).toMatchObject({ kind: 'click', question: 'river boat', id: 'été %2F?', rank: 7 });
  });

  it('has no search that failed', async () => {
    const { get, said } = logging();
    expect((await get('/v1/search?q=river&k=0')).status).toBe(400);
    expect(said()).toEqual([]);
  });

  it.each([
    [{ query: 'river', id: 'a' }, 'rank'],
    [{ query: 'river', id: 'a', rank: 0 }, 'rank'],
    [{ query: '', id: 'a', rank: 1 }, 'query'],
    [{ query: 'river', id: 'x'.repeat(3000), rank: 1 }, 'id'],
    [{ query: 'river', id: 'a', rank: 1, user: 'me' }, 'user'],
    [[], 'JSON object'],
  ])('refuses a click that is none: %j', async (body, why) => {
    const { click, said } = logging();
    const { status, body: answer } = await click(body);
    expect([status, answer.code]).toEqual([400, 'bad-query']);
    expect(answer.detail).toContain(why);
    expect(said()).toEqual([]);
  });

  it('takes clicks as JSON, which a beacon calls text, by POST, and where there is a log', async () => {
    const { click, get, said } = logging();
    const beacon = { 'Content-Type': 'text/plain;charset=UTF-8' };
    expect((await click({ query: 'river', id: 'a', rank: 1 }, beacon)).status).toBe(204);
    expect((await click({ query: 'river' }, beacon)).status).toBe(400);
    expect(said()).toHaveLength(1);
    for (const type of ['text/html', 'application/x-www-form-urlencoded', 'multipart/form-data'])
      expect((await click({}, { 'Content-Type': type })).status).toBe(415);
    expect((await get('/v1/clicks')).status).toBe(405);
    const none = await appOver().send('/v1/clicks', { method: 'POST', body: '{}' });
    expect([none.status, none.body.code]).toEqual([404, 'not-found']);
  });
});

describe('an answer', () => {
  it('says how long it took and what it is called', async () => {
    const { body, headers } = await appOver().get('/v1/search?q=river');
    const { milliseconds, reads, rounds, bytes } = body.cost;
    expect(headers.get('server-timing')).toBe(
      `total;dur=${milliseconds}, storage;desc="${reads} reads in ${rounds} rounds, ${bytes} bytes"`,
    );
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    const failed = await appOver().send('/v1/search?q=', { headers: { 'cf-ray': '8f1-FRA' } });
    expect([failed.status, failed.headers.get('x-request-id')]).toEqual([400, '8f1-FRA']);
  });
});
