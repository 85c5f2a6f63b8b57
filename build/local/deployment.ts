// The folder from which an index is deployed: a configuration of the user's own for Wrangler, the Worker's code, and
// the files that are to be its static assets. Nothing in it refers to this package, so whoever has it can deploy it.

import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { SparsedgeError } from '../../src/core/errors.ts';
import { CURRENT, decodeManifest, manifestName, readManifest } from '../../src/core/format/manifest.ts';
import { PAGES } from '../../src/core/format/page-table.ts';
import type { PricedStore } from '../../src/query/price.ts';
import { openIndex } from '../../src/query/search/open.ts';
import { modelObjects } from '../index/copy-model.ts';
import { objectsOf, PREVIOUS } from '../index/publish.ts';
import { folderSource } from '../work/files.ts';
import { COMPATIBILITY_DATE, type WorkerName, workerCode } from './worker-code.ts';

/** An index that is to be deployed. */
export interface Deployed {
  readonly index: string;
  /** Where the configuration and the Worker are written. */
  readonly folder: string;
  /** Of the Worker, and of what it is reached by. */
  readonly name: string;
  readonly store: PricedStore;
  readonly worker: WorkerName;
  /** Micro-dollars that its answers may cost in a day, if that is limited. */
  readonly microdollarsADay?: number | undefined;
}

/** What is written, and what is left to upload. */
export interface Deployment {
  /** As the configuration says them, which may be an older one that its owner has changed. */
  readonly name: string;
  readonly bucket: string | undefined;
  readonly microdollarsADay: number | undefined;
  /** Whether the configuration was there before: it is its owner's, and stays as it is. */
  readonly kept: boolean;
  /** Files among the static assets. */
  readonly assets: number;
  /** Objects for the bucket, `current` last. */
  readonly objects: readonly string[];
}

/** What adds up what answers cost in a day: src/edge/spending.ts. */
const SPENDING = {
  durable_objects: { bindings: [{ name: 'SPENDING', class_name: 'Spending' }] },
  migrations: [{ tag: 'spending', new_sqlite_classes: ['Spending'] }],
};
/** What Wrangler reads. */
const CONFIG = 'wrangler.jsonc';
const ASSETS = 'assets';
/** Whichever Worker it is: an index may need another than the one before it, and the configuration stays. */
const ENTRY = 'index.js';
const MOST_ASSET_BYTES = 25 * 1024 * 1024;

/**
 * Writes the folder of a deployment, or brings it up to date.
 *
 * @throws SparsedgeError `bad-input` for a file that no static asset may be, and for a configuration that says another
 *   thing
 */
export async function writeDeployment(deployed: Deployed): Promise<Deployment> {
  const { index, folder, store } = deployed;
  const path = join(folder, CONFIG);
  mkdirSync(folder, { recursive: true });
  const kept = existsSync(path);
  if (!kept) writeFileSync(path, configOf(deployed));
  const said = settingsIn(path);
  if ((said.bucket === undefined) !== (store === 'assets')) {
    throw new SparsedgeError(
      'bad-input',
      `${path} is for an index ${said.bucket === undefined ? 'among static assets' : 'in a bucket'}, and ${index} is not; ` +
        'name another folder with --to, or remove that file',
      { file: path },
    );
  }
  const { microdollarsADay = said.microdollarsADay } = deployed;
  if (said.microdollarsADay !== microdollarsADay) {
    throw new SparsedgeError(
      'bad-input',
      `${path} is its owner's, and has ${said.microdollarsADay ?? 'no'} MAX_MICRODOLLARS_A_DAY: make it ` +
        `${microdollarsADay} among "vars", and add what it needs: ${JSON.stringify(SPENDING)}`,
      { file: path },
    );
  }
  rmSync(join(folder, 'worker'), { recursive: true, force: true });
  for (const { name, type, contents } of await workerCode(deployed.worker))
    writeIn(folder, `worker/${type === 'ESModule' ? ENTRY : name}`, contents);
  const names = await namesOf(index);
  const isAsset = (name: string) => store === 'assets' || (store === 'both' && name.startsWith(`${PAGES}/`));
  const assets = [...names.filter(isAsset), ...(store === 'both' ? await pagesBefore(index) : [])];
  linkAssets(index, join(folder, ASSETS), assets, store);
  return { ...said, kept, assets: assets.length, objects: names.filter((name) => !isAsset(name)) };
}

/** Where the objects of an index are meant to lie: as they are cut, so they can be served. */
export async function storeOfIndex(index: string): Promise<PricedStore> {
  const { table } = await openIndex(folderSource(index));
  if ([...table.spaces.values(), table.documents].every(({ shards }) => shards.length === 0)) return 'assets';
  return table.documents.shards.length === 0 ? 'both' : 'r2';
}

/** Everything that readers of the current generation read, `current` last. */
async function namesOf(index: string): Promise<string[]> {
  const manifest = await readManifest(folderSource(index));
  const { build } = manifest;
  return [
    ...(await objectsOf(folderSource(index), build)),
    ...modelObjects(index, manifest),
    ...(manifest.rules ? [manifest.rules.name] : []),
    manifestName(build),
    CURRENT,
  ];
}

/**
 * Pages of the generation before. Assets are replaced at once, and a bucket's `current` is read again only after some
 * seconds: whoever reads the generation before meanwhile finds its pages.
 */
async function pagesBefore(index: string): Promise<string[]> {
  const path = join(index, PREVIOUS);
  if (!existsSync(path)) return [];
  const { build } = decodeManifest(readFileSync(path), path);
  return (await objectsOf(folderSource(index), build)).filter((name) => name.startsWith(`${PAGES}/`));
}

/**
 * The configuration of a new deployment.
 *
 * Comments are for its owner; src/env.ts defines the settings.
 */
function configOf({ name, store, microdollarsADay: daily }: Deployed): string {
  const assets = {
    directory: `./${ASSETS}`,
    binding: store === 'assets' ? 'INDEX' : 'DOCUMENTS',
    html_handling: 'none',
  };
  const config = {
    $schema: 'https://unpkg.com/wrangler/config-schema.json',
    name,
    main: `worker/${ENTRY}`,
    compatibility_date: COMPATIBILITY_DATE,
    // It is bundled already; a network's WebAssembly lies beside it.
    no_bundle: true,
    find_additional_modules: true,
    base_dir: 'worker',
    // Answers to GET are kept where they are asked for, and cost neither reads nor processor time there.
    cache: { enabled: true },
    ...(store !== 'r2' && { assets }),
    ...(store !== 'assets' && { r2_buckets: [{ binding: 'INDEX', bucket_name: `${name}-index` }] }),
    ...(daily !== undefined && SPENDING),
    vars: {
      MAX_K: 100,
      GENERATION_SECONDS: 30,
      CORS_ORIGIN: '*',
      ...(daily !== undefined && { MAX_MICRODOLLARS_A_DAY: daily }),
    },
  };
  return `// Written by sparsedge deploy, and yours from now on: it is not written again.\n${JSON.stringify(config, null, 2)}\n`;
}

/** What of a configuration is needed here. */
interface Settings {
  readonly name?: unknown;
  readonly r2_buckets?: readonly { readonly binding?: unknown; readonly bucket_name?: unknown }[];
  readonly vars?: { readonly MAX_MICRODOLLARS_A_DAY?: unknown };
}

/**
 * What a configuration says, comments and trailing commas allowed, as Wrangler reads it.
 *
 * @throws SparsedgeError `bad-input` where it is no configuration, or names no Worker
 */
function settingsIn(path: string): Pick<Deployment, 'name' | 'bucket' | 'microdollarsADay'> {
  const expected = (what: string, found: string) =>
    new SparsedgeError('bad-input', `${path}: expected ${what}, found ${found}`, { file: path });
  const text = readFileSync(path, 'utf8');
  const errors: ParseError[] = [];
  const settings = (parse(text, errors, { allowTrailingComma: true }) ?? {}) as Settings;
  const [wrong] = errors;
  if (wrong) {
    const line = text.slice(0, wrong.offset).split('\n').length;
    throw expected('JSON with comments', `${printParseErrorCode(wrong.error)} in line ${line}`);
  }
  const { name, r2_buckets = [], vars = {} } = settings;
  if (typeof name !== 'string') throw expected('the "name" of a Worker', JSON.stringify(name) ?? 'none');
  const bound = r2_buckets.find(({ binding }) => binding === 'INDEX');
  const bucket = bound && String(bound.bucket_name);
  const { MAX_MICRODOLLARS_A_DAY: daily } = vars;
  return { name, bucket, microdollarsADay: daily === undefined ? undefined : Number(daily) };
}

/** Makes a folder hold these files of an index and no others, as links where the system can: they never change. */
function linkAssets(index: string, folder: string, names: readonly string[], store: PricedStore): void {
  if (names.length === 0) {
    rmSync(folder, { recursive: true, force: true });
    return;
  }
  const placed = new Map(
    names.map((name) => [store === 'both' ? name.slice(PAGES.length + 1) : name, join(index, name)]),
  );
  for (const [name, path] of placed) {
    const { size } = statSync(path);
    if (size <= MOST_ASSET_BYTES) continue;
    throw new SparsedgeError(
      'bad-input',
      `${name} has ${size} bytes, and a static asset at most ${MOST_ASSET_BYTES}: build the index with --store both`,
      { file: path, bytes: size, most: MOST_ASSET_BYTES },
    );
  }
  if (existsSync(folder)) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      const name = path.slice(folder.length + 1).replaceAll('\\', '/');
      if (entry.isFile() && (!placed.has(name) || name === CURRENT)) rmSync(path);
    }
  }
  for (const [name, from] of placed) {
    const to = join(folder, name);
    if (existsSync(to)) continue;
    mkdirSync(dirname(to), { recursive: true });
    try {
      // `current` is replaced in the index by another file, so that a link to it stays what it was.
      linkSync(from, to);
    } catch {
      copyFileSync(from, to);
    }
  }
}

function writeIn(folder: string, name: string, contents: Uint8Array): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), contents);
}
