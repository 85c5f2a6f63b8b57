// Documents → raw term values, by a model. What a document gets depends on nothing but the document, so that a corpus
// encoded in parts, or stopped and gone on with, gives the same bytes.

import { SparsedgeError } from '../../src/core/errors.ts';
import { batchVectors, padWindows, type Vocabulary } from '../../src/core/heads/batch.ts';
import { mergeWindows } from '../../src/core/heads/head.ts';
import type { Space } from '../../src/core/manifest.ts';
import type { ModelContract } from '../../src/core/model.ts';
import type { SparseVector } from '../../src/core/sparse.ts';
import { cutWindows, tokenize, type Window } from '../../src/core/wordpiece.ts';
import { type DocumentEncoder, given, searchableText, type Weighting } from '../encode.ts';
import { batchByLength } from './batches.ts';
import { type ModelFolder, readVocabulary } from './folder.ts';
import { type Device, type Graph, openGraph } from './graph.ts';

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
    analyzer: 'bert-words',
    query: queryOf(contract),
    weighting: head === 'deepct' || head === 'residual' ? frequencies : given,
    model: name,
    async encode(documents) {
      network ??= openNetwork(folder, device);
      return encodeTexts(
        documents.map(({ document }) => searchableText(document)),
        folder,
        await network,
      );
    },
  };
}

/** Whole words that weigh 1 or are counted need no model: the analyzer gives the same ones. */
function queryOf({ vocabulary, query }: ModelContract): Space['query'] {
  if (query.kind === 'neural') return 'neural';
  return vocabulary === 'whole-word' && query.kind !== 'table' ? query.kind : 'tokenizer';
}

/** What a model's files become. */
interface Network {
  readonly vocabulary: Vocabulary;
  readonly graph: Graph;
}

async function openNetwork(folder: ModelFolder, device: Device): Promise<Network> {
  const { document } = folder.contract.files;
  if (document === undefined) {
    throw new SparsedgeError(
      'bad-input',
      `the model ${folder.path} encodes no documents: it has no files.document`,
      {
        model: folder.name.id,
      },
    );
  }
  return { vocabulary: await readVocabulary(folder), graph: await openGraph(folder, document, device) };
}

/** The raw values of texts, in order. */
async function encodeTexts(
  texts: readonly string[],
  { contract }: ModelFolder,
  { vocabulary, graph }: Network,
): Promise<SparseVector[]> {
  const { maxLength } = contract.tokenizer;
  const windows: Window[] = [];
  const ends: number[] = [];
  for (const text of texts) {
    const pieces = tokenize(text, vocabulary.pieces);
    windows.push(...cutWindows(pieces, vocabulary.pieces, maxLength, contract.longDocuments));
    ends.push(windows.length);
  }
  const vectors: SparseVector[] = [];
  for (const { windows: members, tokens } of batchByLength(windows, maxLength)) {
    const batch = padWindows(
      members.map((i) => windows[i]!),
      tokens,
      vocabulary.pieces,
    );
    const found = batchVectors(contract, batch, await graph.run(batch), vocabulary);
    for (const [at, i] of members.entries()) vectors[i] = found[at]!;
  }
  return ends.map((end, i) => mergeWindows(contract.head, vectors.slice(ends[i - 1] ?? 0, end)));
}
