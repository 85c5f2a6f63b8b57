// The name of a build: of everything that its bytes depend on, and of nothing else, so that equal input gives equal
// names.

import { BUILD_DIGITS, FORMAT_VERSION } from '../../../src/core/format/header.ts';
import { keyOf } from '../../work/stage.ts';
import { documentsOf } from '../invert/slices.ts';
import type { Spool } from '../invert/spool.ts';
import { DEALING } from '../order/deal.ts';
import { ORDERING } from '../order/order.ts';
import type { IndexPlan } from './index-plan.ts';
import type { Layout } from './page-sizes.ts';

/** Pages of documents that end with their window. */
const PAGES_OF_WINDOWS = 'pages of windows';

/** The id of a build. An option that is left alone changes no id, so only those that were chosen are named. */
export function buildId(
  spools: readonly Spool[],
  { spaces, fields, windowDocuments, order, group, store, vectors, words, base }: IndexPlan,
  layout: Layout,
  isDealt: boolean,
  builtBy?: string,
): string {
  const weighed = spaces.map(({ name, encoder, quantizer, expansion }) => {
    const { id, analyzer, query, weighting, model } = encoder;
    const said: unknown[] = [name, id, analyzer, query, weighting.parameters, quantizer];
    if (expansion) said.push(expansion.merge, expansion.maxQueries ?? 'all');
    return model ? [...said, model] : said;
  });
  const isDivided = documentsOf(spools) > windowDocuments;
  const options = [
    ...(order === 'similarity' ? [ORDERING] : []),
    ...(isDivided ? [PAGES_OF_WINDOWS] : []),
    ...(isDealt ? [DEALING] : []),
    ...(group === 'none' ? [] : [{ group }]),
    ...(store === 'r2' ? [] : [store]),
    ...(vectors === 'auto' ? [] : [vectors]),
    ...(fields.length === 0 ? [] : [{ fields }]),
    ...(words ? ['words'] : []),
    ...(base ? [{ base: base.build }] : []),
    ...(builtBy === undefined ? [] : [{ builtBy }]),
  ];
  const [digest, ...further] = spools.map((spool) => spool.digest);
  const content = further.length === 0 ? (digest ?? '') : keyOf(digest, ...further);
  const key = keyOf(FORMAT_VERSION, layout, content, windowDocuments, weighed, ...options);
  return key.slice(0, BUILD_DIGITS);
}
