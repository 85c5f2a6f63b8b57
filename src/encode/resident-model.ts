// The models that an isolate encodes questions with: each is opened when a question to its space comes, and stays in a
// ModelCache.

import { SparsedgeError } from '../core/errors.ts';
import type { Space } from '../core/format/manifest.ts';
import type { Batch, Outputs } from '../core/heads/batch.ts';
import type { ModelContract, ModelFile } from '../core/model/contract.ts';
import { MOST_GRAPH_BYTES } from '../core/model/contract.ts';
import { modelPlace } from '../core/model/model-name.ts';
import type { Source } from '../core/source.ts';
import { type EncodedQuery, encodeFor, type QueryModel } from '../query/encode/query-model.ts';
import type { ModelCache, UnopenedModel } from './model-cache.ts';
import { readContract, readModelFile, readQueryModel } from './stored-model.ts';

/** A network that is ready. */
export interface Graph {
  readonly run: (batch: Batch) => Promise<Outputs>;
  /** Gives its memory back. */
  readonly release: () => Promise<void>;
}

/** Makes a network of an ONNX file, waiting for nothing outside the isolate. */
export type OpenGraph = (onnx: Uint8Array, contract: GraphContract) => Promise<Graph>;

/** What a contract says of a network. */
export interface GraphContract extends Pick<ModelContract, 'id' | 'outputs' | 'gate'> {
  readonly files: Pick<ModelContract['files'], 'query'>;
}

export interface ResidentModelOptions {
  /** Where the index lies, and beside it its models. */
  readonly source: Source;
  readonly models: ModelCache;
  /** Without it, models whose query side is a network are refused. */
  readonly openGraph: OpenGraph | undefined;
}

/** Opens the models of spaces. */
export class ResidentModel {
  readonly #options: ResidentModelOptions;

  constructor(options: ResidentModelOptions) {
    this.#options = options;
  }

  /** Encodes a question for a space, with the model of the space where its analyzer alone does not say the terms. */
  async encode(text: string, space: Space): Promise<EncodedQuery> {
    if (space.query === 'count' || space.query === 'binary') return encodeFor(space, text, undefined);
    return this.use(space, (model) => encodeFor(space, text, model));
  }

  /**
   * Runs a task with the model of a space, one request at a time.
   *
   * @throws SparsedgeError `model-mismatch` when the space's model is not there; `bad-input` when a file of it is
   *   damaged or missing, or cannot be used here; `unavailable` when storage fails or takes too long
   */
  use<T>(space: Space, task: (model: QueryModel) => Promise<T>): Promise<T> {
    // A manifest names the model of every space whose queries need one.
    return this.#options.models.use(modelPlace(space.encoder.model!), () => this.#read(space), task);
  }

  async #read(space: Space): Promise<UnopenedModel<QueryModel>> {
    const { source, openGraph } = this.#options;
    const named = await readContract(source, space);
    const file = this.#graphOf(named.contract);
    const [model, onnx] = await Promise.all([
      readQueryModel(source, named),
      file && readModelFile(source, modelPlace(named.name), file),
    ]);
    return {
      bytes: onnx?.length ?? 0,
      open: async () => {
        if (!onnx) return { value: model, release: async () => {} };
        // No function made here may be kept: it would keep the file, too.
        const { run, release } = await openGraph!(onnx, named.contract);
        return { value: { ...model, run }, release };
      },
    };
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
}

function unusable({ id }: ModelContract, why: string): SparsedgeError {
  return new SparsedgeError('bad-input', `the model ${id}: ${why}`, { model: id });
}
