// How an isolate keeps its model, with storage and a network that do what each test says.

import { describe, expect, it } from 'vitest';
import { SparsedgeError } from '../../../src/core/errors.ts';
import { utf8 } from '../../../src/core/format/bytes.ts';
import type { Space } from '../../../src/core/format/manifest.ts';
import type { Batch } from '../../../src/core/heads/batch.ts';
import { modelPlace } from '../../../src/core/model/contract.ts';
import { Room } from '../../../src/encode/model-cache.ts';
import { ResidentModel } from '../../../src/encode/resident-model.ts';
import { encodeQueryWith } from '../../../src/query/encode/query-model.ts';

const PIECES = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'river', 'boat', 'lamp'];
const VOCABULARY = utf8(`${PIECES.join('\n')}\n`);
const GRAPH = utf8('a graph');

/** What lies in storage: a model of that id, and the space of an index that was built with it. */
async function published(id: string, query: object = { kind: 'neural', scale: 1 }, more: object = {}) {
  const described = async (name: string, bytes: Uint8Array) => ({
    name,
    bytes: bytes.length,
    sha256: await sha256(bytes),
  });
  const contract = utf8(
    JSON.stringify({
      format: 1,
      id,
      head: 'splade-max',
      tokenizer: { kind: 'wordpiece', maxLength: 16 },
      files: {
        tokenizer: await described('vocab.txt', VOCABULARY),
        query: await described('query.onnx', GRAPH),
      },
      vocabulary: 'word-piece',
      query,
      licence: 'Apache-2.0',
      trainedOn: 'nothing',
      source: 'this test',
      ...more,
    }),
  );
  const space: Space = {
    name: 'pieces',
    analyzer: 'bert-words',
    encoder: { id: 'model', parameters: {}, model: { id, sha256: await sha256(contract) } },
    query: 'neural',
    quantizer: { maximum: 3, rounding: 'nearest' },
    terms: 3,
    postings: 3,
  };
  const place = modelPlace(space.encoder.model!);
  const objects: [string, Uint8Array][] = [
    [`${place}model.json`, contract],
    [`${place}vocab.txt`, VOCABULARY],
    [`${place}query.onnx`, GRAPH],
  ];
  return { space, objects, place };
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A resident model over those objects. Its network weighs each piece of a query as often as it occurs. */
function resident(
  objects: Iterable<[string, Uint8Array]>,
  fail: { read?: string; open?: number; run?: boolean } = {},
  mostBytes = GRAPH.length,
) {
  const stored = new Map(objects);
  const told = { opened: 0, released: 0, reads: [] as string[], running: 0, now: 0 };
  const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
  const model = new ResidentModel({
    source: {
      async read(name) {
        told.reads.push(name);
        await pause();
        // As for a request that is cancelled while it waits.
        if (name === fail.read) return new Promise(() => {});
        const bytes = stored.get(name);
        if (!bytes) throw new SparsedgeError('not-found', `there is no object ${name}`);
        return bytes;
      },
    },
    room: new Room({
      mostBytes,
      clock: () => told.now,
      timer: async (milliseconds) => {
        told.now += milliseconds;
        await pause();
      },
    }),
    openGraph: async () => {
      told.opened++;
      if (fail.open && told.opened <= fail.open) throw new SparsedgeError('bad-input', 'no memory');
      return {
        run: async (batch) => {
          expect(++told.running).toBe(1);
          await pause();
          told.running--;
          if (fail.run) throw new Error('not now');
          return { values: counted(batch) };
        },
        release: async () => {
          told.released++;
        },
      };
    },
  });
  const ask = async (text: string, space: Space) => {
    const terms = await model.use(space, (open) => encodeQueryWith(text, space, open));
    return Object.fromEntries(terms.map(({ term, weight }) => [term, weight]));
  };
  return { ask, stored, told, fail };
}

function counted({ ids }: Batch) {
  const data = new Float32Array(PIECES.length);
  for (const id of ids) data[Number(id)]++;
  return { data, dims: [1, PIECES.length] };
}

describe('the model of an isolate', () => {
  it('is opened once by requests that come at once, which take turns and get each its own answer', async () => {
    const { space, objects } = await published('one');
    const { ask, told } = resident(objects);
    const texts = Array.from({ length: 12 }, (_, i) => `${'river '.repeat(i % 4)}boat`);
    const answers = await Promise.all(texts.map((text) => ask(text, space)));
    expect(answers).toEqual(texts.map((_, i) => (i % 4 === 0 ? { boat: 1 } : { boat: 1, river: i % 4 })));
    expect(told.opened).toBe(1);
    expect(told.reads).toHaveLength(3);
  });

  it('stays open when a request fails, and is tried anew when opening failed', async () => {
    const { space, objects } = await published('one');
    const { ask, told, fail } = resident(objects, { open: 1 });
    await expect(ask('boat', space)).rejects.toThrow('no memory');
    expect(await ask('boat', space)).toEqual({ boat: 1 });
    fail.run = true;
    await expect(ask('boat', space)).rejects.toThrow('not now');
    fail.run = false;
    expect(await ask('lamp', space)).toEqual({ lamp: 1 });
    expect(told.opened).toBe(2);
  });

  it('gives way to the model of another generation, whose memory it needs, though both have one name', async () => {
    const one = await published('one');
    const two = await published('one', undefined, { trainedOn: 'something' });
    const { ask, told } = resident([...one.objects, ...two.objects]);
    await ask('boat', one.space);
    await ask('boat', two.space);
    await ask('boat', one.space);
    expect(told).toMatchObject({ opened: 3, released: 2 });
  });

  it('stays beside others while there is room for all, and the least recently used makes room', async () => {
    const [one, two, three] = [await published('one'), await published('two'), await published('three')];
    const { ask, told } = resident(
      [one, two, three].flatMap(({ objects }) => objects),
      {},
      2 * GRAPH.length,
    );
    for (const { space } of [one, two, one, two, one]) await ask('boat', space);
    expect(told).toMatchObject({ opened: 2, released: 0 });
    await ask('boat', three.space);
    await ask('boat', one.space);
    expect(told).toMatchObject({ opened: 3, released: 1 });
    await ask('boat', two.space);
    expect(told).toMatchObject({ opened: 4, released: 2 });
  });

  it('is opened by another request when the one that began was cancelled', async () => {
    const { space, objects, place } = await published('one');
    const { ask, told, fail } = resident(objects, { read: `${place}query.onnx` });
    void ask('boat', space);
    while (!told.reads.includes(`${place}query.onnx`)) await new Promise((resolve) => setTimeout(resolve, 1));
    delete fail.read;
    expect(await ask('river', space)).toEqual({ river: 1 });
    expect(told.opened).toBe(1);
    expect(told.now).toBeLessThan(10_000);
  });

  it('needs no network for queries that count tokens', async () => {
    const { space, objects, place } = await published('one', { kind: 'binary' });
    const { ask, told } = resident(objects);
    expect(await ask('river river boat', { ...space, query: 'tokenizer' })).toEqual({ river: 1, boat: 1 });
    expect(told).toMatchObject({ opened: 0 });
    expect(told.reads).not.toContain(`${place}query.onnx`);
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
      stored.set(`${place}model.json`, other.objects[0][1]),
    );
    expect(failure.code).toBe('model-mismatch');
    expect(failure.message).toContain(sha256);
    expect(failure.message).toContain(other.space.encoder.model!.sha256);
  });

  it('has a file that is missing, cut short or changed', async () => {
    const graph = 'query.onnx';
    const missing = await of((stored, place) => stored.delete(place + graph));
    expect(missing.failure.message).toMatch(
      /^models\/one-[0-9a-f]{12}\/query.onnx: expected 7 bytes with SHA-256 [0-9a-f]{64}, found no/,
    );
    const short = await of((stored, place) => stored.set(place + graph, GRAPH.subarray(1)));
    expect(short.failure.message).toBe(`${short.place}query.onnx: expected 7 bytes, found 6 bytes`);
    const changed = await of((stored, place) => stored.set(place + graph, utf8('a grape')));
    expect(changed.failure.message).toMatch(/: expected SHA-256 [0-9a-f]{64}, found SHA-256 [0-9a-f]{64}$/);
    const pieces = await of((stored, place) => stored.set(`${place}vocab.txt`, utf8('[PAD]\n')));
    expect(pieces.failure.message).toContain(`${pieces.place}vocab.txt: expected`);
  });

  it('has clusters of other pieces than its tokenizer', async () => {
    const clusters = utf8(JSON.stringify([-1, -1, -1, -1, -1, 0, 1]));
    const files = {
      tokenizer: { name: 'vocab.txt', bytes: VOCABULARY.length, sha256: await sha256(VOCABULARY) },
      clusters: { name: 'clusters.json', bytes: clusters.length, sha256: await sha256(clusters) },
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
      tokenizer: { name: 'vocab.txt', bytes: VOCABULARY.length, sha256: await sha256(VOCABULARY) },
      query: { name: 'query.onnx', bytes: 90_000_000, sha256: '0'.repeat(64) },
    };
    const { space, objects, place } = await published('big', undefined, { files });
    const { ask, told } = resident(objects);
    await expect(ask('boat', space)).rejects.toThrow('query.onnx has 90000000 bytes');
    expect(told.reads).not.toContain(`${place}query.onnx`);
  });
});
