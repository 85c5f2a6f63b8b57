import { beforeAll, describe, expect, it } from 'vitest';
import { searchAnswer, suggestAnswer } from '../../../src/http/api.ts';
import { connect } from '../../../src/http/client.ts';
import {
  appOver,
  BUILD,
  COLLECTION,
  COLLECTION_WORDS,
  collectionIndex,
  publish,
  worker,
} from '../requests.ts';

beforeAll(() => publish(collectionIndex(BUILD, [COLLECTION], COLLECTION_WORDS)));

const asked = (question: string, more = '') =>
  worker.get(`/v1/search?q=${encodeURIComponent(question)}${more}`);
const idsOf = ({ hits }: { hits: { id: string }[] }) => hits.map(({ id }) => id);

describe('a question with a mistake', () => {
  it('is answered as it was meant, and says so', async () => {
    const [wrong, right] = [(await asked('rivre')).body, (await asked('river')).body];
    expect(searchAnswer.safeParse(wrong).error).toBeUndefined();
    expect(wrong).toMatchObject({
      exact: true,
      query: 'rivre',
      spelling: { text: 'river', words: [{ typed: 'rivre', text: 'river', edits: 1 }] },
    });
    expect(wrong.hits).toEqual(right.hits);
    expect(right.spelling).toBeUndefined();
  });

  it('is taken as it is where words are exact', async () => {
    const { body } = await asked('rivre', '&exactWords=true');
    expect(body).toMatchObject({ exact: true, hits: [] });
    expect(body.spelling).toBeUndefined();
  });

  it('asked by a body, by several spaces and by a fusion is the same', async () => {
    const { body } = await worker.post({ query: 'rivre', k: 3 });
    expect(body.spelling.text).toBe('river');
    const fused = (await asked('rivre', '&fusion=rrf')).body;
    expect(fused).toMatchObject({ exact: true, spelling: { text: 'river' } });
    expect(idsOf(fused)).toEqual(idsOf((await asked('river', '&fusion=rrf')).body));
  });
});

describe('a question that is being typed', () => {
  it('is answered by what its last word may become', async () => {
    const { body } = await asked('riv', '&prefix=true');
    expect(searchAnswer.safeParse(body).error).toBeUndefined();
    expect(body).toMatchObject({ exact: true, prefix: { word: 'riv', words: ['river'], more: false } });
    expect(idsOf(body)).toEqual(idsOf((await asked('river')).body));
  });

  it.each([
    ['prefix=perhaps', /prefix must be true or false/],
    ['exactWords=perhaps', /exactWords must be true or false/],
  ])('%s is refused', async (parameter, message) => {
    const { status, body } = await asked('river', `&${parameter}`);
    expect(status).toBe(400);
    expect(body.detail).toMatch(message);
  });

  it('has a text', async () => {
    const { status, body } = await worker.post({ terms: { river: 1 }, prefix: true });
    expect(status).toBe(400);
    expect(body.detail).toMatch(/prefix/);
  });
});

describe('suggestions', () => {
  it('complete what is typed, and are the same over groups', async () => {
    for (const settings of [{ LOCAL_WINDOWS: 8 }, { LOCAL_WINDOWS: 0 }]) {
      const { status, body, headers } = await appOver({ settings }).get('/v1/suggest?q=a+riv&k=3');
      expect(status).toBe(200);
      expect(suggestAnswer.safeParse(body).error).toBeUndefined();
      expect(body).toMatchObject({ query: 'a riv', suggestions: [{ text: 'a river', kind: 'word' }] });
      expect(body.cost.documentReads).toBe(0);
      expect(headers.get('etag')).not.toBeNull();
    }
  });

  it('come to the client', async () => {
    const client = connect('https://search.example', ((url: URL) =>
      worker.get(`${url.pathname}${url.search}`).then(({ body }) => Response.json(body))) as typeof fetch);
    const { suggestions } = await client.suggest('riv', { k: 1 });
    expect(suggestions).toEqual([{ text: 'river', kind: 'word' }]);
  });

  it.each([
    '',
    '?q=',
    '?q=a&k=0',
    '?q=a&k=21',
    '?q=a&k=x',
    '?q=a&q=b',
    '?q=a&other=1',
    `?q=${'a'.repeat(513)}`,
  ])('of %s are refused', async (query) => {
    const { status, body } = await worker.get(`/v1/suggest${query}`);
    expect([status, body.code]).toEqual([400, 'bad-query']);
  });
});
