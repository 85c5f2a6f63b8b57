// A model's ONNX file as a network that runs in the Worker. src/encode/onnx-runtime.ts is the only place that knows
// how.

import type { InferenceSession, Tensor as OnnxTensor } from 'onnxruntime-web/wasm';
import { SparsedgeError } from '../core/errors.ts';
import type { Batch } from '../core/heads/batch.ts';
import type { Tensor } from '../core/heads/outputs/output.ts';
import { type InputDescription, inputShapeOf, runInShape } from '../core/heads/row-by-row.ts';
import { createSession, integers } from './onnx-runtime.ts';
import type { Graph, GraphContract } from './resident-model.ts';

/**
 * Opens a model's graph.
 *
 * @throws SparsedgeError `bad-input` for what ONNX Runtime does not take, or a graph without the contract's outputs
 */
export async function openOnnxGraph(onnx: Uint8Array, contract: GraphContract): Promise<Graph> {
  const { id, gate: hasGate, outputs } = contract;
  const session = await sessionOf(onnx, contract);
  const { outputNames } = session;
  const inputs = session.inputMetadata.map((input) => ({ ...input }));
  const { values = outputNames[0], gate = outputNames[1] } = outputs;
  const wanted = hasGate && gate !== undefined ? [values, gate] : [values];
  const absent = wanted.find((name) => !outputNames.includes(name));
  if (absent !== undefined) {
    await session.release();
    throw unexpected(id, `an output ${absent}`, outputNames.join(', '));
  }
  const where = `the model ${id}`;
  // A question is read alone and unpadded, so a network whose scales are of a whole batch is right here as it is.
  const shape = inputShapeOf(inputs, where);
  return {
    run: (batch) =>
      runInShape(
        batch,
        shape,
        async (rows) => {
          const found = await session.run(inputsOf(rows, inputs), wanted);
          const tensor = (name: string) => tensorOf(found[name], name, id);
          return { values: tensor(values), gate: wanted.length > 1 ? tensor(gate!) : undefined };
        },
        where,
      ),
    release: () => session.release(),
  };
}

async function sessionOf(onnx: Uint8Array, { id, files }: GraphContract): Promise<InferenceSession> {
  try {
    return await createSession(onnx);
  } catch (cause) {
    // The runtime's own words are for the log: they are of its files and memory.
    const message = `the model ${id}: ONNX Runtime does not take ${files.query?.name}`;
    throw new SparsedgeError('bad-input', message, { model: id }, { cause });
  }
}

function inputsOf(
  { windows, tokens, ids, mask, types = new BigInt64Array(ids.length) }: Batch,
  inputs: readonly InputDescription[],
): Record<string, OnnxTensor> {
  const dims = [windows.length, tokens];
  const values: Record<string, BigInt64Array> = {
    input_ids: ids,
    attention_mask: mask,
    token_type_ids: types,
  };
  return Object.fromEntries(
    inputs
      .filter(({ name }) => values[name] !== undefined)
      .map(({ name, type }) => [name, integers(values[name], dims, type)]),
  );
}

function tensorOf({ data, dims, type }: OnnxTensor, name: string, id: string): Tensor {
  if (data instanceof Float32Array) return { data, dims };
  throw unexpected(id, `numbers of float32 in its output ${name}`, type);
}

function unexpected(model: string, expected: string, found: string): SparsedgeError {
  return new SparsedgeError('bad-input', `the model ${model}: expected ${expected}, found ${found}`, {
    model,
    expected,
    found,
  });
}
