// A question as the analyzer of a space has it, weighed as the space says.

import { contentWords, questionTerms } from '../../core/analyzer/analysis.ts';
import { analysisNamed } from '../../core/analyzer/analyzer.ts';
import { questionStems } from '../../core/analyzer/stemming/stemmed-languages.ts';
import type { Space } from '../../core/format/manifest.ts';
import { checkModelName } from '../../core/model/model-name.ts';
import { type QueryTerm, weighText } from '../search/terms.ts';

/**
 * Whether a space's documents have terms beside their words: names, functional words, whole titles. Those of vectors
 * made elsewhere have not, nor those of earlier releases.
 */
export function hasBesides({ encoder }: Space): boolean {
  return encoder.parameters.titleWeight !== undefined;
}

/**
 * Text → terms, weighed as the space says.
 *
 * @throws SparsedgeError `model-mismatch` for a space whose queries need a model; what weighTerms throws
 */
export function encodeQuery(text: string, space: Space): QueryTerm[] {
  if (space.query === 'tokenizer' || space.query === 'neural') checkModelName(space, undefined);
  const counts = new Map<string, number>();
  const analysis = analysisNamed(space.analyzer)(text);
  const terms = hasBesides(space) ? questionTerms(analysis, text) : contentWords(analysis);
  for (const term of terms) {
    counts.set(term, space.query === 'binary' ? 1 : (counts.get(term) ?? 0) + 1);
  }
  return weighText(withStems(counts, text, space), space.name);
}

/** A stem weighs so much of what a word does: in another form, a word is half as sure to be meant. */
const STEM_SHARE = 0.5;

/** What the weights of a question are multiplied by, where they are counts: stems weigh a part of one. */
export function countScale({ languages }: Pick<Space, 'languages'>): number {
  return languages === undefined ? 1 : 1 / STEM_SHARE;
}

/**
 * The weights of a question's terms with those of its stems in the languages of an index.
 *
 * @param weight of a word that comes once, where weights are no counts
 */
export function withStems(
  weights: ReadonlyMap<string, number>,
  text: string,
  space: Pick<Space, 'languages'>,
  weight?: number,
): ReadonlyMap<string, number> {
  const { languages } = space;
  if (languages === undefined) return weights;
  const scale = weight === undefined ? countScale(space) : 1;
  const scaled = new Map([...weights].map(([term, count]) => [term, count * scale]));
  for (const [stem, count] of questionStems(text, languages))
    scaled.set(stem, Math.round(count * (weight ?? scale) * STEM_SHARE));
  return scaled;
}
