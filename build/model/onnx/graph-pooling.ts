// What a graph that pools does with logits, as far as its operators say it: a checkpoint's files may say something
// else, and then nobody can know which of them its weights are of.

import { SparsedgeError } from '../../../src/core/errors.ts';
import type { ModelContract } from '../../../src/core/model/contract.ts';
import type { Network } from './network.ts';

const POOLING: Readonly<Record<string, string>> = { ReduceMax: 'maximum', ReduceSum: 'sum' };

/**
 * Checks the pooling and the activation in a graph of a SPLADE model. Others are not known by their operators.
 *
 * @throws SparsedgeError `bad-input` where the graph has another than the model is said to have
 */
export function mustPoolAs(
  { nodes }: Pick<Network, 'nodes'>,
  { head, activation }: Pick<ModelContract, 'head' | 'activation'>,
  where: string,
): void {
  if (!head.startsWith('splade')) return;
  const last = nodes.findLast(({ type }) => POOLING[type] !== undefined);
  const pooling = head === 'splade-sum' ? 'sum' : 'maximum';
  if (last !== undefined && POOLING[last.type] !== pooling)
    throw wrong(where, `a graph that pools by the ${pooling}, as the head ${head}`, last.type);
  const logarithms = nodes.filter(({ type }) => type === 'Log').length;
  const expected = activation === 'log1p-log1p-relu' ? 2 : 1;
  if (logarithms > 0 && logarithms !== expected)
    throw wrong(
      where,
      `${expected} Log in the graph, as ${activation ?? 'log1p-relu'} has it`,
      `${logarithms}`,
    );
}

function wrong(file: string, expected: string, found: string): SparsedgeError {
  return new SparsedgeError('bad-input', `${file}: expected ${expected}, found ${found}`, {
    file,
    expected,
    found,
  });
}
