// The folder from which an index is deployed: a configuration of the user's own for Wrangler, the Worker's code, and
// the files that are to be its static assets. Nothing in it refers to this package, so whoever has it can deploy it.

import {
  copyFileSync,
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';
import { SparsedgeError } from '../../src/core/errors.ts';
import { CURRENT, decodeManifest, manifestName, readManifest } from '../../src/core/format/manifest.ts';
import { PAGES } from '../../src/core/format/page-table.ts';
import { openIndex } from '../../src/query/search/open.ts';
import type { PricedStore } from '../../src/query/usage/price.ts';
import { modelObjects } from '../index/copy-model.ts';
import { knownObjects, OWN_NAME, PREVIOUS, presentObjects } from '../index/publish.ts';
import { folderSource, makeFolder } from '../work/files.ts';
import { COMPATIBILITY_DATE, type WorkerName, workerCode } from './bundles/worker-code.ts';
import { folderOf, indexesSetting, type NamedIndex } from './named-indexes.ts';

/** Indexes that are to be deployed. */
export interface Deployed {
  readonly indexes: readonly NamedIndex[];
  /** Where the configuration and the Worker are written. */
  readonly folder: string;
  /** Of the Worker, and of what it is reached by. */
  readonly name: string;
  /** Of all of them. */
  readonly store: PricedStore;
  readonly worker: WorkerName;
  /** Micro-dollars that its answers may cost in a day, if that is limited. */
  readonly microdollarsADay?: number | undefined;
  /** Whether agents may ask it. */
  readonly mcp?: boolean | undefined;
}

/** What is written, and what is left to upload. */
export interface Deployment {
  /** As the configuration says them, which may be an older one that its owner has changed. */
  readonly name: string;
  readonly bucket: string | undefined;
  readonly microdollarsADay: number | undefined;
  readonly indexes: string | undefined;
  readonly mcp: boolean;
  /** Whether the configuration was there before: it is its owner's, and stays as it is. */
  readonly kept: boolean;
  /** Files among the static assets. */
  readonly assets: number;
  /** Objects for the bucket and the files that are to be put there, `current` of each index last. */
  readonly objects: readonly StoredFile[];
}

/** An object, and the file that has what it is to have. */
interface StoredFile {
  readonly name: string;
  readonly path: string;
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
  const { indexes, folder, store } = deployed;
  const path = join(folder, CONFIG);
  mustBeForDeployment(folder);
  makeFolder(folder);
  const kept = existsSync(path);
  if (!kept) writeFileSync(path, configOf(deployed));
  const said = settingsIn(path);
  if ((said.bucket === undefined) !== (store === 'assets')) {
    throw new SparsedgeError(
      'bad-input',
      `${path} is for an index ${said.bucket === undefined ? 'among static assets' : 'in a bucket'}, and ${indexes[0].folder} is not; ` +
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
  if (said.mcp !== (deployed.mcp ?? false)) {
    throw new SparsedgeError(
      'bad-input',
      `${path} is its owner's: ${said.mcp ? 'its MCP among "vars" is on: deploy with --mcp' : 'make MCP "on" among its "vars"'}`,
      { file: path },
    );
  }
  const { INDEXES } = indexesSetting(indexes);
  if (said.indexes !== INDEXES) {
    throw new SparsedgeError(
      'bad-input',
      `${path} is its owner's, and its INDEXES among "vars" is ${JSON.stringify(said.indexes) ?? 'not set'}: ` +
        `${INDEXES === undefined ? 'leave it out' : `make it ${JSON.stringify(INDEXES)}`}, or name another folder with --to`,
      { file: path },
    );
  }
  for (const name of filesIn(join(folder, 'worker')))
    if (!isOfTools(name)) rmSync(join(folder, 'worker', name));
  for (const { name, type, contents } of await workerCode(deployed.worker))
    writeIn(folder, `worker/${type === 'ESModule' ? ENTRY : name}`, contents);
  const isAsset = (name: string) => store === 'assets' || (store === 'both' && name.startsWith(`${PAGES}/`));
  const assets = new Map<string, string>();
  const objects: StoredFile[] = [];
  for (const each of indexes) {
    const place = folderOf(each);
    const names = await namesOf(each.folder);
    const before = store === 'both' ? await pagesBefore(each.folder) : [];
    for (const name of [...names.filter(isAsset), ...before]) {
      const asset = store === 'both' ? name.slice(PAGES.length + 1) : name;
      assets.set(place + asset, join(each.folder, name));
    }
    const others = names.filter((name) => !isAsset(name));
    objects.push(...others.map((name) => ({ name: place + name, path: join(each.folder, name) })));
  }
  for (const [name, path] of assets) mustFitAsset(name, path);
  linkFiles(assets, join(folder, ASSETS));
  return { ...said, kept, assets: assets.size, objects };
}

/** What a deployment puts among its assets: an index, or its pages alone, or several below their names. */
const ASSET = /^(?:current|[0-9a-f]{32}|models\/[^/]+-[0-9a-f]{12}\/[^/]+)$/;
const MODULE = /^(?:index\.js|[^/]+\.wasm)$/;

/**
 * Looks at a folder before anything is written there: what it has in the places of the Worker and its assets is
 * replaced.
 *
 * @throws SparsedgeError `bad-input` for a file there that is none of a deployment's; names that begin with a dot are
 *   for tools, and stay
 */
function mustBeForDeployment(folder: string): void {
  const isAsset = (name: string) => ASSET.test(name) || OWN_NAME.test(name);
  const ours = {
    worker: (name: string) => MODULE.test(name),
    [ASSETS]: (name: string) => isAsset(name) || isAsset(name.slice(name.indexOf('/') + 1)),
  };
  for (const [place, isOurs] of Object.entries(ours)) {
    const foreign = filesIn(join(folder, place)).find((name) => !isOfTools(name) && !isOurs(name));
    if (foreign === undefined) continue;
    throw new SparsedgeError(
      'bad-input',
      `${join(folder, place, foreign)} is none of a deployment's files, and would be removed: expected a folder for the ` +
        'deployment alone; name another with --to',
      { folder, file: join(place, foreign) },
    );
  }
}

/** The files below a folder, by their paths with slashes. */
function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

function isOfTools(name: string): boolean {
  return basename(name).startsWith('.');
}

/** @throws SparsedgeError `bad-input` for a file that no static asset may be */
function mustFitAsset(name: string, path: string): void {
  const { size } = statSync(path);
  if (size <= MOST_ASSET_BYTES) return;
  throw new SparsedgeError(
    'bad-input',
    `${name} has ${size} bytes, and a static asset at most ${MOST_ASSET_BYTES}: build the index with --store both`,
    { file: path, bytes: size, most: MOST_ASSET_BYTES },
  );
}

/**
 * Where the objects of indexes are meant to lie that are served together.
 *
 * @throws SparsedgeError `bad-input` where that is not the same of all
 */
export async function storeOfIndexes(indexes: readonly NamedIndex[]): Promise<PricedStore> {
  const stores = await Promise.all(indexes.map(({ folder }) => storeOfIndex(folder)));
  const other = stores.findIndex((store) => store !== stores[0]);
  if (other < 0) return stores[0];
  throw new SparsedgeError(
    'bad-input',
    `${indexes[0].folder} is built for the store ${stores[0]}, and ${indexes[other].folder} for ${stores[other]}: ` +
      'indexes of one deployment are of one store; build one of them again with --store',
  );
}

/** Where the objects of an index are meant to lie: as they are cut, so they can be served. */
async function storeOfIndex(index: string): Promise<PricedStore> {
  const { table } = await openIndex(folderSource(index));
  if ([...table.spaces.values(), table.documents].every(({ shards }) => shards.length === 0)) return 'assets';
  return table.documents.shards.length === 0 ? 'both' : 'r2';
}

/** Everything that readers of the current generation read, `current` last. */
async function namesOf(index: string): Promise<string[]> {
  const manifest = await readManifest(folderSource(index));
  const { build } = manifest;
  return [
    ...(await presentObjects(index, build)),
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
  // What is left of a damaged one goes along: that it is damaged is no reason not to deploy the current one.
  const names = (await knownObjects(index, build)) ?? [];
  return names.filter((name) => name.startsWith(`${PAGES}/`) && existsSync(join(index, name)));
}

/**
 * The configuration of a new deployment.
 *
 * Comments are for its owner; src/edge/settings.ts defines the settings.
 */
function configOf({ name, store, indexes, mcp, microdollarsADay: daily }: Deployed): string {
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
      ...indexesSetting(indexes),
      MAX_K: 100,
      GENERATION_SECONDS: 30,
      CORS_ORIGIN: '*',
      ...(mcp && { MCP: 'on' }),
      ...(daily !== undefined && { MAX_MICRODOLLARS_A_DAY: daily }),
    },
  };
  return `// Written by sparsedge deploy, and yours from now on: it is not written again.\n${JSON.stringify(config, null, 2)}\n`;
}

/** What of a configuration is needed here. */
interface Settings {
  readonly name?: unknown;
  readonly r2_buckets?: readonly { readonly binding?: unknown; readonly bucket_name?: unknown }[];
  readonly vars?: {
    readonly MAX_MICRODOLLARS_A_DAY?: unknown;
    readonly INDEXES?: unknown;
    readonly MCP?: unknown;
  };
}

/**
 * What a configuration says, comments and trailing commas allowed, as Wrangler reads it.
 *
 * @throws SparsedgeError `bad-input` where it is no configuration, or names no Worker
 */
function settingsIn(
  path: string,
): Pick<Deployment, 'name' | 'bucket' | 'microdollarsADay' | 'indexes' | 'mcp'> {
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
  const { MAX_MICRODOLLARS_A_DAY: daily, INDEXES: names, MCP } = vars;
  const microdollarsADay = daily === undefined ? undefined : Number(daily);
  return {
    name,
    bucket,
    microdollarsADay,
    indexes: names === undefined ? undefined : String(names),
    mcp: MCP === 'on',
  };
}

/**
 * Makes a folder hold these files of indexes and no others, as links where the system can: they never change.
 *
 * @param placed by their names in the folder
 */
export function linkFiles(placed: ReadonlyMap<string, string>, folder: string): void {
  if (placed.size === 0) {
    rmSync(folder, { recursive: true, force: true });
    return;
  }
  for (const name of filesIn(folder))
    if (!isOfTools(name) && (!placed.has(name) || basename(name) === CURRENT)) rmSync(join(folder, name));
  for (const [name, from] of placed) {
    const to = join(folder, name);
    // Whoever was stopped while a file was copied has left a part of it.
    if (existsSync(to) && statSync(to).size === statSync(from).size) continue;
    rmSync(to, { force: true });
    makeFolder(dirname(to));
    try {
      // `current` is replaced in the index by another file, so that a link to it stays what it was.
      linkSync(from, to);
    } catch {
      copyFileSync(from, to);
    }
  }
}

function writeIn(folder: string, name: string, contents: Uint8Array): void {
  makeFolder(dirname(join(folder, name)));
  writeFileSync(join(folder, name), contents);
}
