import { expect, test } from 'vitest';
import { articlesFrom } from '../../../build/stages/invert/find-articles.ts';
import {
  type Articles,
  beginsRun,
  decodeTable,
  encodeTable,
  type PageTable,
  tableChecksum,
} from '../../../src/core/format/page-table.ts';

const BUILD = '0123456789abcdef';

/** The example of FORMAT.md. */
const ARTICLE_OF = [0, 0, 0, 3, 3, 5, 6, 0, 8, 9];

function tableOf(articles: Articles | undefined): PageTable {
  const documents = {
    pageStart: Float64Array.of(0, 100),
    shards: [{ name: 'objects/s', firstPage: 0 }],
    firstDocument: Float64Array.of(0, ARTICLE_OF.length),
  };
  return { spaces: new Map(), documents, articles };
}

function decoded(bytes: Uint8Array): PageTable {
  return decodeTable(bytes, BUILD, tableChecksum(bytes, 'a table'), 'a table');
}

test('articles are written as the example of FORMAT.md says', () => {
  const bytes = encodeTable(tableOf(articlesFrom(ARTICLE_OF)), BUILD);
  const none = encodeTable(tableOf(undefined), BUILD);
  // The byte that says whether there are any stands before the checksum.
  expect(none.at(-5)).toBe(0);
  expect([...bytes.subarray(none.length - 5, -4)]).toEqual([1, 0xe9, 0x03, 1, 7, 7]);
  expect(decoded(none).articles).toBeUndefined();
});

test('articles are read as they were written', () => {
  const { begins, further } = decoded(encodeTable(tableOf(articlesFrom(ARTICLE_OF)), BUILD)).articles!;
  expect(ARTICLE_OF.flatMap((_, i) => (beginsRun(begins, i) ? [i] : []))).toEqual([0, 3, 5, 6, 7, 8, 9]);
  expect([...further]).toEqual([[7, 0]]);
});

test.each([
  ['that do not begin with the first document', { begins: Uint8Array.of(0xe8, 3), further: new Map() }],
  ['that go on where none begins', { begins: Uint8Array.of(0xe9, 3), further: new Map([[4, 0]]) }],
  ['of an article that none begins', { begins: Uint8Array.of(0xe9, 3), further: new Map([[7, 1]]) }],
  [
    'of an article that goes on itself',
    {
      begins: Uint8Array.of(0xe9, 3),
      further: new Map([
        [7, 0],
        [8, 7],
      ]),
    },
  ],
  ['that are their own', { begins: Uint8Array.of(0xe9, 3), further: new Map([[7, 7]]) }],
])('a table with runs %s is refused', (_, articles) => {
  expect(() => decoded(encodeTable(tableOf(articles), BUILD))).toThrow(/expected/);
});
