// Relevance judgments: which documents answer which query, and how well. Two formats are read and told apart by
// the first line: BEIR's (tab-separated, with a header) and TREC's (`qid 0 docid relevance`, no header).

import { badLine, type Lines, linesOf, numbered } from './text-lines.ts';

/**
 * Query id → document id → relevance. 1 and more is relevant; 0 is judged and not relevant; a negative number,
 * as in trec_eval, means pooled and not judged, which every measure here treats as not relevant.
 */
export type Qrels = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** Reads a file of judgments. */
export function readQrels(path: string): Promise<Qrels> {
  return parseQrels(linesOf(path), path);
}

/**
 * Judgments from lines; `file` names them in errors.
 *
 * @throws SparsedgeError `bad-input` at a malformed line, and at a second judgment of the same pair: trec_eval
 *   refuses those too, since the order of the lines would decide the result
 */
export async function parseQrels(lines: Lines, file: string): Promise<Qrels> {
  const qrels = new Map<string, Map<string, number>>();
  let columns: ((text: string) => Judgment | undefined) | undefined;
  let expected = '';
  for await (const [line, text] of numbered(lines)) {
    if (columns === undefined) {
      const beir = /^query-id\tcorpus-id\tscore$/.test(text);
      columns = beir ? beirColumns : trecColumns;
      expected = beir ? 'query-id, corpus-id and score between tabs' : 'qid, iteration, docid and relevance';
      if (beir) continue;
    }
    const judgment = columns(text);
    if (judgment === undefined) throw badLine(file, line, `expected ${expected}`);
    const [query, document, relevance] = judgment;
    if (!/^[+-]?\d+$/.test(relevance)) throw badLine(file, line, `relevance ${relevance} is not an integer`);
    const judged = qrels.get(query) ?? new Map<string, number>();
    if (judged.has(document)) throw badLine(file, line, `query ${query} judges document ${document} twice`);
    judged.set(document, Number(relevance));
    qrels.set(query, judged);
  }
  return qrels;
}

type Judgment = [query: string, document: string, relevance: string];

// BEIR ids may hold spaces, so only tabs separate.
function beirColumns(text: string): Judgment | undefined {
  const [query, document, relevance, ...more] = text.split('\t');
  return query && document && relevance && more.length === 0
    ? [query, document, relevance.trim()]
    : undefined;
}

function trecColumns(text: string): Judgment | undefined {
  const [query, iteration, document, relevance, ...more] = text.trim().split(/\s+/);
  return query && iteration && document && relevance && more.length === 0
    ? [query, document, relevance]
    : undefined;
}
