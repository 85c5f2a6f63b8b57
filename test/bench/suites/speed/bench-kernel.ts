// The loop that decodes postings and adds them up, in typed arrays and in WebAssembly, in one run: which one to keep.
//
// The WebAssembly is this AssemblyScript, compiled with `asc -O3 --noAssert --runtime stub --initialMemory 32`:
//
//   export function decodeAdd(position: u32, parameter: u32, count: u32, sums: u32, addend: i32, before: i32): u32 {
//     const mask: u32 = (1 << parameter) - 1
//     let remainder = position
//     const quotients = position + count * parameter
//     let byte = quotients >> 3
//     let word = load<u32>(byte) & (<u32>-1 << (quotients & 7))
//     let one = quotients - 1
//     let number: u32 = before
//     for (let i: u32 = 0; i < count; i++) {
//       while (word == 0) word = load<u32>(byte += 4)
//       const next = (byte << 3) + ctz<u32>(word)
//       word &= word - 1
//       const low = (load<u32>(remainder >> 3) >> (remainder & 7)) & mask
//       remainder += parameter
//       number += 1 + (((next - one - 1) << parameter) | low)
//       one = next
//       store<i32>(sums + (number << 2), load<i32>(sums + (number << 2)) + addend)
//     }
//     last = number
//     return one + 1
//   }
//   export let last: u32 = 0

import { BIT_PADDING, BitReader, BitWriter } from '../../../../src/core/format/bits.ts';
import type { Results } from '../../benchmark.ts';

const MODULE =
  'AGFzbQEAAAABCwFgBn9/f39/fwF/AwIBAAUDAQAgBgYBfwFBAAsHHQMJZGVjb2RlQWRkAAAEbGFzdAMABm1lbW9yeQIACskBAcYBAQd/QQEgAX' +
  'RBAWshCyAAIgcgASACbGoiAEEDdiIJKAIAQX8gAEEHcXRxIQggAEEBayEAA0AgAiAKSwRAA0AgCEUEQCAJQQRqIgkoAgAhCAwBCwsgCGggCUED' +
  'dGohBiAIIAhBAWtxIQggB0EDdigCACAHQQdxdiALcSEMIAEgB2ohByAFIAYgAGtBAWsgAXQgDHJBAWpqIQUgBiEAIAMgBUECdGoiBiAGKAIAIA' +
  'RqNgIAIApBAWohCgwBCwsgBSQAIABBAWoL';

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
  const gaps = new Uint32Array(POSTINGS);
  let [seed, span] = [1, 0];
  for (let i = 0; i < POSTINGS; i++) {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    gaps[i] = Math.floor(-Math.log(1 - (0.999 * seed) / 0x7fffffff) * 18);
    span += gaps[i] + 1;
  }
  for (let i = 0; i < POSTINGS; i += CHUNK) writer.rice(gaps, i, Math.min(i + CHUNK, POSTINGS), PARAMETER);
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
  /** The last number that was decoded. */
  readonly last: { readonly value: number };
  decodeAdd(
    position: number,
    parameter: number,
    count: number,
    sums: number,
    addend: number,
    before: number,
  ): number;
}
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: { instantiate(bytes: Uint8Array): Promise<{ instance: { exports: unknown } }> };
};

async function inWebAssembly(bytes: Uint8Array): Promise<() => void> {
  const { instance } = await WebAssembly.instantiate(Buffer.from(MODULE, 'base64'));
  const { memory, decodeAdd, last } = instance.exports as Kernel;
  memory.grow(128);
  return () => {
    // Pages arrive outside of its memory, so copying them in is part of the price.
    new Uint8Array(memory.buffer).set(bytes);
    let position = 0;
    for (let i = 0; i < POSTINGS; i += CHUNK) {
      const before = i === 0 ? -1 : last.value;
      position = decodeAdd(position, PARAMETER, Math.min(POSTINGS - i, CHUNK), SUMS_AT, 7, before);
    }
  };
}
