// The encoder that a model's context is: documents → vectors, and vectors → how well stems fit.

import { join } from 'node:path';
import { searchableText } from '../../../src/core/document.ts';
import { SparsedgeError } from '../../../src/core/errors.ts';
import type { DocumentEncoder, EncoderInput } from '../../stages/encode/encoder.ts';
import { type Factors, factorOf, type Rows, readRows } from '../../stages/encode/fitting.ts';
import { given } from '../../stages/weighting/weighting.ts';
import { type ModelFolder, readModelFile } from '../model-folder.ts';
import type { Place } from './model-encoder.ts';
import { sharedEncoding } from './shared-encoding.ts';

/**
 * The network of a model with a context, as an encoder. A document's vector is the mean of its windows', of length 1,
 * in thousandths; one in another language than English has none.
 */
export function contextEncoder(
  folder: ModelFolder,
  { device = 'cpu', threads = 1 }: Place = {},
): DocumentEncoder {
  const encoding = sharedEncoding({ folder, role: 'context', device }, threads);
  return {
    id: 'context',
    analyzer: 'bert-words',
    query: 'count',
    weighting: given,
    model: folder.name,
    network: true,
    encode: (inputs) =>
      encoding.encode(
        inputs.map(({ document }) => ({
          text: searchableText(document),
          isRead: (document.language ?? 'en') === 'en',
        })),
      ),
    close: () => encoding.close(),
  };
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
