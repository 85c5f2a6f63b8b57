// How an isolate keeps its models, with storage and a network that each test puts together.

import { describe, expect, it } from 'vitest';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { utf8 } from '../../../src/core/format/bytes.ts';
import type { Space } from '../../../src/core/format/manifest.ts';
import { modelPlace } from '../../../src/core/model/model-name.ts';
import { ModelCache } from '../../../src/encode/model-cache.ts';
import { type OpenGraph, ResidentModel } from '../../../src/encode/resident-model.ts';
import { encodeQueryWith } from '../../../src/query/encode/query-model.ts';
import { countingNetwork } from '../../fakes/counting-network.ts';
import { failingCall } from '../../fakes/failing-call.ts';
import { handClock } from '../../fakes/hand-clock.ts';
import { hangingSource } from '../../fakes/hanging-source.ts';
import { memorySource } from '../../fakes/memory-source.ts';
import { described, modelObjects } from '../../fakes/model-objects.ts';
import { recordingSource } from '../../fakes/recording-source.ts';
import { aMillisecond, slowSource } from '../../fakes/slow-source.ts';

const PIECES = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'river', 'boat', 'lamp'];
const VOCABULARY = utf8(`${PIECES.join('\n')}\n`);
const GRAPH = utf8('a graph');

/** A model of that id in storage, and the space of an index that was built with it. */
async function published(id: string, query: object = { kind: 'neural', scale: 1 }, more: object = {}) {
  const parts = { id, onnx: 'query.onnx', graph: GRAPH, vocabulary: VOCABULARY, more: { query, ...more } };
  const { space, objects } = await modelObjects(parts);
  return { space, objects, place: modelPlace(space.encoder.model!) };
}

/** A resident model over those objects: what it reads is recorded, and its network counts pieces. */
function resident(
  objects: Iterable<[string, Uint8Array]>,
  options: {
    mostBytes?: number;
    hangs?: (name: string, time: number) => boolean;
    openGraph?: OpenGraph;
  } = {},
) {
  const { mostBytes = GRAPH.length, hangs = () => false } = options;
  const stored = new Map(objects);
  const source = recordingSource(hangingSource(slowSource(memorySource(stored)), hangs));
  const network = countingNetwork(PIECES.length);
  const hand = handClock();
  const model = new ResidentModel({
    source,
    models: new ModelCache({ mostBytes, clock: hand.clock, timer: hand.timer }),
    openGraph: options.openGraph ?? network.open,
  });
  const ask = async (text: string, space: Space) => {
    const terms = await model.use(space, (open) => encodeQueryWith(text, space, open));
    return Object.fromEntries(terms.map(({ term, weight }) => [term, weight]));
  };
  const readNames = () => source.reads.map(({ name }) => name);
  return { ask, stored, network, hand, readNames };
}

describe('the model of an isolate', () => {
  it('is opened once by requests that come at once, which take turns and get each its own answer', async () => {
    const { space, objects } = await published('one');
    const { ask, network, readNames } = resident(objects);
    const texts = Array.from({ length: 12 }, (_, i) => `${'river '.repeat(i % 4)}boat`);
    const answers = await Promise.all(texts.map((text) => ask(text, space)));
    expect(answers).toEqual(texts.map((_, i) => (i % 4 === 0 ? { boat: 1 } : { boat: 1, river: i % 4 })));
    expect(network).toMatchObject({ opened: 1, mostRunning: 1 });
    expect(readNames()).toHaveLength(3);
  });

  it('stays open when a request fails, and is tried anew when opening failed', async () => {
    const { space, objects } = await published('one');
    const network = countingNetwork(PIECES.length);
    const openGraph = failingCall(1, 'no memory', async () => {
      const graph = await network.open();
      return { ...graph, run: failingCall(2, 'not now', graph.run) };
    });
    const { ask } = resident(objects, { openGraph });
    await expect(ask('boat', space)).rejects.toThrow('no memory');
    expect(await ask('boat', space)).toEqual({ boat: 1 });
    await expect(ask('boat', space)).rejects.toThrow('not now');
    expect(await ask('lamp', space)).toEqual({ lamp: 1 });
    expect(network.opened).toBe(1);
  });

  it('gives way to the model of another generation, whose memory it needs, though both have one name', async () => {
    const one = await published('one');
    const two = await published('one', undefined, { trainedOn: 'something' });
    const { ask, network } = resident([...one.objects, ...two.objects]);
    await ask('boat', one.space);
    await ask('boat', two.space);
    await ask('boat', one.space);
    expect(network).toMatchObject({ opened: 3, released: 2 });
  });

  it('stays beside others while there is room for all, and the least recently used makes room', async () => {
    const [one, two, three] = [await published('one'), await published('two'), await published('three')];
    const { ask, network } = resident(
      [one, two, three].flatMap(({ objects }) => [...objects]),
      { mostBytes: 2 * GRAPH.length },
    );
    for (const { space } of [one, two, one, two, one]) await ask('boat', space);
    expect(network).toMatchObject({ opened: 2, released: 0 });
    await ask('boat', three.space);
    await ask('boat', one.space);
    expect(network).toMatchObject({ opened: 3, released: 1 });
    await ask('boat', two.space);
    expect(network).toMatchObject({ opened: 4, released: 2 });
  });

  it('is opened by another request when the one that began was cancelled', async () => {
    const { space, objects, place } = await published('one');
    const graph = `${place}query.onnx`;
    const { ask, network, hand, readNames } = resident(objects, {
      hangs: (name, time) => name === graph && time === 1,
    });
    void ask('boat', space);
    while (!readNames().includes(graph)) await aMillisecond();
    expect(await ask('river', space)).toEqual({ river: 1 });
    expect(network.opened).toBe(1);
    expect(hand.now).toBeLessThan(10_000);
  });

  it('needs no network for queries that count tokens', async () => {
    const { space, objects, place } = await published('one', { kind: 'binary' });
    const { ask, network, readNames } = resident(objects);
    expect(await ask('river river boat', { ...space, query: 'tokenizer' })).toEqual({ river: 1, boat: 1 });
    expect(network).toMatchObject({ opened: 0 });
    expect(readNames()).not.toContain(`${place}query.onnx`);
  });
});

describe('a model that is not the one', () => {
  const of = async (change: (stored: Map<string, Uint8Array>, place: string) => void) => {
    const { space, objects, place } = await published('one');
    const { ask, stored } = resident(objects);
    change(stored, place);
    const failure = await ask('boat', space).catch((error) => error);
    expect(failure).toBeInstanceOf(SparsedgeError);
    // What failed is tried anew.
    for (const [name, bytes] of objects) stored.set(name, bytes);
    expect(await ask('boat', space)).toEqual({ boat: 1 });
    return { failure: failure as SparsedgeError, sha256: space.encoder.model!.sha256, place };
  };

  it('is named when none is there', async () => {
    const { failure, sha256 } = await of((stored, place) => stored.delete(`${place}model.json`));
    expect(failure.code).toBe('model-mismatch');
    expect(failure.message).toBe(`space pieces was built with one (SHA-256 ${sha256}); at hand is no model`);
  });

  it('is named beside the one of the index', async () => {
    const other = await published('one', { kind: 'neural', scale: 2 });
    const { failure, sha256 } = await of((stored, place) =>
      stored.set(`${place}model.json`, other.objects.get(`${other.place}model.json`)!),
    );
    // The place is named by the hash: whatever else lies there is damage.
    expect(failure.code).toBe('corrupt');
    expect(failure.message).toContain(sha256);
    expect(failure.message).toContain(other.space.encoder.model!.sha256);
  });

  it('has a file that is missing, cut short or changed', async () => {
    const graph = 'query.onnx';
    const missing = await of((stored, place) => stored.delete(place + graph));
    expect(missing.failure.code).toBe('corrupt');
    expect(missing.failure.message).toMatch(
      /^models\/one-[0-9a-f]{12}\/query.onnx: expected 7 bytes with SHA-256 [0-9a-f]{64}, found no/,
    );
    const short = await of((stored, place) => stored.set(place + graph, GRAPH.subarray(1)));
    expect(short.failure.code).toBe('corrupt');
    expect(short.failure.message).toBe(`${short.place}query.onnx: expected 7 bytes, found 6 bytes`);
    const changed = await of((stored, place) => stored.set(place + graph, utf8('a grape')));
    expect(changed.failure.code).toBe('corrupt');
    expect(changed.failure.message).toMatch(/: expected SHA-256 [0-9a-f]{64}, found SHA-256 [0-9a-f]{64}$/);
    const pieces = await of((stored, place) => stored.set(`${place}vocab.txt`, utf8('[PAD]\n')));
    expect(pieces.failure.message).toContain(`${pieces.place}vocab.txt: expected`);
  });

  it('has clusters of other pieces than its tokenizer', async () => {
    const clusters = utf8(JSON.stringify([-1, -1, -1, -1, -1, 0, 1]));
    const files = {
      tokenizer: await described('vocab.txt', VOCABULARY),
      clusters: await described('clusters.json', clusters),
    };
    const more = { head: 'lens', vocabulary: 'cluster', files };
    const { space, objects, place } = await published('lens', { kind: 'binary' }, more);
    const { ask } = resident([...objects, [`${place}clusters.json`, clusters]]);
    await expect(ask('boat', { ...space, query: 'tokenizer' })).rejects.toMatchObject({
      code: 'bad-input',
      message: 'clusters.json: expected the cluster, an integer, of each of 8 pieces; found 7 entries',
    });
  });

  it('is refused before it is read when a Worker has no room for it', async () => {
    const files = {
      tokenizer: await described('vocab.txt', VOCABULARY),
      query: { name: 'query.onnx', bytes: 90_000_000, sha256: '0'.repeat(64) },
    };
    const { space, objects, place } = await published('big', undefined, { files });
    const { ask, readNames } = resident(objects);
    await expect(ask('boat', space)).rejects.toThrow('query.onnx has 90000000 bytes');
    expect(readNames()).not.toContain(`${place}query.onnx`);
  });
});
