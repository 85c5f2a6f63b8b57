// What a network makes of a text as a whole: a vector, whose dimensions take the places of terms, so that what keeps
// the work of other networks keeps it, too. What a text gets depends on nothing but the text.

import { join } from 'node:path';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { padWindows } from '../../../src/core/heads/batch.ts';
import type { SparseVector } from '../../../src/core/sparse.ts';
import { cutWindows, type Tokenizer, type Window } from '../../../src/core/tokens/tokens.ts';
import { readWordPieces } from '../../../src/core/tokens/wordpiece.ts';
import { type ModelFolder, readModelFile } from '../model-folder.ts';
import { batchByLength } from '../onnx/batches.ts';
import { type Device, type Graph, openGraph } from '../session.ts';
import type { EncodeTexts } from './document-network.ts';

/** Parts of 1 to which vectors are rounded: runtimes differ by less, and a journal has three digits a number. */
const PARTS = 1000;

/** Opens the network of a model with a context. A text that it cannot read has no vector. */
export async function openContextNetwork(folder: ModelFolder, device: Device): Promise<EncodeTexts> {
  const { path, ofIndex, contract } = folder;
  const { context, contextTokenizer } = contract.files;
  const { maxLength } = contract.context!;
  const bytes = await readModelFile(folder, contextTokenizer!);
  const pieces = readWordPieces(bytes, join(path, contextTokenizer!.name));
  const graph = await openGraph({ path, ofIndex, contract: { outputs: {} } }, context!, device);
  const where = join(path, context!.name);
  return async (texts) => {
    const cut = texts.map(({ text, isRead }) =>
      isRead ? cutWindows(pieces.tokenize(text), pieces, maxLength, 'windows') : [],
    );
    const found = await vectorsOf(cut.flat(), maxLength, pieces, graph, where);
    const ends: number[] = [];
    for (const windows of cut) ends.push((ends.at(-1) ?? 0) + windows.length);
    return ends.map((end, i) => meanOf(found.slice(ends[i - 1] ?? 0, end)));
  };
}

/** The network's vector of each window. */
async function vectorsOf(
  windows: readonly Window[],
  maxLength: number,
  pieces: Tokenizer,
  graph: Graph,
  where: string,
): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (const { windows: members, tokens } of batchByLength(windows, maxLength)) {
    const batch = padWindows(
      members.map((i) => windows[i]),
      tokens,
      pieces,
    );
    const { data, dims } = (await graph.run(batch)).values;
    if (dims.length !== 2 || dims[0] !== members.length) {
      const [expected, found] = [`a vector for each of ${members.length} texts`, `[${dims.join(', ')}]`];
      throw new SparsedgeError('bad-input', `${where}: expected ${expected}; found ${found}`, {
        file: where,
        expected,
        found,
      });
    }
    for (const [row, i] of members.entries()) vectors[i] = data.slice(row * dims[1], (row + 1) * dims[1]);
  }
  return vectors;
}

/** The mean of windows' vectors, of length 1, in thousandths. */
function meanOf(vectors: readonly Float32Array[]): SparseVector {
  const mean = Array.from(vectors[0] ?? [], (_, i) => vectors.reduce((sum, vector) => sum + vector[i], 0));
  const length = Math.hypot(...mean) || 1;
  return new Map(mean.map((value, i) => [`${i}`, Math.round((PARTS * value) / length) / PARTS]));
}
