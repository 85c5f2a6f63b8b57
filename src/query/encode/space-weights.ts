// How a person writes the weights of spaces: `bm25=1,splade=.7`, in a URL and on the command line alike.

import { SparsedgeError } from '../../core/errors.ts';

/**
 * `bm25=1,splade=.7` → weights of spaces; a space without one counts 1.
 *
 * @throws SparsedgeError `bad-query`
 */
export function readSpaceWeights(text: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const part of text.split(',')) {
    const [name = '', weight = '1', ...rest] = part.split('=').map((each) => each.trim());
    if (name === '' || rest.length > 0 || !/^(\d+\.?\d*|\.\d+)$/.test(weight)) {
      throw new SparsedgeError(
        'bad-query',
        `spaces has ${JSON.stringify(part.slice(0, 64))}; write them as bm25=1,splade=.7`,
      );
    }
    if (weights.has(name)) throw new SparsedgeError('bad-query', `spaces names "${name.slice(0, 64)}" twice`);
    weights.set(name, Number(weight));
  }
  return weights;
}
