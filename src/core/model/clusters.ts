// The clusters of a model's pieces, as its file has them.

import { SparsedgeError } from '../errors.ts';
import { parseGivenJson } from '../format/bytes.ts';

/**
 * Reads the cluster of each piece by its id, −1 for none.
 *
 * @param pieces how many there are
 * @throws SparsedgeError `bad-input` for anything else
 */
export function readClusters(bytes: Uint8Array, where: string, pieces: number): number[] {
  const clusters = parseGivenJson(bytes, where);
  if (Array.isArray(clusters) && clusters.length === pieces && clusters.every(Number.isInteger))
    return clusters;
  const found = Array.isArray(clusters) ? `${clusters.length} entries` : 'something else';
  throw new SparsedgeError(
    'bad-input',
    `${where}: expected the cluster, an integer, of each of ${pieces} pieces; found ${found}`,
    { file: where, expected: pieces, found },
  );
}
