// What makes a weight of a number that a network gives. All rise with it, so a maximum may be taken before or after.

import type { Activation, Head } from '../../model/contract.ts';

/** What each head uses unless its contract says otherwise. */
const USUAL: Readonly<Record<Head, Activation>> = {
  'splade-sum': 'log1p-relu',
  'splade-max': 'log1p-relu',
  'splade-doc': 'log1p-relu',
  deepimpact: 'relu',
  deepct: 'relu',
  sparterm: 'relu',
  residual: 'exp-half',
  lens: 'log1p-relu',
};

const relu = (x: number): number => (x > 0 || Number.isNaN(x) ? x : 0);

const FUNCTIONS: Readonly<Record<Activation, (x: number) => number>> = {
  none: (x) => x,
  relu,
  'log1p-relu': (x) => Math.log1p(relu(x)),
  // OpenSearch's doc-v3 models: "Exploring ℓ0 Sparsification for Inference-free Sparse Retrievers", 2025.
  'log1p-log1p-relu': (x) => Math.log1p(Math.log1p(relu(x))),
  // Half of a learned gate generalises better than all of it; the bounds keep one word from drowning all others.
  'exp-half': (x) => Math.exp(Math.min(2, Math.max(-4, x / 2))),
};

/** The activation of a head. */
export function activationOf({ head, activation }: { head: Head; activation?: Activation | undefined }) {
  return FUNCTIONS[activation ?? USUAL[head]];
}
