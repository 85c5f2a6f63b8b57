import { describe, expect, it } from 'vitest';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { assetsSource, withAssets } from '../../../src/store/assets.ts';

/** Assets that answer by path. */
function assetsOf(answers: Readonly<Record<string, () => Response>>): Fetcher {
  return {
    fetch: async (url: string) =>
      answers[new URL(url).pathname]?.() ?? new Response('no such file', { status: 404 }),
  } as unknown as Fetcher;
}
const digits = () => new Response(Uint8Array.of(0, 1, 2, 3, 4, 5));

describe('assets that hold an index', () => {
  const source = assetsSource(
    assetsOf({ '/objects/a': digits, '/busy': () => new Response('', { status: 503 }), '/sp%20ace': digits }),
  );

  it('are read whole, and a part is cut from the whole', async () => {
    expect([...(await source.read('objects/a'))]).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...(await source.read('objects/a', { start: 2, end: 5 }))]).toEqual([2, 3, 4]);
    expect((await source.read('sp ace')).length).toBe(6);
  });

  it.each([
    ['objects/b', undefined, 'not-found'],
    ['busy', undefined, 'unavailable'],
    ['objects/a', { start: 4, end: 7 }, 'corrupt'],
  ])('fail by type for %s', async (name, range, code) => {
    await expect(source.read(name, range)).rejects.toMatchObject({ code });
  });
});

it('assets that hold pages are asked for those alone, and what they lack is asked of the rest', async () => {
  const asked: string[] = [];
  const rest = {
    read: async (name: string) => {
      asked.push(name);
      if (name === 'pages/b/words/9') throw new SparsedgeError('not-found', 'gone');
      return Uint8Array.of(9);
    },
  };
  const source = withAssets(assetsOf({ '/b/words/0': digits }), rest);
  expect((await source.read('pages/b/words/0')).length).toBe(6);
  expect([...(await source.read('pages/b/words/1'))]).toEqual([9]);
  expect([...(await source.read('objects/x'))]).toEqual([9]);
  expect(asked).toEqual(['pages/b/words/1', 'objects/x']);
  await expect(source.read('pages/b/words/9')).rejects.toMatchObject({ code: 'not-found' });
});
