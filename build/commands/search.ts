// `sparsedge search`: the real search over an index in a folder, with what the query cost.

import { styleText } from 'node:util';
import { Command } from 'commander';
import { analyzerNamed } from '../../src/core/analyzer.ts';
import type { Space } from '../../src/core/manifest.ts';
import { type OpenIndex, spaceNamed } from '../../src/query/open.ts';
import { encodeQueryWith } from '../../src/query/query-model.ts';
import { MAX_K, type SearchResult, search } from '../../src/query/search.ts';
import type { QueryTerm } from '../../src/query/terms.ts';
import { openQueryModel } from '../model/query-model.ts';
import { count, counted, oneLine, size } from './layout.ts';
import { openFolder } from './open-folder.ts';
import { jsonOption, whole } from './options.ts';
import { print, printJson } from './outcome.ts';
import { snippetLine, snippetOf } from './snippet.ts';

interface Options {
  readonly k: number;
  readonly space?: string;
  readonly model?: string;
  readonly maxReads?: number;
  readonly maxBytes?: number;
  readonly json?: true;
}

/** A search that was answered. */
interface Answered {
  readonly folder: string;
  readonly query: string;
  readonly space: Space;
  readonly terms: readonly QueryTerm[];
  readonly result: SearchResult;
  readonly milliseconds: number;
}

export function searchCommand(): Command {
  return new Command('search')
    .summary('search an index in a folder')
    .description(
      'Searches an index in a folder with the code that runs in the Worker, and says what it cost: range reads of ' +
        'storage, their bytes, how many rounds had to wait for one another, and whether the answer is proved.',
    )
    .argument('<folder>', 'of the index')
    .argument('<query...>', 'what to search for')
    .option('-k <n>', 'how many results', whole(1, MAX_K), 10)
    .option('--space <name>', "which of the index's spaces to search (default: its first)")
    .option('--model <folder>', 'the model of the space, if queries need it (default: models/<its name>)')
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

Exit codes: 0 answered, also with no hits; 1 the index is damaged or cannot be
read; 2 there is no index in the folder, or the query cannot be answered.`,
    )
    .action(async (folder: string, words: readonly string[], options: Options) => {
      const index = await openFolder(folder);
      const answered = await ask(index, folder, words.join(' '), options);
      if (options.json) printJson(toJson(answered, index));
      else print(...toLines(answered));
    });
}

async function ask(index: OpenIndex, folder: string, query: string, options: Options): Promise<Answered> {
  const { k, maxReads, maxBytes } = options;
  const space = spaceNamed(index, options.space);
  const terms = await encodeQueryWith(query, space, await openQueryModel(space, options.model));
  const budget = { ...(maxReads !== undefined && { maxReads }), ...(maxBytes !== undefined && { maxBytes }) };
  const started = performance.now();
  const result = await search(
    { terms, k, documents: true, budget },
    { index, clock: () => performance.now() },
  );
  return { folder, query, space, terms, result, milliseconds: performance.now() - started };
}

function toJson({ folder, query, space, terms, result, milliseconds }: Answered, { manifest }: OpenIndex) {
  const { hits, exact, bound, cost } = result;
  return {
    query,
    space: space.name,
    terms: terms.map(({ term, weight }) => ({ term, weight })),
    index: { folder, build: manifest.build },
    exact,
    bound,
    hits: hits.map(({ document, score, shown }, i) => ({ rank: i + 1, document, score, ...shown })),
    cost: { ...cost, reads: cost.postingReads + cost.documentReads, milliseconds },
  };
}

function toLines({ query, space, terms, result, milliseconds }: Answered): string[] {
  const analyze = analyzerNamed(space.analyzer);
  const known = new Set(terms.map(({ term }) => term));
  const lines: string[] = [];
  for (const [i, { score, shown }] of result.hits.entries()) {
    const { id, title, text, url } = shown!;
    const name = title === undefined ? id : `${oneLine(title, 90)}  (${id})`;
    lines.push(`${String(i + 1).padStart(3)}. ${name}  score ${count(score)}`);
    const snippet = snippetLine(snippetOf(text, known, analyze), (word) => styleText('bold', word));
    if (snippet !== '') lines.push(`     ${snippet}`);
    if (url !== undefined) lines.push(`     ${url}`);
    lines.push('');
  }
  if (result.hits.length === 0) lines.push(whyNothing(query, terms, space), '');
  lines.push(costLine(result, milliseconds));
  return lines;
}

function whyNothing(query: string, terms: readonly QueryTerm[], { analyzer }: Space): string {
  if (terms.length === 0)
    return `"${query}" has no words to search for: the analyzer ${analyzer} leaves nothing of it.`;
  return `No document has any of: ${terms.map(({ term }) => term).join(', ')}.`;
}

function costLine({ exact, bound, cost }: SearchResult, milliseconds: number): string {
  const reads = cost.postingReads + cost.documentReads;
  const spent = [
    counted(reads, 'read'),
    size(cost.bytes),
    counted(cost.rounds, 'round'),
    counted(cost.postings, 'posting'),
    `${milliseconds.toFixed(1)} ms here`,
  ].join(', ');
  return exact
    ? `${spent}. Proved: no other document scores more.`
    : `${spent}. Not proved: the budget ended the search; a document that is missing could score up to ${count(bound)}.`;
}
