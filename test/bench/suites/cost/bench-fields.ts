// `fields`: what fields add to an index, and what filters, counts and orders cost beside the same questions without.

import { sizesOf } from '../../../../build/inspect/sizes.ts';
import { encodeQuery } from '../../../../src/query/encode/encode-query.ts';
import type { Filter } from '../../../../src/query/filter/filter.ts';
import { openIndex, spaceNamed } from '../../../../src/query/search/open.ts';
import { type SearchRequest, search } from '../../../../src/query/search/search.ts';
import type { QueryTerm } from '../../../../src/query/search/terms.ts';
import { memorySource } from '../../../fakes/memory-source.ts';
import type { BenchOptions, Results } from '../../benchmark.ts';
import { NUMBERS, PASSAGE_FIELDS, type PassageField, withFields } from '../../data/passage-fields.ts';
import { QUESTION_SETS } from '../../data/questions.ts';
import { type Distribution, distributionOf, round } from '../../figures.ts';
import { measuredIndex } from '../../indexes/indexes.ts';
import { cpuMillisecondsOf, K } from '../../indexes/query-cost.ts';
import { loadObjects, type MeteredIndex, openMetered } from '../../machine/metered-storage.ts';

const FIELDS = Object.keys(PASSAGE_FIELDS) as PassageField[];

/** What a field adds to an index of documents without any. */
interface AddedFigures {
  /** Lists of values, and the table's entries of their pages. */
  readonly lists: number;
  /** The values as they are stored and shown. */
  readonly documents: number;
  /** Of all that the index is without it. */
  readonly share: number;
}

/** What questions of one kind cost. */
export interface FilteredFigures {
  /** Documents that match without regard to the question. */
  readonly kept: number;
  readonly proved: number;
  readonly rounds: Distribution;
  readonly reads: Distribution;
  readonly bytes: Distribution;
  readonly postingBytes: Distribution;
  readonly cpuMilliseconds?: Distribution;
}

/** What fields cost in an index of this many documents. */
export interface FieldFigures {
  readonly documents: number;
  readonly questions: number;
  readonly added: Readonly<Record<string, AddedFigures>>;
  /** By what is asked beside the question. */
  readonly asked: Readonly<Record<string, FilteredFigures>>;
}

const is = (field: PassageField, value = 'v0'): Filter => ({ field, is: value });
const below = (share: number): Filter => ({ field: 'number', below: NUMBERS * share });

/** What is asked beside the question, by name. */
const ASKED: Readonly<Record<string, Partial<SearchRequest>>> = {
  nothing: {},
  'half, of 2 values': { filter: is('two') },
  '5 %, of 100 values': { filter: is('hundred') },
  '.1 %, of 10,000 values': { filter: is('ten thousand') },
  'one, of 200,000 values': { filter: is('two hundred thousand', 'v199999') },
  'half, below a number': { filter: below(0.5) },
  '5 %, below a number': { filter: below(0.05) },
  '.1 %, below a number': { filter: below(0.001) },
  '5 %, and half of them': { filter: { and: [is('hundred'), is('two')] } },
  'all but 5 %': { filter: { not: is('hundred') } },
  'counts of 2 values': { facets: [{ field: 'two' }] },
  'counts of 100 values': { facets: [{ field: 'hundred' }] },
  'counts of 10,000 values': { facets: [{ field: 'ten thousand' }] },
  'counts of 200,000 values': { facets: [{ field: 'two hundred thousand' }] },
  'counts of 100 values among 5 %': { filter: below(0.05), facets: [{ field: 'hundred' }] },
  'in the order of a number': { sort: { field: 'number', descending: true } },
  'in the order of a number, among 5 %': {
    filter: is('hundred'),
    sort: { field: 'number', descending: true },
  },
};

export async function* bench({ sizes, sets: [set], freshness, cpu }: BenchOptions): Results {
  for (const size of sizes) {
    const built = async (fields: readonly PassageField[]) => {
      const name = `fields-${size}-${fields.map((field) => field.replaceAll(' ', '')).join('-')}`;
      const { folder } = await measuredIndex(name, { input: await withFields(size, fields) }, freshness);
      return loadObjects(folder);
    };
    const plain = await bytesOf(await built([]));
    const added: Record<string, AddedFigures> = {};
    for (const field of FIELDS) {
      const { lists, documents } = await bytesOf(await built([field]));
      const [more, stored] = [lists - plain.lists, documents - plain.documents];
      added[field] = { lists: more, documents: stored, share: round((more + stored) / plain.total) };
    }
    const objects = await built(FIELDS);
    const metered = await openMetered(memorySource(objects));
    const space = spaceNamed(metered.index);
    const queries = (await QUESTION_SETS[set]()).map((question) => encodeQuery(question, space));
    const asked: Record<string, FilteredFigures> = {};
    for (const [name, beside] of Object.entries(ASKED)) {
      asked[name] = {
        ...(await costOf(metered, queries, beside)),
        ...(cpu && { cpuMilliseconds: await cpuOf(objects, queries, beside) }),
      };
    }
    const { documents } = metered.index.manifest;
    const figures: FieldFigures = { documents, questions: queries.length, added, asked };
    yield [`fields-${size}`, figures];
  }
}

async function bytesOf(objects: ReadonlyMap<string, Uint8Array>) {
  const { fields, tables, documents, total } = sizesOf(await openIndex(memorySource(objects)));
  return { lists: fields + tables, documents, total };
}

async function costOf(
  { index, take }: MeteredIndex,
  queries: readonly QueryTerm[][],
  beside: Partial<SearchRequest>,
): Promise<FilteredFigures> {
  const context = { index, clock: () => 0 };
  const browsed = await search({ terms: [], k: 1, documents: false, browse: true, ...beside }, context);
  take();
  const spent: (ReturnType<typeof take> & { exact: boolean })[] = [];
  for (const terms of queries) {
    const { exact } = await search({ terms, k: K, documents: true, ...beside }, context);
    spent.push({ ...take(), exact });
  }
  const over = (value: (query: (typeof spent)[number]) => number) => distributionOf(spent.map(value));
  return {
    kept: browsed.matches!.count,
    proved: round(spent.filter(({ exact }) => exact).length / spent.length),
    rounds: over(({ rounds }) => rounds),
    reads: over(({ reads }) => reads),
    bytes: over(({ bytes }) => bytes),
    postingBytes: over(({ bytes, documentBytes }) => bytes - documentBytes),
  };
}

/** Every so many questions, the time of one is taken. */
const TIMED = 10;

async function cpuOf(
  objects: ReadonlyMap<string, Uint8Array>,
  queries: readonly QueryTerm[][],
  beside: Partial<SearchRequest>,
): Promise<Distribution> {
  const context = { index: await openIndex(memorySource(objects)), clock: () => 0 };
  const times: number[] = [];
  for (const terms of queries.filter((_, i) => i % TIMED === 0)) {
    const ask = () => search({ terms, k: K, documents: true, ...beside }, context);
    await ask();
    const own = [await cpuMillisecondsOf(ask), await cpuMillisecondsOf(ask), await cpuMillisecondsOf(ask)];
    times.push(own.sort((a, b) => a - b)[1]);
  }
  return distributionOf(times);
}
