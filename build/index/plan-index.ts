// A configuration → a plan: every model's folder is opened here, once, and no stage after it opens one.

import { join } from 'node:path';
import { journaled } from '../model/encoding-journal.ts';
import { besides } from '../stages/encode/beside.ts';
import { type CollectionLanguages, inflectedBy } from '../stages/encode/collection-languages.ts';
import { expanding } from '../stages/expand/merge.ts';
import type { SpacePlan } from '../stages/invert/spool.ts';
import type { IndexPlan } from '../stages/shard/index-plan.ts';
import { type BuildConfig, encoderOf, isInflected, type SpaceConfig } from './config.ts';

/**
 * Plans a build.
 *
 * @param workFolder where encoders that run a network keep what it gave
 * @param languages of the documents, where they were looked at
 */
export function planIndex(
  config: BuildConfig,
  workFolder: string,
  languages?: CollectionLanguages,
): IndexPlan {
  const { windowDocuments, order, store, vectors } = config;
  const spaces = config.spaces.map((space) => planSpace(space, workFolder, languages));
  return { spaces, windowDocuments, order, store, vectors };
}

function planSpace(
  space: SpaceConfig,
  workFolder: string,
  collection: CollectionLanguages | undefined,
): SpacePlan {
  const { name, parts, merge, maxQueries, quantizer } = space;
  const languages = isInflected(space) ? collection : undefined;
  const encoder = encoderOf(space, languages);
  // Parts are journals already.
  const kept =
    encoder.network && parts === undefined
      ? journaled(encoder, join(workFolder, `${name}.journal`))
      : encoder;
  // What stands beside words is no network's affair: journals and parts are without it.
  const { titleWeight } = space;
  const whole =
    encoder.id === 'residual' && titleWeight !== undefined
      ? besides(kept, titleWeight, inflectedBy(languages))
      : kept;
  const plan = { name, quantizer, isInflected: languages !== undefined };
  if (merge === undefined) return { ...plan, encoder: whole };
  const expansion = { merge, maxQueries };
  return { ...plan, encoder: expanding(whole, expansion), expansion };
}
