import { beforeAll, describe, expect, it } from 'vitest';
import { searchAnswer } from '../../../src/http/api.ts';
import { appOver, collectionIndex, publish, worker } from '../requests.ts';

beforeAll(() => publish(collectionIndex()));

const asked = (question: string, more = '') =>
  worker.get(`/v1/search?q=${encodeURIComponent(question)}${more}`);
const idsOf = ({ hits }: { hits: { id: string }[] }) => hits.map(({ id }) => id);

describe('a question with operators', () => {
  it('is answered by documents that satisfy them, and says how it was read', async () => {
    const { status, body } = await asked('river -boat "text of"');
    expect(status).toBe(200);
    expect(searchAnswer.safeParse(body).error).toBeUndefined();
    expect(body).toMatchObject({
      exact: true,
      bound: 0,
      operators: [{ text: 'boat', excluded: true }, { text: 'text of' }],
    });
    // Of these, only "a" says "boat", in its title; "e" is found by it and does not say it.
    expect(idsOf(body)).toEqual(['b/1', 'c', 'e', 'f', 'été %2F?', 'h']);
  });

  it.each([
    ['title:river', ['a']],
    ['title:"river boat"', ['a']],
    ['river "text of c"', ['c']],
    ['river "nowhere said"', []],
    ['-"text of c" lamp', []],
  ])('%s finds what satisfies it', async (question, ids) => {
    const { body } = await asked(question);
    expect(body.exact).toBe(true);
    expect(idsOf(body)).toEqual(ids);
  });

  it('asked by a body is the same', async () => {
    const { body } = await worker.post({ query: 'river -boat', k: 2 });
    expect(idsOf(body)).toEqual(['b/1', 'c']);
  });

  it('is text where operators are not wanted, and where there are none', async () => {
    const { body } = await asked('river -boat', '&operators=false');
    expect(body.operators).toBeUndefined();
    expect(idsOf(body)[0]).toBe('a');
    const plain = (await asked('river state-of-the-art std::vector')).body;
    expect(plain.operators).toBeUndefined();
  });

  it('goes on to further pages, passages and fusions', async () => {
    const whole = (await asked('river -boat')).body;
    const page = (await asked('river -boat', '&k=2&offset=2')).body;
    expect(page.hits).toEqual(whole.hits.slice(2, 4));
    const { body } = await asked('river -boat', '&fusion=rrf&highlight=true');
    expect(body.exact).toBe(true);
    expect(new Set(idsOf(body))).toEqual(new Set(idsOf(whole)));
  });

  it('stays within its budget, and then says what it could not rule out', async () => {
    // With pages of its own, since those of others' need no read.
    const { body } = await appOver().get(
      `/v1/search?q=${encodeURIComponent('river "nowhere said"')}&maxReads=1`,
    );
    expect(body).toMatchObject({ exact: false, hits: [] });
    expect(body.bound).toBeGreaterThan(0);
    expect(body.cost.reads).toBeLessThanOrEqual(1);
  });

  it.each([
    ['operators=perhaps', /operators must be true or false/],
    [`q=${encodeURIComponent('"a" '.repeat(40))}`, /at most 32/],
  ])('is refused with %s', async (parameters, why) => {
    const reply = await worker.get(
      `/v1/search?${parameters.startsWith('q=') ? '' : 'q=river&'}${parameters}`,
    );
    expect(reply.status).toBe(400);
    expect(reply.body.detail).toMatch(why);
  });
});
