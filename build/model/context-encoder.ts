// What a network makes of a document as a whole: a vector, whose dimensions take the places of terms, so that what
// keeps the work of other networks keeps it, too.

import { join } from 'node:path';
import { searchableText } from '../../src/core/document.ts';
import { SparsedgeError } from '../../src/core/errors.ts';
import { padWindows } from '../../src/core/heads/batch.ts';
import type { SparseVector } from '../../src/core/sparse.ts';
import { cutWindows, type Window } from '../../src/core/tokens/tokens.ts';
import { readWordPieces } from '../../src/core/tokens/wordpiece.ts';
import type { DocumentEncoder, EncoderInput } from '../stages/encode/encoder.ts';
import { type Factors, factorOf, type Rows, readRows } from '../stages/encode/fitting.ts';
import { given } from '../stages/weighting/weighting.ts';
import { type ModelFolder, readModelFile } from './model-folder.ts';
import { batchByLength } from './onnx/batches.ts';
import { type Device, type Graph, openGraph } from './session.ts';

/** Parts of 1 to which vectors are rounded: runtimes differ by less, and a journal has three digits a number. */
const PARTS = 1000;

/**
 * The network of a model with a context, as an encoder. A document's vector is the mean of its windows', of length 1,
 * in thousandths; one in another language than English has none.
 */
export function contextEncoder(folder: ModelFolder, device: Device = 'cpu'): DocumentEncoder {
  const { contract, name } = folder;
  const { maxLength } = contract.context!;
  const open = async () => {
    const { context, contextTokenizer } = contract.files;
    const bytes = await readModelFile(folder, contextTokenizer!);
    const { path, ofIndex } = folder;
    return {
      pieces: readWordPieces(bytes, join(path, contextTokenizer!.name)),
      graph: await openGraph({ path, ofIndex, contract: { outputs: {} } }, context!, device),
      where: join(path, context!.name),
    };
  };
  let opened: ReturnType<typeof open> | undefined;
  return {
    id: 'context',
    analyzer: 'bert-words',
    query: 'count',
    weighting: given,
    model: name,
    network: true,
    async encode(inputs) {
      opened ??= open();
      const { pieces, graph, where } = await opened;
      const cut = inputs.map(({ document }) =>
        (document.language ?? 'en') === 'en'
          ? cutWindows(pieces.tokenize(searchableText(document)), pieces, maxLength, 'windows')
          : [],
      );
      const found = await vectorsOf(cut.flat(), maxLength, pieces, graph, where);
      const ends: number[] = [];
      for (const windows of cut) ends.push((ends.at(-1) ?? 0) + windows.length);
      return ends.map((end, i) => meanOf(found.slice(ends[i - 1] ?? 0, end)));
    },
  };
}

/** The network's vector of each window. */
async function vectorsOf(
  windows: readonly Window[],
  maxLength: number,
  pieces: Parameters<typeof padWindows>[2],
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

function meanOf(vectors: readonly Float32Array[]): SparseVector {
  const mean = Array.from(vectors[0] ?? [], (_, i) => vectors.reduce((sum, vector) => sum + vector[i], 0));
  const length = Math.hypot(...mean) || 1;
  return new Map(mean.map((value, i) => [`${i}`, Math.round((PARTS * value) / length) / PARTS]));
}

/** What says how well stems fit documents, by an encoder that gives these their vectors. */
export function fittingBy(
  encoder: DocumentEncoder,
  folder: ModelFolder,
): (inputs: readonly EncoderInput[]) => Promise<readonly (Factors | undefined)[]> {
  const { files, context } = folder.contract;
  const read = async (file: NonNullable<typeof files.ownRows>): Promise<Rows> =>
    readRows(await readModelFile(folder, file), join(folder.path, file.name));
  let opened: Promise<[own: Rows, lent: Rows]> | undefined;
  return async (inputs) => {
    opened ??= Promise.all([read(files.ownRows!), read(files.lentRows!)]);
    const [[own, lent], vectors] = [await opened, await encoder.encode(inputs)];
    return vectors.map((found) => {
      if (found.size === 0) return undefined;
      const vector = Float32Array.from(found.values());
      const strange = [own, lent].find(({ dimensions }) => dimensions !== vector.length);
      if (strange) throw otherDimensions(folder, strange.dimensions, vector.length);
      return { own: factorOf(own, context!.own, vector), lent: factorOf(lent, context!.lent, vector) };
    });
  };
}

function otherDimensions({ path }: ModelFolder, expected: number, found: number): SparsedgeError {
  return new SparsedgeError(
    'bad-input',
    `the model ${path}: expected a network that gives ${expected} numbers, as its rows have; found ${found}`,
    { model: path, expected, found },
  );
}
