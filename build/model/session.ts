// An ONNX graph that runs: with onnxruntime-node where someone installed it (3.5 times as fast, and 300 MB), else with
// onnxruntime-web, which is WebAssembly and the same in every place. One thread: sums then have one order. On a GPU
// only if asked for: the last bits of its weights are others.

import type { InferenceSession, Tensor as OnnxTensor, TypedTensor } from 'onnxruntime-web';
import { SparsedgeError } from '../../src/core/errors.ts';
import type { Batch, Outputs } from '../../src/core/heads/batch.ts';
import type { Tensor } from '../../src/core/heads/outputs/output.ts';
import { inputShapeOf, readsPadding, runInShape } from '../../src/core/heads/row-by-row.ts';
import type { ModelFile } from '../../src/core/model/contract.ts';
import { isNotInstalled } from '../work/system-error.ts';
import { type ModelFolder, readModelFile } from './model-folder.ts';

/** Where a network runs; `cuda` is a GPU of NVIDIA's, and takes onnxruntime-node. */
export const DEVICES = ['cpu', 'cuda'] as const;
export type Device = (typeof DEVICES)[number];

/** A network, ready. */
export interface Graph {
  run(batch: Batch): Promise<Outputs>;
  /** The most tokens of a text, where it was made for so many. */
  readonly mostTokens?: number | undefined;
}

/** A folder with a network, and what its contract says of it. */
interface GraphFolder extends Pick<ModelFolder, 'path' | 'ofIndex'> {
  readonly contract: Pick<ModelFolder['contract'], 'outputs' | 'gate'>;
}

type Runtime = Pick<typeof import('onnxruntime-web'), 'InferenceSession' | 'Tensor' | 'env'>;

async function loadRuntime(device: Device): Promise<Runtime> {
  // Not a literal: the compiler would look for a package that need not be there.
  const native: string = 'onnxruntime-node';
  try {
    return (await import(native)) as Runtime;
  } catch (error) {
    if (!isNotInstalled(error)) throw error;
    if (device === 'cuda')
      throw noCuda('no onnxruntime-node: npm install --no-save -P onnxruntime-node', error);
  }
  const runtime = await import('onnxruntime-web');
  runtime.env.wasm.numThreads = 1;
  return runtime;
}

const INPUTS = ['input_ids', 'attention_mask', 'token_type_ids'];

/**
 * Makes a session of a model's file.
 *
 * @throws SparsedgeError `bad-input` for a graph of other inputs or outputs than the contract implies, and for a device
 *   that is not there
 */
export async function openGraph(
  folder: GraphFolder,
  file: ModelFile,
  device: Device = 'cpu',
): Promise<Graph> {
  const { outputs, gate } = folder.contract;
  const bytes = await readModelFile(folder, file);
  const { InferenceSession, Tensor } = await loadRuntime(device);
  const where = `${folder.path}/${file.name}`;
  const session = await createSession(InferenceSession, bytes, where, device);
  const { inputNames, outputNames } = session;
  const strange = inputNames.find((name) => !INPUTS.includes(name));
  if (strange !== undefined) throw wrong(where, `the inputs ${INPUTS.join(', ')}`, strange);
  const values = outputs.values ?? outputNames[0];
  const gates = gate && gate.mode !== 'literal-only' ? (outputs.gate ?? outputNames[1]) : undefined;
  const fetched = gates === undefined ? [values] : [values, gates];
  const absent = fetched.find((name) => !outputNames.includes(name));
  if (absent !== undefined) throw wrong(where, `the output ${absent}`, outputNames.join(', '));

  const inputs = (session.inputMetadata ?? []).map((input) => ({ ...input }));
  const types = new Map(inputs.map((input) => [input.name, integerType(input, where)]));
  // By the names of its operators: a scale for a whole tensor makes a text's weights depend on what is beside it.
  const isOfBatch = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('DynamicQuantize');
  const shape = inputShapeOf(inputs, where);
  const runOnce = async ({ windows, tokens, ids, mask, types: kinds }: Batch): Promise<Outputs> => {
    const dims = [windows.length, tokens];
    const feeds: Record<string, OnnxTensor> = {};
    for (const name of inputNames) {
      const data =
        name === 'input_ids'
          ? ids
          : name === 'attention_mask'
            ? mask
            : (kinds ?? new BigInt64Array(ids.length));
      feeds[name] =
        types.get(name) === 'int32'
          ? new Tensor('int32', Int32Array.from(data, Number), dims)
          : new Tensor('int64', data, dims);
    }
    const results = await running(session, feeds, fetched, where);
    return {
      values: floats(results[values], where),
      gate: gates === undefined ? undefined : floats(results[gates], where),
    };
  };
  // The first padded text tells; where all are of one length by the network's making, padding is what it expects.
  let alone = isOfBatch || shape.tokens !== undefined ? isOfBatch : undefined;
  return {
    run: async (batch) => {
      alone ??= await readsPadding(batch, runOnce);
      return runInShape(batch, { ...shape, alone }, runOnce, where);
    },
    mostTokens: shape.tokens,
  };
}

type InputType = 'int32' | 'int64';

function integerType({ name, type = 'int64' }: { name: string; type?: string }, where: string): InputType {
  if (type === 'int64' || type === 'int32') return type;
  throw wrong(where, `the input ${name} of int64 or int32`, type);
}

async function running(
  session: InferenceSession,
  feeds: Record<string, OnnxTensor>,
  fetched: readonly string[],
  where: string,
): Promise<InferenceSession.ReturnType> {
  try {
    return await session.run(feeds, fetched);
  } catch (cause) {
    const inputs = Object.entries(feeds).map(([name, { dims }]) => `${name} [${dims.join(', ')}]`);
    throw new SparsedgeError(
      'bad-input',
      `${where} does not run on ${inputs.join(', ')}: ${cause instanceof Error ? cause.message : cause}`,
      { file: where },
      { cause },
    );
  }
}

async function createSession(
  sessions: Runtime['InferenceSession'],
  bytes: Uint8Array,
  where: string,
  device: Device,
): Promise<InferenceSession> {
  // No second choice beside the GPU: its absence would pass unnoticed.
  const providers = device === 'cuda' && { executionProviders: ['cuda'] };
  try {
    return await sessions.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1, ...providers });
  } catch (cause) {
    if (device === 'cuda') throw noCuda(`${cause} (at ${where})`, cause);
    throw new SparsedgeError(
      'bad-input',
      `${where} is no ONNX model that runs here: ${cause}`,
      { file: where },
      { cause },
    );
  }
}

function noCuda(found: string, cause: unknown): SparsedgeError {
  const expected = 'onnxruntime-node, CUDA 12 and cuDNN 9 for the device cuda';
  return new SparsedgeError(
    'bad-input',
    `expected ${expected}; found ${found}`,
    { device: 'cuda', expected, found },
    { cause },
  );
}

function floats(tensor: OnnxTensor, where: string): Tensor {
  if (tensor.type !== 'float32') throw wrong(where, 'an output of float32', tensor.type);
  const { data, dims } = tensor as TypedTensor<'float32'>;
  return { data, dims };
}

function wrong(where: string, expected: string, found: string): SparsedgeError {
  return new SparsedgeError('bad-input', `${where}: expected ${expected}; found ${found}`, {
    file: where,
    expected,
    found,
  });
}
