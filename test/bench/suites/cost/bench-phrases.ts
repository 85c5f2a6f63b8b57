// `phrases`: what it costs a query that pairs of neighbouring words are terms, too. BM25 over stems, with a vocabulary
// that is counted over the passages themselves, once with phrases and once without.

import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openQueryModel } from '../../../../build/model/query/open-query-model.ts';
import { newReport } from '../../../../build/stages/read/lines/report.ts';
import { readDocuments } from '../../../../build/stages/read/read.ts';
import { eachStemmedWord, markedStem } from '../../../../src/core/analyzer/stems.ts';
import { searchableText } from '../../../../src/core/document.ts';
import type { Space } from '../../../../src/core/format/manifest.ts';
import { MODEL_JSON } from '../../../../src/core/model/model-name.ts';
import { encodeQueryWith } from '../../../../src/query/encode/query-model.ts';
import type { QueryTerm } from '../../../../src/query/search/terms.ts';
import type { BenchOptions, Results } from '../../benchmark.ts';
import { cacheFolder } from '../../data/folders.ts';
import { collectionOf, type Size } from '../../data/passages.ts';
import { QUESTION_SETS } from '../../data/questions.ts';
import type { BuildFigures } from '../../indexes/build-child.ts';
import { measuredIndex } from '../../indexes/indexes.ts';
import { measureQueries, type SetFigures } from '../../indexes/query-cost.ts';
import { loadObjects } from '../../machine/metered-storage.ts';

/** One of the two indexes. */
interface Variant {
  readonly build: BuildFigures;
  readonly sets: Readonly<Record<string, SetFigures>>;
}

/** What phrases cost over a collection. */
export interface PhraseFigures {
  readonly size: Size;
  readonly words: Variant;
  readonly phrases: Variant;
}

/** Stems of a vocabulary, at most, and how often each occurs, at least. */
const STEMS = 22_000;
const AT_LEAST = 5;
const WEIGHT = 0.3;

export async function* bench({ sizes, sets, freshness }: BenchOptions): Results {
  for (const size of sizes) {
    const input = await collectionOf(size);
    const vocabulary = await vocabularyOf(input);
    const variant = async (name: 'words' | 'phrases'): Promise<Variant> => {
      const model = writeModel(`${name}-${size}`, vocabulary, name === 'phrases');
      const { folder, build } = await measuredIndex(
        `${name}-${size}`,
        { input, space: { model } },
        freshness,
      );
      const measured: Record<string, SetFigures> = {};
      for (const set of sets) {
        const questions = await QUESTION_SETS[set]();
        measured[set] = await measureQueries(loadObjects(folder), (space) =>
          encoded(questions, space, folder),
        );
      }
      return { build, sets: measured };
    };
    const figures: PhraseFigures = { size, words: await variant('words'), phrases: await variant('phrases') };
    yield [`phrases-${size}`, figures];
  }
}

async function encoded(questions: readonly string[], space: Space, folder: string): Promise<QueryTerm[][]> {
  const model = await openQueryModel(space, folder);
  return Promise.all(questions.map((question) => encodeQueryWith(question, space, model)));
}

/** The most frequent stems of a collection, as the lines of vocab.txt. */
async function vocabularyOf(input: string): Promise<string> {
  const counts = new Map<string, number>();
  for await (const document of readDocuments({ input, report: newReport() })) {
    eachStemmedWord(searchableText(document), (word) => {
      const stem = markedStem(word);
      counts.set(stem, (counts.get(stem) ?? 0) + 1);
    });
  }
  return [...counts]
    .filter(([, count]) => count >= AT_LEAST)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, STEMS)
    .map(([stem]) => `${stem}\n`)
    .join('');
}

/** A model that is BM25, in a folder. */
function writeModel(id: string, vocabulary: string, phrases: boolean): string {
  const folder = join(cacheFolder(), `model-${id}`);
  const bytes = Buffer.from(vocabulary);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const contract = {
    format: 1,
    id,
    head: 'residual',
    tokenizer: { kind: 'stems', maxLength: 256, buckets: 1016 },
    files: { tokenizer: { name: 'vocab.txt', sha256, bytes: bytes.length } },
    vocabulary: 'whole-word',
    ...(phrases && { phrases: { weight: WEIGHT } }),
    query: { kind: 'binary' },
    licence: 'Apache-2.0',
    trainedOn: 'the passages, by counting',
    source: 'this benchmark',
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'vocab.txt'), bytes);
  writeFileSync(join(folder, MODEL_JSON), JSON.stringify(contract));
  return folder;
}
