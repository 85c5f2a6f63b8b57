import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encodeDocumentRecord, encodeHeader } from '../../../build/ciff/messages.ts';
import { encodeList } from '../../../build/ciff/posting-list.ts';
import { openInputs } from '../../../build/stages/encode/inputs.ts';
import { newReport } from '../../../build/stages/read/lines/report.ts';
import { analyzerNamed } from '../../../src/core/analyzer/analyzer.ts';
import type { OpenIndex } from '../../../src/query/search/open.ts';
import { search } from '../../../src/query/search/search.ts';
import { weighTerms } from '../../../src/query/search/terms.ts';
import { ask, buildFrom, importCiff } from './ciff-indexes.ts';
import {
  ANSERINI_TOY,
  ANSERINI_TOY_SHA256,
  ciffBytes,
  delimited,
  type WireFile,
  type WireList,
  writeCiff,
} from './wire.ts';

const VECTORS = { spaces: [{ encoder: 'vectors' as const }] };
const BM25 = { spaces: [{ encoder: 'bm25' as const }] };

describe("Anserini's toy export", () => {
  test('is what the tests write by hand, byte for byte', () => {
    expect(createHash('sha256').update(ciffBytes(ANSERINI_TOY)).digest('hex')).toBe(ANSERINI_TOY_SHA256);
  });

  test('is what is written here for the same lists and records', () => {
    const messages = [
      encodeHeader({
        lists: 9,
        documents: 3,
        totalLists: 9,
        totalDocuments: 3,
        totalTerms: 16,
        averageLength: 16 / 3,
        description: ANSERINI_TOY.description!,
      }),
      ...ANSERINI_TOY.lists.map(({ term, postings }) =>
        encodeList({
          term: Buffer.from(term as string),
          documents: Uint32Array.from(postings, ([document]) => document),
          values: Float32Array.from(postings, ([, tf]) => tf),
          count: postings.length,
        }).slice(),
      ),
      ...ANSERINI_TOY.documents.map(({ id, length }, number) =>
        encodeDocumentRecord({ number, id, length }).slice(),
      ),
    ];
    const bytes = Buffer.concat(messages.map((message) => delimited(Buffer.from(message))));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(ANSERINI_TOY_SHA256);
  });

  test.each(['toy.ciff', 'toy.ciff.gz'])('is searched by its impacts: %s', async (name) => {
    const { index, report } = await importCiff(writeCiff(ANSERINI_TOY, name));
    expect(report).toEqual({
      description: ANSERINI_TOY.description,
      lists: 9,
      postings: 14,
      documents: 3,
      otherLengths: 0,
    });
    const query = new Map([
      ['text', 1],
      ['simpl', 1],
    ]);
    expect(await ask(index, query)).toEqual([
      { id: 'DOC222', score: 4 },
      { id: 'TREC_DOC_1', score: 2 },
      { id: 'WSJ_1', score: 1 },
    ]);
  });
});

describe('counts of terms', () => {
  test('weighed by BM25 give the scores of the text that they were counted in', async () => {
    const sample = join(import.meta.dirname, '../../fixtures/sample');
    const report = newReport();
    const documents: { id: string; text: string }[] = [];
    for await (const { document } of openInputs({ input: sample, report })) {
      documents.push({ id: document.id, text: `${document.title} ${document.text}` });
    }
    const { index } = await importCiff(writeCiff(countsOf(documents)), BM25);
    const direct = await buildFrom(
      documents.map((document) => ({ document })),
      BM25,
    );
    // A CIFF has the words alone, and a text also what stands beside them.
    const [{ encoder, quantizer }] = direct.manifest.spaces;
    const { titleWeight: _, ...parameters } = encoder.parameters;
    expect(index.manifest.spaces).toMatchObject([{ encoder: { ...encoder, parameters }, quantizer }]);
    expect(index.manifest.spaces[0].encoder.parameters).toEqual(parameters);
    const analyze = analyzerNamed('english');
    for (const line of readFileSync(join(sample, 'queries.jsonl'), 'utf8').trim().split('\n').slice(0, 50)) {
      const { text } = JSON.parse(line) as { text: string };
      const query = new Map(analyze(text).map((term) => [term, 1]));
      expect(await ask(index, query)).toEqual(await ask(direct, query));
    }
  });

  test('are weighed with the mean length that the header gives, not with that of rounded lengths', async () => {
    const lists: WireList[] = [
      {
        term: 'a',
        postings: [
          [0, 90],
          [1, 2],
        ],
      },
      { term: 'b', postings: [[1, 8]] },
    ];
    // Lucene stores 88 for 90.
    const documents = [
      { id: 'long', length: 88 },
      { id: 'short', length: 10 },
    ];
    const exact: WireFile = { lists, documents, averageLength: 50, totalTerms: 100 };
    const { index, report } = await importCiff(writeCiff(exact), {
      spaces: [{ encoder: 'bm25', k1: 1.2, b: 0.75 }],
    });
    expect(report.otherLengths).toBe(1);
    const weight = (df: number, tf: number, length: number, mean: number) =>
      (Math.log(1 + (2 - df + 0.5) / (df + 0.5)) * tf * 2.2) / (tf + 1.2 * (0.25 + (0.75 * length) / mean));
    expect(index.manifest.spaces[0].quantizer.maximum).toBeCloseTo(weight(1, 8, 10, 50), 6);
    expect(index.manifest.spaces[0].quantizer.maximum).not.toBeCloseTo(weight(1, 8, 10, 49), 4);
  });

  test('cannot be weighed when the file lacks documents of the index', async () => {
    const path = writeCiff({ ...ANSERINI_TOY, totalDocuments: 4 });
    await expect(importCiff(path, BM25)).rejects.toThrow(
      /index\.ciff, header: expected all 4 documents of the index, since bm25 weighs with all of them, found 3/,
    );
    expect((await importCiff(path)).report.documents).toBe(3);
  });

  test('cannot be weighed without lengths', async () => {
    const path = writeCiff({
      lists: [{ term: 'a', postings: [[0, 1]] }],
      documents: [{ id: 'x', length: 0 }],
    });
    await expect(importCiff(path, BM25)).rejects.toThrow(
      /document record 1 of 1: expected a doclength from 1, as the document has terms, found 0/,
    );
    expect((await importCiff(path)).report.otherLengths).toBe(1);
  });
});

describe('impacts', () => {
  test('above 255 are scaled when the configuration says what becomes 255', async () => {
    const path = writeCiff({
      lists: [
        {
          term: 'a',
          postings: [
            [0, 510],
            [1, 2],
          ],
        },
      ],
      documents: [
        { id: 'x', length: 1 },
        { id: 'y', length: 1 },
      ],
    });
    await expect(importCiff(path)).rejects.toThrow(/expected a tf from 1 to 255; if the file has counts/);
    const { index } = await importCiff(path, {
      spaces: [{ encoder: 'vectors', quantizer: { maximum: 510 } }],
    });
    expect(await ask(index, new Map([['a', 1]]))).toEqual([
      { id: 'x', score: 255 },
      { id: 'y', score: 1 },
    ]);
  });

  test('whose lists say neither df nor cf are read: some writers leave them out', async () => {
    const lists = ANSERINI_TOY.lists.map((list) => ({ ...list, df: 0, cf: 0 }));
    const { index } = await importCiff(
      writeCiff({ ...ANSERINI_TOY, lists, averageLength: 0, totalTerms: 0 }),
    );
    expect((await ask(index, new Map([['veri', 1]]))).length).toBe(1);
  });
});

describe('terms', () => {
  const documents = Array.from({ length: 30 }, (_, i) => ({ id: `d${i}`, length: 1 }));
  const terms = ['10', '9', '\u{1F600}', '￿', 'a', 'é', 'b', '2', '1'];
  const lists = terms.map(
    (term, i): WireList => ({
      term,
      postings: [
        [i, 1 + i],
        [i + 9, 2],
        [i + 18, 3],
      ],
    }),
  );

  test.each([
    ['in the order of their bytes', (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b))],
    ["in Java's order of strings", (a: string, b: string) => (a < b ? -1 : 1)],
    ['in any order', () => 0],
  ])('come %s', async (_, order) => {
    const sorted = lists.toSorted((a, b) => order(a.term as string, b.term as string));
    const { index } = await importCiff(writeCiff({ lists: sorted, documents }));
    for (const [i, term] of terms.entries()) {
      expect(await ask(index, new Map([[term, 1]]))).toContainEqual({ id: `d${i}`, score: 1 + i });
    }
    expect(index.manifest.spaces[0]).toMatchObject({ terms: 9, postings: 27 });
  });

  test('that come twice are refused, in order and out of order', async () => {
    const inOrder = [lists[4], lists[4]];
    await expect(importCiff(writeCiff({ lists: inOrder, documents }))).rejects.toThrow(
      /posting list 2 of 2 \("a"\): expected each term once, found the term of posting list 1 again/,
    );
    for (const [first, second] of [
      [0, 4],
      [2, 8],
    ] as const) {
      const repeated = lists.map((list, i) =>
        // With other documents, so that nothing but the term gives it away.
        i === second ? { term: terms[first], postings: [[29, 1]] as const } : list,
      );
      await expect(importCiff(writeCiff({ lists: repeated, documents }))).rejects.toThrow(
        `posting list ${second + 1} of 9 (${JSON.stringify(terms[first])}): expected each term once, found the term of ` +
          `posting list ${first + 1} again`,
      );
    }
  });
});

describe('a corpus beside the file', () => {
  const corpus = [
    { id: 'DOC222', title: 'Third', text: 'third text' },
    { id: 'nowhere', text: 'not in the CIFF' },
    { id: 'WSJ_1', text: 'first text' },
  ];

  test('gives the documents their text, whatever its order', async () => {
    const { index, report } = await importCiff(writeCiff(ANSERINI_TOY), VECTORS, corpus);
    expect(report.corpus).toEqual({ missing: 1, unused: 1 });
    const terms = new Map([['text', 1]]);
    const bare = await importCiff(writeCiff(ANSERINI_TOY));
    expect(await ask(index, terms)).toEqual(await ask(bare.index, terms));
    const shown = await documentsOf(index);
    expect(shown).toEqual([
      { id: 'DOC222', title: 'Third', text: 'third text' },
      { id: 'WSJ_1', text: 'first text' },
      { id: 'TREC_DOC_1', text: '' },
    ]);
    expect(index.manifest.build).not.toBe(bare.index.manifest.build);
  });

  test('must not have two documents of an id', async () => {
    await expect(importCiff(writeCiff(ANSERINI_TOY), VECTORS, [...corpus, corpus[0]])).rejects.toThrow(
      /2 documents of the corpus have the id "DOC222": numbers 1 and 4/,
    );
  });
});

async function documentsOf(index: OpenIndex) {
  const terms = weighTerms(new Map([['text', 1]]), 'vectors');
  const { hits } = await search({ terms, k: 10, documents: true }, { index, clock: () => 0 });
  return hits.map(({ shown }) => shown);
}

/** What Anserini would export of these documents, lengths exact. */
function countsOf(documents: readonly { id: string; text: string }[]): WireFile {
  const analyze = analyzerNamed('english');
  const lists = new Map<string, [number, number][]>();
  const lengths = documents.map(({ text }, document) => {
    const counts = new Map<string, number>();
    for (const term of analyze(text)) counts.set(term, (counts.get(term) ?? 0) + 1);
    for (const [term, count] of counts) lists.set(term, [...(lists.get(term) ?? []), [document, count]]);
    return [...counts.values()].reduce((sum, count) => sum + count, 0);
  });
  return {
    lists: [...lists.entries()]
      .map(([term, postings]) => ({ term, postings }))
      .toSorted((a, b) => Buffer.compare(Buffer.from(a.term), Buffer.from(b.term))),
    documents: documents.map(({ id }, i) => ({ id, length: lengths[i] })),
  };
}
