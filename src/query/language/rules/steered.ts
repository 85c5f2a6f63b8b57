// What rules do to a question on its way through an index: which words it gains, how documents are searched for it, and
// what its answer says of that.

import type { Space } from '../../../core/format/manifest.ts';
import { SECTION_UNIT } from '../../search/sums/article-scores.ts';
import { FACTOR_UNIT } from '../../search/sums/factors.ts';
import type { IndexRules } from './index-rules.ts';
import type { Steering, Synonym } from './steer.ts';
import type { Encoded, EncodedSynonym } from './widen.ts';

/** An index, as far as rules are concerned. */
interface SteeredIndex {
  readonly rules?: IndexRules | undefined;
  readonly encode: (text: string, space: Space) => Promise<Encoded>;
}

/** What of a question rules depend on. */
interface Steered {
  readonly rules?: boolean | undefined;
  readonly steering?: Steering | undefined;
}

/** What was asked, and in which way. */
interface Asked extends Steered {
  readonly text: string;
  readonly spaces: readonly { readonly space: Space }[];
  readonly browse?: boolean | undefined;
  readonly conditions?: object | undefined;
  readonly filter?: object | undefined;
  readonly sort?: object | undefined;
}

/** What rules did to a question's answer. */
export interface SteeringReport {
  readonly synonyms: readonly Synonym[];
  /** How many documents a rule put first, and how many another one left out. */
  readonly pinned: number;
  readonly hidden: number;
}

/** What the rules of an index say of a question; nothing where none are to steer it. */
export async function steeringOf(asked: Asked, { rules }: SteeredIndex): Promise<Steering | undefined> {
  const { text, spaces, browse, conditions, filter, sort } = asked;
  if (!rules || asked.rules === false) return undefined;
  const { steer } = await import('./steer.ts');
  const steering = steer(text, rules, spaces[0].space.analyzer);
  // What a rule puts first need not satisfy what the question or its filter demands, nor has it a place in an order.
  return browse || conditions || filter || sort ? { ...steering, pinned: [] } : steering;
}

/** What an answer says of it. */
export function reportOf(steering: Steering | undefined): SteeringReport | undefined {
  if (!steering) return undefined;
  const { synonyms, pinned, hidden } = steering;
  const isSilent = synonyms.length + pinned.length + hidden.length === 0;
  return isSilent ? undefined : { synonyms, pinned: pinned.length, hidden: hidden.length };
}

/** How documents are searched, as rules say it: see SurveyQuestion. */
export function steered({ steering, rules }: Steered): {
  readonly without?: readonly number[];
  readonly putFirst?: readonly number[];
  readonly unsteered?: true;
} {
  return {
    ...(steering && { without: steering.hidden, putFirst: steering.pinned }),
    ...(rules === false && { unsteered: true as const }),
  };
}

/** What a score of 1 is: of pages, and where documents have factors, scores are in parts of a document's own. */
export function unitOf(
  unit: number,
  { rules, articles }: Steered & { readonly articles?: boolean | undefined },
  index: Pick<SteeredIndex, 'rules'>,
): number {
  const factor = index.rules?.factors && rules !== false ? FACTOR_UNIT : 1;
  return unit / factor / (articles ? SECTION_UNIT : 1);
}

/** No document's sum is multiplied by more. */
export function mostOf({ rules }: Steered, index: Pick<SteeredIndex, 'rules'>): number {
  return rules === false ? 1 : (index.rules?.factors?.most ?? 1);
}

/** Queries of spaces with the synonyms. One after another: an isolate may not have room for the networks of all. */
export async function widened<Query extends Encoded>(
  queries: readonly Query[],
  spaces: readonly { readonly space: Space }[],
  steering: Steering | undefined,
  index: SteeredIndex,
): Promise<Query[]> {
  if (!steering) return [...queries];
  const { widen } = await import('./widen.ts');
  const wider: Query[] = [];
  for (const [i, { space }] of spaces.entries()) {
    const synonyms: EncodedSynonym[] = [];
    for (const synonym of steering.synonyms)
      synonyms.push({ ...synonym, terms: (await index.encode(synonym.text, space)).terms });
    wider.push({ ...queries[i], ...widen(queries[i], synonyms, index.rules?.rules.titles) });
  }
  return wider;
}
