// The loop that decodes postings and adds them up, in typed arrays and in WebAssembly, in one run: which one to keep.
//
// The WebAssembly is this AssemblyScript, compiled with `asc -O3 --noAssert --runtime stub --initialMemory 32`:
//
//   export function decodeAdd(position: u32, parameter: u32, count: u32, sums: u32, addend: i32): u32 {
//     let number: u32 = 0xffffffff
//     const mask: u32 = (1 << parameter) - 1
//     for (let i: u32 = 0; i < count; i++) {
//       const window = bswap<u64>(load<u64>(position >> 3)) << (position & 7)
//       const quotient = <u32>clz<u64>(~window)
//       const length = quotient + 1 + parameter
//       position += length
//       number += 1 + ((quotient << parameter) | (<u32>(window >> (64 - length)) & mask))
//       store<i32>(sums + (number << 2), load<i32>(sums + (number << 2)) + addend)
//     }
//     return position
//   }

import { BIT_PADDING, BitReader, BitWriter } from '../../../../src/core/format/bits.ts';
import type { Results } from '../../benchmark.ts';

const MODULE =
  'AGFzbQEAAAABCgFgBX9/f39/AX8DAgEABQMBACAHFgIJZGVjb2RlQWRkAAAGbWVtb3J5AgAKwgEBvwECAX4Ff0F/IQZBASABdEEBayEIA0AgAiAHSwRA' +
  'IABBA3YpAwAiBUIIiEL/gfyH8J/A/wCDIAVC/4H8h/CfwP8Ag0IIhoQiBUIQiEL//4OA8P8/gyAFQv//g4Dw/z+DQhCGhEIgiiAAQQdxrYYiBUJ/hXmn' +
  'IglBAWogAWoiCiAAaiEAIAMgBiAFQsAAIAqtfYinIAhxIAkgAXRyQQFqaiIGQQJ0aiIJIAkoAgAgBGo2AgAgB0EBaiEHDAELCyAACw==';

const POSTINGS = 50_000;
const PARAMETER = 4;
const CHUNK = 256;
const ROUNDS = 15;
const REPEATS = 100;
/** Where sums begin in the WebAssembly's memory. */
const SUMS_AT = 1 << 17;

/** Nanoseconds a posting of each, the rounds taken in turn so that a busy machine hits both. */
export async function* bench(): Results {
  const { bytes, span } = postings();
  const kernels: Record<string, () => void> = {
    typedArrays: inTypedArrays(bytes, span),
    webAssembly: await inWebAssembly(bytes),
  };
  const nanoseconds: Record<string, number[]> = { typedArrays: [], webAssembly: [] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, kernel] of Object.entries(kernels)) {
      const started = performance.now();
      for (let i = 0; i < REPEATS; i++) kernel();
      nanoseconds[name].push(((performance.now() - started) * 1e6) / (REPEATS * POSTINGS));
    }
  }
  const medians = Object.entries(nanoseconds).map(([name, values]) => [
    name,
    values.sort((a, b) => a - b)[ROUNDS >> 1],
  ]);
  yield ['kernel', { postings: POSTINGS, nanosecondsAPosting: Object.fromEntries(medians) }];
}

/** One run of postings with geometric gaps, as documents spread evenly have. */
function postings(): { bytes: Uint8Array; span: number } {
  const writer = new BitWriter();
  let [seed, span] = [1, 0];
  for (let i = 0; i < POSTINGS; i++) {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    const gap = Math.floor(-Math.log(1 - (0.999 * seed) / 0x7fffffff) * 18);
    writer.rice(gap, PARAMETER);
    span += gap + 1;
  }
  const written = writer.take();
  const bytes = new Uint8Array(written.length + BIT_PADDING);
  bytes.set(written);
  return { bytes, span };
}

function inTypedArrays(bytes: Uint8Array, span: number): () => void {
  const sums = new Int32Array(span);
  return () => {
    const reader = new BitReader(bytes, 0, bytes.length - BIT_PADDING);
    for (let i = 0, last = -1; i < POSTINGS; i += CHUNK) {
      last = reader.addRiceGaps(PARAMETER, sums, 7, Math.min(POSTINGS - i, CHUNK), last);
    }
  };
}

/** What is used here of a global that Node's types leave to the DOM's. */
interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  decodeAdd(position: number, parameter: number, count: number, sums: number, addend: number): number;
}
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: { instantiate(bytes: Uint8Array): Promise<{ instance: { exports: unknown } }> };
};

async function inWebAssembly(bytes: Uint8Array): Promise<() => void> {
  const { instance } = await WebAssembly.instantiate(Buffer.from(MODULE, 'base64'));
  const { memory, decodeAdd } = instance.exports as Kernel;
  memory.grow(128);
  return () => {
    // Pages arrive outside of its memory, so copying them in is part of the price.
    new Uint8Array(memory.buffer).set(bytes);
    decodeAdd(0, PARAMETER, POSTINGS, SUMS_AT, 7);
  };
}
