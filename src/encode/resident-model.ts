// The model that an isolate keeps for its queries: one, since a network's session is most of the memory that there is. Only
// what is ready is kept, never a promise of it; a failure leaves nothing behind, and the next request tries anew.

import { SparsedgeError } from '../core/errors.ts';
import type { Batch, Outputs } from '../core/heads/batch.ts';
import type { Space } from '../core/manifest.ts';
import type { ModelContract, ModelFile } from '../core/model.ts';
import { MOST_GRAPH_BYTES } from '../core/model.ts';
import type { Source } from '../core/source.ts';
import type { Clock, Timer } from '../query/meter.ts';
import type { QueryModel } from '../query/query-model.ts';
import { readContract, readModelFile, readQueryModel } from './stored-model.ts';
import { Turns } from './turns.ts';

/** A network that is ready. */
export interface Graph {
  run(batch: Batch): Promise<Outputs>;
  /** Gives its memory back. */
  release(): Promise<void>;
}

/** Makes a network of an ONNX file, waiting for nothing outside the isolate. */
export type OpenGraph = (onnx: Uint8Array, contract: ModelContract) => Promise<Graph>;

export interface ResidentModelOptions {
  /** Where the index lies, and beside it its models. */
  readonly source: Source;
  readonly clock: Clock;
  readonly timer: Timer;
  /** Without it, models whose query side is a network are refused. */
  readonly openGraph: OpenGraph | undefined;
}

const LOOK_MS = 5;
/** Reading 20 MB takes a second or two; a request that was cancelled meanwhile keeps others waiting for this long. */
const LAPSE_MS = 5_000;
const TRIES = 3;

interface Held {
  readonly model: QueryModel;
  readonly graph: Graph | undefined;
}

/** Opens the model of a space, keeps it, and goes over to another when a query needs another. */
export class ResidentModel {
  readonly #options: ResidentModelOptions;
  readonly #turns: Turns;
  #held: Held | undefined;

  constructor(options: ResidentModelOptions) {
    this.#options = options;
    const { clock, timer } = options;
    this.#turns = new Turns({ clock, timer, lookMs: LOOK_MS, lapseMs: LAPSE_MS });
  }

  /**
   * Does work with the model of a space, one request at a time: a network's runtime has one stack.
   *
   * @throws SparsedgeError `model-mismatch` when the space's model is not there; `bad-input` when a file of it is damaged
   *   or missing, or cannot be used here; `unavailable` when storage fails or takes too long
   */
  async use<T>(space: Space, work: (model: QueryModel) => Promise<T>): Promise<T> {
    for (let tries = 0; tries < TRIES; tries++) {
      const done = await this.#turns.take(async (isMine) => {
        const model = await this.#open(space, isMine);
        return model && { result: await work(model) };
      });
      if (done) return done.result;
    }
    throw new SparsedgeError(
      'unavailable',
      `storage takes too long to read the model ${space.encoder.model?.id}`,
      { space: space.name },
    );
  }

  /** The model of a space; nothing if reading it took so long that it is another request's turn. */
  async #open(space: Space, isMine: () => boolean): Promise<QueryModel | undefined> {
    const { sha256 } = space.encoder.model ?? {};
    if (this.#held && this.#held.model.name.sha256 === sha256) return this.#held.model;
    const { source, openGraph } = this.#options;
    const named = await readContract(source, space);
    const { contract } = named;
    const file = this.#graphOf(contract);
    const [model, onnx] = await Promise.all([
      readQueryModel(source, named),
      file && readModelFile(source, named, file),
    ]);
    if (!isMine()) return undefined;
    await this.#hold(undefined);
    const graph = onnx && (await openGraph!(onnx, contract));
    const held = { model: graph ? { ...model, run: (batch: Batch) => graph.run(batch) } : model, graph };
    await this.#hold(held);
    return held.model;
  }

  /** The file of a model's network, if queries need one: refused before it is read when it cannot run here. */
  #graphOf(contract: ModelContract): ModelFile | undefined {
    const { query, files } = contract;
    if (query.kind !== 'neural') return undefined;
    if (!this.#options.openGraph) {
      throw unusable(contract, 'its queries need a network: deploy src/neural.ts, which has a runtime');
    }
    const { name, bytes } = files.query!;
    if (bytes > MOST_GRAPH_BYTES) {
      throw unusable(contract, `${name} has ${bytes} bytes, and a Worker has room for ${MOST_GRAPH_BYTES}`);
    }
    return files.query;
  }

  /** Keeps another model, or none: there is no room for two networks. */
  async #hold(next: Held | undefined): Promise<void> {
    const last = this.#held;
    this.#held = next;
    await last?.graph?.release();
  }
}

function unusable({ id }: ModelContract, why: string): SparsedgeError {
  return new SparsedgeError('bad-input', `the model ${id}: ${why}`, { model: id });
}
