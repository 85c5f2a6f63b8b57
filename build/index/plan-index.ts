// A configuration → a plan: every model's folder is opened here, once, and no stage after it opens one.

import { join } from 'node:path';
import { contextEncoder, fittingBy } from '../model/encoding/context-encoder.ts';
import { usualThreads } from '../model/encoding/encoding-threads.ts';
import { journaled } from '../model/encoding-journal.ts';
import { openModelFolder, readModelFile } from '../model/model-folder.ts';
import { CONTEXT, partsEncoder } from '../model/vector-parts.ts';
import { besides, weighingPageTitles } from '../stages/encode/beside.ts';
import { type CollectionLanguages, inflectedBy } from '../stages/encode/collection-languages.ts';
import type { DocumentEncoder } from '../stages/encode/encoder.ts';
import { lending, readNeighbours } from '../stages/encode/lending.ts';
import { expanding } from '../stages/expand/merge.ts';
import type { SpacePlan } from '../stages/invert/spool.ts';
import type { IndexPlan } from '../stages/shard/index-plan.ts';
import { type BuildConfig, encoderOf, isInflected, type SpaceConfig } from './config.ts';

/**
 * Plans a build.
 *
 * @param workFolder where encoders that run a network keep what it gave
 * @param languages of the documents, where they were looked at
 * @param threads on which networks run
 */
export function planIndex(
  config: BuildConfig,
  workFolder: string,
  languages?: CollectionLanguages,
  threads = usualThreads(),
): IndexPlan {
  const { windowDocuments, order, group, store, vectors, words } = config;
  const spaces = config.spaces.map((space) => planSpace(space, workFolder, languages, threads));
  return { spaces, fields: [], windowDocuments, order, group, store, vectors, words };
}

function planSpace(
  space: SpaceConfig,
  workFolder: string,
  collection: CollectionLanguages | undefined,
  threads: number,
): SpacePlan {
  const { name, parts, merge, maxQueries, quantizer } = space;
  const languages = isInflected(space) ? collection : undefined;
  const encoder = encoderOf(space, languages, threads);
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
  const titled =
    space.pageTitle === undefined
      ? whole
      : weighingPageTitles(whole, space.pageTitle, inflectedBy(languages));
  const lent = addingTo(titled, space, workFolder, threads);
  const plan = { name, quantizer, isInflected: languages !== undefined };
  if (merge === undefined) return { ...plan, encoder: lent };
  const expansion = { merge, maxQueries };
  return { ...plan, encoder: expanding(lent, expansion), expansion };
}

/**
 * Stems that documents lack are added to all that is known of them, and are in no journal or part. Vectors that say how
 * well stems fit have journals and parts of their own.
 */
function addingTo(
  encoder: DocumentEncoder,
  space: SpaceConfig,
  workFolder: string,
  threads: number,
): DocumentEncoder {
  const { name, model, parts, added = 0 } = space;
  if (space.encoder !== 'model') return encoder;
  const folder = openModelFolder(model!);
  const { context, files } = folder.contract;
  if (added === 0 && !context) return encoder;
  const file = files.neighbours;
  const read = async () =>
    file ? readNeighbours(await readModelFile(folder, file), join(folder.path, file.name)) : new Map();
  if (!context) return lending(encoder, read, added);
  const reading = contextEncoder(folder, { threads });
  const kept =
    parts === undefined
      ? journaled(reading, join(workFolder, `${name}.context.journal`))
      : partsEncoder(reading, parts, CONTEXT);
  return {
    ...lending(encoder, read, added, fittingBy(kept, folder)),
    begin(next) {
      encoder.begin?.(next);
      kept.begin?.(next);
    },
    async close() {
      await Promise.all([encoder.close?.(), kept.close?.()]);
    },
  };
}
