import { expect, test } from 'vitest';
import { KeyList } from '../../../src/core/format/keys/key-list.ts';
import { KeySetBuilder } from '../../../src/core/format/keys/key-set.ts';
import { LongTerms } from '../../../src/core/format/keys/long-terms.ts';
import { openPage, sealPage } from '../../../src/core/format/page.ts';
import {
  decodeTable,
  encodeTable,
  locatePage,
  type PageTable,
  pageIdentity,
  pageName,
  pageNames,
  tableChecksum,
} from '../../../src/core/format/page-table.ts';

/** The first bytes of the SHA-256 of the byte 0. */
const DIGEST = Uint8Array.from(Buffer.from('6e340b9cffb37a989ca544e6bb780a2c', 'hex'));
const NAME = 'pages/6e340b9cffb37a989ca544e6bb780a2c';
const PLACE = { build: '0123456789abcdef', space: 'words', page: 1 };

test("FORMAT.md's example of a page that is an object is what the codec writes", () => {
  expect(pageName(DIGEST)).toBe(NAME);
  const page = sealPage(Uint8Array.of(0), NAME);
  expect(Buffer.from(page).toString('hex')).toBe('0000000000000000009b73bc4d');
  expect(openPage(page, NAME)).toBe(1);
  expect(() => openPage(page, `${NAME.slice(0, -1)}d`)).toThrow(/expected checksum/);
  // The bytes that readers of bits may run into are in no checksum.
  page[1] = 1;
  expect(() => openPage(page, NAME)).toThrow(/expected \d+ bytes of zeros before the checksum/);
});

test('a page table names page objects, and pages in shards by their places alone', () => {
  const digests = Uint8Array.from({ length: 32 }, (_, i) => (i < 16 ? 255 - i : DIGEST[i - 16]));
  const apart = { pageStart: Float64Array.of(0, 20, 33), shards: [], digests };
  const shared = { pageStart: Float64Array.of(0, 20, 33), shards: [{ name: 'objects/one', firstPage: 0 }] };
  const terms = {
    dictionaryKeys: KeyList.of([]),
    dictionaryPage: new Uint32Array(),
    titles: new KeySetBuilder().finish(),
    longTerms: LongTerms.of([]),
    inVectors: false,
  };
  const table: PageTable = {
    spaces: new Map([['words', { ...shared, ...terms }]]),
    documents: { ...apart, firstDocument: Float64Array.of(0, 4, 9) },
  };
  const bytes = encodeTable(table, PLACE.build);
  const { spaces, documents } = decodeTable(bytes, PLACE.build, tableChecksum(bytes, ''), 'a table');
  expect(pageNames(documents)).toEqual([expect.stringMatching(/^pages\/fffefd/), NAME]);
  expect(locatePage(documents, 1)).toEqual({ object: NAME, range: { start: 0, end: 13 } });
  expect(pageIdentity(documents, PLACE)).toBe(NAME);
  expect(pageNames(spaces.get('words')!)).toEqual([]);
  expect(pageIdentity(spaces.get('words')!, PLACE)).toBe('build 0123456789abcdef, words, page 1');
  // What a cut table would say of pages is never believed.
  expect(() => decodeTable(bytes.subarray(0, -9), PLACE.build, 0, 'a table')).toThrow(/checksum/);
});
