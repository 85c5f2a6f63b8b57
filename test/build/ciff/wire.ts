// CIFF files written by hand, byte by byte as protocol buffers are: shares no code with what is tested.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { temporary } from './ciff-indexes.ts';

/** What a file says; whatever is left out is as it should be. */
export interface WireFile {
  readonly version?: number;
  readonly lists: readonly WireList[];
  readonly documents: readonly WireDocument[];
  readonly listCount?: number;
  readonly documentCount?: number;
  readonly totalDocuments?: number;
  readonly totalTerms?: number;
  readonly averageLength?: number;
  readonly description?: string;
  /** Whether numbers that are 0 are written: nothing forbids it. */
  readonly zeros?: boolean;
}

export interface WireList {
  readonly term: string | Buffer;
  /** Document and tf. */
  readonly postings: readonly (readonly [number, number])[];
  readonly df?: number;
  readonly cf?: number;
}

export interface WireDocument {
  readonly id: string;
  readonly length: number;
  readonly docid?: number;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  // A negative number is a 64-bit one, in ten bytes.
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

export function delimited(message: Buffer): Buffer {
  return Buffer.concat([varint(message.length), message]);
}

function number(field: number, value: number, zeros = false): Buffer {
  return value === 0 && !zeros ? Buffer.alloc(0) : Buffer.concat([varint(field * 8), varint(value)]);
}

function bytes(field: number, value: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), delimited(value)]);
}

function double(field: number, value: number): Buffer {
  const eight = Buffer.alloc(8);
  eight.writeDoubleLE(value);
  return Buffer.concat([varint(field * 8 + 1), eight]);
}

export function headerMessage(file: WireFile): Buffer {
  const lengths = file.documents.reduce((sum, { length }) => sum + length, 0);
  const documents = file.documentCount ?? file.documents.length;
  return Buffer.concat([
    number(1, file.version ?? 1),
    number(2, file.listCount ?? file.lists.length),
    number(3, documents),
    number(4, file.lists.length),
    number(5, file.totalDocuments ?? documents),
    number(6, file.totalTerms ?? lengths),
    double(7, file.averageLength ?? lengths / Math.max(1, file.documents.length)),
    bytes(8, Buffer.from(file.description ?? 'by hand')),
  ]);
}

export function listMessage({ term, postings, df, cf }: WireList, zeros = false): Buffer {
  return Buffer.concat([
    bytes(1, Buffer.from(term as string)),
    number(2, df ?? postings.length),
    number(
      3,
      cf ??
        Math.max(
          0,
          postings.reduce((sum, [, tf]) => sum + tf, 0),
        ),
    ),
    ...postings.map(([document, tf], i) =>
      bytes(
        4,
        Buffer.concat([number(1, i === 0 ? document : document - postings[i - 1][0], zeros), number(2, tf)]),
      ),
    ),
  ]);
}

export function documentMessage({ id, length, docid }: WireDocument, i: number, zeros = false): Buffer {
  return Buffer.concat([number(1, docid ?? i, zeros), bytes(2, Buffer.from(id)), number(3, length, zeros)]);
}

export function ciffBytes(file: WireFile): Buffer {
  const messages = [
    headerMessage(file),
    ...file.lists.map((list) => listMessage(list, file.zeros)),
    ...file.documents.map((document, i) => documentMessage(document, i, file.zeros)),
  ];
  return Buffer.concat(messages.map(delimited));
}

/** Writes a file into a folder of its own; returns its path. */
export function writeCiff(file: WireFile | Buffer, name = 'index.ciff'): string {
  const path = join(temporary(), name);
  const plain = Buffer.isBuffer(file) ? file : ciffBytes(file);
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(plain) : plain);
  return path;
}

/** The collection of three documents that osirrc/ciff issue 12 offers for tests, as Anserini exported it. */
export const ANSERINI_TOY: WireFile = {
  description:
    "Export of toy 3-document collection from Anserini's io.anserini.integration.TrecEndToEndTest test case",
  averageLength: 16 / 3,
  lists: [
    { term: '01', postings: [[0, 1]] },
    { term: '03', postings: [[0, 1]] },
    { term: '30', postings: [[0, 1]] },
    { term: 'content', postings: [[0, 1]] },
    { term: 'enough', postings: [[2, 1]] },
    {
      term: 'head',
      postings: [
        [0, 1],
        [1, 1],
        [2, 1],
      ],
    },
    {
      term: 'simpl',
      postings: [
        [1, 1],
        [2, 1],
      ],
    },
    {
      term: 'text',
      postings: [
        [0, 1],
        [1, 1],
        [2, 3],
      ],
    },
    { term: 'veri', postings: [[1, 1]] },
  ],
  documents: [
    { id: 'WSJ_1', length: 6 },
    { id: 'TREC_DOC_1', length: 4 },
    { id: 'DOC222', length: 6 },
  ],
};

/** Of toy-complete-20200309.ciff, 337 bytes. */
export const ANSERINI_TOY_SHA256 = '2fce5061fe994f08ae8911d69ff010969892a53b2c85b0461ce87c9ad37867c4';
