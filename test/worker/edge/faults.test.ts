// Questions while storage goes wrong: answers are exact and in time, or they are problems. Time is virtual, so that
// stalls cost nothing; SPARSEDGE_SLOW asks ten thousand questions of each kind.

import { env } from 'cloudflare:workers';
import { beforeAll, describe, expect, it } from 'vitest';
import { utf8 } from '../../../src/core/format/bytes.ts';
import { CURRENT, decodeManifest, encodeManifest, manifestName } from '../../../src/core/format/manifest.ts';
import type { Source } from '../../../src/core/source.ts';
import { answerPages, type Entrypoint } from '../../../src/edge/platform-cache.ts';
import { ResidentIndex } from '../../../src/edge/resident-index.ts';
import { IsolateRoom } from '../../../src/edge/room.ts';
import { answerWindows, ResidentGeneration } from '../../../src/edge/window-groups.ts';
import { ModelCache } from '../../../src/encode/model-cache.ts';
import { ResidentModel } from '../../../src/encode/resident-model.ts';
import { parseConfig } from '../../../src/env.ts';
import { createApp } from '../../../src/http/app.ts';
import { completeGeneration } from '../../../src/store/generation.ts';
import { pageCache } from '../../../src/store/page-cache.ts';
import { steadySource } from '../../../src/store/request-reads.ts';
import { StorageHealth } from '../../../src/store/storage-health.ts';
import { countingNetwork } from '../../fakes/counting-network.ts';
import { type Fault, faultySource } from '../../fakes/faulty-source.ts';
import { buildInMemory, type Objects } from '../../fakes/memory-index.ts';
import { memorySource } from '../../fakes/memory-source.ts';
import { modelObjects } from '../../fakes/model-objects.ts';
import { randomFrom } from '../../fakes/random.ts';
import { VirtualTime } from '../../fakes/virtual-time.ts';
import { client, type Reply } from '../requests.ts';

const DOCUMENTS = 400;
const PIECES = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words(60)];
const CUT = {
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

/** How questions are searched: in one invocation, in groups of windows, or with terms that a network gives. */
type Way = 'alone' | 'in groups' | 'with a model';

const indexes = new Map<Way, Objects>();

beforeAll(async () => {
  const random = randomFrom(1);
  const vectors = Array.from(
    { length: DOCUMENTS },
    () =>
      new Map(
        Array.from({ length: 12 }, () => [
          PIECES[5 + Math.floor(60 * random() ** 2)],
          1 + Math.floor(254 * random()),
        ]),
      ),
  );
  indexes.set('alone', buildInMemory(vectors, { ...CUT, windows: 1 }));
  const grouped = buildInMemory(vectors, { ...CUT, windows: 4 });
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
  const modelled = buildInMemory(vectors, { ...CUT, windows: 1 });
  const manifest = decodeManifest(modelled.get(CURRENT)!, CURRENT);
  modelled.set(CURRENT, encodeManifest({ ...manifest, spaces: [{ ...space, name: 'test' }] }));
  for (const [name, bytes] of objects) modelled.set(name, bytes.slice());
  indexes.set('with a model', modelled);
});

/** An isolate that has just begun, and whose storage goes wrong. */
function isolate(way: Way, source: (random: () => number) => Source, time: VirtualTime, seed: number) {
  const { clock, timer, alarm } = time;
  const random = randomFrom(seed);
  const storage = { clock, alarm, health: new StorageHealth(), most: 1000, random };
  const faulty = completeGeneration(source(random));
  const room = new IsolateRoom(2 ** 24, clock, timer);
  const config = parseConfig({ INDEX: env.INDEX, LOCAL_WINDOWS: way === 'in groups' ? 0 : 32 });
  const models = new ModelCache({ clock, timer });
  const model = new ResidentModel({
    source: steadySource(faulty, storage),
    models,
    openGraph: countingNetwork(PIECES.length).open,
  });
  const generation = new ResidentGeneration();
  const windowCache = pageCache(2 ** 14);
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
    cache: windowCache,
    room,
    generation,
    log,
  };
  const edge = {
    clock,
    timer,
    room,
    storage,
    cache: pageCache(2 ** 14),
    pages: keeping({ fetch: (request) => answerPages(request, () => faulty, log) }),
    windows: { fetch: (request: Request) => answerWindows(request, engine) },
    encode: (text: string, space: Parameters<typeof model.encode>[1]) => model.encode(text, space),
  };
  return client((request) => createApp(config, { resident, edge }).fetch(request));
}

/** The platform's cache, which keeps damaged bodies as well. */
function keeping(entrypoint: Entrypoint): Entrypoint {
  const kept = new Map<string, ArrayBuffer>();
  return {
    async fetch(request) {
      const hit = kept.get(request.url);
      if (hit) return new Response(hit.slice(0), { headers: { 'Cf-Cache-Status': 'HIT' } });
      const response = await entrypoint.fetch(request);
      if (!response.ok) return response;
      const body = await response.arrayBuffer();
      kept.set(request.url, body);
      return new Response(body.slice(0));
    },
  };
}

/** Five different words, frequent ones more often. */
function question(way: Way, number: number): object {
  const random = randomFrom(number);
  const chosen = new Set(Array.from({ length: 5 }, () => PIECES[5 + Math.floor(60 * random() ** 2)]));
  return way === 'with a model'
    ? { query: [...chosen].join(' ') }
    : { terms: Object.fromEntries([...chosen].map((word) => [word, 1])) };
}

interface Tally {
  exact: number;
  refused: number;
  wrong: Reply[];
  late: number;
  reads: number;
  retries: number;
  hedges: number;
  waited: number[];
}

/** Asks so many questions, forty to an isolate and eight at a time. */
async function askAll(way: Way, count: number, faults: { fault: Fault; rate: number }, right: Reply[]) {
  const tally: Tally = {
    exact: 0,
    refused: 0,
    wrong: [],
    late: 0,
    reads: 0,
    retries: 0,
    hedges: 0,
    waited: [],
  };
  const objects = memorySource(indexes.get(way)!);
  for (let first = 0; first < count; first += 40) {
    const time = new VirtualTime();
    const source = (random: () => number) =>
      faultySource(objects, { ...faults, random, timer: time.timer, tally });
    const { post } = isolate(way, source, time, first);
    let next = first;
    const asking = async () => {
      for (let i = next++; i < Math.min(count, first + 40); i = next++) {
        const began = time.clock();
        const reply = await post(question(way, i % right.length));
        const waited = time.clock() - began;
        note(tally, reply, right[i % right.length], waited);
      }
    };
    await time.pass(Promise.all(Array.from({ length: 8 }, asking)));
  }
  return tally;
}

function note(tally: Tally, reply: Reply, right: Reply | undefined, waited: number): void {
  const { status, body } = reply;
  tally.waited.push(waited);
  if (waited > 10_000) tally.late++;
  if (status === 200) {
    tally.retries += body.cost.retries;
    tally.hedges += body.cost.hedges;
  }
  if (status === 200 && body.exact && JSON.stringify(body.hits) === JSON.stringify(right?.body.hits))
    tally.exact++;
  else if (status === 503 && body.code === 'unavailable') tally.refused++;
  else tally.wrong.push(reply);
}

const COUNT = env.SLOW ? 10_000 : 100;
const WAYS: readonly Way[] = ['alone', 'in groups', 'with a model'];

describe.each(WAYS)('questions %s, while storage goes wrong', (way) => {
  const right: Reply[] = [];
  beforeAll(async () => {
    const time = new VirtualTime();
    const { post } = isolate(way, () => memorySource(indexes.get(way)!), time, 0);
    for (let i = 0; i < Math.min(COUNT, 1000); i++) right.push(await time.pass(post(question(way, i))));
    expect(right.every(({ body }) => body.exact && body.hits.length > 0)).toBe(true);
  });

  const cells = (['failing', 'short', 'flipped', 'stalling'] as const).flatMap((fault) =>
    [0.01, 0.05, 0.2].map((rate) => ({ fault, rate })),
  );
  it.each(cells)('$fault at $rate', async (faults) => {
    const { wrong, late, exact, refused, waited, ...costs } = await askAll(way, COUNT, faults, right);
    waited.sort((a, b) => a - b);
    const at = (share: number) => waited[Math.floor(share * (waited.length - 1))];
    if (env.SLOW) {
      const times = { p50: at(0.5), p99: at(0.99), max: at(1) };
      // biome-ignore lint/suspicious/noConsole: the figures are what a slow run is for.
      console.log(
        JSON.stringify({ way, ...faults, exact, refused, late, wrong: wrong.length, ...times, ...costs }),
      );
    }
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(late).toBe(0);
    expect(exact).toBeGreaterThanOrEqual(Math.floor(0.999 * COUNT));
  });
});
