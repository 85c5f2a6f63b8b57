// A whole isolate in virtual time: the app, its groups of windows, its model and its caches, over storage that a test
// puts together.

import { env } from 'cloudflare:workers';
import { utf8 } from '../../src/core/format/bytes.ts';
import { CURRENT, decodeManifest, encodeManifest, manifestName } from '../../src/core/format/manifest.ts';
import type { Source } from '../../src/core/source.ts';
import { Crowd } from '../../src/edge/load/crowd.ts';
import { IsolateRoom } from '../../src/edge/load/room.ts';
import { Indexes } from '../../src/edge/named-engines.ts';
import { answerPages, type Entrypoint } from '../../src/edge/platform-cache.ts';
import { ResidentIndex } from '../../src/edge/resident-index.ts';
import { parseConfig } from '../../src/edge/settings.ts';
import { answerWindows, ResidentGeneration } from '../../src/edge/window-groups.ts';
import { ModelCache } from '../../src/encode/model-cache.ts';
import { ResidentModel } from '../../src/encode/resident-model.ts';
import { createApp } from '../../src/http/app.ts';
import { completeGeneration } from '../../src/store/generation.ts';
import { pageCache } from '../../src/store/page-cache.ts';
import { steadySource } from '../../src/store/request-reads.ts';
import { StorageHealth } from '../../src/store/storage-health.ts';
import { countingNetwork } from '../fakes/counting-network.ts';
import { indexObjects, type Objects } from '../fakes/memory-index.ts';
import { modelObjects } from '../fakes/model-objects.ts';
import { randomFrom } from '../fakes/random.ts';
import type { VirtualTime } from '../fakes/virtual-time.ts';
import { client } from './requests.ts';

const DOCUMENTS = 400;
/** Caches are small, so that storage has something to do. */
const CACHE_BYTES = 1024;
const KEPT = 0.1;
const PIECES = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words(60)];
const PAGINATION = {
  layout: { longBytes: 200, dictionaryBytes: 400, dividedBytes: 200 },
  documentsPerPage: 8,
  apart: true,
};

/** Words of letters alone, which no analyzer cuts. */
function words(count: number): string[] {
  return Array.from(
    { length: count },
    (_, i) => `w${'abcdefghij'[Math.floor(i / 10)]}${'qrstuvwxyz'[i % 10]}`,
  );
}

/** One of the words, the first ones more often. */
function word(random: () => number): string {
  return PIECES[5 + Math.floor(60 * random() ** 2)];
}

/** How questions are searched: in one invocation, in groups of windows, or with terms that a network gives. */
export type Way = 'alone' | 'in groups' | 'with a model';

/** The objects of an index for each way. */
export async function indexesByWay(): Promise<ReadonlyMap<Way, Objects>> {
  const indexes = new Map<Way, Objects>();
  const random = randomFrom(1);
  const documents = Array.from({ length: DOCUMENTS }, (_, i) => {
    const vector = new Map(Array.from({ length: 12 }, () => [word(random), 1 + Math.floor(254 * random())]));
    return {
      document: { id: `d${i}`, text: [...vector.keys()].join(' ') },
      vectors: new Map([['test', vector]]),
    };
  });
  const cut = (windows: number) => {
    const most = Math.ceil(DOCUMENTS / windows);
    const parts = Array.from({ length: windows }, (_, i) => documents.slice(i * most, (i + 1) * most));
    return indexObjects('0123456789abcdef', { spaces: new Map([['test', 255]]), windows: parts }, PAGINATION);
  };
  indexes.set('alone', cut(1));
  const grouped = cut(4);
  const current = grouped.get(CURRENT)!;
  grouped.set(manifestName(decodeManifest(current, CURRENT).build), current);
  indexes.set('in groups', grouped);
  const { space, objects } = await modelObjects({
    id: 'model',
    onnx: 'query.onnx',
    graph: utf8('a graph'.repeat(10_000)),
    vocabulary: utf8(`${PIECES.join('\n')}\n`),
    more: { query: { kind: 'neural', scale: 1 } },
  });
  const modelled = cut(1);
  const manifest = decodeManifest(modelled.get(CURRENT)!, CURRENT);
  modelled.set(CURRENT, encodeManifest({ ...manifest, spaces: [{ ...space, name: 'test' }] }));
  for (const [name, bytes] of objects) modelled.set(name, bytes.slice());
  indexes.set('with a model', modelled);
  return indexes;
}

/** Real time has these, too. */
type IsolateTime = Pick<VirtualTime, 'clock' | 'timer' | 'alarm'>;

/** An isolate that has just begun. `seed` says what chance does in it. */
export function isolate(way: Way, source: (random: () => number) => Source, time: IsolateTime, seed = 0) {
  const { clock, timer, alarm } = time;
  const random = randomFrom(seed);
  const storage = { clock, alarm, health: new StorageHealth(), most: 1000, random };
  const faulty = completeGeneration(source(random));
  const room = new IsolateRoom(2 ** 24, clock, timer);
  const crowd = new Crowd(clock, timer);
  const config = parseConfig({ INDEX: env.INDEX, LOCAL_WINDOWS: way === 'in groups' ? 0 : 32 });
  const models = new ModelCache({ clock, timer });
  const model = new ResidentModel({
    source: steadySource(faulty, storage),
    models,
    openGraph: countingNetwork(PIECES.length, () => timer(1)).open,
  });
  const generation = new ResidentGeneration();
  const log = () => {};
  const resident = new ResidentIndex({
    source: faulty,
    keepMs: 30_000,
    mostWindows: config.localWindows,
    clock,
    log,
  });
  const engine = {
    open: () => ({ source: faulty, storage }),
    clock,
    timer,
    cache: pageCache(CACHE_BYTES),
    room,
    generation,
    log,
  };
  const edge = {
    clock,
    timer,
    room,
    storage,
    cache: pageCache(CACHE_BYTES),
    pages: keeping({ fetch: (request) => answerPages(request, () => faulty, log) }, random),
    windows: { fetch: (request: Request) => answerWindows(request, engine) },
    encode: (text: string, space: Parameters<typeof model.encode>[1]) => model.encode(text, space),
  };
  return client((request) =>
    createApp(config, new Indexes([], () => ({ resident, edge })), { crowd }).fetch(request),
  );
}

/** The platform's cache, which keeps some answers, and would keep damaged ones as well. */
function keeping(entrypoint: Entrypoint, random: () => number): Entrypoint {
  const kept = new Map<string, ArrayBuffer>();
  return {
    async fetch(request) {
      const hit = kept.get(request.url);
      if (hit) return new Response(hit.slice(0), { headers: { 'Cf-Cache-Status': 'HIT' } });
      const response = await entrypoint.fetch(request);
      if (!response.ok) return response;
      const body = await response.arrayBuffer();
      if (random() < KEPT) kept.set(request.url, body);
      return new Response(body.slice(0));
    },
  };
}

/** Five different words, frequent ones more often. */
export function question(way: Way, number: number): object {
  const random = randomFrom(number);
  const chosen = new Set(Array.from({ length: 5 }, () => word(random)));
  return way === 'with a model'
    ? { query: [...chosen].join(' ') }
    : { terms: Object.fromEntries([...chosen].map((word) => [word, 1])) };
}
