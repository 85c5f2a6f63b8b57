// Builds one index in a process of its own, so that its peak of memory is its own: takes a BuildOrder as its argument,
// prints BuildFigures.

import { cpuUsage, resourceUsage } from 'node:process';
import { buildIndex } from '../../../build/index/build.ts';
import { type BuildConfig, type BuildConfigInput, parseConfig } from '../../../build/index/config.ts';
import { sizesOf } from '../../../build/inspect/sizes.ts';
import { openInputs, tallied } from '../../../build/stages/encode/inputs.ts';
import { newReport } from '../../../build/stages/read/lines/report.ts';
import { silent } from '../../../build/terminal/progress.ts';
import { folderSource } from '../../../build/work/files.ts';
import { openIndex } from '../../../src/query/search/open.ts';
import { PROFILES, type ProfileName } from '../data/profiles.ts';
import { syntheticDocuments } from '../data/synthetic.ts';
import { round } from '../figures.ts';

/** What to build. */
export interface BuildOrder {
  readonly name: string;
  /** A file of documents, with their vectors where the space wants them, or the profile of synthetic ones. */
  readonly input: string | { readonly profile: ProfileName; readonly documents: number };
  /** The space to build; BM25 unless given. */
  readonly space?: NonNullable<BuildConfigInput['spaces']>[number];
  readonly store?: 'r2' | 'assets';
  /** Whether document pages have vectors whatever the size. */
  readonly vectors?: boolean;
  /** Where to write the weights before they are quantized, if anywhere. */
  readonly vectorsPath?: string;
  readonly folder: string;
  readonly workFolder: string;
}

/** What it took and what came of it. */
export interface BuildFigures {
  readonly documents: number;
  readonly postings: number;
  readonly terms: number;
  readonly seconds: { readonly total: number; readonly stages: Readonly<Record<string, number>> };
  readonly cpuSeconds: number;
  readonly documentsPerSecond: number;
  readonly peakMegabytes: number;
  readonly bytes: {
    readonly postings: number;
    readonly tables: number;
    readonly documents: number;
    readonly ids: number;
  };
  readonly bytesPerPosting: number;
}

/** Impacts that are impacts already. */
const VECTORS = { spaces: [{ encoder: 'vectors', query: 'count', quantizer: { maximum: 255 } }] };

function configOf({ input, space = { encoder: 'bm25' }, store, vectors }: BuildOrder): BuildConfig {
  const layout = { store, ...(vectors && { vectors: 'always' }) };
  return parseConfig({ ...(typeof input === 'string' ? { spaces: [space] } : VECTORS), ...layout });
}

async function build(order: BuildOrder): Promise<BuildFigures> {
  const { name, input, space, folder, workFolder, vectorsPath } = order;
  const started = performance.now();
  const report = newReport();
  const { manifest, seconds } = await buildIndex({
    inputs: () =>
      typeof input === 'string'
        ? tallied(openInputs({ input, format: 'beir', report }, space?.encoder === 'vectors'), { report })
        : syntheticDocuments(PROFILES[input.profile], input.documents),
    inputKey: name,
    read: report,
    config: configOf(order),
    folder,
    workFolder,
    ...(vectorsPath !== undefined && { vectorsPath }),
    startProgress: silent,
  });
  const total = (performance.now() - started) / 1000;
  const peakMegabytes = round(resourceUsage().maxRSS / 1024);
  const { user, system } = cpuUsage();
  const sizes = sizesOf(await openIndex(folderSource(folder)));
  return {
    documents: manifest.documents,
    postings: manifest.spaces.reduce((sum, { postings }) => sum + postings, 0),
    terms: manifest.spaces.reduce((sum, { terms }) => sum + terms, 0),
    seconds: {
      total: round(total),
      stages: Object.fromEntries(Object.entries(seconds).map(([stage, value]) => [stage, round(value)])),
    },
    cpuSeconds: round((user + system) / 1e6),
    documentsPerSecond: Math.round(manifest.documents / total),
    peakMegabytes,
    bytes: {
      postings: Object.values(sizes.postings).reduce((sum, bytes) => sum + bytes, 0),
      tables: sizes.tables,
      documents: sizes.documents,
      ids: sizes.ids,
    },
    bytesPerPosting: round(sizes.bytesPerPosting),
  };
}

process.stdout.write(JSON.stringify(await build(JSON.parse(process.argv[2]) as BuildOrder)));
