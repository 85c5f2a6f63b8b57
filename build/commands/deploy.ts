// `sparsedge deploy`: from documents, or an index, to a URL.

import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { SparsedgeError } from '../../src/core/errors.ts';
import { CURRENT, documentsIn } from '../../src/core/format/manifest.ts';
import { PAGES } from '../../src/core/format/page-table.ts';
import type { PricedStore } from '../../src/query/usage/price.ts';
import type { CostReport } from '../evaluate/query-costs.ts';
import type { Deployment } from '../local/deployment.ts';
import {
  folderOf,
  type IndexSource,
  mustLieApart,
  type NamedIndex,
  nameIndexes,
  splitName,
} from '../local/named-indexes.ts';
import { STORES } from '../stages/shard/index-plan.ts';
import { counted } from '../terminal/layout.ts';
import { print, printJson, say } from '../terminal/outcome.ts';
import { terminalProgress } from '../terminal/progress.ts';
import { lockFolder, whileLocked } from '../work/lock.ts';
import { aboutGenerator } from './build/build-summary.ts';
import { configFrom, encoderOptions, folderFor, mustBuildNothing } from './options/building.ts';
import { schemaOption } from './options/field-schema.ts';
import { jsonOption } from './options/json-output.ts';
import { readingOf, readingOptions } from './options/reading.ts';
import { decimal, whole } from './options/values.ts';
import type { RemoteStore } from './remote/remote-store.ts';

type Options = Parameters<typeof configFrom>[0] &
  Parameters<typeof readingOf>[1] & {
    readonly name?: string;
    readonly out?: string;
    readonly to?: string;
    readonly store?: PricedStore;
    readonly dailyBudget?: number;
    readonly mcp?: true;
    readonly local?: true;
    readonly port: number;
    readonly dryRun?: true;
    readonly json?: true;
  };

/** The command. */
export function deployCommand(): Command {
  const command = new Command('deploy')
    .description(
      "Builds an index of documents, unless it is given one, and deploys it with a Worker to Cloudflare, in the user's " +
        'own account. The folder it deploys from has a configuration for Wrangler, which is written once and is the ' +
        "user's from then on. Only what is not there is uploaded, and the new index is searched once all of it is.",
    )
    .argument(
      '<inputs...>',
      'The documents, as for sparsedge build, or an index folder; or several, each of which becomes an index that is ' +
        'searched by the name of its folder, or by another, given as name=input.',
    )
    .option(
      '--name <name>',
      'The name of the Worker, a part of its URL. The default is the name of the index folder.',
      workerName,
    )
    .option('-o, --out <folder>', 'The index folder. The default is shards/<name of the input>.')
    .option('--to <folder>', 'The folder to deploy from. The default is deploy/<name>.')
    .addOption(
      new Option(
        '--store <where>',
        'Where documents are served from: static assets, which cost nothing, R2, or both. The default is assets; an ' +
          'index says it itself.',
      ).choices(STORES),
    )
    .option(
      '--daily-budget <dollars>',
      'The most dollars that answers may cost in a day. Beyond it, questions are refused until midnight UTC.',
      dailyBudget,
    )
    .option('--mcp', 'Let agents ask it by the Model Context Protocol, at /mcp.')
    .option('--local', 'Run what would be deployed, on this machine, until Ctrl-C.')
    .option(
      '--port <n>',
      'With --local, the port on 127.0.0.1; 0 takes any free one.',
      whole(0, 65_535),
      8787,
    )
    .option(
      '--dry-run',
      'Say what would be done and what it costs. Documents are built; nothing else is written.',
    );
  for (const option of buildingOptions()) command.addOption(option);
  return command.addOption(jsonOption()).addHelpText('after', MORE).action(deploy);
}

/** How an index is built, where documents are given. */
const buildingOptions = () => [...readingOptions(), schemaOption(), ...encoderOptions()];

/** Dollars → micro-dollars, in the range of the Worker's setting. */
function dailyBudget(text: string): number {
  const microdollars = Math.round(decimal(text) * 1e6);
  if (microdollars >= 1 && microdollars <= 1e9) return microdollars;
  throw new InvalidArgumentError('It must be from 0.000001 to 1000.');
}

function workerName(text: string): string {
  if (/^[a-z0-9]([a-z0-9-]{0,51}[a-z0-9])?$/.test(text)) return text;
  throw new InvalidArgumentError('It must be of letters from a to z, digits and hyphens, at most 53.');
}

const MORE = `
Signing in is Wrangler's: \`npx wrangler login\`, or a token in
CLOUDFLARE_API_TOKEN. It is fetched through npm where it is not installed. Into a
bucket it puts objects one by one. Keys of R2 in AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY, with CLOUDFLARE_ACCOUNT_ID, upload many at once what the
bucket lacks, and switch only if nobody else has meanwhile.

Examples:
  sparsedge deploy docs/ --dry-run
  sparsedge deploy docs/ --local
  sparsedge deploy docs/ --name manual
  sparsedge deploy shards/docs
  sparsedge deploy shards/docs v1=shards/docs-2024 --name manual

Exit codes: 0 it is deployed; 1 Cloudflare or Wrangler refused; 2 the input or
an option is wrong.`;

/** What is known before anything is deployed. */
interface Plan {
  readonly indexes: readonly NamedIndex[];
  readonly name: string;
  readonly folder: string;
  readonly store: PricedStore;
  /** Of the index whose queries cost most. */
  readonly cost: CostReport;
  readonly microdollarsADay: number | undefined;
  readonly mcp: boolean;
}

async function deploy(inputs: readonly string[], options: Options, command: Command): Promise<void> {
  const sources = inputs.map((input) => sourceOf(input, options.out));
  mustLieApart(sources);
  const building = ['out', ...buildingOptions().map((option) => option.attributeName())];
  if (sources.every(({ isIndex }) => isIndex)) mustBuildNothing(command, building, sources[0].folder);
  const plan = await planOf(sources, options);
  if (options.dryRun) {
    if (options.json) printJson(plan);
    else print(...planLines(plan), '', ...costLines(plan));
    return;
  }
  const { writeDeployment } = await import('../local/deployment.ts');
  const { workerNameOf } = await import('../local/local-worker.ts');
  const worker = await workerNameOf(plan.indexes, { mcp: plan.mcp });
  const deployment = await writeDeployment({ ...plan, worker });
  if (options.local) await runLocally(plan, deployment, options);
  else await goLive(plan, deployment, options);
}

async function planOf(sources: readonly IndexSource[], options: Options): Promise<Plan> {
  const startProgress = terminalProgress(process.stderr);
  if (sources.length > 1 && options.out !== undefined)
    throw new SparsedgeError('bad-input', '--out is the folder of one index, and there are several inputs');
  for (const source of sources) if (!source.isIndex) await buildFor(source, options);
  const indexes = nameIndexes(sources.map(({ name, folder }) => ({ name, path: folder })));
  const [{ folder: index }] = indexes;
  const { storeOfIndexes } = await import('../local/deployment.ts');
  const store = await storeOfIndexes(indexes);
  if (options.store !== undefined && options.store !== store) {
    throw new SparsedgeError(
      'bad-input',
      `${index} is built for the store ${store}: build it again with --store ${options.store}`,
      { folder: index, store },
    );
  }
  const { costOfIndex } = await import('../evaluate/query-costs.ts');
  const costs: CostReport[] = [];
  for (const { folder } of indexes)
    costs.push(await costOfIndex({ folder, most: 50, hitRate: 0, monthly: 1_000_000, startProgress }));
  const dearness = ({ stores }: CostReport) => stores.find((each) => each.store === store)!.million.cold;
  const cost = costs.reduce((dearest, each) => (dearness(each) > dearness(dearest) ? each : dearest));
  const name = options.name ?? nameOf(index);
  const folder = options.to ?? join('deploy', name);
  const mcp = options.mcp ?? false;
  return { indexes, name, store, folder, cost, microdollarsADay: options.dailyBudget, mcp };
}

function sourceOf(input: string, out: string | undefined): IndexSource {
  const { name, path } = splitName(input);
  const isIndex = existsSync(join(path, CURRENT));
  return { name, path, isIndex, folder: isIndex ? path : (out ?? folderFor(path)) };
}

/** A Worker's name from a folder's. */
function nameOf(index: string): string {
  const name = basename(resolve(index))
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return `${name || 'my'}-search`;
}

async function buildFor({ path, folder }: IndexSource, options: Options): Promise<void> {
  const reading = readingOf(path, options);
  const { buildFolder } = await import('../index/build-folder.ts');
  const { readsPages } = await import('../stages/read/read.ts');
  const config = configFrom({ ...options, store: options.store ?? 'assets' }, await readsPages(reading));
  const { manifest, read } = await buildFolder({
    reading,
    config,
    folder,
    startProgress: terminalProgress(process.stderr),
  });
  say(`Built ${folder} of ${counted(documentsIn(manifest), 'document')}.`);
  for (const line of aboutGenerator(read)) say(line);
}

async function runLocally(
  { indexes, folder, store, cost, name, mcp }: Plan,
  { microdollarsADay }: Deployment,
  { port, json }: Options,
): Promise<void> {
  const { startLocalWorker } = await import('../local/local-worker.ts');
  const startProgress = terminalProgress(process.stderr);
  const placed = indexes.map((index) => ({ ...index, folder: join(folder, 'assets', folderOf(index)) }));
  const served = store === 'assets' ? placed : indexes;
  const { secretIn } = await import('../local/runtime/key-file.ts');
  const keys = secretIn(folder);
  const settings: Record<string, string> = {
    ...(microdollarsADay !== undefined && { MAX_MICRODOLLARS_A_DAY: String(microdollarsADay) }),
    ...(keys !== undefined && { KEYS: keys }),
  };
  const worker = await startLocalWorker(served, { port, mcp, settings, startProgress, say });
  const { stopSignal } = await import('../terminal/stop-signal.ts');
  const stopped = stopSignal();
  if (json) printJson({ url: worker.url, name, folder, cost });
  else {
    print(
      `What is in ${folder} answers at ${worker.url}`,
      '',
      curlLine(worker.url),
      '',
      ...costLines({ store, cost, microdollarsADay }),
    );
    print('', 'Ctrl-C stops it.');
  }
  await stopped;
  await worker.stop();
}

/** Uploads, in an order in which readers never miss anything. */
async function goLive(plan: Plan, deployment: Deployment, { json }: Options): Promise<void> {
  const { deployWorker, makeBucket } = await import('../local/wrangler-cli.ts');
  const { indexes, folder, cost, store } = plan;
  const { bucket, name, microdollarsADay } = deployment;
  if (bucket !== undefined) await makeBucket(folder, bucket);
  const remotes = bucket === undefined ? undefined : await storesOf(bucket, indexes);
  let url: string | undefined;
  const deployIt = async () => {
    [url] = await deployWorker(folder);
  };
  if (remotes) {
    await publishAll(plan, remotes, deployIt);
  } else {
    const { putCurrent, upload } = await import('../local/wrangler-uploads.ts');
    const uploads = bucket === undefined ? undefined : { ...deployment, folder, bucket };
    if (uploads) await upload(uploads);
    await deployIt();
    if (uploads) await putCurrent(uploads);
  }
  if (json) printJson({ url, name, folder, cost });
  else {
    const costs = costLines({ store, cost, microdollarsADay });
    print('', `${name} answers at ${url}`, '', curlLine(url ?? ''), '', ...costs);
  }
}

/**
 * The bucket by R2's own interface, where the environment has keys for it: Wrangler can neither list a bucket nor write
 * under a condition. Keys may be there for another store.
 */
async function storesOf(
  bucket: string,
  indexes: readonly NamedIndex[],
): Promise<readonly RemoteStore[] | undefined> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, CLOUDFLARE_ACCOUNT_ID, AWS_ENDPOINT_URL } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY || !(CLOUDFLARE_ACCOUNT_ID || AWS_ENDPOINT_URL))
    return undefined;
  const { openStore } = await import('./remote/remote-store.ts');
  const stores = indexes.map(({ name }) => openStore(`r2://${bucket}${name && `/${name}`}`, {}));
  try {
    await stores[0].get(CURRENT);
    return stores;
  } catch (error) {
    const { status } = error instanceof SparsedgeError ? error.details : {};
    if (status !== 401 && status !== 403) throw error;
    say(
      `The keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY do not open ${bucket}; Wrangler uploads instead.`,
    );
    return undefined;
  }
}

/** Publishes each index, the Worker being deployed when the objects of all are there and none is searched yet. */
async function publishAll(
  { indexes, store }: Plan,
  remotes: readonly RemoteStore[],
  deployIt: () => Promise<void>,
): Promise<void> {
  const { publishTo } = await import('./remote/remote-publish.ts');
  const publish = async (i: number): Promise<void> => {
    if (i === indexes.length) return deployIt();
    const { folder } = indexes[i];
    const publishing = {
      startProgress: terminalProgress(process.stderr),
      holds: (object: string) => store === 'r2' || !object.startsWith(`${PAGES}/`),
      before: () => publish(i + 1),
    };
    await whileLocked(lockFolder(folder, 'publishing'), () => publishTo(remotes[i], folder, publishing));
  };
  await publish(0);
}

function planLines({ indexes, name, folder, store, cost }: Plan): string[] {
  const steps = [
    `write ${folder}, from which it is deployed (${join(folder, 'wrangler.jsonc')} stays if it is there)`,
    ...(store === 'assets'
      ? []
      : [`make the R2 bucket ${name}-index, unless there is one, and upload what it lacks`]),
    `deploy the Worker ${name}${store === 'r2' ? '' : ' with its static assets, of which those that are new are uploaded'}`,
    ...(store === 'assets' ? [] : ['make the new index the current one']),
  ];
  return [
    indexes.length === 1
      ? `${indexes[0].folder} has ${counted(cost.files, 'file')}, and its store is ${store}. To deploy it is to`
      : `The store of ${indexes.map((index) => index.folder).join(', ')} is ${store}. To deploy them is to`,
    ...steps.map((step, i) => `  ${i + 1}. ${step}`),
  ];
}

function curlLine(url: string): string {
  return `  curl '${url.replace(/\/$/, '')}/v1/search?q=your+question&k=3'`;
}

function costLines({
  store,
  cost,
  microdollarsADay,
}: Pick<Plan, 'store' | 'cost' | 'microdollarsADay'>): string[] {
  const { million, freeRefuses } = cost.stores.find((each) => each.store === store)!;
  const free =
    freeRefuses.length === 0
      ? 'On the free plan they cost nothing, up to 100,000 a day.'
      : `The free plan does not carry it: ${freeRefuses.join('; ')}.`;
  return [
    `A million queries cost $${million.cold.toFixed(2)} beyond what a plan includes, if no cache answers any. ${free}`,
    ...(microdollarsADay === undefined
      ? []
      : [
          `When answers have cost $${microdollarsADay / 1e6} in a day, questions are refused until midnight UTC. Refused ` +
            'ones are requests still, which Cloudflare bills.',
        ]),
    `(Prices of ${cost.pricesAsOf}; sparsedge cost says more.)`,
  ];
}
