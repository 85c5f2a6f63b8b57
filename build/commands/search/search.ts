// `sparsedge search`: asks an index in a folder with the Worker's own code, and says what the answer cost.

import { styleText } from 'node:util';
import { Command } from 'commander';
import { isTitle } from '../../../src/core/analyzer/titles.ts';
import { headingOf } from '../../../src/core/document.ts';
import { SparsedgeError } from '../../../src/core/errors.ts';
import type { Space } from '../../../src/core/format/manifest.ts';
import type { Answer, AnsweredHit } from '../../../src/query/ask.ts';
import { readFacets, readSort } from '../../../src/query/filter/read-facets.ts';
import { readFilter } from '../../../src/query/filter/read-filter.ts';
import type { RerankReport } from '../../../src/query/rerank/rerank.ts';
import type { OpenIndex } from '../../../src/query/search/open.ts';
import { MAX_K } from '../../../src/query/search/search.ts';
import { explanationOf } from '../../../src/query/shown/explain.ts';
import { emphasized, matcherOf, snippetOf } from '../../../src/query/shown/snippet.ts';
import { termSources } from '../../../src/query/shown/term-sources.ts';
import { openFolder } from '../../index/open-folder.ts';
import { type AskOptions, type FolderAnswer, openAsk, spacesNamed } from '../../local/ask-folder.ts';
import { count, counted, oneLine, size, visible } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { askOptions } from '../options/asking.ts';
import { jsonOption } from '../options/json-output.ts';
import { repeated, whole } from '../options/values.ts';
import { explanationLines, hitExplanation } from './explain-lines.ts';
import { typedLines } from './typed-lines.ts';

interface Options extends AskOptions {
  readonly k: number;
  readonly maxReads?: number;
  readonly maxBytes?: number;
  readonly operators: boolean;
  readonly filter?: string;
  readonly facet?: readonly string[];
  readonly sort?: string;
  readonly like?: string;
  readonly prefix?: true;
  readonly exactWords?: true;
  readonly rules: boolean;
  readonly explain?: true;
  readonly json?: true;
}

/** A search that was answered. */
interface Answered {
  readonly folder: string;
  readonly query: string;
  /** The spaces that were searched. */
  readonly spaces: readonly Space[];
  readonly answer: FolderAnswer;
  readonly milliseconds: number;
  /** Which documents could be hits, where that was said. */
  readonly filter: string | undefined;
}

/** The command. */
export function searchCommand(): Command {
  const command = new Command('search')
    .description(
      'Asks an index in a folder, with the code that runs in the Worker, and reports what the answer ' +
        'cost: range reads of storage, their bytes, the rounds of reads that had to wait for one another, ' +
        'and whether the answer is proved.',
    )
    .argument('<folder>', 'The index folder.')
    .argument('[question...]', 'The question, in one or several words; none, to see what --filter keeps.')
    .option('-k <n>', 'How many hits to show.', whole(1, MAX_K), 10);
  return readingOptions(askOptions(command))
    .option(
      '--max-reads <n>',
      'The most range reads of postings; the answer may then not be proved.',
      whole(1),
    )
    .option(
      '--max-bytes <n>',
      'The most bytes of postings to read; the answer may then not be proved.',
      whole(1),
    )
    .option(
      '--explain',
      'Report what each score is made of, where the terms come from and their lists lie, which pages each round read, ' +
        'and what that proved.',
    )
    .addOption(jsonOption())
    .addHelpText('after', MORE)
    .action(async (folder: string, words: readonly string[], options: Options) => {
      const index = await openFolder(folder);
      const answered = await askFolder(index, folder, words.join(' '), options);
      if (options.json) printJson(toJson(answered, index));
      else print(...toLines(answered));
    });
}

/** Adds the options that say how a question is read, and which documents may answer it. */
function readingOptions(command: Command): Command {
  return command
    .option(
      '--filter <filter>',
      'Which documents may be hits, by their fields: "lang:en AND (version>=4 OR tag:api) AND NOT draft". `sparsedge ' +
        'inspect` lists the fields.',
    )
    .option(
      '--facet <facet>',
      'Count the values of a field over all documents that match: lang, tag:20 for the 20 most frequent, or ' +
        'version:2..4 for a range. A name with a colon or a comma stands in quotation marks. Repeat it for others.',
      repeated,
    )
    .option(
      '--sort <field>',
      'Order hits by a field, its lowest values first: date; or its highest, date:desc.',
    )
    .option(
      '--like <id>',
      'Find documents like the one of this id, by its own terms, in the place of a question.',
    )
    .option(
      '--no-operators',
      'Search for quotation marks, hyphens and colons as the text that they stand in: by default "a phrase" must be said, ' +
        '-word must not, and title:word must be in the title.',
    )
    .option('--no-rules', 'Search without the rules that sparsedge rules has set.')
    .option(
      '--prefix',
      'Take the last word for one that is not finished: it stands for the most frequent words that begin so, and the ' +
        'question for titles that begin so.',
    )
    .option(
      '--exact-words',
      'Correct no word: by default, one that no document has is taken for one that is near and that documents have.',
    );
}

const MORE = `
Examples:
  sparsedge search shards/scifact does aspirin prevent cancer
  sparsedge search shards/scifact "vitamin D" -k 3 --json
  sparsedge search shards/scifact '"vitamin D" -infants title:cancer'
    only documents that say so, say no such thing, and have it in their titles
  sparsedge search shards/docs install --filter 'version>=4 AND NOT tag:beta'
    only documents with these fields
  sparsedge search shards/scifact --like 4983
    documents like one, by its own terms
  sparsedge search shards/scifact "vitamin D" --explain
    what scores are made of, which pages were read, and what that proved
  sparsedge search shards/scifact "vitamin D" --max-reads 2
    the best answer that two reads of postings allow, and what it leaves open
  sparsedge search shards/both "vitamin D" --spaces bm25=1,splade=.7
    two spaces in one exact search, which adds up their scores
  sparsedge search shards/both "vitamin D" --rerank 50 --reranker models/tiny

Exit codes: 0 answered, even without a hit; 1 the index is damaged or cannot be
read; 2 there is no index in the folder, or the question cannot be answered.`;

async function askFolder(
  index: OpenIndex,
  folder: string,
  query: string,
  options: Options,
): Promise<Answered> {
  const { k, maxReads, maxBytes, operators, rules, prefix, exactWords } = options;
  const clock = () => performance.now();
  const ask = await openAsk({ folder, index, clock }, options);
  const budget = { ...(maxReads !== undefined && { maxReads }), ...(maxBytes !== undefined && { maxBytes }) };
  const started = clock();
  const fields = index.manifest.fields ?? [];
  const filter = options.filter === undefined ? undefined : readFilter(options.filter, fields);
  const facets = options.facet && readFacets(options.facet.join(','));
  const sort = options.sort === undefined ? undefined : readSort(options.sort);
  const { like } = options;
  const isSilent = query === '';
  if (isSilent && (like ?? filter ?? facets ?? sort) === undefined)
    throw new SparsedgeError('bad-query', 'there is no question, and no --like, --filter, --facet or --sort');
  if (like !== undefined && (!isSilent || prefix))
    throw new SparsedgeError('bad-query', '--like stands in the place of a question: leave out one of them');
  const typed = { prefix, spelling: !exactWords };
  const asked = isSilent
    ? { text: '', like, browse: like === undefined, operators: false }
    : { text: query, operators, ...typed };
  const isLogged = options.explain;
  const answer = await ask({ ...asked, k, documents: true, budget, filter, facets, sort, rules, isLogged });
  const milliseconds = clock() - started;
  const spaces = spacesNamed(index, options).map(({ space }) => space);
  return { folder, query, spaces, answer, milliseconds, filter: options.filter };
}

function toJson(answered: Answered, { manifest }: OpenIndex) {
  const { folder, query, spaces, answer, milliseconds } = answered;
  const {
    explanation,
    hits,
    terms,
    operators,
    steering,
    prefix,
    spelling,
    exact,
    bound,
    unit,
    fusion,
    rerank,
    feedback,
    like,
    facets,
    matches,
    cost: { log: _, ...cost },
  } = answer;
  return {
    query,
    operators,
    steering,
    prefix,
    spelling,
    space: spaces.map(({ name }) => name).join(' + '),
    terms: terms.map(({ space, term, weight }) => ({ space, term, weight })),
    index: { folder, build: manifest.build },
    exact,
    bound,
    unit,
    fusion,
    rerank,
    feedback,
    like,
    facets,
    matches,
    hits: hits.map(({ shown, sections, weighed: _, pinnedBy: __, ...hit }, i) => ({
      rank: i + 1,
      ...hit,
      ...shown,
      explain: explanation?.hits[i],
      sections: sections?.map(({ document, score, shown: of }) => ({
        document,
        score,
        id: of!.id,
        url: of!.url,
        heading: headingOf(of!),
      })),
    })),
    cost: { ...cost, reads: cost.postingReads + cost.documentReads, milliseconds },
    explain: explanation && explanationOf(explanation),
  };
}

function toLines(answered: Answered): string[] {
  const { spaces, answer, milliseconds } = answered;
  const { hits, terms, rerank, pieces, explanation } = answer;
  const [first] = spaces;
  const match = matcherOf(spaces, terms, pieces);
  const known = new Set(terms.filter(({ space }) => space === first.name).map(({ term }) => term));
  const lines = hits.flatMap((hit, i) => {
    const { text } = hit.shown!;
    const snippet = emphasized(snippetOf(text, match), (word) => styleText('bold', visible(word)), visible);
    const sources = spaces.length === 1 ? termSources(hit.shown!, first, pieces?.get(first.name)) : undefined;
    const isOwn = (term: string) =>
      sources?.(term).some((from) => from === 'title' || from === 'text') ?? true;
    const isAdded = known.size > 0 && !hit.pinned && ![...known].some(isOwn);
    const explained = explanation?.hits[i];
    return [
      ...hitLines(hit, i + 1, snippet, isAdded),
      ...(explained ? hitExplanation(explained) : []),
      ...sectionLines(hit),
      '',
    ];
  });
  lines.push(...aboutFacets(answer));
  lines.unshift(...typedLines(answer));
  if (hits.length === 0) lines.push(whyNothing(answered, first), '');
  if (explanation) lines.push(...explanationLines(explanation));
  if (rerank) lines.push(rerankLine(rerank));
  lines.push(costLine(answer, milliseconds));
  return lines;
}

/** A hit; `expanded` says that only predicted queries have a term of the query. */
function hitLines(
  { score, rerankScore, pinned, shown }: AnsweredHit,
  rank: number,
  snippet: string,
  expanded: boolean,
): string[] {
  const { id, title, url } = shown!;
  const name = title === undefined ? visible(id) : `${oneLine(title, 90)}  (${visible(id)})`;
  const reranked = rerankScore === undefined ? '' : `reranked ${rerankScore.toFixed(4)}, `;
  const place = pinned ? 'pinned' : `${reranked}score ${scoreOf(score)}`;
  const lines = [`${String(rank).padStart(3)}. ${name}  ${place}`];
  if (snippet !== '') lines.push(`     ${snippet}`);
  if (expanded) lines.push('     matched through expansion');
  if (url !== undefined) lines.push(`     ${visible(url)}`);
  return lines;
}

/** The further sections of a page. */
function sectionLines({ sections = [] }: AnsweredHit): string[] {
  return sections.slice(1).map(({ shown }) => {
    const { id, url } = shown!;
    return `     also ${oneLine(headingOf(shown!) ?? id, 90)}  (${visible(url ?? id)})`;
  });
}

/** An exact integer, or a sum of reciprocal ranks. */
function scoreOf(score: number): string {
  return Number.isInteger(score) ? count(score) : score.toFixed(5);
}

function whyNothing({ query, answer, filter }: Answered, { analyzer }: Space): string {
  const { terms, operators, exact, like } = answer;
  if (like) return `No document is like ${visible(like.id)}: none shares one of its terms.`;
  if (answer.terms.length === 0 && query === '')
    return filter === undefined
      ? 'The index has no documents.'
      : `No document is kept by ${visible(filter)}.`;
  if (terms.length === 0)
    return `"${visible(query)}" has no words to search for: the analyzer ${analyzer} removes them all.`;
  if (operators)
    return 'No document that was looked at says what the question quotes, and not what it excludes.';
  if (!exact) return 'The budget ended the search before it found a document.';
  const words = terms.filter(({ key }) => !isTitle(key)).map(({ term }) => term);
  const kept = filter === undefined ? '' : ` that ${visible(filter)} keeps`;
  return `No document${kept} has any of the terms ${visible(words.join(', '))}.`;
}

function rerankLine({ model, documents, tokens, milliseconds }: RerankReport): string {
  const read = tokens === undefined ? '' : `, ${counted(tokens, 'token')}`;
  return `${model} read ${counted(documents, 'document')}${read}, in ${milliseconds.toFixed(1)} ms.`;
}

function costLine({ exact, bound, cost, fusion, operators }: Answer, milliseconds: number): string {
  const reads = cost.postingReads + cost.documentReads;
  const spent = [
    counted(reads, 'read'),
    size(cost.bytes),
    counted(cost.rounds, 'round'),
    counted(cost.postings, 'posting'),
    `${milliseconds.toFixed(1)} ms here`,
  ].join(', ');
  if (!exact) {
    const open = `another document could score up to ${scoreOf(bound)}`;
    const ended = operators ? 'the budget, or the number of documents to look at,' : 'the budget';
    return `${spent}. Not proved: ${ended} ended the search, and ${open}.`;
  }
  return fusion
    ? `${spent}. Proved: the ranks fused are those of each space's best.`
    : `${spent}. Proved: no other document scores more.`;
}

function aboutFacets({ facets = [], matches }: Answer): string[] {
  if (matches === undefined) return [];
  const atLeast = (exact: boolean) => (exact ? '' : 'at least ');
  const lines = [
    `${atLeast(matches.exact)}${counted(matches.count, 'document')} ${matches.count === 1 ? 'matches' : 'match'}.`,
  ];
  for (const { field, values, ranges, exact } of facets) {
    const counts = [
      ...values.map(({ value, count: number }) => `${value} ${count(number)}`),
      ...ranges.map(({ from = '', to = '', count: number }) => `${from}..${to} ${count(number)}`),
    ];
    lines.push(`  ${oneLine(`${field}: ${atLeast(exact)}${counts.join(', ') || 'no values'}`, 200)}`);
  }
  return [...lines, ''];
}
