// Documents → raw term values, by a model. What a document gets depends on nothing but the document, so that a corpus
// encoded in parts, or stopped and gone on with, gives the same bytes.

import { searchableText } from '../../src/core/document.ts';
import { SparsedgeError } from '../../src/core/errors.ts';
import type { Space } from '../../src/core/format/manifest.ts';
import { batchVectors, padWindows, type Vocabulary } from '../../src/core/heads/batch.ts';
import { mergeWindows, windowVector } from '../../src/core/heads/head.ts';
import { wholeVector } from '../../src/core/heads/whole-vector.ts';
import { analyzerOf, type ModelContract } from '../../src/core/model/contract.ts';
import type { SparseVector } from '../../src/core/sparse.ts';
import { phrasesOf } from '../../src/core/tokens/phrases.ts';
import { cutWindows, type Window } from '../../src/core/tokens/tokens.ts';
import { lengthBy } from '../stages/encode/beside.ts';
import type { DocumentEncoder } from '../stages/encode/encoder.ts';
import { weighingBursts, weighingPhrases } from '../stages/weighting/bm25.ts';
import { given, type Weighting } from '../stages/weighting/weighting.ts';
import { batchByLength } from './batches.ts';
import { type ModelFolder, readVocabulary } from './model-folder.ts';
import { type Device, type Graph, openGraph } from './session.ts';

/**
 * The encoder that a model is. Its files are read when the first documents come.
 *
 * @param frequencies weighs what a model predicts that predicts term frequencies
 * @param device where its network runs
 */
export function modelEncoder(
  folder: ModelFolder,
  frequencies: Weighting,
  device: Device = 'cpu',
): DocumentEncoder {
  const { contract, name } = folder;
  const { head } = contract;
  let network: Promise<Network> | undefined;
  return {
    id: head,
    analyzer: analyzerOf(contract),
    query: queryOf(contract),
    weighting: weightingOf(contract, frequencies),
    model: name,
    network: contract.files.document !== undefined,
    // tf′ says how much a word's occurrences count, and not how many words there are to say it.
    lengthOf: head === 'residual' ? lengthBy(analyzerOf(contract)) : undefined,
    async encode(documents) {
      network ??= openNetwork(folder, device);
      return encodeTexts(
        documents.map(({ document }) => ({
          text: searchableText(document),
          isRead: canRead(contract, document.language),
        })),
        folder,
        await network,
      );
    },
  };
}

/** Whole words that weigh 1 or are counted need no model: the analyzer gives the same ones, though no phrases. */
function queryOf({ vocabulary, query, phrases }: ModelContract): Space['query'] {
  if (query.kind === 'neural') return 'neural';
  return vocabulary === 'whole-word' && !phrases && query.kind !== 'table' ? query.kind : 'tokenizer';
}

function weightingOf({ head, bm25, phrases }: ModelContract, frequencies: Weighting): Weighting {
  if (head !== 'deepct' && head !== 'residual') return given;
  const words = bm25?.burstiness ? weighingBursts(frequencies) : frequencies;
  return phrases ? weighingPhrases(words, phrases.weight) : words;
}

/** What a model's files become. */
interface Network {
  readonly vocabulary: Vocabulary;
  /** None where all gates are 0. */
  readonly graph: Graph | undefined;
}

async function openNetwork(folder: ModelFolder, device: Device): Promise<Network> {
  const { head, files } = folder.contract;
  const { document } = files;
  if (document === undefined && head !== 'residual') {
    throw new SparsedgeError(
      'bad-input',
      `the model ${folder.path} encodes no documents: it has no files.document`,
      {
        model: folder.name.id,
      },
    );
  }
  return {
    vocabulary: await readVocabulary(folder),
    graph: document && (await openGraph(folder, document, device)),
  };
}

/** Models of English stems know nothing of other languages: their gates would be those of other words. */
function canRead({ tokenizer }: ModelContract, language: string | undefined): boolean {
  return tokenizer.kind !== 'stems' || language === undefined || language === 'en';
}

/** A text, and whether the network can say anything of it. */
interface Text {
  readonly text: string;
  readonly isRead: boolean;
}

/** The raw values of texts, in order. */
async function encodeTexts(
  texts: readonly Text[],
  { contract }: ModelFolder,
  { vocabulary, graph }: Network,
): Promise<SparseVector[]> {
  const windows: Window[] = [];
  const ends: number[] = [];
  const read: number[] = [];
  for (const { text, isRead } of texts) {
    const start = windows.length;
    windows.push(...windowsOf(text, contract, vocabulary));
    if (isRead && graph) for (let i = start; i < windows.length; i++) read.push(i);
    ends.push(windows.length);
  }
  const weighed = graph
    ? await windowVectors(
        read.map((i) => windows[i]),
        contract,
        vocabulary,
        graph,
      )
    : [];
  const vectors: SparseVector[] = [];
  for (const [i, place] of read.entries()) vectors[place] = weighed[i];
  for (const [i, window] of windows.entries()) vectors[i] ??= gatelessVector(window, contract);
  return ends.map((end, i) => {
    const start = ends[i - 1] ?? 0;
    const vector = mergeWindows(contract.head, vectors.slice(start, end));
    if (contract.phrases) addPhrases(vector, windows.slice(start, end), vocabulary.pieces.ids);
    return wholeVector(vector, contract);
  });
}

/** The windows of a document, each behind the prompt where the model has one. */
function windowsOf(text: string, contract: ModelContract, { pieces }: Vocabulary): Window[] {
  const { prefix = '', tokenizer, longDocuments } = contract;
  const { maxLength } = tokenizer;
  const whole = cutWindows(pieces.tokenize(prefix + text), pieces, maxLength, longDocuments);
  if (prefix === '' || whole.length === 1) return whole;
  const before = [...pieces.before, ...pieces.tokenize(prefix).ids];
  return cutWindows(pieces.tokenize(text), { before, after: pieces.after }, maxLength, longDocuments);
}

/** The raw values of windows, in order. */
async function windowVectors(
  windows: readonly Window[],
  contract: ModelContract,
  vocabulary: Vocabulary,
  graph: Graph,
): Promise<SparseVector[]> {
  const vectors: SparseVector[] = [];
  for (const { windows: members, tokens } of batchByLength(windows, contract.tokenizer.maxLength)) {
    const batch = padWindows(
      members.map((i) => windows[i]),
      tokens,
      vocabulary.pieces,
    );
    const found = batchVectors(contract, batch, await graph.run(batch), vocabulary);
    for (const [at, i] of members.entries()) vectors[i] = found[at];
  }
  return vectors;
}

/** What the head makes of a window on which the network has nothing to say. */
function gatelessVector(window: Window, model: ModelContract): SparseVector {
  const values = new Float32Array(window.ids.length);
  return windowVector({ model, window, row: { form: 'token-scalar', width: 1, values }, terms: [] });
}

/** A phrase's value is how often it occurs, whatever its words are worth. */
function addPhrases(
  vector: Map<string, number>,
  windows: readonly Window[],
  ids: ReadonlyMap<string, number>,
): void {
  const words = windows.flatMap((window) => window.words.map(({ text }) => text));
  for (const phrase of phrasesOf(words, ids)) vector.set(phrase, (vector.get(phrase) ?? 0) + 1);
}
