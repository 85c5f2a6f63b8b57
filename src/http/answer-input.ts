// A checked search of an index, answered in the form of the API, and what an index is: what a Worker and a page have in
// common. Which generation answered and what it cost, only they know.

import { isoDate } from '../core/fields.ts';
import { documentsIn, type IndexedField, type Manifest } from '../core/format/manifest.ts';
import { MAX_IMPACT } from '../core/format/postings.ts';
import { type Answer, ask, type Question } from '../query/ask.ts';
import { type WeighedSpace, weighSpaces } from '../query/encode/spaces.ts';
import type { Filter } from '../query/filter/filter.ts';
import { RRF_DEPTH, RRF_K } from '../query/fuse.ts';
import { isGrouped } from '../query/language/orders.ts';
import { mostOf, steered, unitOf } from '../query/language/rules/steered.ts';
import type { Index } from '../query/local-index.ts';
import type { Reranker } from '../query/rerank/rerank.ts';
import { shownOf } from '../query/search/find.ts';
import type { Budget, Cost } from '../query/search/meter.ts';
import { showing } from '../query/search/search.ts';
import { SECTION_UNIT } from '../query/search/sums/article-scores.ts';
import { totalWeight, weighTerms } from '../query/search/terms.ts';
import type { ExplainedHit } from '../query/shown/explain.ts';
import type { Marks } from '../query/shown/snippet.ts';
import type { IndexAnswer, SearchAnswer, SearchInput } from './api.ts';
import { showHits } from './hits.ts';
import { MAX_SHOWN_CHARACTERS } from './schemas/answer-limits.ts';

/** What an index says, but for which it is and what that cost. */
export interface AnsweredInput {
  readonly answer: Omit<SearchAnswer, 'index' | 'cost'>;
  readonly cost: Cost;
}

/** What of an answer's cost is counted in the same way wherever it is asked. */
export function countsOf({ postingReads, documentReads, bytes, rounds, postings, cachedPages }: Cost) {
  const reads = postingReads + documentReads;
  return { postingReads, documentReads, reads, bytes, rounds, postings, cachedPages };
}

/**
 * Answers a search.
 *
 * @param spaces that it is asked in, as chooseSpaces gives them
 * @param reranker what orders the best hits anew, where the search asks for it
 * @param among how many indexes one answer is of: they share its room
 * @throws SparsedgeError what `ask` and `readFilter` throw
 */
export async function answerInput(
  input: SearchInput,
  spaces: readonly WeighedSpace[],
  budget: Budget,
  index: Index,
  reranker?: Reranker,
  among = 1,
): Promise<AnsweredInput> {
  const filter = input.filter ? await filterOf(input.filter, index) : undefined;
  const { facets, sort } = input;
  const answer = await answerOf(input, { spaces, budget, filter, facets, sort }, index, reranker);
  const explained = input.explain ? await explainedOf(input, spaces, answer, index) : undefined;
  return {
    cost: answer.cost,
    answer: {
      query: 'text' in input.question ? input.question.text : undefined,
      operators: answer.operators && [...answer.operators],
      steering: answer.steering && { ...answer.steering, synonyms: [...answer.steering.synonyms] },
      prefix: answer.prefix && { ...answer.prefix, words: [...answer.prefix.words] },
      spelling: answer.spelling && { ...answer.spelling, words: [...answer.spelling.words] },
      exact: answer.exact,
      bound: answer.bound,
      unit: answer.unit,
      most: mostOfAnswer(input, answer, index),
      fusion: answer.fusion,
      rerank: answer.rerank,
      feedback: answer.feedback && { ...answer.feedback, terms: [...answer.feedback.terms] },
      like: answer.like && { ...answer.like, terms: [...answer.like.terms] },
      facets: answer.facets,
      matches: answer.matches,
      explain: explained?.explain,
      hits: showHits(
        answer.hits,
        input,
        await marksOf(input, spaces, answer),
        MAX_SHOWN_CHARACTERS / among,
        explained?.hits,
      ),
    },
  };
}

/** What explains answers comes with the first explanation. */
async function explainedOf(
  { rules }: SearchInput,
  spaces: readonly WeighedSpace[],
  answer: Answer,
  index: Index,
): Promise<{ readonly explain: SearchAnswer['explain']; readonly hits: readonly ExplainedHit[] }> {
  const { explain, explanationOf } = await import('../query/shown/explain.ts');
  const explanation = await explain(answer, { spaces, rules }, index);
  return { explain: explanationOf(explanation) as SearchAnswer['explain'], hits: explanation.hits };
}

/** What shows matches comes with the first that are asked for. */
async function marksOf(
  input: SearchInput,
  spaces: readonly WeighedSpace[],
  { terms, pieces }: Answer,
): Promise<Marks | undefined> {
  if (!input.snippet && !input.highlight) return undefined;
  const { marksFor } = await import('../query/shown/snippet.ts');
  const asked = spaces.map(({ space }) => space);
  return marksFor(asked, terms, pieces, input);
}

/** What a filter says comes with the first one. */
async function filterOf(given: string | object, { manifest }: Index): Promise<Filter> {
  const { readFilter } = await import('../query/filter/read-filter.ts');
  return readFilter(given, manifest.fields ?? []);
}

/** What a request means for the index that answers it. */
type Ranking = Pick<Question, 'spaces' | 'budget' | 'filter' | 'facets' | 'sort'>;

/**
 * The hits that were asked for, with their documents: ids lie in document pages, so those are read whatever is shown.
 * Further pages of results take a round more, since the first pages' documents are not read with the postings.
 */
async function answerOf(
  input: SearchInput,
  how: Ranking,
  index: Index,
  reranker: Reranker | undefined,
): Promise<Answer> {
  const { k, offset, rerank } = input;
  const answer = await rankingOf(input, how, index, reranker);
  if (offset === 0) return answer;
  const page = answer.hits.slice(offset, offset + k);
  if (rerank !== undefined) return { ...answer, hits: page };
  return { ...answer, hits: showing(page, await index.show(shownOf(page), answer.cost)) };
}

/** What no document can score more than, whatever it says: nothing of ranks, and where nothing is ranked. */
function mostOfAnswer(
  { rules, group, sort }: SearchInput,
  { terms, unit, operators = [] }: Answer,
  index: Index,
): number | undefined {
  if (unit === undefined) return undefined;
  const articles = isGrouped({ group, sort, conditions: operators[0] }, index.manifest);
  return totalWeight(terms) * MAX_IMPACT * mostOf({ rules }, index) * (articles ? SECTION_UNIT : 1);
}

/** A question is encoded first; terms that a caller encoded are searched as they are. */
async function rankingOf(
  input: SearchInput,
  { spaces, ...ranking }: Ranking,
  index: Index,
  reranker: Reranker | undefined,
): Promise<Answer> {
  const { question, offset, operators, rules, prefix, exactWords, group, feedback } = input;
  const { fusion, rrfK = RRF_K, rrfDepth = RRF_DEPTH, rerank, explain: isLogged } = input;
  const k = input.k + offset;
  // A reranker reads documents anyhow; calling the groups once more for them could be a call too many.
  const documents = offset === 0 || rerank !== undefined;
  if ('terms' in question) {
    const given = weighTerms(question.terms, spaces[0].space.name);
    const { terms, unit } = weighSpaces(spaces, [{ terms: given, scale: 1 }]);
    const articles = isGrouped({ group }, index.manifest);
    const how = { documents, ...ranking, articles, isLogged, ...steered({ rules }) };
    const found = await index.search({ terms, k, ...how });
    return { ...found, terms, unit: unitOf(unit, { rules, articles }, index) };
  }
  const fused = fusion && { k: rrfK, depth: rrfDepth };
  const typed = { prefix, spelling: !exactWords };
  const shown = { k, documents, rerank, group, isLogged };
  const how = { spaces, ...ranking, ...shown, fusion: fused, operators, rules, feedback };
  const asked = 'text' in question ? { ...question, ...typed } : { text: '', ...question, operators: false };
  return ask({ ...how, ...asked }, index, reranker);
}

/** What a manifest says, without what only readers of bytes need. */
export function describeIndex(manifest: Manifest): Omit<IndexAnswer, 'index'> {
  const { builtBy, windows, fields = [], spaces, articles } = manifest;
  return {
    builtBy,
    documents: documentsIn(manifest),
    articles,
    windows: [...windows],
    fields: fields.map(describeField),
    spaces: spaces.map(({ languages, ...space }) => ({
      ...space,
      ...(languages && { languages: languages.map(({ code }) => code) }),
    })),
  };
}

function describeField({ levels: _, ...field }: IndexedField): IndexAnswer['fields'][number] {
  if (field.type !== 'date' || field.minimum === undefined || field.maximum === undefined) return field;
  return { ...field, minimum: isoDate(field.minimum), maximum: isoDate(field.maximum) };
}
