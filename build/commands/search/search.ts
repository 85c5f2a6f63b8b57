// `sparsedge search`: the real search over an index in a folder, with what the query cost.

import { styleText } from 'node:util';
import { Command } from 'commander';
import { analyzerNamed } from '../../../src/core/analyzer/analyzer.ts';
import type { Space } from '../../../src/core/format/manifest.ts';
import type { Answer, RerankReport } from '../../../src/query/ask.ts';
import type { OpenIndex } from '../../../src/query/search/open.ts';
import { MAX_K } from '../../../src/query/search/search.ts';
import type { QueryTerm } from '../../../src/query/search/terms.ts';
import { openFolder } from '../../index/open-folder.ts';
import { ownTerms } from '../../inspect/own-terms.ts';
import { type AskOptions, askOptions, openAsk, spacesNamed } from '../../local/ask-folder.ts';
import { count, counted, oneLine, size } from '../../terminal/layout.ts';
import { print, printJson } from '../../terminal/outcome.ts';
import { jsonOption, whole } from '../options/values.ts';
import { snippetLine, snippetOf } from './snippet.ts';

interface Options extends AskOptions {
  readonly k: number;
  readonly maxReads?: number;
  readonly maxBytes?: number;
  readonly json?: true;
}

/** A search that was answered. */
interface Answered {
  readonly folder: string;
  readonly query: string;
  /** Those that were searched. */
  readonly spaces: readonly Space[];
  readonly answer: Answer;
  readonly milliseconds: number;
}

export function searchCommand(): Command {
  const command = new Command('search')
    .summary('search an index in a folder')
    .description(
      'Searches an index in a folder with the code that runs in the Worker, and says what it cost: range reads of ' +
        'storage, their bytes, how many rounds had to wait for one another, and whether the answer is proved.',
    )
    .argument('<folder>', 'of the index')
    .argument('<query...>', 'what to search for')
    .option('-k <n>', 'how many results', whole(1, MAX_K), 10);
  return askOptions(command)
    .option('--max-reads <n>', 'stop looking for postings before more reads than this', whole(1))
    .option('--max-bytes <n>', 'stop looking for postings before more bytes than this', whole(1))
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
Examples:
  sparsedge search shards/scifact does aspirin prevent cancer
  sparsedge search shards/scifact "vitamin D" -k 3 --json
  sparsedge search shards/scifact "vitamin D" --max-reads 2
    the best answer that two reads of postings give, and what it leaves open
  sparsedge search shards/both "vitamin D" --spaces bm25=1,splade=.7
    two spaces in one exact pass, their weights added up
  sparsedge search shards/both "vitamin D" --rerank 50 --reranker models/tiny

Exit codes: 0 answered, also with no hits; 1 the index is damaged or cannot be
read; 2 there is no index in the folder, or the query cannot be answered.`,
    )
    .action(async (folder: string, words: readonly string[], options: Options) => {
      const index = await openFolder(folder);
      const answered = await askFolder(index, folder, words.join(' '), options);
      if (options.json) printJson(toJson(answered, index));
      else print(...toLines(answered));
    });
}

async function askFolder(
  index: OpenIndex,
  folder: string,
  query: string,
  options: Options,
): Promise<Answered> {
  const { k, maxReads, maxBytes } = options;
  const clock = () => performance.now();
  const ask = await openAsk({ folder, index, clock }, options);
  const budget = { ...(maxReads !== undefined && { maxReads }), ...(maxBytes !== undefined && { maxBytes }) };
  const started = clock();
  const answer = await ask({ text: query, k, documents: true, budget });
  const milliseconds = clock() - started;
  return {
    folder,
    query,
    spaces: spacesNamed(index, options).map(({ space }) => space),
    answer,
    milliseconds,
  };
}

function toJson({ folder, query, spaces, answer, milliseconds }: Answered, { manifest }: OpenIndex) {
  const { hits, terms, exact, bound, unit, fusion, rerank, cost } = answer;
  return {
    query,
    space: spaces.map(({ name }) => name).join(' + '),
    terms: terms.map(({ space, term, weight }) => ({ space, term, weight })),
    index: { folder, build: manifest.build },
    exact,
    bound,
    unit,
    fusion,
    rerank,
    hits: hits.map(({ shown, ...hit }, i) => ({ rank: i + 1, ...hit, ...shown })),
    cost: { ...cost, reads: cost.postingReads + cost.documentReads, milliseconds },
  };
}

function toLines({ query, spaces, answer, milliseconds }: Answered): string[] {
  const { hits, terms, rerank } = answer;
  const lines: string[] = [];
  const [first] = spaces;
  const analyze = analyzerNamed(first!.analyzer);
  const known = new Set(terms.filter(({ space }) => space === first!.name).map(({ term }) => term));
  for (const [i, { score, rerankScore, shown }] of hits.entries()) {
    const { id, title, text, url } = shown!;
    const name = title === undefined ? id : `${oneLine(title, 90)}  (${id})`;
    const reranked = rerankScore === undefined ? '' : `reranked ${rerankScore.toFixed(4)}, `;
    lines.push(`${String(i + 1).padStart(3)}. ${name}  ${reranked}score ${scoreOf(score)}`);
    const snippet = snippetLine(snippetOf(text, known, analyze), (word) => styleText('bold', word));
    if (snippet !== '') lines.push(`     ${snippet}`);
    const own = spaces.length === 1 ? ownTerms(shown!, first!) : undefined;
    if (own && ![...known].some((term) => own.has(term))) lines.push('     matched through expansion');
    if (url !== undefined) lines.push(`     ${url}`);
    lines.push('');
  }
  if (hits.length === 0) lines.push(whyNothing(query, terms, first!), '');
  if (rerank) lines.push(rerankLine(rerank));
  lines.push(costLine(answer, milliseconds));
  return lines;
}

/** An exact integer, or a sum of reciprocal ranks. */
function scoreOf(score: number): string {
  return Number.isInteger(score) ? count(score) : score.toFixed(5);
}

function whyNothing(query: string, terms: readonly QueryTerm[], { analyzer }: Space): string {
  if (terms.length === 0)
    return `"${query}" has no words to search for: the analyzer ${analyzer} leaves nothing of it.`;
  return `No document has any of: ${terms.map(({ term }) => term).join(', ')}.`;
}

function rerankLine({ model, documents, tokens, milliseconds }: RerankReport): string {
  const read = tokens === undefined ? '' : `, ${counted(tokens, 'token')}`;
  return `${model} read ${counted(documents, 'document')}${read}, in ${milliseconds.toFixed(1)} ms.`;
}

function costLine({ exact, bound, cost, fusion }: Answer, milliseconds: number): string {
  const reads = cost.postingReads + cost.documentReads;
  const spent = [
    counted(reads, 'read'),
    size(cost.bytes),
    counted(cost.rounds, 'round'),
    counted(cost.postings, 'posting'),
    `${milliseconds.toFixed(1)} ms here`,
  ].join(', ');
  if (!exact) {
    return `${spent}. Not proved: the budget ended the search; a document that is missing could score up to ${scoreOf(bound)}.`;
  }
  return fusion
    ? `${spent}. Proved: each list has its space's best.`
    : `${spent}. Proved: no other document scores more.`;
}
