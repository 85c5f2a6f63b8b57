import { describe, expect, test } from 'vitest';
import type { Document } from '../../../src/core/document.ts';
import { askedIndex, type Encoder } from './asked-index.ts';

const WORDS = 'valve pump filter gauge hose clamp motor switch relay fuse'.split(' ');

/** Documents that all hold "acme", every fifth of them in its title, too. */
function catalogue(count: number): Document[] {
  return Array.from({ length: count }, (_, i) => {
    const [a, b] = [WORDS[i % 10], WORDS[Math.floor(i / 10) % 10]];
    const title = i % 5 === 0 ? `Acme ${a}` : `${a} ${b}`;
    return { id: `d${i}`, title, text: `The acme ${a} fits the ${b} of model ${i}.` };
  });
}

describe.each<Encoder>(['default', 'english', 'unicode'])('words of nearly all documents, %s', (encoder) => {
  test('are found, and titles come first', async () => {
    const { ask, ids } = await askedIndex(catalogue(4000), encoder);
    const found = await ids('acme');
    expect(found).toHaveLength(20);
    for (const id of found) expect(Number(id.slice(1)) % 5).toBe(0);
    for (const word of ['model', 'fits']) expect(await ids(word)).toHaveLength(20);
    const { hits, exact } = await ask({ text: 'zebra', k: 20, documents: false, budget: {} });
    expect({ hits, exact }).toEqual({ hits: [], exact: true });
  });

  test('decide less than rare ones', async () => {
    const { ids } = await askedIndex([...catalogue(1500), { id: 'x', text: 'a lone trebuchet' }], encoder);
    expect((await ids('acme trebuchet'))[0]).toBe('x');
  });
});

test('a word that all of a few documents hold is found', async () => {
  const documents = ['one', 'two', 'three'].map((id) => ({ id, text: `python ${id}` }));
  for (const encoder of ['default', 'english'] as const) {
    const { ids } = await askedIndex(documents, encoder);
    expect((await ids('python')).sort()).toEqual(['one', 'three', 'two']);
  }
});

test('weights of any size are kept, be they given or computed', async () => {
  const { ids } = await askedIndex(
    Array.from({ length: 300 }, (_, i) => ({ id: `d${i}`, text: i === 7 ? 'word word word' : 'word' })),
    'english',
  );
  expect((await ids('word'))[0]).toBe('d7');
});
