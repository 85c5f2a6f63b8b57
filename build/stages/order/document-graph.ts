// Merged spills → the forward graph of a window: for each document the numbers of its terms, in two flat arrays that
// threads share.
//
// Rejected, measured on 227,190 passages: joining documents by term and impact. Posting shards shrink by 6%, since
// documents of one length gather, but their hits no longer share document pages, and those reads are what queries pay
// for.

import { RecordReader, RecordWriter } from '../../work/records.ts';
import { mergeSpills, type SpillPart } from '../invert/spills.ts';
import { GROUPS_OF_DOCUMENT, joinNeighbours } from './neighbours.ts';
import { reusingMemory, type SharedArray } from './shared-array.ts';

/** Edges of a graph at most, 8 bytes each: bounds the memory of ordering whatever the documents hold. */
const MAX_EDGES = 20_000_000;
/** A term of one document joins nothing. */
const MIN_DOCUMENTS = 2;
/** Terms that more than this share of a window's documents hold tell few apart, and are a sixth of all edges. */
const MAX_SHARE = 1 / 8;

/** Documents and what joins them. */
export interface Graph {
  readonly documents: number;
  readonly terms: number;
  /** columns[rowEnd[d − 1] .. rowEnd[d]) are the terms of document d, each below `terms`. */
  readonly rowEnd: SharedArray;
  readonly columns: SharedArray;
}

/**
 * Writes the terms of a window to a record file, each as the numbers of its documents: the graph is made in several
 * passes over them.
 *
 * @param spills in which its documents are numbered from 0
 */
export function writeTerms(spills: readonly SpillPart[], windowDocuments: number, path: string): void {
  const writer = new RecordWriter(path);
  for (const { documents, count } of mergeSpills(spills)) {
    if (count >= MIN_DOCUMENTS && count <= windowDocuments * MAX_SHARE)
      writer.write(new Uint8Array(documents.buffer, 0, count * 4));
  }
  writer.close();
}

/**
 * Builds the graph of a window from what writeTerms wrote; where it would have too many edges, the commonest terms
 * stay out.
 */
export function readGraph(
  path: string,
  documents: number,
  maxEdges = MAX_EDGES,
  allocate = reusingMemory(),
): Graph {
  const longest = longestKept(path, documents, maxEdges);
  const rowEnd = allocate('rows', documents);
  const lengths: number[] = [];
  for (const term of readTerms(path)) {
    if (term.length > longest) continue;
    lengths.push(term.length);
    for (let i = 0; i < term.length; i++) rowEnd[term[i]]++;
  }
  let edges = 0;
  for (let document = 0; document < documents; document++) {
    const degree = rowEnd[document];
    rowEnd[document] = edges;
    edges += degree + GROUPS_OF_DOCUMENT;
  }
  // Commonest first: what is used most lies together in a cache.
  const numbers = descendingRank(lengths, longest);
  const columns = allocate('columns', edges);
  let next = 0;
  for (const term of readTerms(path)) {
    if (term.length > longest) continue;
    const number = numbers[next++];
    for (let i = 0; i < term.length; i++) columns[rowEnd[term[i]]++] = number;
  }
  return { documents, ...joinNeighbours({ columns, rowEnd, terms: lengths.length }) };
}

/** The most documents of a term with which the edges of it and all rarer ones are still few enough. */
function longestKept(path: string, documents: number, maxEdges: number): number {
  const termsOfLength = new Uint32Array(documents + 1);
  for (const term of readTerms(path)) termsOfLength[term.length]++;
  let edges = 0;
  for (let length = 1; length <= documents; length++) {
    edges += termsOfLength[length] * length;
    if (edges > maxEdges) return length - 1;
  }
  return documents;
}

/** The documents of each term; the array is reused. */
function* readTerms(path: string): Generator<Uint32Array> {
  const reader = new RecordReader(path);
  // Records lie anywhere in the reader's memory, and numbers need alignment.
  let aligned = new Uint32Array(1024);
  for (let record = reader.next(); record; record = reader.next()) {
    const length = record.length / 4;
    if (aligned.length < length) aligned = new Uint32Array(length * 2);
    new Uint8Array(aligned.buffer).set(record);
    yield aligned.subarray(0, length);
  }
  reader.close();
}

/** The place of each length in descending order; equal ones keep their order. */
function descendingRank(lengths: readonly number[], longest: number): Uint32Array {
  const place = new Uint32Array(longest + 1);
  for (const length of lengths) place[length]++;
  for (let length = longest, before = 0; length >= 0; length--) {
    const here = place[length];
    place[length] = before;
    before += here;
  }
  return Uint32Array.from(lengths, (length) => place[length]++);
}
