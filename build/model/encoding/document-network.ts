// Texts → raw term values, by a model. What a text gets depends on nothing but the text, so that a corpus encoded in
// parts or by threads, or stopped and gone on with, gives the same bytes.

import { SparsedgeError } from '../../../src/core/errors.ts';
import { batchVectors, padWindows, type Vocabulary } from '../../../src/core/heads/batch.ts';
import { mergeWindows, windowVector } from '../../../src/core/heads/head.ts';
import { wholeVector } from '../../../src/core/heads/whole-vector.ts';
import type { ModelContract } from '../../../src/core/model/contract.ts';
import type { SparseVector } from '../../../src/core/sparse.ts';
import { phrasesOf } from '../../../src/core/tokens/phrases.ts';
import { cutWindows, type Window } from '../../../src/core/tokens/tokens.ts';
import { type ModelFolder, readVocabulary } from '../model-folder.ts';
import { batchByLength } from '../onnx/batches.ts';
import { type Device, type Graph, openGraph } from '../session.ts';

/** A text, and whether the network can say anything of it. */
export interface Text {
  readonly text: string;
  readonly isRead: boolean;
}

/** Texts → vectors, in order. */
export type EncodeTexts = (texts: readonly Text[]) => Promise<SparseVector[]>;

/** What a model's files become. */
export interface Network {
  readonly vocabulary: Vocabulary;
  /** None where all gates are 0. */
  readonly graph: Graph | undefined;
}

export async function openNetwork(folder: ModelFolder, device: Device): Promise<Network> {
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

/** The raw values of texts, in order. */
export async function encodeTexts(
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
