// ONNX Runtime in a Worker: onnxruntime-web as it is published, given the module that the bundle has compiled. It wants
// to compile one from bytes, which Workers forbid, so what it calls for that is another function while it starts.

import module from 'onnxruntime-web/ort-wasm-simd-threaded.wasm';
import { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';

type Instantiate = (
  bytes: unknown,
  imports: WebAssembly.Imports,
) => Promise<{ instance: WebAssembly.Instance; module: WebAssembly.Module }>;

// One thread, in this isolate: Workers have no others.
env.wasm.numThreads = 1;
env.wasm.proxy = false;
// Any bytes: having some keeps the library from fetching its module and its glue code. They are never read.
env.wasm.wasmBinary = new Uint8Array(8);

let memory: WebAssembly.Memory | undefined;

/** Bytes of WebAssembly memory, which grows and never shrinks; 0 before the first session. */
export function wasmBytes(): number {
  return memory?.buffer.byteLength ?? 0;
}

/**
 * Makes a session. Nothing in it waits for anything outside the isolate, so no other request runs between its steps:
 * the function that is put aside is missed by nobody.
 */
export async function createSession(model: Uint8Array): Promise<InferenceSession> {
  const own = WebAssembly as unknown as { instantiate: Instantiate };
  const kept = own.instantiate;
  own.instantiate = async (_, imports) => {
    const instance = new WebAssembly.Instance(module, imports);
    memory = memoryIn(instance.exports) ?? Object.values(imports).map(memoryIn).find(Boolean);
    return { instance, module };
  };
  try {
    // A pattern would be kept for each shape of input, which is each length of query. Measured: the pool saves no time.
    return await InferenceSession.create(model, { enableCpuMemArena: false, enableMemPattern: false });
  } finally {
    own.instantiate = kept;
  }
}

function memoryIn(values: object): WebAssembly.Memory | undefined {
  return Object.values(values).find((value) => value instanceof WebAssembly.Memory);
}

/** Integers as a graph takes them: int64, or int32 if it says so. */
export function integers(values: BigInt64Array, dims: readonly number[], type: string | undefined): Tensor {
  return type === 'int32'
    ? new Tensor('int32', Int32Array.from(values, Number), dims)
    : new Tensor('int64', values, dims);
}
