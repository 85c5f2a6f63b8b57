import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { importCiff } from './ciff-indexes.ts';
import {
  ANSERINI_TOY,
  ciffBytes,
  delimited,
  documentMessage,
  headerMessage,
  listMessage,
  type WireFile,
  type WireList,
  writeCiff,
} from './wire.ts';

function withList(list: Partial<WireList>): WireFile {
  const lists = ANSERINI_TOY.lists.map((each, i) => (i === 5 ? { ...each, ...list } : each));
  return { ...ANSERINI_TOY, lists };
}

function withDocument(document: object): WireFile {
  const documents = ANSERINI_TOY.documents.map((each, i) => (i === 1 ? { ...each, ...document } : each));
  return { ...ANSERINI_TOY, documents };
}

/** The toy with other bytes for its sixth list. */
function withListBytes(list: Buffer): Buffer {
  const lists = ANSERINI_TOY.lists.map((each, i) => (i === 5 ? list : listMessage(each)));
  const records = ANSERINI_TOY.documents.map((each, i) => documentMessage(each, i));
  const messages = [headerMessage(ANSERINI_TOY), ...lists, ...records];
  return Buffer.concat(messages.map(delimited));
}

const HEAD = Buffer.from('0a0468656164', 'hex');
const WHOLE = ciffBytes(ANSERINI_TOY);

describe('a file that does not say what it must say is refused', () => {
  test.each<[string, WireFile | Buffer, RegExp]>([
    ['an unknown version', { ...ANSERINI_TOY, version: 2 }, /header: expected version 1, found version 2/],
    ['no header', Buffer.alloc(0), /header: expected a CIFF, found an empty file/],
    ['another format', Buffer.from('{"id": 1, "contents": "text"}'), /header: .* the file is no CIFF/],
    ['another format, not cut off', Buffer.from('hello '.repeat(40)), /header: .* the file is no CIFF/],
    ['a negative count', { ...ANSERINI_TOY, listCount: -1 }, /header: expected counts from 0, found -1/],
    ['a mean length that is none', { ...ANSERINI_TOY, averageLength: NaN }, /counts from 0, found NaN/],
    [
      'fewer lists than the header says',
      { ...ANSERINI_TOY, listCount: 10 },
      /posting list 10 of 10: expected a posting list, found a field 2 of type 2, which it has not: .*, or the header counts/,
    ],
    [
      'more lists than the header says',
      { ...ANSERINI_TOY, listCount: 8 },
      /document record 1 of 3: expected a document record, found a field 1 of type 2/,
    ],
    [
      'fewer documents than the header says',
      { ...ANSERINI_TOY, documentCount: 4 },
      /record 4 of 4: expected a document record, found the end of the file at byte 337: it is cut off, or its header/,
    ],
    [
      'more documents than the header says',
      { ...ANSERINI_TOY, documentCount: 2 },
      /\("enough"\): expected a document from 0 and below 2, found 2/,
    ],
    [
      'bytes after the last record',
      Buffer.concat([WHOLE, Buffer.from([0])]),
      /header: expected 3 document records and the end of the file at byte 337, found more bytes there/,
    ],
    [
      'documents out of order',
      withList({
        postings: [
          [1, 1],
          [0, 1],
        ],
      }),
      /posting list 6 of 9 \("head"\): expected a document after 1 and below 3, found 0/,
    ],
    [
      'a document twice',
      withList({
        postings: [
          [1, 1],
          [1, 1],
        ],
      }),
      /\("head"\): expected a document after 1 .* found 1/,
    ],
    [
      'a negative document',
      withList({ postings: [[-1, 1]] }),
      /\("head"\): expected a document from 0 .* found -1/,
    ],
    [
      'a document too many',
      withList({ postings: [[3, 1]] }),
      /\("head"\): expected a document .* below 3, found 3/,
    ],
    [
      'a tf of 0',
      withList({ postings: [[1, 0]] }),
      /\("head"\): expected a tf from 1 to 255.* found 0 for document 1/,
    ],
    [
      'a negative tf',
      withList({ postings: [[1, -5]] }),
      /\("head"\): expected a tf .* found -5 for document 1/,
    ],
    [
      'a tf above 255',
      withList({ postings: [[1, 256]] }),
      /\("head"\): expected a tf from 1 to 255; .* found 256/,
    ],
    ['a wrong df', withList({ df: 2 }), /\("head"\): expected 2 postings, its df, found 3/],
    ['a wrong cf', withList({ cf: 4 }), /\("head"\): expected tfs that add up to 4, its cf, found 3/],
    ['a list of nothing', withList({ postings: [] }), /\("head"\): expected postings, found none/],
    [
      'a list of no term',
      withList({ term: '' }),
      /posting list 6 of 9: expected a term in UTF-8, found none/,
    ],
    ['a term that is not UTF-8', withList({ term: Buffer.from([0xff]) }), /6 of 9: expected a term in UTF-8/],
    ['records out of order', withDocument({ docid: 2 }), /document record 2 of 3: expected docid 1, found 2/],
    [
      'a negative length',
      withDocument({ length: -1 }),
      /record 2 of 3: expected a doclength from 0, found -1/,
    ],
    [
      'no id',
      withDocument({ id: '' }),
      /record 2 of 3: expected a collection_docid that can be an id, found no id/,
    ],
    [
      'an id twice',
      withDocument({ id: 'WSJ_1' }),
      /document record 2 of 3: expected a collection_docid of its own, found "WSJ_1", as in record 1/,
    ],
    [
      'a message that is too long',
      withListBytes(Buffer.alloc(2 ** 21)),
      /6 of 9: expected at most \d+ bytes/,
    ],
    [
      'a posting that runs past its list',
      withListBytes(Buffer.concat([HEAD, Buffer.from('220a1001', 'hex')])),
      /posting list 6 of 9: expected/,
    ],
    [
      'a number without end',
      withListBytes(Buffer.concat([HEAD, Buffer.alloc(12, 0xff)])),
      /6 of 9: expected/,
    ],
    ['a group', withListBytes(Buffer.concat([HEAD, Buffer.from('2b2c', 'hex')])), /a field 5 of type 3/],
  ])('%s', async (_, file, message) => {
    const failure = importCiff(writeCiff(file));
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toThrow(/index\.ciff/);
    await expect(failure).rejects.toMatchObject({ code: 'bad-input' });
  });

  test('wherever it is cut off', async () => {
    for (let length = 1; length < WHOLE.length; length += 1 + (length % 5)) {
      await expect(importCiff(writeCiff(WHOLE.subarray(0, length)))).rejects.toThrow(
        `the end of the file at byte ${length}: it is cut off`,
      );
    }
  });

  test('or else it is read: no damage ends in another error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(WHOLE.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const damaged = Buffer.from(WHOLE);
        damaged[at] ^= flip;
        try {
          await importCiff(writeCiff(damaged));
        } catch (error) {
          expect(error).toBeInstanceOf(SparsedgeError);
          expect(error).toMatchObject({ code: 'bad-input' });
        }
      }),
      { numRuns: 150 },
    );
  });
});

test('a field that the schema does not have is passed over', async () => {
  const unknown = Buffer.from('2807' + '3101020304050607' + '08' + '3a03010203' + '4501020304', 'hex');
  const list = Buffer.concat([listMessage(ANSERINI_TOY.lists[5]), unknown]);
  expect((await importCiff(writeCiff(withListBytes(list)))).report.postings).toBe(14);
});
